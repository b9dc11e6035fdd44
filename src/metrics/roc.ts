// The receiver operating characteristic of binary scores, and the area below it.
import { countThresholds, metricError, type PositiveOption } from './binary.ts';

/** Points of the curve from (0, 0) to (1, 1). */
export interface RocCurve {
  /** The share of negatives that are taken for positives. */
  readonly falsePositiveRate: readonly number[];
  /** The share of positives that are found: recall. */
  readonly truePositiveRate: readonly number[];
  /** The score from which on samples count as positive; `Infinity` at the first point, where none does. */
  readonly thresholds: readonly number[];
  /** The area below the curve (AUC): the chance that a positive sample scores higher than a negative one. */
  readonly area: number;
}

/**
 * The ROC curve of scores, as scikit-learn's `roc_curve` gives it with all its points, and its area.
 * For one class of several give its column of scores, and its number as `positive`.
 *
 * @param truth the label of each sample
 * @param scores any numbers that are higher the likelier a sample is positive
 * @throws DataError `E_LENGTH` for labels and scores that differ in number, `E_VALUE` for NaN among the scores, `E_CLASSES`
 *   where all samples are of one kind
 */
export function rocCurve(
  truth: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  options: PositiveOption = {},
): RocCurve {
  const { positives, negatives, counts } = countThresholds('rocCurve', truth, scores, options);
  if (positives === 0 || negatives === 0) {
    const message = `there are ${positives} positive samples and ${negatives} negative ones`;
    throw metricError(
      'E_CLASSES',
      'rocCurve',
      message,
      'a curve needs some of both; see the option `positive`',
    );
  }
  const all = [{ threshold: Infinity, truePositives: 0, falsePositives: 0 }, ...counts];
  const falsePositiveRate = all.map((count) => count.falsePositives / negatives);
  const truePositiveRate = all.map((count) => count.truePositives / positives);
  // Whole numbers until the end: the area is exact but for one division.
  const twice = all.reduce((sum, { truePositives, falsePositives }, index) => {
    const before = all[index - 1];
    if (before === undefined) return sum;
    return sum + (falsePositives - before.falsePositives) * (truePositives + before.truePositives);
  }, 0);
  return Object.freeze({
    falsePositiveRate: Object.freeze(falsePositiveRate),
    truePositiveRate: Object.freeze(truePositiveRate),
    thresholds: Object.freeze(all.map(({ threshold }) => threshold)),
    area: twice / (2 * positives * negatives),
  });
}
