// Whether probabilities mean what they say: in ranges of probability, how often the event came about.
import { checkPairs, metricError, type PositiveOption } from './binary.ts';

/** Samples whose probability is in one range. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** The mean of the probabilities; NaN without samples. */
  readonly probability: number;
  /** The share of samples that are positive; NaN without samples. */
  readonly frequency: number;
}

/** What {@link calibrationCurve} gives. */
export interface CalibrationCurve {
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: the mean over samples of |frequency − probability| of their range. */
  readonly expectedError: number;
  /** The largest |frequency − probability| of any range. */
  readonly greatestError: number;
  /** Brier score: the mean of (probability − 1 or 0)². */
  readonly brier: number;
}

/** Options of {@link calibrationCurve}; all have defaults. */
export interface CalibrationOptions extends PositiveOption {
  /** Ranges of equal width. Default 10. */
  readonly bins?: number | undefined;
}

/**
 * The reliability of probabilities (scikit-learn's `calibration_curve` with uniform bins, empty ones kept).
 * Of a classifier of several classes, give for each sample whether its best guess is right and the probability of it.
 *
 * @param truth whether the event came about: labels, or `true` and `false`
 * @param probabilities from 0 to 1
 * @throws DataError `E_LENGTH` for numbers that differ, `E_VALUE` for what is no probability and for a number of bins that
 *   is none
 */
export function calibrationCurve(
  truth: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  options: CalibrationOptions = {},
): CalibrationCurve {
  const call = 'calibrationCurve';
  const { positive = 1, bins: count = 10 } = options;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw metricError('E_VALUE', call, `bins is ${count}`, 'give a whole number of at least 1');
  }
  checkPairs(call, truth, probabilities);
  const sums = Array.from({ length: count }, () => ({ count: 0, probability: 0, positives: 0 }));
  let squares = 0;
  for (let index = 0; index < probabilities.length; index++) {
    const probability = probabilities[index] ?? NaN;
    if (!(probability >= 0 && probability <= 1)) {
      throw metricError(
        'E_VALUE',
        call,
        `probability ${index} is ${probability}`,
        'give numbers from 0 to 1',
      );
    }
    const outcome = Number(truth[index]) === positive ? 1 : 0;
    squares += (probability - outcome) ** 2;
    const bin = sums[Math.min(count - 1, Math.floor(probability * count))];
    if (bin === undefined) continue;
    bin.count++;
    bin.probability += probability;
    bin.positives += outcome;
  }
  const bins = sums.map((sum, index): CalibrationBin =>
    Object.freeze({
      low: index / count,
      high: (index + 1) / count,
      count: sum.count,
      probability: sum.count === 0 ? NaN : sum.probability / sum.count,
      frequency: sum.count === 0 ? NaN : sum.positives / sum.count,
    }),
  );
  const gaps = bins.map((bin) => (bin.count === 0 ? 0 : Math.abs(bin.frequency - bin.probability)));
  return Object.freeze({
    bins: Object.freeze(bins),
    expectedError:
      gaps.reduce((sum, gap, index) => sum + gap * (bins[index]?.count ?? 0), 0) / probabilities.length,
    greatestError: Math.max(...gaps),
    brier: squares / probabilities.length,
  });
}
