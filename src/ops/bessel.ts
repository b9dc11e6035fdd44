// Modified Bessel functions of the first kind, of orders 0 and 1, and their products with e^-|x|, which do not overflow.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { div, equal, mul, sub } from './arithmetic.ts';
import { callOf, floats } from './elementwise-parts.ts';
import { alignOf, composedOp, unaryOp, type ElementFunction } from './elementwise.ts';
import * as functions from './functions/bessel.ts';
import { referenceScaledBessel } from './functions/reference.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';
import { abs, exp, sign } from './unary.ts';

/** `scaled / x`, which approaches ½ at 0. */
function overX(result: Tensor, x: Tensor): Tensor {
  const isOrigin = equal(x, 0);
  return where(isOrigin, 0.5, div(result, where(isOrigin, 1, x)));
}

/** The op values of one operand. */
export const besselOps = {
  i0e: unaryOp({
    name: 'i0e',
    cost: 60,
    takes: floats,
    expression: callOf(functions.i0e),
    evaluate: (x) => referenceScaledBessel(0, x),
    vjp: ({ x, result, g }) => mul(g, sub(i1e(x), mul(sign(x), result))),
  }),
  i1e: unaryOp({
    name: 'i1e',
    cost: 60,
    takes: floats,
    expression: callOf(functions.i1e),
    evaluate: (x) => referenceScaledBessel(1, x),
    vjp: ({ x, result, g }) => mul(g, sub(sub(i0e(x), mul(sign(x), result)), overX(result, x))),
  }),
} as const;

/** `I₀(x)` */
export const i0Op = composedOp({
  name: 'i0',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => Math.exp(Math.abs(x)) * referenceScaledBessel(0, x),
  vjp: ({ inputs: [x], cotangent }) => (x === undefined ? [] : [mul(cotangent, i1(x))]),
  expand: ([x]) => mul(exp(abs(x)), i0e(x)),
});

/** `I₁(x)` */
export const i1Op = composedOp({
  name: 'i1',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => Math.exp(Math.abs(x)) * referenceScaledBessel(1, x),
  vjp: ({ node, inputs: [x], cotangent }) =>
    x === undefined ? [] : [mul(cotangent, sub(i0(x), overX(node, x)))],
  expand: ([x]) => mul(exp(abs(x)), i1e(x)),
});

/**
 * `e^-|x| · I₀(x)`, the modified Bessel function of the first kind of order 0 without its overflow (PyTorch's
 * `special.i0e`).
 */
export const i0e: ElementFunction<'i0e', FloatDType> = besselOps.i0e.apply;
/** `e^-|x| · I₁(x)`, that of order 1 (PyTorch's `special.i1e`). */
export const i1e: ElementFunction<'i1e', FloatDType> = besselOps.i1e.apply;

/**
 * `I₀(x) = Σ (x²/4)ᵏ / (k!)²`, the modified Bessel function of the first kind of order 0 (PyTorch's `i0`). Infinite where
 * `e^|x|` is, NaN at ±∞ as there.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float, `E_NOT_A_TENSOR`
 */
export function i0<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'i0'>, Tensor<S, D>>,
): Tensor<S, D>;
export function i0(x: Tensor): Tensor {
  requireTensors('i0', x);
  return makeNode(i0Op, alignOf('i0', [x], floats), {});
}

/**
 * `I₁(x) = x/2 · Σ (x²/4)ᵏ / (k! (k + 1)!)`, the modified Bessel function of the first kind of order 1 (PyTorch's
 * `special.i1`). Infinite where `e^|x|` is.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float, `E_NOT_A_TENSOR`
 */
export function i1<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'i1'>, Tensor<S, D>>,
): Tensor<S, D>;
export function i1(x: Tensor): Tensor {
  requireTensors('i1', x);
  return makeNode(i1Op, alignOf('i1', [x], floats), {});
}
