// Losses of independent yes-or-no decisions: binary cross-entropy of probabilities and of logits, and its focal form.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { ElementLoss, Reduction } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { logSigmoid } from '../ops/activation.ts';
import { add, mul, pow, sub } from '../ops/arithmetic.ts';
import { binaryCrossEntropy } from '../ops/binary-cross-entropy.ts';
import { dtypeMismatch } from '../ops/mismatch.ts';
import { neg, sigmoid } from '../ops/unary.ts';
import { checkNames, checkOption, fraction, nonNegative } from '../ops/option.ts';
import { checkPair, reducer, repeated, weighted, type LossOptions } from './reduction.ts';

/** Options of {@link bce}. */
export interface BceOptions extends LossOptions {
  /**
   * Factors on the losses, of a shape that broadcasts to theirs, default 1; the mean still divides by the number of
   * elements.
   */
  readonly weight?: Tensor;
}

/**
 * Binary cross-entropy of probabilities in `0 … 1` (PyTorch's `binary_cross_entropy`):
 * `-(target · log x + (1 - target) · log(1 - x)) · weight`, reduced. Logarithms are clamped at -100, so that the loss is
 * finite at 0 and 1; the gradient is `(x - target) / max((1 - x) · x, 1e-12)`. Prefer {@link bceWithLogits}.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless probabilities and target have one shape and the weight broadcasts to it
 */
export function bce<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  probabilities: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: BceOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function bce(probabilities: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  checkNames('bce', options, ['reduction', 'weight']);
  return composite('bce', () => {
    const reduce = reducer('bce', options.reduction);
    checkPair('bce', probabilities, target);
    checkDTypes('bce', probabilities, target);
    return reduce(weighted('bce', binaryCrossEntropy(probabilities, target), options.weight));
  });
}

function checkDTypes(call: string, prediction: Tensor, target: Tensor): void {
  if (prediction.dtype === target.dtype) return;
  throw dtypeMismatch({
    operation: call,
    problem: `the prediction is ${prediction.dtype}, the target ${target.dtype}`,
    expectation: 'takes tensors of one dtype',
    operands: [prediction, target],
    help: `cast the target, for example cast(target, '${prediction.dtype}')`,
  });
}

/** Options of {@link bceWithLogits}. */
export interface BceWithLogitsOptions extends BceOptions {
  /** Factors on the losses of positive targets, of a shape that broadcasts to theirs, default 1 (PyTorch's `pos_weight`). */
  readonly positiveWeight?: Tensor;
}

/**
 * Binary cross-entropy of logits, stable for large ones (PyTorch's `binary_cross_entropy_with_logits`):
 * `(-positiveWeight · target · log σ(x) - (1 - target) · log(1 - σ(x))) · weight`, reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless logits and target have one shape and the weights broadcast to it
 */
export function bceWithLogits<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logits: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: BceWithLogitsOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function bceWithLogits(logits: Tensor, target: Tensor, options: BceWithLogitsOptions = {}): Tensor {
  checkNames('bceWithLogits', options, ['reduction', 'weight', 'positiveWeight']);
  return composite('bceWithLogits', () => {
    const { weight, positiveWeight, reduction } = options;
    const reduce = reducer('bceWithLogits', reduction);
    checkPair('bceWithLogits', logits, target);
    const ofPositive = neg(logSigmoid(logits));
    const factor =
      positiveWeight === undefined
        ? ofPositive
        : mul(
            ofPositive,
            balance(repeated('bceWithLogits', 'positiveWeight', positiveWeight, logits), target),
          );
    return reduce(weighted('bceWithLogits', add(mul(sub(1, target), logits), factor), weight));
  });
}

/** What the weight of positives makes of the factor of `log σ(x)`: it is `target` times it, plus the `1 - target`. */
function balance(positiveWeight: Tensor, target: Tensor): Tensor {
  return add(mul(sub(positiveWeight, 1), target), 1);
}

/** Options of {@link focalLoss}. */
export interface FocalOptions extends LossOptions {
  /** Weight of positive targets, `1 - alpha` that of negative ones; default 0.25, null: no weights. */
  readonly alpha?: number | null;
  /** How much easy decisions count less, default 2; 0 makes it {@link bceWithLogits}. */
  readonly gamma?: number;
}

/**
 * Focal loss of logits and binary targets (Lin et al. 2017; torchvision's `sigmoid_focal_loss`):
 * `-alphaₜ · (1 - pₜ)^gamma · log pₜ`, reduced, where `pₜ` is `σ(x)` for positive targets and `1 - σ(x)` for negative ones.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless logits and target have one shape
 * @throws {DeclarationError} `E_OPTION` unless `0 ≤ alpha ≤ 1` and `gamma ≥ 0`
 */
export function focalLoss<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logits: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: FocalOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function focalLoss(logits: Tensor, target: Tensor, options: FocalOptions = {}): Tensor {
  checkNames('focalLoss', options, ['reduction', 'alpha', 'gamma']);
  const { alpha = 0.25, gamma = 2 } = options;
  if (alpha !== null) checkOption('focalLoss', 'alpha', alpha, fraction);
  checkOption('focalLoss', 'gamma', gamma, nonNegative);
  return composite('focalLoss', () => {
    const reduce = reducer('focalLoss', options.reduction);
    checkPair('focalLoss', logits, target);
    const losses = add(mul(sub(1, target), logits), neg(logSigmoid(logits)));
    const mix = (positive: Tensor | number, negative: Tensor | number): Tensor =>
      add(mul(target, positive), mul(sub(1, target), negative));
    // σ(-x) is 1 - σ(x) without loss of digits where σ(x) is near 1.
    const missing = mix(sigmoid(neg(logits)), sigmoid(logits));
    const focused = gamma === 0 ? losses : mul(losses, pow(missing, gamma));
    return reduce(alpha === null ? focused : mul(focused, mix(alpha, 1 - alpha)));
  });
}
