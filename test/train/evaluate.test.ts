import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { evaluate } from 'tapeless/train';
import { weightedMean } from '../../src/train/weighted-mean.ts';
import type { Columns } from './linear-regression.ts';
import { line, linearRegression } from './linear-regression.ts';

describe('evaluate', () => {
  test('gives the mean over samples whatever the batch size, and changes nothing', async () => {
    const session = linearRegression();
    const data = line(7);
    const whole = { ...session.evaluate(data.feeds) };
    for (const batchSize of [1, 3, 7, 100, 'full'] as const) {
      const { loss, accuracy } = await evaluate(session, data, { batchSize });
      expect(loss).toBeCloseTo(whole.loss, 12);
      expect(accuracy).toBeCloseTo(whole.accuracy, 12);
    }
    expect(session.steps).toBe(0);
  });

  test('takes all rows at once, from their own memory, when they fit a batch', async () => {
    const seen: unknown[] = [];
    const spy = {
      evaluate(feeds: Columns) {
        seen.push(feeds);
        return { loss: 1 };
      },
    };
    const data = line(9);
    await evaluate(spy, data);
    expect(seen.length).toBe(1);
    expect(seen[0]).toBe(data.feeds);
  });

  test('refuses a batch size that is none', async () => {
    await expect(evaluate(linearRegression(), line(3), { batchSize: 0 })).rejects.toThrow('batchSize is 0');
    await expect(evaluate(linearRegression(), line(3), { batchSize: 3.5 })).rejects.toThrow(
      'batchSize is 3.5',
    );
  });
});

describe('the weighted mean', () => {
  property.prop(
    {
      batches: fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), { minLength: 1 }),
    },
    { seed: 2 },
  )('of batch means is the mean of the samples', ({ batches }) => {
    const mean = weightedMean<'negated'>();
    const meanOf = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const reused = { loss: 0, negated: 0 };
    for (const batch of batches) {
      reused.loss = meanOf(batch);
      reused.negated = -reused.loss;
      mean.add(reused, batch.length);
    }
    expect(mean.of('loss')).toBeCloseTo(meanOf(batches.flat()), 8);
    expect(mean.all()).toEqual({ loss: mean.of('loss'), negated: -mean.of('loss') });
  });

  test('of nothing is NaN', () => {
    expect(weightedMean().of('loss')).toBeNaN();
  });
});
