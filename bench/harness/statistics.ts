// Medians and ratios of interleaved samples. Pure arithmetic.

/** Microseconds a step of one contender, by the number of the round in which each was measured. */
export type Samples = ReadonlyMap<number, number>;

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: Iterable<number>): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * How many times as long the peer takes as ours: the median over the rounds that have both, so that a disturbance
 * that slows a whole round cancels out. NaN without a common round.
 */
export function ratioOf(peer: Samples, ours: Samples): number {
  const ratios = [...peer].flatMap(([round, microseconds]) => {
    const own = ours.get(round);
    return own === undefined ? [] : [microseconds / own];
  });
  return median(ratios);
}
