import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import * as unary from '../../src/ops/unary.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;

describe('values on edge cases', () => {
  test.each([
    ['neg', unary.neg, [1, 0, -0, -inf, nan], [-1, -0, 0, inf, nan]],
    ['abs', unary.abs, [-1, -0, 0, -inf, nan], [1, 0, 0, inf, nan]],
    ['sign', unary.sign, [-3, -0, 0, 5, inf, nan], [-1, 0, 0, 1, 1, 0]],
    ['floor', unary.floor, [-1.5, -0, 0.9, 2, -inf], [-2, -0, 0, 2, -inf]],
    ['ceil', unary.ceil, [-1.5, -0.5, 0.1, 2, inf], [-1, -0, 1, 2, inf]],
    ['trunc', unary.trunc, [-1.5, -0.5, 0.9, nan], [-1, -0, 0, nan]],
    [
      'round',
      unary.round,
      [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -0, nan, inf],
      [0, 2, 2, -0, -2, 2, -0, nan, inf],
    ],
    ['sqrt', unary.sqrt, [4, 0, -0, -1, inf], [2, 0, -0, nan, inf]],
    ['exp', unary.exp, [0, -inf, inf, 710, nan], [1, 0, inf, inf, nan]],
    ['expm1', unary.expm1, [0, -0, -inf, 1e-20], [0, -0, -1, 1e-20]],
    ['log', unary.log, [1, 0, -1, inf], [0, -inf, nan, inf]],
    ['log1p', unary.log1p, [0, -0, -1, -2, 1e-20], [0, -0, -inf, nan, 1e-20]],
    ['sin', unary.sin, [0, -0, inf, nan], [0, -0, nan, nan]],
    ['cos', unary.cos, [0, inf], [1, nan]],
    ['tanh', unary.tanh, [0, -0, 100, -inf], [0, -0, 1, -1]],
    ['sigmoid', unary.sigmoid, [0, -1000, 1000, nan], [0.5, 0, 1, nan]],
    ['erf', unary.erf, [0, 10, -inf, nan], [0, 1, -1, nan]],
    ['relu', unary.relu, [-1, 0, -0, 2, inf, nan], [0, 0, 0, 2, inf, nan]],
    ['isNaN', unary.isNaN, [nan, inf, 0], [1, 0, 0]],
    ['square', unary.square, [-3, inf], [9, inf]],
    ['reciprocal', unary.reciprocal, [4, 0, -0], [0.25, inf, -inf]],
    ['rsqrt', unary.rsqrt, [4, 0], [0.5, inf]],
  ])('%s', (_, build, numbers, expected) => {
    expect(evaluate(build(constant(numbers, [numbers.length], 'f64')))).toEqual(expected);
  });

  test('exponentials, logarithms and circular functions agree with their identities', () => {
    const numbers = [-1.2, 0.3, 0.9, 2.1];
    const x = constant(numbers, [4], 'f64');
    const close = (got: readonly number[], wanted: readonly number[]): void =>
      got.forEach((each, position) => {
        expect(each).toBeCloseTo(wanted[position] ?? Number.NaN, 14);
      });
    close(evaluate(unary.log(unary.exp(x))), numbers);
    close(evaluate(unary.log1p(unary.expm1(x))), numbers);
    close(
      evaluate(unary.square(unary.sin(x))),
      evaluate(unary.square(unary.cos(x))).map((each) => 1 - each),
    );
    close(
      evaluate(unary.tanh(x)),
      numbers.map((each) => 2 / (1 + Math.exp(-2 * each)) - 1),
    );
    // Abramowitz and Stegun, table 7.1.
    expect(evaluate(unary.erf(constant([0.5, 1], [2], 'f64')))[0]).toBeCloseTo(0.5204998778, 10);
    expect(evaluate(unary.erf(constant([0.5, 1], [2], 'f64')))[1]).toBeCloseTo(0.8427007929, 10);
  });

  test('on i32: wrap, no negative zero', () => {
    const x = constant([-(2 ** 31), 0, 5, -5], [4], 'i32');
    expect(evaluate(unary.neg(x))).toEqual([-(2 ** 31), 0, -5, 5]);
    expect(evaluate(unary.abs(x))).toEqual([-(2 ** 31), 0, 5, 5]);
    expect(evaluate(unary.sign(x))).toEqual([-1, 0, 1, -1]);
    expect(evaluate(unary.relu(x))).toEqual([0, 0, 5, 0]);
  });

  test('logicalNot', () => {
    expect(evaluate(unary.logicalNot(constant([0, 1], [2], 'bool')))).toEqual([1, 0]);
  });
});

describe('refusals', () => {
  const boolean = input('boolean', [2], 'bool');
  const integer = input('integer', [2], 'i32');
  const onIntegers = new Set(['neg', 'abs', 'sign', 'relu']);

  test.each(Object.entries(unary.unaryOps))('%s takes what it has a meaning for', (name, { apply, op }) => {
    const refused = 'DTypeError E_DTYPE_MISMATCH';
    const isLogic = name === 'logicalNot';
    expect(refusal(() => apply(boolean))).toBe(isLogic ? 'no error' : refused);
    expect(refusal(() => apply(integer))).toBe(onIntegers.has(name) ? 'no error' : refused);
    expect(refusal(() => apply(input('x', [2])))).toBe(isLogic ? refused : 'no error');
    expect(op.name).toBe(name);
  });
});
