// Mean and standard deviation of a few values, for folds and seeds. Relies on nothing.

/** Values with their mean and standard deviation, as plain data. */
export interface Spread {
  readonly mean: number;
  /** The sample's standard deviation, with n − 1; NaN for one value. */
  readonly std: number;
  readonly values: readonly number[];
}

/** The spread of values, computed in two passes. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : NaN;
  return Object.freeze({ mean, std, values: Object.freeze([...values]) });
}

/** `0.953 ± 0.012`: two digits of the deviation that count, and the mean to the same place. */
export function printSpread({ mean, std }: Spread): string {
  if (!Number.isFinite(std) || std === 0) return mean.toPrecision(4);
  const decimals = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(std))));
  return `${mean.toFixed(decimals)} ± ${std.toFixed(decimals)}`;
}
