import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { logSumExp } from '../../src/ops/log-sum-exp.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;

// Values and gradients as PyTorch 1.13 gives them.
describe('the logarithm of a sum of exponentials', () => {
  test.each([
    [[1000, 1000], [1000 + Math.LN2], [0.5, 0.5]],
    [[-1000, -1000], [-1000 + Math.LN2], [0.5, 0.5]],
    [[-inf, 1], [1], [0, 1]],
    [[-inf, -inf], [-inf], [nan, nan]],
    [[inf, 1], [inf], [nan, 0]],
    [[inf, -inf], [inf], [nan, 0]],
    [[inf, 1e300], [inf], [nan, 0]],
    [[nan, 1], [nan], [nan, nan]],
    [[], [-inf], []],
  ])('of %j is %j, with the gradient %j', (numbers, expected, slopes) => {
    const x = fed('x', [numbers.length], numbers);
    const y = logSumExp(x.leaf, 0);
    const [gradient] = grad(y, [x.leaf]);
    expect(evaluate(y, [x])).toEqual(expected);
    expect(evaluate(gradient ?? y, [x])).toEqual(slopes);
  });

  test('runs over axes and keeps them on request', () => {
    const x = constant([0, 0, 0, 0, 0, 0], [2, 3], 'f64');
    expect(evaluate(logSumExp(x, 0))).toEqual([Math.LN2, Math.LN2, Math.LN2]);
    expect(logSumExp(x, [0, 1], { keepdims: true }).shape).toEqual([1, 1]);
    expect(logSumExp(x).shape).toEqual([]);
    expect(logSumExp(input('x', [2]), [] as readonly number[]).shape).toEqual([2]);
  });

  test('refuses integers, axes that do not exist and what is no tensor', () => {
    expect(refusal(() => logSumExp(input('n', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => logSumExp(input('x', [2]), 1))).toBe('ShapeError E_AXIS');
    expect(refusal(() => logSumExp(undefined as never))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});
