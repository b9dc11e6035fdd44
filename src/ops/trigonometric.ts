// Trigonometric functions beyond sine and cosine, and their inverses.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { add, div, equal, less, maximum, mul, sub } from './arithmetic.ts';
import { callOf, floats } from './elementwise-parts.ts';
import {
  alignOf,
  binaryOp,
  composedOp,
  unaryOp,
  type ElementFunction,
  type ElementwiseFunction,
} from './elementwise.ts';
import * as functions from './functions/inverse-trigonometric.ts';
import { tan as tanFunction } from './functions/trigonometric.ts';
import { filledLike } from './creation.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';
import { abs, cos, neg, reciprocal, rsqrt, sin, square } from './unary.ts';

/** The op values. */
export const trigonometricOps = {
  tan: unaryOp({
    name: 'tan',
    cost: 25,
    takes: floats,
    expression: callOf(tanFunction),
    evaluate: Math.tan,
    vjp: ({ result, g }) => mul(g, add(square(result), 1)),
  }),
  asin: unaryOp({
    name: 'asin',
    cost: 20,
    takes: floats,
    expression: callOf(functions.asin),
    evaluate: Math.asin,
    vjp: ({ x, g }) => mul(g, rsqrt(sub(1, square(x)))),
  }),
  acos: unaryOp({
    name: 'acos',
    cost: 20,
    takes: floats,
    expression: callOf(functions.acos),
    evaluate: Math.acos,
    vjp: ({ x, g }) => neg(mul(g, rsqrt(sub(1, square(x))))),
  }),
  atan: unaryOp({
    name: 'atan',
    cost: 20,
    takes: floats,
    expression: callOf(functions.atan),
    evaluate: Math.atan,
    vjp: ({ x, g }) => div(g, add(square(x), 1)),
  }),
  atan2: binaryOp({
    name: 'atan2',
    cost: 35,
    takes: floats,
    expression: callOf(functions.atan2),
    evaluate: Math.atan2,
    vjp: ({ left: y, right: x, g }) => {
      // Tiny coordinates are raised by a power of two, so that their squares do not vanish.
      const isTiny = less(maximum(abs(y), abs(x)), 2 ** -50);
      const scale = where(isTiny, filledLike(x, 2 ** 100), 1);
      const [height, width] = [mul(y, scale), mul(x, scale)];
      const perSquare = reciprocal(add(square(height), square(width)));
      const factor = mul(g, scale);
      return [mul(factor, mul(width, perSquare)), neg(mul(factor, mul(height, perSquare)))];
    },
  }),
} as const;

/** `sin x / cos x`, radians (PyTorch's `tan`). */
export const tan: ElementFunction<'tan', FloatDType> = trigonometricOps.tan.apply;
/** `sin⁻¹(x)` in -π/2 … π/2 (PyTorch's `asin`); NaN beyond ±1, where the gradient at ±1 is infinite. */
export const asin: ElementFunction<'asin', FloatDType> = trigonometricOps.asin.apply;
/** `cos⁻¹(x)` in 0 … π (PyTorch's `acos`); NaN beyond ±1, where the gradient at ±1 is infinite. */
export const acos: ElementFunction<'acos', FloatDType> = trigonometricOps.acos.apply;
/** `tan⁻¹(x)` in -π/2 … π/2 (PyTorch's `atan`). */
export const atan: ElementFunction<'atan', FloatDType> = trigonometricOps.atan.apply;
/**
 * `atan2(y, x)`: the angle of the point (x, y) in -π … π, in its quadrant, with C99's values for zeros of either sign
 * and infinities. The gradient `(x, -y) / (x² + y²)` is NaN at the origin, as in PyTorch's `atan2`.
 */
export const atan2: ElementwiseFunction<FloatDType> = trigonometricOps.atan2.apply;

/** Coefficients of x, x³, … in the derivative of sin(πx)/(πx): its Taylor series, used where the quotient cancels. */
const slopeCoefficients: readonly number[] = Array.from({ length: 9 }, (_, index) => {
  const order = 2 * (index + 1);
  let factor = order;
  for (let each = 1; each <= order; each++) factor *= Math.PI / each;
  return ((index % 2 === 0 ? -1 : 1) * factor) / (order + 1);
});

export const sincOp = composedOp({
  name: 'sinc',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
  vjp: ({ inputs: [x], cotangent }) => {
    if (x === undefined) return [];
    const isSmall = less(abs(x), 0.5);
    const squareOfX = square(where(isSmall, x, 0));
    const series = slopeCoefficients.reduceRight<Tensor>(
      (sum, coefficient) => add(mul(sum, squareOfX), coefficient),
      filledLike(x, 0),
    );
    const far = where(isSmall, 1, x);
    const angle = mul(far, Math.PI);
    const slope = sub(div(cos(angle), far), div(sin(angle), mul(square(far), Math.PI)));
    return [mul(cotangent, where(isSmall, mul(series, x), slope))];
  },
  expand: ([x]) => {
    const isZero = equal(x, 0);
    const angle = mul(where(isZero, 1, x), Math.PI);
    return where(isZero, 1, div(sin(angle), angle));
  },
});

/**
 * `sin(πx) / (πx)`, and 1 at 0 (NumPy and PyTorch's `sinc`).
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function sinc<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'sinc'>, Tensor<S, D>>,
): Tensor<S, D>;
export function sinc(x: Tensor): Tensor {
  requireTensors('sinc', x);
  return makeNode(sincOp, alignOf('sinc', [x], floats), {});
}
