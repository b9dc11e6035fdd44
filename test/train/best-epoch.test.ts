import { describe, expect, test } from 'vitest';
import type { MonitorOptions } from 'tapeless/train';
import { epochMonitor } from '../../src/train/best-epoch.ts';

const epoch = { steps: 0, seconds: 0, samplesPerSecond: 0 };

/** Feeds a monitor one value an epoch and gives what it says to each. */
function observe(options: MonitorOptions, values: readonly number[]) {
  const monitor = epochMonitor(options);
  const name = options.monitor ?? 'loss';
  const better = values.map((value, index) =>
    monitor.observe({ ...epoch, epoch: index + 1, training: { loss: 0, [name]: value } }, false),
  );
  return { better, best: monitor.best(), waited: monitor.epochsWithoutBetter() };
}

describe('the monitor of epochs', () => {
  test('takes smaller losses for better, and equal ones for no better', () => {
    const { better, best, waited } = observe({}, [3, 2, 2, 2.5, 1, 1]);
    expect(better).toEqual([true, true, false, false, true, false]);
    expect(best).toEqual({ monitor: 'loss', epoch: 5, value: 1 });
    expect(waited).toBe(1);
  });

  test.each([
    ['loss', 'min'],
    ['validation.loss', 'min'],
    ['squaredError', 'min'],
    ['MAE', 'min'],
    ['accuracy', 'max'],
    ['top5Accuracy', 'max'],
    ['validation.top-5_accuracy', 'max'],
    ['F1', 'max'],
    ['AUC', 'max'],
  ])('tells by the name that %s is to be %s', (monitor, mode) => {
    const { better } = observe({ monitor }, [2, 1, 3]);
    expect(better).toEqual(mode === 'min' ? [true, true, false] : [true, false, true]);
  });

  test('asks for the mode when the name does not tell it', () => {
    expect(() => epochMonitor({ monitor: 'weightNorm' })).toThrow(
      `whether "weightNorm" shall fall or rise cannot be told by its name`,
    );
    expect(observe({ monitor: 'weightNorm', mode: 'max' }, [1, 2]).better).toEqual([true, true]);
    expect(observe({ monitor: 'accuracy', mode: 'min' }, [1, 2]).better).toEqual([true, false]);
    expect(() => epochMonitor({ mode: 'least' as 'min' })).toThrow(`mode is "least"`);
  });

  test('counts a change as better only beyond minDelta', () => {
    expect(observe({ minDelta: 0.5 }, [3, 2.5, 2.4, 2, 1.8]).better).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    const rising = observe({ monitor: 'accuracy', minDelta: 0.1 }, [0.5, 0.55, 0.65]);
    expect(rising.better).toEqual([true, false, true]);
  });

  test('takes NaN for no value, and any value for better than infinity', () => {
    const { better, best } = observe({}, [NaN, Infinity, NaN, 5]);
    expect(better).toEqual([false, true, false, true]);
    expect(best?.epoch).toBe(4);
    expect(observe({}, [NaN, NaN])).toEqual({ better: [false, false], best: undefined, waited: 2 });
  });

  test('watches the validation loss where there is one', () => {
    const monitor = epochMonitor({});
    monitor.observe({ ...epoch, epoch: 1, training: { loss: 9 }, validation: { loss: 2 } }, true);
    monitor.observe({ ...epoch, epoch: 2, training: { loss: 1 }, validation: { loss: 3 } }, true);
    expect(monitor.best()).toEqual({ monitor: 'validation.loss', epoch: 1, value: 2 });
  });
});
