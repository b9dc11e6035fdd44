// Hyperbolic functions beyond tanh, and their inverses.
import type { FloatDType } from '../ir/dtype.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { callOf, floats } from './elementwise-parts.ts';
import { unaryOp, type ElementFunction } from './elementwise.ts';
import { cosh as coshFunction, sinh as sinhFunction } from './functions/hyperbolic.ts';
import * as functions from './functions/inverse-hyperbolic.ts';
import { rsqrt, square } from './unary.ts';

/** The op values. */
export const hyperbolicOps = {
  sinh: unaryOp({
    name: 'sinh',
    cost: 25,
    takes: floats,
    expression: callOf(sinhFunction),
    evaluate: Math.sinh,
    vjp: ({ x, g }) => mul(g, cosh(x)),
  }),
  cosh: unaryOp({
    name: 'cosh',
    cost: 25,
    takes: floats,
    expression: callOf(coshFunction),
    evaluate: Math.cosh,
    vjp: ({ x, g }) => mul(g, sinh(x)),
  }),
  asinh: unaryOp({
    name: 'asinh',
    cost: 30,
    takes: floats,
    expression: callOf(functions.asinh),
    evaluate: Math.asinh,
    vjp: ({ x, g }) => mul(g, rsqrt(add(square(x), 1))),
  }),
  acosh: unaryOp({
    name: 'acosh',
    cost: 30,
    takes: floats,
    expression: callOf(functions.acosh),
    evaluate: Math.acosh,
    vjp: ({ x, g }) => mul(g, rsqrt(sub(square(x), 1))),
  }),
  atanh: unaryOp({
    name: 'atanh',
    cost: 30,
    takes: floats,
    expression: callOf(functions.atanh),
    evaluate: Math.atanh,
    vjp: ({ x, g }) => div(g, sub(1, square(x))),
  }),
} as const;

/** Hyperbolic sine, `½(e^x - e^-x)` (PyTorch's `sinh`). */
export const sinh: ElementFunction<'sinh', FloatDType> = hyperbolicOps.sinh.apply;
/** Hyperbolic cosine, `½(e^x + e^-x)` (PyTorch's `cosh`). */
export const cosh: ElementFunction<'cosh', FloatDType> = hyperbolicOps.cosh.apply;
/** Inverse hyperbolic sine, `ln(x + √(x² + 1))` (PyTorch's `asinh`). */
export const asinh: ElementFunction<'asinh', FloatDType> = hyperbolicOps.asinh.apply;
/** Inverse hyperbolic cosine, `ln(x + √(x² - 1))` (PyTorch's `acosh`); NaN below 1. */
export const acosh: ElementFunction<'acosh', FloatDType> = hyperbolicOps.acosh.apply;
/** Inverse hyperbolic tangent, `½·ln((1 + x)/(1 - x))` (PyTorch's `atanh`); infinite at ±1, NaN beyond. */
export const atanh: ElementFunction<'atanh', FloatDType> = hyperbolicOps.atanh.apply;
