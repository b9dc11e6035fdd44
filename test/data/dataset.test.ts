import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Dataset } from 'tapeless/data';
import { array, dataset, standardScaler } from 'tapeless/data';
import { labelColumn } from '../../src/data/dataset.ts';
import { expectDataError } from './expect-data-error.ts';

const flowers = dataset(
  {
    x: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    y: [0, 1, 1],
  },
  { classNames: { y: ['setosa', 'virginica'] } },
);

describe('dataset', () => {
  test('reads nested numbers as f32 and a flat list as i32 labels', () => {
    expect(flowers.size).toBe(3);
    expect(flowers.columns.x.shape).toEqual([3, 2]);
    expect(flowers.feeds.x).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(flowers.feeds.y).toEqual(Int32Array.of(0, 1, 1));
    expect(flowers.classNames.y).toEqual(['setosa', 'virginica']);
  });

  test('knows the element types of its feeds', () => {
    expectTypeOf(flowers).toEqualTypeOf<Dataset<{ readonly x: Float32Array; readonly y: Int32Array }>>();
    const typed = dataset({
      image: array(Uint8Array.of(1, 2), [2, 1]),
      weight: Float64Array.of(0.5, 1),
      target: array([0.5, 1.5]),
    });
    expectTypeOf(typed.feeds.image).toEqualTypeOf<Int32Array>();
    expectTypeOf(typed.feeds.weight).toEqualTypeOf<Float32Array>();
    expectTypeOf(typed.feeds.target).toEqualTypeOf<Float32Array>();
    expect(typed.feeds.weight).toEqual(Float32Array.of(0.5, 1));
    expect(typed.feeds.target).toEqual(Float32Array.of(0.5, 1.5));
  });

  test('is frozen', () => {
    for (const part of [flowers, flowers.columns, flowers.feeds, flowers.classNames]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('takes copies of rows and slices views of them, with the class names', () => {
    const taken = flowers.take([2, 0]);
    expect(taken.feeds).toEqual({ x: Float32Array.of(5, 6, 1, 2), y: Int32Array.of(1, 0) });
    expect(taken.classNames).toEqual(flowers.classNames);
    const sliced = flowers.slice(1);
    expect(sliced.feeds).toEqual({ x: Float32Array.of(3, 4, 5, 6), y: Int32Array.of(1, 1) });
    expect(sliced.feeds.x.buffer).toBe(flowers.feeds.x.buffer);
    expectTypeOf(taken.feeds.y).toEqualTypeOf<Int32Array>();
  });

  test('gets columns replaced and added without changing', () => {
    const scaled = flowers.with({ x: standardScaler().fitTransform(flowers.columns.x).x, weight: [1, 2, 3] });
    expect(Object.keys(scaled.feeds)).toEqual(['x', 'y', 'weight']);
    expect(scaled.columns.x.shape).toEqual([3, 2]);
    expect(scaled.feeds.x[0]).toBeCloseTo(-1.2247, 4);
    expectTypeOf(scaled.feeds.weight).toEqualTypeOf<Int32Array>();
    expectTypeOf(scaled.feeds.y).toEqualTypeOf<Int32Array>();
    expect(flowers.feeds.x[0]).toBe(1);
  });

  test('refuses columns of different lengths', () => {
    expectDataError(() => dataset({ x: [[1], [2]], y: [0] }), 'E_DATA_ROWS', '"y" has 1', '"x" has 2');
    expectDataError(() => flowers.with({ y: [1] }), 'E_DATA_ROWS', '"y" has 1', '"x" has 3');
  });

  test('refuses to be empty', () => {
    expectDataError(() => dataset({}), 'E_DATA_EMPTY', 'no columns');
    expectDataError(() => dataset({ x: new Float32Array() }), 'E_DATA_EMPTY', 'no rows');
    expectDataError(() => flowers.take([]), 'E_DATA_EMPTY');
    expectDataError(() => flowers.slice(1, 1), 'E_DATA_EMPTY');
  });

  test('refuses reals in a flat list and says what to write for a real target', () => {
    expectDataError(() => dataset({ y: [1, 0.5] }), 'E_DATA_LABEL', 'y[1] is 0.5', 'array([…])');
  });

  test('refuses what is no column at all', () => {
    const missing: unknown = { x: undefined };
    expectDataError(() => dataset(missing as { x: number[] }), 'E_DATA_VALUE', 'found Undefined');
    const forged = { data: new Float32Array(3), shape: [2, 2] };
    expectDataError(() => dataset({ x: forged }), 'E_DATA_SHAPE', '[2, 2]');
  });

  test('refuses rows that do not exist', () => {
    expectDataError(() => flowers.take([3]), 'E_DATA_INDEX', 'row 3');
    expectDataError(() => flowers.slice(0, 4), 'E_DATA_INDEX', '3 rows');
  });

  test('holds labels against their class names', () => {
    expectDataError(
      () => dataset({ y: [0, 2] }, { classNames: { y: ['a', 'b'] } }),
      'E_DATA_LABEL',
      'y[1] is 2',
      'from 0 to 1',
    );
    expectDataError(
      () => dataset({ x: [[1]] }, { classNames: { x: ['a'] } }),
      'E_DATA_COLUMN',
      '"x"',
      'holds reals',
    );
    const misspelt: unknown = { z: ['a'] };
    expectDataError(
      () => dataset({ y: [0] }, { classNames: misspelt as { y: string[] } }),
      'E_DATA_COLUMN',
      '"z"',
    );
  });
});

describe('labelColumn', () => {
  test('finds the integers of a column', () => {
    expect(labelColumn(flowers, 'y')).toBe(flowers.feeds.y);
  });

  test('refuses columns that are missing, real or of more than one axis', () => {
    expectDataError(() => labelColumn(flowers, 'label'), 'E_DATA_COLUMN', '"label"', 'x, y');
    expectDataError(() => labelColumn(flowers, 'toString'), 'E_DATA_COLUMN', '"toString"');
    expectDataError(() => labelColumn(flowers, 'x'), 'E_DATA_COLUMN', '"x" holds reals', '[3, 2]');
    const wide = dataset({ y: array(Int32Array.of(0, 1), [1, 2]) });
    expectDataError(() => labelColumn(wide, 'y'), 'E_DATA_COLUMN', 'integers of shape [1, 2]');
  });
});
