import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { dim } from '../../src/ir/size.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { cummax, cummin, cumprod, cumsum, logCumSumExp } from '../../src/ops/cumulative.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { cast } from '../../src/ops/select.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;
const matrix = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const vector = (...numbers: readonly number[]) => constant(numbers, [numbers.length], 'f64');

describe('cumulative sums', () => {
  test.each([
    [0, {}, [1, 2, 3, 5, 7, 9]],
    [1, {}, [1, 3, 6, 4, 9, 15]],
    [-1, { exclusive: true }, [0, 1, 3, 0, 4, 9]],
    [-1, { reverse: true }, [6, 5, 3, 15, 11, 6]],
    [1, { exclusive: true, reverse: true }, [5, 3, 0, 11, 6, 0]],
    [-2, { exclusive: true }, [0, 0, 0, 1, 2, 3]],
  ])('along axis %d with %j', (axis, options, expected) => {
    const running = cumsum(matrix, axis, options);
    expect(running.shape).toEqual([2, 3]);
    expect(evaluate(running)).toEqual(expected);
  });

  test('keep integers, which wrap at 32 bits', () => {
    const running = cumsum(constant([2 ** 31 - 1, 1, 5], [3], 'i32'), 0);
    expect(running.dtype).toBe('i32');
    expect(evaluate(running)).toEqual([2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 5]);
  });

  test('count booleans', () => {
    const mask = cast(constant([1, 0, 1], [3], 'i32'), 'bool');
    expect(evaluate(cumsum(mask, 0))).toEqual([1, 1, 2]);
    expect(cumprod(mask, 0).dtype).toBe('i32');
  });

  test('of nothing are nothing, and of named sizes are like others', () => {
    expect(evaluate(cumsum(vector(), 0))).toEqual([]);
    const batch = dim('batch');
    const x = input('x', [batch, 2]);
    const [gradient] = grad(sum(mul(cumsum(x, 0, { reverse: true }), 2)), [x]);
    expect(cumsum(x, 0).shape).toEqual([batch, 2]);
    expect(gradient?.shape).toEqual([batch, 2]);
  });

  test('stay NaN after NaN and lose one infinity to the other', () => {
    expect(evaluate(cumsum(vector(1, inf, 2, -inf, 3), 0))).toEqual([1, inf, inf, nan, nan]);
  });
});

describe('cumulative products', () => {
  test('stay 0 after a zero, exclusive ones one position later', () => {
    expect(evaluate(cumprod(vector(2, 3, 0, 4), 0))).toEqual([2, 6, 0, 0]);
    expect(evaluate(cumprod(vector(2, 3, 0, 4), 0, { exclusive: true }))).toEqual([1, 2, 6, 0]);
    expect(evaluate(cumprod(vector(2, 3, 4), 0, { reverse: true }))).toEqual([24, 12, 4]);
  });

  test('have the gradient of PyTorch where elements are zero', () => {
    const x = fed('x', [5], [2, 0, 3, 0, 5]);
    const [gradient] = grad(sum(mul(cumprod(x.leaf, 0), vector(1, 2, 3, 4, 5))), [x.leaf]);
    expect(evaluate(gradient ?? x.leaf, [x])).toEqual([1, 22, 0, 0, 0]);
  });
});

describe('cumulative log-sum-exps', () => {
  test('do not overflow', () => {
    const [first, second, third] = evaluate(logCumSumExp(vector(1000, -1000, 1000), 0));
    expect([first, second]).toEqual([1000, 1000]);
    expect(third).toBeCloseTo(1000 + Math.LN2, 12);
  });

  test('start at minus infinity where there is nothing yet, and take infinities as they are', () => {
    expect(evaluate(logCumSumExp(vector(-inf, -inf, 3, inf, 1), 0))).toEqual([-inf, -inf, 3, inf, inf]);
    expect(evaluate(logCumSumExp(vector(7, 1), 0, { exclusive: true }))).toEqual([-inf, 7]);
  });

  test('let an element of minus infinity count for its own position alone in the gradient', () => {
    const x = fed('x', [3], [-inf, 1, 1]);
    const [gradient] = grad(sum(logCumSumExp(x.leaf, 0)), [x.leaf]);
    const numbers = evaluate(gradient ?? x.leaf, [x]).map((each) => Number(each.toPrecision(12)));
    expect(numbers).toEqual([1, 1.5, 0.5]);
  });
});

describe('running extremes', () => {
  test('stand at the last of equal elements', () => {
    const { values, indices } = cummax(vector(1, 1, 0, 1), 0);
    expect([evaluate(values), evaluate(indices)]).toEqual([
      [1, 1, 1, 1],
      [0, 1, 1, 3],
    ]);
    expect(evaluate(cummin(vector(1, 1, 0, 1), 0).indices)).toEqual([0, 1, 2, 2]);
    expect(indices.dtype).toBe('i32');
  });

  test('stay NaN from the first NaN on', () => {
    const { values, indices } = cummin(vector(1, nan, 0, nan, 0), 0);
    expect(evaluate(values)).toEqual([1, nan, nan, nan, nan]);
    expect(evaluate(indices)).toEqual([0, 1, 1, 3, 3]);
  });

  test('of i32 and of minus infinity are elements', () => {
    expect(evaluate(cummax(constant([-(2 ** 31), -5], [2], 'i32'), 0).values)).toEqual([-(2 ** 31), -5]);
    expect(evaluate(cummax(vector(-inf, -inf), 0).indices)).toEqual([0, 1]);
  });
});

describe('a cumulative function refuses', () => {
  test.each([
    ['an axis that does not exist', () => cumsum(input('x', [2, 3]), 2), 'ShapeError E_AXIS'],
    ['a scalar', () => cummax(input('x', []), 0), 'ShapeError E_AXIS'],
    ['booleans', () => cummin(input('mask', [3], 'bool'), 0), 'DTypeError E_DTYPE_MISMATCH'],
    [
      'integers where it takes logarithms',
      () => logCumSumExp(input('n', [3], 'i32'), 0),
      'DTypeError E_DTYPE_MISMATCH',
    ],
    ['what is no tensor', () => cumsum([1, 2] as never, 0), 'DTypeError E_NOT_A_TENSOR'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
