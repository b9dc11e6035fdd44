// Losses that compare numbers with numbers by their difference: squared, absolute, and what lies between the two.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { ElementLoss, Reduction } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, greaterEqual, mul, sub } from '../ops/arithmetic.ts';
import { stopGradient, where } from '../ops/select.ts';
import { abs, exp, log, neg, square } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative, positive } from '../ops/option.ts';
import { checkPair, reducer, type LossOptions } from './reduction.ts';

export type { LossOptions } from './reduction.ts';

function pairLoss(
  name: string,
  prediction: Tensor,
  target: Tensor,
  { reduction }: LossOptions,
  losses: (difference: Tensor) => Tensor,
): Tensor {
  return composite(name, () => {
    const reduce = reducer(name, reduction);
    checkPair(name, prediction, target);
    return reduce(losses(sub(prediction, target)));
  });
}

/**
 * Mean squared error: `(prediction - target)²`, reduced (PyTorch's `mse_loss`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape; PyTorch broadcasts with a warning: write
 * `broadcastTo` where that is meant
 * @throws {DeclarationError} `E_OPTION` for options that do not exist
 */
export function mse<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function mse(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkNames('mse', options, ['reduction']);
  return pairLoss('mse', prediction, target, options, square);
}

/**
 * Mean absolute error: `|prediction - target|`, reduced (PyTorch's `l1_loss`). The gradient at 0 is 0.
 * Shapes and errors as {@link mse}.
 */
export function l1Loss<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function l1Loss(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkNames('l1Loss', options, ['reduction']);
  return pairLoss('l1Loss', prediction, target, options, abs);
}

/** Options of {@link huber}. */
export interface HuberOptions extends LossOptions {
  /** Where the square turns into a line, default 1. */
  readonly delta?: number;
}

/**
 * Squared near 0, linear beyond `delta` (Huber 1964; PyTorch's `huber_loss`): `d² / 2` where `|d| ≤ delta`, otherwise
 * `delta · (|d| - delta / 2)`, reduced. Shapes and errors as {@link mse}.
 * @throws {DeclarationError} `E_OPTION` unless `delta > 0`
 */
export function huber<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: HuberOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function huber(prediction: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkNames('huber', options, ['reduction', 'delta']);
  const { delta = 1 } = options;
  checkOption('huber', 'delta', delta, positive);
  return pairLoss('huber', prediction, target, options, (difference) =>
    squareThenLine(difference, delta, { ofSquare: 0.5, ofLine: delta }),
  );
}

/** Options of {@link smoothL1}. */
export interface SmoothL1Options extends LossOptions {
  /** Where the square turns into a line, default 1; 0 makes it {@link l1Loss}. */
  readonly beta?: number;
}

/**
 * Squared near 0, with slope 1 beyond `beta` (Girshick 2015; PyTorch's `smooth_l1_loss`): `d² / (2 · beta)` where
 * `|d| < beta`, otherwise `|d| - beta / 2`, reduced. Shapes and errors as {@link mse}.
 * @throws {DeclarationError} `E_OPTION` unless `beta ≥ 0`
 */
export function smoothL1<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: SmoothL1Options & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function smoothL1(prediction: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  checkNames('smoothL1', options, ['reduction', 'beta']);
  const { beta = 1 } = options;
  checkOption('smoothL1', 'beta', beta, nonNegative);
  return pairLoss('smoothL1', prediction, target, options, (difference) =>
    beta === 0 ? abs(difference) : squareThenLine(difference, beta, { ofSquare: 0.5 / beta, ofLine: 1 }),
  );
}

/** `d² · ofSquare` up to the knee, then `(|d| - knee / 2) · ofLine`. */
function squareThenLine(
  difference: Tensor,
  knee: number,
  factors: { readonly ofSquare: number; readonly ofLine: number },
): Tensor {
  const distance = abs(difference);
  // NaN is not beyond: it goes into the square, whose gradient is NaN as well.
  const beyond = greaterEqual(distance, knee);
  // The side that is not chosen gets no cotangent, but its gradient is computed: 0 · ∞ would be NaN.
  const near = where(beyond, 0, difference);
  return where(beyond, mul(sub(distance, knee / 2), factors.ofLine), mul(square(near), factors.ofSquare));
}

/**
 * Logarithm of the hyperbolic cosine of the error, `log cosh(prediction - target)`, reduced: like `d² / 2` near 0 and
 * `|d| - log 2` far away, smooth everywhere (Keras' `LogCosh`). Shapes and errors as {@link mse}.
 */
export function logCosh<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function logCosh(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkNames('logCosh', options, ['reduction']);
  return pairLoss('logCosh', prediction, target, options, (difference) => {
    // log(e^d + e^-d) = m + log(e^(d - m) + e^(-d - m)) for every m; this one keeps both exponents at or below 0.
    const largest = stopGradient(abs(difference));
    const exponentials = add(exp(sub(difference, largest)), exp(sub(neg(difference), largest)));
    return sub(add(largest, log(exponentials)), Math.LN2);
  });
}
