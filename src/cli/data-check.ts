// What can be said about datasets before anything is trained on them: rows, classes, and numbers that are none.

import type { ColumnData, Dataset, NumericArray } from '../data/index.ts';
import { rowLength } from '../data/array.ts';
import { CommandError } from './failure.ts';

/** @throws CommandError `E_DATA_NOT_FINITE` at the first number of a dataset that is NaN or infinite */
export function requireFiniteData(part: string, source: Dataset): void {
  for (const [name, column] of Object.entries<NumericArray<ColumnData>>(source.columns)) {
    if (column.data instanceof Int32Array) continue;
    const place = column.data.findIndex((value) => !Number.isFinite(value));
    if (place === -1) continue;
    const width = rowLength(column);
    throw new CommandError(
      'E_DATA_NOT_FINITE',
      `the ${part} data have ${String(column.data[place])} in "${name}", row ${Math.floor(place / width)}` +
        (width > 1 ? `, number ${place % width} of the row (both counted from 0)` : ' (counted from 0)'),
      'leave such rows out (dropMissing) or fill them (fillMissing) where the data are read',
    );
  }
}

/** The names of the classes of a label column, where the dataset knows them. */
export function classNamesIn(source: Dataset | undefined, column: string): readonly string[] | undefined {
  const known: Readonly<Record<string, readonly string[] | undefined>> = source?.classNames ?? {};
  return Object.hasOwn(known, column) ? known[column] : undefined;
}

/** How many rows each label has, or undefined where the column is not there. */
export function classCountsIn(source: Dataset, column: string): readonly number[] | undefined {
  const columns: Readonly<Record<string, NumericArray<ColumnData>>> = source.columns;
  const labels = columns[column]?.data;
  if (!(labels instanceof Int32Array)) return undefined;
  const counts: number[] = [];
  for (const label of labels) {
    if (label < 0 || label > 1e6) return undefined;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}
