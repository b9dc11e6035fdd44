import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum, variance } from '../../src/ops/reduce.ts';
import { moments, std, stdMean, varMean } from '../../src/ops/variance.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;
const matrix = constant([1, 2, 6, 4, 4, 4], [2, 3], 'f64');

function gradientAt(numbers: readonly number[], build: (x: Tensor) => Tensor): readonly number[] {
  const x = fed('x', [numbers.length], numbers);
  const [gradient] = grad(sum(build(x.leaf)), [x.leaf]);
  return evaluate(gradient ?? x.leaf, [x]).map((each) => Number(each.toPrecision(12)));
}

describe('standard deviations', () => {
  test('are roots of variances, by default unbiased and over all axes', () => {
    expect(evaluate(std(matrix, 1))).toEqual([Math.sqrt(7), 0]);
    expect(evaluate(std(matrix, 1, { correction: 0, keepdims: true }))).toEqual([Math.sqrt(14 / 3), 0]);
    expect(std(matrix, 1, { keepdims: true }).shape).toEqual([2, 1]);
    expect(std(matrix).shape).toEqual([]);
  });

  test('have a gradient of 0 where nothing varies', () => {
    expect(gradientAt([2, 2, 2], (x) => std(x))).toEqual([0, 0, 0]);
    expect(gradientAt([2], (x) => std(x, 0, { correction: 0 }))).toEqual([0]);
  });
});

test('a standard deviation of single precision does not overflow before its root is taken', () => {
  const y = input('y', [2, 3]);
  const { deviation, slope } = compile(
    { outputs: { deviation: std(y, 1), slope: grad(sum(std(y, 1)), [y])[0] ?? y } },
    { target: 'js' },
  )
    .start()
    .predict({
      y: { data: Float32Array.of(2 ** 100, 2 ** 101, 3 * 2 ** 100, 0, 2 ** -100, 2 ** -99), shape: [2, 3] },
    });
  expect(deviation.data).toEqual(Float32Array.of(2 ** 100, 2 ** -100));
  expect(slope.data).toEqual(Float32Array.of(-0.5, 0, 0.5, -0.5, 0, 0.5));
});

describe('a variance without degrees of freedom', () => {
  test('is infinite where elements differ, NaN where they do not, and so for more correction than elements', () => {
    expect(evaluate(variance(constant([2, 5, 1], [3], 'f64'), 0, { correction: 3 }))).toEqual([inf]);
    expect(evaluate(variance(constant([2, 5, 1], [3], 'f64'), 0, { correction: 5 }))).toEqual([inf]);
    expect(evaluate(variance(constant([2], [1], 'f64')))).toEqual([nan]);
    expect(evaluate(variance(constant([], [0], 'f64')))).toEqual([nan]);
  });

  test("has PyTorch's gradients: infinite over the whole tensor, by the distance from the mean along axes", () => {
    expect(gradientAt([2], (x) => variance(x))).toEqual([inf]);
    expect(gradientAt([2], (x) => variance(x, 0))).toEqual([nan]);
    expect(gradientAt([2, 5, 1], (x) => variance(x, 0, { correction: 3 }))).toEqual([-inf, inf, -inf]);
  });
});

test('a variance over an infinite element is NaN, with infinite gradients for the finite ones', () => {
  expect(evaluate(variance(constant([2, inf, 1], [3], 'f64')))).toEqual([nan]);
  expect(gradientAt([2, inf, 1], (x) => variance(x))).toEqual([-inf, nan, -inf]);
});

test('variance and mean come together', () => {
  const { variance: spread, mean } = varMean(matrix, 1);
  expect([evaluate(spread), evaluate(mean)]).toEqual([
    [7, 0],
    [3, 4],
  ]);
  expect(evaluate(stdMean(matrix, 1, { keepdims: true }).std)).toEqual([Math.sqrt(7), 0]);
  const biased = moments(matrix, 1, { keepdims: true });
  expect([evaluate(biased.variance), biased.mean.shape]).toEqual([
    [14 / 3, 0],
    [2, 1],
  ]);
});

test('named sizes are counted when they are known', () => {
  const x = input('x', [dim('batch'), 3]);
  expect(std(x, 0).shape).toEqual([3]);
  expect(varMean(x, 0, { keepdims: true }).mean.shape).toEqual([1, 3]);
});

test('integers, axes that do not exist and what is no tensor are refused', () => {
  for (const build of [std, varMean, stdMean, moments]) {
    expect(refusal(() => build(input('n', [3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => build(input('x', [3]), 1))).toBe('ShapeError E_AXIS');
    expect(refusal(() => build(3 as never))).toBe('DTypeError E_NOT_A_TENSOR');
  }
});
