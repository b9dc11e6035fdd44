// Data that starter projects come with: drawn from a seeded generator, so that a project is the same every time.

import type { RandomGenerator } from '../../data/index.ts';

/** A draw from the standard normal distribution (Box and Muller 1958). */
export function normal(random: RandomGenerator): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

/** A CSV file. */
export function table(names: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [names, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
