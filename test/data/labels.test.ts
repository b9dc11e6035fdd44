import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { argmaxRows, array, classCounts, labels, oneHot } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

describe('labels', () => {
  test('become i32, an Int32Array without a copy', () => {
    const stored = Int32Array.of(1, 2);
    expect(labels(stored)).toBe(stored);
    expect(labels([0, -5, 2 ** 31 - 1])).toEqual(Int32Array.of(0, -5, 2 ** 31 - 1));
    expect(labels(Uint8Array.of(9))).toEqual(Int32Array.of(9));
    expect(labels(array(Float32Array.of(3, 4)))).toEqual(Int32Array.of(3, 4));
  });

  test('that are not integers are refused with their place', () => {
    expectDataError(() => labels([0, 1.5]), 'E_DATA_LABEL', 'labels[1] is 1.5', 'Float32Array');
    expectDataError(() => labels([NaN], 'y'), 'E_DATA_LABEL', 'y[0] is NaN');
    expectDataError(() => labels([2 ** 31]), 'E_DATA_LABEL', '2147483648');
    expectDataError(() => labels([-(2 ** 31) - 1]), 'E_DATA_LABEL', '-2147483649');
  });

  test('that are one-hot rows are refused', () => {
    expectDataError(() => labels(oneHot([0, 1])), 'E_DATA_LABEL', '[2, 2]', 'argmaxRows');
  });
});

describe('classCounts', () => {
  test('counts the samples of each class, also of classes without samples', () => {
    expect(classCounts([0, 2, 2], 4)).toEqual(Int32Array.of(1, 0, 2, 0));
    expect(classCounts([0, 2, 2])).toEqual(Int32Array.of(1, 0, 2));
  });

  test('refuses labels out of range', () => {
    expectDataError(() => classCounts([0, 3, 4], 3), 'E_DATA_LABEL', 'labels[1] is 3', 'from 0 to 2');
    expectDataError(() => classCounts([1, -1]), 'E_DATA_LABEL', 'labels[1] is -1');
  });

  test('copes with more labels than a call has arguments', () => {
    expect(classCounts(new Int32Array(300_000))).toEqual(Int32Array.of(300_000));
  });
});

describe('oneHot', () => {
  test('puts a 1 in the column of the label', () => {
    expect(oneHot([2, 0])).toEqual(
      array([
        [0, 0, 1],
        [1, 0, 0],
      ]),
    );
    expect(oneHot([0], 2)).toEqual(array([[1, 0]]));
  });

  test('refuses labels out of range and impossible numbers of classes', () => {
    expectDataError(() => oneHot([0, 2], 2), 'E_DATA_LABEL', 'labels[1] is 2', 'from 0 to 1');
    expectDataError(() => oneHot([0], 0), 'E_DATA_OPTION', 'number of classes is 0');
    expectDataError(() => oneHot([0], 1.5), 'E_DATA_OPTION', 'number of classes is 1.5');
  });
});

describe('argmaxRows', () => {
  test('takes the first of equal scores', () => {
    expect(
      argmaxRows([
        [1, 3, 3],
        [-Infinity, -Infinity, -Infinity],
        [-2, -1, -3],
      ]),
    ).toEqual(Int32Array.of(1, 0, 1));
  });

  test('refuses NaN, of which no score is the largest', () => {
    expectDataError(
      () =>
        argmaxRows([
          [1, 2],
          [NaN, 5],
        ]),
      'E_DATA_NOT_FINITE',
      'row 1, column 0',
    );
  });

  test('refuses anything but rows of scores', () => {
    expectDataError(() => argmaxRows([1, 2]), 'E_DATA_SHAPE', '[2]');
    expectDataError(() => argmaxRows([[], []]), 'E_DATA_SHAPE', '[2, 0]');
  });

  property.prop([fc.array(fc.nat(12), { minLength: 1 })])('undoes oneHot', (values) => {
    expect([...argmaxRows(oneHot(values))]).toEqual(values);
  });
});
