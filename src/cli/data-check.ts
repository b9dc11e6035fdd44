// What can be said about datasets before anything is trained on them: whether they have what the model is fed with,
// numbers that are none, labels that are no classes. Told by row, which a session that is fed batches cannot do.

import type { ColumnData, Dataset, NumericArray } from '../data/index.ts';
import { rowLength } from '../data/array.ts';
import { nearest } from '../ir/nearest.ts';
import { printShape } from '../ir/size.ts';
import type { Program } from '../runtime/program.ts';
import { CommandError } from './failure.ts';
import { inputsOf, isFeature } from './model-inputs.ts';

type Columns = Readonly<Record<string, NumericArray<ColumnData>>>;

/**
 * Holds a dataset against what the model is fed with.
 * @param part what messages call it: `training`
 * @param featuresOnly whether labels may be absent
 * @throws CommandError `E_DATA_COLUMN`, `E_DATA_SHAPE`, `E_DATA_NOT_FINITE`, `E_DATA_LABEL`
 */
export function requireFit(program: Program, part: string, source: Dataset, featuresOnly = false): void {
  const columns: Columns = source.columns;
  for (const input of inputsOf(program)) {
    if (featuresOnly && !isFeature(input)) continue;
    const column = Object.hasOwn(columns, input.name) ? columns[input.name] : undefined;
    if (column === undefined) throw missingColumn(part, input.name, Object.keys(columns));
    const sizes = input.shape.slice(1);
    const wanted = sizes.reduce<number>(
      (product, size) => product * (typeof size === 'number' ? size : NaN),
      1,
    );
    if (Number.isNaN(wanted) || wanted === rowLength(column)) continue;
    throw new CommandError(
      'E_DATA_SHAPE',
      `the ${part} data have "${input.name}" of shape [${column.shape.join(', ')}]; the model takes ` +
        printShape(input.shape),
      `declare input('${input.name}', [batch, ${column.shape.slice(1).join(', ')}]), or give it other data`,
    );
  }
  requireFinite(part, columns);
  requireLabels(program, part, columns);
}

function missingColumn(part: string, name: string, known: readonly string[]): CommandError {
  // A name of one letter is near to any other.
  const near = name.length > 1 ? nearest(name, known) : undefined;
  return new CommandError(
    'E_DATA_COLUMN',
    `the ${part} data have no column "${name}"; they have ${known.join(', ')}`,
    near === undefined
      ? `the columns of a dataset are named like the inputs of the model: dataset({ ${name}: … })`
      : `rename "${near}", or the input`,
  );
}

function requireFinite(part: string, columns: Columns): void {
  for (const [name, column] of Object.entries(columns)) {
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

function requireLabels(program: Program, part: string, columns: Columns): void {
  for (const { input, low, high, highs, axes, except, what } of program.at({}).compilation.ranges) {
    const column = columns[input];
    if (column === undefined || highs !== null || axes !== null) continue;
    const place = column.data.findIndex((value) => (value < low || value > high) && value !== except);
    if (place === -1) continue;
    throw new CommandError(
      'E_DATA_LABEL',
      `the ${part} data have ${String(column.data[place])} in "${input}", row ${Math.floor(place / rowLength(column))} ` +
        `(counted from 0); a ${what} lies in ${low} … ${high}`,
      `count ${what}s from ${low}; the model has ${high - low + 1} of them`,
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
  const columns: Columns = source.columns;
  const labels = columns[column]?.data;
  if (!(labels instanceof Int32Array)) return undefined;
  const counts: number[] = [];
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}
