// Cutting values to an interval, and extremes that pass over NaN.
import { makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import * as scalar from '../ir/scalar.ts';
import type { Shape } from '../ir/size.ts';
import type { Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr } from './arithmetic.ts';
import { floats, instruction2, numbers } from './elementwise-parts.ts';
import { alignOf, binaryOp, pointwiseOp, type BinaryFunction } from './elementwise.ts';
import { badOption } from './option.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';
import { isNaN } from './unary.ts';

/** Interval bounds whose gradient at a bound is that inside: what tells them from `maximum` and `minimum`. */
export const clampOps = {
  clampMin: binaryOp({
    name: 'clampMin',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('max'),
    evaluate: (a, b) => Math.max(a, b),
    vjp: ({ left, right, g }) => [where(greaterEqual(left, right), g, 0), where(less(left, right), g, 0)],
  }),
  clampMax: binaryOp({
    name: 'clampMax',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('min'),
    evaluate: (a, b) => Math.min(a, b),
    vjp: ({ left, right, g }) => [where(lessEqual(left, right), g, 0), where(greater(left, right), g, 0)],
  }),
} as const;

export const clampOp = pointwiseOp({
  name: 'clamp',
  arity: 3,
  cost: 2,
  takes: numbers,
  exact: true,
  expression: ([x, low, high]) => scalar.binary('min', scalar.binary('max', x, low), high),
  evaluate: ([x, low, high]) => Math.min(Math.max(x, low), high),
  vjp: ({ inputs: [x, low, high], cotangent: g }) => {
    if (x === undefined || low === undefined || high === undefined) return [];
    const isInside = logicalAnd(greaterEqual(x, low), lessEqual(x, high));
    const isLow = logicalAnd(less(low, high), less(x, low));
    const isHigh = logicalOr(greater(x, high), less(high, low));
    return [where(isInside, g, 0), where(isLow, g, 0), where(isHigh, g, 0)];
  },
});

/** Bounds of {@link clamp}: numbers, or tensors that broadcast with what is cut. */
export interface ClampBounds {
  /** The lower bound, default: none. */
  readonly min?: Operand;
  /** The upper bound, default: none. */
  readonly max?: Operand;
}

/**
 * `min(max(x, bounds.min), bounds.max)` with at least one bound, elementwise with broadcasting (PyTorch's `clamp`, NumPy's
 * `clip`). NaN stays; where the bounds cross, the upper one wins. The gradient is 1 inside the interval and at its bounds,
 * and 0 beyond; where a bound is the result, a tensor that gave it gets the gradient.
 * @throws {DeclarationError} `E_OPTION` without any bound
 */
export function clamp<S extends Shape, D extends NumberDType | 'bool'>(
  x: Unless<DTypeProblem<D, NumberDType, 'clamp'>, Tensor<S, D>>,
  bounds: { readonly min?: number; readonly max?: number },
): Tensor<S, D>;
export function clamp(x: Tensor, bounds: ClampBounds): Tensor;
export function clamp(x: Tensor, bounds: ClampBounds): Tensor {
  requireTensors('clamp', x);
  // Null, which JavaScript may pass, is no bound either.
  const { min = null, max = null } = bounds ?? {};
  if (min !== null && max !== null) {
    return makeNode(clampOp, alignOf('clamp', [x, min, max], numbers), {});
  }
  const [raise, cut]: readonly BinaryFunction[] = [clampOps.clampMin.apply, clampOps.clampMax.apply];
  if (min !== null && raise !== undefined) return raise(x, min);
  if (max !== null && cut !== undefined) return cut(x, max);
  throw badOption('clamp', 'there is no bound', 'takes at least one of min and max');
}

/** The side that `wins`, or the one that is not NaN; the left one on a tie. */
function extremeOf(name: string, a: Operand, b: Operand, wins: BinaryFunction): Tensor {
  const [left, right] = alignOf(name, [a, b], floats);
  if (left === undefined || right === undefined) throw new TypeError(`${name}: takes two operands`);
  return composite(name, () => where(logicalOr(wins(left, right), isNaN(right)), left, right));
}

/**
 * `max(a, b)`, and the other one where one is NaN (C99's and PyTorch's `fmax`); on a tie `a` gets the gradient.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function fmax<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, 'f32' | 'f64'>>,
): Result<Elementwise<A, B, 'f32' | 'f64'>>;
export function fmax(a: Operand, b: Operand): Tensor {
  return extremeOf('fmax', a, b, greaterEqual);
}

/**
 * `min(a, b)`, and the other one where one is NaN (C99's and PyTorch's `fmin`); on a tie `a` gets the gradient.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function fmin<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, 'f32' | 'f64'>>,
): Result<Elementwise<A, B, 'f32' | 'f64'>>;
export function fmin(a: Operand, b: Operand): Tensor {
  return extremeOf('fmin', a, b, lessEqual);
}
