import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  balancedSampler,
  balancedWeights,
  batches,
  dataset,
  generator,
  weightedSampler,
} from 'tapeless/data';
import type { Sampler } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

const drawn = (sampler: Sampler, seed = 0): number[] => {
  const rows = new Int32Array(sampler.size);
  sampler.draw(rows, generator(seed));
  return [...rows];
};

const times = (rows: readonly number[], row: number): number => rows.filter((other) => other === row).length;

describe('weightedSampler', () => {
  test('draws rows in proportion to their weights, and never one of weight 0', () => {
    const rows = drawn(weightedSampler([1, 0, 3, 0], { size: 20_000 }));
    expect(times(rows, 1) + times(rows, 3)).toBe(0);
    // Four standard deviations of a binomial distribution: 4 · √(20000 · ¼ · ¾) = 245.
    expect(Math.abs(times(rows, 2) - 15_000)).toBeLessThan(245);
  });

  test('draws each row once without replacement, the heavy ones sooner', () => {
    let heavyFirst = 0;
    for (let seed = 0; seed < 400; seed++) {
      const rows = drawn(weightedSampler([1, 1, 8], { replacement: false }), seed);
      expect(rows.toSorted()).toEqual([0, 1, 2]);
      if (rows[0] === 2) heavyFirst++;
    }
    expect(Math.abs(heavyFirst - 320)).toBeLessThan(32); // 4 · √(400 · 0.8 · 0.2)
    expect(drawn(weightedSampler([0, 5], { replacement: false, size: 1 }))).toEqual([1]);
  });

  test('refuses weights and sizes that make no sense', () => {
    for (const weight of [-1, NaN, Infinity]) {
      expectDataError(() => weightedSampler([1, weight]), 'E_DATA_VALUE', `weights[1] is ${weight}`);
    }
    expectDataError(() => weightedSampler([0, 0]), 'E_DATA_VALUE', 'no weight of 2');
    expectDataError(() => weightedSampler([]), 'E_DATA_VALUE', 'no weight of 0');
    expectDataError(() => weightedSampler([1], { size: 0 }), 'E_DATA_OPTION', 'size is 0');
    expectDataError(
      () => weightedSampler([1, 0], { replacement: false }),
      'E_DATA_OPTION',
      'size is 2, expected an integer from 1 to 1',
    );
  });

  const weights = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-300, max: 1e300, noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    })
    .filter((values) => values.some((weight) => weight > 0));

  property.prop([weights, fc.nat()])('never draws what has no weight, nor a row twice', (values, seed) => {
    const size = values.filter((weight) => weight > 0).length;
    const rows = drawn(weightedSampler(values, { replacement: false, size }), seed);
    expect(rows.toSorted((left, right) => left - right)).toEqual(
      values.flatMap((weight, index) => (weight > 0 ? [index] : [])),
    );
  });
});

describe('balancedSampler', () => {
  const y = [0, 0, 0, 0, 0, 5, 5, 9];

  test('has one row of every class in every stretch of that size', () => {
    const rows = drawn(balancedSampler(y));
    expect(rows).toHaveLength(15);
    for (let start = 0; start < rows.length; start += 3) {
      expect(
        rows
          .slice(start, start + 3)
          .map((row) => y[row])
          .toSorted(),
      ).toEqual([0, 5, 9]);
    }
    expect([0, 1, 2, 3, 4].map((row) => times(rows, row))).toEqual([1, 1, 1, 1, 1]);
    expect([times(rows, 5), times(rows, 6)].toSorted()).toEqual([2, 3]);
    expect(times(rows, 7)).toBe(5);
    expect(drawn(balancedSampler(y), 1)).not.toEqual(rows);
  });

  test('can take as many rows as the smallest class has, or any number', () => {
    expect(drawn(balancedSampler(y, { perClass: 'smallest' }))).toHaveLength(3);
    expect(drawn(balancedSampler(y, { perClass: 4 }))).toHaveLength(12);
    expectDataError(() => balancedSampler(y, { perClass: 0 }), 'E_DATA_OPTION', 'perClass is 0');
    expectDataError(() => balancedSampler([]), 'E_DATA_EMPTY');
  });

  test('of one class only is a shuffle', () => {
    expect(drawn(balancedSampler([3, 3, 3])).toSorted()).toEqual([0, 1, 2]);
  });
});

describe('balancedWeights', () => {
  test("are scikit-learn's", () => {
    expect([...balancedWeights([0, 0, 0, 7])]).toEqual([4 / 6, 4 / 6, 4 / 6, 2]);
    expect([...balancedWeights([1, 1])]).toEqual([1, 1]);
    expectDataError(() => balancedWeights([]), 'E_DATA_EMPTY');
  });
});

describe('batches with a sampler', () => {
  const source = dataset({ x: [[0], [1], [2], [3]], y: [0, 0, 0, 1] });

  test('are balanced, differ from epoch to epoch, and end with a partial batch', () => {
    const loader = batches(source, { batchSize: 4, sampler: balancedSampler(source.feeds.y), seed: 3 });
    const epoch = (number: number) =>
      Array.from(loader.epoch(number), ({ x, y }) => ({ x: [...x], y: [...y] }));
    expect(epoch(0).map(({ y }) => y.length)).toEqual([4, 2]);
    expect(
      epoch(0)
        .flatMap(({ y }) => y)
        .filter((label) => label === 1),
    ).toHaveLength(3);
    expect(epoch(0)).toEqual(epoch(0));
    expect(epoch(0)).not.toEqual(epoch(1));
  });

  test('can be one full batch', () => {
    const [batch] = [...batches(source, { batchSize: 'full', sampler: balancedSampler(source.feeds.y) })];
    expect(batch?.y.length).toBe(6);
  });

  test('refuse shuffle, rows and a sampler for other data', () => {
    const sampler = balancedSampler(source.feeds.y);
    expectDataError(
      () => batches(source, { batchSize: 2, sampler, shuffle: true }),
      'E_DATA_OPTION',
      'shuffle',
    );
    expectDataError(() => batches(source, { batchSize: 2, sampler, rows: [0] }), 'E_DATA_OPTION', 'rows');
    expectDataError(
      () => batches(source.slice(1), { batchSize: 2, sampler }),
      'E_DATA_ROWS',
      '4 rows',
      'have 3',
    );
  });
});
