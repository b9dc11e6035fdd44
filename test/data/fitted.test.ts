import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { array, labelEncoder, minMaxScaler, restore, robustScaler, standardScaler } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

const table = [
  [1, 5, -10],
  [2, 5, 0],
  [4, 5, 10],
  [9, 5, 30],
];

const columns = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.array(
      fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: width, maxLength: width }),
      { minLength: 1, maxLength: 20 },
    ),
  );

describe('minMaxScaler', () => {
  test("has scikit-learn's numbers, also for a constant column", () => {
    const { scaler, x } = minMaxScaler().fitTransform(table);
    expect(scaler.dataMin).toEqual([1, 5, -10]);
    expect(scaler.dataMax).toEqual([9, 5, 30]);
    expect(x.shape).toEqual([4, 3]);
    expect([...x.data]).toEqual([0, 0, 0, 0.125, 0, 0.25, 0.375, 0, 0.5, 1, 0, 1]);
    // A constant column is moved, not stretched: 7 lies 2 above what was seen.
    expect([...scaler.transform([[17, 7, -50]]).data]).toEqual([2, 2, -1]);
    expect([...scaler.inverse([[0.5, 0, 0.25]]).data]).toEqual([5, 5, 0]);
  });

  test('takes another range and cuts off what leaves it, if asked', () => {
    const scaler = minMaxScaler({ featureRange: [-1, 1], clip: true }).fit(table);
    expect([...scaler.transform([[17, 5, -50]]).data]).toEqual([1, -1, -1]);
    expect([...scaler.transform([[5, 5, 10]]).data]).toEqual([0, -1, 0]);
  });

  test('refuses a range that is none', () => {
    for (const featureRange of [
      [1, 1],
      [2, 1],
      [0, NaN],
      [0, Infinity],
    ] as const) {
      expectDataError(() => minMaxScaler({ featureRange }), 'E_DATA_OPTION', `[${featureRange.join(', ')}]`);
    }
  });

  property.prop([columns])('keeps the fitted data inside the range, and inverse undoes it', (values) => {
    const x = array(values);
    const { scaler, x: scaled } = minMaxScaler().fitTransform(x);
    const back = scaler.inverse(scaled);
    scaled.data.forEach((value) => {
      expect(value).toBeGreaterThanOrEqual(-1e-6);
      expect(value).toBeLessThanOrEqual(1 + 1e-6);
    });
    back.data.forEach((value, index) => expect(Math.abs(value - x.data[index]!)).toBeLessThan(1e-3));
  });
});

describe('robustScaler', () => {
  test('has medians and interquartile ranges as NumPy interpolates them', () => {
    // numpy.percentile(x, [25, 50, 75], axis=0): [1.75, 3, 5.25], [5, 5, 5], [-2.5, 5, 15].
    const scaler = robustScaler().fit(table);
    expect(scaler.center).toEqual([3, 5, 5]);
    expect(scaler.scale).toEqual([3.5, 1, 17.5]);
    expect([...scaler.transform([[6.5, 7, 5]]).data]).toEqual([1, 2, 0]);
    expect([...scaler.inverse([[1, 2, 0]]).data]).toEqual([6.5, 7, 5]);
  });

  test('is not moved by an outlier', () => {
    const quiet = robustScaler().fit([[1], [2], [3], [4], [5]]);
    const loud = robustScaler().fit([[1], [2], [3], [4], [1e6]]);
    expect(loud.toJSON()).toEqual(quiet.toJSON());
  });

  test('leaves out the centre or the scale, and takes other quantiles', () => {
    expect(robustScaler({ withCentering: false }).fit(table).center).toEqual([0, 0, 0]);
    expect(robustScaler({ withScaling: false }).fit(table).scale).toEqual([1, 1, 1]);
    expect(robustScaler({ quantileRange: [0, 100] }).fit(table).scale).toEqual([8, 1, 40]);
    for (const quantileRange of [
      [75, 25],
      [50, 50],
      [-1, 50],
      [0, 101],
      [NaN, 50],
    ] as const) {
      expectDataError(() => robustScaler({ quantileRange }), 'E_DATA_OPTION', 'quantileRange');
    }
  });
});

describe('labelEncoder', () => {
  test('numbers the classes in ascending order and names them', () => {
    const { encoder, y } = labelEncoder().fitTransform(['virginica', 'setosa', 'virginica', 'versicolor']);
    expectTypeOf(encoder.classes).toEqualTypeOf<readonly string[]>();
    expect(encoder.classes).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(y).toEqual(Int32Array.of(2, 0, 2, 1));
    expect(encoder.inverse([1, 0])).toEqual(['versicolor', 'setosa']);
    expect(Object.isFrozen(encoder.classes)).toBe(true);
  });

  test('sorts numbers by size and texts by code units', () => {
    expect(labelEncoder().fit([10, 9, -1]).classes).toEqual([-1, 9, 10]);
    expect(labelEncoder().fit(Int32Array.of(3, 1, 3)).classNames).toEqual(['1', '3']);
    expect(labelEncoder().fit(['b', 'B', 'ä', 'a']).classes).toEqual(['B', 'a', 'b', 'ä']);
    expect(labelEncoder().fit([true, false]).classes).toEqual([false, true]);
  });

  test('knows one class only, if there is only one', () => {
    const { encoder, y } = labelEncoder().fitTransform(['x', 'x']);
    expect(encoder.classes).toEqual(['x']);
    expect(y).toEqual(Int32Array.of(0, 0));
  });

  test('refuses what it has not seen, what is missing and what does not belong together', () => {
    const encoder = labelEncoder().fit(['a', 'b']);
    expectDataError(() => encoder.transform(['a', 'c']), 'E_DATA_LABEL', 'values[1] is "c"', '"a", "b"');
    expectDataError(() => encoder.transform([null]), 'E_DATA_LABEL', 'values[0] is missing');
    expectDataError(() => encoder.inverse([2]), 'E_DATA_LABEL', 'labels[0] is 2', 'from 0 to 1');
    expectDataError(() => encoder.inverse([-1]), 'E_DATA_LABEL', 'labels[0] is -1');
    expectDataError(() => labelEncoder().fit(['a', null]), 'E_DATA_LABEL', 'values[1] is missing');
    expectDataError(() => labelEncoder().fit([0, NaN]), 'E_DATA_LABEL', 'values[1] is missing');
    expectDataError(() => labelEncoder().fit(['1', 1]), 'E_DATA_LABEL', 'several types');
    expectDataError(() => labelEncoder().fit([]), 'E_DATA_EMPTY');
    const many = labelEncoder().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expectDataError(() => many.transform([0]), 'E_DATA_LABEL', '8 and 2 more');
  });
});

describe('what is saved beside a model', () => {
  const all = [
    standardScaler().fit([[0.1], [0.7]]),
    minMaxScaler({ featureRange: [-1, 1], clip: true }).fit([[0.1], [0.7]]),
    robustScaler().fit([[0.1], [0.7]]),
  ];

  test.each(all)('restores $kind to the bit', (scaler) => {
    const restored = restore(JSON.parse(JSON.stringify(scaler)));
    expect(restored.toJSON()).toEqual(scaler.toJSON());
    if (restored.kind === 'labelEncoder') throw new Error('a scaler was restored as an encoder');
    for (const values of [[[0.25]], [[1 / 3], [9]]]) {
      expect(restored.transform(values)).toEqual(scaler.transform(values));
      expect(restored.inverse(values)).toEqual(scaler.inverse(values));
    }
  });

  test('restores the label encoder', () => {
    const encoder = labelEncoder().fit(['b', 'a']);
    const restored = restore(JSON.parse(JSON.stringify(encoder)), 'labelEncoder');
    expect(restored.kind).toBe('labelEncoder');
    expect(restored.transform(['b', 'a'])).toEqual(Int32Array.of(1, 0));
  });

  test('refuses what was never fitted', () => {
    for (const value of [null, 'text', {}, { kind: 'toString' }, { kind: 'other' }]) {
      expectDataError(() => restore(value), 'E_DATA_VALUE', 'has the kind');
    }
    const minMax = { kind: 'minMaxScaler', featureRange: [0, 1], clip: false, dataMin: [0], dataMax: [1] };
    const robust = { kind: 'robustScaler', center: [0], scale: [1] };
    for (const value of [
      { ...minMax, clip: 'no' },
      { ...minMax, featureRange: [1, 0] },
      { ...minMax, dataMax: [-1] },
      { ...minMax, dataMax: [1, 2] },
      { ...robust, scale: [0] },
      { ...robust, center: [null] },
      { ...robust, center: [0, 0] },
      { kind: 'labelEncoder', classes: [] },
      { kind: 'labelEncoder', classes: ['a', 'a'] },
      { kind: 'labelEncoder', classes: [{}] },
    ]) {
      expectDataError(() => restore(value), 'E_DATA_VALUE', `not a fitted`);
    }
    expect(restore(minMax).kind).toBe('minMaxScaler');
    expectDataError(
      () => restore(minMax, 'robustScaler'),
      'E_DATA_VALUE',
      'a minMaxScaler, not a robustScaler',
    );
  });

  test.each([minMaxScaler(), robustScaler()])('refuses NaN, no data and other widths', (scaler) => {
    expectDataError(() => scaler.fit([[1], [NaN]]), 'E_DATA_NOT_FINITE', 'row 1, column 0');
    expectDataError(() => scaler.fit([]), 'E_DATA_EMPTY', '[0]');
    expectDataError(() => scaler.fit(table).transform([[1]]), 'E_DATA_SHAPE', 'rows of 3');
  });
});
