// The dense numeric array that data utilities take and give: a typed array with its shape, rows first.
// Relies on nothing but the errors of this folder.

import { dataError } from './data-error.ts';

/** Typed arrays whose elements are integers that fit 32 signed bits. */
export type IntegerData = Int32Array | Int16Array | Int8Array | Uint16Array | Uint8Array | Uint8ClampedArray;

/** Typed arrays whose elements are reals. */
export type RealData = Float32Array | Float64Array;

/** Every element store that the data utilities read. */
export type NumericData = IntegerData | RealData;

/** The two element stores that sessions are fed with: f32 reals and i32 integers. */
export type ColumnData = Float32Array | Int32Array;

/** Nested arrays of numbers of any depth, e.g. `number[][]` for a table of rows. */
export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/**
 * A dense row-major array: `data.length` is the product of `shape`, and axis 0 counts rows (samples).
 * The record and its shape are frozen; `data` is shared with whoever holds it, so treat it as read-only.
 */
export interface NumericArray<Data extends NumericData = Float32Array> {
  readonly data: Data;
  readonly shape: readonly number[];
}

/** What functions over real tables accept: an array with its shape, or nested arrays of numbers. */
export type RealSource = NumericArray<NumericData> | NestedNumbers;

const integerStores = [Int16Array, Int8Array, Uint16Array, Uint8Array, Uint8ClampedArray];

/** Row numbers: which rows, in which order; repetitions are allowed. */
export type RowIndices = Int32Array | readonly number[];

/**
 * Makes a dense array. Real typed arrays and nested numbers become f32, integer typed arrays become i32.
 * A Float32Array or Int32Array is kept as it is, without a copy.
 *
 * @param values a typed array, or nested arrays of equal lengths
 * @param shape the shape to give; default `[length]` for a typed array, the nesting for nested arrays
 * @throws DataError `E_DATA_RAGGED` (rows of different lengths), `E_DATA_SHAPE` (shape and element count
 * disagree), `E_DATA_VALUE` (an entry that is not a number, or a finite number beyond the range of f32)
 */
export function array(values: IntegerData, shape?: readonly number[]): NumericArray<Int32Array>;
export function array(values: RealData | NestedNumbers, shape?: readonly number[]): NumericArray;
export function array(
  values: NumericData | NestedNumbers,
  shape?: readonly number[],
): NumericArray<ColumnData>;
export function array(
  values: NumericData | NestedNumbers,
  shape?: readonly number[],
): NumericArray<ColumnData> {
  if (isNested(values)) {
    const nesting = nestedShape(values);
    const data = new Float32Array(elementCount(nesting));
    fillFromNested(data, values, nesting, 0, 0);
    return withShape(data, shape ?? nesting);
  }
  return withShape(columnData(values), shape ?? [values.length]);
}

/**
 * Gives a typed array its shape, without a copy.
 * @throws DataError `E_DATA_SHAPE` when the product of `shape` is not the number of elements
 */
export function withShape<Data extends NumericData>(
  data: Data,
  shape: readonly number[],
): NumericArray<Data> {
  const wellFormed = shape.length > 0 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!wellFormed || elementCount(shape) !== data.length) {
    throw dataError(
      'E_DATA_SHAPE',
      `${data.length} values do not fill the shape [${shape.join(', ')}]` +
        (wellFormed ? `, which has ${elementCount(shape)} elements` : ''),
      'a shape is a list of whole numbers, at least one, whose product is the number of values',
      [shape],
    );
  }
  return Object.freeze({ data, shape: Object.freeze([...shape]) });
}

/** Turns what a function over tables accepts into one array; arrays pass through untouched. */
export function toArray(source: RealSource): NumericArray<NumericData> {
  return isNumericArray(source) ? source : array(source);
}

/** Whether a value is an array with its shape, rather than nested or typed numbers. */
export function isNumericArray(source: unknown): source is NumericArray<NumericData> {
  return typeof source === 'object' && source !== null && 'data' in source && 'shape' in source;
}

/** The number of rows: the size of axis 0. */
export function rowCount(source: NumericArray<NumericData>): number {
  // A shape has at least one axis: withShape refuses the others.
  return source.shape[0] ?? 0;
}

/** The number of elements of one row: the product of all axes but the first. */
export function rowLength(source: NumericArray<NumericData>): number {
  return elementCount(source.shape.slice(1));
}

/**
 * One row as a view on the array's own memory.
 * @throws DataError `E_DATA_INDEX` when there is no such row
 */
export function row<Source extends NumericArray<NumericData>>(source: Source, index: number): Source['data'] {
  requireRow(index, rowCount(source));
  const length = rowLength(source);
  return view(source.data, index * length, (index + 1) * length);
}

/** The rows in order, each a view on the array's own memory. */
export function* rows<Source extends NumericArray<NumericData>>(
  source: Source,
): Generator<Source['data'], void, undefined> {
  for (let index = 0; index < rowCount(source); index++) yield row(source, index);
}

/**
 * The rows `start ≤ i < end` as a view on the same memory; `end` defaults to the number of rows.
 * @throws DataError `E_DATA_INDEX` unless `0 ≤ start ≤ end ≤ rows`
 */
export function sliceRows<Source extends NumericArray<NumericData>>(
  source: Source,
  start: number,
  end: number = rowCount(source),
): NumericArray<Source['data']> {
  const count = rowCount(source);
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > count) {
    throw dataError(
      'E_DATA_INDEX',
      `rows ${start} to ${end} were asked of an array with ${count} rows`,
      `start and end are whole numbers with 0 ≤ start ≤ end ≤ ${count}; end itself is not included`,
      [source.shape],
    );
  }
  const length = rowLength(source);
  return withShape(view(source.data, start * length, end * length), [end - start, ...source.shape.slice(1)]);
}

/**
 * A copy of the given rows, in the given order.
 * @throws DataError `E_DATA_INDEX` when a row does not exist
 */
export function takeRows<Source extends NumericArray<NumericData>>(
  source: Source,
  indices: RowIndices,
): NumericArray<Source['data']> {
  const count = rowCount(source);
  const length = rowLength(source);
  // `constructor` is typed as Function in lib.d.ts; a typed array's constructor does take a length.
  const Store = source.data.constructor as new (length: number) => Source['data'];
  const data = new Store(indices.length * length);
  indices.forEach((index, position) => {
    requireRow(index, count);
    data.set(source.data.subarray(index * length, (index + 1) * length), position * length);
  });
  return withShape(data, [indices.length, ...source.shape.slice(1)]);
}

/**
 * Real stores as Float32Array, integer stores as Int32Array; those two themselves without a copy.
 * @throws DataError `E_DATA_VALUE` when the value is no typed array of these, or overflows f32
 */
export function columnData(values: NumericData): ColumnData {
  if (values instanceof Float32Array || values instanceof Int32Array) return values;
  if (integerStores.some((Store) => values instanceof Store)) return Int32Array.from(values);
  if (!(values instanceof Float64Array)) {
    // Only code without types gets here: wider integers, which i32 would wrap, or no array at all.
    throw dataError(
      'E_DATA_VALUE',
      `expected numbers, found ${Object.prototype.toString.call(values).slice('[object '.length, -1)}`,
      'pass nested arrays of numbers, or a typed array of reals or of integers that fit 32 signed bits',
    );
  }
  const data = new Float32Array(values.length);
  values.forEach((value, index) => {
    data[index] = singlePrecision(value, `values[${index}]`);
  });
  return data;
}

/** The product of a shape's sizes. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** @throws DataError `E_DATA_INDEX` unless `index` is a row of `count` */
export function requireRow(index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw dataError(
    'E_DATA_INDEX',
    `row ${index} does not exist: there are ${count} rows`,
    count === 0 ? 'there is no row to take' : `rows are counted from 0 to ${count - 1}`,
  );
}

function isNested(values: NumericData | NestedNumbers): values is NestedNumbers {
  return Array.isArray(values);
}

function view<Data extends NumericData>(data: Data, start: number, end: number): Data {
  // Every member of the union returns its own type from subarray, which a union's signature cannot say.
  return data.subarray(start, end) as Data;
}

/** The sizes along the first entries; fillFromNested then holds every other entry against them. */
function nestedShape(values: NestedNumbers): readonly number[] {
  const [first] = values;
  return typeof first === 'object' && Array.isArray(first)
    ? [values.length, ...nestedShape(first)]
    : [values.length];
}

function fillFromNested(
  data: Float32Array,
  values: NestedNumbers,
  shape: readonly number[],
  axis: number,
  offset: number,
  path = 'values',
): void {
  const isInnermost = axis === shape.length - 1;
  const stride = elementCount(shape.slice(axis + 1));
  values.forEach((entry: unknown, index) => {
    const place = `${path}[${index}]`;
    if (isInnermost) {
      if (Array.isArray(entry)) throw raggedError(place, `an array of ${entry.length}`, 'a number');
      if (typeof entry !== 'number') throw notANumber(place, entry);
      data[offset + index] = singlePrecision(entry, place);
      return;
    }
    const expected = shape[axis + 1] ?? 0;
    if (!Array.isArray(entry)) {
      throw raggedError(
        place,
        typeof entry === 'number' ? 'a number' : String(entry),
        `an array of ${expected}`,
      );
    }
    if (entry.length !== expected) {
      throw raggedError(place, `an array of ${entry.length}`, `an array of ${expected}`);
    }
    fillFromNested(data, entry, shape, axis + 1, offset + index * stride, place);
  });
}

function raggedError(place: string, found: string, expected: string): Error {
  return dataError(
    'E_DATA_RAGGED',
    `the nested array is ragged: ${place} is ${found}, the entries before it call for ${expected}`,
    'give every row the same number of entries',
  );
}

function notANumber(place: string, found: unknown): Error {
  return dataError(
    'E_DATA_VALUE',
    `${place} is ${typeof found === 'string' ? JSON.stringify(found) : String(found)}, expected a number`,
    'convert text and fill missing entries before making the array',
  );
}

/** Rounds to f32; an overflow to infinity would change the data silently, so it is refused. */
function singlePrecision(value: number, place: string): number {
  const rounded = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(rounded)) {
    throw dataError(
      'E_DATA_VALUE',
      `${place} is ${value}, which is beyond the range of 32-bit floats (±3.4028e38)`,
      'rescale the values before making the array',
    );
  }
  return rounded;
}
