import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Fold } from 'tapeless/data';
import {
  classCounts,
  dataset,
  kFold,
  shuffledCrossValidation,
  shuffledFolds,
  stratifiedKFold,
} from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

/** The fold in which each row validates; throws off the test when folds are not a partition. */
function foldOfRow(folds: readonly Fold[], rows: number): number[] {
  const result = Array.from({ length: rows }, () => -1);
  folds.forEach((fold, number) => {
    expect(fold.train.length + fold.validation.length).toBe(rows);
    expect(new Set([...fold.train, ...fold.validation]).size).toBe(rows);
    for (const index of fold.validation) {
      expect(result[index]).toBe(-1);
      result[index] = number;
    }
  });
  expect(result).not.toContain(-1);
  return result;
}

describe('kFold', () => {
  test('without shuffling cuts consecutive rows, the first folds one row larger', () => {
    const folds = kFold(7, 3, { shuffle: false });
    expect(folds.map((fold) => [...fold.validation])).toEqual([
      [0, 1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect([...folds[1]!.train]).toEqual([0, 1, 2, 5, 6]);
  });

  test('with randomState gives the folds of scikit-learn', () => {
    // NumPy 2.4.6: RandomState(2).shuffle(arange(11)) cut into 4, 4 and 3, each sorted, as KFold does.
    expect(kFold(11, 3, { randomState: 2 }).map((fold) => [...fold.validation])).toEqual([
      [1, 4, 5, 9],
      [0, 2, 3, 7],
      [6, 8, 10],
    ]);
  });

  test('shuffles by default, the same way for the same seed', () => {
    expect(kFold(50, 5)).toEqual(kFold(50, 5, { seed: 0 }));
    expect(kFold(50, 5)).not.toEqual(kFold(50, 5, { shuffle: false }));
    expect(kFold(50, 5)).not.toEqual(kFold(50, 5, { seed: 1 }));
  });

  test('refuses numbers of folds that the rows do not allow', () => {
    expectDataError(() => kFold(5, 1), 'E_DATA_OPTION', 'k is 1', 'from 2 to 5');
    expectDataError(() => kFold(5, 6), 'E_DATA_OPTION', 'k is 6');
    expectDataError(() => kFold(1, 2), 'E_DATA_OPTION', 'n is 1');
  });

  property.prop([fc.integer({ min: 2, max: 80 }), fc.nat(), fc.nat(), fc.boolean()])(
    'validates every row once, in folds whose sizes differ by at most one',
    (rows, draw, seed, shuffle) => {
      const k = 2 + (draw % (rows - 1));
      const folds = kFold(rows, k, { seed, shuffle });
      foldOfRow(folds, rows);
      const sizes = folds.map((fold) => fold.validation.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    },
  );
});

describe('stratifiedKFold', () => {
  const labels = [2, 0, 1, 0, 2, 2, 1, 0, 0, 1, 2, 0, 1, 1];

  test('gives the folds of scikit-learn, shuffled and not', () => {
    // scikit-learn's _make_test_folds run with NumPy 2.4.6.
    expect(foldOfRow(stratifiedKFold(labels, 3, { shuffle: false }), 14)).toEqual([
      0, 0, 0, 1, 0, 1, 0, 1, 2, 1, 2, 2, 1, 2,
    ]);
    expect(foldOfRow(stratifiedKFold(labels, 3, { randomState: 2 }), 14)).toEqual([
      1, 2, 0, 1, 2, 0, 2, 0, 1, 1, 0, 2, 0, 1,
    ]);
  });

  test('refuses classes with fewer rows than folds', () => {
    expectDataError(() => stratifiedKFold([0, 0, 0, 1, 1], 3), 'E_DATA_STRATIFY', 'label 1 has 2', '3 folds');
    expectDataError(() => stratifiedKFold([0, 0], 1), 'E_DATA_OPTION', 'k is 1');
    expectDataError(() => stratifiedKFold([], 2), 'E_DATA_EMPTY', 'no labels');
  });

  property.prop([
    fc.array(fc.integer({ min: 5, max: 20 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 2, max: 5 }),
    fc.nat(),
  ])('has every class in every fold, within one row of even', (counts, k, seed) => {
    const values = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
    const folds = stratifiedKFold(values, k, { seed });
    foldOfRow(folds, values.length);
    for (const { validation } of folds) {
      const inFold = classCounts(
        Int32Array.from(validation, (index) => values[index] ?? -1),
        counts.length,
      );
      counts.forEach((count, label) => {
        expect(Math.abs((inFold[label] ?? 0) - count / k)).toBeLessThan(1);
      });
    }
  });
});

describe('shuffledCrossValidation', () => {
  const source = dataset({
    x: Array.from({ length: 40 }, (_, index) => [index]),
    y: Array.from({ length: 40 }, (_, index) => (index < 10 ? 0 : 1)),
  });

  test('draws another validation part each epoch, from the epoch alone', () => {
    const first = shuffledCrossValidation(source, { validationSize: 0.25, seed: 3 });
    const second = shuffledCrossValidation(source, { validationSize: 0.25, seed: 3 });
    const later = second(7);
    expect(first(0).validation.feeds).not.toEqual(first(1).validation.feeds);
    expect(first(7).validation.feeds).toEqual(later.validation.feeds);
    expect(first(7).train.feeds).toEqual(later.train.feeds);
    expectTypeOf(later.train).toEqualTypeOf<typeof source>();
  });

  test('keeps classes in proportion on request', () => {
    const folds = shuffledCrossValidation(source, { validationSize: 8, stratify: 'y' });
    for (let epoch = 0; epoch < 5; epoch++) {
      expect(classCounts(folds(epoch).validation.feeds.y)).toEqual(Int32Array.of(2, 6));
    }
  });

  test('refuses bad options when it is made, not in the middle of training', () => {
    const column: string = 'x';
    expectDataError(
      () => shuffledCrossValidation(source, { validationSize: 1.5 }),
      'E_DATA_OPTION',
      'validationSize',
    );
    expectDataError(
      () => shuffledCrossValidation(source, { validationSize: 40 }),
      'E_DATA_EMPTY',
      '40 of 40',
    );
    expectDataError(
      () => shuffledCrossValidation(source, { validationSize: 4, stratify: column as 'y' }),
      'E_DATA_COLUMN',
    );
    expectDataError(() => shuffledFolds(3, { validationSize: 1, seed: -1 }), 'E_DATA_OPTION', 'seed is -1');
    const stratify = Int32Array.of(0, 0, 1);
    expectDataError(() => shuffledFolds(3, { validationSize: 1, stratify }), 'E_DATA_STRATIFY', 'label 1');
    expectDataError(() => shuffledFolds(4, { validationSize: 1, stratify }), 'E_DATA_STRATIFY', '3 labels');
    expectDataError(() => shuffledFolds(4, { validationSize: 1 })(-1), 'E_DATA_OPTION', 'epoch is -1');
  });

  property.prop([fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(), fc.nat(1000)])(
    'parts the rows in two in every epoch',
    (rows, draw, seed, epoch) => {
      const validationSize = 1 + (draw % (rows - 1));
      const { train, validation } = shuffledFolds(rows, { validationSize, seed })(epoch);
      expect(validation.length).toBe(validationSize);
      expect([...train, ...validation].sort((left, right) => left - right)).toEqual(
        Array.from({ length: rows }, (_, index) => index),
      );
    },
  );
});
