// Which rows an epoch has where not each comes once: rows by weight, or all classes equally often.
// Relies on labels and on the seeded generator.

import { dataError, requireInteger } from './data-error.ts';
import type { RandomGenerator } from './generator.ts';
import { ascending } from './generator.ts';
import type { LabelSource } from './labels.ts';
import { labels } from './labels.ts';
import { countByLabel } from './partition.ts';

/** A choice of rows for `batches(…, { sampler })`. Frozen; each epoch is a pure function of seed and epoch. */
export interface Sampler {
  /** The number of rows of the data that it was made for. */
  readonly rows: number;
  /** How many rows an epoch has. */
  readonly size: number;
  /** Writes the rows of an epoch. */
  draw(into: Int32Array, random: RandomGenerator): void;
}

/** Options of `weightedSampler`. */
export interface WeightedSamplerOptions {
  /** Rows an epoch; default as many as there are weights. */
  readonly size?: number;
  /** Whether a row may come twice in an epoch; default true. */
  readonly replacement?: boolean;
}

/** Options of `balancedSampler`. */
export interface BalancedSamplerOptions {
  /** How often each class comes in an epoch; default as often as the largest one has rows. */
  readonly perClass?: number | 'largest' | 'smallest';
}

/**
 * Rows drawn in proportion to their weights: PyTorch's `WeightedRandomSampler`. Without replacement the next row is
 * drawn from those that are left, in proportion to their weights.
 *
 * @param weights one a row, not negative, not all zero
 * @throws DataError `E_DATA_VALUE` (weights), `E_DATA_OPTION` (`size`; without replacement at most the rows whose
 * weight is not 0)
 */
export function weightedSampler(weights: ArrayLike<number>, options: WeightedSamplerOptions = {}): Sampler {
  const { size = weights.length, replacement = true } = options;
  const values = Float64Array.from(weights);
  const offender = values.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  const possible = values.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  if (offender !== -1 || possible === 0) {
    throw dataError(
      'E_DATA_VALUE',
      offender === -1
        ? `no weight of ${values.length} is above 0`
        : `weights[${offender}] is ${values[offender]}, expected a finite number that is not negative`,
      'pass one weight a row, e.g. balancedWeights(labels)',
    );
  }
  requireInteger('size', size, 1, replacement ? 2 ** 31 - 1 : possible);
  const draw = (into: Int32Array, random: RandomGenerator): void => {
    const tree = weightTree(values);
    for (let position = 0; position < into.length; position++) {
      const chosen = tree.find(random.uniform());
      into[position] = chosen;
      if (!replacement) tree.remove(chosen);
    }
  };
  return Object.freeze({ rows: values.length, size, draw });
}

/**
 * All classes equally often: every stretch of as many rows as there are classes has one of each, in random order, so
 * that batches of a multiple of that size are balanced each. The rows of a class come in random order, each once
 * before any comes again.
 *
 * @throws DataError `E_DATA_EMPTY` (no labels), `E_DATA_LABEL`, `E_DATA_OPTION` (`perClass`)
 */
export function balancedSampler(source: LabelSource, options: BalancedSamplerOptions = {}): Sampler {
  const classes = labels(source);
  const counts = [...countByLabel(classes)];
  if (counts.length === 0) {
    throw dataError('E_DATA_EMPTY', 'there are no labels to balance', 'pass one label a row');
  }
  const rowsOf = counts.map(([label]) => ascending(classes.length).filter((row) => classes[row] === label));
  const sizes = rowsOf.map((rows) => rows.length);
  const { perClass = 'largest' } = options;
  const times =
    perClass === 'largest' ? Math.max(...sizes) : perClass === 'smallest' ? Math.min(...sizes) : perClass;
  requireInteger('perClass', times, 1, Math.floor((2 ** 31 - 1) / counts.length));
  const draw = (into: Int32Array, random: RandomGenerator): void => {
    const orders = rowsOf.map((rows) => rows.slice());
    const turn = ascending(orders.length);
    for (let round = 0; round * turn.length < into.length; round++) {
      random.shuffle(turn);
      turn.forEach((label, position) => {
        const order = orders[label]!; // turn holds the places of orders
        if (round % order.length === 0) random.shuffle(order);
        into[round * turn.length + position] = order[round % order.length]!;
      });
    }
  };
  return Object.freeze({ rows: classes.length, size: times * counts.length, draw });
}

/**
 * One weight a row under which all classes come equally often: scikit-learn's `compute_sample_weight('balanced')`,
 * `rows / (classes · rows of the class)`, over the classes that occur.
 *
 * @throws DataError `E_DATA_EMPTY` (no labels), `E_DATA_LABEL`
 */
export function balancedWeights(source: LabelSource): Float64Array {
  const classes = labels(source);
  if (classes.length === 0) {
    throw dataError('E_DATA_EMPTY', 'there are no labels to weigh', 'pass one label a row');
  }
  const counts = countByLabel(classes);
  return Float64Array.from(classes, (label) => classes.length / (counts.size * (counts.get(label) ?? 1)));
}

/** Sums of weights in a binary tree: finds a row and takes one out in logarithmic time. */
function weightTree(weights: Float64Array) {
  let leaves = 1;
  while (leaves < weights.length) leaves *= 2;
  const sums = new Float64Array(2 * leaves);
  sums.set(weights, leaves);
  for (let node = leaves - 1; node > 0; node--) sums[node] = sums[2 * node]! + sums[2 * node + 1]!;
  return {
    /** The row at a fraction of the sum of all weights. */
    find(fraction: number): number {
      let rest = fraction * sums[1]!;
      let node = 1;
      while (node < leaves) {
        node *= 2;
        const left = sums[node]!;
        // Rounding may leave a rest as large as what is there: never into a branch without weight.
        if (rest >= left && sums[node + 1]! > 0) {
          rest -= left;
          node++;
        }
      }
      return node - leaves;
    },
    /** Takes a row out. Sums are added anew, not subtracted, so that nothing but zero is left of zeros. */
    remove(row: number): void {
      let node = row + leaves;
      sums[node] = 0;
      for (node >>>= 1; node > 0; node >>>= 1) sums[node] = sums[2 * node]! + sums[2 * node + 1]!;
    },
  };
}
