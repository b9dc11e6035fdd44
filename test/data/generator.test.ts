import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { generator, permutation } from 'tapeless/data';
import { philox4x32 } from '../../src/data/generator.ts';
import { expectDataError } from './expect-data-error.ts';

describe('philox4x32', () => {
  // kat_vectors of the Random123 library, philox 4x32 with 10 rounds.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('gives the published words for counter %j and key %j', (counter, [low, high], expected) => {
    const words = Uint32Array.from(counter);
    philox4x32(words, low, high);
    expect([...words]).toEqual(expected);
  });
});

describe('generator', () => {
  test('starts with the words of counter 0 and goes on with the next block', () => {
    const random = generator(0);
    const words = Array.from({ length: 5 }, () => random.nextUint32());
    expect(words.slice(0, 4)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const next = Uint32Array.of(1, 0, 0, 0);
    philox4x32(next, 0, 0);
    expect(words[4]).toBe(next[0]);
  });

  test('uses seeds beyond 32 bits in full, and streams and substreams of their own', () => {
    const first = (random: { nextUint32(): number }) => random.nextUint32();
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) => first(generator(seed)));
    const streams = [first(generator(0, 1)), first(generator(0, 0, 1)), first(generator(0, 1, 1))];
    expect(new Set([...seeds, ...streams]).size).toBe(8);
  });

  test('draws every integer below a bound about equally often', () => {
    const random = generator(3);
    const counts = new Int32Array(7);
    for (let draw = 0; draw < 70_000; draw++) counts[random.below(7)]!++;
    // Standard deviation √(70000 · 1/7 · 6/7) ≈ 93: five of them.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(465);
  });

  test('has no modulo bias where a bias would be largest, at a bound of ¾ · 2³²', () => {
    // Modulo 3·2³⁰ would hit the lowest third twice as often as the others: 0.5 instead of 0.333.
    const random = generator(4);
    let low = 0;
    for (let draw = 0; draw < 30_000; draw++) if (random.below(3 * 2 ** 30) < 2 ** 30) low++;
    expect(low / 30_000).toBeCloseTo(1 / 3, 1.5);
  });

  test('draws reals of [0, 1) with mean one half', () => {
    const random = generator(5);
    const draws = Array.from({ length: 20_000 }, () => random.uniform());
    expect(draws.every((draw) => draw >= 0 && draw < 1 && Number.isInteger(draw * 2 ** 53))).toBe(true);
    expect(draws.reduce((left, right) => left + right, 0) / draws.length).toBeCloseTo(0.5, 2);
  });

  test('refuses seeds, streams and bounds that it has no bits for', () => {
    expectDataError(() => generator(-1), 'E_DATA_OPTION', 'seed is -1');
    expectDataError(() => generator(0.5), 'E_DATA_OPTION', 'seed is 0.5');
    expectDataError(() => generator(0, 2 ** 32), 'E_DATA_OPTION', 'stream is 4294967296');
    expectDataError(() => generator(0, 0, NaN), 'E_DATA_OPTION', 'substream is NaN');
    expectDataError(() => generator(0).below(0), 'E_DATA_OPTION', 'bound is 0');
  });
});

describe('permutation', () => {
  test('keeps its rows from version to version', () => {
    expect([...permutation(10, generator(0))]).toMatchInlineSnapshot(`
      [
        6,
        9,
        0,
        2,
        1,
        8,
        4,
        5,
        7,
        3,
      ]
    `);
  });

  test('reaches all orders of four about equally often', () => {
    const random = generator(6);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw++) {
      const order = permutation(4, random).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
  });

  test('of a size that is no count is refused', () => {
    expectDataError(() => permutation(-1, generator(0)), 'E_DATA_OPTION', 'n is -1');
  });

  property.prop([fc.nat(200), fc.nat()])('holds every number once', (n, seed) => {
    const order = permutation(n, generator(seed));
    expect([...order].sort((left, right) => left - right)).toEqual(
      Array.from({ length: n }, (_, index) => index),
    );
    expect(permutation(n, generator(seed))).toEqual(order);
  });

  property.prop([fc.integer({ min: 1, max: 2 ** 32 }), fc.nat()])(
    'below(bound) stays below the bound',
    (bound, seed) => {
      const value = generator(seed).below(bound);
      expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
    },
  );
});
