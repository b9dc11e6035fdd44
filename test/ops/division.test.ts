import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { div } from '../../src/ops/arithmetic.ts';
import { divNoNan, floorDivide, fmod, remainder } from '../../src/ops/division.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed } from '../support/values.ts';

const integers = [7, -7, 7, -7, 5];
const divisors = [3, 3, -3, -3, 0];

describe('on integers', () => {
  const a = constant(integers, [5], 'i32');
  const b = constant(divisors, [5], 'i32');

  test('remainders have the sign of the divisor or of the dividend, and are 0 where there is no divisor', () => {
    expect(evaluate(remainder(a, b))).toEqual([1, 2, -2, -1, 0]);
    expect(evaluate(fmod(a, b))).toEqual([1, -1, 1, -1, 0]);
  });

  test('quotients round down or towards zero, and saturate', () => {
    expect(evaluate(floorDivide(a, b))).toEqual([2, -3, -3, 2, 2 ** 31 - 1]);
    expect(evaluate(div(a, b, { rounding: 'trunc' }))).toEqual([2, -2, -2, 2, 2 ** 31 - 1]);
    expect(div(a, b, { rounding: 'floor' })).toBe(floorDivide(a, b));
  });
});

describe('on floats', () => {
  test('the quotient is that of the remainder', () => {
    expect(evaluate(floorDivide(constant([1], [1], 'f64'), 0.1))).toEqual([9]);
    expect(evaluate(div(constant([1], [1], 'f64'), 0.1, { rounding: 'trunc' }))).toEqual([10]);
  });

  test('the gradient by the divisor is minus the quotient, that of a whole quotient is 0', () => {
    const a = fed('a', [2], [7.5, -7.5]);
    const b = fed('b', [2], [2, 2]);
    const slopes = (result: ReturnType<typeof fmod>) =>
      grad(sum(result), [a.leaf, b.leaf]).map((each) => evaluate(each, [a, b]));
    expect(slopes(fmod(a.leaf, b.leaf))).toEqual([
      [1, 1],
      [-3, 3],
    ]);
    expect(slopes(remainder(a.leaf, b.leaf))).toEqual([
      [1, 1],
      [-3, 4],
    ]);
    expect(slopes(floorDivide(a.leaf, b.leaf))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('divNoNan is 0 where the divisor is, and so is its gradient', () => {
    const a = fed('a', [3], [1, 0, 4]);
    const b = fed('b', [3], [0, 0, 2]);
    const result = divNoNan(a.leaf, b.leaf);
    expect(evaluate(result, [a, b])).toEqual([0, 0, 2]);
    const [byA, byB] = grad(sum(result), [a.leaf, b.leaf]);
    expect(evaluate(byA ?? result, [a, b])).toEqual([0, 0, 0.5]);
    expect(evaluate(byB ?? result, [a, b]).map((each) => each + 0)).toEqual([0, 0, -1]);
  });
});
