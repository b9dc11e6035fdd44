// Precision over recall of binary scores, and the average precision.
import { countThresholds, metricError, type PositiveOption } from './binary.ts';

/** Points of the curve from high thresholds to low ones; the first is recall 0, precision 1 by agreement. */
export interface PrecisionRecallCurve {
  /** The share of positives that are found. */
  readonly recall: readonly number[];
  /** The share of positives among the samples found. */
  readonly precision: readonly number[];
  /** The score from which on samples count as positive; `Infinity` at the first point, where none does. */
  readonly thresholds: readonly number[];
  /** `Σ (recall − recall before) · precision`: the area below the curve as steps. */
  readonly averagePrecision: number;
  /** The share of positives among all samples: the precision of a guess. */
  readonly prevalence: number;
}

/**
 * Precision and recall at every threshold, as scikit-learn's `precision_recall_curve` gives them (which counts from low
 * thresholds to high ones), and `average_precision_score`.
 *
 * @param truth the label of each sample
 * @param scores any numbers that are higher the likelier a sample is positive
 * @throws DataError `E_LENGTH` for labels and scores that differ in number, `E_VALUE` for NaN among the scores, `E_CLASSES`
 *   without a positive sample
 */
export function precisionRecallCurve(
  truth: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  options: PositiveOption = {},
): PrecisionRecallCurve {
  const call = 'precisionRecallCurve';
  const { positives, negatives, counts } = countThresholds(call, truth, scores, options);
  if (positives === 0) {
    throw metricError(
      'E_CLASSES',
      call,
      'no sample is positive',
      'a curve needs some; see the option `positive`',
    );
  }
  const recall = [0, ...counts.map(({ truePositives }) => truePositives / positives)];
  const precision = [
    1,
    ...counts.map(({ truePositives, falsePositives }) => truePositives / (truePositives + falsePositives)),
  ];
  return Object.freeze({
    recall: Object.freeze(recall),
    precision: Object.freeze(precision),
    thresholds: Object.freeze([Infinity, ...counts.map(({ threshold }) => threshold)]),
    averagePrecision: recall.reduce(
      (sum, value, index) =>
        sum + (index === 0 ? 0 : (value - (recall[index - 1] ?? 0)) * (precision[index] ?? 0)),
      0,
    ),
    prevalence: positives / (positives + negatives),
  });
}
