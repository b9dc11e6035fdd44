// Diagonals and triangles of matrices: read, written, kept, added up. An offset of 0 is the main diagonal, a positive one
// lies above it, a negative one below.
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { addSizes, multiplySizes, printShape, printSize, sizesEqual, type Size } from '../ir/size.ts';
import { checkNames, requireWhole } from './option.ts';
import { equal, lessEqual, sub } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { requireShape, requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis, spread, transpose } from './movement.ts';
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
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on axes of which one or both are named, unless by one name
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
    const [rows, columns] = [x.shape[rowAxis] ?? 1, x.shape[columnAxis] ?? 1];
    const others = x.shape.flatMap((_, axis) => (axis === rowAxis || axis === columnAxis ? [] : [axis]));
    const last = transpose(x, [...others, rowAxis, columnAxis]);
    const flat = reshape(last, [...others.map((axis) => x.shape[axis] ?? 1), multiplySizes(rows, columns)]);
    const length = diagonalLength(x, [rows, columns], offset);
    const { first, step } = diagonalPlaces(columns, offset);
    return sliceAxis(flat, others.length, length === 0 ? 0 : first, length, step);
  });
}

/** Where a diagonal begins, and its step, in row-major order: one row down and one column on. */
export function diagonalPlaces(columns: Size, offset: number): { readonly first: Size; readonly step: Size } {
  return { first: offset >= 0 ? offset : multiplySizes(columns, -offset), step: addSizes(columns, 1) };
}

/** How long a diagonal is. @throws {ShapeError} `E_UNBOUND_DIM` where that depends on which of two sizes is smaller */
function diagonalLength(x: Tensor, [rows, columns]: readonly [Size, Size], offset: number): Size {
  if (typeof rows === 'number' && typeof columns === 'number') {
    return Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
  }
  if (sizesEqual(rows, columns)) return addSizes(rows, -Math.abs(offset));
  throw shapeMismatch({
    code: 'E_UNBOUND_DIM',
    operation: 'diagonal',
    problem: `the diagonal of ${printSize(rows)} rows and ${printSize(columns)} columns is as long as the smaller of both`,
    expectation: 'takes literal sizes, or one named size twice',
    operands: [x],
  });
}

/**
 * `out[…, i, i + offset] = x[…, i]`: matrices with the last axis of `x` on a diagonal and zeros elsewhere, the axes
 * of rows and columns standing at `axes` of the result (PyTorch's `diag_embed`; default: the last two).
 * @throws {ShapeError} `E_AXIS`; `E_RANK` for a scalar
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
    const size = addSizes(x.shape[rank - 1] ?? 1, Math.abs(offset));
    const { first, step } = diagonalPlaces(size, offset);
    const flat = spread(x, rank - 1, first, multiplySizes(size, size), step);
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
 * @throws {ShapeError} `E_AXIS`, `E_UNBOUND_DIM` as {@link diagonal} @throws {DeclarationError} `E_OPTION`
 */
export function trace<T extends Tensor>(x: T, options?: DiagonalOptions): Tensor<Size[], T['dtype']>;
export function trace(x: Tensor, options: DiagonalOptions = {}): Tensor {
  requireTensors('trace', x);
  return composite('trace', () => sum(diagonal(x, options), -1));
}

/** What {@link eye} takes beside its size. */
export interface EyeOptions<D extends DType = DType> {
  /** How many columns, default as many as rows. */
  readonly columns?: Size;
  /** Which diagonal holds the ones, default 0. */
  readonly offset?: number;
  /** Element type, default `f32`. */
  readonly dtype?: D;
}

/**
 * `out[i, j] = j - i = offset ? 1 : 0`: the matrix with ones on a diagonal and zeros elsewhere (PyTorch's and
 * NumPy's `eye`). Sizes may be named.
 * @throws {ShapeError} `E_SHAPE` for what is no size @throws {DeclarationError} `E_OPTION`
 */
export function eye<D extends DType = 'f32'>(rows: Size, options?: EyeOptions<D>): Tensor<[Size, Size], D>;
export function eye(rows: Size, options: EyeOptions = {}): Tensor {
  checkNames('eye', options, ['columns', 'offset', 'dtype']);
  const { columns = rows, offset = 0, dtype = 'f32' } = options;
  requireShape('eye', [rows, columns]);
  requireWhole('eye', 'offset', offset);
  return composite('eye', () => cast(equal(distances(rows, columns), offset), dtype));
}
