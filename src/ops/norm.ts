// Norms of vectors and matrices. The p-norm is an op of its own: its gradient is a ratio that neither overflows nor, at
// zero, divides by zero, whichever p is meant.
import type { FloatDType } from '../ir/dtype.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { concreteShape, type Size } from '../ir/size.ts';
import type { Axes, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf } from '../ir/value.ts';
import { checkNames, badOption } from './option.ts';
import { div, equal, mul, notEqual, pow } from './arithmetic.ts';
import { requireFloat } from './leaf.ts';
import { normaliseAxes, requireTensors } from './mismatch.ts';
import { keepAxes, max, min, reduceOver, refuseEmpty, restore, sum, type ReduceOptions } from './reduce.ts';
import { cast, where } from './select.ts';
import { abs, sign, sqrt, square } from './unary.ts';

interface NormAttributes extends Attributes {
  readonly axes: readonly number[];
  readonly p: number;
}

/** `(Σ |x|^p)^(1/p)`; the largest or smallest magnitude for an infinite p, the count of what is not 0 for p = 0. */
export const normOp: Op<NormAttributes> = {
  name: 'norm',
  arity: 1,
  shape: ([x], { axes }) => x?.shape.filter((_, axis) => !axes.includes(axis)) ?? [],
  dtype: ([x]) => {
    demand('norm', x?.dtype === 'f32' || x?.dtype === 'f64', 'takes floats');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ node, inputs: [x], attrs: { axes, p }, cotangent }) => {
    if (x === undefined || p === 0) return [null];
    const g = restore(cotangent, x, axes);
    const size = restore(node, x, axes);
    return [mul(g, slope(x, size, axes, p))];
  },
  evaluate: ([x], { axes, p }, node) => {
    const shape = concreteShape(node.shape);
    const from = x ?? { shape: [], data: new Float64Array(0) };
    const kept = from.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const strides = stridesOf(shape);
    const lines: number[][] = Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => [],
    );
    forEachIndex(from.shape, (index, flat) => {
      const place = kept.map((axis) => index[axis] ?? 0);
      lines[flatten(place, strides)]?.push(Math.abs(from.data[flat] ?? 0));
    });
    const data = Float64Array.from(lines, (line) => normOfMagnitudes(line, p));
    return { shape, dtype: node.dtype, data };
  },
  lowering: {
    kind: 'expansion',
    expand: ([input], { axes, p }, node) => {
      const x = input ?? inputOf(node, 0);
      if (p === 0) return sum(cast(notEqual(x, 0), x.dtype), axes);
      if (p === 1) return sum(abs(x), axes);
      if (p === 2) return sqrt(sum(square(x), axes));
      if (p === Infinity) return max(abs(x), axes);
      if (p === -Infinity) return min(abs(x), axes);
      return pow(sum(pow(abs(x), p), axes), 1 / p);
    },
  },
  printAttributes: ({ axes, p }) => `p ${p} over [${axes.join(', ')}]`,
};

function normOfMagnitudes(magnitudes: readonly number[], p: number): number {
  if (p === 0) return magnitudes.filter((each) => each !== 0).length;
  if (p === Infinity) return magnitudes.reduce((a, b) => Math.max(a, b), 0);
  if (p === -Infinity) return magnitudes.reduce((a, b) => Math.min(a, b), Infinity);
  if (p === 1) return magnitudes.reduce((a, b) => a + b, 0);
  if (p === 2) return Math.sqrt(magnitudes.reduce((a, b) => a + b * b, 0));
  return magnitudes.reduce((a, b) => a + b ** p, 0) ** (1 / p);
}

/** Derivative of the norm by each element, 0 where the norm is 0 (PyTorch's convention). */
function slope(x: Tensor, size: Tensor, axes: readonly number[], p: number): Tensor {
  if (p === 1) return sign(x);
  if (!Number.isFinite(p)) {
    const chosen = cast(equal(abs(x), size), x.dtype);
    const ties = restore(reduceOver(chosen, axes, 'sum'), x, axes);
    // NaN chooses nothing.
    return mul(sign(x), div(chosen, where(equal(ties, 0), 1, ties)));
  }
  const isZero = equal(size, 0);
  const divisor = where(isZero, 1, size);
  if (p === 2) return where(isZero, 0, div(x, divisor));
  const ratio = div(abs(x), divisor);
  if (p > 1) return where(isZero, 0, mul(sign(x), pow(ratio, p - 1)));
  // A negative power of 0 is infinite; an element of 0 has no slope where p is below 1, unless the norm is no number.
  const isOrigin = equal(x, 0);
  const power = mul(sign(x), pow(where(isOrigin, 1, ratio), p - 1));
  return where(isZero, 0, where(isOrigin, mul(size, 0), power));
}

/** How a norm is taken, and over how many axes. */
export interface NormOptions extends ReduceOptions {
  /** The power; default 2, the Euclidean norm. 0 counts, ±Infinity give the largest and the smallest magnitude. */
  readonly p?: number;
}

/**
 * The p-norm `(Σ |x|^p)^(1/p)` over `axes` (default: all), PyTorch's `norm` and `linalg.vector_norm`. The gradient is 0
 * where the norm is 0; for an infinite p equal magnitudes share it.
 * @param options `p` (default 2; 1, 0, ±Infinity and any other number), `keepdims`
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` for a p below 0 or infinite over nothing @throws {DeclarationError} `E_OPTION` for a p that is NaN
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function norm<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'norm'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: NormOptions & { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function norm(x: Tensor, axes?: Axes, options: NormOptions = {}): Tensor {
  checkNames('norm', options, ['p', 'keepdims']);
  const { p = 2, keepdims = false } = options;
  const positions = normaliseAxes('norm', x, axes);
  requireFloat('norm', x);
  if (typeof p !== 'number' || Number.isNaN(p)) {
    throw badOption('norm', `p is ${String(p)}`, 'has to be a number, which may be infinite');
  }
  if (p < 0 || p === Infinity) refuseEmpty('norm', x, positions);
  return composite('norm', () => {
    const reduced = makeNode(normOp, [x], { axes: positions, p });
    return keepdims ? keepAxes(reduced, x, positions) : reduced;
  });
}

/** Which norm of a matrix, and whether its axes stay with size 1. */
export interface MatrixNormOptions extends ReduceOptions {
  /**
   * `fro` (default): the root of the sum of squares; 1 and -1: the largest and smallest sum of magnitudes of a column;
   * ±Infinity: of a row.
   */
  readonly order?: 'fro' | number;
  /** The axes of rows and columns; default the last two. */
  readonly axes?: readonly [number, number];
}

/**
 * A norm of every matrix in a tensor of rank 2 or more, `√(Σ x²)` or, by `order`, the extreme of `Σ |x|` over columns or
 * rows: PyTorch's `linalg.matrix_norm` but for the orders that take singular values (2, -2 and nuclear).
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DeclarationError} `E_OPTION` for another order @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function matrixNorm<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'matrixNorm'>, T>,
  options?: MatrixNormOptions,
): Tensor<Size[], T['dtype']>;
export function matrixNorm(x: Tensor, options: MatrixNormOptions = {}): Tensor {
  checkNames('matrixNorm', options, ['order', 'axes', 'keepdims']);
  const { order = 'fro', axes = [-2, -1], keepdims = false } = options;
  const positions = normaliseAxes('matrixNorm', x, axes);
  requireFloat('matrixNorm', x);
  const known = ['fro', 1, -1, Infinity, -Infinity];
  if (!known.includes(order)) {
    const given = `order is ${String(order)}`;
    throw badOption('matrixNorm', given, "has to be 'fro', 1, -1, Infinity or -Infinity");
  }
  return composite('matrixNorm', () => {
    if (order === 'fro') return norm(x, positions, { keepdims });
    const [row = -2, column = -1] = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
    const [added, compared] = Math.abs(order) === 1 ? [row, column] : [column, row];
    const sums = sum(abs(x), added, { keepdims: true });
    const extreme =
      order > 0 ? max(sums, compared, { keepdims: true }) : min(sums, compared, { keepdims: true });
    return keepdims ? extreme : reduceOver(extreme, positions, 'sum');
  });
}

/**
 * `Σ a · b` along one axis, with broadcasting (PyTorch's `linalg.vecdot`).
 * @throws {ShapeError} `E_AXIS`, `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function vecdot<A extends Tensor, B extends Tensor>(
  a: Unless<DTypeProblem<A['dtype'], NumberDType, 'vecdot'>, A>,
  b: Unless<DTypeProblem<B['dtype'], NumberDType, 'vecdot'>, B>,
  axis?: number,
): Tensor<Size[], A['dtype']>;
export function vecdot(a: Tensor, b: Tensor, axis = -1): Tensor {
  requireTensors('vecdot', a, b);
  return composite('vecdot', () => sum(mul(a, b), axis));
}
