import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { array, standardScaler } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

const table = [
  [1, 2, 3, 1e8],
  [2, 2, 5, 1e8],
  [4, 2, 7, 1e8 + 64],
  [9, 2, 11, 1e8],
];

describe('standardScaler', () => {
  test('has the mean and the biased deviation of each column, and scale 1 where a column is constant', () => {
    // NumPy 2.4.6: x.mean(0), x.std(0).
    const scaler = standardScaler().fit(table);
    expect(scaler.mean).toEqual([4, 2, 6.5, 100000016]);
    expect(scaler.scale[0]).toBeCloseTo(3.082207001484488, 14);
    expect(scaler.scale[1]).toBe(1);
    expect(scaler.scale[2]).toBeCloseTo(2.958039891549808, 14);
    expect(scaler.scale[3]).toBeCloseTo(27.712812921102035, 12);
  });

  test('transforms to f32 of the same shape', () => {
    const { scaler, x } = standardScaler().fitTransform(table);
    expect(x.shape).toEqual([4, 4]);
    expect(x.data).toBeInstanceOf(Float32Array);
    const expected = [-0.9733285267845753, 0, -1.1832159566199232, -0.5773502691896258];
    expected.forEach((value, column) => expect(x.data[column]).toBeCloseTo(value, 6));
    expect(scaler.transform([[4, 3, 6.5, 100000016]]).data).toEqual(Float32Array.of(0, 1, 0, 0));
    expect(scaler.inverse([[0, 0, 0, 0]]).data).toEqual(Float32Array.of(4, 2, 6.5, 100000016));
  });

  test('treats a column that is constant up to the rounding of f64 as constant', () => {
    // 0.1 is not exact, so the mean of many of them differs from it by rounding; the variance is noise.
    const rows = 1000;
    const scaler = standardScaler().fit({ data: new Float64Array(rows).fill(0.1), shape: [rows, 1] });
    expect(scaler.mean[0]).toBeCloseTo(0.1, 12);
    expect(scaler.mean[0]).not.toBe(0.1);
    expect(scaler.scale).toEqual([1]);
  });

  test('keeps a small spread that is more than rounding', () => {
    const scaler = standardScaler().fit([[1e-20], [3e-20]]);
    expect((scaler.scale[0] ?? 0) / 1e-20).toBeCloseTo(1, 6);
  });

  test('scales each pixel of images and keeps the axes', () => {
    const images = array(Uint8Array.of(0, 10, 5, 5, 2, 30, 5, 7), [2, 2, 2]);
    const { scaler, x } = standardScaler().fitTransform(images);
    expect(x.shape).toEqual([2, 2, 2]);
    expect(scaler.mean).toEqual([1, 20, 5, 6]);
    expect(x.data).toEqual(Float32Array.of(-1, -1, 0, -1, 1, 1, 0, 1));
  });

  test('is frozen and leaves the data alone', () => {
    const x = array(table);
    const before = x.data.slice();
    const scaler = standardScaler().fit(x);
    scaler.transform(x);
    expect(x.data).toEqual(before);
    for (const part of [scaler, scaler.mean, scaler.scale]) expect(Object.isFrozen(part)).toBe(true);
  });

  test('survives JSON to the bit', () => {
    const scaler = standardScaler().fit([[0.1], [0.7], [1 / 3]]);
    const restored = standardScaler().fromJSON(JSON.parse(JSON.stringify(scaler)));
    expect(restored.toJSON()).toEqual(scaler.toJSON());
    expect(Object.keys(restored.toJSON())).toEqual(['kind', 'mean', 'scale']);
    expect(restored.transform([[0.25]])).toEqual(scaler.transform([[0.25]]));
  });

  test('refuses JSON that is no fitted scaler', () => {
    const values: unknown[] = [
      null,
      'text',
      {},
      { kind: 'minMax', mean: [0], scale: [1] },
      { kind: 'standardScaler', mean: [0], scale: ['1'] },
      { kind: 'standardScaler', mean: [], scale: [] },
      { kind: 'standardScaler', mean: [0, null], scale: [1, 1] },
    ];
    for (const value of values)
      expectDataError(() => standardScaler().fromJSON(value), 'E_DATA_VALUE', 'not a fitted');
    for (const scale of [[1, 1], [0], [-1]]) {
      expectDataError(
        () => standardScaler().fromJSON({ kind: 'standardScaler', mean: [0], scale }),
        'E_DATA_VALUE',
        `1 means and ${scale.length} scales`,
      );
    }
  });

  test('refuses NaN and infinities and says where they are', () => {
    expectDataError(
      () =>
        standardScaler().fit([
          [1, 2],
          [3, NaN],
        ]),
      'E_DATA_NOT_FINITE',
      'row 1, column 1 is NaN',
    );
    expectDataError(
      () => standardScaler().fit([[-Infinity]]),
      'E_DATA_NOT_FINITE',
      'row 0, column 0 is -Infinity',
    );
    const scaler = standardScaler().fit([[1], [2]]);
    expectDataError(() => scaler.transform([[NaN]]), 'E_DATA_NOT_FINITE', 'row 0, column 0');
    expectDataError(() => scaler.inverse([[1], [Infinity]]), 'E_DATA_NOT_FINITE', 'row 1, column 0');
  });

  test('refuses no data and rows of another length', () => {
    expectDataError(() => standardScaler().fit([]), 'E_DATA_EMPTY', '[0]');
    expectDataError(() => standardScaler().fit([[], []]), 'E_DATA_EMPTY', '[2, 0]');
    expectDataError(
      () =>
        standardScaler()
          .fit(table)
          .transform([[1, 2]]),
      'E_DATA_SHAPE',
      'rows of 4',
      'rows of 2',
    );
  });

  const columns = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(
      fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: width, maxLength: width }),
      {
        minLength: 1,
        maxLength: 30,
      },
    ),
  );

  property.prop([columns])('inverse undoes transform', (values) => {
    const x = array(values);
    const { scaler, x: scaled } = standardScaler().fitTransform(x);
    const back = scaler.inverse(scaled);
    const width = x.shape[1] ?? 1;
    back.data.forEach((value, index) => {
      const column = index % width;
      // One rounding of the scaled value to f32 and one of the result.
      const reach =
        Math.abs(scaled.data[index] ?? 0) * (scaler.scale[column] ?? 1) + Math.abs(x.data[index] ?? 0);
      expect(Math.abs(value - (x.data[index] ?? NaN))).toBeLessThanOrEqual(reach * 2 ** -23 + 2 ** -140);
    });
  });

  property.prop([columns])('scaled columns have mean 0 and deviation 1, or 0 when constant', (values) => {
    const { scaler, x } = standardScaler().fitTransform(values);
    const width = x.shape[1] ?? 1;
    for (let column = 0; column < width; column++) {
      const scaled = [...x.data].filter((_, index) => index % width === column);
      const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
      const deviation = Math.sqrt(
        scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length,
      );
      expect(mean).toBeCloseTo(0, 5);
      const isConstant = scaled.every((value) => value === scaled[0]);
      expect(deviation).toBeCloseTo(isConstant ? 0 : 1, 4);
      if (isConstant) expect(scaler.scale[column]).toBe(1);
    }
  });
});
