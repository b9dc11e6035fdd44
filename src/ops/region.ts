// A tensor with a region of it replaced: a range of an axis, one position, or a diagonal.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { addSizes, printShape, shapesEqual, type Shape, type Size } from '../ir/size.ts';
import { checkNames } from './option.ts';
import { positionsOf } from './axis-range.ts';
import { broadcastAlong } from './broadcast.ts';
import type { DiagonalOptions } from './diagonal.ts';
import { diagonal, diagonalPlaces } from './diagonal.ts';
import { dtypeMismatch, normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { slice, spread, transpose } from './movement.ts';
import { filled } from './random.ts';
import { select } from './parts.ts';
import { expandDims, reshape } from './reshape.ts';
import { where } from './select.ts';

/** A range of an axis in Python's meaning: positions from the end are negative, those outside are clipped. */
export interface RegionRange {
  /** Default 0. */
  readonly start?: number;
  /** Default: the end of the axis. */
  readonly stop?: number;
  /** Default 1; positive. */
  readonly step?: number;
}

/**
 * `out[…, start:stop:step, …] = source`: `x` with `source` in place of a range of an axis (PyTorch's `slice_scatter`). The
 * gradient of `x` is 0 in the range.
 * @throws {ShapeError} `E_AXIS`; `E_SHAPE_MISMATCH` unless `source` has the shape of the range @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function sliceScatter<T extends Tensor>(
  x: T,
  source: Tensor,
  axis?: number,
  range?: RegionRange,
): Tensor<T['shape'], T['dtype']>;
export function sliceScatter(x: Tensor, source: Tensor, axis = 0, range: RegionRange = {}): Tensor {
  requireTensors('sliceScatter', x, source);
  checkNames('sliceScatter', range, ['start', 'stop', 'step']);
  const position = normaliseAxis('sliceScatter', x, axis);
  return composite('sliceScatter', () => {
    const replaced = slice(x, [...x.shape.slice(0, position).map(() => null), range]);
    requireFit('sliceScatter', x, source, replaced.shape);
    return replacedAt(x, source, position, positionsOf(x, position, range).from, range.step ?? 1);
  });
}

/**
 * `out[…, index, …] = source`: `x` with `source` at one position of an axis (PyTorch's `select_scatter`); a negative
 * position counts from the end.
 * @throws {ShapeError} `E_AXIS`; `E_SHAPE_MISMATCH` unless `source` has the shape of `x` without the axis
 * @throws {DeclarationError} `E_OPTION` for a position outside @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function selectScatter<T extends Tensor>(
  x: T,
  source: Tensor,
  axis: number,
  position: number,
): Tensor<T['shape'], T['dtype']>;
export function selectScatter(x: Tensor, source: Tensor, axis: number, position: number): Tensor {
  requireTensors('selectScatter', x, source);
  const at = normaliseAxis('selectScatter', x, axis);
  return composite('selectScatter', () => {
    requireFit('selectScatter', x, source, select(x, at, position).shape);
    const first = position < 0 ? addSizes(x.shape[at] ?? 1, position) : position;
    return replacedAt(x, expandDims(source, at), at, first, 1);
  });
}

/**
 * `out[…, i, i + offset] = source[…, i]`: `x` with `source` on a diagonal of the matrices in two axes, which are the first two unless `options.axes` says
 * otherwise (PyTorch's `diagonal_scatter`). `source` has the shape that `diagonal` gives.
 * @throws {ShapeError} `E_AXIS`, `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function diagonalScatter<T extends Tensor>(
  x: T,
  source: Tensor,
  options?: DiagonalOptions,
): Tensor<T['shape'], T['dtype']>;
export function diagonalScatter(x: Tensor, source: Tensor, options: DiagonalOptions = {}): Tensor {
  requireTensors('diagonalScatter', x, source);
  return composite('diagonalScatter', () => {
    requireFit('diagonalScatter', x, source, diagonal(x, options).shape);
    const { offset = 0, axes = [0, 1] } = options;
    const [rowAxis, columnAxis] = axes.map((axis) => normaliseAxis('diagonalScatter', x, axis));
    const others = x.shape.flatMap((_, axis) => (axis === rowAxis || axis === columnAxis ? [] : [axis]));
    const order = [...others, rowAxis ?? 0, columnAxis ?? 1];
    const last = transpose(x, order);
    const flat = reshape(last, [...last.shape.slice(0, others.length), -1]);
    const { first, step } = diagonalPlaces(last.shape.at(-1) ?? 1, offset);
    const written = reshape(replacedAt(flat, source, others.length, first, step), last.shape);
    return transpose(
      written,
      order.map((_, axis) => order.indexOf(axis)),
    );
  });
}

/** `x` with `source` at `first`, `first + step`, … of an axis. */
function replacedAt(x: Tensor, source: Tensor, axis: number, first: Size, step: Size): Tensor {
  const [size, count] = [x.shape[axis] ?? 1, source.shape[axis] ?? 1];
  if (count === 0) return x;
  const isInside = spread(filled([count], 1, 'bool'), 0, first, size, step);
  const mask = broadcastAlong(isInside, x.shape, [axis]);
  return where(mask, spread(source, axis, first, size, step), x);
}

function requireFit(operation: string, x: Tensor, source: Tensor, shape: Shape): void {
  if (source.dtype !== x.dtype) {
    throw dtypeMismatch({
      operation,
      problem: `${source.dtype} into ${x.dtype}`,
      expectation: 'takes tensors of one dtype',
      operands: [x, source],
    });
  }
  if (shapesEqual(source.shape, shape)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `the region is ${printShape(shape)}, the source ${printShape(source.shape)}`,
    expectation: 'takes a source of the shape of the region',
    operands: [x, source],
  });
}
