import { describe, expect, test } from 'vitest';
import { history } from '../../src/train/history.ts';
import type { HistoryJson } from 'tapeless/train';

const plain: HistoryJson = {
  epochs: [
    {
      epoch: 1,
      steps: 3,
      seconds: 0.5,
      samplesPerSecond: 100,
      training: { loss: 2, accuracy: 0.5 },
      validation: { loss: 3 },
    },
    { epoch: 2, steps: 6, seconds: 0.25, samplesPerSecond: 100, training: { loss: 1, accuracy: 0.75 } },
  ],
  best: { monitor: 'loss', epoch: 2, value: 1, restored: false },
  reason: 'epochs',
  stoppedEarly: false,
  steps: 6,
  seconds: 0.75,
};

describe('a history', () => {
  test('gives one measure over the epochs, NaN where an epoch has none', () => {
    const { series } = history(plain);
    expect(series('loss')).toEqual([2, 1]);
    expect(series('accuracy')).toEqual([0.5, 0.75]);
    expect(series('validation.loss')).toEqual([3, NaN]);
  });

  test('survives a file', () => {
    const text = JSON.stringify(history(plain));
    expect(JSON.parse(text)).toEqual(plain);
    expect(history(JSON.parse(text) as HistoryJson).series('loss')).toEqual([2, 1]);
  });

  test('is frozen and keeps its own list', () => {
    const epochs = [...plain.epochs];
    const result = history({ ...plain, epochs });
    epochs.pop();
    expect(result.epochs.length).toBe(2);
    expect(Object.isFrozen(result)).toBe(true);
    expect(Object.isFrozen(result.epochs)).toBe(true);
  });

  test('names the measures there are when asked for another', () => {
    const { series } = history(plain);
    expect(() => series('validation.accuracy')).toThrow(
      'no epoch has a measure "validation.accuracy"; there are loss, accuracy, validation.loss',
    );
    expect(() => series('toString')).toThrow('no epoch has a measure "toString"');
  });

  test('says how to get validation measures when there are none', () => {
    const { series } = history({ ...plain, epochs: plain.epochs.slice(1) });
    expect(() => series('validation.loss')).toThrow('help: pass validation data to fit');
  });
});
