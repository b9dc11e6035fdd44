// Scaling each column by its median and the distance of two quantiles, which outliers do not move, with scikit-learn's
// RobustScaler's numbers. Relies on the dense array. Indices run over the fitted table, so `!` holds throughout.

import type { NumericArray, RealSource } from './array.ts';
import { rowCount, rowLength } from './array.ts';
import { fittingTable, isFiniteList, mapColumns } from './column-map.ts';
import { dataError } from './data-error.ts';
import { constantBound } from './min-max-scaler.ts';

/** Options of `robustScaler`. */
export interface RobustScalerOptions {
  /** The two percentiles whose distance is the scale; default `[25, 75]`, the interquartile range. */
  readonly quantileRange?: readonly [lower: number, upper: number];
  /** Subtract the median; default true. */
  readonly withCentering?: boolean;
  /** Divide by the distance of the quantiles; default true. */
  readonly withScaling?: boolean;
}

/** What a fitted scaler is on paper; all doubles survive JSON exactly. */
export interface RobustScalerJson {
  readonly kind: 'robustScaler';
  /** The median of each column, or zeros. */
  readonly center: readonly number[];
  /** The distance of the quantiles of each column, or ones. */
  readonly scale: readonly number[];
}

/** A fitted scaler: one centre and one scale for each element of a row. Frozen. */
export interface FittedRobustScaler extends RobustScalerJson {
  /**
   * `(x − center) / scale`, computed in f64 and rounded once to f32; the shape is kept.
   * @throws DataError `E_DATA_SHAPE` (other row length than fitted), `E_DATA_NOT_FINITE`
   */
  transform(x: RealSource): NumericArray;
  /**
   * `x · scale + center`: undoes `transform`.
   * @throws DataError `E_DATA_SHAPE`, `E_DATA_NOT_FINITE`
   */
  inverse(x: RealSource): NumericArray;
  toJSON(): RobustScalerJson;
}

/** A scaler that has seen no data yet. */
export interface RobustScaler {
  /**
   * Median and quantiles of each element of a row, between two values by linear interpolation (NumPy's default).
   * Columns whose quantiles differ by less than 10 ε get scale 1.
   * @throws DataError `E_DATA_EMPTY` (no rows), `E_DATA_NOT_FINITE` (NaN or infinity in the data)
   */
  fit(x: RealSource): FittedRobustScaler;
  /** Fits, then transforms the same data. */
  fitTransform(x: RealSource): { readonly scaler: FittedRobustScaler; readonly x: NumericArray };
  /**
   * The fitted scaler that `toJSON` wrote (parsed, not text).
   * @throws DataError `E_DATA_VALUE` when the value is not a fitted scaler
   */
  fromJSON(value: unknown): FittedRobustScaler;
}

/**
 * Robust scaling with scikit-learn's numbers: `robustScaler().fit(train).transform(test)`.
 * @throws DataError `E_DATA_OPTION` unless `0 ≤ lower < upper ≤ 100`
 */
export function robustScaler(options: RobustScalerOptions = {}): RobustScaler {
  const { quantileRange = [25, 75], withCentering = true, withScaling = true } = options;
  const [lower, upper] = quantileRange;
  if (!(lower >= 0 && lower < upper && upper <= 100)) {
    throw dataError(
      'E_DATA_OPTION',
      `quantileRange is [${quantileRange.join(', ')}], expected two percentiles, the lower one first`,
      'pass e.g. [25, 75]; percentiles lie between 0 and 100',
    );
  }
  const fit = (x: RealSource): FittedRobustScaler => {
    const table = fittingTable(x);
    const width = rowLength(table);
    const values = new Float64Array(rowCount(table));
    const center = new Float64Array(width);
    const scale = new Float64Array(width).fill(1);
    for (let column = 0; column < width; column++) {
      for (let index = 0; index < values.length; index++) values[index] = table.data[index * width + column]!;
      values.sort();
      if (withCentering) center[column] = percentile(values, 50);
      const range = percentile(values, upper) - percentile(values, lower);
      if (withScaling && range >= constantBound) scale[column] = range;
    }
    return fitted([...center], [...scale]);
  };
  return Object.freeze({
    fit,
    fitTransform: (x: RealSource) => {
      const scaler = fit(x);
      return { scaler, x: scaler.transform(x) };
    },
    fromJSON,
  });
}

/** A percentile of sorted values; the interpolation is NumPy's `_lerp`, which is exact at both ends. */
export function percentile(sorted: Float64Array, percent: number): number {
  const position = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const first = sorted[below]!;
  const second = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const fraction = position - below;
  return fraction < 0.5 ? first + (second - first) * fraction : second - (second - first) * (1 - fraction);
}

function fitted(center: readonly number[], scale: readonly number[]): FittedRobustScaler {
  const json: RobustScalerJson = Object.freeze({
    kind: 'robustScaler',
    center: Object.freeze([...center]),
    scale: Object.freeze([...scale]),
  });
  return Object.freeze<FittedRobustScaler>({
    ...json,
    transform: (x) =>
      mapColumns(x, center.length, (value, column) => (value - center[column]!) / scale[column]!),
    inverse: (x) => mapColumns(x, center.length, (value, column) => value * scale[column]! + center[column]!),
    toJSON: () => json,
  });
}

function fromJSON(value: unknown): FittedRobustScaler {
  const { kind, center, scale } = Object(value) as Partial<Record<keyof RobustScalerJson, unknown>>;
  if (
    kind === 'robustScaler' &&
    isFiniteList(center) &&
    isFiniteList(scale) &&
    center.length === scale.length &&
    scale.every((entry) => entry > 0)
  ) {
    return fitted(center, scale);
  }
  throw dataError(
    'E_DATA_VALUE',
    'the value is not a fitted robust scaler: it needs kind "robustScaler" and lists center and scale of one ' +
      'length, all scales positive',
    'pass what JSON.parse gives for the text that JSON.stringify(scaler) wrote',
  );
}
