// Hyper-parameters to try: lists of choices and ranges of numbers, and the points of a grid or of a random draw. Relies
// on the seeded generator: a point is a pure function of the seed and the number of its trial.

import type { RandomGenerator } from '../data/index.ts';
import { generator } from '../data/index.ts';
import { optionError } from './option.ts';

/** A range of numbers to draw from. */
export interface NumberRange {
  readonly kind: 'range';
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly whole: boolean;
}

/** Options of `between`. */
export interface BetweenOptions {
  /** `'log'` draws every order of magnitude equally often, as learning rates want it; default `'linear'`. */
  readonly scale?: 'linear' | 'log';
  /** Whole numbers only, both ends included; default false. */
  readonly whole?: boolean;
}

/** What to try, by the name of a parameter: a list of choices, or a range. */
export type SearchSpace = Readonly<Record<string, readonly unknown[] | NumberRange>>;

/** One value for every parameter of a space. */
export type PointOf<Space extends SearchSpace> = {
  readonly [Name in keyof Space]: Space[Name] extends readonly (infer Value)[] ? Value : number;
};

/**
 * A range for `search`: `between(1e-4, 1e-1, { scale: 'log' })`, `between(16, 256, { whole: true })`. Numbers that are not
 * whole are drawn to six significant digits, so that they can be written down and are the same in every engine.
 * @throws DeclarationError `E_OPTION` unless both ends are finite and in order, and above 0 on a logarithmic scale
 */
export function between(low: number, high: number, options: BetweenOptions = {}): NumberRange {
  const { scale = 'linear', whole = false } = options;
  const fits =
    Number.isFinite(low) &&
    Number.isFinite(high) &&
    low <= high &&
    (scale === 'linear' || (scale === 'log' && low > 0)) &&
    (!whole || (Number.isSafeInteger(low) && Number.isSafeInteger(high)));
  if (fits) return Object.freeze({ kind: 'range', low, high, scale, whole });
  throw optionError(
    `there is no range from ${String(low)} to ${String(high)}, ${scale}${whole ? ', of whole numbers' : ''}`,
    "pass two numbers in order; above 0 for scale: 'log', and whole ones for whole: true",
    'between',
  );
}

/** The points of a search in the order of its trials. */
export interface SearchPlan<Space extends SearchSpace> {
  readonly count: number;
  /** @param trial counted from 0 */
  point(trial: number): PointOf<Space>;
}

/** Every combination of lists; the last parameter changes fastest. @throws DeclarationError `E_OPTION` for ranges */
export function gridPlan<Space extends SearchSpace>(space: Space, limit = Infinity): SearchPlan<Space> {
  const lists = Object.entries(space).map(([name, values]) => {
    if (isList(values)) return [name, values] as const;
    throw optionError(
      `a grid has no ranges, and ${name} is one`,
      `list the values of ${name}, or search at random: { method: 'random', trials: 20 }`,
      'search',
    );
  });
  const count = lists.reduce((product, [, values]) => product * values.length, 1);
  return {
    count: Math.min(count, limit),
    point: (trial) => {
      let rest = trial;
      const chosen = lists.toReversed().map(([name, values]) => {
        const position = rest % values.length;
        rest = Math.floor(rest / values.length);
        return [name, values[position]] as const;
      });
      // One entry for every name of the space, of its own list.
      return Object.fromEntries(chosen.toReversed()) as PointOf<Space>;
    },
  };
}

/** Points drawn at random, each trial by itself. */
export function randomPlan<Space extends SearchSpace>(
  space: Space,
  count: number,
  seed: number,
): SearchPlan<Space> {
  return {
    count,
    point: (trial) => {
      const random = generator(seed, searchStream, trial);
      // One entry for every name of the space, of its own list or range.
      return Object.fromEntries(
        Object.entries(space).map(([name, values]) => [
          name,
          isList(values) ? values[random.below(values.length)] : drawn(values, random),
        ]),
      ) as PointOf<Space>;
    },
  };
}

/** @throws DeclarationError `E_OPTION` for a space without parameters, or one without values */
export function checkSpace(space: SearchSpace): void {
  const entries = Object.entries(Object(space) as SearchSpace);
  if (entries.length === 0) throw spaceError('there are no parameters to search');
  for (const [name, values] of entries) {
    if (isList(values) ? values.length > 0 : (Object(values) as Partial<NumberRange>).kind === 'range')
      continue;
    throw spaceError(`${name} is neither a list of values nor a range`);
  }
}

function spaceError(problem: string): Error {
  return optionError(problem, 'pass { lr: between(1e-4, 1e-1), hidden: [16, 32] }', 'search');
}

/** Keeps points apart from other random numbers of the same seed. */
const searchStream = 0x73656172;

function drawn({ low, high, scale, whole }: NumberRange, random: RandomGenerator): number {
  const part = random.uniform();
  // Whole numbers are the floors of a range that is one longer, so that both ends come as often as the others.
  const end = whole ? high + 1 : high;
  const value =
    scale === 'log' ? Math.exp(Math.log(low) + part * Math.log(end / low)) : low + part * (end - low);
  return whole ? Math.min(high, Math.floor(value)) : Number(value.toPrecision(6));
}

export function isList(values: readonly unknown[] | NumberRange): values is readonly unknown[] {
  return Array.isArray(values);
}
