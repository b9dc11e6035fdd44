// Integer tensors that name positions of an axis: what is checked of them when they are declared, and promised of those
// that are fed. Everything that reads or writes at run-time positions relies on this.
import { ShapeError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import type { Tensor } from '../ir/node.ts';
import { currentOrigin, spanOf } from '../ir/origin.ts';
import { printShape, sizesEqual, type Shape, type Size } from '../ir/size.ts';
import { add, less } from './arithmetic.ts';
import { arrayValue, constrain, inputOp, isLeafOf, sizeOf } from './leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from './mismatch.ts';
import { reshape } from './reshape.ts';
import { where } from './select.ts';

/** @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 */
export function requireIndices(operation: string, indices: Tensor): void {
  requireTensors(operation, indices);
  if (indices.dtype === 'i32') return;
  throw dtypeMismatch({
    operation,
    problem: `the indices are ${indices.dtype}`,
    expectation: 'takes i32 indices',
    operands: [indices],
    help: "cast them, for example cast(indices, 'i32')",
  });
}

/** What is promised of a position on an axis whose size is not known yet. */
const greatestIndex = 2 ** 31 - 1;

interface PositionOptions {
  /** Whether negative positions count from the end of the axis; default false. */
  readonly fromEnd?: boolean;
  /** The greatest position, default the last one of the axis. */
  readonly last?: number;
  /** What a message calls them; default `index`. */
  readonly what?: string;
  /** A value outside that is allowed as well. */
  readonly except?: number | undefined;
}

/**
 * Indices that lie in an axis of `size`: those of a constant are checked at once, those that are fed when they are fed,
 * and computed ones are clamped where they are used. Where the size is named, constants are clamped as well.
 * @throws {ShapeError} `E_INDEX` for a constant with a position outside; `E_SHAPE_MISMATCH` for positions of nothing
 */
export function positions(
  operation: string,
  indices: Tensor,
  size: Size,
  { fromEnd = false, last, what = 'index', except }: PositionOptions = {},
): Tensor {
  requireIndices(operation, indices);
  if (typeof size !== 'number') {
    const range = { low: fromEnd ? -greatestIndex - 1 : 0, high: greatestIndex, axes: [size], what };
    const allowed = except === undefined ? range : { ...range, except };
    const known = isLeafOf(inputOp, elementsOf(indices)) ? constrain(indices, allowed) : indices;
    return fromEnd ? where(less(known, 0), add(known, sizeOf(size, 'i32')), known) : known;
  }
  if (size === 0 && !indices.shape.includes(0)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: 'the axis is empty: there is no position for an index',
      expectation: 'takes a tensor with elements along the axis',
      operands: [indices],
    });
  }
  const [low, high] = [fromEnd ? -size : 0, last ?? Math.max(0, size - 1)];
  const source = elementsOf(indices);
  const constants = arrayValue(source)?.data;
  const outside = constants?.find((index) => (index < low || index > high) && index !== except);
  if (outside !== undefined) throw outOfRange(operation, outside, { low, high, what });
  // What is constant was seen, and what is fed can be refused; a promise about computed values would be a wish.
  const isKnown = constants !== undefined || isLeafOf(inputOp, source);
  const allowed = { low, high, what, ...(except === undefined ? {} : { except }) };
  const inRange = isKnown ? constrain(indices, allowed) : indices;
  return fromEnd ? where(less(inRange, 0), add(inRange, size), inRange) : inRange;
}

/**
 * Coordinates, each component of the last axis inside an axis of its own size; checked as {@link positions} are.
 * @throws {ShapeError} `E_INDEX` for a constant with a coordinate outside; `E_SHAPE_MISMATCH` for positions of nothing
 */
export function coordinates(operation: string, indices: Tensor, sizes: Shape): Tensor {
  if (sizes.includes(0) && !indices.shape.includes(0)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: 'an axis is empty: there is no position for a coordinate',
      expectation: 'takes a tensor with elements along the axes',
      operands: [indices],
    });
  }
  const source = rowsOf(indices);
  const highs = sizes.map((size) => (typeof size === 'number' ? Math.max(0, size - 1) : greatestIndex));
  const high = Math.max(0, ...highs);
  arrayValue(source)?.data.forEach((index, position) => {
    const most = highs[position % highs.length] ?? 0;
    if (index < 0 || index > most) {
      throw outOfRange(operation, index, { low: 0, high: most, what: 'coordinate' });
    }
  });
  const isFed = isLeafOf(inputOp, source) && sizes.length > 0;
  if (!isFed) return indices;
  const range = { low: 0, high, highs, what: 'coordinate' };
  return constrain(
    indices,
    sizes.every((size) => typeof size === 'number') ? range : { ...range, axes: sizes },
  );
}

/** The tensor whose elements, all of them, movements pass on in another place. */
function elementsOf(tensor: Tensor): Tensor {
  const [input] = tensor.inputs;
  const keepsAll = ['reshape', 'transpose', 'broadcast'].includes(tensor.op.name);
  return keepsAll && input !== undefined ? elementsOf(input) : tensor;
}

/** The tensor whose rows, those of its last axis, reshapes pass on in order. */
function rowsOf(tensor: Tensor): Tensor {
  const [input] = tensor.inputs;
  const keepsRows =
    tensor.op.name === 'reshape' &&
    input !== undefined &&
    sizesEqual(input.shape.at(-1) ?? -1, tensor.shape.at(-1) ?? -1);
  return keepsRows ? rowsOf(input) : tensor;
}

function outOfRange(
  operation: string,
  index: number,
  { low, high, what }: { readonly low: number; readonly high: number; readonly what: string },
): ShapeError {
  const span = spanOf(currentOrigin());
  const message = frame(`${operation}: the ${what} ${index} is outside ${low} … ${high}`, [
    { span, text: `takes positions from ${low} to ${high}`, mark: 'primary' },
  ]);
  return new ShapeError('E_INDEX', message, span === null ? {} : { spans: [span] });
}

/** A scalar as a vector of one element, which is what PyTorch takes it for along an axis. */
export function atLeastVector(x: Tensor): Tensor {
  return x.shape.length === 0 ? reshape(x, [1]) : x;
}

/** Whether `inner` is no larger than `outer` on any axis but `axis`; named sizes have to be equal. */
export function fitsInside(axis: number, outer: Tensor, inner: Tensor | undefined): boolean {
  return (
    outer.shape.length === inner?.shape.length &&
    outer.shape.every((size, at) => at === axis || isAtMost(inner.shape[at] ?? -1, size))
  );
}

function isAtMost(size: Size, limit: Size): boolean {
  return typeof size === 'number' && typeof limit === 'number' ? size <= limit : sizesEqual(size, limit);
}

/**
 * Indices of the rank of `x` that are no larger than it but along `axis`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function requireFitting(operation: string, x: Tensor, indices: Tensor, axis: number): void {
  requireIndices(operation, indices);
  if (!fitsInside(axis, x, indices)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `indices ${printShape(indices.shape)} do not fit ${printShape(x.shape)} along axis ${axis}`,
      expectation: `takes indices that are larger than the tensor on axis ${axis} only`,
      operands: [x, indices],
    });
  }
}
