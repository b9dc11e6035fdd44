// Metrics of classification as graph expressions: counts of what was predicted and what is true, and what follows from
// them. Definitions are scikit-learn's; a quotient of 0 by 0 is 0.
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, printShape, printSize, shapesEqual, type Size } from '../ir/size.ts';
import type { Accuracy } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, div, equal, greater, less, logicalAnd, logicalOr, mul } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { gather } from '../ops/gather.ts';
import { constrain } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { filled, iota } from '../ops/random.ts';
import { mean, sum } from '../ops/reduce.ts';
import { argmax } from '../ops/arg-extreme.ts';
import { expandDims, reshape } from '../ops/reshape.ts';
import { scatterAdd } from '../ops/scatter.ts';
import { cast, where } from '../ops/select.ts';
import { badOption, checkNames, checkOption, chosen, finite, positiveWhole } from '../ops/option.ts';

/**
 * Share of labels whose score is among the `k` largest, f32 (scikit-learn's `top_k_accuracy_score`): scores `[…,
 * C]`, i32 labels `[…]`. Of equal scores the first counts as larger, so that `k = 1` is `accuracy`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the labels do not fit the scores
 * @throws {DeclarationError} `E_OPTION` unless `k` is a whole number of at least 1
 */
export function topKAccuracy<S extends Tensor, L extends Tensor>(
  scores: S,
  labels: Checked<L, Accuracy<S, L>>,
  k: number,
): Result<Accuracy<S, L>>;
export function topKAccuracy(scores: Tensor, labels: Tensor, k: number): Tensor {
  checkOption('topKAccuracy', 'k', k, positiveWhole);
  return composite('topKAccuracy', () => {
    const { classes, known } = checkedScores('topKAccuracy', scores, labels);
    const axis = scores.shape.length - 1;
    const at = expandDims(known, axis);
    const along = (x: Tensor): Tensor =>
      broadcastAlong(
        x,
        scores.shape,
        scores.shape.map((_, position) => position),
      );
    const own = along(gather(scores, at, axis));
    const before = less(broadcastAlong(iota(classes), scores.shape, [axis]), along(at));
    const ahead = logicalOr(greater(scores, own), logicalAnd(equal(scores, own), before));
    return mean(cast(less(sum(cast(ahead, 'i32'), axis), k), 'f32'));
  });
}

/** Scores with classes on the last axis, and labels that fit them. */
function checkedScores(
  call: string,
  scores: Tensor,
  labels: Tensor,
): { readonly classes: Size; readonly known: Tensor } {
  requireTensors(call, scores, labels);
  const classes = scores.shape.at(-1);
  const wanted = scores.shape.slice(0, -1);
  if (classes === undefined || !shapesEqual(labels.shape, wanted)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `labels ${printShape(labels.shape)} do not fit scores ${printShape(scores.shape)}`,
      expectation: `takes scores […, C] and labels ${classes === undefined ? '[…]' : printShape(wanted)}`,
      operands: [scores, labels],
    });
  }
  return { classes, known: integers(call, labels, classes) };
}

/** @throws {DTypeError} `E_DTYPE_MISMATCH` unless they are i32 */
function integers(call: string, labels: Tensor, classes: Size): Tensor {
  if (labels.dtype !== 'i32') {
    throw dtypeMismatch({
      operation: call,
      problem: `the labels are ${labels.dtype}`,
      expectation: 'takes i32 labels',
      operands: [labels],
    });
  }
  // A named number of classes has no range to declare.
  return typeof classes === 'number'
    ? constrain(labels, { low: 0, high: classes - 1, what: 'label' })
    : labels;
}

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions {
  /** Predictions above it are positive, default 0.5: that of probabilities. For logits it is 0. */
  readonly threshold?: number;
}

/**
 * `Σ ((prediction > threshold) = target) / n`: share of predictions that are on the right side of a threshold, f32
 * (Keras' `BinaryAccuracy`). The target is 0 or 1, of any dtype but bool.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 * @throws {DeclarationError} `E_OPTION` for a threshold that is not finite
 */
export function binaryAccuracy(
  predictions: Tensor,
  target: Tensor,
  options: BinaryAccuracyOptions = {},
): Tensor<[], 'f32'> {
  checkNames('binaryAccuracy', options, ['threshold']);
  const { threshold = 0.5 } = options;
  checkOption('binaryAccuracy', 'threshold', threshold, finite);
  return composite('binaryAccuracy', () => {
    samePlaces('binaryAccuracy', predictions, target);
    const positive = cast(greater(predictions, threshold), 'f32');
    return mean(cast(equal(positive, cast(target, 'f32')), 'f32'));
  });
}

function samePlaces(call: string, predictions: Tensor, labels: Tensor): void {
  requireTensors(call, predictions, labels);
  if (shapesEqual(predictions.shape, labels.shape)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `predictions ${printShape(predictions.shape)} do not fit labels ${printShape(labels.shape)}`,
    expectation: 'takes one prediction a label',
    operands: [predictions, labels],
  });
}

/** How a confusion matrix is normalised: over what is true, over what is predicted, over all, or not. */
export type ConfusionNormalisation = 'true' | 'predicted' | 'all' | 'none';

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** The number of classes, default that of the scores; needed where predictions are classes. */
  readonly classes?: number;
  /** Default `none`: counts. */
  readonly normalise?: ConfusionNormalisation;
}

/**
 * How often class `row` was taken for class `column`, `[C, C]` f32 (scikit-learn's `confusion_matrix`). Predictions are
 * scores `[…, C]`, of which the largest counts, or i32 classes of the shape of the labels.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when predictions do not fit the labels
 * @throws {DeclarationError} `E_OPTION` where the number of classes is not known
 */
export function confusionMatrix(
  predictions: Tensor,
  labels: Tensor,
  options: ConfusionMatrixOptions = {},
): Tensor<[number, number], 'f32'> {
  checkNames('confusionMatrix', options, ['classes', 'normalise']);
  return composite('confusionMatrix', () => {
    const { normalise = 'none' } = options;
    const axes = chosen('confusionMatrix', 'normalise', normalise, totals);
    const counts = countPairs('confusionMatrix', predictions, labels, options.classes);
    // The counts are [C, C], f32.
    if (axes === null) return counts as Tensor<[number, number], 'f32'>;
    return quotient(counts, sum(counts, axes, { keepdims: true })) as Tensor<[number, number], 'f32'>;
  });
}

const totals: Readonly<Record<ConfusionNormalisation, readonly number[] | null>> = {
  true: [1],
  predicted: [0],
  all: [0, 1],
  none: null,
};

/** `a / b`, 0 where `b` is 0; `b` broadcasts. */
function quotient(a: Tensor, b: Tensor): Tensor {
  return where(equal(b, 0), 0, div(a, where(equal(b, 0), 1, b)));
}

/** `[C, C]`: true classes in rows, predicted ones in columns. */
function countPairs(call: string, predictions: Tensor, labels: Tensor, wanted: number | undefined): Tensor {
  requireTensors(call, predictions, labels);
  const { predicted, classes } = predictedClasses(call, predictions, wanted);
  samePlaces(call, predicted, labels);
  const pairs = add(mul(integers(call, labels, classes), classes), integers(call, predicted, classes));
  const count = elementCount(labels.shape);
  const places = reshape(pairs, [count]);
  const counted = scatterAdd(filled([classes * classes], 0), places, filled([count], 1), 0);
  return reshape(counted, [classes, classes]);
}

function predictedClasses(
  call: string,
  predictions: Tensor,
  wanted: number | undefined,
): { readonly predicted: Tensor; readonly classes: number } {
  if (wanted !== undefined) checkOption(call, 'classes', wanted, positiveWhole);
  if (!isFloat(predictions.dtype)) {
    if (wanted !== undefined) return { predicted: predictions, classes: wanted };
    throw badOption(call, 'classes is missing', 'is needed where predictions are classes');
  }
  const classes = predictions.shape.at(-1);
  if (typeof classes === 'number' && (wanted === undefined || wanted === classes)) {
    return { predicted: argmax(predictions, -1), classes };
  }
  throw badOption(call, `the scores are ${printShape(predictions.shape)}`, 'takes […, C] with C as a number');
}

/** How the classes' values become the result. */
export type ClassAverage = 'macro' | 'micro' | 'weighted' | 'binary' | 'none';

/** Options of {@link precision}, {@link recall} and {@link f1}. */
export interface ClassificationOptions {
  /** The number of classes, default that of the scores; needed where predictions are classes. */
  readonly classes?: number;
  /**
   * Default `macro`: the mean over the classes that occur, as labels or as predictions. `micro` counts all classes
   * together, `weighted` weights them by their labels, `binary` is class 1 alone, `none` gives a value a class, `[C]`.
   */
  readonly average?: ClassAverage;
}

type Averaged<A extends ClassAverage> = [A] extends ['none']
  ? Tensor<[number], 'f32'>
  : 'none' extends A
    ? Tensor<Size[], 'f32'>
    : Tensor<[], 'f32'>;

/** Counts of every class, `[C]`: what was taken for it, what is it, and both. */
interface ClassCounts {
  readonly predicted: Tensor;
  readonly actual: Tensor;
  readonly right: Tensor;
}

function classMetric<A extends ClassAverage>(
  call: string,
  predictions: Tensor,
  labels: Tensor,
  options: ClassificationOptions,
  value: (counts: ClassCounts) => Tensor,
): Averaged<A> {
  checkNames(call, options, ['classes', 'average']);
  const { average = 'macro' } = options;
  const reduce = chosen(call, 'average', average, averages);
  const result = composite(call, () => {
    const pairs = countPairs(call, predictions, labels, options.classes);
    const [classes = 0] = pairs.shape;
    const diagonal = equal(
      broadcastAlong(iota(classes), pairs.shape, [0]),
      broadcastAlong(iota(classes), pairs.shape, [1]),
    );
    const right = sum(where(diagonal, pairs, 0), 1);
    return reduce({ predicted: sum(pairs, 0), actual: sum(pairs, 1), right }, value, call);
  });
  // The shape follows from the average, as the type says.
  return result as Averaged<A>;
}

type Averaging = (counts: ClassCounts, value: (counts: ClassCounts) => Tensor, call: string) => Tensor;

const averages: Readonly<Record<ClassAverage, Averaging>> = {
  none: (counts, value) => value(counts),
  macro: (counts, value) => {
    const occurs = cast(greater(add(counts.predicted, counts.actual), 0), 'f32');
    return quotient(sum(value(counts)), sum(occurs));
  },
  weighted: (counts, value) => quotient(sum(mul(value(counts), counts.actual)), sum(counts.actual)),
  micro: ({ predicted, actual, right }, value) =>
    value({ predicted: sum(predicted), actual: sum(actual), right: sum(right) }),
  binary: (counts, value, call) => {
    const values = value(counts);
    const [classes = 0] = values.shape;
    if (classes !== 2) {
      throw badOption(call, "average is 'binary'", `takes two classes, there are ${printSize(classes)}`);
    }
    return sum(where(equal(iota(2), 1), values, 0));
  },
};

/**
 * Share of what was taken for a class that is it (scikit-learn's `precision_score`). Predictions are scores `[…, C]`, of
 * which the largest counts, or i32 classes of the shape of the labels with the option `classes`: of probabilities of a
 * yes, `cast(greater(p, 0.5), 'i32')`. A metric of one batch: the mean over batches is not that of their union.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when predictions do not fit the labels
 * @throws {DTypeError} `E_DTYPE_MISMATCH` unless labels are i32
 * @throws {DeclarationError} `E_OPTION` for an unknown number of classes or average, or `binary` of other than two
 */
export function precision<const A extends ClassAverage = 'macro'>(
  predictions: Tensor,
  labels: Tensor,
  options: ClassificationOptions & { readonly average?: A } = {},
): Averaged<A> {
  return classMetric('precision', predictions, labels, options, ({ right, predicted }) =>
    quotient(right, predicted),
  );
}

/**
 * `right / actual`: share of what is a class that was taken for it (scikit-learn's `recall_score`). Otherwise as
 * {@link precision}.
 */
export function recall<const A extends ClassAverage = 'macro'>(
  predictions: Tensor,
  labels: Tensor,
  options: ClassificationOptions & { readonly average?: A } = {},
): Averaged<A> {
  return classMetric('recall', predictions, labels, options, ({ right, actual }) => quotient(right, actual));
}

/**
 * Harmonic mean of precision and recall, `2 · right / (predicted + actual)` (scikit-learn's `f1_score`). Otherwise as
 * {@link precision}.
 */
export function f1<const A extends ClassAverage = 'macro'>(
  predictions: Tensor,
  labels: Tensor,
  options: ClassificationOptions & { readonly average?: A } = {},
): Averaged<A> {
  return classMetric('f1', predictions, labels, options, ({ right, predicted, actual }) =>
    quotient(mul(right, 2), add(predicted, actual)),
  );
}
