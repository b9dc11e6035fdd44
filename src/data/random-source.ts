// The choice between the library's own seeds and NumPy's that splits and folds offer, and the numbers that
// keep their random streams apart. Relies on the two generators.

import { dataError, requireInteger } from './data-error.ts';
import type { RandomGenerator } from './generator.ts';
import { generator } from './generator.ts';
import { numpyRandomState } from './numpy-random.ts';

/** Where the random order comes from: `seed` (default 0), or `randomState` for the rows scikit-learn takes. */
export interface RandomSourceOptions {
  /** Seed of the library's own generator; default 0. */
  readonly seed?: number;
  /** Seed of NumPy's RandomState: gives the same rows as scikit-learn's `random_state`. Excludes `seed`. */
  readonly randomState?: number;
}

/** One stream number a purpose, so that one seed used for splitting and batching does not repeat its order. */
export const randomStreams = Object.freeze({
  split: 1,
  folds: 2,
  stratifiedFolds: 3,
  crossValidation: 4,
  batches: 5,
  samples: 6,
});

/** @throws DataError `E_DATA_OPTION` when both seeds are given or one is out of range */
export function randomSource(options: RandomSourceOptions, stream: number): Pick<RandomGenerator, 'shuffle'> {
  if (options.randomState === undefined) return generator(options.seed ?? 0, stream);
  if (options.seed === undefined) return numpyRandomState(options.randomState);
  throw dataError(
    'E_DATA_OPTION',
    `both seed (${options.seed}) and randomState (${options.randomState}) were given`,
    "keep seed for the library's own order, or randomState for the rows that scikit-learn takes",
  );
}

/**
 * The generator of one epoch: independent of every other epoch, so none has to be drawn before it.
 * @throws DataError `E_DATA_OPTION` when the seed or the epoch is out of range
 */
export function epochGenerator(seed: number, stream: number, epoch: number): RandomGenerator {
  requireInteger('epoch', epoch, 0, 2 ** 32 - 1);
  return generator(seed, stream, epoch);
}
