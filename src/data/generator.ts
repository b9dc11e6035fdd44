// Seeded random numbers for data work: Philox4x32-10, whose bits are a pure function of (seed, stream,
// substream, position) in integer arithmetic, so they are the same in every engine. Relies on nothing.
// There is no normal(): it would need Math.log and Math.cos, whose last bits differ between engines.

import { requireInteger } from './data-error.ts';

/** A source of random bits with a position; everything else about it is fixed by its seed and streams. */
export interface RandomGenerator {
  /** The next 32 random bits, as an integer of `[0, 2³²)`. */
  nextUint32(): number;
  /** An integer of `[0, bound)`, without modulo bias; `1 ≤ bound ≤ 2³²`. */
  below(bound: number): number;
  /** A real of `[0, 1)`: a multiple of 2⁻⁵³, all of them equally likely. */
  uniform(): number;
  /** Puts the values in random order, in place (Fisher–Yates). */
  shuffle(values: Int32Array): void;
}

const UINT32_RANGE = 2 ** 32;

/**
 * A generator for a seed. Different streams or substreams of one seed are independent sequences, so that
 * e.g. epoch `e` is `generator(seed, stream, e)` with no state carried from epoch to epoch.
 *
 * Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * The key is the seed (low word, high word); the counter is (block low, block high, substream, stream).
 *
 * @param seed an integer of `[0, 2⁵³)`
 * @param stream an integer of `[0, 2³²)`; default 0
 * @param substream an integer of `[0, 2³²)`; default 0
 * @throws DataError `E_DATA_OPTION` when an argument is out of range
 */
export function generator(seed: number, stream = 0, substream = 0): RandomGenerator {
  requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  requireInteger('stream', stream, 0, UINT32_RANGE - 1);
  requireInteger('substream', substream, 0, UINT32_RANGE - 1);
  const keyLow = seed % UINT32_RANGE;
  const keyHigh = Math.floor(seed / UINT32_RANGE);
  const words = new Uint32Array(4);
  let block = 0;
  let position = 4;

  const nextUint32 = (): number => {
    if (position === 4) {
      words[0] = block % UINT32_RANGE;
      words[1] = Math.floor(block / UINT32_RANGE);
      words[2] = substream;
      words[3] = stream;
      philox4x32(words, keyLow, keyHigh);
      block++;
      position = 0;
    }
    return words[position++] ?? 0;
  };

  // Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): the high word of
  // random × bound is the answer, unless the low word falls in the short, over-represented part.
  const below = (bound: number): number => {
    requireInteger('bound', bound, 1, UINT32_RANGE);
    if (bound === UINT32_RANGE) return nextUint32();
    const shortPart = (UINT32_RANGE - bound) % bound;
    let random = nextUint32();
    while (Math.imul(random, bound) >>> 0 < shortPart) random = nextUint32();
    return multiplyHigh(random, bound);
  };

  const uniform = (): number => {
    const high = nextUint32() >>> 5;
    const low = nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };

  const shuffle = (values: Int32Array): void => fisherYates(values, (last) => below(last + 1));

  return Object.freeze({ nextUint32, below, uniform, shuffle });
}

/**
 * The numbers 0 … n−1 in random order.
 * @param n how many, an integer of `[0, 2³¹)`
 * @param random anything that shuffles: a `generator(seed)` or a `numpyRandomState(seed)`
 */
export function permutation(n: number, random: Pick<RandomGenerator, 'shuffle'>): Int32Array {
  const indices = ascending(n);
  random.shuffle(indices);
  return indices;
}

/** The numbers 0 … n−1 in order. */
export function ascending(n: number): Int32Array {
  requireInteger('n', n, 0, 2 ** 31 - 1);
  return Int32Array.from({ length: n }, (_, index) => index);
}

/** Fisher–Yates from the back; `upTo(last)` draws an integer of `[0, last]`. */
export function fisherYates(values: Int32Array, upTo: (last: number) => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const chosen = upTo(last);
    // In bounds: 0 ≤ chosen ≤ last < length; `?? 0` is for the checker.
    const moved = values[last] ?? 0;
    values[last] = values[chosen] ?? 0;
    values[chosen] = moved;
  }
}

/** Ten rounds of Philox on the four counter words, in place. Exported for its published test vectors. */
export function philox4x32(words: Uint32Array, keyLow: number, keyHigh: number): void {
  let [first = 0, second = 0, third = 0, fourth = 0] = words;
  let low = keyLow;
  let high = keyHigh;
  for (let round = 0; round < 10; round++) {
    const firstHigh = multiplyHigh(first, 0xd2511f53);
    const firstLow = Math.imul(first, 0xd2511f53);
    const thirdHigh = multiplyHigh(third, 0xcd9e8d57);
    const thirdLow = Math.imul(third, 0xcd9e8d57);
    first = (thirdHigh ^ second ^ low) >>> 0;
    second = thirdLow >>> 0;
    third = (firstHigh ^ fourth ^ high) >>> 0;
    fourth = firstLow >>> 0;
    // Weyl sequences of the golden ratio and of √3 − 1.
    low = (low + 0x9e3779b9) >>> 0;
    high = (high + 0xbb67ae85) >>> 0;
  }
  words[0] = first;
  words[1] = second;
  words[2] = third;
  words[3] = fourth;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers, by halves of 16 bits. */
function multiplyHigh(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  // Each partial sum stays below 2³³, well inside the exact integers of a double.
  const middle = leftHigh * rightLow + Math.floor((leftLow * rightLow) / 0x10000);
  const carried = leftLow * rightHigh + (middle % 0x10000);
  return leftHigh * rightHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000);
}
