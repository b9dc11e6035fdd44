// Times and rates as people write them, for tables and pictures.

/** `0.42 µs`, `38.1 µs`, `1.25 ms`, `2.00 s` */
export function printTime(microseconds: number): string {
  if (microseconds < 10) return `${microseconds.toFixed(2)} µs`;
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  return microseconds < 1e6
    ? `${(microseconds / 1000).toFixed(2)} ms`
    : `${(microseconds / 1e6).toFixed(2)} s`;
}

/** About three digits of a rate, and a dash where there is none. */
export function printRate(rate: number): string {
  if (rate === 0) return '–';
  return rate >= 100 ? rate.toFixed(0) : rate.toFixed(rate >= 10 ? 1 : 2);
}

/** `15.6 %` */
export function printShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
