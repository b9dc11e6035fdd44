import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Dataset } from 'tapeless/data';
import {
  classCounts,
  dataset,
  numpyRandomState,
  partitionIndices,
  split,
  trainTestSplit,
} from 'tapeless/data';
import { partSize, partSizes } from '../../src/data/split.ts';
import { expectDataError } from './expect-data-error.ts';

/** As many rows as asked for; column `row` says which row it was, `y` is one of three classes in blocks. */
function numbered(rows: number): Dataset<{ readonly row: Int32Array; readonly y: Int32Array }> {
  return dataset({
    row: Int32Array.from({ length: rows }, (_, index) => index),
    y: Int32Array.from({ length: rows }, (_, index) => Math.floor((index * 3) / rows)),
  });
}

function sorted(parts: readonly Int32Array[]): number[] {
  return parts.flatMap((part) => [...part]).sort((left, right) => left - right);
}

const iris = numbered(150);

describe('trainTestSplit', () => {
  test('with randomState takes the test rows that scikit-learn takes', () => {
    // y_test of train_test_split(*load_iris(return_X_y=True), test_size=0.2, random_state=42).
    const { train, test: held } = trainTestSplit(iris, { testSize: 0.2, randomState: 42 });
    expect([...held.feeds.y]).toEqual([
      1, 0, 2, 1, 1, 0, 1, 2, 1, 1, 2, 0, 0, 0, 0, 1, 2, 1, 1, 2, 0, 2, 0, 2, 2, 2, 2, 2, 0, 0,
    ]);
    expect([...held.feeds.row.slice(0, 4)]).toEqual([73, 18, 118, 78]);
    expect([...train.feeds.row]).toEqual([...numpyRandomState(42).permutation(150).slice(30)]);
  });

  test('with randomState 2 and a validation part off the train part is the split of the lab', () => {
    const { train, test: held } = trainTestSplit(iris, { testSize: 0.2, randomState: 2 });
    const order = numpyRandomState(2).permutation(150);
    expect(held.feeds.row).toEqual(order.slice(0, 30));
    expect(train.slice(0, held.size).feeds.row).toEqual(order.slice(30, 60));
    expect(train.slice(held.size).feeds.row).toEqual(order.slice(60));
    const [fitted, validation, tested] = split(iris, [0.6, 0.2, 0.2], { randomState: 2 });
    expect(fitted.feeds.row).toEqual(order.slice(60));
    expect(validation.feeds.row).toEqual(order.slice(30, 60));
    expect(tested.feeds.row).toEqual(order.slice(0, 30));
  });

  test('rounds the test part up and reads whole numbers as rows', () => {
    expect(trainTestSplit(numbered(11), { testSize: 0.2 }).test.size).toBe(3);
    expect(trainTestSplit(numbered(11), { testSize: 4 }).test.size).toBe(4);
    expect(trainTestSplit(numbered(11), { testSize: 1 }).test.size).toBe(1);
  });

  test('without shuffling keeps the order, train first', () => {
    const { train, test: held } = trainTestSplit(numbered(5), { testSize: 2, shuffle: false });
    expect([...train.feeds.row]).toEqual([0, 1, 2]);
    expect([...held.feeds.row]).toEqual([3, 4]);
  });

  test('gives the same rows for a seed, others for another, and seed 0 by default', () => {
    const rows = (seed?: number) =>
      trainTestSplit(iris, { testSize: 0.2, ...(seed === undefined ? {} : { seed }) }).test.feeds.row;
    expect(rows(1)).toEqual(rows(1));
    expect(rows(1)).not.toEqual(rows(2));
    expect(rows()).toEqual(rows(0));
  });

  test('stratified has every class in proportion, in no order of classes', () => {
    const { train, test: held } = trainTestSplit(iris, { testSize: 0.2, seed: 5, stratify: 'y' });
    expect(classCounts(held.feeds.y)).toEqual(Int32Array.of(10, 10, 10));
    expect(classCounts(train.feeds.y)).toEqual(Int32Array.of(40, 40, 40));
    expect([...held.feeds.y]).not.toEqual([...held.feeds.y].sort());
  });

  test('refuses part sizes that are none or leave nothing', () => {
    for (const testSize of [0, -0.2, 1.5, NaN, Infinity]) {
      expectDataError(() => trainTestSplit(iris, { testSize }), 'E_DATA_OPTION', `testSize is ${testSize}`);
    }
    expectDataError(() => trainTestSplit(iris, { testSize: 150 }), 'E_DATA_EMPTY', '150 of 150 rows');
    expectDataError(() => trainTestSplit(numbered(2), { testSize: 0.9 }), 'E_DATA_EMPTY', '2 of 2 rows');
  });

  test('refuses two sources of randomness and a stratified order that it does not reproduce', () => {
    const testSize = 0.2;
    expectDataError(
      () => trainTestSplit(iris, { testSize, seed: 1, randomState: 2 }),
      'E_DATA_OPTION',
      'seed (1)',
    );
    expectDataError(
      () => trainTestSplit(iris, { testSize, randomState: 2, stratify: 'y' }),
      'E_DATA_OPTION',
      'stratify does not go with randomState',
    );
    expectDataError(() => trainTestSplit(iris, { testSize, seed: -1 }), 'E_DATA_OPTION', 'seed is -1');
  });

  test('refuses to stratify by a column that is missing or by a class that is too rare', () => {
    const column: string = 'label';
    expectDataError(
      () => trainTestSplit(iris as Dataset, { testSize: 0.2, stratify: column }),
      'E_DATA_COLUMN',
    );
    const rare = dataset({ y: [0, 0, 0, 0, 1] });
    expectDataError(
      () => trainTestSplit(rare, { testSize: 2, stratify: 'y' }),
      'E_DATA_STRATIFY',
      'label 1 has 1 row(s)',
      '2 parts',
    );
  });
});

describe('split', () => {
  test('has one typed part for each ratio', () => {
    const parts = split(iris, [0.7, 0.15, 0.15], { seed: 3 });
    expectTypeOf(parts).toEqualTypeOf<readonly [typeof iris, typeof iris, typeof iris]>();
    // 22.5 twice: the earlier part gets the odd row.
    expect(parts.map((part) => part.size)).toEqual([105, 23, 22]);
  });

  test.each([
    [[0.6, 0.2, 0.2], 150, [90, 30, 30]],
    [[0.8, 0.1, 0.1], 150, [120, 15, 15]],
    [[0.7, 0.3], 10, [7, 3]],
    [[0.29, 0.71], 100, [29, 71]],
    [[1 / 3, 1 / 3, 1 / 3], 10, [4, 3, 3]],
    [[0.6, 0.2, 0.2], 1_000_000, [600_000, 200_000, 200_000]],
  ])('shares %j of %i rows out as %j', (ratios, rows, expected) => {
    expect(partSizes(ratios, rows)).toEqual(expected);
  });

  test('refuses ratios that do not sum to 1 and says what would', () => {
    expectDataError(() => split(iris, [0.6, 0.2, 0.3]), 'E_DATA_RATIOS', '[0.6, 0.2, 0.3]', 'sum to 1.1');
    expectDataError(() => split(iris, [60, 20, 20]), 'E_DATA_RATIOS', '[0.6, 0.2, 0.2]');
  });

  test('refuses ratios that are not positive or too few', () => {
    expectDataError(() => split(iris, [1, 0]), 'E_DATA_RATIOS', '[1, 0]');
    expectDataError(() => split(iris, [1.5, -0.5]), 'E_DATA_RATIOS', '[1.5, -0.5]');
    expectDataError(() => split(iris, [NaN, 1]), 'E_DATA_RATIOS', '[NaN, 1]');
    expectDataError(() => split(iris, [1]), 'E_DATA_RATIOS', '[1]');
  });

  test('refuses parts without rows', () => {
    expectDataError(() => split(numbered(3), [0.98, 0.01, 0.01]), 'E_DATA_EMPTY', 'part 1', '[3, 0, 0]');
  });

  property.prop([
    fc.integer({ min: 30, max: 300 }),
    fc.constantFrom([0.6, 0.2, 0.2], [0.7, 0.15, 0.15], [0.8, 0.1, 0.1], [0.5, 0.5]),
    fc.nat(),
    fc.boolean(),
    fc.boolean(),
  ])('gives parts that are a partition of the rows', (rows, ratios, seed, shuffle, stratified) => {
    const source = numbered(rows);
    const parts = split(source, ratios, { seed, shuffle, ...(stratified ? { stratify: 'y' } : {}) });
    expect(sorted(parts.map((part) => part.feeds.row))).toEqual([...source.feeds.row]);
    expect(parts.map((part) => part.size)).toEqual(partSizes(ratios, rows));
    // Rows stay whole: the label still belongs to the row.
    for (const part of parts) expect(part.feeds.y).toEqual(source.take(part.feeds.row).feeds.y);
    if (!stratified) return;
    const whole = classCounts(source.feeds.y, 3);
    for (const part of parts) {
      classCounts(part.feeds.y, 3).forEach((count, label) => {
        expect(Math.abs(count - ((whole[label] ?? 0) * part.size) / rows)).toBeLessThan(2);
      });
    }
  });
});

describe('partitionIndices', () => {
  test('deals rows into parts of given sizes', () => {
    const parts = partitionIndices([3, 1, 2], { seed: 8 });
    expectTypeOf(parts).toEqualTypeOf<readonly [Int32Array, Int32Array, Int32Array]>();
    expect(parts.map((part) => part.length)).toEqual([3, 1, 2]);
    expect(sorted(parts)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('stratifies without shuffling by taking each class in order', () => {
    const stratify = Int32Array.of(5, 5, -1, -1, 5, -1);
    const [first, second] = partitionIndices([4, 2], { shuffle: false, stratify });
    expect([...first]).toEqual([0, 1, 2, 3]);
    expect([...second]).toEqual([4, 5]);
  });

  test('refuses sizes that are no parts and labels for other rows', () => {
    expectDataError(() => partitionIndices([]), 'E_DATA_EMPTY', 'no parts');
    expectDataError(() => partitionIndices([2, 0]), 'E_DATA_EMPTY', 'part 1');
    expectDataError(() => partitionIndices([1.5, 1]), 'E_DATA_EMPTY', 'part 0');
    expectDataError(
      () => partitionIndices([1, 1], { stratify: Int32Array.of(0) }),
      'E_DATA_STRATIFY',
      '1 labels',
    );
  });
});

property.prop([fc.integer({ min: 2, max: 10_000 }), fc.integer({ min: 1, max: 99 })])(
  'a fraction takes ceil(fraction · n) rows, or is refused',
  (rows, percent) => {
    const expected = Math.ceil((percent / 100) * rows);
    if (expected < rows) expect(partSize('part', percent / 100, rows)).toBe(expected);
    else expectDataError(() => partSize('part', percent / 100, rows), 'E_DATA_EMPTY');
  },
);
