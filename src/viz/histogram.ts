// How often values occur, as plain data that pictures and logs can hold on to while the values themselves are gone.
import { checkCount, optionError } from './refusal.ts';

/** Counts of values in ranges of equal width between `low` and `high`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** Values that are NaN or infinite, which no range holds. */
  readonly missing: number;
}

/** Options of {@link histogram}; all have defaults. */
export interface HistogramOptions {
  /** Number of ranges. Default 48. */
  readonly bins?: number | undefined;
  /** The values at the ends; those outside count at the nearest end. Default: the least and greatest finite value. */
  readonly range?: readonly [number, number] | undefined;
}

/**
 * Counts values in ranges of equal width, for example the activations or gradients of a layer after an epoch.
 *
 * @returns zero counts if no value is finite.
 * @throws DeclarationError `E_OPTION` for a number of bins or a range that is not sensible.
 */
export function histogram(values: ArrayLike<number>, options: HistogramOptions = {}): Histogram {
  const { bins = 48, range } = options;
  checkCount('histogram', 'bins', bins);
  if (range !== undefined && !(range.every(Number.isFinite) && range[0] < range[1])) {
    throw optionError(
      'histogram',
      `range is [${range[0]}, ${range[1]}]`,
      'give two numbers, the smaller one first',
    );
  }
  let low = Infinity;
  let high = -Infinity;
  let missing = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) missing++;
    else {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const counts = new Array<number>(bins).fill(0);
  if (low > high) return { low: range?.[0] ?? 0, high: range?.[1] ?? 1, counts, missing };
  const [first, last] = range ?? [low, high];
  // The widest range is wider than any number.
  const scale = Number.isFinite(last - first) ? 1 : 0.5;
  const span = last * scale - first * scale;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) continue;
    const share = span > 0 ? (value * scale - first * scale) / span : 0;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low: first, high: last, counts, missing };
}
