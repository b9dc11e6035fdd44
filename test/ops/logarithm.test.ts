import { expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { exp2, log10, log2, logaddexp, logaddexp2, xlog1py, xlogy } from '../../src/ops/logarithm.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed } from '../support/values.ts';

const { NaN: nan } = Number;
const of = (...numbers: readonly number[]) => constant(numbers, [numbers.length], 'f64');

test('powers and logarithms to other bases', () => {
  expect(evaluate(exp2(of(3, -1, -Infinity)))).toEqual([8, 0.5, 0]);
  expect(evaluate(log2(of(8, 0.5, 0)))).toEqual([3, -1, -Infinity]);
  expect(evaluate(log10(of(1000, 0.1, -1)))).toEqual([3, -1, nan]);
});

test('logaddexp neither overflows nor loses infinities', () => {
  expect(
    evaluate(logaddexp(of(1000, 0, -Infinity, Infinity), of(1000, -Infinity, -Infinity, Infinity))),
  ).toEqual([1000 + Math.LN2, 0, -Infinity, Infinity]);
  expect(evaluate(logaddexp2(of(10, 3000), of(10, 0)))).toEqual([11, 3000]);
});

test('logaddexp shares its gradient as a softmax does', () => {
  const a = fed('a', [2], [0, 800]);
  const b = fed('b', [2], [0, 0]);
  const gradients = grad(sum(logaddexp(a.leaf, b.leaf)), [a.leaf, b.leaf]);
  expect(gradients.map((each) => evaluate(each, [a, b]))).toEqual([
    [0.5, 1],
    [0.5, 0],
  ]);
});

test('a factor 0 wins over an infinite logarithm, but not over NaN', () => {
  expect(evaluate(xlogy(of(0, 0, 0, 0, 2), of(0, Infinity, -1, nan, 0)))).toEqual([0, 0, 0, nan, -Infinity]);
  expect(evaluate(xlog1py(of(0, 0, 2), of(-1, nan, -1)))).toEqual([0, nan, -Infinity]);
});

test('the gradient of xlogy by a factor 0 is 0 where the logarithm ends', () => {
  const x = fed('x', [2], [0, 0]);
  const y = fed('y', [2], [0, Math.E]);
  const [byX, byY] = grad(sum(xlogy(x.leaf, y.leaf)), [x.leaf, y.leaf]);
  expect(evaluate(byX, [x, y])).toEqual([0, 1]);
  expect(evaluate(byY, [x, y])).toEqual([nan, 0]);
});
