// Small formulas of several operands that the field has names for.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape } from '../ir/size.ts';
import type { Comparison, Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { add, div, equal, greater, less, lessEqual, logicalAnd, logicalOr, mul, sub } from './arithmetic.ts';
import { callOf, floats, numbers } from './elementwise-parts.ts';
import { alignOf, binaryOp, composedOp, type ElementwiseFunction } from './elementwise.ts';
import * as functions from './functions/geometry.ts';
import { scalar } from './leaf.ts';
import { requireTensors } from './mismatch.ts';
import { isFinite } from './rounding.ts';
import { cast, stopGradient, where } from './select.ts';
import { abs, isNaN } from './unary.ts';

/** The op values of two operands. */
export const geometryOps = {
  hypot: binaryOp({
    name: 'hypot',
    cost: 12,
    takes: floats,
    expression: callOf(functions.hypot),
    evaluate: (a, b) => Math.hypot(a, b),
    vjp: ({ left, right, result, g }) => [mul(g, div(left, result)), mul(g, div(right, result))],
  }),
  copysign: binaryOp({
    name: 'copysign',
    cost: 1,
    takes: floats,
    exact: true,
    expression: callOf(functions.copysign),
    evaluate: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
    vjp: ({ left, result, g }) => [where(equal(left, 0), 0, mul(g, div(result, left))), null],
  }),
} as const;

/**
 * `√(a² + b²)` without overflow (PyTorch's `hypot`); infinite where a side is, NaN beside it included. The gradient
 * at 0, 0 is NaN.
 */
export const hypot: ElementwiseFunction<FloatDType> = geometryOps.hypot.apply;
/** `|a| · sign(b)`, the sign of zeros included (PyTorch's `copysign`); the gradient by `a` is 0 where `a` is 0. */
export const copysign: ElementwiseFunction<FloatDType> = geometryOps.copysign.apply;

/** The two formulas are exact at weights 0 and 1, as in PyTorch; the gradient is that of either. */
export const lerpOp = composedOp({
  name: 'lerp',
  arity: 3,
  takes: floats,
  evaluate: ([start, end, weight]) =>
    weight < 0.5 ? start + weight * (end - start) : end - (end - start) * (1 - weight),
  vjp: ({ inputs: [start, end, weight], cotangent: g }) =>
    start === undefined || end === undefined || weight === undefined
      ? []
      : [mul(g, sub(1, weight)), mul(g, weight), mul(g, sub(end, start))],
  expand: ([start, end, weight]) => {
    const distance = sub(end, start);
    const fromStart = add(start, mul(weight, distance));
    return where(less(weight, 0.5), fromStart, sub(end, mul(distance, sub(1, weight))));
  },
});

/**
 * `start + weight · (end - start)`, elementwise with broadcasting (PyTorch's `lerp`); the weight is a number or a
 * tensor.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function lerp(start: Tensor, end: Operand, weight: Operand): Tensor {
  return makeNode(lerpOp, alignOf('lerp', [start, end, weight], floats), {});
}

/** The factor of {@link addcmul} and {@link addcdiv}. */
export interface ScaleOptions {
  /** Default 1. */
  readonly value?: Operand;
}

/**
 * `x + value · a · b`, elementwise with broadcasting (PyTorch's `addcmul`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function addcmul(x: Operand, a: Operand, b: Operand, { value = 1 }: ScaleOptions = {}): Tensor {
  const [sum, left, right] = operandsOf('addcmul', [x, a, b], numbers);
  return composite('addcmul', () => add(sum, mul(scaled(left, value), right)));
}

/**
 * `x + value · a / b`, elementwise with broadcasting (PyTorch's `addcdiv`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function addcdiv(x: Operand, a: Operand, b: Operand, { value = 1 }: ScaleOptions = {}): Tensor {
  const [sum, left, right] = operandsOf('addcdiv', [x, a, b], floats);
  return composite('addcdiv', () => add(sum, div(scaled(left, value), right)));
}

function scaled(x: Tensor, value: Operand): Tensor {
  return value === 1 ? x : mul(x, value);
}

type Three = readonly [Tensor, Tensor, Tensor];

function operandsOf(name: string, given: readonly Operand[], takes: typeof numbers): Three {
  const [first, second, third] = alignOf(name, given, takes);
  if (first === undefined || second === undefined || third === undefined) {
    throw new TypeError(`${name}: takes three operands`);
  }
  return [first, second, third];
}

/**
 * `(a - b)²`, elementwise with broadcasting (TensorFlow's `squared_difference`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function squaredDifference<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B>>,
): Result<Elementwise<A, B>>;
export function squaredDifference(a: Operand, b: Operand): Tensor {
  const [left, right] = alignOf('squaredDifference', [a, b], numbers);
  if (left === undefined || right === undefined) throw new TypeError('squaredDifference: takes two operands');
  return composite('squaredDifference', () => {
    const difference = sub(left, right);
    return mul(difference, difference);
  });
}

/**
 * `x < 0 ? 0 : x > 0 ? 1 : values`, and 0 for NaN (NumPy and PyTorch's `heaviside`). Only `values` get a gradient.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function heaviside<A extends Operand, B extends Operand>(
  x: A,
  values: Checked<B, Elementwise<A, B, NumberDType>>,
): Result<Elementwise<A, B, NumberDType>>;
export function heaviside(x: Operand, values: Operand): Tensor {
  const [at, value] = alignOf('heaviside', [x, values], numbers);
  if (at === undefined || value === undefined) throw new TypeError('heaviside: takes two operands');
  return composite('heaviside', () => where(equal(at, 0), value, cast(greater(at, 0), at.dtype)));
}

/**
 * `x > 0 ? 1 : alpha`, NaN staying NaN (TensorFlow.js's `step`). The gradient is 0.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function step<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'step'>, Tensor<S, D>>,
  alpha?: number,
): Tensor<S, D>;
export function step(x: Tensor, alpha = 0): Tensor {
  requireTensors('step', x);
  alignOf('step', [x], floats);
  return composite('step', () =>
    stopGradient(where(isNaN(x), x, where(greater(x, 0), scalar(1, x.dtype), alpha))),
  );
}

/** Tolerances of {@link isClose}. */
export interface CloseOptions {
  /** Relative to `|b|`, default 1e-5. */
  readonly rtol?: number;
  /** Absolute, default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN, default false. */
  readonly equalNan?: boolean;
}

/**
 * `|a - b| ≤ atol + rtol · |b|`, as bool; infinities are close to themselves alone (NumPy and PyTorch's `isclose`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function isClose<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Comparison<A, B, FloatDType>>,
  options?: CloseOptions,
): Result<Comparison<A, B, FloatDType>>;
export function isClose(a: Operand, b: Operand, options: CloseOptions = {}): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const [left, right] = alignOf('isClose', [a, b], floats);
  if (left === undefined || right === undefined) throw new TypeError('isClose: takes two operands');
  return composite('isClose', () => {
    const error = abs(sub(left, right));
    const isNear = logicalAnd(isFinite(error), lessEqual(error, add(mul(abs(right), rtol), atol)));
    const same = logicalOr(equal(left, right), isNear);
    return equalNan ? logicalOr(same, logicalAnd(isNaN(left), isNaN(right))) : same;
  });
}
