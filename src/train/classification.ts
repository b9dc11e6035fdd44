// Accuracy, confusion counts and misclassified samples, from labels and scores that are already there as arrays. Relies on the label
// and array utilities of data.

import type { LabelSource, NumericArray, NumericData, RealSource } from '../data/index.ts';
import { argmaxRows, array, labels } from '../data/index.ts';
import { isNumericArray } from '../data/array.ts';
import { ShapeError } from '../ir/errors.ts';

/** A sample whose best guess is wrong. */
export interface MisclassifiedSample {
  /** Its row. */
  readonly index: number;
  /** Its label. */
  readonly truth: number;
  /** The class with the highest score; the first one of equals. */
  readonly guess: number;
  /** The probability that the model gives to its guess. */
  readonly probability: number;
}

/** Options of `misclassified`. */
export interface MisclassifiedOptions {
  /** What the scores are: `'logits'`, the default, go through a softmax; `'probabilities'` are taken as they are. */
  readonly scores?: 'logits' | 'probabilities';
}

/**
 * The fraction of samples whose highest score is that of their label.
 * @param truth integer labels, one a sample
 * @param scores logits or probabilities, shape `[samples, classes]`
 * @throws ShapeError `E_SHAPE_MISMATCH` when the numbers of samples differ, DataError as `labels` and `argmaxRows` do
 */
export function accuracyOf(truth: LabelSource, scores: RealSource): number {
  const { expected, guesses } = compared(truth, scores);
  return (
    guesses.reduce((hits, guess, index) => hits + (guess === expected[index] ? 1 : 0), 0) / guesses.length
  );
}

/**
 * Which class was taken for which, as `confusionMatrix` of `tapeless/viz` draws it: `counts[truth * classes + guess]`, a
 * row a true class, a column a guess. A sample whose label is none of the classes, as a loss's `ignoreIndex`, is not
 * counted.
 * @param truth integer labels, one a sample
 * @param scores logits or probabilities, shape `[samples, classes]`
 * @returns whole numbers, `classes · classes` of them
 * @throws as `accuracyOf` does
 */
export function confusionCounts(truth: LabelSource, scores: RealSource): Int32Array {
  const { expected, guesses, table } = compared(truth, scores);
  const classes = table.data.length / guesses.length;
  const counts = new Int32Array(classes * classes);
  guesses.forEach((guess, index) => {
    const label = expected[index]!; // `compared` saw that both have one entry a sample
    if (label >= 0 && label < classes) counts[label * classes + guess]!++;
  });
  return counts;
}

/**
 * The samples whose best guess is wrong, in order of their rows.
 * @param truth integer labels, one a sample
 * @param scores shape `[samples, classes]`
 * @throws as `accuracyOf` does
 */
export function misclassified(
  truth: LabelSource,
  scores: RealSource,
  options: MisclassifiedOptions = {},
): readonly MisclassifiedSample[] {
  const { expected, guesses, table } = compared(truth, scores);
  const classes = table.data.length / guesses.length;
  const samples: MisclassifiedSample[] = [];
  guesses.forEach((guess, index) => {
    const label = expected[index]!; // `compared` saw that both have one entry a sample
    if (guess === label) return;
    const row = table.data.subarray(index * classes, (index + 1) * classes);
    const probability = options.scores === 'probabilities' ? row[guess]! : largestSoftmax(row, row[guess]!);
    samples.push(Object.freeze({ index, truth: label, guess, probability }));
  });
  return Object.freeze(samples);
}

/** The softmax of the largest score: 1 / Σ exp(score − largest), which no score can overflow. */
function largestSoftmax(row: NumericData, largest: number): number {
  let sum = 0;
  // Equal scores are 0 apart, infinite ones too.
  for (const score of row) sum += score === largest ? 1 : Math.exp(score - largest);
  return 1 / sum;
}

function compared(
  truth: LabelSource,
  scores: RealSource,
): {
  readonly expected: Int32Array;
  readonly guesses: Int32Array;
  readonly table: NumericArray<NumericData>;
} {
  const expected = labels(truth);
  const table = isNumericArray(scores) ? scores : array(scores);
  const guesses = argmaxRows(table);
  if (expected.length === guesses.length && guesses.length > 0) return { expected, guesses, table };
  const help = 'pass one label and one row of scores a sample, at least one';
  throw new ShapeError(
    'E_SHAPE_MISMATCH',
    `there are ${expected.length} label(s) and ${guesses.length} row(s) of scores\n\n  help: ${help}`,
    { help, shapes: [[expected.length], table.shape] },
  );
}
