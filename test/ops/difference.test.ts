import { describe, expect, test } from 'vitest';
import { cumulativeTrapezoid, diff, trapezoid } from '../../src/ops/difference.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 4, 9, 2, 2, 7], [2, 3], 'f64');

describe('differences of neighbours', () => {
  test('run along an axis, as often as asked for', () => {
    expect(evaluate(diff(x))).toEqual([3, 5, 0, 5]);
    expect(evaluate(diff(x, { axis: 0 }))).toEqual([1, -2, -2]);
    expect(evaluate(diff(x, { order: 2 }))).toEqual([2, 5]);
    expect(diff(x, { order: 0, append: x })).toBe(x);
    expect(diff(x, { order: 5 }).shape).toEqual([2, 0]);
    expect(diff(constant([], [0], 'f64')).shape).toEqual([0]);
  });

  test('take what is put before and after the tensor, and tell where booleans change', () => {
    const zero = constant([0, 0], [2, 1], 'f64');
    expect(evaluate(diff(x, { prepend: zero, append: zero }))).toEqual([1, 3, 5, -9, 2, 0, 5, -7]);
    expect(evaluate(diff(constant([1, 1, 0], [3], 'bool')))).toEqual([0, 1]);
  });

  test('refuse axes that do not exist, broken orders and unknown options', () => {
    expect(refusal(() => diff(x, { axis: 2 }))).toBe('ShapeError E_AXIS');
    expect(refusal(() => diff(x, { order: -1 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => diff(x, { prepend: constant([1], [1], 'f64') }))).toMatch(/ShapeError/);
  });
});

describe('the trapezoidal rule', () => {
  test('integrates at equal distances and at given places', () => {
    expect(evaluate(trapezoid(x))).toEqual([9, 6.5]);
    expect(evaluate(trapezoid(x, { dx: 2 }))).toEqual([18, 13]);
    expect(evaluate(trapezoid(x, { axis: 0 }))).toEqual([1.5, 3, 8]);
    const places = constant([0, 1, 3], [3], 'f64');
    expect(evaluate(trapezoid(x, { x: places }))).toEqual([2.5 + 13, 2 + 9]);
    expect(evaluate(trapezoid(x, { x: constant([1, 3], [2], 'f64'), axis: 0 }))).toEqual([3, 6, 16]);
  });

  test('integrates up to every value, and nothing to 0', () => {
    expect(evaluate(cumulativeTrapezoid(x))).toEqual([2.5, 9, 2, 6.5]);
    expect(evaluate(trapezoid(constant([5], [1], 'f64')))).toEqual([0]);
  });

  test('refuses places of another number, and integers', () => {
    expect(refusal(() => trapezoid(x, { x: constant([1, 2], [2], 'f64') }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => trapezoid(input('n', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
