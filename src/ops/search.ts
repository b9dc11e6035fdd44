// Places in sorted sequences, found by counting: an element belongs behind all that are smaller. One comparison for every
// pair, without branches, in a loop that runs in vectors.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, sizesEqual } from '../ir/size.ts';
import { greater, greaterEqual } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from './mismatch.ts';
import { checkNames } from './option.ts';
import { sum } from './reduce.ts';
import { cast } from './select.ts';
import { logicalNot } from './unary.ts';

/** On which side of equal elements a place is. */
export interface SearchOptions {
  /** Behind them (the upper bound), or in front of them (the lower bound); default false, in front. */
  readonly right?: boolean;
}

/**
 * Where `values` would have to be put into a sorted sequence so that it stays sorted, i32 (PyTorch's and TensorFlow's
 * `searchsorted`): the number of elements below a value, or with `right` of those that are not above it. NaN belongs at
 * the end.
 *
 * Costs a comparison for every value and element.
 * @param sequence `[n]` for values of any shape, or `[…, n]` for values `[…, m]`; ascending along the last axis
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH` for different dtypes and booleans
 */
export function searchSorted<V extends Tensor>(
  sequence: Tensor,
  values: V,
  options?: SearchOptions,
): Tensor<V['shape'], 'i32'>;
export function searchSorted(sequence: Tensor, values: Tensor, options: SearchOptions = {}): Tensor {
  return placesIn('searchSorted', sequence, values, options);
}

/**
 * The bucket of each value between ascending boundaries, i32 (PyTorch's `bucketize`): bucket i takes
 * `boundaries[i - 1] < value ≤ boundaries[i]`, with `right` `boundaries[i - 1] ≤ value < boundaries[i]`.
 * {@link searchSorted} with its arguments the other way round.
 * @param boundaries `[n]`
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function bucketize<V extends Tensor>(
  values: V,
  boundaries: Tensor,
  options?: SearchOptions,
): Tensor<V['shape'], 'i32'>;
export function bucketize(values: Tensor, boundaries: Tensor, options: SearchOptions = {}): Tensor {
  return placesIn('bucketize', boundaries, values, options);
}

function placesIn(operation: string, sequence: Tensor, values: Tensor, options: SearchOptions): Tensor {
  checkNames(operation, options, ['right']);
  const { right = false } = options;
  requireTensors(operation, sequence, values);
  if (sequence.dtype !== values.dtype || sequence.dtype === 'bool') {
    throw dtypeMismatch({
      operation,
      problem: `${values.dtype} values in a sequence of ${sequence.dtype}`,
      expectation: 'takes numbers of one dtype',
      operands: [sequence, values],
    });
  }
  const leading = sequence.shape.slice(0, -1);
  const isShared = sequence.shape.length === 1;
  const fits =
    sequence.shape.length > 0 &&
    (isShared ||
      (leading.length === values.shape.length - 1 &&
        leading.every((size, axis) => sizesEqual(size, values.shape[axis] ?? -1))));
  if (!fits) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `values ${printShape(values.shape)} do not fit a sequence ${printShape(sequence.shape)}`,
      expectation: 'takes one sequence, or one for every line of values',
      operands: [sequence, values],
    });
  }
  return composite(operation, () => {
    const rank = values.shape.length;
    const shape = [...values.shape, sequence.shape.at(-1) ?? 1];
    const axes = values.shape.map((_, axis) => axis);
    const each = broadcastAlong(values, shape, axes);
    const element = broadcastAlong(sequence, shape, isShared ? [rank] : [...axes.slice(0, -1), rank]);
    // NaN compares with nothing, so that all elements count as below it.
    const isBehind = right ? greater(element, each) : greaterEqual(element, each);
    return sum(cast(logicalNot(isBehind), 'i32'), -1);
  });
}
