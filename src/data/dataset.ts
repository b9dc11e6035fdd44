// A dataset: named columns with the same number of rows, whose names are the names of a model's inputs.
// Relies on the dense array and on labels.

import type { ColumnData, NestedNumbers, NumericArray, NumericData, RealData, RowIndices } from './array.ts';
import { array, columnData, isNumericArray, rowCount, sliceRows, takeRows, withShape } from './array.ts';
import { dataError } from './data-error.ts';
import { labels, requireClasses } from './labels.ts';

/** What a column can be made from. A flat `number[]` is read as integer labels, deeper nesting as reals. */
export type ColumnSource = NumericArray<NumericData> | NumericData | NestedNumbers;

/** The element store of the column that a source becomes. */
export type ColumnOf<Source> =
  Source extends NumericArray<infer Data>
    ? StoredAs<Data>
    : Source extends NumericData
      ? StoredAs<Source>
      : Source extends readonly number[]
        ? Int32Array
        : Float32Array;

type StoredAs<Data> = Data extends RealData ? Float32Array : Int32Array;

/** Element stores by column name: what a session is fed with. */
export type Feeds = Readonly<Record<string, ColumnData>>;

/** Sources by column name. */
export type ColumnSources = Readonly<Record<string, ColumnSource>>;

/** The feeds that sources become. */
export type FeedsOf<Sources extends ColumnSources> = {
  readonly [Name in keyof Sources]: ColumnOf<Sources[Name]>;
};

/** The names of classes, by label column: `classNames.y[2]` is what label 2 of column `y` means. */
export type ClassNames<Columns extends Feeds> = {
  readonly [Name in keyof Columns]?: readonly string[];
};

/** Named columns with the same number of rows. Frozen; element stores are shared, treat them as read-only. */
export interface Dataset<Columns extends Feeds = Feeds> {
  /** The number of rows (samples). */
  readonly size: number;
  /** The columns with their shapes; axis 0 is the row. */
  readonly columns: { readonly [Name in keyof Columns]: NumericArray<Columns[Name]> };
  /** The same columns as plain typed arrays, ready for `session.step`, `evaluate` or `predict`. */
  readonly feeds: Columns;
  readonly classNames: ClassNames<Columns>;
  /**
   * A dataset with copies of the given rows, in the given order.
   * @throws DataError `E_DATA_INDEX`, `E_DATA_EMPTY`
   */
  take(rows: RowIndices): Dataset<Columns>;
  /**
   * The rows `start ≤ i < end`, sharing memory with this dataset.
   * @throws DataError `E_DATA_INDEX`, `E_DATA_EMPTY`
   */
  slice(start: number, end?: number): Dataset<Columns>;
  /**
   * A dataset with columns added or replaced, e.g. `train.with({ x: scaler.transform(train.columns.x) })`.
   * @throws DataError as `dataset` does
   */
  with<Sources extends ColumnSources>(
    sources: Sources,
  ): Dataset<Omit<Columns, keyof Sources> & FeedsOf<Sources>>;
}

/** Options of `dataset`. */
export interface DatasetOptions<Sources extends ColumnSources> {
  /** Names of classes, by label column; labels are then held against their number. */
  readonly classNames?: ClassNames<FeedsOf<Sources>>;
}

/**
 * Makes a dataset of columns that are reals (f32) or integers (i32), with the row on axis 0.
 * Typed arrays without a shape are columns of one value a row.
 *
 * @throws DataError `E_DATA_ROWS` (columns of different lengths), `E_DATA_EMPTY` (no columns or no rows),
 * `E_DATA_LABEL` (a flat `number[]` with a value that is not an integer, or a label without a class name),
 * `E_DATA_COLUMN` (class names for a column that is not there or not labels), and what `array` throws
 */
export function dataset<Sources extends ColumnSources>(
  sources: Sources,
  options: DatasetOptions<Sources> = {},
): Dataset<FeedsOf<Sources>> {
  const columns = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, toColumn(name, source)]),
  );
  // Object.entries and fromEntries forget the names; toColumn gives what ColumnOf says for each source.
  return fromColumns(
    columns as Dataset<FeedsOf<Sources>>['columns'],
    (options.classNames ?? {}) as ClassNames<FeedsOf<Sources>>,
  );
}

/**
 * The integer column of that name, for code that needs labels (stratified splits, folds).
 * @throws DataError `E_DATA_COLUMN` when there is no such column or it is not one integer a row
 */
export function labelColumn(source: Dataset, name: string): Int32Array {
  const column = requireColumn(source.columns, name);
  if (column.data instanceof Int32Array && column.shape.length === 1) return column.data;
  throw dataError(
    'E_DATA_COLUMN',
    `column "${name}" holds ${column.data instanceof Int32Array ? 'integers' : 'reals'} of shape ` +
      `[${column.shape.join(', ')}], expected one integer label a row`,
    'pass labels as a flat number[] or an Int32Array; for one-hot rows take argmaxRows first',
    [column.shape],
  );
}

function fromColumns<Columns extends Feeds>(
  columns: Dataset<Columns>['columns'],
  classNames: ClassNames<Columns>,
): Dataset<Columns> {
  const size = commonRowCount(columns);
  requireClassNames(columns, classNames);
  const mapColumns = (change: (column: NumericArray<ColumnData>) => NumericArray<ColumnData>) =>
    // `change` keeps the element store of every column (takeRows, sliceRows), so the names keep their types.
    Object.fromEntries(
      Object.entries<NumericArray<ColumnData>>(columns).map(([name, column]) => [name, change(column)]),
    ) as Dataset<Columns>['columns'];
  const stores = Object.entries<NumericArray<ColumnData>>(columns).map(([name, { data }]) => [name, data]);

  return Object.freeze<Dataset<Columns>>({
    size,
    columns: Object.freeze(columns),
    // The element stores under the same names: Object.fromEntries forgets them.
    feeds: Object.freeze(Object.fromEntries(stores)) as Columns,
    classNames: Object.freeze(classNames),
    take: (rows) =>
      fromColumns<Columns>(
        mapColumns((column) => takeRows(column, rows)),
        classNames,
      ),
    slice: (start, end) =>
      fromColumns<Columns>(
        mapColumns((column) => sliceRows(column, start, end)),
        classNames,
      ),
    with: <Sources extends ColumnSources>(sources: Sources) => {
      type Replaced = Omit<Columns, keyof Sources> & FeedsOf<Sources>;
      const replacements = dataset(sources).columns;
      // Spreading puts the new columns over the old ones, which is what `Replaced` says; names carry over.
      return fromColumns<Replaced>(
        { ...columns, ...replacements } as unknown as Dataset<Replaced>['columns'],
        classNames as unknown as ClassNames<Replaced>,
      );
    },
  });
}

function toColumn(name: string, source: ColumnSource): NumericArray<ColumnData> {
  if (isNumericArray(source)) return withShape(columnData(source.data), source.shape);
  if (isFlat(source)) {
    const data = labels(source, name);
    return withShape(data, [data.length]);
  }
  return array(source);
}

function isFlat(source: NumericData | NestedNumbers): source is readonly number[] {
  return Array.isArray(source) && !Array.isArray(source[0]);
}

function commonRowCount(columns: Readonly<Record<string, NumericArray<ColumnData>>>): number {
  const [first, ...others] = Object.entries(columns);
  if (first === undefined) {
    throw dataError('E_DATA_EMPTY', 'the dataset has no columns', 'name at least one: dataset({ x, y })');
  }
  const [firstName, firstColumn] = first;
  const size = rowCount(firstColumn);
  for (const [name, column] of others) {
    if (rowCount(column) === size) continue;
    throw dataError(
      'E_DATA_ROWS',
      `column "${name}" has ${rowCount(column)} rows, column "${firstName}" has ${size}`,
      'all columns of a dataset have the same number of rows; a flat typed array of rows needs its shape: ' +
        'array(values, [rows, width])',
      [column.shape, firstColumn.shape],
    );
  }
  if (size > 0) return size;
  throw dataError('E_DATA_EMPTY', 'the dataset has no rows', 'a dataset has at least one row');
}

function requireClassNames(
  columns: Readonly<Record<string, NumericArray<ColumnData>>>,
  classNames: Readonly<Record<string, readonly string[] | undefined>>,
): void {
  for (const [name, names] of Object.entries(classNames)) {
    if (names === undefined) continue;
    const column = requireColumn(columns, name);
    if (!(column.data instanceof Int32Array)) {
      throw dataError(
        'E_DATA_COLUMN',
        `classNames names the classes of column "${name}", which holds reals`,
        'class names belong to a column of integer labels',
        [column.shape],
      );
    }
    requireClasses(column.data, names.length, name);
  }
}

function requireColumn(
  columns: Readonly<Record<string, NumericArray<ColumnData>>>,
  name: string,
): NumericArray<ColumnData> {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  throw dataError(
    'E_DATA_COLUMN',
    `there is no column "${name}"; the columns are ${Object.keys(columns).join(', ')}`,
    'check the spelling of the column name',
  );
}
