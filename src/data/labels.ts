// Class labels: reading them as i32, counting them, one-hot rows from them and labels back from scores.
// Relies on the dense array only.

import type { IntegerData, NumericArray, NumericData, RealSource } from './array.ts';
import { rowCount, rowLength, toArray, withShape } from './array.ts';
import { dataError } from './data-error.ts';

/** What functions over labels accept: integers, one a sample. */
export type LabelSource = IntegerData | readonly number[] | NumericArray<NumericData>;

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/**
 * Reads integer labels as an Int32Array (an Int32Array passes through without a copy).
 * @param name the word that errors use for the labels
 * @throws DataError `E_DATA_LABEL` when an entry is not an integer of 32 bits or the labels are not one axis
 */
export function labels(source: LabelSource, name = 'labels'): Int32Array {
  const values = labelValues(source, name);
  if (values instanceof Int32Array) return values;
  const result = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === undefined || !Number.isInteger(value) || value < INT32_MIN || value > INT32_MAX) {
      throw dataError(
        'E_DATA_LABEL',
        `${name}[${index}] is ${String(value)}, expected an integer label`,
        'a flat number[] is read as integer labels; for real-valued targets pass a Float32Array or array([…])',
      );
    }
    result[index] = value;
  }
  return result;
}

/**
 * How many samples each class has: entry `c` counts label `c`.
 * @param classes number of classes; default one more than the largest label
 * @throws DataError `E_DATA_LABEL` when a label is not an integer of `[0, classes)`
 */
export function classCounts(source: LabelSource, classes?: number): Int32Array {
  const values = labels(source);
  const counts = new Int32Array(requireClasses(values, classes));
  for (const label of values) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * One-hot rows: shape `[n, classes]`, 1 in the column of the label and 0 elsewhere.
 * @param classes number of classes; default one more than the largest label
 * @throws DataError `E_DATA_LABEL` when a label is not an integer of `[0, classes)`
 */
export function oneHot(source: LabelSource, classes?: number): NumericArray {
  const values = labels(source);
  const width = requireClasses(values, classes);
  const data = new Float32Array(values.length * width);
  values.forEach((label, index) => {
    data[index * width + label] = 1;
  });
  return withShape(data, [values.length, width]);
}

/**
 * The column of the largest entry of each row; the first one of equals.
 * @param scores shape `[n, classes]`
 * @throws DataError `E_DATA_SHAPE` unless there are two axes with at least one column; `E_DATA_NOT_FINITE`
 * when a score is NaN (infinities have an order and are fine)
 */
export function argmaxRows(scores: RealSource): Int32Array {
  const table = toArray(scores);
  const width = rowLength(table);
  if (table.shape.length !== 2 || width === 0) {
    throw dataError(
      'E_DATA_SHAPE',
      `argmaxRows takes rows of scores, found the shape [${table.shape.join(', ')}]`,
      'pass an array of shape [samples, classes]',
      [table.shape],
    );
  }
  const result = new Int32Array(rowCount(table));
  for (let index = 0; index < result.length; index++) {
    let best = -Infinity;
    let bestColumn = 0;
    for (let column = 0; column < width; column++) {
      const score = table.data[index * width + column] ?? NaN;
      if (Number.isNaN(score)) {
        throw dataError(
          'E_DATA_NOT_FINITE',
          `the score of row ${index}, column ${column} is NaN: the row has no largest entry`,
          'find where the NaN comes from: often a learning rate that is too high or unscaled inputs',
        );
      }
      if (score > best) {
        best = score;
        bestColumn = column;
      }
    }
    result[index] = bestColumn;
  }
  return result;
}

/**
 * Refuses labels outside `[0, classes)` and returns the number of classes.
 * @throws DataError `E_DATA_LABEL`, or `E_DATA_OPTION` when `classes` is not a positive integer
 */
export function requireClasses(values: Int32Array, classes?: number, name = 'labels'): number {
  if (classes !== undefined && (!Number.isSafeInteger(classes) || classes < 1)) {
    throw dataError(
      'E_DATA_OPTION',
      `the number of classes is ${classes}, expected a positive integer`,
      'leave it out to take one more than the largest label',
    );
  }
  // Not Math.max(...values): spreading a long array overflows the stack.
  const width = classes ?? values.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  const offender = values.findIndex((label) => label < 0 || label >= width);
  if (offender !== -1) {
    throw dataError(
      'E_DATA_LABEL',
      `${name}[${offender}] is ${String(values[offender])}, expected a class from 0 to ${width - 1}`,
      'classes are counted from 0; check the number of classes and how missing labels are written',
    );
  }
  return width;
}

function labelValues(source: LabelSource, name: string): NumericData | readonly number[] {
  if (Array.isArray(source) || ArrayBuffer.isView(source)) {
    // The view half of this union is a typed array of numbers: LabelSource has no DataView.
    return source as IntegerData | readonly number[];
  }
  const { data, shape } = source as NumericArray<NumericData>; // the third and last member of LabelSource
  if (shape.length === 1) return data;
  throw dataError(
    'E_DATA_LABEL',
    `${name} have the shape [${shape.join(', ')}], expected one integer a sample`,
    'for one-hot rows take argmaxRows first',
    [shape],
  );
}
