// Cross-entropy and negative log-likelihood, for integer labels and for soft targets.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { CrossEntropy, LabelLoss, Reduction } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, div, mul, notEqual } from '../ops/arithmetic.ts';
import { gather } from '../ops/gather.ts';
import { sizeOf } from '../ops/leaf.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { mean, sum } from '../ops/reduce.ts';
import { expandDims, squeeze } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import { neg } from '../ops/unary.ts';
import { logSoftmax } from './softmax.ts';
import { checkedLabels, classAxis, weightsOf, type ClassWeights } from './class-labels.ts';
import { reducer, type LossOptions } from './reduction.ts';
import { checkNames, badOption, checkOption, fraction, wholeNumber } from '../ops/option.ts';

/** Options of {@link nll}. */
export interface NllOptions extends LossOptions {
  /** A factor for every class, numbers or a tensor `[C]`; default 1. */
  readonly weight?: ClassWeights;
  /**
   * A label whose elements give 0 and do not count; default none. PyTorch's default is -100: give it to get the same.
   * With no such label every label is checked and the loss is a plain mean.
   */
  readonly ignoreIndex?: number | null;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllOptions {
  /** Share of the target that is spread evenly over all classes, default 0 (Szegedy et al. 2016). */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy between scores and a target, softmax included (PyTorch's `CrossEntropyLoss`). `logits` is `[N, C]`,
 * `[C]`, or `[N, C, …]` with the classes on axis 1. The target is either integer labels of the shape without the
 * class axis, or probabilities of the shape of the logits. The mean divides by the number of labels that count, or
 * by the sum of their class weights; for probabilities by the number of distributions.
 *
 * Fed labels are checked to lie in `0 … C - 1` or to be `ignoreIndex`, which applies to labels only.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when target or weights do not fit the logits
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for logits that are not floats or a boolean target
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function crossEntropy<L extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logits: L,
  target: Checked<T, CrossEntropy<L, T, R>>,
  options?: CrossEntropyOptions & { readonly reduction?: R },
): Result<CrossEntropy<L, T, R>>;
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  return composite('crossEntropy', () => {
    const { labelSmoothing = 0 } = options;
    requireTensors('crossEntropy', logits, target);
    checkNames('crossEntropy', options, ['reduction', 'weight', 'ignoreIndex', 'labelSmoothing']);
    checkOption('crossEntropy', 'labelSmoothing', labelSmoothing, fraction);
    const axis = classAxis('crossEntropy', logits);
    const logProbabilities = logSoftmax(logits, axis);
    return target.dtype === 'i32'
      ? labelLoss('crossEntropy', { logProbabilities, labels: target, axis }, options, labelSmoothing)
      : distributionLoss({ logits, logProbabilities, target, axis }, options, labelSmoothing);
  });
}

/**
 * Negative log-likelihood of integer labels, `-weight[y] · x[y]`, reduced (PyTorch's `NLLLoss`): cross-entropy that
 * takes log-probabilities. Shapes, options and errors as {@link crossEntropy} with labels.
 */
export function nll<L extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  logProbabilities: L,
  labels: Checked<T, LabelLoss<'nll', L, T, R>>,
  options?: NllOptions & { readonly reduction?: R },
): Result<LabelLoss<'nll', L, T, R>>;
export function nll(logProbabilities: Tensor, labels: Tensor, options: NllOptions = {}): Tensor {
  return composite('nll', () => {
    checkNames('nll', options, ['reduction', 'weight', 'ignoreIndex']);
    const axis = classAxis('nll', logProbabilities);
    return labelLoss('nll', { logProbabilities, labels, axis }, options, 0);
  });
}

interface Labelled {
  readonly logProbabilities: Tensor;
  readonly labels: Tensor;
  readonly axis: number;
}

function labelLoss(call: string, given: Labelled, options: NllOptions, smoothing: number): Tensor {
  const { reduction = 'mean', ignoreIndex = null } = options;
  const { logProbabilities, axis } = given;
  const reduce = reducer(call, reduction);
  if (ignoreIndex !== null) checkOption(call, 'ignoreIndex', ignoreIndex, wholeNumber);
  const labels = checkedLabels(call, logProbabilities, given.labels, axis, ignoreIndex);
  const atLabel = (x: Tensor): Tensor => squeeze(gather(x, expandDims(labels, axis), axis), axis);
  const classWeights = weightsOf(call, logProbabilities, axis, options.weight);
  const labelWeights = classWeights === undefined ? undefined : atLabel(classWeights);
  const own = neg(atLabel(logProbabilities));
  const ofLabel = labelWeights === undefined ? own : mul(own, labelWeights);
  const losses =
    smoothing === 0 ? ofLabel : smoothed(ofLabel, { logProbabilities, classWeights, axis }, smoothing);
  const counted = ignoreIndex === null ? undefined : notEqual(labels, ignoreIndex);
  const kept = counted === undefined ? losses : where(counted, losses, 0);
  return reduction === 'mean' ? meanOfCounted(kept, counted, labelWeights) : reduce(kept);
}

/** The mean over the labels that count, each with its class weight. */
function meanOfCounted(losses: Tensor, counted: Tensor | undefined, weights: Tensor | undefined): Tensor {
  if (counted === undefined) return weights === undefined ? mean(losses) : div(sum(losses), sum(weights));
  return div(
    sum(losses),
    sum(weights === undefined ? cast(counted, losses.dtype) : where(counted, weights, 0)),
  );
}

function smoothed(
  ofLabel: Tensor,
  given: { logProbabilities: Tensor; classWeights: Tensor | undefined; axis: number },
  smoothing: number,
): Tensor {
  const { logProbabilities, classWeights, axis } = given;
  const ofEveryClass = neg(
    sum(classWeights === undefined ? logProbabilities : mul(logProbabilities, classWeights), axis),
  );
  const classes = sizeOf(logProbabilities.shape[axis] ?? 1, logProbabilities.dtype);
  return add(mul(ofLabel, 1 - smoothing), mul(ofEveryClass, div(smoothing, classes)));
}

interface Distributed {
  readonly logits: Tensor;
  readonly logProbabilities: Tensor;
  readonly target: Tensor;
  readonly axis: number;
}

function distributionLoss(given: Distributed, options: CrossEntropyOptions, smoothing: number): Tensor {
  const { logits, logProbabilities, target, axis } = given;
  const reduce = reducer('crossEntropy', options.reduction);
  if (options.ignoreIndex !== undefined && options.ignoreIndex !== null) {
    throw badOption(
      'crossEntropy',
      `ignoreIndex is ${options.ignoreIndex}`,
      'applies to integer labels only',
    );
  }
  if (!shapesEqual(target.shape, logits.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'crossEntropy',
      problem: `a ${target.dtype} target ${printShape(target.shape)} does not fit scores ${printShape(logits.shape)}`,
      expectation: `takes probabilities ${printShape(logits.shape)} or i32 labels ${printShape(logits.shape.toSpliced(axis, 1))}`,
      operands: [logits, target],
    });
  }
  const classes = sizeOf(logits.shape[axis] ?? 1, logits.dtype);
  const probabilities = smoothing === 0 ? target : add(mul(target, 1 - smoothing), div(smoothing, classes));
  const weights = weightsOf('crossEntropy', logits, axis, options.weight);
  const terms = mul(logProbabilities, probabilities);
  return reduce(neg(sum(weights === undefined ? terms : mul(terms, weights), axis)));
}
