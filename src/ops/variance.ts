// Variance and what goes with it: standard deviation, and both together with the mean. The variance is an op of its own
// because its gradient needs nothing of the sum of squares, which the composed one would keep and walk through.
import type { FloatDType } from '../ir/dtype.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { concreteShape, elementCount, type Size } from '../ir/size.ts';
import type { Axes, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf } from '../ir/value.ts';
import { div, equal, maximum, mul, sub } from './arithmetic.ts';
import { requireFloat, sizeOf } from './leaf.ts';
import { checkNames } from './option.ts';
import { normaliseAxes } from './mismatch.ts';
import { keepAxes, mean, restore, sum, type ReduceOptions, type VarianceOptions } from './reduce.ts';
import { cast, where } from './select.ts';
import { sqrt } from './unary.ts';

interface VarianceAttributes extends Attributes {
  readonly axes: readonly number[];
  readonly correction: number;
  /** Whether no axes were named: where the correction leaves nothing, PyTorch's gradient is then infinite. */
  readonly whole: boolean;
}

/** Sum of squared distances from the mean over a count less the correction. */
export const varianceOp: Op<VarianceAttributes> = {
  name: 'variance',
  arity: 1,
  shape: ([x], { axes }) => x?.shape.filter((_, axis) => !axes.includes(axis)) ?? [],
  dtype: ([x]) => {
    demand('variance', x?.dtype === 'f32' || x?.dtype === 'f64', 'takes floats');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ inputs: [x], attrs: { axes, correction, whole }, cotangent }) => {
    if (x === undefined) return [];
    const g = restore(cotangent, x, axes);
    const count = countOf(x, axes);
    if (whole && count === correction) return [mul(g, Infinity)];
    const factor = div(2, divisorOf(x, axes, correction));
    return [mul(mul(g, factor), sub(x, mean(x, axes, { keepdims: true })))];
  },
  evaluate: ([x], { axes, correction }, node) => {
    const shape = concreteShape(node.shape);
    const from = x ?? { shape: [], data: new Float64Array(0) };
    const kept = from.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const strides = stridesOf(shape);
    const place = (index: readonly number[]): number =>
      flatten(
        kept.map((axis) => index[axis] ?? 0),
        strides,
      );
    const count = axes.reduce((product, axis) => product * (from.shape[axis] ?? 1), 1);
    const length = shape.reduce((product, size) => product * size, 1);
    const [means, squares] = [new Float64Array(length), new Float64Array(length)];
    forEachIndex(from.shape, (index, flat) => {
      const at = place(index);
      means[at] = (means[at] ?? 0) + (from.data[flat] ?? 0) / count;
    });
    forEachIndex(from.shape, (index, flat) => {
      const at = place(index);
      squares[at] = (squares[at] ?? 0) + ((from.data[flat] ?? 0) - (means[at] ?? 0)) ** 2;
    });
    const divisor = Math.max(0, count - correction);
    return { shape, dtype: node.dtype, data: squares.map((each) => each / divisor) };
  },
  lowering: {
    kind: 'expansion',
    expand: ([input], { axes, correction }, node) => {
      const x = input ?? inputOf(node, 0);
      const centred = sub(x, mean(x, axes, { keepdims: true }));
      return div(sum(mul(centred, centred), axes), maximum(divisorOf(x, axes, correction), 0));
    },
  },
  printAttributes: ({ axes, correction }) =>
    `over [${axes.join(', ')}]${correction === 1 ? '' : `, correction ${correction}`}`,
};

function countOf(x: Tensor, axes: readonly number[]): Size {
  return elementCount(axes.map((axis) => x.shape[axis] ?? 1));
}

/** The count less the correction. */
function divisorOf(x: Tensor, axes: readonly number[], correction: number): Tensor {
  return sub(sizeOf(countOf(x, axes), x.dtype), correction);
}

/** The variance, as reductions take their arguments. */
export function varianceOf(
  operation: string,
  x: Tensor,
  axes: Axes | undefined,
  options: VarianceOptions,
): Tensor {
  checkNames(operation, options, ['correction', 'keepdims']);
  const { correction = 1, keepdims = false } = options;
  const positions = normaliseAxes(operation, x, axes);
  const reduced = makeNode(varianceOp, [x], { axes: positions, correction, whole: axes === undefined });
  return keepdims ? keepAxes(reduced, x, positions) : reduced;
}

/**
 * The root of the variance, with a gradient of 0 where there is nothing to take it of. Squares of single precision overflow
 * where the root would not, so they are taken in double precision, as PyTorch does.
 */
function deviationOf(operation: string, x: Tensor, axes: Axes | undefined, options: VarianceOptions): Tensor {
  const spread = varianceOf(operation, cast(x, 'f64'), axes, options);
  const isZero = equal(spread, 0);
  return cast(where(isZero, 0, sqrt(where(isZero, 1, spread))), x.dtype);
}

/**
 * `√(Σ (x - mean)² / (n - correction))`: standard deviation over `axes` (default: all): the root of {@link variance}
 * (PyTorch's `std`). The gradient of what does not vary is 0.
 * @param options `correction`: 1 is the unbiased estimate (default), 0 the biased one; `keepdims`
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function std<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'std'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: VarianceOptions & { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function std(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  requireFloat('std', x);
  return composite('std', () => deviationOf('std', x, axes, options));
}

/**
 * `(Σ (x - mean)² / (n - correction), Σ x / n)`: variance and mean over `axes` (default: all) in one (PyTorch's
 * `var_mean`).
 * @param options as of {@link std}
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function varMean<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'varMean'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: VarianceOptions & { readonly keepdims?: K },
): { readonly variance: Result<Reduction<T, A, K>>; readonly mean: Result<Reduction<T, A, K>> };
export function varMean(
  x: Tensor,
  axes?: Axes,
  options: VarianceOptions = {},
): { readonly variance: Tensor; readonly mean: Tensor } {
  requireFloat('varMean', x);
  return composite('varMean', () => both('varMean', x, axes, options));
}

function both(
  operation: string,
  x: Tensor,
  axes: Axes | undefined,
  options: VarianceOptions,
): { readonly variance: Tensor; readonly mean: Tensor } {
  const variance = varianceOf(operation, x, axes, options);
  return { variance, mean: mean(x, axes, { keepdims: options.keepdims ?? false }) };
}

/**
 * `(√(Σ (x - mean)² / (n - correction)), Σ x / n)`: standard deviation and mean over `axes` (default: all) in one
 * (PyTorch's `std_mean`).
 * @param options as of {@link std}
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function stdMean<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'stdMean'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: VarianceOptions & { readonly keepdims?: K },
): { readonly std: Result<Reduction<T, A, K>>; readonly mean: Result<Reduction<T, A, K>> };
export function stdMean(
  x: Tensor,
  axes?: Axes,
  options: VarianceOptions = {},
): { readonly std: Tensor; readonly mean: Tensor } {
  requireFloat('stdMean', x);
  return composite('stdMean', () => {
    const deviation = deviationOf('stdMean', x, axes, options);
    return { std: deviation, mean: mean(x, axes, { keepdims: options.keepdims ?? false }) };
  });
}

/**
 * `(Σ x / n, Σ (x - mean)² / n)`: mean and biased variance over `axes` (default: all), TensorFlow's `moments`.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function moments<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'moments'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): { readonly mean: Result<Reduction<T, A, K>>; readonly variance: Result<Reduction<T, A, K>> };
export function moments(
  x: Tensor,
  axes?: Axes,
  options: ReduceOptions = {},
): { readonly mean: Tensor; readonly variance: Tensor } {
  checkNames('moments', options, ['keepdims']);
  const { keepdims = false } = options;
  requireFloat('moments', x);
  return composite('moments', () => both('moments', x, axes, { keepdims, correction: 0 }));
}
