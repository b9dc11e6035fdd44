import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { largestRemainder, stratifiedQuotas } from '../../src/data/partition.ts';

const total = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

describe('largestRemainder', () => {
  test('gives the left-over seats to the largest fractions, the earlier of equals first', () => {
    expect(largestRemainder([47, 16, 15, 22], 10)).toEqual([5, 2, 1, 2]);
    expect(largestRemainder([1, 1, 1], 2)).toEqual([1, 1, 0]);
    expect(largestRemainder([0, 0], 0)).toEqual([0, 0]);
  });

  property.prop([fc.array(fc.nat(1000), { minLength: 1 }), fc.nat()])(
    'shares out everything, each share within one of the exact one and never above its weight',
    (weights, draw) => {
      const sum = total(weights);
      const seats = sum === 0 ? 0 : draw % (sum + 1);
      const shares = largestRemainder(weights, seats);
      expect(total(shares)).toBe(seats);
      shares.forEach((share, index) => {
        const weight = weights[index] ?? 0;
        expect(share).toBeLessThanOrEqual(weight);
        if (sum > 0) expect(Math.abs(share - (weight * seats) / sum)).toBeLessThan(1);
      });
    },
  );
});

property.prop([
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
  fc.nat(),
  fc.nat(),
])(
  'stratified quotas add up to the classes and to the parts, within two rows of proportion',
  (counts, first, second) => {
    const rows = total(counts);
    const firstSize = first % (rows + 1);
    const secondSize = second % (rows - firstSize + 1);
    const sizes = [firstSize, secondSize, rows - firstSize - secondSize];
    const quotas = stratifiedQuotas(counts, sizes);
    expect(quotas.map(total)).toEqual(counts);
    sizes.forEach((size, part) => {
      expect(total(quotas.map((quota) => quota[part] ?? NaN))).toBe(size);
      quotas.forEach((quota, index) => {
        expect(Math.abs((quota[part] ?? NaN) - ((counts[index] ?? 0) * size) / rows)).toBeLessThan(2);
      });
    });
  },
);
