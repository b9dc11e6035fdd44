import { describe, expect, test } from 'vitest';
import type { EpochRecord } from 'tapeless/train';
import type { ProgressState } from '../../src/node/progress-line.ts';
import { epochLine, progressLine } from '../../src/node/progress-line.ts';

const record: EpochRecord = {
  epoch: 15,
  steps: 15,
  seconds: 0.0812,
  samplesPerSecond: 100,
  training: { loss: 0.09312345, accuracy: 0.97 },
  validation: { loss: 0.12044444, accuracy: 0.9333333 },
};

const running: ProgressState = {
  label: 'iris',
  epochs: 25,
  epochsDone: 15,
  fraction: 0.6,
  fractionBefore: 0,
  seconds: 3,
  samplesPerSecond: 450,
  running: { loss: 0.0931, accuracy: 0.97 },
  record,
  ended: undefined,
  best: undefined,
};

describe('the line of the bar', () => {
  test('shows epochs, time spent and left, rate, loss and validation', () => {
    expect(progressLine(running, 200)).toBe(
      'iris   60%|███████████████████▏            | 15/25 epochs [00:03<00:02, 5.00 epochs/s]' +
        '  loss 0.09310  validation accuracy 93.3%  validation loss 0.1204  accuracy 97.0%  450 samples/s',
    );
  });

  test('leaves out of rates what was done before a resumption', () => {
    const resumed = { ...running, fractionBefore: 0.4 };
    expect(progressLine(resumed, 200)).toContain('[00:03<00:06, 1.67 epochs/s]');
  });

  test.each([
    [0.5, '0.5 samples/s'],
    [999.6, '1000 samples/s'],
    [12345, '12.3k samples/s'],
    [2.5e6, '2.5M samples/s'],
  ])('shortens rates: %d', (samplesPerSecond, text) => {
    expect(progressLine({ ...running, samplesPerSecond }, 200)).toContain(`  ${text}`);
  });

  test('starts without measures, time left and rate', () => {
    const start = {
      ...running,
      label: '',
      epochsDone: 0,
      fraction: 0,
      seconds: 0,
      samplesPerSecond: NaN,
      running: undefined,
      record: undefined,
    };
    expect(progressLine(start, 80)).toBe(`  0%|${' '.repeat(32)}|  0/25 epochs [00:00]`);
  });

  test('gives the seconds an epoch when they are more than one', () => {
    const slow = { ...running, seconds: 4500, label: '' };
    expect(progressLine(slow, 100)).toContain('| 15/25 epochs [1:15:00<50:00, 300 s/epoch]  loss');
  });

  test('never is wider than the terminal: the bar gives way first, then the measures from the right', () => {
    for (let width = 1; width <= 200; width++)
      expect(progressLine(running, width).length).toBeLessThanOrEqual(width);
    const line = progressLine(running, 80);
    expect(line).toContain('loss 0.09310');
    expect(line).not.toContain('validation');
    expect(progressLine(running, 110)).toContain('validation accuracy 93.3%');
  });

  test.each([
    ['epochs', undefined, 'epochs/s]  loss 0.09312  validation accuracy'],
    ['steps', undefined, 'epochs/s]  step limit reached  loss'],
    ['earlyStopping', { epoch: 12, restored: true }, 'epochs/s]  stopped early  kept epoch 12  loss 0.09312'],
    ['earlyStopping', { epoch: 12, restored: false }, 'epochs/s]  stopped early  loss 0.09312'],
    ['callback', undefined, 'epochs/s]  stopped by callback  loss'],
    ['aborted', undefined, 'epochs/s]  aborted  loss'],
    ['error', undefined, 'epochs/s]  failed  loss'],
  ] as const)('says at the end how it ended: %s %o', (ended, best, text) => {
    const over = { ...running, ended, best: best && { ...best, monitor: 'loss', value: 1 } };
    const line = progressLine(over, 200);
    expect(line).toContain(text);
    expect(line).toContain('[00:03, 5.00 epochs/s]');
  });

  test('shows a loss that is not finite as it is', () => {
    expect(progressLine({ ...running, running: { loss: Infinity } }, 200)).toContain('loss Infinity');
  });
});

test('the bar gives way in steps of four, so that it does not flicker with every digit of the measures', () => {
  const widths = Array.from({ length: 60 }, (_, extra) => {
    const line = progressLine(
      { ...running, record: undefined, running: { loss: 1 }, samplesPerSecond: NaN },
      60 + extra,
    );
    return line.lastIndexOf('|') - line.indexOf('|') - 1;
  });
  expect([...new Set(widths)]).toEqual([8, 12, 16, 20, 24, 28, 32]);
});

test('the line of a log names the epoch, its time and all measures', () => {
  expect(epochLine('iris', { ...record, epoch: 5 }, 25)).toBe(
    'iris  epoch  5/25  0.08 s  loss 0.09312  validation accuracy 93.3%  validation loss 0.1204  accuracy 97.0%  100 samples/s',
  );
  const alone = { epoch: 1, steps: 1, seconds: 75, samplesPerSecond: 100, training: { loss: 2 } };
  expect(epochLine('', alone, 1)).toBe('epoch 1/1  01:15  loss 2.000  100 samples/s');
});
