import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import {
  addcdiv,
  addcmul,
  copysign,
  heaviside,
  hypot,
  isClose,
  lerp,
  squaredDifference,
  step,
} from '../../src/ops/blend.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed } from '../support/values.ts';

const { NaN: nan } = Number;
const of = (...numbers: readonly number[]) => constant(numbers, [numbers.length], 'f64');

test('lerp is exact at both ends, and takes weights beyond them', () => {
  expect(evaluate(lerp(of(1e16, 0), of(1, 10), of(1, 0)))).toEqual([1, 0]);
  expect(evaluate(lerp(of(0, 0, 0), of(10, 10, 10), of(-1, 0.25, 2)))).toEqual([-10, 2.5, 20]);
  expect(evaluate(lerp(of(0), 10, 0.75))).toEqual([7.5]);
});

test('lerp does not poison the gradient of the ends where the distance is infinite', () => {
  const start = fed('start', [1], [0]);
  const [gradient] = grad(sum(lerp(start.leaf, Infinity, 0.25)), [start.leaf]);
  expect(evaluate(gradient, [start])).toEqual([0.75]);
});

test('addcmul and addcdiv scale what they add', () => {
  expect(evaluate(addcmul(of(1, 2), of(3, 4), of(5, 6), { value: 2 }))).toEqual([31, 50]);
  expect(evaluate(addcdiv(of(1), of(3), of(4), { value: -2 }))).toEqual([-0.5]);
  expect(evaluate(addcmul(constant([1], [1], 'i32'), 3, 5))).toEqual([16]);
});

test('squaredDifference, hypot and copysign', () => {
  expect(evaluate(squaredDifference(of(1, 5), of(4, 3)))).toEqual([9, 4]);
  expect(evaluate(hypot(of(3, Infinity), of(4, nan)))).toEqual([5, Infinity]);
  expect(evaluate(copysign(of(3, -3, 0), of(-0, 1, -2)))).toEqual([-3, 3, -0]);
  const x = fed('x', [3], [2, -2, 0]);
  const [gradient] = grad(sum(copysign(x.leaf, -1)), [x.leaf]);
  expect(evaluate(gradient, [x])).toEqual([-1, 1, 0]);
});

test('heaviside takes its value at 0 from the second operand, which alone gets a gradient', () => {
  const x = fed('x', [4], [-1, 0, 2, nan]);
  const values = fed('values', [], [0.5]);
  const result = heaviside(x.leaf, values.leaf);
  expect(evaluate(result, [x, values])).toEqual([0, 0.5, 1, 0]);
  const [byX, byValues] = grad(sum(result), [x.leaf, values.leaf]);
  expect(evaluate(byX, [x, values])).toEqual([0, 0, 0, 0]);
  expect(evaluate(byValues, [x, values])).toEqual([1]);
  expect(evaluate(heaviside(constant([-1, 0, 3], [3], 'i32'), 7))).toEqual([0, 7, 1]);
});

test('step is 1 above 0 and alpha elsewhere, NaN staying NaN, without a gradient', () => {
  const x = fed('x', [4], [-1, 0, 2, nan]);
  expect(evaluate(step(x.leaf), [x])).toEqual([0, 0, 1, nan]);
  expect(evaluate(step(x.leaf, 0.25), [x])).toEqual([0.25, 0.25, 1, nan]);
  expect(evaluate(grad(sum(step(x.leaf)), [x.leaf])[0], [x])).toEqual([0, 0, 0, 0]);
});

describe('isClose', () => {
  test('allows what the tolerances add up to, relative to the second operand', () => {
    expect(evaluate(isClose(of(1, 1, 100), of(1.00001, 1.1, 100.0009)))).toEqual([1, 0, 1]);
    expect(evaluate(isClose(of(1, 0), of(1.09, 0.05), { rtol: 0.1, atol: 0 }))).toEqual([1, 0]);
    expect(evaluate(isClose(of(0), of(0.05), { atol: 0.1 }))).toEqual([1]);
  });

  test('infinities are close to themselves alone, and NaN to NaN where asked', () => {
    expect(evaluate(isClose(of(Infinity, Infinity, 1), of(Infinity, -Infinity, Infinity)))).toEqual([
      1, 0, 0,
    ]);
    expect(evaluate(isClose(of(nan), of(nan)))).toEqual([0]);
    expect(evaluate(isClose(of(nan, 1), of(nan, nan), { equalNan: true }))).toEqual([1, 0]);
  });
});
