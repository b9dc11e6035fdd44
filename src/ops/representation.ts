// Numbers as significand times a power of two, and the numbers next to them.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape, Size } from '../ir/size.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { mul, sub } from './arithmetic.ts';
import { callOf, floats, stepwise } from './elementwise-parts.ts';
import { alignOf, binaryOp, unaryOp, type ElementwiseFunction } from './elementwise.ts';
import * as functions from './functions/representation.ts';
import { referenceNextAfter, referenceExponent } from './functions/reference.ts';
import { requireFloat } from './leaf.ts';
import { exp2 } from './logarithm.ts';
import { requireTensors } from './mismatch.ts';
import { cast } from './select.ts';
import { neg, trunc } from './unary.ts';

/** The op values. */
export const representationOps = {
  exponent: unaryOp({
    name: 'exponent',
    cost: 15,
    takes: floats,
    expression: callOf(functions.exponentOf),
    evaluate: referenceExponent,
    vjp: stepwise,
    exact: true,
  }),
  nextafter: binaryOp({
    name: 'nextafter',
    cost: 10,
    takes: floats,
    expression: callOf(functions.nextafter),
    evaluate: (x, y, dtype) => referenceNextAfter(x, y, dtype),
    vjp: {
      notDifferentiable: 'error',
      reason: 'the step to the next number is as large as a rounding error',
    },
  }),
} as const;

/**
 * The number of the dtype next to `a` on the way to `b`, `a ± ulp(a)`, elementwise with broadcasting (PyTorch's
 * `nextafter`). It has no gradient.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH` for two dtypes, or what is no float
 */
export const nextafter: ElementwiseFunction<FloatDType> = representationOps.nextafter.apply;

/**
 * `x = mantissa · 2^exponent` with a mantissa of magnitude ½ to 1, and the exponent as i32 (PyTorch's `frexp`). What is 0,
 * infinite or NaN is its own mantissa, with the exponent 0. The gradient of the mantissa is `2^-exponent`.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function frexp<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'frexp'>, Tensor<S, D>>,
): { readonly mantissa: Tensor<S, D>; readonly exponent: Tensor<S, 'i32'> };
export function frexp(x: Tensor): { readonly mantissa: Tensor; readonly exponent: Tensor } {
  requireFloat('frexp', x);
  return composite('frexp', () => {
    const power = makeNode(representationOps.exponent.op, [x], {});
    // In two steps: of the smallest numbers the power of two is beyond the largest.
    const half = trunc(mul(power, 0.5));
    const mantissa = mul(mul(x, exp2(neg(half))), exp2(sub(half, power)));
    return { mantissa, exponent: cast(power, 'i32') };
  });
}

/**
 * `x · 2^exponent`, elementwise with broadcasting (PyTorch's `ldexp`). The exponent is of the dtype of `x`, or i32.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function ldexp<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'ldexp'>, T>,
  exponent: Operand,
): Tensor<Size[], T['dtype']>;
export function ldexp(x: Tensor, exponent: Operand): Tensor {
  requireFloat('ldexp', x);
  return composite('ldexp', () => {
    if (typeof exponent === 'number') return mul(x, 2 ** exponent);
    requireTensors('ldexp', exponent);
    const power: Tensor = exponent.dtype === 'i32' ? cast(exponent, x.dtype) : exponent;
    const [base = x, scale = power] = alignOf('ldexp', [x, power], floats);
    return mul(base, exp2(scale));
  });
}
