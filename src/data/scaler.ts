// Standard scaling: columns to mean 0 and standard deviation 1, as a frozen fitted value that is saved as JSON.
// Relies on the dense array; the numbers are scikit-learn's StandardScaler's. Indices run over the axes of the
// array they read, so `!` holds throughout.

import type { NumericArray, NumericData, RealSource } from './array.ts';
import { rowCount, rowLength } from './array.ts';
import { fittingTable, isFiniteList, mapColumns } from './column-map.ts';
import { dataError } from './data-error.ts';

/** What a fitted scaler is on paper; all doubles survive JSON exactly. */
export interface StandardScalerJson {
  readonly kind: 'standardScaler';
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** A fitted scaler: one mean and one scale for each element of a row. Frozen. */
export interface FittedStandardScaler extends StandardScalerJson {
  /**
   * `(x − mean) / scale`, computed in f64 and rounded once to f32; the shape is kept.
   * @throws DataError `E_DATA_SHAPE` (other row length than fitted), `E_DATA_NOT_FINITE`
   */
  transform(x: RealSource): NumericArray;
  /**
   * `x · scale + mean`: undoes `transform`.
   * @throws DataError `E_DATA_SHAPE`, `E_DATA_NOT_FINITE`
   */
  inverse(x: RealSource): NumericArray;
  toJSON(): StandardScalerJson;
}

/** A scaler that has seen no data yet. */
export interface StandardScaler {
  /**
   * Mean and biased standard deviation (divided by n) of each element of a row, accumulated in f64.
   * Columns that are constant up to rounding get scale 1.
   * @throws DataError `E_DATA_EMPTY` (no rows), `E_DATA_NOT_FINITE` (NaN or infinity in the data)
   */
  fit(x: RealSource): FittedStandardScaler;
  /** Fits, then transforms the same data. */
  fitTransform(x: RealSource): { readonly scaler: FittedStandardScaler; readonly x: NumericArray };
  /**
   * The fitted scaler that `toJSON` wrote (parsed, not text).
   * @throws DataError `E_DATA_VALUE` when the value is not a fitted scaler
   */
  fromJSON(value: unknown): FittedStandardScaler;
}

/** Standard scaling with scikit-learn's numbers: `standardScaler().fit(train).transform(test)`. */
export function standardScaler(): StandardScaler {
  return Object.freeze({
    fit,
    fitTransform: (x: RealSource) => {
      const scaler = fit(x);
      return { scaler, x: scaler.transform(x) };
    },
    fromJSON,
  });
}

function fit(x: RealSource): FittedStandardScaler {
  const table = fittingTable(x);
  const rows = rowCount(table);
  const mean = columnMeans(table);
  const variance = columnVariances(table, mean);
  const scale = variance.map((spread, column) =>
    isConstant(spread, mean[column]!, rows) ? 1 : Math.sqrt(spread),
  );
  return fitted([...mean], [...scale]);
}

function columnMeans(table: NumericArray<NumericData>): Float64Array {
  const { data } = table;
  const width = rowLength(table);
  const sums = new Float64Array(width);
  for (let start = 0; start < data.length; start += width) {
    for (let column = 0; column < width; column++) sums[column]! += data[start + column]!;
  }
  return sums.map((sum) => sum / rowCount(table));
}

/**
 * Biased variances. Two passes, the second corrected by the rounding error of the mean: Chan, Golub, LeVeque,
 * "Algorithms for computing the sample variance", The American Statistician 37 (1983), equation 1.7.
 */
function columnVariances(table: NumericArray<NumericData>, mean: Float64Array): Float64Array {
  const { data } = table;
  const width = rowLength(table);
  const rows = rowCount(table);
  const deviations = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let start = 0; start < data.length; start += width) {
    for (let column = 0; column < width; column++) {
      const deviation = data[start + column]! - mean[column]!;
      deviations[column]! += deviation;
      squares[column]! += deviation * deviation;
    }
  }
  return squares.map((sum, column) => Math.max(0, (sum - deviations[column]! ** 2 / rows) / rows));
}

/** Whether a variance is no more than what rounding makes of a constant: scikit-learn's bound. */
function isConstant(variance: number, mean: number, rows: number): boolean {
  return variance <= rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
}

function fitted(mean: readonly number[], scale: readonly number[]): FittedStandardScaler {
  const json: StandardScalerJson = Object.freeze({
    kind: 'standardScaler',
    mean: Object.freeze([...mean]),
    scale: Object.freeze([...scale]),
  });
  const means = Float64Array.from(mean);
  const scales = Float64Array.from(scale);
  return Object.freeze<FittedStandardScaler>({
    ...json,
    transform: (x) =>
      mapColumns(x, mean.length, (value, column) => (value - means[column]!) / scales[column]!),
    inverse: (x) => mapColumns(x, mean.length, (value, column) => value * scales[column]! + means[column]!),
    toJSON: () => json,
  });
}

function fromJSON(value: unknown): FittedStandardScaler {
  const { kind, mean, scale } = Object(value) as Partial<Record<keyof StandardScalerJson, unknown>>;
  if (kind !== 'standardScaler' || !isFiniteList(mean) || !isFiniteList(scale)) {
    throw dataError(
      'E_DATA_VALUE',
      'the value is not a fitted standard scaler: it needs kind "standardScaler" and lists mean and scale',
      'pass what JSON.parse gives for the text that JSON.stringify(scaler) wrote',
    );
  }
  if (mean.length !== scale.length || !scale.every((entry) => entry > 0)) {
    throw dataError(
      'E_DATA_VALUE',
      `the fitted scaler has ${mean.length} means and ${scale.length} scales, or a scale that is not positive`,
      'the file was changed after it was written: fit the scaler again',
    );
  }
  return fitted(mean, scale);
}
