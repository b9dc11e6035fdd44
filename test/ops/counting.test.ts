import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import { bincount, histogram } from '../../src/ops/counting.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;

describe('integers', () => {
  const labels = constant([2, 0, 2, 1, 2, 0], [2, 3], 'i32');

  test('are counted, or weighed', () => {
    expect(evaluate(bincount(labels, 4))).toEqual([2, 1, 3, 0]);
    expect(bincount(labels, 4).dtype).toBe('i32');
    const weights = constant([0.5, 1, 0.25, 3, 2, 1], [2, 3], 'f64');
    expect(evaluate(bincount(labels, 3, { weights }))).toEqual([2, 3, 2.75]);
  });

  test('outside the length are refused, as are floats, no length and weights of another shape', () => {
    expect(refusal(() => bincount(labels, 2))).toBe('ShapeError E_INDEX');
    expect(refusal(() => bincount(input('x', [3]), 2))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => bincount(labels, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => bincount(labels, 3, { weights: input('w', [3]) }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
  });
});

describe('a histogram', () => {
  test('counts what lies in its range, the upper edge in the last bin', () => {
    const { counts, edges } = histogram(constant([0, 0.5, 1, 2, nan, 3, -1], [7], 'f64'), {
      bins: 4,
      range: [0, 2],
    });
    expect(evaluate(counts)).toEqual([1, 1, 1, 1]);
    expect(evaluate(edges)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(counts.dtype).toBe('i32');
  });

  test('goes from the smallest to the largest element by default, and is widened where these are equal', () => {
    expect(evaluate(histogram(constant([1, 2, 3, 5], [2, 2], 'f64'), { bins: 2 }).counts)).toEqual([2, 2]);
    const { counts, edges } = histogram(constant([1, 1], [2], 'f64'), { bins: 3 });
    expect([evaluate(counts), evaluate(edges)[0]]).toEqual([[0, 2, 0], 0.5]);
  });

  test('refuses no bins, a range that is none and integers', () => {
    const x = input('x', [3]);
    expect(refusal(() => histogram(x, { bins: 0 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => histogram(x, { range: [2, 1] }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => histogram(x, { range: [0, Infinity] }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => histogram(input('n', [3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => histogram(input('e', [0])))).toBe('ShapeError E_EMPTY');
  });
});
