import { describe, expect, test } from 'vitest';
import { diagonalScatter, selectScatter, sliceScatter } from '../../src/ops/region.ts';
import { constant } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const of = (numbers: number[], shape = [numbers.length]) => constant(numbers, shape, 'f64');

// As PyTorch 1.13 has it.
describe('a region of a tensor is replaced', () => {
  test('that is a range of an axis', () => {
    expect(evaluate(sliceScatter(x, of([7, 8], [2, 1]), 1, { start: -2, stop: -1 }))).toEqual([
      1, 7, 3, 4, 8, 6,
    ]);
    expect(evaluate(sliceScatter(x, of([7, 8, 9, 0], [2, 2]), 1, { step: 2 }))).toEqual([7, 2, 8, 9, 5, 0]);
    expect(evaluate(sliceScatter(x, of([], [0, 3]), 0, { start: 5 }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(evaluate(sliceScatter(x, of([7, 8, 9], [1, 3]), 0, { start: 1, stop: 99 }))).toEqual([
      1, 2, 3, 7, 8, 9,
    ]);
  });

  test('that is one position of an axis', () => {
    expect(evaluate(selectScatter(x, of([7, 8]), 1, -1))).toEqual([1, 2, 7, 4, 5, 8]);
    expect(evaluate(selectScatter(x, of([7, 8, 9]), 0, 0))).toEqual([7, 8, 9, 4, 5, 6]);
  });

  test('that is a diagonal at any offset of any two axes', () => {
    expect(evaluate(diagonalScatter(x, of([7, 8])))).toEqual([7, 2, 3, 4, 8, 6]);
    expect(evaluate(diagonalScatter(x, of([7]), { offset: -1 }))).toEqual([1, 2, 3, 7, 5, 6]);
    expect(evaluate(diagonalScatter(x, of([7, 8]), { axes: [1, 0], offset: -1 }))).toEqual([
      1, 7, 3, 4, 5, 8,
    ]);
    expect(evaluate(diagonalScatter(x, of([]), { offset: 9 }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('by tensors of its shape and dtype only', () => {
    expect(refusal(() => sliceScatter(x, of([7, 8]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => selectScatter(x, of([7, 8]), 0, 0))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => diagonalScatter(x, of([7, 8, 9])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => selectScatter(x, constant([1, 2], [2], 'i32'), 1, 0))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    expect(refusal(() => selectScatter(x, of([7, 8]), 1, 3))).toMatch(/Error/);
  });
});
