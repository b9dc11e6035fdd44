// Cumulative functions as users call them: sums, products, extremes and log-sum-exps of all elements up to a position.
import type { FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { AlongAxes, CountedDType } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { gather } from './gather.ts';
import { requireFloat } from './leaf.ts';
import { normaliseAxis } from './mismatch.ts';
import { refuseBooleans } from './reduce.ts';
import { cast } from './select.ts';
import { accumulate, reversed, runningPositionOp } from './scan.ts';

/** From where a cumulative function counts, and whether an element counts for its own position. */
export interface CumulativeOptions {
  /** Leave the element of a position out of the value there, which then starts at the neutral element; default false. */
  readonly exclusive?: boolean;
  /** Go from the last element to the first; default false. */
  readonly reverse?: boolean;
}

/** Positions of the running extremes, and the extremes themselves. */
export interface RunningExtremes<T extends Tensor = Tensor> {
  /** The largest, or smallest, element up to each position. */
  readonly values: Tensor<T['shape'], T['dtype']>;
  /** Where it stands along the axis; of equal elements the last. */
  readonly indices: Tensor<T['shape'], 'i32'>;
}

/** Booleans are counted. */
type Counted<T extends Tensor> = Tensor<T['shape'], CountedDType<T['dtype']>>;

function cumulative(
  operation: string,
  combiner: 'sum' | 'product' | 'logSumExp',
  x: Tensor,
  axis: number,
  { exclusive = false, reverse = false }: CumulativeOptions,
): Tensor {
  const position = normaliseAxis(operation, x, axis);
  const attrs = { axis: position, combiner, exclusive };
  const numbers = x.dtype === 'bool' ? cast(x, 'i32') : x;
  return composite(operation, () =>
    reverse ? reversed(accumulate(reversed(numbers, position), attrs), position) : accumulate(numbers, attrs),
  );
}

/**
 * Sums of all elements up to each position of an axis, `y[i] = x[0] + … + x[i]` (PyTorch's and TensorFlow's `cumsum`).
 * The result has the shape and dtype of `x`, but i32 for booleans; integers wrap. Elements are added in ascending order.
 * @param options `exclusive`: `x[0] + … + x[i - 1]`, starting at 0; `reverse`: from the last element to the first
 * @throws {ShapeError} `E_AXIS`
 */
export function cumsum<T extends Tensor, const A extends number>(
  x: T,
  axis: Checked<A, AlongAxes<Counted<T>, A>>,
  options?: CumulativeOptions,
): Result<AlongAxes<Counted<T>, A>>;
export function cumsum(x: Tensor, axis: number, options: CumulativeOptions = {}): Tensor {
  return cumulative('cumsum', 'sum', x, axis, options);
}

/**
 * Products of all elements up to each position of an axis, `y[i] = x[0] · … · x[i]` (PyTorch's and TensorFlow's
 * `cumprod`). The gradient is right where elements are zero.
 * @param options as of {@link cumsum}; an exclusive product starts at 1
 * @throws {ShapeError} `E_AXIS`
 */
export function cumprod<T extends Tensor, const A extends number>(
  x: T,
  axis: Checked<A, AlongAxes<Counted<T>, A>>,
  options?: CumulativeOptions,
): Result<AlongAxes<Counted<T>, A>>;
export function cumprod(x: Tensor, axis: number, options: CumulativeOptions = {}): Tensor {
  return cumulative('cumprod', 'product', x, axis, options);
}

/**
 * `log(exp(x[0]) + … + exp(x[i]))` at each position of an axis, without overflow (PyTorch's `logcumsumexp`).
 * @param options as of {@link cumsum}; an exclusive one starts at -Infinity
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE` for what is no float
 */
export function logCumSumExp<T extends Tensor, const A extends number>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'logCumSumExp'>, T>,
  axis: Checked<A, AlongAxes<T, A>>,
  options?: CumulativeOptions,
): Result<AlongAxes<T, A>>;
export function logCumSumExp(x: Tensor, axis: number, options: CumulativeOptions = {}): Tensor {
  const position = normaliseAxis('logCumSumExp', x, axis);
  requireFloat('logCumSumExp', x);
  return cumulative('logCumSumExp', 'logSumExp', x, position, options);
}

function runningExtreme(operation: string, extreme: 'max' | 'min', x: Tensor, axis: number): RunningExtremes {
  const position = normaliseAxis(operation, x, axis);
  refuseBooleans(operation, x);
  return composite(operation, () => {
    // The op gives i32; nodes are typed by their general shape and dtype.
    const indices = makeNode(runningPositionOp, [x], { axis: position, extreme }) as Tensor<
      Tensor['shape'],
      'i32'
    >;
    return { values: gather(x, indices, position), indices };
  });
}

/**
 * `y[i] = max(x[0], …, x[i])`: the largest element up to each position of an axis and where it stands (PyTorch's
 * `cummax`): of equal elements the last, and NaN from the first NaN on. The gradient goes to the elements at
 * `indices`.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function cummax<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'cummax'>, T>,
  axis: number,
): RunningExtremes<T>;
export function cummax(x: Tensor, axis: number): RunningExtremes {
  return runningExtreme('cummax', 'max', x, axis);
}

/** `y[i] = min(x[0], …, x[i])` along an axis and where it stands (PyTorch's `cummin`), otherwise like {@link cummax}. */
export function cummin<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'cummin'>, T>,
  axis: number,
): RunningExtremes<T>;
export function cummin(x: Tensor, axis: number): RunningExtremes {
  return runningExtreme('cummin', 'min', x, axis);
}
