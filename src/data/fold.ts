// Cross-validation: k folds, stratified k folds, and the validation part that is drawn anew every epoch.
// Relies on datasets, partitions and the choice of random source.

import { dataError, requireInteger } from './data-error.ts';
import type { Dataset, Feeds } from './dataset.ts';
import { labelColumn } from './dataset.ts';
import { ascending, permutation } from './generator.ts';
import type { LabelSource } from './labels.ts';
import { labels } from './labels.ts';
import { countByLabel, cut, cutStratified } from './partition.ts';
import type { RandomSourceOptions } from './random-source.ts';
import { epochGenerator, randomSource, randomStreams } from './random-source.ts';
import { partSize } from './split.ts';

/** Row numbers to train on and to validate on; together they are all rows, each once. */
export interface Fold {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Options of `kFold` and `stratifiedKFold`. */
export interface FoldOptions extends RandomSourceOptions {
  /** Draw the folds at random; default true, since data files are often sorted by class. */
  readonly shuffle?: boolean;
}

/** Options of `shuffledCrossValidation`. */
export interface CrossValidationOptions<Columns extends Feeds = Feeds> {
  /** A fraction below 1 of the rows (rounded up), or a number of rows. */
  readonly validationSize: number;
  /** Default 0. */
  readonly seed?: number;
  /** Name of a label column whose classes both parts shall hold in proportion. */
  readonly stratify?: keyof Columns & string;
}

/** Options of `shuffledFolds`. */
export interface ShuffledFoldOptions {
  /** A fraction below 1 of the rows (rounded up), or a number of rows. */
  readonly validationSize: number;
  /** Default 0. */
  readonly seed?: number;
  /** Labels, one a row, that both parts shall hold in proportion. */
  readonly stratify?: Int32Array;
}

/**
 * k folds of n rows: each row validates once. The first `n mod k` folds have one row more; rows ascend within
 * each part. With `randomState` the folds are those of scikit-learn's `KFold(k, shuffle=True, random_state)`.
 *
 * @throws DataError `E_DATA_OPTION` unless `2 ≤ k ≤ n`
 */
export function kFold(n: number, k: number, options: FoldOptions = {}): readonly Fold[] {
  requireInteger('n', n, 2, 2 ** 31 - 1);
  requireInteger('k', k, 2, n);
  const order =
    (options.shuffle ?? true) ? permutation(n, randomSource(options, randomStreams.folds)) : ascending(n);
  const foldOf = new Int32Array(n);
  const larger = n % k;
  const sizes = Array.from({ length: k }, (_, fold) => Math.floor(n / k) + (fold < larger ? 1 : 0));
  cut(order, sizes, false).forEach((rows, fold) => {
    for (const index of rows) foldOf[index] = fold;
  });
  return foldsFrom(foldOf, k);
}

/**
 * k folds that hold every class in proportion, by dealing the sorted labels out like cards, as scikit-learn's
 * `StratifiedKFold` does; with `randomState` (or without shuffling) the folds are the same ones.
 *
 * @throws DataError `E_DATA_OPTION` unless `k ≥ 2`, `E_DATA_STRATIFY` when a class has fewer than k rows,
 * `E_DATA_LABEL`, `E_DATA_EMPTY`
 */
export function stratifiedKFold(source: LabelSource, k: number, options: FoldOptions = {}): readonly Fold[] {
  const classes = labels(source);
  if (classes.length === 0) {
    throw dataError('E_DATA_EMPTY', 'there are no labels to make folds of', 'pass one label a row');
  }
  requireInteger('k', k, 2, Math.max(2, classes.length));
  const counts = countByLabel(classes);
  for (const [label, count] of counts) {
    if (count >= k) continue;
    throw dataError(
      'E_DATA_STRATIFY',
      `label ${label} has ${count} row(s), fewer than the ${k} folds`,
      'use fewer folds, merge or drop rare classes, or use kFold',
    );
  }
  const random = (options.shuffle ?? true) ? randomSource(options, randomStreams.stratifiedFolds) : undefined;
  const foldOf = new Int32Array(classes.length);
  // Classes in order of first appearance: scikit-learn's order, so that folds do not depend on label values.
  let dealt = 0;
  for (const label of new Set(classes)) {
    const count = counts.get(label) ?? 0;
    const folds = Int32Array.from({ length: count }, (_, index) => (dealt + index) % k).sort();
    dealt += count;
    random?.shuffle(folds);
    let next = 0;
    classes.forEach((candidate, index) => {
      if (candidate === label) foldOf[index] = folds[next++] ?? 0;
    });
  }
  return foldsFrom(foldOf, k);
}

/**
 * Cross-validation that reshuffles training and validation each epoch: a pure function of the epoch, so any
 * epoch can be had again without those before it.
 *
 * @throws DataError `E_DATA_OPTION`, `E_DATA_EMPTY`, `E_DATA_COLUMN`, `E_DATA_STRATIFY`
 */
export function shuffledCrossValidation<Columns extends Feeds>(
  source: Dataset<Columns>,
  { stratify, ...rest }: CrossValidationOptions<Columns>,
): (epoch: number) => { readonly train: Dataset<Columns>; readonly validation: Dataset<Columns> } {
  const folds = shuffledFolds(
    source.size,
    stratify === undefined ? rest : { ...rest, stratify: labelColumn(source, stratify) },
  );
  return (epoch) => {
    const { train, validation } = folds(epoch);
    return { train: source.take(train), validation: source.take(validation) };
  };
}

/**
 * The row numbers of `shuffledCrossValidation`, for n rows.
 * @throws DataError `E_DATA_OPTION`, `E_DATA_EMPTY`, `E_DATA_STRATIFY`
 */
export function shuffledFolds(n: number, options: ShuffledFoldOptions): (epoch: number) => Fold {
  const { seed = 0, stratify } = options;
  const validationRows = partSize('validationSize', options.validationSize, n);
  const sizes = [n - validationRows, validationRows];
  if (stratify !== undefined && stratify.length !== n) {
    throw dataError(
      'E_DATA_STRATIFY',
      `there are ${stratify.length} labels to stratify ${n} rows by`,
      'pass one label a row',
    );
  }
  const foldOfEpoch = (epoch: number): Fold => {
    const order = permutation(n, epochGenerator(seed, randomStreams.crossValidation, epoch));
    const [train = order, validation = order] =
      stratify === undefined ? cut(order, sizes, true) : cutStratified(order, sizes, true, stratify);
    return { train, validation };
  };
  foldOfEpoch(0); // a bad seed or a class too rare is an error here, not in the middle of training
  return foldOfEpoch;
}

function foldsFrom(foldOf: Int32Array, k: number): readonly Fold[] {
  const rows = ascending(foldOf.length);
  return Array.from({ length: k }, (_, fold) => ({
    train: rows.filter((index) => foldOf[index] !== fold),
    validation: rows.filter((index) => foldOf[index] === fold),
  }));
}
