import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import { cast, stopGradient, where } from '../../src/ops/select.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

describe('where', () => {
  test('takes the chosen side, whatever the other side holds', () => {
    const condition = constant([1, 0, 1, 0], [4], 'bool');
    const a = constant([Number.NaN, Number.NaN, -0, 1], [4], 'f64');
    const b = constant([5, Infinity, Number.NaN, -0], [4], 'f64');
    expect(evaluate(where(condition, a, b))).toEqual([Number.NaN, Infinity, -0, -0]);
  });

  test('broadcasts condition and sides, numbers included', () => {
    const condition = constant([1, 0], [2, 1], 'bool');
    expect(evaluate(where(condition, constant([1, 2, 3], [3], 'f64'), -1))).toEqual([1, 2, 3, -1, -1, -1]);
    expect(where(condition, 1, 2).dtype).toBe('f32');
  });

  test('refuses conditions that are not boolean, sides of two dtypes, and shapes that do not broadcast', () => {
    const x = input('x', [2]);
    const condition = input('c', [2], 'bool');
    expect(refusal(() => where(x, x, x))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => where(condition, x, input('y', [2], 'f64')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => where(input('c', [3], 'bool'), x, x))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => where(condition, x, input('y', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('cast', () => {
  const numbers = constant([1.9, -1.9, 3e9, -3e9, Number.NaN, -0], [6], 'f64');

  test('to i32 truncates and saturates, and NaN becomes 0', () => {
    expect(evaluate(cast(numbers, 'i32')).map((each) => each + 0)).toEqual([
      1,
      -1,
      2 ** 31 - 1,
      -(2 ** 31),
      0,
      0,
    ]);
  });

  test('to i32 gives no negative zero', () => {
    expect(evaluate(cast(constant([-0, -0.5], [2], 'f64'), 'i32'))).toEqual([0, 0]);
  });

  test('to bool is whether a number differs from 0', () => {
    expect(evaluate(cast(numbers, 'bool'))).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test('from bool gives 0 and 1; to its own dtype is the tensor itself', () => {
    const x = constant([0, 1], [2], 'bool');
    expect(evaluate(cast(x, 'f32'))).toEqual([0, 1]);
    expect(cast(x, 'bool')).toBe(x);
  });
});

test('stopGradient keeps the values', () => {
  expect(evaluate(stopGradient(constant([1, -0], [2], 'f64')))).toEqual([1, -0]);
});
