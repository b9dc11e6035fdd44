import { describe, expect, test } from 'vitest';
import {
  indexAdd,
  indexCopy,
  indexFill,
  indexPut,
  scatterNd,
  tensorScatterUpdate,
} from '../../src/ops/index-update.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const single = constant([7], [], 'f64');
const at = (positions: readonly number[], shape: readonly number[] = [positions.length]) =>
  constant(positions, shape, 'i32');
const numbers = (elements: readonly number[], shape: readonly number[] = [elements.length]) =>
  constant(elements, shape, 'f64');

describe('slices at a vector of positions', () => {
  test('are added to, times alpha, as often as they are named', () => {
    const slices = numbers([10, 20, 30, 40], [2, 2]);
    expect(evaluate(indexAdd(x, 1, at([2, 2]), slices))).toEqual([1, 2, 33, 4, 5, 76]);
    expect(evaluate(indexAdd(x, 1, at([0, 2]), slices, { alpha: -0.5 }))).toEqual([-4, 2, -7, -11, 5, -14]);
    expect(evaluate(indexAdd(single, 0, at([0]), numbers([2], [])))).toEqual([9]);
  });

  test('are replaced by slices, the last of a position', () => {
    expect(evaluate(indexCopy(x, 0, at([1, 1]), numbers([7, 7, 7, 8, 8, 8], [2, 3])))).toEqual([
      1, 2, 3, 8, 8, 8,
    ]);
  });

  test('are filled with one value', () => {
    expect(evaluate(indexFill(x, 1, at([0, -1]), 9))).toEqual([9, 2, 9, 9, 5, 9]);
    expect(evaluate(indexFill(single, 0, at([0]), numbers([3], [])))).toEqual([3]);
    expect(evaluate(indexFill(constant([0, 1], [2], 'bool'), 0, at([0]), 1))).toEqual([1, 1]);
  });

  test('have to fit', () => {
    expect(refusal(() => indexAdd(x, 1, at([0]), numbers([1, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => indexAdd(x, 1, at([0], [1, 1]), numbers([1, 2], [2, 1])))).toBe('ShapeError E_RANK');
    expect(refusal(() => indexAdd(x, 1, at([3]), numbers([1, 2], [2, 1])))).toBe('ShapeError E_INDEX');
    expect(refusal(() => indexCopy(x, 1, at([-1]), numbers([1, 2], [2, 1])))).toBe('ShapeError E_INDEX');
    expect(refusal(() => indexCopy(x, 0, at([0]), input('s', [1, 3])))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => indexFill(x, 0, at([0]), numbers([1, 2])))).toBe('ShapeError E_RANK');
    expect(refusal(() => indexAdd(x, 2, at([0]), numbers([1])))).toBe('ShapeError E_AXIS');
  });
});

describe('indexPut', () => {
  test('puts values at positions that index tensors name together', () => {
    expect(evaluate(indexPut(x, [at([0, -1]), at([2, 0])], numbers([70, 80])))).toEqual([1, 2, 70, 80, 5, 6]);
    expect(evaluate(indexPut(x, [at([1])], numbers([9], [])))).toEqual([1, 2, 3, 9, 9, 9]);
    // Rows and columns that broadcast name a grid.
    const grid = indexPut(x, [at([0, 1], [2, 1]), at([0, 2])], numbers([7, 8]));
    expect(evaluate(grid)).toEqual([7, 2, 8, 7, 5, 8]);
  });

  test('accumulates, or lets the last value stand', () => {
    const values = numbers([1, 1, 1, 2, 2, 2], [2, 3]);
    expect(evaluate(indexPut(x, [at([0, 0])], values, { accumulate: true }))).toEqual([4, 5, 6, 4, 5, 6]);
    expect(evaluate(indexPut(x, [at([0, 0])], values))).toEqual([2, 2, 2, 4, 5, 6]);
  });

  test('takes a mask over leading axes', () => {
    const rows = constant([0, 1], [2], 'bool');
    expect(evaluate(indexPut(x, [rows], numbers([7, 8, 9])))).toEqual([1, 2, 3, 7, 8, 9]);
    const all = constant([1, 0, 1, 0, 1, 0], [2, 3], 'bool');
    expect(evaluate(indexPut(x, [all], numbers([7, 8, 9])))).toEqual([7, 2, 8, 4, 9, 6]);
    expect(evaluate(indexPut(x, [all], numbers([1, 1, 1]), { accumulate: true }))).toEqual([
      2, 2, 4, 4, 6, 6,
    ]);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => indexPut(x, [], numbers([1])))).toBe('ShapeError E_AXIS');
    expect(refusal(() => indexPut(x, [at([0]), at([0]), at([0])], numbers([1])))).toBe('ShapeError E_AXIS');
    expect(refusal(() => indexPut(x, [at([0, 1]), at([0, 1, 1])], numbers([1])))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => indexPut(x, [at([0])], numbers([1, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => indexPut(x, [at([2])], numbers([1])))).toBe('ShapeError E_INDEX');
    const mask = constant([1, 0, 0], [3], 'bool');
    expect(refusal(() => indexPut(x, [mask], numbers([1])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('updates at coordinates', () => {
  test('are added to zeros by scatterNd', () => {
    expect(evaluate(scatterNd(at([3, 1, 3], [3, 1]), numbers([1, 2, 4]), [5]))).toEqual([0, 2, 0, 5, 0]);
    expect(evaluate(scatterNd(at([1], [1, 1]), numbers([1, 2], [1, 2]), [2, 2]))).toEqual([0, 0, 1, 2]);
  });

  test('take the place of what stands there by tensorScatterUpdate', () => {
    expect(evaluate(tensorScatterUpdate(x, at([0, 2, 1, 0], [2, 2]), numbers([7, 8])))).toEqual([
      1, 2, 7, 8, 5, 6,
    ]);
    expect(evaluate(tensorScatterUpdate(x, at([1], [1, 1]), numbers([9], [])))).toEqual([1, 2, 3, 9, 9, 9]);
  });

  test('have to fit', () => {
    expect(refusal(() => scatterNd(at([0], [1, 1]), numbers([1, 2]), [5]))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => scatterNd(at([5], [1, 1]), numbers([1]), [5]))).toBe('ShapeError E_INDEX');
    expect(refusal(() => tensorScatterUpdate(x, at([0], [1, 1]), input('u', [1, 3])))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });
});
