import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { threefryFirst, threefrySecond, uniformFromBits } from '../../../src/ops/functions/threefry.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';

const first = compileScalar(threefryFirst);
const second = compileScalar(threefrySecond);
const uniform = compileScalar(uniformFromBits);

describe('threefry', () => {
  // Random123, examples/kat_vectors: threefry2x32 20.
  test.each([
    { counter: [0, 0], key: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { counter: [-1, -1], key: [-1, -1], words: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: [0xc4923a9c, 0x483df7a0] },
  ])('gives the published words $words', ({ counter, key, words }) => {
    const given = [...key, ...counter].map((each) => each | 0);
    expect([first(...given) >>> 0, second(...given) >>> 0]).toEqual(words);
  });

  property.prop([fc.integer(), fc.integer(), fc.integer(), fc.integer()])(
    'gives other words for the next counter',
    (key0, key1, counter0, counter1) => {
      const next = (counter0 + 1) | 0;
      const words = [first(key0, key1, counter0, counter1), second(key0, key1, counter0, counter1)];
      const nextWords = [first(key0, key1, next, counter1), second(key0, key1, next, counter1)];
      // A block cipher is a bijection of its counter: two counters never give the same pair.
      expect(words).not.toEqual(nextWords);
    },
  );

  test('gives bits that are each set in about half of the words', () => {
    const count = 4096;
    const ones = new Array<number>(32).fill(0);
    for (let counter = 0; counter < count; counter++) {
      const word = first(1, 2, counter, 0);
      for (let bit = 0; bit < 32; bit++) ones[bit] = (ones[bit] ?? 0) + ((word >>> bit) & 1);
    }
    // Five standard deviations of a binomial.
    const tolerance = (5 * Math.sqrt(count)) / 2;
    for (const each of ones) expect(Math.abs(each - count / 2)).toBeLessThan(tolerance);
  });
});

describe('uniformFromBits', () => {
  test.each([
    [0, 0],
    [0xff, 0],
    [0x100, 2 ** -24],
    [-1, 1 - 2 ** -24],
    [1 << 31, 0.5],
  ])('of the bits %d is %d', (bits, expected) => {
    expect(uniform(bits)).toBe(expected);
  });

  property.prop([fc.integer()])('is a multiple of 2^-24 in [0, 1)', (bits) => {
    const value = uniform(bits);
    expect(value).toBe((bits >>> 8) / 2 ** 24);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
  });
});
