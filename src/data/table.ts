// A table as a file has it: named columns of reals, integers, truth values or texts, of which some may be missing,
// and the way from there to what a model is fed with. Relies on datasets, labels and the label encoder.

import type { ColumnData, NumericArray, RowIndices } from './array.ts';
import { requireRow, takeRows, withShape } from './array.ts';
import { dataError } from './data-error.ts';
import type { Dataset } from './dataset.ts';
import { dataset } from './dataset.ts';
import { ascending } from './generator.ts';
import { labelEncoder } from './label-encoder.ts';

/** Reals in double precision; NaN is a missing value. */
export interface RealColumn {
  readonly kind: 'real';
  readonly data: Float64Array;
}

/** Integers of 32 bits, none of them missing. */
export interface IntegerColumn {
  readonly kind: 'integer';
  readonly data: Int32Array;
}

/** Truth values; null is a missing value. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly data: readonly (boolean | null)[];
}

/** Texts; null is a missing value. */
export interface TextColumn {
  readonly kind: 'text';
  readonly data: readonly (string | null)[];
}

/** An array of numbers a row, all of one shape, as JSON lines may have it. */
export interface ArrayColumn {
  readonly kind: 'array';
  readonly data: NumericArray;
}

/** A column of a table, told apart by `kind`. */
export type TableColumn = RealColumn | IntegerColumn | BooleanColumn | TextColumn | ArrayColumn;

/** What a cell of a file can be read as. */
export type CellKind = 'real' | 'integer' | 'boolean' | 'text';

/** Kinds by column name. */
export type ColumnKinds = Readonly<Record<string, CellKind>>;

/** The column of a kind. */
export type ColumnOfKind<Kind extends TableColumn['kind']> = Extract<TableColumn, { readonly kind: Kind }>;

/** The columns of a table: those whose kinds were asked for have them in their types. */
export type TableColumns<Kinds extends ColumnKinds> = {
  readonly [Name in keyof Kinds]: ColumnOfKind<Kinds[Name]>;
} & Readonly<Record<string, TableColumn>>;

/** What a file held, row by row. Frozen. Without kinds it is any table: one with kinds is one, too. */
export interface Table<Kinds extends ColumnKinds = ColumnKinds> {
  /** The number of rows. */
  readonly size: number;
  /** The names of the columns in the order of the file. */
  readonly names: readonly string[];
  readonly columns: TableColumns<Kinds>;
  /** The name of the file, for messages. */
  readonly file: string;
  /** The line of the file (from 1) where each row begins. */
  readonly lines: Int32Array;
}

/** A table whatever kinds were asked for of its columns. */
export type AnyTable = Omit<Table, 'columns'> & { readonly columns: Readonly<Record<string, TableColumn>> };

/** Makes a table; its readers have checked that all columns have as many rows as there are lines. */
export function table<Kinds extends ColumnKinds>(
  columns: ReadonlyMap<string, TableColumn>,
  file: string,
  lines: Int32Array,
): Table<Kinds> {
  return Object.freeze({
    size: lines.length,
    names: Object.freeze([...columns.keys()]),
    // The readers give every named kind its column: Object.fromEntries forgets both.
    columns: Object.freeze(Object.fromEntries(columns)) as TableColumns<Kinds>,
    file,
    lines,
  });
}

/**
 * Columns side by side as f32 of shape `[rows, names]`: the features of a model. Truth values are 0 and 1.
 * @throws DataError `E_DATA_COLUMN` (no such column, or texts), `E_DATA_NOT_FINITE` (a missing value): both with the
 * file and the line
 */
export function features(source: AnyTable, names: readonly string[]): NumericArray {
  const data = new Float32Array(source.size * names.length);
  names.forEach((name, position) => {
    reals(source, name).forEach((value, index) => {
      data[index * names.length + position] = value;
    });
  });
  if (names.length === 0) {
    throw dataError('E_DATA_COLUMN', 'no columns were named', `the columns are ${source.names.join(', ')}`);
  }
  return withShape(data, [source.size, names.length]);
}

/** What becomes of a table's columns: a list of names is features side by side, one name is one value a row. */
export type TableSelection = Readonly<Record<string, string | readonly string[]>>;

/** The feeds that a selection becomes. */
export type FeedsOfSelection<Selection extends TableSelection> = {
  readonly [Name in keyof Selection]: Selection[Name] extends readonly string[] ? Float32Array : ColumnData;
};

/**
 * A dataset of chosen columns: `tableDataset(table, { x: ['length', 'width'], y: 'species' })`.
 * A list of names is f32 of shape `[rows, names]`. One name is one value a row: integers and reals as they are, texts
 * and truth values as labels in ascending order of their classes, whose names the dataset keeps in `classNames`.
 *
 * @throws DataError as `features` does, and `E_DATA_EMPTY`
 */
export function tableDataset<const Selection extends TableSelection>(
  source: AnyTable,
  selection: Selection,
): Dataset<FeedsOfSelection<Selection>> {
  const sources: Record<string, NumericArray<ColumnData>> = {};
  const classNames: Record<string, readonly string[]> = {};
  for (const [feed, chosen] of Object.entries<string | readonly string[]>(selection)) {
    if (typeof chosen !== 'string') {
      sources[feed] = features(source, chosen);
      continue;
    }
    const column = requireTableColumn(source, chosen);
    switch (column.kind) {
      case 'array':
        sources[feed] = column.data;
        break;
      case 'integer':
        sources[feed] = withShape(column.data, [source.size]);
        break;
      case 'real':
        sources[feed] = withShape(Float32Array.from(reals(source, chosen)), [source.size]);
        break;
      case 'text':
      case 'boolean': {
        requirePresent(source, chosen, column.data);
        const { encoder, y } = labelEncoder().fitTransform(column.data);
        sources[feed] = withShape(y, [source.size]);
        classNames[feed] = encoder.classNames;
      }
    }
  }
  // Every name of the selection has a column of its type: the records above forget the names.
  return dataset(sources, { classNames }) as unknown as Dataset<FeedsOfSelection<Selection>>;
}

/** A table of copies of the given rows. */
export function takeTableRows<Kinds extends ColumnKinds>(
  source: Table<Kinds>,
  rows: RowIndices,
): Table<Kinds> {
  const chosen = Int32Array.from(rows);
  for (const index of chosen) requireRow(index, source.size);
  const columns = tableColumns(source).map(([name, column]) => [name, takeColumn(column, chosen)] as const);
  return table<Kinds>(
    new Map(columns),
    source.file,
    chosen.map((index) => source.lines[index] ?? 0),
  );
}

/**
 * The rows that miss nothing in the named columns; default all columns.
 * @throws DataError `E_DATA_COLUMN` when there is no such column
 */
export function dropMissing<Kinds extends ColumnKinds>(
  source: Table<Kinds>,
  names: readonly string[] = source.names,
): Table<Kinds> {
  const columns = names.map((name) => requireTableColumn(source, name));
  return takeTableRows(
    source,
    ascending(source.size).filter((index) => columns.every((column) => !isMissing(column, index))),
  );
}

/** How many values of each column are missing. */
export function missingCounts(source: AnyTable): Readonly<Record<string, number>> {
  const rows = ascending(source.size);
  return Object.fromEntries(
    tableColumns(source).map(([name, column]) => [
      name,
      rows.filter((index) => isMissing(column, index)).length,
    ]),
  );
}

/**
 * A table in which the missing values of the named columns are replaced, e.g. `{ age: 30, city: 'unknown' }`.
 * @throws DataError `E_DATA_COLUMN` when there is no such column, `E_DATA_VALUE` when it holds other values
 */
export function fillMissing<Kinds extends ColumnKinds>(
  source: Table<Kinds>,
  values: Readonly<Record<string, number | string | boolean>>,
): Table<Kinds> {
  const columns = new Map(tableColumns(source));
  for (const [name, value] of Object.entries(values)) {
    const column = requireTableColumn(source, name);
    if ((column.kind === 'real' || column.kind === 'integer') && typeof value === 'number') {
      if (column.kind === 'integer') continue; // nothing can be missing there
      columns.set(name, {
        kind: 'real',
        data: column.data.map((entry) => (Number.isNaN(entry) ? value : entry)),
      });
    } else if (column.kind === 'boolean' && typeof value === 'boolean') {
      columns.set(name, { kind: 'boolean', data: column.data.map((entry) => entry ?? value) });
    } else if (column.kind === 'text' && typeof value === 'string') {
      columns.set(name, { kind: 'text', data: column.data.map((entry) => entry ?? value) });
    } else {
      throw dataError(
        'E_DATA_VALUE',
        `column "${name}" holds ${describe(column)}, its missing values cannot become ${JSON.stringify(value)}`,
        'fill numbers with numbers, texts with texts and truth values with truth values',
      );
    }
  }
  return table<Kinds>(columns, source.file, source.lines);
}

/** @throws DataError `E_DATA_COLUMN` when there is no such column */
function requireTableColumn(source: AnyTable, name: string): TableColumn {
  const column = Object.hasOwn(source.columns, name) ? source.columns[name] : undefined;
  if (column !== undefined) return column;
  throw dataError(
    'E_DATA_COLUMN',
    `${source.file} has no column "${name}"; the columns are ${source.names.join(', ')}`,
    'check the spelling of the column name, and whether the file has a header',
  );
}

function tableColumns(source: AnyTable): readonly (readonly [string, TableColumn])[] {
  return source.names.map((name) => [name, requireTableColumn(source, name)]);
}

/** The values of a column of one number a row, none of them missing. */
function reals(source: AnyTable, name: string): Float64Array {
  const column = requireTableColumn(source, name);
  switch (column.kind) {
    case 'integer':
      return Float64Array.from(column.data);
    case 'boolean':
      requirePresent(source, name, column.data);
      return Float64Array.from(column.data, Number);
    case 'real':
      requirePresent(source, name, column.data);
      return column.data;
    case 'text':
    case 'array': {
      const offender = column.kind === 'text' ? column.data.findIndex((cell) => !isNumber(cell)) : 0;
      const found = column.kind === 'text' ? `, the first one ${JSON.stringify(column.data[offender])}` : '';
      throw dataError(
        'E_DATA_COLUMN',
        `${source.file}:${source.lines[Math.max(0, offender)] ?? 0}: column "${name}" holds ` +
          `${describe(column)}, not numbers${found}`,
        column.kind === 'text'
          ? `correct the file, list the text under "missing", or ask for numbers to see the place: types: { ` +
              `${JSON.stringify(name)}: 'real' }; classes become numbers by labelEncoder`
          : 'take the column alone, not in a list of names',
      );
    }
  }
}

function requirePresent(
  source: AnyTable,
  name: string,
  data: ArrayLike<number | string | boolean | null>,
): void {
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (value !== null && !Number.isNaN(value)) continue;
    throw dataError(
      'E_DATA_NOT_FINITE',
      `${source.file}:${source.lines[index] ?? 0}: column "${name}" has no value in row ${index}`,
      'leave such rows out by dropMissing(table), or fill them by fillMissing(table, { … })',
    );
  }
}

function takeColumn(column: TableColumn, rows: Int32Array): TableColumn {
  switch (column.kind) {
    case 'real':
      return { kind: 'real', data: Float64Array.from(rows, (index) => column.data[index] ?? NaN) };
    case 'integer':
      return { kind: 'integer', data: Int32Array.from(rows, (index) => column.data[index] ?? 0) };
    case 'boolean':
      return { kind: 'boolean', data: Array.from(rows, (index) => column.data[index] ?? null) };
    case 'text':
      return { kind: 'text', data: Array.from(rows, (index) => column.data[index] ?? null) };
    case 'array':
      return { kind: 'array', data: takeRows(column.data, rows) };
  }
}

function isMissing(column: TableColumn, index: number): boolean {
  switch (column.kind) {
    case 'real':
      return Number.isNaN(column.data[index]);
    case 'boolean':
    case 'text':
      return column.data[index] === null;
    case 'integer':
    case 'array':
      return false;
  }
}

function isNumber(cell: string | null): boolean {
  return cell === null || (cell.trim() !== '' && Number.isFinite(Number(cell)));
}

function describe(column: TableColumn): string {
  const words = {
    real: 'reals',
    integer: 'integers',
    boolean: 'truth values',
    text: 'texts',
    array: 'arrays of numbers',
  } as const;
  return words[column.kind];
}
