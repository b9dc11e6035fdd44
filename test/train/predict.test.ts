import { describe, expect, test } from 'vitest';
import { dataset } from 'tapeless/data';
import type { PredictingSession } from 'tapeless/train';
import { predictAll } from 'tapeless/train';
import { ShapeError } from '../../src/ir/errors.ts';

type XY = Readonly<{ x: Float32Array; y: Int32Array }>;

/** Gives `[2x, −x]` a row and whether x is odd, always in the same memory. */
const doubling = (): PredictingSession<XY, 'pair' | 'odd'> => {
  const pair = new Float32Array(64);
  const odd = new Uint8Array(32);
  return {
    predict(feeds) {
      feeds.x.forEach((value, row) => {
        pair.set([2 * value, -value], 2 * row);
        odd[row] = value % 2;
      });
      const rows = feeds.x.length;
      return {
        pair: { data: pair.subarray(0, 2 * rows), shape: [rows, 2] },
        odd: { data: odd.subarray(0, rows), shape: [rows] },
      };
    },
  };
};

const data = dataset({ x: Float32Array.of(1, 2, 3, 4, 5), y: [0, 0, 0, 1, 1] });

describe('predictAll', () => {
  test.each([1, 2, 5, 'full', undefined] as const)(
    'puts the outputs of batches of %s together, as copies of their own type',
    async (batchSize) => {
      const { pair, odd } = await predictAll(doubling(), data, batchSize === undefined ? {} : { batchSize });
      expect(pair).toEqual({ data: Float32Array.of(2, -1, 4, -2, 6, -3, 8, -4, 10, -5), shape: [5, 2] });
      expect(odd).toEqual({ data: Uint8Array.of(1, 0, 1, 0, 1), shape: [5] });
    },
  );

  test.each([{ shape: [] }, { shape: [1, 5] }])('refuses an output of shape $shape', async ({ shape }) => {
    const session = { predict: () => ({ total: { data: new Float32Array(5), shape } }) };
    const run = predictAll(session, data);
    await expect(run).rejects.toThrow(ShapeError);
    await expect(run).rejects.toThrow(
      `the output "total" has shape [${shape.join(', ')}] for a batch of 5 row(s)`,
    );
  });
});
