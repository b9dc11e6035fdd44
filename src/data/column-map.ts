// What all scalers share: the table that they are fitted to, and a change of every value that depends on its column.
// Relies on the dense array. Indices run over the axes of the array they read, so `!` holds throughout.

import type { NumericArray, NumericData, RealSource } from './array.ts';
import { rowCount, rowLength, toArray, withShape } from './array.ts';
import { dataError } from './data-error.ts';

/**
 * The table that a scaler is fitted to.
 * @throws DataError `E_DATA_EMPTY` (no values), `E_DATA_NOT_FINITE`
 */
export function fittingTable(x: RealSource): NumericArray<NumericData> {
  const table = toArray(x);
  if (rowCount(table) === 0 || rowLength(table) === 0) {
    throw dataError(
      'E_DATA_EMPTY',
      `a scaler cannot be fitted to the shape [${table.shape.join(', ')}]: there are no values`,
      'fit it to at least one row',
      [table.shape],
    );
  }
  requireFinite(table);
  return table;
}

/**
 * Changes every value by its column, in f64, and rounds once to f32; the shape is kept.
 * @throws DataError `E_DATA_SHAPE` unless rows have `width` elements, `E_DATA_NOT_FINITE`
 */
export function mapColumns(
  x: RealSource,
  width: number,
  change: (value: number, column: number) => number,
): NumericArray {
  const table = toArray(x);
  if (rowLength(table) !== width) {
    throw dataError(
      'E_DATA_SHAPE',
      `the scaler was fitted to rows of ${width}, found rows of ${rowLength(table)}`,
      'pass the same columns in the same order as when it was fitted',
      [table.shape],
    );
  }
  requireFinite(table);
  const data = new Float32Array(table.data.length);
  for (let start = 0; start < data.length; start += width) {
    for (let column = 0; column < width; column++) {
      data[start + column] = change(table.data[start + column]!, column);
    }
  }
  return withShape(data, table.shape);
}

function requireFinite(table: NumericArray<NumericData>): void {
  const { data } = table;
  const width = rowLength(table);
  for (let index = 0; index < data.length; index++) {
    if (Number.isFinite(data[index])) continue;
    throw dataError(
      'E_DATA_NOT_FINITE',
      `row ${Math.floor(index / width)}, column ${index % width} is ${data[index]}`,
      'fill or drop missing values before scaling',
      [table.shape],
    );
  }
}

/** Whether a value read from JSON is a list of finite numbers, at least one. */
export function isFiniteList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}
