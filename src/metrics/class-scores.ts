// Precision, recall and F1 of every class and their means, from a confusion matrix. Pure arithmetic.
import { DataError } from '../ir/errors.ts';

/** How well one class is told from the others. */
export interface ClassScore {
  /** Of the samples that were given this class, the share that belongs to it; NaN where none was. */
  readonly precision: number;
  /** Of the samples of this class, the share that was given it; NaN where there is none. */
  readonly recall: number;
  /** `2 · precision · recall / (precision + recall)`; NaN where the class neither occurs nor is predicted. */
  readonly f1: number;
  /** Samples of this class. */
  readonly support: number;
}

/** What {@link classScores} gives. */
export interface ClassScores {
  readonly classes: readonly ClassScore[];
  /** The share of all samples that was given its class; NaN without samples. */
  readonly accuracy: number;
  /** Means over the classes that have a value, each class alike; `support` is that of all. */
  readonly macro: ClassScore;
  /** Means over the classes that have samples, by their samples; a class without a value counts as 0. */
  readonly weighted: ClassScore;
}

function squareRows(
  counts: ArrayLike<number> | readonly ArrayLike<number>[],
): readonly (readonly number[])[] {
  const isFlat = counts.length === 0 || typeof counts[0] === 'number';
  // The kind of the first element tells the two forms apart.
  const flat = isFlat ? Array.from(counts as ArrayLike<number>) : [];
  const size = isFlat ? Math.round(Math.sqrt(flat.length)) : counts.length;
  const rows = isFlat
    ? Array.from({ length: size }, (_, row) => flat.slice(row * size, (row + 1) * size))
    : (counts as readonly ArrayLike<number>[]).map((row) => Array.from(row));
  const given = isFlat ? flat.length : rows.reduce((sum, row) => sum + row.length, 0);
  if (given !== size * size || rows.some((row) => row.length !== size)) {
    const help = 'give a confusion matrix: one row a true class, one count a predicted class';
    throw new DataError('E_LENGTH', `classScores: the counts are no square; ${help}`, { help });
  }
  rows.forEach((row, truth) => {
    const guess = row.findIndex((count) => !(Number.isFinite(count) && count >= 0));
    if (guess < 0) return;
    const help = 'give numbers of at least 0';
    throw new DataError(
      'E_VALUE',
      `classScores: the count in row ${truth}, column ${guess} is ${row[guess]}; ${help}`,
      { help },
    );
  });
  return rows;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);

/**
 * Precision, recall, F1 and support of every class, with accuracy and the means that scikit-learn's
 * `classification_report` prints, from a confusion matrix: rows are true classes, columns predicted ones.
 *
 * @param counts `classes` rows of `classes` counts, or all of them row by row in one array.
 * @throws DataError `E_LENGTH` for counts that are no square, `E_VALUE` for one that is negative or not finite.
 */
export function classScores(counts: ArrayLike<number> | readonly ArrayLike<number>[]): ClassScores {
  const rows = squareRows(counts);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const hits = rows.map((row, index) => row[index] ?? 0);
  const classes = rows.map((row, index): ClassScore => {
    const hit = hits[index] ?? 0;
    const support = sum(row);
    const guessed = sum(rows.map((other) => other[index] ?? 0));
    return Object.freeze({
      precision: ratio(hit, guessed),
      recall: ratio(hit, support),
      // The same as the harmonic mean, and defined where one of the two is not.
      f1: ratio(2 * hit, guessed + support),
      support,
    });
  });
  const support = sum(classes.map((one) => one.support));
  const macro = (of: (score: ClassScore) => number): number => {
    const known = classes.map(of).filter((value) => !Number.isNaN(value));
    return ratio(sum(known), known.length);
  };
  const weighted = (of: (score: ClassScore) => number): number =>
    ratio(sum(classes.map((one) => (one.support === 0 ? 0 : (of(one) || 0) * one.support))), support);
  const means = (mean: (of: (score: ClassScore) => number) => number): ClassScore =>
    Object.freeze({
      precision: mean((one) => one.precision),
      recall: mean((one) => one.recall),
      f1: mean((one) => one.f1),
      support,
    });
  return Object.freeze({
    classes: Object.freeze(classes),
    accuracy: ratio(sum(hits), support),
    macro: means(macro),
    weighted: means(weighted),
  });
}
