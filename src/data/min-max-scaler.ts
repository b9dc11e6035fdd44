// Scaling each column to a fixed range, with scikit-learn's MinMaxScaler's numbers, as a frozen fitted value that is
// saved as JSON. Relies on the dense array. Indices run over the columns of the fitted table, so `!` holds throughout.

import type { NumericArray, RealSource } from './array.ts';
import { rowLength } from './array.ts';
import { fittingTable, isFiniteList, mapColumns } from './column-map.ts';
import { dataError } from './data-error.ts';

/** Options of `minMaxScaler`. */
export interface MinMaxScalerOptions {
  /** The range that the fitted data will have; default `[0, 1]`. */
  readonly featureRange?: readonly [minimum: number, maximum: number];
  /** Cut transformed values off at the range, so that new data cannot leave it; default false. */
  readonly clip?: boolean;
}

/** What a fitted scaler is on paper; all doubles survive JSON exactly. */
export interface MinMaxScalerJson {
  readonly kind: 'minMaxScaler';
  readonly featureRange: readonly [minimum: number, maximum: number];
  readonly clip: boolean;
  /** The smallest value of each column. */
  readonly dataMin: readonly number[];
  /** The largest value of each column. */
  readonly dataMax: readonly number[];
}

/** A fitted scaler: a smallest and a largest value for each element of a row. Frozen. */
export interface FittedMinMaxScaler extends MinMaxScalerJson {
  /**
   * `x · scale + min` with `scale = (maximum − minimum) / (dataMax − dataMin)` and `min = minimum − dataMin · scale`,
   * computed in f64 and rounded once to f32; the shape is kept.
   * @throws DataError `E_DATA_SHAPE` (other row length than fitted), `E_DATA_NOT_FINITE`
   */
  transform(x: RealSource): NumericArray;
  /**
   * `(x − min) / scale`: undoes `transform`, but for what `clip` cut off.
   * @throws DataError `E_DATA_SHAPE`, `E_DATA_NOT_FINITE`
   */
  inverse(x: RealSource): NumericArray;
  toJSON(): MinMaxScalerJson;
}

/** A scaler that has seen no data yet. */
export interface MinMaxScaler {
  /**
   * The smallest and the largest value of each element of a row. A column whose values differ by less than 10 ε is
   * constant, as in scikit-learn: it is moved to the lower end of the range and not stretched.
   * @throws DataError `E_DATA_EMPTY` (no rows), `E_DATA_NOT_FINITE` (NaN or infinity in the data)
   */
  fit(x: RealSource): FittedMinMaxScaler;
  /** Fits, then transforms the same data. */
  fitTransform(x: RealSource): { readonly scaler: FittedMinMaxScaler; readonly x: NumericArray };
  /**
   * The fitted scaler that `toJSON` wrote (parsed, not text), with the options that it was made with.
   * @throws DataError `E_DATA_VALUE` when the value is not a fitted scaler
   */
  fromJSON(value: unknown): FittedMinMaxScaler;
}

/**
 * Scaling to a range with scikit-learn's numbers: `minMaxScaler({ featureRange: [-1, 1] }).fit(train).transform(test)`.
 * @throws DataError `E_DATA_OPTION` unless the range is two finite numbers, ascending
 */
export function minMaxScaler(options: MinMaxScalerOptions = {}): MinMaxScaler {
  const { clip = false } = options;
  const featureRange: readonly number[] = options.featureRange ?? [0, 1];
  if (!isRange(featureRange)) {
    throw dataError(
      'E_DATA_OPTION',
      `featureRange is [${featureRange.join(', ')}], expected two finite numbers, the smaller one first`,
      'pass e.g. [0, 1] or [-1, 1]',
    );
  }
  const fit = (x: RealSource): FittedMinMaxScaler => {
    const { data, width } = columnsOf(x);
    const dataMin = new Float64Array(width).fill(Infinity);
    const dataMax = new Float64Array(width).fill(-Infinity);
    for (let start = 0; start < data.length; start += width) {
      for (let column = 0; column < width; column++) {
        dataMin[column] = Math.min(dataMin[column]!, data[start + column]!);
        dataMax[column] = Math.max(dataMax[column]!, data[start + column]!);
      }
    }
    return fitted({ kind: 'minMaxScaler', featureRange, clip, dataMin: [...dataMin], dataMax: [...dataMax] });
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

/** Differences below this are none: `_handle_zeros_in_scale` of scikit-learn. */
export const constantBound = 10 * Number.EPSILON;

function columnsOf(x: RealSource): { readonly data: ArrayLike<number>; readonly width: number } {
  const table = fittingTable(x);
  return { data: table.data, width: rowLength(table) };
}

function fitted(content: MinMaxScalerJson): FittedMinMaxScaler {
  const { featureRange, clip, dataMin, dataMax } = content;
  const [minimum, maximum] = featureRange;
  const scale = Float64Array.from(dataMin, (smallest, column) => {
    const range = dataMax[column]! - smallest;
    return (maximum - minimum) / (range < constantBound ? 1 : range);
  });
  const min = Float64Array.from(dataMin, (smallest, column) => minimum - smallest * scale[column]!);
  const json: MinMaxScalerJson = Object.freeze({
    kind: 'minMaxScaler',
    featureRange: Object.freeze([minimum, maximum] as const),
    clip,
    dataMin: Object.freeze([...dataMin]),
    dataMax: Object.freeze([...dataMax]),
  });
  const change = (value: number, column: number) => value * scale[column]! + min[column]!;
  return Object.freeze<FittedMinMaxScaler>({
    ...json,
    transform: (x) =>
      mapColumns(
        x,
        dataMin.length,
        clip ? (value, column) => Math.min(maximum, Math.max(minimum, change(value, column))) : change,
      ),
    inverse: (x) => mapColumns(x, dataMin.length, (value, column) => (value - min[column]!) / scale[column]!),
    toJSON: () => json,
  });
}

function fromJSON(value: unknown): FittedMinMaxScaler {
  const { kind, featureRange, clip, dataMin, dataMax } = Object(value) as Partial<
    Record<keyof MinMaxScalerJson, unknown>
  >;
  if (
    kind === 'minMaxScaler' &&
    isRange(featureRange) &&
    typeof clip === 'boolean' &&
    isFiniteList(dataMin) &&
    isFiniteList(dataMax) &&
    dataMin.length === dataMax.length &&
    dataMin.every((smallest, column) => smallest <= dataMax[column]!)
  ) {
    return fitted({ kind, featureRange, clip, dataMin, dataMax });
  }
  throw dataError(
    'E_DATA_VALUE',
    'the value is not a fitted min-max scaler: it needs kind "minMaxScaler", featureRange, clip, and lists ' +
      'dataMin and dataMax of one length',
    'pass what JSON.parse gives for the text that JSON.stringify(scaler) wrote',
  );
}

function isRange(value: unknown): value is readonly [number, number] {
  return isFiniteList(value) && value.length === 2 && value[0]! < value[1]!;
}
