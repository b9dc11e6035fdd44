import { describe, expect, test } from 'vitest';
import { weightedSampler } from 'tapeless/data';
import type { TrainingEvent } from 'tapeless/train';
import { fit, fitEpochs } from 'tapeless/train';
import { line, linearRegression } from './linear-regression.ts';

describe('training epoch by epoch', () => {
  test('trains an epoch when its turn comes, and leaves the same history as fit', async () => {
    const session = linearRegression();
    const options = { epochs: 3, batchSize: 2, validation: line(3) };
    const run = fitEpochs(session, line(4), options);
    expect(session.steps).toBe(0);
    expect(run.history).toMatchObject({ epochs: [], steps: 0 });
    const steps: number[] = [];
    for await (const record of run) {
      expect(run.history.epochs.at(-1)).toBe(record);
      steps.push(session.steps);
    }
    expect(steps).toEqual([2, 4, 6]);
    const whole = await fit(linearRegression(), line(4), options);
    expect(run.history.series('loss')).toEqual(whole.series('loss'));
    expect(run.history.reason).toBe('epochs');
  });

  test('may be left, which tells the end and gives back the best parameters', async () => {
    const events: string[] = [];
    const session = linearRegression();
    const run = fitEpochs(session, line(6), {
      epochs: 100,
      batchSize: 'full',
      validation: line(1, 0.4), // which the fit passes on its way to the training data
      earlyStopping: { patience: Infinity },
      progress: (event) => events.push(event.kind),
    });
    for await (const { epoch } of run) if (epoch === 40) break;
    expect(run.history).toMatchObject({ reason: 'callback', stoppedEarly: false, steps: 40 });
    expect(run.history.best?.restored).toBe(true);
    expect(session.steps).toBe(run.history.best?.epoch);
    expect(events.filter((kind) => kind === 'start' || kind === 'end')).toEqual(['start', 'end']);
    // It is over: there is nothing to ask for any more.
    for await (const _ of run) expect.unreachable();
  });

  test('ends cleanly when the loop throws', async () => {
    const events: TrainingEvent[] = [];
    const run = fitEpochs(linearRegression(), line(4), {
      epochs: 9,
      progress: (event) => events.push(event),
    });
    const loop = async () => {
      for await (const { epoch } of run) if (epoch === 2) throw new Error('enough');
    };
    await expect(loop()).rejects.toThrow('enough');
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'callback' });
  });

  test('refuses wrong options at the call', () => {
    expect(() => fitEpochs(linearRegression(), line(4), { epochs: 0 })).toThrow('epochs is 0');
    expect(() => fitEpochs(linearRegression(), line(4), {})).toThrow('neither epochs nor steps');
    expect(() => fitEpochs(linearRegression(), line(4), { epochs: 1, batchsize: 3 } as never)).toThrow(
      'there is no option "batchsize"\n\n  help: did you mean "batchSize"?',
    );
    expect(() => fitEpochs(linearRegression(), line(4), { epochs: 1, initialEpoch: -1 })).toThrow(
      'initialEpoch is -1',
    );
    expect(() => fitEpochs(linearRegression(), line(4), undefined as never)).toThrow('pass an object');
  });
});

describe('how long to train', () => {
  test('may be said in steps alone, of which the start makes epochs', async () => {
    const events: TrainingEvent[] = [];
    const history = await fit(linearRegression(), line(6), {
      steps: 7,
      batchSize: 2,
      progress: (event) => events.push(event),
    });
    expect(history.reason).toBe('steps');
    expect(history.epochs.map(({ steps }) => steps)).toEqual([3, 6, 7]);
    expect(events[0]).toEqual({ kind: 'start', epochs: 3, steps: 7 });
  });

  test('may begin after epochs that were taken before, with the rows of those to come', async () => {
    const whole = linearRegression();
    await fit(whole, line(8), { epochs: 4, batchSize: 4 });
    const parts = linearRegression();
    await fit(parts, line(8), { epochs: 2, batchSize: 4 });
    const later = await fit(parts, line(8), { epochs: 4, initialEpoch: 2, batchSize: 4 });
    expect(parts.stepped).toEqual(whole.stepped);
    expect(later.epochs.map(({ epoch }) => epoch)).toEqual([3, 4]);
    expect(later.steps).toBe(4);
  });
});

describe('samplers', () => {
  test('say which rows an epoch has', async () => {
    const session = linearRegression();
    const sampler = weightedSampler([0, 0, 1, 0], { size: 6 });
    const history = await fit(session, line(4), { epochs: 1, batchSize: 4, sampler });
    expect(session.stepped).toEqual([
      [2, 2, 2, 2],
      [2, 2],
    ]);
    expect(history.epochs[0]?.steps).toBe(2);
  });

  test('may be made of the data of every epoch', async () => {
    const session = linearRegression();
    const sizes = [3, 5];
    await fit(session, (epoch: number) => ({ train: line(sizes[epoch] ?? 1) }), {
      epochs: 2,
      sampler: ({ size }) =>
        weightedSampler(
          Float32Array.from({ length: size }, (_, row) => row),
          { size: 2 },
        ),
    });
    expect(session.stepped).toHaveLength(2);
  });

  test('do not go with shuffling', async () => {
    const run = fit(linearRegression(), line(4), {
      epochs: 1,
      shuffle: true,
      sampler: weightedSampler([1, 1, 1, 1]),
    });
    await expect(run).rejects.toThrow('sampler does not go with shuffle');
  });
});

describe('validation in some epochs', () => {
  const options = { batchSize: 'full', validation: line(1, 0.4), validationEvery: 3 } as const;

  test('and after the last one; the others have none', async () => {
    const { epochs } = await fit(linearRegression(), line(6), { ...options, epochs: 8 });
    expect(epochs.flatMap(({ epoch, validation }) => (validation === undefined ? [] : [epoch]))).toEqual([
      3, 6, 8,
    ]);
  });

  test('has early stopping count those epochs', async () => {
    const every = await fit(linearRegression(), line(6), {
      ...options,
      validationEvery: 1,
      epochs: 300,
      earlyStopping: { patience: 3 },
    });
    const third = await fit(linearRegression(), line(6), {
      ...options,
      epochs: 300,
      earlyStopping: { patience: 3 },
    });
    const best = every.best?.epoch ?? NaN;
    expect(third.best?.monitor).toBe('validation.loss');
    expect(Math.abs((third.best?.epoch ?? 0) - best)).toBeLessThan(3);
    expect(third.epochs).toHaveLength((third.best?.epoch ?? 0) + 9);
  });

  test('does not keep early stopping from the training loss', async () => {
    const earlyStopping = { patience: 2, monitor: 'loss', minDelta: 1e9 } as const;
    const history = await fit(linearRegression(), line(6), { ...options, epochs: 300, earlyStopping });
    expect(history.epochs).toHaveLength(3);
  });
});

describe('what listeners hear', () => {
  test('are rows, means of metrics and rates', async () => {
    const events: TrainingEvent<'accuracy'>[] = [];
    const history = await fit(linearRegression(), line(5), {
      epochs: 1,
      batchSize: 4,
      progress: (event) => events.push(event),
    });
    const batches = events.filter((event) => event.kind === 'batch');
    expect(batches.map(({ samples }) => samples)).toEqual([4, 1]);
    expect(batches[1]?.meanMetrics).toEqual({ accuracy: history.epochs[0]?.training.accuracy });
    expect(history.epochs[0]?.samplesPerSecond).toBeGreaterThan(0);
  });

  test('reaches all of several, in order', async () => {
    const heard: string[] = [];
    const listener = (name: string) => (event: TrainingEvent) => heard.push(`${name} ${event.kind}`);
    await fit(linearRegression(), line(4), { epochs: 1, progress: [listener('a'), listener('b')] });
    expect(heard.slice(0, 4)).toEqual(['a start', 'b start', 'a batch', 'b batch']);
  });
});

test('an abort while validation runs leaves the epoch out', async () => {
  const controller = new AbortController();
  const session = linearRegression();
  const evaluate = session.evaluate;
  let evaluations = 0;
  const aborting = {
    ...session,
    get steps() {
      return session.steps;
    },
    evaluate: (feeds: Parameters<typeof evaluate>[0]) => {
      if (++evaluations === 3) controller.abort();
      return evaluate(feeds);
    },
  };
  const history = await fit(aborting, line(4), {
    epochs: 5,
    validation: line(4),
    validationBatchSize: 2,
    signal: controller.signal,
  });
  expect(history).toMatchObject({ reason: 'aborted', steps: 2 });
  expect(history.epochs).toHaveLength(1);
});
