import { describe, expect, test } from 'vitest';
import { fold, unfold } from '../../src/nn/unfold.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const image = constant([1, 2, 3, 4, 5, 6], [1, 1, 2, 3], 'f64');

describe('unfold', () => {
  test('makes a column of every window', () => {
    const columns = unfold(image, 2);
    expect(columns.shape).toEqual([1, 4, 2]);
    expect(evaluate(columns)).toEqual([1, 2, 2, 3, 4, 5, 5, 6]);
    expect(unfold(input('x', [3, 4, 4]), [1, 2], { padding: [0, 1], stride: 2 }).shape).toEqual([6, 6]);
  });

  test('refuses what no window fits into', () => {
    expect(refusal(() => unfold(image, 3))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => unfold(input('x', [4, 4]), 2))).toBe('ShapeError E_RANK');
  });
});

describe('fold', () => {
  test('adds what windows have in common', () => {
    expect(evaluate(fold(unfold(image, 2), [2, 3], 2))).toEqual([1, 4, 3, 4, 10, 6]);
  });

  test('refuses another number of rows or columns', () => {
    expect(refusal(() => fold(input('x', [1, 4, 3]), [2, 3], 2))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => fold(input('x', [1, 5, 2]), [2, 3], 2))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => fold(input('x', [4]), [2, 3], 2))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});
