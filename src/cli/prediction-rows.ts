// Predictions as rows to write: classes and probabilities, or the numbers that the model gives.

import type { NumericArray } from '../data/index.ts';
import { argmaxRows, encodeNpy } from '../data/index.ts';
import type { NumericData } from '../data/array.ts';
import { rowCount, rowLength, withShape } from '../data/array.ts';
import type { Program } from '../runtime/program.ts';
import { isDistribution, probabilitiesOf, scoreOutput } from './class-guesses.ts';
import { CommandError } from './failure.ts';

/** What is wanted of the outputs. */
export type PredictionKind = 'guess' | 'classes' | 'probabilities' | 'scores';

/** Rows with named columns. */
export interface PredictionRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** The same as one array, for NumPy. */
  readonly array: NumericArray<NumericData>;
}

/** @throws CommandError `E_NO_CLASSES` where classes are wanted of a model that has none */
export function predictionRows(
  program: Program,
  outputs: Readonly<Record<string, NumericArray<NumericData>>>,
  kind: PredictionKind,
  classNames: readonly string[] | undefined,
): PredictionRows {
  const output = scoreOutput(program);
  const scores = output === undefined ? undefined : outputs[output.name];
  if (output === undefined || scores === undefined) {
    if (kind === 'guess' || kind === 'scores') return scoreRows(outputs);
    throw new CommandError(
      'E_NO_CLASSES',
      `the model has no output with a score a class, so it gives no ${kind}`,
      'leave the option out: the outputs are then written as they are',
    );
  }
  if (kind === 'scores') return scoreRows(outputs);
  const names = Array.from({ length: output.classes }, (_, index) => classNames?.[index] ?? String(index));
  const guesses = argmaxRows(scores);
  if (kind === 'classes') {
    return {
      names: ['class'],
      rows: Array.from(guesses, (guess) => [names[guess] ?? guess]),
      array: withShape(guesses, [guesses.length]),
    };
  }
  const tensor = program.declaration.outputs?.[output.name];
  const isProbability = tensor !== undefined && isDistribution(tensor);
  const probabilities = isProbability ? scores : probabilitiesOf(scores);
  const at = (row: number, column: number): number =>
    singleText(probabilities.data[row * output.classes + column] ?? NaN);
  return kind === 'probabilities'
    ? {
        names,
        rows: Array.from(guesses, (_, row) => names.map((__, column) => at(row, column))),
        array: probabilities,
      }
    : {
        names: ['class', 'probability'],
        rows: Array.from(guesses, (guess, row) => [names[guess] ?? guess, at(row, guess)]),
        array: probabilities,
      };
}

function scoreRows(outputs: Readonly<Record<string, NumericArray<NumericData>>>): PredictionRows {
  const columns = Object.entries(outputs).flatMap(([name, values]) => {
    const width = rowLength(values);
    return Array.from({ length: width }, (_, column) => ({
      name: width === 1 ? name : `${name}[${column}]`,
      of: (row: number) => singleText(values.data[row * width + column] ?? NaN),
    }));
  });
  const [first = withShape(new Float32Array(0), [0])] = Object.values(outputs);
  return {
    names: columns.map(({ name }) => name),
    rows: Array.from({ length: rowCount(first) }, (_, row) => columns.map(({ of }) => of(row))),
    array: first,
  };
}

/** The shortest number that is the same in single precision. */
function singleText(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** The formats that predictions are written in. */
export const predictionFormats = ['csv', 'json', 'jsonl', 'npy'] as const;

/** The content of a file of predictions. */
export function printPredictions(
  { names, rows, array }: PredictionRows,
  format: (typeof predictionFormats)[number],
): string | Uint8Array {
  const records = (): readonly Readonly<Record<string, string | number>>[] =>
    rows.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? ''])));
  switch (format) {
    case 'csv':
      return [names, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
    case 'json':
      return `${JSON.stringify(records(), undefined, 2)}\n`;
    case 'jsonl':
      return records()
        .map((record) => `${JSON.stringify(record)}\n`)
        .join('');
    case 'npy':
      return encodeNpy(array);
  }
}

function cell(value: string | number): string {
  const written = String(value);
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}
