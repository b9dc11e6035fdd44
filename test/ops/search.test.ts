import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import { bucketize, searchSorted } from '../../src/ops/search.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const sequence = constant([1, 3, 3, 5], [4], 'f64');
const values = constant([0, 3, 6, nan], [2, 2], 'f64');

describe('a value belongs', () => {
  test('in front of its equals, or behind them', () => {
    expect(evaluate(searchSorted(sequence, values))).toEqual([0, 1, 4, 4]);
    expect(evaluate(searchSorted(sequence, values, { right: true }))).toEqual([0, 3, 4, 4]);
    expect(searchSorted(sequence, values).shape).toEqual([2, 2]);
    expect(searchSorted(sequence, values).dtype).toBe('i32');
    expect(evaluate(bucketize(values, sequence, { right: true }))).toEqual([0, 3, 4, 4]);
  });

  test('into the sequence of its own line where there is one a line', () => {
    const lines = constant([1, 3, 5, 2, 4, 6], [2, 3], 'f64');
    expect(evaluate(searchSorted(lines, constant([3, 9, 3, 2], [2, 2], 'f64')))).toEqual([1, 3, 1, 0]);
  });

  test('at 0 of an empty sequence', () => {
    expect(evaluate(searchSorted(constant([], [0], 'f64'), constant([3], [], 'f64')))).toEqual([0]);
  });
});

test('other dtypes, lines that do not fit and what is no tensor are refused', () => {
  const x = input('x', [2, 3]);
  expect(refusal(() => searchSorted(input('n', [3], 'i32'), x))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => searchSorted(input('s', [4, 3]), x))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => searchSorted(input('s', []), x))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => bucketize(x, [1, 2] as never))).toBe('DTypeError E_NOT_A_TENSOR');
});
