// Reading whole slices at run-time positions of axes: take, index select, along an axis with broadcasting, and at
// coordinates. Slices are read in place: nothing but indices is computed.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, printShape, shapesEqual, type Shape, type Size } from '../ir/size.ts';
import { badOption, checkNames, requireWhole } from './option.ts';
import { add, mul } from './arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from './broadcast.ts';
import { gatherElements } from './gather.ts';
import { scalar, sizeOf } from './leaf.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { coordinates, positions, requireIndices } from './positions.ts';
import { ravel, reshape } from './reshape.ts';

/** A tensor of the dtype of another, of a shape that types do not follow. */
type Part<T extends Tensor> = Tensor<Size[], T['dtype']>;

/** What {@link take} takes beside operands. */
export interface TakeOptions {
  /** How many leading axes the tensor and the indices have in common, each with slices of its own; default 0. */
  readonly batchDims?: number;
}

/**
 * The slices of `x` at `indices` of any shape along `axis`, which the axes of the indices replace: `[…, axis, …]` at `[i…]` is
 * `[…, i…, …]` (NumPy's `take`, TensorFlow's `gather` with `batchDims`; a table looked up by labels). Without an axis the
 * flattened tensor is read (PyTorch's `take`). Negative positions count from the end; positions outside are refused where
 * they are constants or fed, computed ones are clamped. The gradient adds up where positions are repeated.
 * @throws {ShapeError} `E_AXIS`; `E_SHAPE_MISMATCH` where batches differ; `E_INDEX` for a constant position outside;
 * `E_UNBOUND_DIM` without an axis on named ones
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function take<T extends Tensor>(x: T, indices: Tensor, axis?: number, options?: TakeOptions): Part<T>;
export function take(x: Tensor, indices: Tensor, axis?: number, options: TakeOptions = {}): Tensor {
  requireTensors('take', x, indices);
  checkNames('take', options, ['batchDims']);
  const { batchDims = 0 } = options;
  if (axis === undefined) {
    if (batchDims !== 0) throw badOption('take', 'batchDims is given without an axis', 'needs an axis');
    return takeSlices('take', ravel(x), indices, { axis: 0, fromEnd: true });
  }
  const at = normaliseAxis('take', x, axis);
  requireWhole('take', 'batchDims', batchDims);
  const batches = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
  requireWhole('take', 'batchDims', batches, 0, Math.min(at, indices.shape.length));
  return takeSlices('take', x, indices, { axis: at, fromEnd: true, batches });
}

interface Taking {
  readonly axis: number;
  readonly fromEnd?: boolean;
  /** Leading axes that the tensor and the indices have in common. */
  readonly batches?: number;
  readonly what?: string;
}

/** {@link take} for an axis that exists. */
export function takeSlices(
  operation: string,
  x: Tensor,
  indices: Tensor,
  { axis, fromEnd = false, batches = 0, what = 'index' }: Taking,
): Tensor {
  requireIndices(operation, indices);
  const leading = indices.shape.slice(0, batches);
  if (!shapesEqual(leading, x.shape.slice(0, batches))) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `${printShape(x.shape)} and ${printShape(indices.shape)} differ on the ${batches} leading axes`,
      expectation: 'takes indices with the batches of the tensor',
      operands: [x, indices],
    });
  }
  return composite(operation, () => {
    const checked = positions(operation, indices, x.shape[axis] ?? 1, { fromEnd, what });
    const inner = indices.shape.slice(batches);
    const count = elementCount(inner);
    const flat = reshape(checked, [...leading, count]);
    const run = x.shape.with(axis, count);
    const along = broadcastAlong(flat, run, [...leading.map((_, each) => each), axis]);
    return reshape(gatherElements(x, along, axis), x.shape.toSpliced(axis, 1, ...inner));
  });
}

/**
 * The slices of `x` at a vector of positions along `axis` (PyTorch's `index_select`). A scalar counts as a vector of one
 * element; {@link take} takes indices of any shape.
 * @throws {ShapeError} `E_AXIS`; `E_RANK` for indices that are no vector; `E_INDEX` for a constant position outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function indexSelect<T extends Tensor>(x: T, axis: number, indices: Tensor): Part<T>;
export function indexSelect(x: Tensor, axis: number, indices: Tensor): Tensor {
  requireTensors('indexSelect', x, indices);
  requireVector('indexSelect', indices);
  if (x.shape.length === 0) return reshape(indexSelect(reshape(x, [1]), axis, indices), []);
  const at = normaliseAxis('indexSelect', x, axis);
  return takeSlices('indexSelect', x, reshape(indices, [elementCount(indices.shape)]), { axis: at });
}

/** @throws {ShapeError} `E_RANK` for indices of several axes */
export function requireVector(operation: string, indices: Tensor): void {
  if (indices.shape.length < 2) return;
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: `the indices ${printShape(indices.shape)} are no vector`,
    expectation: 'takes a vector of positions',
    operands: [indices],
  });
}

/**
 * `out[…, i, …] = x[…, indices[…, i, …], …]`: elements of `x` at positions along `axis`, the tensor and the indices
 * broadcast against each other on all other axes (PyTorch's `take_along_dim`, NumPy's `take_along_axis`). Without an
 * axis both are flattened.
 * @throws {ShapeError} `E_AXIS`; `E_SHAPE_MISMATCH` for shapes that do not broadcast; `E_INDEX` for a constant
 * position outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function takeAlongDim<T extends Tensor>(x: T, indices: Tensor, axis?: number): Part<T>;
export function takeAlongDim(x: Tensor, indices: Tensor, axis?: number): Tensor {
  requireTensors('takeAlongDim', x, indices);
  requireIndices('takeAlongDim', indices);
  if (axis === undefined) return takeAlongDim(ravel(x), ravel(indices), 0);
  const at = normaliseAxis('takeAlongDim', x, axis);
  const isPaired = x.shape.length === indices.shape.length;
  const shape = isPaired ? broadcastShapes(x.shape.with(at, 1), indices.shape.with(at, 1)) : undefined;
  if (shape === undefined) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'takeAlongDim',
      problem: `indices ${printShape(indices.shape)} do not broadcast with ${printShape(x.shape)} beside axis ${at}`,
      expectation: 'takes indices of the rank of the tensor that broadcast on the other axes',
      operands: [x, indices],
    });
  }
  return composite('takeAlongDim', () => {
    const checked = positions('takeAlongDim', indices, x.shape[at] ?? 1);
    const from = broadcastTo(x, shape.with(at, x.shape[at] ?? 1));
    const along: Tensor = broadcastTo(checked, shape.with(at, indices.shape[at] ?? 1));
    return gatherElements(from, along, at);
  });
}

/**
 * The slices of `x` at coordinates, which the last axis of `indices` holds: `out[i…] = x[indices[i…, 0], indices[i…, 1], …]`
 * (TensorFlow's `gather_nd`). Fewer coordinates than axes give slices.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for more coordinates than axes; `E_INDEX` for a constant position outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function gatherNd<T extends Tensor>(x: T, indices: Tensor): Part<T>;
export function gatherNd(x: Tensor, indices: Tensor): Tensor {
  requireTensors('gatherNd', x, indices);
  return composite('gatherNd', () => {
    const { flat, sizes } = flatCoordinates('gatherNd', x.shape, indices, x);
    const rest = x.shape.slice(sizes.length);
    const rows = reshape(x, [elementCount(sizes), ...rest]);
    return takeSlices('gatherNd', rows, flat, { axis: 0 });
  });
}

/**
 * Coordinates as positions of the flattened leading axes: `Σ index[j] · stride[j]`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function flatCoordinates(
  operation: string,
  shape: Shape,
  indices: Tensor,
  operand: Tensor = indices,
): { readonly flat: Tensor; readonly sizes: Shape } {
  requireIndices(operation, indices);
  const count = indices.shape.at(-1);
  const sizes = shape.slice(0, typeof count === 'number' ? count : 0);
  if (count === undefined || sizes.length !== count) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `coordinates ${printShape(indices.shape)} into ${printShape(shape)}`,
      expectation: 'takes, on the last axis, a coordinate for each of some leading axes',
      operands: [operand, indices],
    });
  }
  const checked = coordinates(operation, indices, sizes);
  const last = indices.shape.length - 1;
  const parts = sizes.map((_, each) => {
    const component = reshape(sliceAxis(checked, last, each, 1), indices.shape.slice(0, -1));
    return mul(component, sizeOf(elementCount(sizes.slice(each + 1)), 'i32'));
  });
  const [first, ...others] = parts;
  // No coordinates name the one position that the whole tensor has.
  const whole = broadcastAlong(scalar(0, 'i32'), indices.shape.slice(0, -1), []);
  return { flat: first === undefined ? whole : others.reduce<Tensor>(add, first), sizes };
}
