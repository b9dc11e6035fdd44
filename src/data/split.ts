// Splitting a dataset once into train, validation and test parts. Relies on datasets, partitions and the choice
// of random source.

import { dataError } from './data-error.ts';
import type { Dataset, Feeds } from './dataset.ts';
import { labelColumn } from './dataset.ts';
import { ascending, permutation } from './generator.ts';
import { cut, cutStratified, largestRemainder } from './partition.ts';
import type { RandomSourceOptions } from './random-source.ts';
import { randomSource, randomStreams } from './random-source.ts';

/** Options of every split of a dataset. */
export interface SplitOptions<Columns extends Feeds = Feeds> extends RandomSourceOptions {
  /** Draw the rows in random order; default true. Otherwise the parts are consecutive rows. */
  readonly shuffle?: boolean;
  /** Name of a label column whose classes every part shall hold in proportion. Excludes `randomState`. */
  readonly stratify?: keyof Columns & string;
}

/** Options of `trainTestSplit`. */
export interface TrainTestOptions<Columns extends Feeds = Feeds> extends SplitOptions<Columns> {
  /** A fraction below 1 of the rows (rounded up, as scikit-learn does), or a number of rows. */
  readonly testSize: number;
}

/** Options of splits of bare row numbers. */
export interface IndexSplitOptions extends RandomSourceOptions {
  /** Draw the rows in random order; default true. */
  readonly shuffle?: boolean;
  /** Labels, one a row, that every part shall hold in proportion. Excludes `randomState`. */
  readonly stratify?: Int32Array;
}

/**
 * Splits into a train and a test part. With `randomState` both have the rows, in the order, of scikit-learn's
 * `train_test_split(…, test_size, random_state)`.
 *
 * @throws DataError `E_DATA_OPTION`, `E_DATA_EMPTY` (a part without rows), `E_DATA_COLUMN`, `E_DATA_STRATIFY`
 */
export function trainTestSplit<Columns extends Feeds>(
  source: Dataset<Columns>,
  options: TrainTestOptions<Columns>,
): { readonly train: Dataset<Columns>; readonly test: Dataset<Columns> } {
  const testRows = partSize('testSize', options.testSize, source.size);
  const sizes = [source.size - testRows, testRows] as const;
  const [train, test] = partitionIndices(sizes, indexOptions(source, options));
  return { train: source.take(train), test: source.take(test) };
}

/**
 * Splits into as many parts as there are ratios, e.g. `[0.6, 0.2, 0.2]` into train, validation and test. Sizes
 * are shared out by largest remainder, so that they add up to all rows.
 *
 * The last part is cut first from the shuffled rows, then the one before it: with `randomState` a 60/20/20 split
 * has the rows of `train_test_split(test_size=0.2)` whose train part then gives its first rows for validation.
 *
 * @throws DataError `E_DATA_RATIOS` (not positive, or not summing to 1), `E_DATA_EMPTY` (a part without rows),
 * `E_DATA_OPTION`, `E_DATA_COLUMN`, `E_DATA_STRATIFY`
 */
export function split<Columns extends Feeds, const Ratios extends readonly number[]>(
  source: Dataset<Columns>,
  ratios: Ratios,
  options: SplitOptions<Columns> = {},
): { readonly [Part in keyof Ratios]: Dataset<Columns> } {
  const parts = partitionIndices(partSizes(ratios, source.size), indexOptions(source, options));
  // One dataset for each ratio, in order: `map` widens the tuple to an array.
  return parts.map((rows) => source.take(rows)) as unknown as {
    readonly [Part in keyof Ratios]: Dataset<Columns>;
  };
}

/**
 * Deals the rows 0 … n−1 into parts of the given sizes, where n is their sum.
 * @throws DataError `E_DATA_OPTION`, `E_DATA_EMPTY`, `E_DATA_STRATIFY`
 */
export function partitionIndices<const Sizes extends readonly number[]>(
  sizes: Sizes,
  options: IndexSplitOptions = {},
): { readonly [Part in keyof Sizes]: Int32Array } {
  requireRows(sizes);
  const rows = sizes.reduce((left, right) => left + right, 0);
  const shuffle = options.shuffle ?? true;
  const order = shuffle ? permutation(rows, randomSource(options, randomStreams.split)) : ascending(rows);
  const parts =
    options.stratify === undefined
      ? cut(order, sizes, shuffle)
      : cutStratified(order, sizes, shuffle, requireStratification(options.stratify, rows, options));
  // One index array for each size, in order: both cuts are typed as arrays.
  return parts as unknown as { readonly [Part in keyof Sizes]: Int32Array };
}

/**
 * Rows of a part that is given as a fraction below 1 (rounded up: scikit-learn's `ceil(fraction · n)`) or as a
 * number of rows, leaving at least one row for the rest.
 * @throws DataError `E_DATA_OPTION`, `E_DATA_EMPTY`
 */
export function partSize(name: string, size: number, rows: number): number {
  if (!(size > 0) || (size > 1 && !Number.isInteger(size)) || size === Infinity) {
    throw dataError(
      'E_DATA_OPTION',
      `${name} is ${size}, expected a fraction between 0 and 1 or a number of rows`,
      `pass e.g. 0.2 for a fifth of the ${rows} rows, or a whole number of rows`,
    );
  }
  const count = size < 1 ? Math.ceil(size * rows) : size;
  if (count < rows) return count;
  throw dataError(
    'E_DATA_EMPTY',
    `${name} ${size} takes ${count} of ${rows} rows and leaves none for the other part`,
    'choose a smaller part; note that 1 means one row, not all of them',
  );
}

/**
 * Sizes for ratios by largest remainder; the earlier of equal remainders gets the row.
 * @throws DataError `E_DATA_RATIOS`, `E_DATA_EMPTY`
 */
export function partSizes(ratios: readonly number[], rows: number): readonly number[] {
  const sum = ratios.reduce((left, right) => left + right, 0);
  const written = `[${ratios.join(', ')}]`;
  if (ratios.length < 2 || !ratios.every((ratio) => ratio > 0)) {
    throw dataError(
      'E_DATA_RATIOS',
      `the ratios are ${written}, expected at least two positive numbers`,
      'pass e.g. [0.6, 0.2, 0.2] for train, validation and test',
    );
  }
  if (Math.abs(sum - 1) > 1e-9) {
    throw dataError(
      'E_DATA_RATIOS',
      `the ratios ${written} sum to ${sum}, expected 1`,
      `in the same proportions: [${ratios.map((ratio) => Number((ratio / sum).toFixed(6))).join(', ')}]`,
    );
  }
  // As integers, so that decimal ratios such as 0.15, which are not exact in binary, tie where they should.
  const sizes = largestRemainder(
    ratios.map((ratio) => Math.round(ratio * 1e8)),
    rows,
  );
  requireRows(sizes);
  return sizes;
}

function indexOptions<Columns extends Feeds>(
  source: Dataset<Columns>,
  { stratify, ...rest }: SplitOptions<Columns>,
): IndexSplitOptions {
  return stratify === undefined ? rest : { ...rest, stratify: labelColumn(source, stratify) };
}

function requireStratification(classes: Int32Array, rows: number, options: IndexSplitOptions): Int32Array {
  if (options.randomState !== undefined) {
    throw dataError(
      'E_DATA_OPTION',
      "stratify does not go with randomState: scikit-learn's stratified order is not reproduced",
      'use seed instead of randomState',
    );
  }
  if (classes.length === rows) return classes;
  throw dataError(
    'E_DATA_STRATIFY',
    `there are ${classes.length} labels to stratify ${rows} rows by`,
    'pass one label a row',
  );
}

function requireRows(sizes: readonly number[]): void {
  const offender = sizes.findIndex((size) => !(Number.isInteger(size) && size > 0));
  if (sizes.length > 0 && offender === -1) return;
  throw dataError(
    'E_DATA_EMPTY',
    sizes.length === 0
      ? 'there are no parts to split into'
      : `part ${offender} of sizes [${sizes.join(', ')}] would have no rows or no whole number of them`,
    'every part needs at least one row: use more rows, fewer parts or other proportions',
  );
}
