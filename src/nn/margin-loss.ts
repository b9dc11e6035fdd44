// Losses that ask for a margin between what is right and what is wrong.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { ElementLoss, Reduction, RowLoss } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { logSigmoid } from '../ops/activation.ts';
import { add, div, mul, notEqual, sub } from '../ops/arithmetic.ts';
import { clamp } from '../ops/clamp.ts';
import { sizeOf } from '../ops/leaf.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { sum } from '../ops/reduce.ts';
import { where } from '../ops/select.ts';
import { neg, square } from '../ops/unary.ts';
import { checkNames, checkOption, finite } from '../ops/option.ts';
import { checkPair, reducer, repeated, weighted, type LossOptions } from './reduction.ts';

/** Options of losses with one margin. */
export interface MarginOptions extends LossOptions {
  /** The distance that is asked for; each loss says its default. */
  readonly margin?: number;
}

/**
 * Distances `x` that are to be small where `target` is 1 and at least `margin` (default 1) where it is -1 (PyTorch's
 * `hinge_embedding_loss`): `x` and `max(0, margin - x)`, reduced. A target that is neither adds both.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 * @throws {DeclarationError} `E_OPTION` for a margin that is not finite
 */
export function hingeEmbedding<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: MarginOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function hingeEmbedding(x: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkNames('hingeEmbedding', options, ['reduction', 'margin']);
  const { margin = 1, reduction } = options;
  checkOption('hingeEmbedding', 'margin', margin, finite);
  return composite('hingeEmbedding', () => {
    const reduce = reducer('hingeEmbedding', reduction);
    checkPair('hingeEmbedding', x, target);
    const near = where(notEqual(target, -1), x, 0);
    return reduce(add(where(notEqual(target, 1), clamp(sub(margin, x), { min: 0 }), 0), near));
  });
}

/**
 * Asks that `first` exceeds `second` by `margin` (default 0) where `target` is 1, and the reverse where it is -1
 * (PyTorch's `margin_ranking_loss`): `max(0, -target · (first - second) + margin)`, reduced. The target broadcasts.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless the scores have one shape, to which the target broadcasts
 * @throws {DeclarationError} `E_OPTION` for a margin that is not finite
 */
export function marginRanking<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  first: P,
  second: Checked<T, ElementLoss<P, T, R>>,
  target: Tensor,
  options?: MarginOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function marginRanking(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkNames('marginRanking', options, ['reduction', 'margin']);
  const { margin = 0, reduction } = options;
  checkOption('marginRanking', 'margin', margin, finite);
  return composite('marginRanking', () => {
    const reduce = reducer('marginRanking', reduction);
    checkPair('marginRanking', first, second, 'second score');
    const directions = repeated('marginRanking', 'target', target, first);
    return reduce(clamp(add(mul(neg(directions), sub(first, second)), margin), { min: 0 }));
  });
}

/** Options of {@link hinge}. */
export interface HingeOptions extends MarginOptions {
  /** Whether the losses are squared, default false. */
  readonly squared?: boolean;
}

/**
 * Hinge loss of scores and targets that are -1 or 1 (Keras' `Hinge`, with `squared` its `SquaredHinge`):
 * `max(0, margin - target · x)`, margin 1 unless given, reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 * @throws {DeclarationError} `E_OPTION` for a margin that is not finite
 */
export function hinge<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: HingeOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function hinge(x: Tensor, target: Tensor, options: HingeOptions = {}): Tensor {
  checkNames('hinge', options, ['reduction', 'margin', 'squared']);
  const { margin = 1, squared = false, reduction } = options;
  checkOption('hinge', 'margin', margin, finite);
  return composite('hinge', () => {
    const reduce = reducer('hinge', reduction);
    checkPair('hinge', x, target);
    const missing = clamp(sub(margin, mul(target, x)), { min: 0 });
    return reduce(squared ? square(missing) : missing);
  });
}

/**
 * Logistic loss of scores and targets that are -1 or 1 (PyTorch's `soft_margin_loss`): `log(1 + e^(-target · x))`,
 * reduced, without PyTorch's overflow for large scores.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function softMargin<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function softMargin(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkNames('softMargin', options, ['reduction']);
  return composite('softMargin', () => {
    const reduce = reducer('softMargin', options.reduction);
    checkPair('softMargin', x, target);
    return reduce(neg(logSigmoid(mul(target, x))));
  });
}

/** Options of {@link multilabelSoftMargin}. */
export interface MultilabelSoftMarginOptions extends LossOptions {
  /** Factors on the losses of the classes, of a shape that broadcasts to the scores; default 1. */
  readonly weight?: Tensor;
}

/**
 * Binary cross-entropy of logits, averaged over the classes on the last axis (PyTorch's
 * `multilabel_soft_margin_loss`): `-1/C Σ weight · (target · log σ(x) + (1 - target) · log σ(-x))`, one loss a row, reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless logits `[…, C]` and target have one shape and the weight broadcasts to it
 */
export function multilabelSoftMargin<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logits: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: MultilabelSoftMarginOptions & { readonly reduction?: R },
): Result<RowLoss<P, T, R>>;
export function multilabelSoftMargin(
  logits: Tensor,
  target: Tensor,
  options: MultilabelSoftMarginOptions = {},
): Tensor {
  checkNames('multilabelSoftMargin', options, ['reduction', 'weight']);
  return composite('multilabelSoftMargin', () => {
    const reduce = reducer('multilabelSoftMargin', options.reduction);
    checkPair('multilabelSoftMargin', logits, target);
    const classes = logits.shape.at(-1);
    if (classes === undefined) {
      throw shapeMismatch({
        code: 'E_RANK',
        operation: 'multilabelSoftMargin',
        problem: 'a scalar has no classes',
        expectation: 'takes […, C]',
        operands: [logits],
      });
    }
    const losses = add(
      mul(target, neg(logSigmoid(logits))),
      mul(sub(1, target), neg(logSigmoid(neg(logits)))),
    );
    const total = sum(weighted('multilabelSoftMargin', losses, options.weight), -1);
    return reduce(div(total, sizeOf(classes, logits.dtype)));
  });
}
