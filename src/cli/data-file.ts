// Rows from a file that is named on the command line, as the datasets that a model is fed with. Which column is which
// input follows from the model: its features, its labels, and their shapes. Relies on the readers of tapeless/node.

import { extname } from 'node:path';
import type { ColumnData, Dataset, NumericArray, NumericData, Table, TableColumn } from '../data/index.ts';
import {
  array,
  dataset,
  features,
  labelEncoder,
  parseCsv,
  parseJsonLines,
  parseNpy,
  parseNpz,
  parsePng,
  tableDataset,
} from '../data/index.ts';
import { rowCount, withShape } from '../data/array.ts';
import { jsonFault } from '../data/json-fault.ts';
import { nearest } from '../ir/nearest.ts';
import { printShape } from '../ir/size.ts';
import { contentOf } from '../node/file-content.ts';
import { CommandError } from './failure.ts';
import type { ModelInput } from './model-inputs.ts';
import { isFeature } from './model-inputs.ts';
import type { Options, ValuesOf } from './option.ts';
import { choice, names, text } from './option.ts';
import { pathFrom } from './result.ts';
import type { Terminal } from './terminal.ts';
import { readInput } from './terminal.ts';

/** Which columns of a file are what. */
export const columnOptions = {
  columns: names('a,b,c', 'the columns that are features; default all but the label'),
} satisfies Options;

/** Which column of a file is the label. */
export const labelOptions = {
  label: text('column', 'the column that is to be predicted; default the last one'),
} satisfies Options;

const formats = ['csv', 'jsonl', 'json', 'npy', 'npz', 'png'] as const;
type Format = (typeof formats)[number];

/** What standard input holds. */
export const formatOptions = {
  format: choice(formats, 'what the input is; default by the name of the file, or CSV'),
} satisfies Options;

/** What is to be read. */
export interface DataRequest {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly inputs: readonly ModelInput[];
  /** Whether labels have to be there. */
  readonly labelled: boolean;
  readonly options: ValuesOf<typeof columnOptions & typeof labelOptions & typeof formatOptions>;
  /** What labels are called, where the model's own data say so. */
  readonly classNames: readonly string[] | undefined;
  readonly terminal: Terminal;
}

/**
 * Reads rows for a model.
 * @throws CommandError `E_DATA_FILE`, and DataError with file, line and column
 */
export async function readRows(request: DataRequest): Promise<Dataset> {
  const { file, options, terminal } = request;
  const name = file === '-' ? 'standard input' : file;
  const bytes = file === '-' ? await readInput(terminal) : await contentOf(pathFrom(terminal, file));
  if (bytes.length === 0) {
    throw new CommandError('E_DATA_FILE', `${name} is empty`, 'there has to be at least one row');
  }
  const format = options.format ?? formatOf(file);
  switch (format) {
    case 'csv':
      return fromTable(parseCsv(bytes, { file: name, delimiter: 'auto' }), request);
    case 'jsonl':
      return fromTable(parseJsonLines(bytes, { file: name }), request);
    case 'json':
      return fromArrays(jsonArrays(bytes, name, request), name, request);
    case 'npy':
      return fromArrays({ [onlyFeature(name, request)]: parseNpy(bytes, { file: name }) }, name, request);
    case 'npz':
      return fromArrays(await parseNpz(bytes, { file: name }), name, request);
    case 'png': {
      const feature = onlyFeature(name, request);
      const shape = request.inputs.find((input) => input.name === feature)?.shape ?? [];
      const isColour = shape.length > 2 && shape[1] === 3;
      const image = await parsePng(bytes, { file: name, colour: isColour ? 'rgb' : 'grey' });
      return fromArrays({ [feature]: withShape(image.data, [1, ...image.shape]) }, name, request);
    }
  }
}

function formatOf(file: string): Format {
  if (file === '-') return 'csv';
  const extension = extname(file.replace(/\.gz$/, '')).slice(1).toLowerCase();
  const format = formats.find((each) => each === extension);
  if (format !== undefined) return format;
  if (['tsv', 'txt', 'data'].includes(extension)) return 'csv';
  throw new CommandError(
    'E_DATA_FILE',
    `${file}: what it holds cannot be told by its name`,
    `name files .${formats.join(', .')}, or say it: --format csv`,
  );
}

function onlyFeature(name: string, { inputs, labelled }: DataRequest): string {
  const needed = inputs.filter((input) => labelled || isFeature(input)).map((input) => input.name);
  const [only] = needed;
  if (only !== undefined && needed.length === 1) return only;
  throw new CommandError(
    'E_DATA_FILE',
    `${name} holds one array, and ${needed.join(' and ')} have to be given`,
    `write a .npz file with ${needed.join(', ')}, or a CSV file`,
  );
}

/** Nested numbers, or an object of them by the names of inputs. */
function jsonArrays(
  bytes: Uint8Array,
  name: string,
  request: DataRequest,
): Record<string, NumericArray<NumericData>> {
  const source = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    const before = source.slice(0, jsonFault(source)).split('\n');
    const place = `${name}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      'E_DATA_FILE',
      `${place}: this is not JSON: ${reason}`,
      'a file with an object a line is .jsonl',
    );
  }
  if (Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && !Array.isArray(value[0])) {
    throw new CommandError(
      'E_DATA_FILE',
      `${name} is a list of objects`,
      'write an object a line, without the list, and name the file .jsonl',
    );
  }
  const arrays = Array.isArray(value) ? { [onlyFeature(name, request)]: value } : value;
  if (typeof arrays !== 'object' || arrays === null) {
    throw new CommandError(
      'E_DATA_FILE',
      `${name} is ${JSON.stringify(value)}`,
      'write rows: [[5.1, 3.5], [4.9, 3.0]]',
    );
  }
  return Object.fromEntries(
    Object.entries(arrays).map(([input, numbers]) => {
      if (!Array.isArray(numbers)) {
        throw new CommandError(
          'E_DATA_FILE',
          `${name}: ${input} is ${JSON.stringify(numbers)}`,
          'write rows by the names of inputs: { "x": [[5.1, 3.5], [4.9, 3.0]] }',
        );
      }
      const declared = request.inputs.find((each) => each.name === input);
      // `array` refuses what is no number, with its place.
      const read = array(numbers as readonly number[]);
      return [input, declared?.dtype === 'i32' ? array(Int32Array.from(read.data), read.shape) : read];
    }),
  );
}

function fromArrays(
  arrays: Readonly<Record<string, NumericArray<NumericData>>>,
  name: string,
  { inputs, labelled }: DataRequest,
): Dataset {
  const columns = inputs
    .filter((input) => labelled || isFeature(input) || Object.hasOwn(arrays, input.name))
    .map((input) => {
      const found = arrays[input.name];
      if (found === undefined) {
        const known = Object.keys(arrays);
        const near = input.name.length > 1 ? nearest(input.name, known) : undefined; // of one letter all are near
        throw new CommandError(
          'E_DATA_FILE',
          `${name} has no array ${JSON.stringify(input.name)}; there are ${known.join(', ') || 'none'}`,
          near === undefined ? 'arrays are named like the inputs of the model' : `rename ${near}`,
        );
      }
      return [input.name, shaped(found, input, name)] as const;
    });
  return dataset(Object.fromEntries(columns));
}

/** Gives rows the shape of the input: an image of 28 × 28 fits 784 numbers, and one row may come without its axis. */
function shaped(
  source: NumericArray<NumericData>,
  input: ModelInput,
  name: string,
): NumericArray<ColumnData> {
  const data = input.dtype === 'i32' ? Int32Array.from(source.data) : Float32Array.from(source.data);
  const rest = input.shape.slice(1);
  const isOneRow = source.shape.length === rest.length && rest.length > 0;
  const rows = isOneRow ? 1 : rowCount(source);
  const wanted = rest.map((size) => (typeof size === 'number' ? size : -1));
  const perRow = data.length / rows;
  const known = wanted.reduce((product, size) => product * size, 1);
  if (wanted.includes(-1)) return withShape(data, isOneRow ? [1, ...source.shape] : source.shape);
  if (perRow === known) return withShape(data, [rows, ...wanted]);
  throw new CommandError(
    'E_DATA_FILE',
    `${name} has ${perRow} numbers a row (shape [${source.shape.join(', ')}]); the input ` +
      `"${input.name}" takes ${known}: ${printShape(input.shape)}`,
    'give every row as many numbers as the model has features',
  );
}

function fromTable(table: Table, request: DataRequest): Dataset {
  const { inputs, labelled, options, classNames } = request;
  const wanted = inputs.filter((input) => labelled || isFeature(input));
  const byName = wanted.every((input) => Object.hasOwn(table.columns, input.name));
  if (byName && options.columns === undefined && options.label === undefined) {
    return dataset(Object.fromEntries(wanted.map((input) => [input.name, ownColumn(table, input)])));
  }
  const featureInputs = wanted.filter(isFeature);
  const labelInputs = wanted.filter((input) => !isFeature(input));
  const [featureInput] = featureInputs;
  const [labelInput] = labelInputs;
  if (featureInput === undefined || featureInputs.length > 1 || labelInputs.length > 1) {
    throw new CommandError(
      'E_DATA_FILE',
      `${table.file} has the columns ${table.names.join(', ')}; the model is fed ${wanted.map(({ name }) => name).join(', ')}`,
      'a model with several inputs reads a column for each of them: JSON lines, an array a row',
    );
  }
  const label = labelInput === undefined ? options.label : (options.label ?? table.names.at(-1));
  if (label !== undefined) requireColumn(table, label);
  for (const name of options.columns ?? []) requireColumn(table, name);
  const others = options.columns ?? table.names.filter((name) => name !== label);
  const wide = others.length === 0 ? 0 : others.length;
  const expected = featureInput.shape.slice(1).reduce<number>((product, size) => product * Number(size), 1);
  if (wide !== expected && Number.isFinite(expected)) {
    throw new CommandError(
      'E_DATA_FILE',
      `${table.file} has ${wide} feature column${wide === 1 ? '' : 's'} (${others.join(', ')})` +
        `${label === undefined ? '' : `, with ${label} as the label`}; the input "${featureInput.name}" takes ${expected}`,
      wide > expected
        ? `choose them: --columns ${others.slice(0, Math.max(1, expected)).join(',')}`
        : 'is this the right file, and does its first line name the columns?',
    );
  }
  const x = features(table, others);
  const columns = { [featureInput.name]: shaped(x, featureInput, table.file) };
  if (labelInput === undefined || label === undefined) return dataset(columns);
  const { column, names: found } = labelColumn(table, label, labelInput, classNames);
  return dataset(
    { ...columns, [labelInput.name]: column },
    found === undefined ? {} : { classNames: { [labelInput.name]: found } },
  );
}

/** A column that is named like the input. */
function ownColumn(table: Table, input: ModelInput): NumericArray<ColumnData> {
  const selected = tableDataset(table, { only: input.name }).columns.only;
  return shaped(selected, input, table.file);
}

function labelColumn(
  table: Table,
  label: string,
  input: ModelInput,
  classNames: readonly string[] | undefined,
): { readonly column: NumericArray<ColumnData>; readonly names: readonly string[] | undefined } {
  if (input.dtype !== 'i32')
    return { column: shaped(features(table, [label]), input, table.file), names: undefined };
  const column: TableColumn | undefined = table.columns[label];
  if (column?.kind === 'text' && classNames !== undefined) {
    const { data } = column;
    const stranger = data.findIndex((value) => value === null || !classNames.includes(value));
    if (stranger >= 0) {
      throw new CommandError(
        'E_DATA_LABEL',
        `${table.file}:${table.lines[stranger] ?? 0}: ${label} is ${JSON.stringify(data[stranger])}, which is none ` +
          `of the model's classes`,
        `the classes are ${classNames.join(', ')}`,
      );
    }
    const encoder = labelEncoder().fromJSON({ kind: 'labelEncoder', classes: classNames });
    return { column: withShape(encoder.transform(data), [table.size]), names: classNames };
  }
  if (column?.kind === 'real') {
    const stranger = column.data.findIndex((value) => !Number.isInteger(value));
    throw new CommandError(
      'E_DATA_LABEL',
      `${table.file}:${table.lines[Math.max(0, stranger)] ?? 0}: ${label} is ${column.data[Math.max(0, stranger)] ?? NaN}; ` +
        'labels are whole numbers or names',
      `name the column with the labels: --label ${table.names[0] ?? ''}`,
    );
  }
  const selected = tableDataset(table, { only: label });
  return {
    column: shaped(selected.columns.only, input, table.file),
    names: selected.classNames.only ?? classNames,
  };
}

function requireColumn(table: Table, name: string): void {
  if (table.names.includes(name)) return;
  const near = nearest(name, table.names);
  throw new CommandError(
    'E_DATA_FILE',
    `${table.file} has no column ${JSON.stringify(name)}; it has ${table.names.join(', ')}`,
    near === undefined ? 'name one of these' : `did you mean ${near}?`,
  );
}
