// Diagonals and triangles of matrices: read, written, kept, added up. An offset of 0 is the main diagonal, a positive one
// lies above it, a negative one below.
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import { checkNames, requireWhole } from './option.ts';
import { equal, lessEqual, sub } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize, sliceAxis, spread, transpose } from './movement.ts';
import { iota } from './random.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { cast, where } from './select.ts';

/** Which diagonal, and of which axes. */
export interface DiagonalOptions {
  /** How far above the main diagonal it lies, below it where negative; default 0. */
  readonly offset?: number;
  /** Axes of the rows and of the columns; default 0 and 1, of {@link diagEmbed} the last two. */
  readonly axes?: readonly [number, number];
}

/** `column - row`, over the last two axes of a shape. */
function distances(rows: Size, columns: Size): Tensor {
  const shape = [rows, columns];
  return sub(broadcastAlong(iota(columns), shape, [1]), broadcastAlong(iota(rows), shape, [0]));
}

function requireMatrix(operation: string, x: Tensor): readonly [Size, Size] {
  requireTensors(operation, x);
  const [rows, columns] = x.shape.slice(-2);
  if (rows !== undefined && columns !== undefined) return [rows, columns];
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: `${printShape(x.shape)} is no matrix`,
    expectation: 'takes a tensor of at least two axes',
    operands: [x],
  });
}

function triangle(operation: string, x: Tensor, diagonal: number, isLower: boolean): Tensor {
  const [rows, columns] = requireMatrix(operation, x);
  requireWhole(operation, 'diagonal', diagonal);
  return composite(operation, () => {
    const distance = distances(rows, columns);
    const kept = isLower ? lessEqual(distance, diagonal) : lessEqual(diagonal, distance);
    return where(kept, x, zeroOf(x.dtype));
  });
}

function zeroOf(dtype: DType): Tensor {
  return scalar(0, dtype);
}

/**
 * The lower triangle of the matrices in the last two axes, zeros above `diagonal` (PyTorch's `tril`): `out[i, j] = j - i ≤
 * diagonal ? x[i, j] : 0`.
 * @param diagonal the highest diagonal that is kept, default 0
 * @throws {ShapeError} `E_RANK` for fewer than two axes
 */
export function tril<T extends Tensor>(x: T, diagonal?: number): Tensor<T['shape'], T['dtype']>;
export function tril(x: Tensor, diagonal = 0): Tensor {
  return triangle('tril', x, diagonal, true);
}

/**
 * The upper triangle of the matrices in the last two axes, zeros below `diagonal` (PyTorch's `triu`): `out[i, j] = j - i ≥
 * diagonal ? x[i, j] : 0`.
 * @param diagonal the lowest diagonal that is kept, default 0
 * @throws {ShapeError} `E_RANK` for fewer than two axes
 */
export function triu<T extends Tensor>(x: T, diagonal?: number): Tensor<T['shape'], T['dtype']>;
export function triu(x: Tensor, diagonal = 0): Tensor {
  return triangle('triu', x, diagonal, false);
}

/** Two different axes, from the front. */
function axisPair(
  operation: string,
  x: Tensor,
  rank: number,
  [first, second]: readonly [number, number],
): readonly [number, number] {
  const [rows, columns] = [first, second].map((axis) => (axis < 0 ? axis + rank : axis)) as [number, number];
  const isAxis = (axis: number): boolean => Number.isInteger(axis) && axis >= 0 && axis < rank;
  if (isAxis(rows) && isAxis(columns) && rows !== columns) return [rows, columns];
  throw shapeMismatch({
    code: 'E_AXIS',
    operation,
    problem: `axes ${first} and ${second} of a tensor of rank ${rank}`,
    expectation: 'takes two different axes',
    operands: [x],
  });
}

/**
 * `out[…, i] = x[…, i, i + offset]`: a diagonal of the matrices in two axes, which go; the diagonal is the last axis
 * of the result (PyTorch's `diagonal`, whose axes are 0 and 1 by default as well).
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on named axes
 * @throws {DeclarationError} `E_OPTION`
 */
export function diagonal<T extends Tensor>(x: T, options?: DiagonalOptions): Tensor<Size[], T['dtype']>;
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  requireTensors('diagonal', x);
  checkNames('diagonal', options, ['offset', 'axes']);
  const { offset = 0, axes = [0, 1] } = options;
  requireWhole('diagonal', 'offset', offset);
  const [rowAxis, columnAxis] = axisPair('diagonal', x, x.shape.length, axes);
  return composite('diagonal', () => {
    const [rows, columns] = [numericSize('diagonal', x, rowAxis), numericSize('diagonal', x, columnAxis)];
    const others = x.shape.flatMap((_, axis) => (axis === rowAxis || axis === columnAxis ? [] : [axis]));
    const last = transpose(x, [...others, rowAxis, columnAxis]);
    const flat = reshape(last, [...others.map((axis) => x.shape[axis] ?? 1), rows * columns]);
    // One row down and one column on is a step of `columns + 1` in row-major order.
    const start = offset >= 0 ? offset : -offset * columns;
    const length = Math.max(
      0,
      offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns),
    );
    return sliceAxis(flat, others.length, length === 0 ? 0 : start, length, columns + 1);
  });
}

/**
 * `out[…, i, i + offset] = x[…, i]`: matrices with the last axis of `x` on a diagonal and zeros elsewhere, the axes
 * of rows and columns standing at `axes` of the result (PyTorch's `diag_embed`; default: the last two).
 * @throws {ShapeError} `E_AXIS`; `E_RANK` for a scalar; `E_UNBOUND_DIM` on a named last axis
 * @throws {DeclarationError} `E_OPTION`
 */
export function diagEmbed<T extends Tensor>(x: T, options?: DiagonalOptions): Tensor<Size[], T['dtype']>;
export function diagEmbed(x: Tensor, options: DiagonalOptions = {}): Tensor {
  requireTensors('diagEmbed', x);
  checkNames('diagEmbed', options, ['offset', 'axes']);
  const { offset = 0, axes = [-2, -1] } = options;
  requireWhole('diagEmbed', 'offset', offset);
  const rank = x.shape.length;
  if (rank === 0) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'diagEmbed',
      problem: 'a scalar has no axis to lay on a diagonal',
      expectation: 'takes a tensor of at least one axis',
      operands: [x],
    });
  }
  const [rowAxis, columnAxis] = axisPair('diagEmbed', x, rank + 1, axes);
  return composite('diagEmbed', () => {
    const size = numericSize('diagEmbed', x, rank - 1) + Math.abs(offset);
    const start = offset >= 0 ? offset : -offset * size;
    const flat = spread(x, rank - 1, start, size * size, size + 1);
    const matrices = reshape(flat, [...x.shape.slice(0, -1), size, size]);
    const others = x.shape
      .slice(0, -1)
      .map((_, axis) => axis)
      .values();
    const order = Array.from({ length: rank + 1 }, (_, axis) => {
      if (axis === rowAxis) return rank - 1;
      return axis === columnAxis ? rank : (others.next().value ?? 0);
    });
    return transpose(matrices, order);
  });
}

/**
 * `out[i, i + offset] = x[i]`: of a vector the matrix with it on a diagonal, of a matrix the diagonal (PyTorch's and
 * NumPy's `diag`).
 * @throws {ShapeError} `E_RANK` for other ranks
 */
export function diag<T extends Tensor>(x: T, offset?: number): Tensor<Size[], T['dtype']>;
export function diag(x: Tensor, offset = 0): Tensor {
  requireTensors('diag', x);
  if (x.shape.length === 1) return diagEmbed(x, { offset });
  if (x.shape.length === 2) return diagonal(x, { offset });
  throw shapeMismatch({
    code: 'E_RANK',
    operation: 'diag',
    problem: `${printShape(x.shape)} is neither a vector nor a matrix`,
    expectation: 'takes one axis or two',
    operands: [x],
    help: 'diagonal and diagEmbed take any number of axes',
  });
}

/**
 * `Σ x[i, i + offset]`: the sum of a diagonal of the matrices in two axes (PyTorch's `trace`; NumPy's, with offset
 * and axes).
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on named axes @throws {DeclarationError} `E_OPTION`
 */
export function trace<T extends Tensor>(x: T, options?: DiagonalOptions): Tensor<Size[], T['dtype']>;
export function trace(x: Tensor, options: DiagonalOptions = {}): Tensor {
  requireTensors('trace', x);
  return composite('trace', () => sum(diagonal(x, options), -1));
}

/** What {@link eye} takes beside its size. */
export interface EyeOptions<D extends DType = DType> {
  /** How many columns, default as many as rows. */
  readonly columns?: number;
  /** Which diagonal holds the ones, default 0. */
  readonly offset?: number;
  /** Element type, default `f32`. */
  readonly dtype?: D;
}

/**
 * `out[i, j] = j - i = offset ? 1 : 0`: the matrix with ones on a diagonal and zeros elsewhere (PyTorch's and
 * NumPy's `eye`).
 * @throws {DeclarationError} `E_OPTION` for sizes that are not whole numbers of 0 or more
 */
export function eye<D extends DType = 'f32'>(
  rows: number,
  options?: EyeOptions<D>,
): Tensor<[number, number], D>;
export function eye(rows: number, options: EyeOptions = {}): Tensor {
  checkNames('eye', options, ['columns', 'offset', 'dtype']);
  const { columns = rows, offset = 0, dtype = 'f32' } = options;
  requireWhole('eye', 'rows', rows, 0);
  requireWhole('eye', 'columns', columns, 0);
  requireWhole('eye', 'offset', offset);
  return composite('eye', () => cast(equal(distances(rows, columns), offset), dtype));
}
