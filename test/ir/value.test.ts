import { describe, expect, test } from 'vitest';
import { flatten, forEachIndex, stridesOf, tabulate } from '../../src/ir/value.ts';

describe('row-major arrays', () => {
  test('have the strides of their shape', () => {
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
    expect(stridesOf([])).toEqual([]);
  });

  test('are visited in order, every index once, its flat position beside it', () => {
    const visited: (readonly [readonly number[], number])[] = [];
    forEachIndex([2, 1, 2], (index, flat) => visited.push([[...index], flat]));
    expect(visited).toEqual([
      [[0, 0, 0], 0],
      [[0, 0, 1], 1],
      [[1, 0, 0], 2],
      [[1, 0, 1], 3],
    ]);
    for (const [index, flat] of visited) expect(flatten(index, stridesOf([2, 1, 2]))).toBe(flat);
  });

  test('without elements are not visited; a scalar is visited once', () => {
    let visits = 0;
    forEachIndex([2, 0], () => visits++);
    expect(visits).toBe(0);
    forEachIndex([], () => visits++);
    expect(visits).toBe(1);
  });

  test('are tabulated from their indices', () => {
    const value = tabulate([2, 2], 'i32', ([row = 0, column = 0], flat) => 100 * row + 10 * column + flat);
    expect(value).toEqual({ shape: [2, 2], dtype: 'i32', data: Float64Array.of(0, 11, 102, 113) });
  });
});
