import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import {
  arange,
  filledLike,
  linspace,
  logspace,
  meshgrid,
  onesLike,
  zerosLike,
} from '../../src/ops/creation.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

describe('tensors like another', () => {
  test('have its shape, and its dtype unless told otherwise', () => {
    const x = input('x', [dim('batch'), 2], 'f64');
    expect(zerosLike(x)).toMatchObject({ shape: x.shape, dtype: 'f64' });
    expect(onesLike(x, 'i32')).toMatchObject({ shape: x.shape, dtype: 'i32' });
    expect(evaluate(filledLike(input('y', [2]), -3))).toEqual([-3, -3]);
  });
});

describe('numbers in a row', () => {
  test('arange counts up to what it does not reach', () => {
    expect(evaluate(arange(1, 4))).toEqual([1, 2, 3]);
    expect(evaluate(arange(1, -2, { step: -0.5 }))).toEqual([1, 0.5, 0, -0.5, -1, -1.5]);
    expect(evaluate(arange(2, 9, { step: 3, dtype: 'i32' }))).toEqual([2, 5, 8]);
    expect(arange(3, 3).shape).toEqual([0]);
    expect(refusal(() => arange(0, 3, { step: 0 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => arange(0, 3, { step: -1 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => arange(0, Infinity))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => arange(0, 3, { step: 0.5, dtype: 'i32' }))).toBe('DeclarationError E_OPTION');
  });

  test('linspace ends where it is told, and logspace raises', () => {
    expect(evaluate(linspace(0, 1, 5, { dtype: 'f64' }))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(evaluate(linspace(3, 7, 1))).toEqual([3]);
    expect(linspace(3, 7, 0).shape).toEqual([0]);
    expect(evaluate(linspace(0, 0.3, 4, { dtype: 'f64' })).at(-1)).toBe(0.3);
    expect(evaluate(logspace(0, 2, 3))).toEqual([1, 10, 100]);
    expect(evaluate(logspace(0, 3, 4, { base: 2 }))).toEqual([1, 2, 4, 8]);
    expect(refusal(() => linspace(0, 1, 1.5))).toBe('DeclarationError E_OPTION');
  });
});

describe('meshgrid', () => {
  const [a, b] = [constant([1, 2], [2], 'f64'), constant([3, 4, 5], [3], 'f64')];

  test('runs each vector along an axis of its own', () => {
    expect(meshgrid([a, b]).map((grid) => evaluate(grid))).toEqual([
      [1, 1, 1, 2, 2, 2],
      [3, 4, 5, 3, 4, 5],
    ]);
    expect(meshgrid([a, b], { indexing: 'xy' }).map((grid) => evaluate(grid))).toEqual([
      [1, 2, 1, 2, 1, 2],
      [3, 3, 4, 4, 5, 5],
    ]);
    expect(meshgrid([a, b, a], { indexing: 'xy' }).map((grid) => grid.shape)).toEqual([
      [3, 2, 2],
      [3, 2, 2],
      [3, 2, 2],
    ]);
    expect(meshgrid([a, constant([7], [], 'f64')]).map((grid) => grid.shape)).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  test('refuses matrices', () => {
    expect(refusal(() => meshgrid([input('x', [2, 2])]))).toBe('ShapeError E_RANK');
  });
});
