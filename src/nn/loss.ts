// Losses that compare numbers with numbers: squared, absolute, Huber, and binary cross-entropy.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { ElementLoss, Reduction } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, lessEqual, mul, sub } from '../ops/arithmetic.ts';
import { requireFloat } from '../ops/leaf.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { mean, sum } from '../ops/reduce.ts';
import { stopGradient, where } from '../ops/select.ts';
import { abs, exp, log, neg, relu, square } from '../ops/unary.ts';
import { checkOption, chosen, positive } from './option.ts';

/** Options common to losses. */
export interface LossOptions {
  /** Default `mean`: over all elements. */
  readonly reduction?: Reduction;
}

const reductions: Readonly<Record<Reduction, (losses: Tensor) => Tensor>> = {
  mean: (losses) => mean(losses),
  sum: (losses) => sum(losses),
  none: (losses) => losses,
};

/** The function that a reduction names. @throws {DeclarationError} `E_OPTION` for another name */
export function reducer(call: string, reduction: Reduction = 'mean'): (losses: Tensor) => Tensor {
  return chosen(call, 'reduction', reduction, reductions);
}

/** Losses pair elements: a target of another shape would broadcast into a different loss without a word. */
export function checkPair(call: string, prediction: Tensor, target: Tensor): void {
  requireFloat(call, prediction);
  if (shapesEqual(prediction.shape, target.shape)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `the prediction is ${printShape(prediction.shape)}, the target ${printShape(target.shape)}`,
    expectation: 'takes a target of the shape of the prediction',
    operands: [prediction, target],
    help: `reshape one of them, for example reshape(target, ${printShape(prediction.shape)})`,
  });
}

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
 * Mean squared error: `(prediction - target)²`, reduced (PyTorch's `MSELoss`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function mse<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function mse(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return pairLoss('mse', prediction, target, options, square);
}

/**
 * Mean absolute error: `|prediction - target|`, reduced (PyTorch's `L1Loss`). The gradient at 0 is 0.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function l1Loss<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function l1Loss(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return pairLoss('l1Loss', prediction, target, options, abs);
}

/** Options of {@link huber}. */
export interface HuberOptions extends LossOptions {
  /** Where the square turns into a line, default 1. */
  readonly delta?: number;
}

/**
 * Squared near 0, linear beyond `delta` (Huber 1964; PyTorch's `HuberLoss`): `d² / 2` where `|d| ≤ delta`, otherwise
 * `delta · (|d| - delta / 2)`, reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function huber<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: HuberOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function huber(prediction: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1 } = options;
  checkOption('huber', 'delta', delta, positive);
  return pairLoss('huber', prediction, target, options, (difference) => {
    const distance = abs(difference);
    const line = mul(sub(distance, delta / 2), delta);
    return where(lessEqual(distance, delta), mul(square(difference), 0.5), line);
  });
}

/** Options of {@link bceWithLogits}. */
export interface BceOptions extends LossOptions {
  /** Factors on the losses, of a shape that broadcasts to theirs. */
  readonly weight?: Tensor;
  /** Factors on the losses of positive targets, of a shape that broadcasts to theirs. */
  readonly positiveWeight?: Tensor;
}

/**
 * Binary cross-entropy of logits, stable for large ones (PyTorch's `BCEWithLogitsLoss`):
 * `-target · log σ(x) - (1 - target) · log(1 - σ(x))`, reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless logits and target have one shape
 */
export function bceWithLogits<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logits: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: BceOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function bceWithLogits(logits: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  return composite('bceWithLogits', () => {
    const { weight, positiveWeight, reduction } = options;
    const reduce = reducer('bceWithLogits', reduction);
    checkPair('bceWithLogits', logits, target);
    // -log σ(x) = m + log(e^-m + e^(-x - m)) for every m; this m keeps both exponents at or below 0.
    const largest = stopGradient(relu(neg(logits)));
    const ofPositive = add(largest, log(add(exp(neg(largest)), exp(sub(neg(logits), largest)))));
    const factor =
      positiveWeight === undefined
        ? ofPositive
        : mul(ofPositive, add(mul(sub(positiveWeight, 1), target), 1));
    const losses = add(mul(sub(1, target), logits), factor);
    return reduce(weight === undefined ? losses : mul(losses, weight));
  });
}
