// Elementwise operations with one operand. Each is one entry: its scalar expression, its reference in double
// precision, and its gradient; functions that are more than an instruction are defined in ops/functions/.
import type { DType, FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import * as scalar from '../ir/scalar.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import { add, div, lessEqual, mul, sub } from './arithmetic.ts';
import {
  callOf,
  comparing,
  floats,
  instruction1,
  numbers,
  ofIntegers,
  stepwise,
} from './elementwise-parts.ts';
import {
  alignOf,
  unaryOp,
  unaryPredicate,
  type ElementFunction,
  type ElementPredicate,
  truthOf,
} from './elementwise.ts';
import { erf as erfFunction } from './functions/error-function.ts';
import { exp as expFunction, expm1 as expm1Function } from './functions/exponential.ts';
import { sigmoid as sigmoidFunction, tanh as tanhFunction } from './functions/hyperbolic.ts';
import { log as logFunction, log1p as log1pFunction } from './functions/logarithm.ts';
import { cos as cosFunction, sin as sinFunction } from './functions/trigonometric.ts';
import { referenceErf, referenceSigmoid } from './functions/reference.ts';
import { scalar as scalarConstant } from './leaf.ts';
import { badOption } from './option.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';

/** Half to even, as IEEE and PyTorch round. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  // What is left of a negative number is -0.
  return rest === 0 ? x : rounded === 0 && x < 0 ? -0 : rounded;
}

/** The op values, for rewrite rules and tests. */
export const unaryOps = {
  neg: unaryOp({
    name: 'neg',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction1('neg'),
    evaluate: (x) => -x,
    vjp: ({ g }) => neg(g),
  }),
  abs: unaryOp({
    name: 'abs',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: (x) =>
      x.type === 'i32'
        ? scalar.select(scalar.compare('lt', x, scalar.literal('i32', 0)), scalar.unary('neg', x), x)
        : scalar.unary('abs', x),
    evaluate: Math.abs,
    vjp: ({ x, g }) => mul(g, sign(x)),
  }),
  sign: unaryOp({
    name: 'sign',
    cost: 2,
    takes: numbers,
    exact: true,
    // PyTorch: (x > 0) - (x < 0), so that NaN and both zeros give 0.
    expression: (x) =>
      scalar.select(
        scalar.compare('gt', x, scalar.literal(x.type, 0)),
        scalar.literal(x.type, 1),
        scalar.select(
          scalar.compare('lt', x, scalar.literal(x.type, 0)),
          scalar.literal(x.type, -1),
          scalar.literal(x.type, 0),
        ),
      ),
    evaluate: (x) => Number(x > 0) - Number(x < 0),
    vjp: stepwise,
  }),
  floor: unaryOp({
    name: 'floor',
    cost: 1,
    takes: floats,
    exact: true,
    expression: instruction1('floor'),
    evaluate: Math.floor,
    vjp: stepwise,
  }),
  ceil: unaryOp({
    name: 'ceil',
    cost: 1,
    takes: floats,
    exact: true,
    expression: instruction1('ceil'),
    evaluate: Math.ceil,
    vjp: stepwise,
  }),
  trunc: unaryOp({
    name: 'trunc',
    cost: 1,
    takes: floats,
    exact: true,
    expression: instruction1('trunc'),
    evaluate: Math.trunc,
    vjp: stepwise,
  }),
  round: unaryOp({
    name: 'round',
    cost: 1,
    takes: floats,
    exact: true,
    expression: instruction1('round'),
    evaluate: roundHalfToEven,
    vjp: stepwise,
  }),
  sqrt: unaryOp({
    name: 'sqrt',
    cost: 4,
    takes: floats,
    exact: true,
    expression: instruction1('sqrt'),
    evaluate: Math.sqrt,
    vjp: ({ result, g }) => div(mul(g, 0.5), result),
  }),
  exp: unaryOp({
    name: 'exp',
    cost: 15,
    takes: floats,
    expression: callOf(expFunction),
    evaluate: Math.exp,
    vjp: ({ result, g }) => mul(g, result),
  }),
  expm1: unaryOp({
    name: 'expm1',
    cost: 20,
    takes: floats,
    expression: callOf(expm1Function),
    evaluate: Math.expm1,
    vjp: ({ result, g }) => mul(g, add(result, 1)),
  }),
  log: unaryOp({
    name: 'log',
    cost: 15,
    takes: floats,
    expression: callOf(logFunction),
    evaluate: Math.log,
    vjp: ({ x, g }) => div(g, x),
  }),
  log1p: unaryOp({
    name: 'log1p',
    cost: 20,
    takes: floats,
    expression: callOf(log1pFunction),
    evaluate: Math.log1p,
    vjp: ({ x, g }) => div(g, add(x, 1)),
  }),
  sin: unaryOp({
    name: 'sin',
    cost: 20,
    takes: floats,
    expression: callOf(sinFunction),
    evaluate: Math.sin,
    vjp: ({ x, g }) => mul(g, cos(x)),
  }),
  cos: unaryOp({
    name: 'cos',
    cost: 20,
    takes: floats,
    expression: callOf(cosFunction),
    evaluate: Math.cos,
    vjp: ({ x, g }) => neg(mul(g, sin(x))),
  }),
  tanh: unaryOp({
    name: 'tanh',
    cost: 20,
    takes: floats,
    expression: callOf(tanhFunction),
    evaluate: Math.tanh,
    vjp: ({ result, g }) => mul(g, sub(1, mul(result, result))),
  }),
  sigmoid: unaryOp({
    name: 'sigmoid',
    cost: 20,
    takes: floats,
    expression: callOf(sigmoidFunction),
    evaluate: referenceSigmoid,
    vjp: ({ result, g }) => mul(g, mul(result, sub(1, result))),
  }),
  erf: unaryOp({
    name: 'erf',
    cost: 20,
    takes: floats,
    expression: callOf(erfFunction),
    evaluate: referenceErf,
    vjp: ({ x, g }) => mul(g, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
  }),
  relu: unaryOp({
    name: 'relu',
    cost: 1,
    takes: numbers,
    exact: true,
    // `x ≤ 0 ? 0 : x` lets NaN through, as PyTorch's relu does.
    expression: (x) =>
      scalar.select(scalar.compare('le', x, scalar.literal(x.type, 0)), scalar.literal(x.type, 0), x),
    evaluate: (x) => (x <= 0 ? 0 : x),
    // In terms of the result, so that only the result has to be kept.
    vjp: ({ result, g }) => where(lessEqual(result, 0), 0, g),
  }),
  isNaN: unaryPredicate({
    name: 'isNaN',
    cost: 1,
    takes: floats,
    exact: true,
    expression: (x) => scalar.compare('ne', x, x),
    evaluate: (x) => Number(Number.isNaN(x)),
    vjp: comparing,
  }),
  logicalNot: unaryOp({
    name: 'logicalNot',
    cost: 1,
    takes: ['bool'],
    exact: true,
    expression: instruction1('not'),
    evaluate: (x) => Number(x === 0),
    vjp: ofIntegers,
  }),
} as const;

/** `-x` (PyTorch's `neg`). */
export const neg: ElementFunction<'neg', NumberDType> = unaryOps.neg.apply;
/** `|x|` (PyTorch's `abs`); the gradient at 0 is 0. */
export const abs: ElementFunction<'abs', NumberDType> = unaryOps.abs.apply;
/** `x / |x|`, and 0 for zeros and NaN (PyTorch's `sign`). The gradient is 0. */
export const sign: ElementFunction<'sign', NumberDType> = unaryOps.sign.apply;
/** `⌊x⌋`, the largest whole number not above `x` (PyTorch's `floor`). The gradient is 0. */
export const floor: ElementFunction<'floor', FloatDType> = unaryOps.floor.apply;
/** `⌈x⌉`, the smallest whole number not below `x` (PyTorch's `ceil`). The gradient is 0. */
export const ceil: ElementFunction<'ceil', FloatDType> = unaryOps.ceil.apply;
/** `sign(x) · ⌊|x|⌋`, which is `x` without its fraction (PyTorch's `trunc`). The gradient is 0. */
export const trunc: ElementFunction<'trunc', FloatDType> = unaryOps.trunc.apply;

/** How {@link round} rounds. */
export interface RoundOptions {
  /** Digits behind the point that are kept; below 0, digits before it that become 0. Default 0. */
  readonly decimals?: number;
}

/**
 * The nearest whole number, halves to even, or the nearest multiple of `10^-decimals` (PyTorch's `round`: `x` times the
 * power of ten, rounded, and divided by it again). The gradient is 0.
 * @throws {DeclarationError} `E_OPTION` for decimals that are not a whole number
 */
export function round<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'round'>, Tensor<S, D>>,
  options?: RoundOptions,
): Tensor<S, D>;
export function round(x: Tensor, { decimals = 0 }: RoundOptions = {}): Tensor {
  if (!Number.isInteger(decimals)) {
    throw badOption('round', `decimals is ${decimals}`, 'has to be a whole number');
  }
  const nearest: (x: Tensor) => Tensor = unaryOps.round.apply;
  if (decimals === 0) return nearest(x);
  const power = 10 ** Math.abs(decimals);
  return composite('round', () =>
    decimals > 0 ? div(nearest(mul(x, power)), power) : mul(nearest(div(x, power)), power),
  );
}

/** `√x` (PyTorch's `sqrt`); NaN below 0. */
export const sqrt: ElementFunction<'sqrt', FloatDType> = unaryOps.sqrt.apply;
/** `e^x` (PyTorch's `exp`). */
export const exp: ElementFunction<'exp', FloatDType> = unaryOps.exp.apply;
/** `e^x - 1`, accurate near 0 (PyTorch's `expm1`). */
export const expm1: ElementFunction<'expm1', FloatDType> = unaryOps.expm1.apply;
/** `ln(x)` (PyTorch's `log`); -∞ at 0, NaN below. */
export const log: ElementFunction<'log', FloatDType> = unaryOps.log.apply;
/** `ln(1 + x)`, accurate near 0 (PyTorch's `log1p`). */
export const log1p: ElementFunction<'log1p', FloatDType> = unaryOps.log1p.apply;
/** `sin(x)`, radians (PyTorch's `sin`). */
export const sin: ElementFunction<'sin', FloatDType> = unaryOps.sin.apply;
/** `cos(x)`, radians (PyTorch's `cos`). */
export const cos: ElementFunction<'cos', FloatDType> = unaryOps.cos.apply;
/** Hyperbolic tangent. */
export const tanh: ElementFunction<'tanh', FloatDType> = unaryOps.tanh.apply;
/** `1 / (1 + e^-x)` */
export const sigmoid: ElementFunction<'sigmoid', FloatDType> = unaryOps.sigmoid.apply;
/** The error function, `2/√π ∫₀ˣ e^(-t²) dt` (PyTorch's `erf`). */
export const erf: ElementFunction<'erf', FloatDType> = unaryOps.erf.apply;
/** `max(x, 0)`; NaN stays NaN; the gradient at 0 is 0. */
export const relu: ElementFunction<'relu', NumberDType> = unaryOps.relu.apply;
/** `x ≠ x`: whether an element is NaN, as bool (PyTorch's `isnan`). */
export const isNaN: ElementPredicate<'isNaN', FloatDType> = unaryOps.isNaN.apply;
/**
 * `¬x`, as bool; a number is true where it is not 0, NaN included (PyTorch's `logical_not`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function logicalNot<S extends Shape>(x: Tensor<S>): Tensor<S, 'bool'>;
export function logicalNot(x: Tensor): Tensor {
  return unaryOps.logicalNot.apply(truthOf('logicalNot', x));
}

/** `x²` (PyTorch's `square`). @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans */
export function square<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, NumberDType, 'square'>, Tensor<S, D>>,
): Tensor<S, D>;
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** `1 / x` (PyTorch's `reciprocal`). @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float */
export function reciprocal<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'reciprocal'>, Tensor<S, D>>,
): Tensor<S, D>;
export function reciprocal(x: Tensor): Tensor {
  requireTensors('reciprocal', x);
  return div(scalarConstant(1, x.dtype), x);
}

/** `1 / √x` (PyTorch's `rsqrt`). @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float */
export function rsqrt<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'rsqrt'>, Tensor<S, D>>,
): Tensor<S, D>;
export function rsqrt(x: Tensor): Tensor {
  return reciprocal(sqrt(x));
}

/**
 * `+x`: `x` itself, which has to be a number (PyTorch's `positive`).
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function positive<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, NumberDType, 'positive'>, Tensor<S, D>>,
): Tensor<S, D>;
export function positive(x: Tensor): Tensor {
  requireTensors('positive', x);
  const [same = x] = alignOf('positive', [x], numbers);
  return same;
}
