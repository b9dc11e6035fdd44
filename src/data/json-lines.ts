// JSON lines, one object a row, to tables of typed columns. Relies on tables and on the platform's JSON.

import type { NestedNumbers } from './array.ts';
import { array } from './array.ts';
import { dataError, requireInteger, textError } from './data-error.ts';
import { jsonFault } from './json-fault.ts';
import type { ColumnKinds, Table, TableColumn } from './table.ts';
import { table } from './table.ts';
import type { SourceText, TextOptions } from './text.ts';
import { afterLineEnd, lineEnd, sourceText } from './text.ts';

/** Options of `parseJsonLines`. */
export interface JsonLinesOptions extends TextOptions {
  /** Read only these columns; default all that occur. */
  readonly columns?: readonly string[];
  /** Read at most so many rows; default all. */
  readonly rows?: number;
}

/** One line of the file and what it says. */
interface JsonRecord {
  readonly line: number;
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Reads a file with a JSON object a line. A column holds numbers (`integer` where all of them are integers of 32 bits
 * and none is missing, otherwise `real`), truth values, texts, or arrays of numbers of one shape. A value that is null
 * or not there is missing. Empty lines are left out.
 *
 * @throws DataError with file, line and column: `E_JSONL_SYNTAX` (not JSON), `E_JSONL_RECORD` (not an object),
 * `E_JSONL_VALUE` (a value of another kind than those before it, an object, or an array of another shape),
 * `E_TEXT_ENCODING`; `E_DATA_EMPTY` (no rows), `E_DATA_COLUMN` (a column that never occurs), `E_DATA_OPTION`
 */
export function parseJsonLines(content: string | Uint8Array, options: JsonLinesOptions = {}): Table {
  const source = sourceText(content, options);
  if (options.rows !== undefined) requireInteger('rows', options.rows, 1, 2 ** 31 - 1);
  const records = readRecords(source, options.rows ?? Infinity);
  if (records.length === 0) {
    throw dataError(
      'E_DATA_EMPTY',
      `${source.file}: there are no rows`,
      'check that this is the right file: JSON lines have one object a line',
    );
  }
  const names = [...new Set(records.flatMap(({ values }) => Object.keys(values)))];
  for (const name of options.columns ?? []) {
    if (names.includes(name)) continue;
    throw dataError(
      'E_DATA_COLUMN',
      `${source.file}: column "${name}" does not occur; the columns are ${names.join(', ')}`,
      'check the spelling of the column name',
    );
  }
  const chosen = options.columns ?? names;
  const columns = chosen.map((name) => [name, readColumn(source.file, name, records)] as const);
  return table<ColumnKinds>(
    new Map(columns),
    source.file,
    Int32Array.from(records, ({ line }) => line),
  );
}

function readRecords({ text, file }: SourceText, limit: number): readonly JsonRecord[] {
  const records: JsonRecord[] = [];
  let line = 1;
  for (let start = 0; start < text.length && records.length < limit; line++) {
    const end = lineEnd(text, start);
    const content = text.slice(start, end);
    start = afterLineEnd(text, end);
    if (content.trim() !== '') records.push({ line, text: content, values: readRecord(content, file, line) });
  }
  return records;
}

function readRecord(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw textError(
      'E_JSONL_SYNTAX',
      { file, line, column: jsonFault(text) + 1 },
      `the line is not JSON: ${reason}`,
      'write one JSON object a line; NaN and Infinity are not JSON: write null for what is missing',
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>; // an object of JSON has names and values, nothing else
  }
  throw textError(
    'E_JSONL_RECORD',
    { file, line, column: text.search(/\S/) + 1 },
    `the line holds ${kindOf(value)}, expected an object`,
    'write one object a line, {"name": value, …}; a file that is one JSON array is read by JSON.parse',
  );
}

function readColumn(file: string, name: string, records: readonly JsonRecord[]): TableColumn {
  const values = records.map((record): unknown =>
    Object.hasOwn(record.values, name) ? record.values[name] : null,
  );
  const first = values.find((value) => value !== null);
  const kind = first === undefined ? 'a number' : kindOf(first);
  const refuse = (index: number, message: string, help: string): Error => {
    const { line = 0, text = '' } = records[index] ?? {};
    const column = Math.max(0, text.indexOf(JSON.stringify(name))) + 1;
    return textError('E_JSONL_VALUE', { file, line, column }, `column "${name}" ${message}`, help);
  };
  const offender = values.findIndex((value) => value !== null && kindOf(value) !== kind);
  if (offender !== -1) {
    throw refuse(
      offender,
      `holds ${kindOf(values[offender])} here and ${kind} before`,
      'give all rows of a column values of one kind, or null',
    );
  }
  switch (kind) {
    case 'a number':
      return numberColumn(values as readonly (number | null)[]); // all are of this kind or null: checked above
    case 'a truth value':
      return Object.freeze({ kind: 'boolean', data: values as readonly (boolean | null)[] });
    case 'a text':
      return Object.freeze({ kind: 'text', data: values as readonly (string | null)[] });
    case 'an array': {
      const missing = values.indexOf(null);
      if (missing !== -1) throw refuse(missing, 'has no array here', 'an array cannot be missing');
      const shape = shapeOf(first);
      const other = values.findIndex((value) => shape === undefined || shapeOf(value) !== shape);
      if (other === -1) {
        // Nested numbers of one shape, as shapeOf has just seen of every row.
        return Object.freeze({ kind: 'array', data: array(values as unknown as NestedNumbers) });
      }
      const found = shapeOf(values[other]);
      throw refuse(
        other,
        found === undefined
          ? 'holds an array here that is no array of numbers'
          : `holds an array of shape [${found}] here and [${shape ?? ''}] before`,
        'give all rows arrays of numbers of one shape',
      );
    }
    case 'an object':
    case 'null':
      throw refuse(values.indexOf(first), `holds ${kind}`, 'write its parts as columns of their own');
  }
}

function numberColumn(values: readonly (number | null)[]): TableColumn {
  const isInteger = values.every((value) => value !== null && value === (value | 0) && !Object.is(value, -0));
  return Object.freeze(
    isInteger
      ? { kind: 'integer', data: Int32Array.from(values, (value) => value ?? 0) }
      : { kind: 'real', data: Float64Array.from(values, (value) => value ?? NaN) },
  );
}

type JsonKind = 'a number' | 'a truth value' | 'a text' | 'an array' | 'an object' | 'null';

function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a truth value' : 'an object';
}

/** The sizes of nested numbers, separated by commas; undefined when they are ragged or no numbers. */
function shapeOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries: readonly unknown[] = value;
  if (entries.every((entry) => typeof entry === 'number')) return String(entries.length);
  const inner = shapeOf(entries[0]);
  if (inner === undefined || entries.some((entry) => shapeOf(entry) !== inner)) return undefined;
  return `${entries.length}, ${inner}`;
}
