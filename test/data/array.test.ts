import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { NumericArray } from 'tapeless/data';
import { array, row, rowCount, rowLength, rows, sliceRows, takeRows, withShape } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

describe('array', () => {
  test('makes f32 of nested numbers with the shape of the nesting', () => {
    const cube = array([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    expect(cube.shape).toEqual([1, 2, 3]);
    expect(cube.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expectTypeOf(cube).toEqualTypeOf<NumericArray>();
  });

  test('keeps a Float32Array and an Int32Array without a copy and gives them a shape', () => {
    const reals = new Float32Array(6);
    const integers = new Int32Array(4);
    expect(array(reals, [2, 3]).data).toBe(reals);
    expect(array(integers).data).toBe(integers);
    expect(array(integers).shape).toEqual([4]);
    expectTypeOf(array(integers)).toEqualTypeOf<NumericArray<Int32Array>>();
  });

  test('turns f64 into f32 and small integers into i32', () => {
    expect(array(Float64Array.of(0.1)).data).toEqual(Float32Array.of(0.1));
    expect(array(Uint8Array.of(255, 0)).data).toEqual(Int32Array.of(255, 0));
    expect(array(Int8Array.of(-3)).data).toEqual(Int32Array.of(-3));
  });

  test('gives nested numbers another shape on request', () => {
    expect(array([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2]);
  });

  test('freezes the record and its shape, apart from the shape it was given', () => {
    const shape = [2];
    const vector = array(Float32Array.of(1, 2), shape);
    shape[0] = 7;
    expect(vector.shape).toEqual([2]);
    expect(Object.isFrozen(vector)).toBe(true);
    expect(Object.isFrozen(vector.shape)).toBe(true);
  });

  test('keeps NaN and infinities, which may mark missing values', () => {
    expect(array([NaN, -Infinity]).data).toEqual(Float32Array.of(NaN, -Infinity));
  });

  test('refuses ragged rows and says which row', () => {
    expectDataError(
      () => array([[1, 2], [3]]),
      'E_DATA_RAGGED',
      'values[1] is an array of 1',
      'an array of 2',
    );
    const mixed: unknown = [[1, 2], 3];
    expectDataError(() => array(mixed as number[][]), 'E_DATA_RAGGED', 'values[1] is a number');
    const deeper: unknown = [1, [2]];
    expectDataError(
      () => array(deeper as number[]),
      'E_DATA_RAGGED',
      'values[1] is an array of 1',
      'a number',
    );
  });

  test('refuses entries that are not numbers and says where', () => {
    const values: unknown = [
      [1, 2],
      [3, '4'],
    ];
    expectDataError(() => array(values as number[][]), 'E_DATA_VALUE', 'values[1][1] is "4"');
    for (const nothing of [null, undefined, {}, BigInt64Array.of(1n), Uint32Array.of(1)] as unknown[]) {
      expectDataError(() => array(nothing as number[]), 'E_DATA_VALUE', 'expected numbers, found');
    }
  });

  test('refuses finite numbers that f32 would turn into infinity', () => {
    expectDataError(() => array([[1e39]]), 'E_DATA_VALUE', 'values[0][0] is 1e+39');
    expectDataError(() => array(Float64Array.of(0, -1e300)), 'E_DATA_VALUE', 'values[1] is -1e+300');
  });

  test('refuses a shape that the values do not fill', () => {
    expectDataError(
      () => array(new Float32Array(5), [2, 3]),
      'E_DATA_SHAPE',
      '5 values',
      '[2, 3]',
      '6 elements',
    );
    expectDataError(() => withShape(new Int8Array(1), []), 'E_DATA_SHAPE', '[]');
    expectDataError(() => array([1, 2], [-1, -2]), 'E_DATA_SHAPE', '[-1, -2]');
    expectDataError(() => array([1], [0.5, 2]), 'E_DATA_SHAPE', '[0.5, 2]');
  });
});

describe('rows', () => {
  const table = array([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  test('are counted along axis 0', () => {
    expect(rowCount(table)).toBe(3);
    expect(rowLength(table)).toBe(2);
    expect(rowLength(array([1, 2, 3]))).toBe(1);
    expect(rowLength(array(new Float32Array(24), [2, 3, 4]))).toBe(12);
  });

  test('are views on the memory of the array', () => {
    expect(row(table, 1)).toEqual(Float32Array.of(3, 4));
    expect(row(table, 1).buffer).toBe(table.data.buffer);
    expect([...rows(table)].map((values) => [...values])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(sliceRows(table, 1).data.buffer).toBe(table.data.buffer);
  });

  test('are sliced with the end not included', () => {
    expect(sliceRows(table, 1, 2)).toEqual(array([[3, 4]]));
    expect(sliceRows(table, 3).shape).toEqual([0, 2]);
  });

  test('are taken in any order, with repetitions, in the element type of the source', () => {
    expect(takeRows(table, [2, 0, 2])).toEqual(
      array([
        [5, 6],
        [1, 2],
        [5, 6],
      ]),
    );
    expect(takeRows(withShape(Uint8Array.of(7, 8), [2]), Int32Array.of(1)).data).toEqual(Uint8Array.of(8));
  });

  test('that do not exist are refused', () => {
    expectDataError(() => row(table, 3), 'E_DATA_INDEX', 'row 3', '3 rows');
    expectDataError(() => takeRows(table, [0, -1]), 'E_DATA_INDEX', 'row -1');
    expectDataError(() => takeRows(table, [0.5]), 'E_DATA_INDEX', 'row 0.5');
    expectDataError(() => sliceRows(table, 2, 1), 'E_DATA_INDEX', 'rows 2 to 1');
    expectDataError(() => sliceRows(table, -1), 'E_DATA_INDEX', 'rows -1 to 3');
    expectDataError(() => sliceRows(table, 0, 4), 'E_DATA_INDEX', 'rows 0 to 4');
  });
});

property.prop([
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 5 }),
  fc.infiniteStream(fc.nat(1000)),
])('taking rows gives what indexing the nested numbers gives', (count, width, stream) => {
  const nested = Array.from({ length: count }, () => [...stream.take(width)]);
  const indices = [...stream.take(count)].map((value) => value % count);
  expect(takeRows(array(nested), indices)).toEqual(array(indices.map((index) => nested[index] ?? [])));
});
