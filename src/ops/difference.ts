// Differences of neighbours and sums of trapezoids along an axis.
import type { DType, FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { addSizes, sizesEqual, type Size } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { checkNames, requireWhole } from './option.ts';
import { add, mul, notEqual, sub } from './arithmetic.ts';
import { concat } from './concat.ts';
import { cumsum } from './cumulative.ts';
import { requireFloat } from './leaf.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often differences are taken, default 1; 0 gives the tensor itself. */
  readonly order?: number;
  /** Default -1. */
  readonly axis?: number;
  /** What stands before the tensor along the axis, default nothing; its other sizes are those of the tensor. */
  readonly prepend?: Tensor;
  /** What stands after it, default nothing. */
  readonly append?: Tensor;
}

/**
 * `x[i + 1] - x[i]` along an axis, `order` times (PyTorch's `diff`). Every time the axis loses an element, down to none.
 * Differences of booleans say where they change.
 * @throws {ShapeError} `E_AXIS`, `E_SHAPE_MISMATCH`; `E_SLICE` where a named axis is given too small a size @throws {DTypeError} `E_DTYPE_MISMATCH`
 * @throws {DeclarationError} `E_OPTION` unless `order` is a whole number of at least 0
 */
export function diff<D extends DType>(
  x: Tensor<readonly Size[], D>,
  options?: DiffOptions,
): Tensor<Size[], D>;
export function diff(x: Tensor, options: DiffOptions = {}): Tensor {
  requireTensors('diff', x);
  checkNames('diff', options, ['order', 'axis', 'prepend', 'append']);
  const { order = 1, axis = -1, prepend, append } = options;
  requireWhole('diff', 'order', order, 0);
  const position = normaliseAxis('diff', x, axis);
  // As PyTorch: nothing is put around what stays as it is.
  if (order === 0) return x;
  return composite('diff', () => {
    const around = [prepend, x, append].filter((each) => each !== undefined);
    const whole = around.length === 1 ? x : concat(around, position);
    const size = whole.shape[position] ?? 1;
    const times = typeof size === 'number' ? Math.min(order, size) : order;
    return Array.from({ length: times }).reduce<Tensor>(
      (from) => neighbours(from, position, from.dtype === 'bool' ? notEqual : sub),
      whole,
    );
  });
}

/** A function of every element of an axis but the first and of the one before it. */
function neighbours(x: Tensor, axis: number, build: (after: Tensor, before: Tensor) => Tensor): Tensor {
  const size = x.shape[axis] ?? 1;
  const rest = size === 0 ? 0 : addSizes(size, -1);
  return build(sliceAxis(x, axis, rest === 0 ? 0 : 1, rest), sliceAxis(x, axis, 0, rest));
}

/** Options of {@link trapezoid} and {@link cumulativeTrapezoid}. */
export interface TrapezoidOptions {
  /** Where the values are: a vector along the axis, or places of a shape that broadcasts with `y`. Default: `dx` apart. */
  readonly x?: Tensor;
  /** The distance of neighbours where `x` is not given, default 1. */
  readonly dx?: number;
  /** Default -1. */
  readonly axis?: number;
}

/**
 * The integral by the trapezoidal rule along an axis, `Σ (x[i + 1] - x[i]) · (y[i] + y[i + 1]) / 2` (PyTorch's `trapezoid`
 * and `trapz`). Of fewer than two values it is 0.
 * @throws {ShapeError} `E_AXIS`, `E_SHAPE_MISMATCH` for places of another number @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function trapezoid<T extends Tensor>(
  y: Unless<DTypeProblem<T['dtype'], FloatDType, 'trapezoid'>, T>,
  options?: TrapezoidOptions,
): Tensor<Size[], T['dtype']>;
export function trapezoid(y: Tensor, options: TrapezoidOptions = {}): Tensor {
  return composite('trapezoid', () => {
    const { areas, fromEnd } = areasOf('trapezoid', y, options);
    return sum(areas, -fromEnd);
  });
}

/**
 * The integral by the trapezoidal rule up to every value but the first (PyTorch's `cumulative_trapezoid`). Options as
 * {@link trapezoid}.
 * @throws {ShapeError} `E_AXIS`, `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function cumulativeTrapezoid<T extends Tensor>(
  y: Unless<DTypeProblem<T['dtype'], FloatDType, 'cumulativeTrapezoid'>, T>,
  options?: TrapezoidOptions,
): Tensor<Size[], T['dtype']>;
export function cumulativeTrapezoid(y: Tensor, options: TrapezoidOptions = {}): Tensor {
  return composite('cumulativeTrapezoid', () => {
    const { areas, fromEnd } = areasOf('cumulativeTrapezoid', y, options);
    return cumsum(areas, -fromEnd);
  });
}

/** The areas between neighbours, and which axis counted from the end they run along. */
function areasOf(
  call: string,
  y: Tensor,
  options: TrapezoidOptions,
): { readonly areas: Tensor; readonly fromEnd: number } {
  requireFloat(call, y);
  checkNames(call, options, ['x', 'dx', 'axis']);
  const { x, dx = 1, axis = -1 } = options;
  const position = normaliseAxis(call, y, axis);
  const fromEnd = y.shape.length - position;
  const heights = neighbours(y, position, add);
  if (x === undefined) return { areas: mul(heights, dx / 2), fromEnd };
  requireTensors(call, x);
  const places =
    x.shape.length === 1 ? reshape(x, [...x.shape, ...Array.from({ length: fromEnd - 1 }, () => 1)]) : x;
  const along = places.shape.length - fromEnd;
  if (along < 0 || !sizesEqual(places.shape[along] ?? -1, y.shape[position] ?? -1)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: 'values and places differ in number',
      expectation: 'takes a place for every value',
      operands: [y, x],
    });
  }
  return { areas: mul(mul(heights, neighbours(places, along, sub)), 0.5), fromEnd };
}
