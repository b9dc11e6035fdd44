// Tensors with slices changed at run-time positions: added to, replaced, filled. All are scatters of the slices' elements,
// so their work is that of the updates, and repeated positions are updated in row-major order.
import type { ScatterCombiner } from '../ir/lowering.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import {
  addSizes,
  concreteShape,
  elementCount,
  printShape,
  shapesEqual,
  type Shape,
  type Size,
} from '../ir/size.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import { badOption, checkNames, requireWholes } from './option.ts';
import { add, mul } from './arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from './broadcast.ts';
import { scalar, sizeOf } from './leaf.ts';
import {
  dtypeMismatch,
  normaliseAxis,
  requireTensorList,
  requireTensors,
  shapeMismatch,
} from './mismatch.ts';
import { positions } from './positions.ts';
import { reshape } from './reshape.ts';
import { scatterWith } from './scatter.ts';
import { where } from './select.ts';
import { rankAmongTrue } from './mask.ts';
import { flatCoordinates, requireVector, takeSlices } from './take.ts';

/** A tensor of the shape and dtype of another. */
type Same<T extends Tensor> = Tensor<T['shape'], T['dtype']>;

/** Slices of `x` along `axis` combined with `slices`, at a vector of positions. */
function updateSlices(
  combiner: ScatterCombiner,
  x: Tensor,
  axis: number,
  indices: Tensor,
  slices: Tensor,
): Tensor {
  return scatterWith(combiner, x, broadcastAlong(indices, slices.shape, [axis]), slices, axis);
}

interface Update {
  readonly x: Tensor;
  readonly axis: number;
  readonly indices: Tensor;
  /** Shape of the slices that the positions name. */
  readonly shape: Shape;
  readonly restore: (result: Tensor) => Tensor;
}

/** Operands that are known to fit; a scalar counts as a vector of one element. */
function fit(operation: string, x: Tensor, axis: number, indices: Tensor, fromEnd: boolean): Update {
  requireTensors(operation, x, indices);
  requireVector(operation, indices);
  const isScalar = x.shape.length === 0;
  const from = isScalar ? reshape(x, [1]) : x;
  const at = normaliseAxis(operation, from, axis);
  const vector = reshape(indices, [elementCount(indices.shape)]);
  return {
    x: from,
    axis: at,
    indices: positions(operation, vector, from.shape[at] ?? 1, { fromEnd }),
    shape: from.shape.with(at, vector.shape[0] ?? 1),
    restore: (result) => (isScalar ? reshape(result, []) : result),
  };
}

/** The slices of an update: one for every position, of the tensor's dtype. */
function slicesFor(operation: string, { x, shape }: Update, slices: Tensor): Tensor {
  requireTensors(operation, slices);
  requireSameDType(operation, x, slices);
  const given = slices.shape.length === 0 && shape.length === 1 ? reshape(slices, [1]) : slices;
  if (shapesEqual(given.shape, shape)) return given;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `slices ${printShape(slices.shape)} for positions that name ${printShape(shape)}`,
    expectation: 'takes one slice for every position',
    operands: [x, slices],
  });
}

function requireSameDType(operation: string, x: Tensor, updates: Tensor): void {
  if (x.dtype === updates.dtype) return;
  throw dtypeMismatch({
    operation,
    problem: `${updates.dtype} into ${x.dtype}`,
    expectation: 'takes updates of the dtype of the tensor',
    operands: [x, updates],
  });
}

/** What {@link indexAdd} takes beside operands. */
export interface IndexAddOptions {
  /** What the slices are multiplied by before they are added, default 1. */
  readonly alpha?: number;
}

/**
 * `x` with `slices` added at a vector of positions along `axis`: `out[…, indices[i], …] += alpha · slices[…, i, …]` (PyTorch's
 * `index_add`). Repeated positions accumulate.
 * @throws {ShapeError} `E_AXIS`, `E_RANK`, `E_SHAPE_MISMATCH`, `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 and slices of another dtype
 */
export function indexAdd<T extends Tensor>(
  x: T,
  axis: number,
  indices: Tensor,
  slices: Tensor,
  options?: IndexAddOptions,
): Same<T>;
export function indexAdd(
  x: Tensor,
  axis: number,
  indices: Tensor,
  slices: Tensor,
  options: IndexAddOptions = {},
): Tensor {
  checkNames('indexAdd', options, ['alpha']);
  const { alpha = 1 } = options;
  const update = fit('indexAdd', x, axis, indices, false);
  const given = slicesFor('indexAdd', update, slices);
  if (x.dtype === 'bool') throw badOption('indexAdd', 'x is bool', 'has to hold numbers');
  return composite('indexAdd', () => {
    const scaled = alpha === 1 ? given : mul(given, alpha);
    return update.restore(updateSlices('sum', update.x, update.axis, update.indices, scaled));
  });
}

/**
 * `x` with `slices` in place of those at a vector of positions along `axis`: `out[…, indices[i], …] = slices[…, i, …]` (PyTorch's
 * `index_copy`). Where a position is repeated the last slice stands.
 * @throws {ShapeError} `E_AXIS`, `E_RANK`, `E_SHAPE_MISMATCH`, `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 and slices of another dtype
 */
export function indexCopy<T extends Tensor>(x: T, axis: number, indices: Tensor, slices: Tensor): Same<T>;
export function indexCopy(x: Tensor, axis: number, indices: Tensor, slices: Tensor): Tensor {
  const update = fit('indexCopy', x, axis, indices, false);
  const given = slicesFor('indexCopy', update, slices);
  return composite('indexCopy', () =>
    update.restore(updateSlices('replace', update.x, update.axis, update.indices, given)),
  );
}

/**
 * `out[…, indices[i], …] = value`: `x` with one value in place of all elements at a vector of positions along `axis`
 * (PyTorch's `index_fill`). Negative positions count from the end.
 * @param value a number, or a scalar tensor of the dtype of `x`
 * @throws {ShapeError} `E_AXIS`, `E_RANK`, `E_INDEX` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function indexFill<T extends Tensor>(x: T, axis: number, indices: Tensor, value: Operand): Same<T>;
export function indexFill(x: Tensor, axis: number, indices: Tensor, value: Operand): Tensor {
  const update = fit('indexFill', x, axis, indices, true);
  const filling = typeof value === 'number' ? scalar(value, x.dtype) : value;
  requireTensors('indexFill', filling);
  requireSameDType('indexFill', x, filling);
  if (filling.shape.length > 0) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'indexFill',
      problem: `the value has shape ${printShape(filling.shape)}`,
      expectation: 'takes a number or a scalar',
      operands: [filling],
    });
  }
  return composite('indexFill', () => {
    const slices = broadcastAlong(filling, update.shape, []);
    return update.restore(updateSlices('replace', update.x, update.axis, update.indices, slices));
  });
}

/** What {@link indexPut} takes beside operands. */
export interface IndexPutOptions {
  /** Whether updates are added to what stands at a position, default false: they take its place. */
  readonly accumulate?: boolean;
}

/**
 * `x` with `values` at the positions that index tensors name together, as `x[i, j, …] = values` does in PyTorch
 * (`index_put`): the index tensors broadcast against each other and stand for the leading axes of `x`; `values` broadcasts to
 * their shape and the axes that are left. Negative positions count from the end. A single boolean mask over leading axes names
 * the positions where it is true, in row-major order.
 *
 * Without `accumulate` the last update of a repeated position stands, and every update of it is given the gradient (PyTorch's).
 * @throws {ShapeError} `E_AXIS` for more index tensors than axes; `E_SHAPE_MISMATCH` for shapes that do not broadcast; `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 and values of another dtype
 */
export function indexPut<T extends Tensor>(
  x: T,
  indices: readonly Tensor[],
  values: Tensor,
  options?: IndexPutOptions,
): Same<T>;
export function indexPut(
  x: Tensor,
  indices: readonly Tensor[],
  values: Tensor,
  options: IndexPutOptions = {},
): Tensor {
  requireTensors('indexPut', x, values);
  requireTensorList('indexPut', indices);
  checkNames('indexPut', options, ['accumulate']);
  const { accumulate = false } = options;
  requireSameDType('indexPut', x, values);
  const [mask, ...others] = indices;
  if (mask?.dtype === 'bool' && others.length === 0) return maskedPut(x, mask, values, accumulate);
  if (mask === undefined || indices.length > x.shape.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'indexPut',
      problem: `${indices.length} index tensors for the axes of ${printShape(x.shape)}`,
      expectation: 'takes at least one, and at most one an axis',
      operands: [x],
    });
  }
  return composite('indexPut', () => {
    const sizes = x.shape.slice(0, indices.length);
    const checked = indices.map((each, axis) =>
      positions('indexPut', each, sizes[axis] ?? 1, { fromEnd: true }),
    );
    const shape = checked.reduce<Shape | undefined>(
      (joined, each) => (joined === undefined ? undefined : broadcastShapes(joined, each.shape)),
      [],
    );
    if (shape === undefined) throw cannotPair(x, indices);
    const parts = checked.map((each, axis) => {
      const together: Tensor = broadcastTo(each, shape);
      return mul(together, sizeOf(elementCount(sizes.slice(axis + 1)), 'i32'));
    });
    const flat = parts.reduce((sum, part) => add(sum, part));
    const rest = x.shape.slice(indices.length);
    return putRows('indexPut', accumulate ? 'sum' : 'replace', x, { flat, sizes, rest }, values);
  });
}

function cannotPair(x: Tensor, indices: readonly Tensor[]): Error {
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: 'indexPut',
    problem: `index tensors ${indices.map(({ shape }) => printShape(shape)).join(' and ')} do not broadcast`,
    expectation: 'takes index tensors that broadcast against each other',
    operands: [x, ...indices],
  });
}

/** Positions of the flattened leading axes of a tensor. */
interface Rows {
  readonly flat: Tensor;
  readonly sizes: Shape;
  readonly rest: Shape;
}

function putRows(
  operation: string,
  combiner: ScatterCombiner,
  x: Tensor,
  { flat, sizes, rest }: Rows,
  values: Tensor,
): Tensor {
  const count = elementCount(flat.shape);
  const slices = reshape(broadcastValues(operation, values, [...flat.shape, ...rest]), [count, ...rest]);
  const rows = reshape(x, [elementCount(sizes), ...rest]);
  return reshape(updateSlices(combiner, rows, 0, reshape(flat, [count]), slices), x.shape);
}

function broadcastValues(operation: string, values: Tensor, shape: Shape): Tensor {
  const joined = broadcastShapes(values.shape, shape);
  if (joined !== undefined && shapesEqual(joined, shape)) return broadcastTo(values, shape);
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `values ${printShape(values.shape)} for positions that name ${printShape(shape)}`,
    expectation: 'takes values that broadcast to what the positions name',
    operands: [values],
  });
}

/** Rows where a mask is true: one value for all of them, or the next value for each. */
function maskedPut(x: Tensor, mask: Tensor, values: Tensor, accumulate: boolean): Tensor {
  const leading = mask.shape.length;
  if (!shapesEqual(mask.shape, x.shape.slice(0, leading))) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'indexPut',
      problem: `a mask ${printShape(mask.shape)} over ${printShape(x.shape)}`,
      expectation: 'takes a mask over leading axes',
      operands: [x, mask],
    });
  }
  return composite('indexPut', () => {
    const rest = x.shape.slice(leading);
    const isRepeated = values.shape.length <= rest.length || values.shape[0] === 1;
    const own = (): Tensor => {
      const rows = broadcastValues('indexPut', values, [values.shape[0] ?? 1, ...rest]);
      const count = rows.shape[0] ?? 1;
      const last = count === 0 ? 0 : addSizes(count, -1);
      return takeSlices('indexPut', rows, rankAmongTrue(mask, last), { axis: 0 });
    };
    const put: Tensor = isRepeated ? broadcastValues('indexPut', values, x.shape) : own();
    const chosen = broadcastAlong(
      mask,
      x.shape,
      mask.shape.map((_, axis) => axis),
    );
    return where(chosen, accumulate ? add(x, put) : put, x);
  });
}

/**
 * A tensor of zeros with updates added at coordinates, which the last axis of `indices` holds: `out[indices[i…]] += updates[i…]`
 * (TensorFlow's `scatter_nd`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for coordinates or updates that do not fit; `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function scatterNd<T extends Tensor>(
  indices: Tensor,
  updates: T,
  shape: readonly number[],
): Tensor<Size[], T['dtype']>;
export function scatterNd(indices: Tensor, updates: Tensor, shape: readonly number[]): Tensor {
  requireTensors('scatterNd', indices, updates);
  requireWholes('scatterNd', 'shape', shape, 0);
  const zeros = broadcastAlong(scalar(0, updates.dtype), concreteShape(shape), []);
  return composite('scatterNd', () => updateAt('scatterNd', 'sum', zeros, indices, updates));
}

/**
 * `out[indices[i…]] = updates[i…]`: `x` with updates in place of what stands at coordinates, which the last axis of
 * `indices` holds (TensorFlow's `tensor_scatter_nd_update`). Where coordinates are repeated the last update stands.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for coordinates or updates that do not fit; `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 and updates of another dtype
 */
export function tensorScatterUpdate<T extends Tensor>(x: T, indices: Tensor, updates: Tensor): Same<T>;
export function tensorScatterUpdate(x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  requireTensors('tensorScatterUpdate', x, indices, updates);
  requireSameDType('tensorScatterUpdate', x, updates);
  return composite('tensorScatterUpdate', () =>
    updateAt('tensorScatterUpdate', 'replace', x, indices, updates),
  );
}

function updateAt(
  operation: string,
  combiner: ScatterCombiner,
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
): Tensor {
  const { flat, sizes } = flatCoordinates(operation, x.shape, indices, x);
  const rest = x.shape.slice(sizes.length);
  const wanted = [...flat.shape, ...rest];
  if (updates.shape.length > 0 && !shapesEqual(updates.shape, wanted)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `updates ${printShape(updates.shape)} for coordinates that name ${printShape(wanted)}`,
      expectation: 'takes one update for every coordinate, or a scalar',
      operands: [indices, updates],
    });
  }
  return putRows(operation, combiner, x, { flat, sizes, rest }, updates);
}
