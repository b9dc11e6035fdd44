// NumPy's legacy RandomState as far as scikit-learn's splits use it: the same seed gives the same permutation,
// so a split made there can be had here. Relies on the Fisher–Yates loop of generator.ts.

import { requireInteger } from './data-error.ts';
import { fisherYates, permutation } from './generator.ts';

/** The part of `numpy.random.RandomState` that splitting needs. */
export interface NumpyRandomState {
  /** The next 32 bits of the Mersenne Twister. */
  nextUint32(): number;
  /** `RandomState.shuffle` of a one-dimensional array, in place. */
  shuffle(values: Int32Array): void;
  /** `RandomState.permutation(n)`. */
  permutation(n: number): Int32Array;
}

const STATE_LENGTH = 624;
const MIDDLE = 397;

/**
 * `numpy.random.RandomState(seed)`: MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998) seeded by
 * `init_genrand`, with NumPy's legacy bounded integers (draw under a bit mask, reject what is too large).
 *
 * @param seed an integer of `[0, 2³²)`, as NumPy demands
 * @throws DataError `E_DATA_OPTION` when the seed is out of range
 */
export function numpyRandomState(seed: number): NumpyRandomState {
  requireInteger('randomState', seed, 0, 2 ** 32 - 1);
  const state = seededState(seed);
  let position = STATE_LENGTH;

  const nextUint32 = (): number => {
    if (position === STATE_LENGTH) {
      twist(state);
      position = 0;
    }
    let bits = state[position++] ?? 0;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    bits ^= bits >>> 18;
    return bits >>> 0;
  };

  const upTo = (last: number): number => {
    const mask = 0xffffffff >>> Math.clz32(last);
    let value = (nextUint32() & mask) >>> 0;
    while (value > last) value = (nextUint32() & mask) >>> 0;
    return value;
  };

  const shuffle = (values: Int32Array): void => fisherYates(values, upTo);

  return Object.freeze({ nextUint32, shuffle, permutation: (n: number) => permutation(n, { shuffle }) });
}

/** `init_genrand` of the reference implementation of 2002. */
function seededState(seed: number): Uint32Array {
  const state = new Uint32Array(STATE_LENGTH);
  let previous = seed >>> 0;
  state[0] = previous;
  for (let index = 1; index < STATE_LENGTH; index++) {
    previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + index) >>> 0;
    state[index] = previous;
  }
  return state;
}

/** One generation of all 624 words, in place. */
function twist(state: Uint32Array): void {
  for (let index = 0; index < STATE_LENGTH; index++) {
    // Indices are taken modulo the length, so every read is in bounds; `?? 0` is for the checker.
    const upper = (state[index] ?? 0) & 0x80000000;
    const lower = (state[(index + 1) % STATE_LENGTH] ?? 0) & 0x7fffffff;
    const joined = upper | lower;
    const shifted = (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    state[index] = (state[(index + MIDDLE) % STATE_LENGTH] ?? 0) ^ shifted;
  }
}
