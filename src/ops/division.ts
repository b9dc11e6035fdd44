// Remainders and whole quotients. On i32 they are computed in f64, where the quotient of two i32 is never rounded up to
// the next whole number.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import * as scalar from '../ir/scalar.ts';
import type { Expression } from '../ir/scalar.ts';
import type { Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, NumberDType, Result } from '../ir/types/sentence.ts';
import { div, equal, mul } from './arithmetic.ts';
import { callOf, floats, numbers, stepwise } from './elementwise-parts.ts';
import { alignOf, binaryOp, type ElementwiseFunction } from './elementwise.ts';
import type { FloatFunction } from './functions/float-format.ts';
import * as functions from './functions/division.ts';
import { where } from './select.ts';
import { neg } from './unary.ts';

/** The quotient and remainder of two i32, as i32: wrong only where the divisor is 0, or the quotient 2³¹. */
function integerExpression(
  left: Expression,
  right: Expression,
  rounding: 'floor' | 'trunc',
  wanted: 'quotient' | 'remainder',
): Expression {
  const [a, b] = [scalar.convert('f64', left), scalar.convert('f64', right)];
  const quotient = scalar.unary(rounding, scalar.binary('div', a, b));
  const value = wanted === 'quotient' ? quotient : scalar.binary('sub', a, scalar.binary('mul', quotient, b));
  return scalar.convert('i32', value);
}

const onNumbers =
  (float: FloatFunction, rounding: 'floor' | 'trunc', wanted: 'quotient' | 'remainder') =>
  (left: Expression, right: Expression): Expression =>
    left.type === 'i32' ? integerExpression(left, right, rounding, wanted) : callOf(float)(left, right);

/** Python's remainder, of the sign of the divisor. */
function referenceRemainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Python's quotient. */
function referenceFloorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  const exact = (a - rest) / b;
  const quotient = rest !== 0 && rest < 0 !== b < 0 ? exact - 1 : exact;
  const zero = a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  if (quotient === 0) return zero;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** Conversions to i32 saturate, and NaN becomes 0. */
function saturated(value: number, dtype: string): number {
  if (dtype !== 'i32') return value;
  return Number.isNaN(value) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
}

/** The op values. */
export const divisionOps = {
  fmod: binaryOp({
    name: 'fmod',
    cost: 60,
    takes: numbers,
    expression: onNumbers(functions.fmod, 'trunc', 'remainder'),
    evaluate: (a, b, dtype) => saturated(a % b, dtype),
    vjp: ({ left, right, g }) => [g, neg(mul(g, div(left, right, { rounding: 'trunc' })))],
  }),
  remainder: binaryOp({
    name: 'remainder',
    cost: 65,
    takes: numbers,
    expression: onNumbers(functions.remainder, 'floor', 'remainder'),
    evaluate: (a, b, dtype) => saturated(referenceRemainder(a, b), dtype),
    vjp: ({ left, right, g }) => [g, neg(mul(g, floorDivide(left, right)))],
  }),
  floorDivide: binaryOp({
    name: 'floorDivide',
    cost: 75,
    takes: numbers,
    expression: onNumbers(functions.floorDivide, 'floor', 'quotient'),
    evaluate: (a, b, dtype) => saturated(referenceFloorDivide(a, b), dtype),
    vjp: stepwise,
  }),
  truncDivide: binaryOp({
    name: 'truncDivide',
    cost: 4,
    takes: numbers,
    expression: (left, right) =>
      left.type === 'i32'
        ? integerExpression(left, right, 'trunc', 'quotient')
        : scalar.unary('trunc', scalar.binary('div', left, right)),
    evaluate: (a, b, dtype) => saturated(Math.trunc(a / b), dtype),
    vjp: stepwise,
  }),
} as const;

/**
 * `a - b · trunc(a / b)`: what is left of a division, with the sign of `a` (C and JavaScript's `%`, PyTorch's `fmod`).
 * Exact, in f64 for quotients below 2¹²⁰. The gradient by `b` is `-trunc(a / b)`. On i32 a remainder by 0 is 0.
 */
export const fmod: ElementwiseFunction<NumberDType> = divisionOps.fmod.apply;

/**
 * `a - b · floor(a / b)`: what is left of a division, with the sign of `b` (Python's `%`, PyTorch's `remainder`). The
 * gradient by `b` is `-floor(a / b)`. On i32 a remainder by 0 is 0.
 */
export const remainder: ElementwiseFunction<NumberDType> = divisionOps.remainder.apply;

/**
 * `floor(a / b)` as Python computes it (PyTorch's `floor_divide`): from the remainder, so that `1 // 0.1` is 9 and
 * not the 10 that the rounded quotient is. The gradient is 0. On i32 quotients saturate, and 0 / 0 is 0.
 */
export const floorDivide: ElementwiseFunction<NumberDType> = divisionOps.floorDivide.apply;

/**
 * `a / b`, and 0 where `b` is 0 (TensorFlow's `divNoNan`); no gradient comes from there.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function divNoNan<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
export function divNoNan(a: Operand, b: Operand): Tensor {
  const [dividend, divisor] = alignOf('divNoNan', [a, b], floats);
  if (dividend === undefined || divisor === undefined) throw new TypeError('divNoNan: takes two operands');
  return composite('divNoNan', () => {
    const isZero = equal(divisor, 0);
    return where(isZero, 0, div(dividend, where(isZero, 1, divisor)));
  });
}
