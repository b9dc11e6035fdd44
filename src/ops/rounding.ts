// Which numbers are finite, what is behind the point, and what stands for numbers that are not finite.
import type { DType, FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import * as scalar from '../ir/scalar.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { equal, sub } from './arithmetic.ts';
import { comparing, floats } from './elementwise-parts.ts';
import { alignOf, unaryPredicate, type ElementPredicate } from './elementwise.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';
import { isNaN, trunc } from './unary.ts';

/** The op values. */
export const finitenessOps = {
  isFinite: unaryPredicate({
    name: 'isFinite',
    cost: 2,
    takes: floats,
    exact: true,
    expression: (x) => scalar.compare('lt', scalar.unary('abs', x), scalar.literal(x.type, Infinity)),
    evaluate: (x) => Number(Math.abs(x) < Infinity),
    vjp: comparing,
  }),
  isInf: unaryPredicate({
    name: 'isInf',
    cost: 2,
    takes: floats,
    exact: true,
    expression: (x) => scalar.compare('eq', scalar.unary('abs', x), scalar.literal(x.type, Infinity)),
    evaluate: (x) => Number(Math.abs(x) === Infinity),
    vjp: comparing,
  }),
} as const;

/** `|x| < ∞`: whether an element is neither infinite nor NaN, as bool (PyTorch's `isfinite`). */
export const isFinite: ElementPredicate<'isFinite', FloatDType> = finitenessOps.isFinite.apply;
/** `|x| = ∞`: whether an element is infinite, as bool (PyTorch's `isinf`). */
export const isInf: ElementPredicate<'isInf', FloatDType> = finitenessOps.isInf.apply;

/**
 * `x - trunc(x)` (PyTorch's `frac`): what is behind the point, with the sign of `x`. The gradient is 1.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function frac<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'frac'>, Tensor<S, D>>,
): Tensor<S, D>;
export function frac(x: Tensor): Tensor {
  return composite('frac', () => sub(x, trunc(x)));
}

/** What {@link nanToNum} puts in place of numbers that are not finite. */
export interface NanToNumOptions {
  /** Default 0. */
  readonly nan?: number;
  /** For ∞; default: the largest number of the dtype. */
  readonly posinf?: number;
  /** For -∞; default: the smallest number of the dtype. */
  readonly neginf?: number;
}

const largest: Readonly<Record<FloatDType, number>> = {
  f32: 2 ** 128 - 2 ** 104,
  f64: Number.MAX_VALUE,
};

/**
 * `isFinite(x) ? x : replacement`: `x` with numbers in place of NaN and the infinities, whose gradient is 0 (NumPy
 * and PyTorch's `nan_to_num`).
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function nanToNum<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'nanToNum'>, Tensor<S, D>>,
  options?: NanToNumOptions,
): Tensor<S, D>;
export function nanToNum(x: Tensor, options: NanToNumOptions = {}): Tensor {
  requireTensors('nanToNum', x);
  alignOf('nanToNum', [x], floats);
  const most = x.dtype === 'f64' ? largest.f64 : largest.f32;
  const { nan = 0, posinf = most, neginf = -most } = options;
  return composite('nanToNum', () =>
    where(isNaN(x), nan, where(equal(x, Infinity), posinf, where(equal(x, -Infinity), neginf, x))),
  );
}
