// CSV files to tables of typed columns, in two passes over the text: the first finds what each column holds, the
// second fills its store. Relies on the scanner of CSV texts and on tables.

import { dataError, requireInteger, textError } from './data-error.ts';
import type { CsvDialect } from './csv-scan.ts';
import { likelyDelimiter, scanCsv } from './csv-scan.ts';
import type { CellKind, ColumnKinds, Table, TableColumn } from './table.ts';
import { table } from './table.ts';
import type { SourceText, TextOptions } from './text.ts';
import { afterLineEnd, lineEnd, placeOf, sourceText } from './text.ts';

/** Options of `parseCsv`. */
export interface CsvOptions<Kinds extends ColumnKinds = ColumnKinds> extends TextOptions {
  /** The character between cells; default `','`. `'auto'` takes the one of `, ; tab |` that the first line is full of. */
  readonly delimiter?: string;
  /** The character around cells that hold delimiters, quotes (doubled) or line breaks; default `'"'`, `''` for none. */
  readonly quote?: string;
  /** Whether the first record names the columns; default true. A list is the names themselves, for files without. */
  readonly header?: boolean | readonly string[];
  /** What columns shall be read as; the others are what all of their cells can be read as. */
  readonly types?: Kinds;
  /** Read only these columns; default all. */
  readonly columns?: readonly string[];
  /** The cells that stand for a missing value; default `missingMarkers`, pandas' list. */
  readonly missing?: readonly string[];
  /** Cut white space off both ends of every cell; default false. Numbers may have it anyway. */
  readonly trim?: boolean;
  /** The decimal mark of reals; default `'.'`. */
  readonly decimal?: '.' | ',';
  /** Leave out lines that begin with this; default none. */
  readonly comment?: string;
  /** Leave out so many lines at the top; default 0. */
  readonly skipLines?: number;
  /** Read at most so many rows; default all. */
  readonly rows?: number;
}

/** The cells that stand for a missing value where nothing else is said: those of pandas' `read_csv`. */
export const missingMarkers: readonly string[] = Object.freeze(
  ' #N/A #N/A_N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None n/a nan null'
    .split(' ')
    .map((marker) => marker.replace('_', ' ')),
);

/**
 * Reads a CSV file: `parseCsv(await readFile(path), { file: path })`. A column whose cells are all integers of 32 bits
 * is `integer`, otherwise numbers are `real`; `true`/`false` in any case is `boolean`; anything else is `text`.
 * Missing values are NaN or null; integers of which some are missing become reals.
 *
 * @param content the text, or the bytes of the file (with or without a byte order mark)
 * @throws DataError with file, line and column: `E_CSV_RAGGED` (a record with more or fewer cells than the header),
 * `E_CSV_QUOTE`, `E_CSV_VALUE` (a cell that is not of the kind asked for), `E_CSV_HEADER` (a name twice, or a column
 * that is not there), `E_TEXT_ENCODING`; `E_DATA_EMPTY` (no rows), `E_DATA_OPTION`
 */
export function parseCsv<const Kinds extends ColumnKinds>(
  content: string | Uint8Array,
  options: CsvOptions<Kinds> = {},
): Table<Kinds> {
  const source = sourceText(content, options);
  const start = afterSkippedLines(source.text, options.skipLines ?? 0);
  const dialect = dialectOf(source, start, options);
  const { names, body } = readHeader(source, start, dialect, options);
  const cells = cellReader(options);
  const limit = options.rows ?? Infinity;
  if (limit !== Infinity) requireInteger('rows', limit, 1, 2 ** 31 - 1);

  const wanted = wantedColumns(source, start, names, options);
  const found = names.map((): Findings => ({ missing: 0, kind: undefined }));
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  scanCsv(source, body, dialect, {
    cell: (value, _offset, index) => {
      const findings = found[index];
      if (findings !== undefined && wanted[index] === true) cells.note(findings, value);
    },
    record: (count, from, end) => {
      if (count !== names.length) throw raggedError(source, names.length, count, from, end, dialect);
      while (counted < from) {
        counted = afterLineEnd(source.text, lineEnd(source.text, counted));
        line++;
      }
      lines.push(line);
      return lines.length < limit;
    },
  });
  if (lines.length === 0) {
    throw dataError(
      'E_DATA_EMPTY',
      `${source.file}: there are no rows${source.text.trim() === '' ? ', the file is empty' : ' after the header'}`,
      'check that this is the right file; a file without a header needs { header: false } or { header: names }',
    );
  }

  const kinds: Readonly<Record<string, CellKind | undefined>> = options.types ?? {};
  const columns = names.map((name, index) =>
    wanted[index] === true ? store(ownKind(kinds, name) ?? inferred(found[index]), lines.length) : undefined,
  );
  let row = 0;
  scanCsv(source, body, dialect, {
    cell: (value, offset, index) => {
      const column = columns[index];
      if (column === undefined || cells.fill(column, row, value)) return;
      throw textError(
        'E_CSV_VALUE',
        placeOf(source, offset),
        `column "${names[index] ?? ''}": ${JSON.stringify(value)} is no ${singular[column.kind]}`,
        column.kind === 'integer'
          ? `integers lie between -2³¹ and 2³¹ - 1 and none is missing: take 'real', or correct the cell`
          : 'correct the cell, list it under "missing", or read the column as text',
      );
    },
    record: () => ++row < lines.length,
  });
  const named = names.flatMap((name, index): [string, TableColumn][] => {
    const column = columns[index];
    return column === undefined ? [] : [[name, Object.freeze(column)]];
  });
  return table<Kinds>(new Map(named), source.file, Int32Array.from(lines));
}

/** What was seen in a column so far. */
interface Findings {
  missing: number;
  kind: CellKind | undefined;
}

/** A column while it is filled. */
type ColumnStore =
  | { readonly kind: 'real'; readonly data: Float64Array }
  | { readonly kind: 'integer'; readonly data: Int32Array }
  | { readonly kind: 'boolean'; readonly data: (boolean | null)[] }
  | { readonly kind: 'text'; readonly data: (string | null)[] };

const singular = {
  real: 'number',
  integer: 'integer of 32 bits',
  boolean: 'truth value (true or false)',
  text: 'text',
} as const satisfies Record<CellKind, string>;

function store(kind: CellKind, rows: number): ColumnStore {
  switch (kind) {
    case 'real':
      return { kind, data: new Float64Array(rows) };
    case 'integer':
      return { kind, data: new Int32Array(rows) };
    case 'boolean':
      return { kind, data: new Array<boolean | null>(rows).fill(null) };
    case 'text':
      return { kind, data: new Array<string | null>(rows).fill(null) };
  }
}

function inferred(findings: Findings | undefined): CellKind {
  const { kind, missing } = findings ?? { kind: undefined, missing: 0 };
  return kind === undefined || (kind === 'integer' && missing > 0) ? 'real' : kind;
}

function ownKind(kinds: Readonly<Record<string, CellKind | undefined>>, name: string): CellKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

const integerCell = /^\s*[+-]?\d+\s*$/;
const realCell = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)\s*$/i;
const booleanCell = /^\s*(?:true|false)\s*$/i;

/** How single cells are read under the options. */
function cellReader({ missing = missingMarkers, trim = false, decimal = '.' }: CsvOptions) {
  const markers = new Set(missing);
  const bare = (cell: string): string => (trim ? cell.trim() : cell);
  const number = (cell: string): number => {
    const text = decimal === '.' ? cell : cell.replaceAll('.', 'x').replace(',', '.');
    if (!realCell.test(text)) return NaN;
    return /inf/i.test(text) ? (text.includes('-') ? -Infinity : Infinity) : Number(text);
  };
  const kindOf = (cell: string): CellKind => {
    if (integerCell.test(cell)) return Number(cell) === (Number(cell) | 0) ? 'integer' : 'real';
    if (!Number.isNaN(number(cell))) return 'real';
    return booleanCell.test(cell) ? 'boolean' : 'text';
  };
  const isNumeric = (kind: CellKind): boolean => kind === 'integer' || kind === 'real';

  return {
    note(findings: Findings, raw: string): void {
      const cell = bare(raw);
      if (markers.has(cell)) findings.missing++;
      else if (findings.kind !== 'text') {
        const kind = kindOf(cell);
        if (findings.kind === undefined || findings.kind === kind) findings.kind = kind;
        else findings.kind = isNumeric(findings.kind) && isNumeric(kind) ? 'real' : 'text';
      }
    },
    /** Whether the cell could be read as what the column holds. */
    fill(column: ColumnStore, row: number, raw: string): boolean {
      const cell = bare(raw);
      const isAbsent = markers.has(cell);
      switch (column.kind) {
        case 'real':
          column.data[row] = isAbsent ? NaN : number(cell);
          return isAbsent || !Number.isNaN(column.data[row]);
        case 'integer':
          column.data[row] = Number(cell);
          return !isAbsent && kindOf(cell) === 'integer';
        case 'boolean':
          column.data[row] = isAbsent ? null : /t/i.test(cell);
          return isAbsent || booleanCell.test(cell);
        case 'text':
          column.data[row] = isAbsent ? null : cell;
          return true;
      }
    },
  };
}

function afterSkippedLines(text: string, lines: number): number {
  requireInteger('skipLines', lines, 0, 2 ** 31 - 1);
  let offset = 0;
  for (let line = 0; line < lines; line++) offset = afterLineEnd(text, lineEnd(text, offset));
  return offset;
}

function dialectOf(source: SourceText, start: number, options: CsvOptions): CsvDialect {
  const { delimiter = ',', quote = '"', comment = '' } = options;
  const rest = { quote, comment };
  const chosen = delimiter === 'auto' ? likelyDelimiter(source, start, rest) : delimiter;
  if (chosen.length !== 1 || quote.length > 1 || chosen === quote || /[\r\n]/.test(chosen + quote)) {
    throw dataError(
      'E_DATA_OPTION',
      `the delimiter is ${JSON.stringify(chosen)} and the quote ${JSON.stringify(quote)}, expected two different ` +
        'single characters',
      `pass e.g. { delimiter: ';' }, or { delimiter: 'auto' } to have it found; { quote: '' } for no quotes`,
    );
  }
  return { delimiter: chosen, ...rest };
}

/** The names of the columns, and where the first row begins. */
function readHeader(
  source: SourceText,
  start: number,
  dialect: CsvDialect,
  { header = true, trim = false }: CsvOptions,
): { readonly names: readonly string[]; readonly body: number } {
  const cells: { readonly value: string; readonly offset: number }[] = [];
  let body = start;
  scanCsv(source, start, dialect, {
    cell: (value, offset) => cells.push({ value: trim ? value.trim() : value, offset }),
    record: (_count, _from, end) => {
      body = afterLineEnd(source.text, end);
      return false;
    },
  });
  if (typeof header !== 'boolean' && new Set(header).size < header.length) {
    throw dataError(
      'E_DATA_OPTION',
      `header names a column twice: ${header.join(', ')}`,
      'give every column a name of its own',
    );
  }
  if (header !== true) {
    return { names: header === false ? cells.map((_, index) => `column${index}`) : header, body: start };
  }
  const seen = new Map<string, number>();
  const names = cells.map(({ value, offset }, index) => {
    // A table that pandas wrote with its index has one column without a name; it reads it back under this one.
    const name = value === '' ? `Unnamed: ${index}` : value;
    const first = seen.get(name);
    if (first !== undefined) {
      throw textError(
        'E_CSV_HEADER',
        placeOf(source, offset),
        `column "${name}" is named twice: columns ${first + 1} and ${index + 1}`,
        'rename one of them, or pass the names: { header: [...], skipLines: 1 }',
      );
    }
    seen.set(name, index);
    return name;
  });
  return { names, body };
}

/** Which columns are read. */
function wantedColumns(
  source: SourceText,
  start: number,
  names: readonly string[],
  options: CsvOptions,
): readonly boolean[] {
  for (const name of [...(options.columns ?? []), ...Object.keys(options.types ?? {})]) {
    if (names.includes(name) || names.length === 0) continue;
    throw textError(
      'E_CSV_HEADER',
      placeOf(source, start),
      `there is no column "${name}"; the columns are ${names.join(', ')}`,
      'check the spelling, the delimiter, and whether the file has a header',
    );
  }
  return names.map((name) => options.columns?.includes(name) ?? true);
}

function raggedError(
  source: SourceText,
  expected: number,
  count: number,
  from: number,
  end: number,
  dialect: CsvDialect,
): Error {
  let offset = end; // where a cell is missing, or the first cell that is too many
  scanCsv(source, from, dialect, {
    cell: (_value, start, index) => {
      if (index === expected) offset = start;
    },
    record: () => false,
  });
  return textError(
    'E_CSV_RAGGED',
    placeOf(source, offset),
    `this record has ${count} cell(s), expected ${expected}`,
    `give every record the same number of cells; a cell that holds ${JSON.stringify(dialect.delimiter)} needs quotes`,
  );
}
