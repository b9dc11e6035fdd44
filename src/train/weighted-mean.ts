// The mean of loss and metrics over batches of different sizes. Relies on nothing but the measures' type.

import type { BatchMeasures, Measures } from './trainable.ts';

/** Collects the measures of batches, each weighted by its number of rows. */
export interface WeightedMean<Metric extends string> {
  /** Reads the values at once: the object may be used again for the next batch. */
  add(measures: BatchMeasures<Metric>, rows: number): void;
  /** The mean of one measure so far; NaN before the first batch. */
  of(name: Metric | 'loss'): number;
  /** All means so far, in a new frozen object. */
  all(): Measures<Metric>;
  /** Rows so far. */
  readonly rows: number;
  /** The sums so far, as plain data to begin from again. */
  sums(): MeasureSums;
}

/** A mean that is not complete: sums over rows in double precision, by name. */
export interface MeasureSums {
  readonly rows: number;
  readonly sums: Readonly<Record<string, number>>;
}

/**
 * A mean over samples: the last, smaller batch counts for less. Sums are kept in double precision.
 * @param begun sums to go on from; default none
 */
export function weightedMean<Metric extends string>(begun?: MeasureSums): WeightedMean<Metric> {
  const sums = new Map(Object.entries(begun?.sums ?? {}));
  let total = begun?.rows ?? 0;
  const of = (name: string): number => (sums.get(name) ?? 0) / total;
  return {
    add(measures, rows) {
      total += rows;
      const values: Readonly<Record<string, number>> = measures;
      for (const name in values) sums.set(name, (sums.get(name) ?? 0) + (values[name] ?? NaN) * rows);
    },
    of,
    get rows() {
      return total;
    },
    sums: () => ({ rows: total, sums: Object.fromEntries(sums) }),
    // The keys are those of the measures that were added, which the index type of a Map cannot say.
    all: () =>
      Object.freeze(Object.fromEntries([...sums.keys()].map((name) => [name, of(name)]))) as Measures<Metric>,
  };
}
