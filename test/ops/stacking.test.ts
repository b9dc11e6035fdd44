import { expect, test } from 'vitest';
import {
  atleast1d,
  atleast2d,
  atleast3d,
  columnStack,
  dstack,
  hstack,
  vstack,
} from '../../src/ops/stacking.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const [a, b] = [constant([1, 2], [2], 'f64'), constant([3, 4], [2], 'f64')];
const matrix = constant([1, 2, 3, 4], [2, 2], 'f64');
const single = constant([7], [], 'f64');

test('atleast adds the axes that are missing, where NumPy adds them', () => {
  expect([single, a, matrix].map((x) => atleast1d(x).shape)).toEqual([[1], [2], [2, 2]]);
  expect([single, a, matrix].map((x) => atleast2d(x).shape)).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
  expect([single, a, matrix].map((x) => atleast3d(x).shape)).toEqual([
    [1, 1, 1],
    [1, 2, 1],
    [2, 2, 1],
  ]);
});

test('vectors become rows, columns, or go on', () => {
  expect(evaluate(hstack([a, b]))).toEqual([1, 2, 3, 4]);
  expect(evaluate(hstack([single, a]))).toEqual([7, 1, 2]);
  expect(evaluate(hstack([matrix, matrix]))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  expect(vstack([a, matrix]).shape).toEqual([3, 2]);
  expect(dstack([a, b]).shape).toEqual([1, 2, 2]);
  expect(evaluate(columnStack([a, matrix]))).toEqual([1, 1, 2, 2, 3, 4]);
});

test('nothing, and what does not fit, is refused', () => {
  expect(refusal(() => hstack([]))).toBe('ShapeError E_EMPTY');
  expect(refusal(() => vstack([a, input('x', [3], 'f64')]))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => dstack([a, input('x', [2])]))).toBe('DTypeError E_DTYPE_MISMATCH');
});
