import { describe, expect, test } from 'vitest';
import { median, ratioOf } from '../../bench/harness/statistics.ts';

describe('median', () => {
  test('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median(new Set([4, 1, 2, 100]))).toBe(3);
  });

  test('is not a number where there is nothing', () => {
    expect(median([])).toBeNaN();
  });
});

describe('ratioOf', () => {
  test('compares within rounds, so that a disturbed round counts for both', () => {
    const ours = new Map([
      [0, 10],
      [1, 100],
      [2, 10],
    ]);
    const peer = new Map([
      [0, 30],
      [1, 300],
      [2, 40],
    ]);
    expect(ratioOf(peer, ours)).toBe(3);
  });

  test('looks at common rounds only', () => {
    expect(ratioOf(new Map([[4, 8]]), new Map([[4, 2]]).set(5, 1000))).toBe(4);
    expect(ratioOf(new Map([[4, 8]]), new Map([[5, 2]]))).toBeNaN();
  });
});
