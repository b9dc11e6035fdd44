// What curves of binary decisions begin with: samples in the order of their scores, and the counts at every threshold.
import { DataError } from '../ir/errors.ts';

/** Which class number counts as positive. */
export interface PositiveOption {
  /** The label of positive samples; all others are negative. Default 1 (and `true`). */
  readonly positive?: number | undefined;
}

/** Positives and negatives among the samples whose score is at least a threshold. */
export interface ThresholdCount {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Counts at every score that occurs, from the highest to the lowest. */
export interface ThresholdCounts {
  readonly positives: number;
  readonly negatives: number;
  readonly counts: readonly ThresholdCount[];
}

export function metricError(code: string, call: string, message: string, help: string): DataError {
  return new DataError(code, `${call}: ${message}; ${help}`, { help });
}

/** Refuses what is not one label and one number a sample. */
export function checkPairs(
  call: string,
  truth: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
): void {
  if (truth.length !== scores.length || truth.length === 0) {
    throw metricError(
      'E_LENGTH',
      call,
      `there are ${truth.length} labels and ${scores.length} scores`,
      'give one label and one score a sample, at least one',
    );
  }
  for (let index = 0; index < scores.length; index++) {
    if (Number.isNaN(scores[index] ?? NaN)) {
      throw metricError('E_VALUE', call, `score ${index} is ${scores[index]}`, 'give numbers');
    }
  }
}

/** Samples sorted by score; equal scores make one threshold. @throws DataError `E_LENGTH`, `E_VALUE` */
export function countThresholds(
  call: string,
  truth: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  { positive = 1 }: PositiveOption,
): ThresholdCounts {
  checkPairs(call, truth, scores);
  const samples = Array.from(scores, (score, index) => ({
    score,
    isPositive: Number(truth[index]) === positive,
  }));
  samples.sort((one, other) => (one.score === other.score ? 0 : other.score - one.score > 0 ? 1 : -1));
  const counts: ThresholdCount[] = [];
  let truePositives = 0;
  for (const [index, { score, isPositive }] of samples.entries()) {
    if (isPositive) truePositives++;
    if (samples[index + 1]?.score === score) continue;
    counts.push({ threshold: score, truePositives, falsePositives: index + 1 - truePositives });
  }
  return { positives: truePositives, negatives: samples.length - truePositives, counts };
}
