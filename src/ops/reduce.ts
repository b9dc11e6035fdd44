// Reductions over axes: sum, product, maximum, minimum, mean and variance.
import { roundTo, type DType, type FloatDType } from '../ir/dtype.ts';
import type { Combiner } from '../ir/lowering.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { concreteShape, elementCount, type Shape } from '../ir/size.ts';
import type { Axes, CountedDType, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf, type Value } from '../ir/value.ts';
import { div, equal, mul } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { requireFloat, sizeOf } from './leaf.ts';
import { checkNames } from './option.ts';
import { dtypeMismatch, normaliseAxes, requireTensors, shapeMismatch } from './mismatch.ts';
import { reshape } from './reshape.ts';
import { productOfOthers } from './product-of-others.ts';
import { cast } from './select.ts';
import { varianceOf } from './variance.ts';

interface ReduceAttributes extends Attributes {
  readonly axes: readonly number[];
  readonly combiner: Combiner;
}

function remaining(x: Tensor, axes: readonly number[]): readonly number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

export function keptShape(x: Tensor, axes: readonly number[]): Shape {
  return x.shape.filter((_, axis) => !axes.includes(axis));
}

/** Repeats a reduced tensor along the axes that were reduced. */
export function restore(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return broadcastAlong(reduced, x.shape, remaining(x, axes));
}

export const reduceOp: Op<ReduceAttributes> = {
  name: 'reduce',
  arity: 1,
  shape: ([x], { axes }) => {
    const rank = x?.shape.length ?? 0;
    const ascending = axes.every((axis, position) => axis < rank && axis > (axes[position - 1] ?? -1));
    demand('reduce', ascending && axes.length > 0, 'takes axes in ascending order');
    return x === undefined ? [] : keptShape(x, axes);
  },
  dtype: ([x]) => {
    demand('reduce', x !== undefined && x.dtype !== 'bool', 'takes numbers');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ node, inputs: [x], attrs, cotangent }) => {
    if (x === undefined) return [];
    const g = restore(cotangent, x, attrs.axes);
    switch (attrs.combiner) {
      case 'sum':
        return [g];
      case 'max':
      case 'min': {
        // PyTorch's amax: equal elements share the gradient equally.
        const chosen = cast(equal(x, restore(node, x, attrs.axes)), x.dtype);
        const ties = restore(sum(chosen, attrs.axes), x, attrs.axes);
        return [mul(g, div(chosen, ties))];
      }
      case 'product':
        return [mul(g, productOfOthers(x, attrs.axes))];
    }
  },
  evaluate: ([x], attrs, node) => reduceValue(x, attrs, node),
  lowering: { kind: 'reduction', axes: (attrs) => attrs.axes, combiner: (attrs) => attrs.combiner },
  printAttributes: ({ axes, combiner }) => `${combiner} over [${axes.join(', ')}]`,
};

const startOf: Readonly<Record<Combiner, number>> = { sum: 0, product: 1, max: -Infinity, min: Infinity };
const combine: Readonly<Record<Combiner, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
};

/** i32 wraps at 32 bits; a product of two may need more than the 53 bits of a double. */
export function combineNumbers(combiner: Combiner, a: number, b: number, dtype: DType): number {
  if (dtype !== 'i32') return combine[combiner](a, b);
  return combiner === 'product' ? Math.imul(a, b) : roundTo('i32', combine[combiner](a, b));
}

/** The value a reduction starts from; the extremes of i32 stand in for infinities there. */
export function initialOf(combiner: Combiner, dtype: DType): number {
  if (dtype !== 'i32') return startOf[combiner];
  return { sum: 0, product: 1, max: -(2 ** 31), min: 2 ** 31 - 1 }[combiner];
}

function reduceValue(x: Value | undefined, attrs: ReduceAttributes, node: Tensor): Value {
  const shape = concreteShape(node.shape);
  const length = shape.reduce((product, size) => product * size, 1);
  const data = new Float64Array(length).fill(initialOf(attrs.combiner, node.dtype));
  if (x === undefined) return { shape, dtype: node.dtype, data };
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !attrs.axes.includes(axis));
  const strides = stridesOf(shape);
  forEachIndex(x.shape, (index, flat) => {
    const position = flatten(
      kept.map((axis) => index[axis] ?? 0),
      strides,
    );
    const known = data[position] ?? 0;
    const element = x.data[flat] ?? 0;
    data[position] = combineNumbers(attrs.combiner, known, element, node.dtype);
  });
  return { shape, dtype: node.dtype, data };
}

/** How many axes a reduction takes, and whether they stay with size 1. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1; default false. */
  readonly keepdims?: boolean;
}

function reduce(
  operation: string,
  combiner: Combiner,
  x: Tensor,
  axes: Axes | undefined,
  options: ReduceOptions,
): Tensor {
  checkNames(operation, options, ['keepdims']);
  const { keepdims = false } = options;
  refuseBooleans(operation, x);
  const positions = normaliseAxes(operation, x, axes);
  const reduced = reduceOver(x, positions, combiner);
  return keepdims ? keepAxes(reduced, x, positions) : reduced;
}

/** A reduction over axes in ascending order, which may be none and may be empty. */
export function reduceOver(x: Tensor, axes: readonly number[], combiner: Combiner): Tensor {
  return axes.length === 0 ? x : makeNode(reduceOp, [x], { axes, combiner });
}

/** A tensor that was reduced over some axes of `x`, with these as axes of size 1. */
export function keepAxes(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reshape(
    reduced,
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

export function refuseBooleans(operation: string, x: Tensor): void {
  if (x.dtype !== 'bool') return;
  throw dtypeMismatch({
    operation,
    problem: 'the tensor is bool',
    expectation: 'takes numbers',
    operands: [x],
    help: "cast(x, 'i32') makes numbers of booleans",
  });
}

/**
 * `Σ x` over `axes` (default: all; PyTorch's `sum`). Accumulates in the dtype of `x`, in the canonical order; of
 * booleans the trues are counted, in i32. The sum of nothing is 0.
 * @throws {ShapeError} `E_AXIS`
 */
export function sum<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K, CountedDType<T['dtype']>>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K, CountedDType<T['dtype']>>>;
export function sum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireTensors('sum', x);
  return reduce('sum', 'sum', x.dtype === 'bool' ? cast(x, 'i32') : x, axes, options);
}

/**
 * `∏ x` over `axes` (default: all; PyTorch's `prod`); of booleans in i32. The product of nothing is 1. The
 * gradient is the product of all other elements, which divides by none: it is right where elements are zero.
 * @throws {ShapeError} `E_AXIS`
 */
export function prod<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K, CountedDType<T['dtype']>>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K, CountedDType<T['dtype']>>>;
export function prod(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireTensors('prod', x);
  return reduce('prod', 'product', x.dtype === 'bool' ? cast(x, 'i32') : x, axes, options);
}

/**
 * `max x[i]`: largest element over `axes` (default: all); NaN wins. Equal elements share the gradient, as in
 * PyTorch's `amax`. Of booleans: whether any is true.
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` for an empty axis
 */
export function max<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function max(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  refuseEmpty('max', x, normaliseAxes('max', x, axes));
  if (x.dtype === 'bool') return cast(reduce('max', 'max', cast(x, 'i32'), axes, options), 'bool');
  return reduce('max', 'max', x, axes, options);
}

/**
 * `min x[i]`: smallest element over `axes` (default: all); NaN wins. Equal elements share the gradient, as in
 * PyTorch's `amin`. Of booleans: whether all are true.
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` for an empty axis
 */
export function min<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function min(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  refuseEmpty('min', x, normaliseAxes('min', x, axes));
  if (x.dtype === 'bool') return cast(reduce('min', 'min', cast(x, 'i32'), axes, options), 'bool');
  return reduce('min', 'min', x, axes, options);
}

export function refuseEmpty(operation: string, x: Tensor, axes: readonly number[]): void {
  if (!axes.some((axis) => x.shape[axis] === 0)) return;
  throw shapeMismatch({
    code: 'E_EMPTY',
    operation,
    problem: 'an empty axis has no largest or smallest element',
    expectation: 'takes axes of size 1 or more',
    operands: [x],
  });
}

/**
 * `Σ x / n` over `axes` (default: all), `n` elements (PyTorch's `mean`). The mean of nothing is NaN.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function mean<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'mean'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireFloat('mean', x);
  return composite('mean', () => {
    const positions = normaliseAxes('mean', x, axes);
    const count = elementCount(positions.map((axis) => x.shape[axis] ?? 1));
    return div(sum(x, positions, options), sizeOf(count, x.dtype));
  });
}

/** Options of {@link variance}. */
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the count in the divisor: 1 is the unbiased estimate (default, as in PyTorch), 0 the biased. */
  readonly correction?: number;
}

/**
 * `Σ (x - mean)² / (n - correction)`: variance over `axes` (default: all): the sum of squared distances from the
 * mean, divided by the number of elements less the correction, in two passes (PyTorch's `var`). Where the correction
 * leaves nothing to divide by, the result is infinite, or NaN for what does not vary.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function variance<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'variance'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: VarianceOptions & { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  requireFloat('variance', x);
  return composite('variance', () => varianceOf('variance', x, axes, options));
}
