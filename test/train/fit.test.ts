import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { dataset, shuffledCrossValidation } from 'tapeless/data';
import type { FitOptions, History, TrainingEvent } from 'tapeless/train';
import { fit } from 'tapeless/train';
import { DataError, DeclarationError, NumericsError } from '../../src/ir/errors.ts';
import type { Columns } from './linear-regression.ts';
import { line, linearRegression } from './linear-regression.ts';

type Options = FitOptions<Columns, 'accuracy'>;

const ascending = (size: number) => Array.from({ length: size }, (_, row) => row);
const withoutTimes = (history: History) =>
  history.epochs.map(({ epoch, steps, training, validation }) => ({ epoch, steps, training, validation }));

/** Runs `fit` and gives the error that it rejects with. */
async function failure(options: Options, session = linearRegression()): Promise<unknown> {
  return fit(session, line(4), options).then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('fit', () => {
  test('learns the line that the data are on', async () => {
    const session = linearRegression();
    const history = await fit(session, line(20), { epochs: 100, batchSize: 5 });
    expect(session.weight).toBeCloseTo(2, 4);
    expect(session.bias).toBeCloseTo(-1, 4);
    expect(history.epochs.at(-1)?.training.loss).toBeLessThan(1e-8);
    expect(history.epochs.at(-1)?.training.accuracy).toBe(1);
    expect(history.steps).toBe(400);
    expect(history.reason).toBe('epochs');
    expect(history.stoppedEarly).toBe(false);
  });

  test.each([
    { batchSize: 1, sizes: [1, 1, 1, 1, 1, 1, 1] },
    { batchSize: 3, sizes: [3, 3, 1] },
    { batchSize: 'full', sizes: [7] },
    { batchSize: undefined, sizes: [7] },
  ] as const)('takes every row once an epoch in batches of $batchSize', async ({ batchSize, sizes }) => {
    const session = linearRegression();
    await fit(session, line(7), { epochs: 3, ...(batchSize === undefined ? {} : { batchSize }) });
    const perEpoch = sizes.length;
    expect(session.stepped.length).toBe(3 * perEpoch);
    for (let epoch = 0; epoch < 3; epoch++) {
      const batches = session.stepped.slice(epoch * perEpoch, (epoch + 1) * perEpoch);
      expect(batches.map((rows) => rows.length)).toEqual(sizes);
      expect(batches.flat().sort((a, b) => a - b)).toEqual(ascending(7));
    }
  });

  test('takes 32 rows a step by default', async () => {
    const session = linearRegression();
    await fit(session, line(70), { epochs: 1 });
    expect(session.stepped.map((rows) => rows.length)).toEqual([32, 32, 6]);
  });

  test('draws a new order of the rows for every epoch, and the file order without shuffling', async () => {
    const shuffled = linearRegression();
    await fit(shuffled, line(16), { epochs: 2, batchSize: 'full' });
    const [first, second] = shuffled.stepped;
    expect(first).not.toEqual(ascending(16));
    expect(second).not.toEqual(first);

    const ordered = linearRegression();
    await fit(ordered, line(16), { epochs: 2, batchSize: 'full', shuffle: false });
    expect(ordered.stepped).toEqual([ascending(16), ascending(16)]);
  });

  test('can leave out a smaller last batch', async () => {
    const session = linearRegression();
    const history = await fit(session, line(7), { epochs: 2, batchSize: 3, dropLast: true });
    expect(session.stepped.map((rows) => rows.length)).toEqual([3, 3, 3, 3]);
    expect(history.steps).toBe(4);
  });

  test('gives the same history and parameters for the same seed, and others for another seed', async () => {
    const run = async (seed: number) => {
      const session = linearRegression();
      const history = await fit(session, line(12), { epochs: 4, batchSize: 5, seed, validation: line(5) });
      return { history: withoutTimes(history), weight: session.weight, rows: session.stepped };
    };
    expect(await run(3)).toEqual(await run(3));
    expect((await run(4)).rows).not.toEqual((await run(3)).rows);
  });

  test('records means over samples: a smaller batch counts for less', async () => {
    const still = linearRegression({ rate: 0 });
    const inThrees = await fit(still, line(7), { epochs: 1, batchSize: 3 });
    const atOnce = await fit(still, line(7), { epochs: 1, batchSize: 'full', shuffle: false });
    const whole = still.evaluate(line(7).feeds);
    expect(inThrees.epochs[0]?.training.loss).toBeCloseTo(whole.loss, 12);
    expect(inThrees.epochs[0]?.training.accuracy).toBeCloseTo(whole.accuracy, 12);
    expect(atOnce.epochs[0]?.training.loss).toBe(whole.loss);
  });

  test('validates after every epoch, in batches whose mean is that of the samples', async () => {
    const session = linearRegression();
    const validation = line(7, 0.3);
    const history = await fit(session, line(6), { epochs: 2, validation, validationBatchSize: 3 });
    expect(session.evaluated.map((rows) => rows.length)).toEqual([3, 3, 1, 3, 3, 1]);
    expect(session.evaluated.slice(0, 3).flat()).toEqual(ascending(7));
    expect(history.epochs[1]?.validation?.loss).toBeCloseTo(session.evaluate(validation.feeds).loss, 12);
    expect(history.epochs.map((record) => record.steps)).toEqual([1, 2]);
    expect(history.series('validation.loss').length).toBe(2);
  });

  test('takes the data of each epoch from a function, as cross-validation gives them', async () => {
    const session = linearRegression();
    const folds = shuffledCrossValidation(line(10), { validationSize: 3, seed: 1 });
    const history = await fit(session, folds, { epochs: 3, batchSize: 'full' });
    session.stepped.forEach((train, epoch) => {
      const validation = session.evaluated[epoch] ?? [];
      expect(validation).toEqual([...folds(epoch).validation.feeds.id]);
      expect([...train, ...validation].sort((a, b) => a - b)).toEqual(ascending(10));
    });
    expect(session.evaluated[0]).not.toEqual(session.evaluated[1]);
    expect(history.series('validation.accuracy').length).toBe(3);
  });

  test('counts steps from where the session is', async () => {
    const session = linearRegression();
    await fit(session, line(4), { epochs: 2, batchSize: 2 });
    const history = await fit(session, line(4), { epochs: 1, batchSize: 2 });
    expect(history.epochs[0]?.steps).toBe(6);
    expect(history.steps).toBe(2);
  });

  test('ends at the limit on steps and records the epoch as far as it went', async () => {
    const session = linearRegression();
    const history = await fit(session, line(8), {
      epochs: 5,
      batchSize: 2,
      steps: 6,
      validation: line(3),
    });
    expect(session.steps).toBe(6);
    expect(history.reason).toBe('steps');
    expect(history.epochs.map((record) => record.steps)).toEqual([4, 6]);
    expect(history.epochs[1]?.validation).toBeDefined();
  });
});

describe('early stopping', () => {
  // The line sinks past the validation point on its way to the training data: validation gets worse again.
  const validation = line(1, 0.4);
  const overfitting: Options = { epochs: 50, batchSize: 'full', validation };

  test('stops when patience runs out and gives back the parameters of the best epoch', async () => {
    const free = linearRegression();
    const whole = await fit(free, line(6), overfitting);
    const losses = whole.series('validation.loss');
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(best).toBeGreaterThan(1);
    expect(best).toBeLessThan(40);
    expect(whole.best).toEqual({
      monitor: 'validation.loss',
      epoch: best,
      value: losses[best - 1],
      restored: false,
    });

    const session = linearRegression();
    const history = await fit(session, line(6), { ...overfitting, earlyStopping: { patience: 4 } });
    expect(history.reason).toBe('earlyStopping');
    expect(history.stoppedEarly).toBe(true);
    expect(history.epochs.length).toBe(best + 4);
    expect(history.best).toEqual({ ...whole.best, restored: true });
    expect(session.steps).toBe(best);
    expect(session.evaluate(validation.feeds).loss).toBe(losses[best - 1]);
  });

  test('gives back the best parameters when the epochs run out too', async () => {
    const session = linearRegression();
    const history = await fit(session, line(6), { ...overfitting, earlyStopping: { patience: 100 } });
    expect(history.reason).toBe('epochs');
    expect(history.best?.restored).toBe(true);
    expect(session.steps).toBe(history.best?.epoch);
  });

  test('leaves the last parameters if it is told to', async () => {
    const session = linearRegression();
    const earlyStopping = { patience: 4, restoreBest: false };
    const history = await fit(session, line(6), { ...overfitting, earlyStopping });
    expect(history.stoppedEarly).toBe(true);
    expect(history.best?.restored).toBe(false);
    expect(session.restored).toBe(0);
    expect(session.steps).toBe(history.epochs.length);
  });

  test('has nothing to give back when the last epoch is the best', async () => {
    const session = linearRegression();
    const history = await fit(session, line(6), { epochs: 5, earlyStopping: { patience: 2 } });
    expect(history.best).toMatchObject({ monitor: 'loss', epoch: 5, restored: false });
    expect(session.restored).toBe(0);
  });

  test('takes a change below minDelta for no change', async () => {
    const history = await fit(linearRegression(), line(6), {
      epochs: 50,
      earlyStopping: { monitor: 'loss', patience: 3, minDelta: 100 },
    });
    expect(history.epochs.length).toBe(4);
    expect(history.best?.epoch).toBe(1);
  });

  test('lets an accuracy rise', async () => {
    const history = await fit(linearRegression(), line(20), {
      epochs: 60,
      validation: line(20),
      earlyStopping: { monitor: 'validation.accuracy', patience: 10 },
    });
    const accuracies = history.series('validation.accuracy');
    expect(history.best?.value).toBe(1);
    expect(history.best?.epoch).toBe(accuracies.indexOf(1) + 1);
    expect(history.stoppedEarly).toBe(true);
  });
});

describe('callbacks and signals', () => {
  test('onEpoch and onBatch hear of everything in order, and promises are awaited', async () => {
    const heard: string[] = [];
    await fit(linearRegression(), line(4), {
      epochs: 2,
      batchSize: 2,
      onBatch: ({ epoch, batch, batches, steps }) => {
        heard.push(`batch ${epoch}:${batch}/${batches} step ${steps}`);
      },
      onEpoch: async ({ epoch }) => {
        await Promise.resolve();
        heard.push(`epoch ${epoch}`);
      },
    });
    expect(heard).toEqual([
      'batch 1:1/2 step 1',
      'batch 1:2/2 step 2',
      'epoch 1',
      'batch 2:1/2 step 3',
      'batch 2:2/2 step 4',
      'epoch 2',
    ]);
  });

  test('stop() in onEpoch ends training after that epoch', async () => {
    const history = await fit(linearRegression(), line(4), {
      epochs: 9,
      onEpoch: ({ epoch }, stop) => {
        if (epoch === 3) stop();
      },
    });
    expect(history.epochs.length).toBe(3);
    expect(history.reason).toBe('callback');
  });

  test('stop() in onBatch ends training after that step, and the epoch so far is recorded', async () => {
    const session = linearRegression();
    const history = await fit(session, line(6), {
      epochs: 9,
      batchSize: 2,
      validation: line(2),
      onBatch: ({ steps }, stop) => {
        if (steps === 5) stop();
      },
    });
    expect(session.steps).toBe(5);
    expect(history.epochs.map((record) => record.steps)).toEqual([3, 5]);
    expect(history.epochs[1]?.validation).toBeDefined();
  });

  test('an abort signal ends training before the next step and leaves the unfinished epoch out', async () => {
    const session = linearRegression();
    const controller = new AbortController();
    const history = await fit(session, line(6), {
      epochs: 9,
      batchSize: 2,
      signal: controller.signal,
      onBatch: ({ steps }) => {
        if (steps === 4) controller.abort();
      },
    });
    expect(session.steps).toBe(4);
    expect(history.reason).toBe('aborted');
    expect(history.epochs.length).toBe(1);
    expect(history.steps).toBe(4);
  });

  test('an aborted training with early stopping gives back the best parameters', async () => {
    const session = linearRegression();
    const controller = new AbortController();
    await fit(session, line(6), {
      epochs: 9,
      batchSize: 2,
      earlyStopping: { patience: 3 },
      signal: controller.signal,
      onBatch: ({ steps }) => {
        if (steps === 4) controller.abort();
      },
    });
    expect(session.steps).toBe(3);
  });

  test('a signal that was given before takes no step', async () => {
    const session = linearRegression();
    const history = await fit(session, line(6), { epochs: 9, signal: AbortSignal.abort() });
    expect(session.steps).toBe(0);
    expect(history.epochs).toEqual([]);
    expect(history.best).toBeUndefined();
    expect(history.series('loss')).toEqual([]);
  });

  test('the event loop gets its turn while an epoch runs', async () => {
    const session = linearRegression();
    let isDue = false;
    const timer = setTimeout(() => (isDue = true), 60);
    await fit(session, line(2), {
      epochs: 1e9,
      onBatch: (_, stop) => {
        if (isDue) stop();
      },
    });
    clearTimeout(timer);
    expect(isDue).toBe(true);
  });
});

describe('progress', () => {
  const kinds = (listener: { readonly mock: { readonly calls: readonly (readonly [TrainingEvent])[] } }) =>
    listener.mock.calls.map(([event]) => event.kind);

  test('listeners hear start, batches, epochs and the end', async () => {
    const progress = vi.fn<(event: TrainingEvent) => void>();
    const history = await fit(linearRegression(), line(4), {
      epochs: 2,
      batchSize: 2,
      steps: 99,
      progress,
    });
    expect(kinds(progress)).toEqual(['start', 'batch', 'batch', 'epoch', 'batch', 'batch', 'epoch', 'end']);
    expect(progress.mock.calls[0]).toEqual([{ kind: 'start', epochs: 2, steps: 99 }]);
    expect(progress.mock.calls[3]).toEqual([{ kind: 'epoch', record: history.epochs[0] }]);
    expect(progress.mock.lastCall).toEqual([{ kind: 'end', reason: 'epochs', history }]);
  });

  test('a batch tells its own loss and the mean of the epoch so far', async () => {
    const losses: (readonly [number, number])[] = [];
    const progress = (event: TrainingEvent) => {
      if (event.kind === 'batch') losses.push([event.loss, event.meanLoss]);
    };
    await fit(linearRegression(), line(5), { epochs: 1, batchSize: 4, progress });
    const [[first, firstMean] = [NaN, NaN], [second, secondMean] = [NaN, NaN]] = losses;
    expect(firstMean).toBe(first);
    expect(secondMean).toBeCloseTo((first * 4 + second) / 5, 12);
  });

  test('the end is told when training fails', async () => {
    const progress = vi.fn<(event: TrainingEvent) => void>();
    await failure({ epochs: 1, progress, onEpoch: () => Promise.reject(new Error('full disk')) });
    expect(progress.mock.lastCall).toEqual([{ kind: 'end', reason: 'error' }]);
  });
});

describe('a loss that is not finite', () => {
  const diverging = () => linearRegression({ rate: 1e200 });

  test('is an error that names epoch, batch and step', async () => {
    const session = diverging();
    const error = await failure({ epochs: 5, batchSize: 2 }, session);
    expect(error).toBeInstanceOf(NumericsError);
    expect(error).toMatchObject({ code: 'E_LOSS_NOT_FINITE' });
    expect(String(error)).toMatch(/the training loss is (NaN|Infinity) at epoch 1, batch 2 \(step 2\)/);
    expect(String(error)).toContain('help: lower the learning rate');
    expect(session.steps).toBe(2);
  });

  test('is an error in validation too', async () => {
    const validation = line(2, Infinity);
    const error = await failure({ epochs: 5, validation });
    expect(String(error)).toMatch(/the validation loss is Infinity at epoch 1 \(step 1\)/);
  });

  test('is recorded like any other if told to go on', async () => {
    const history = await fit(diverging(), line(4), {
      epochs: 3,
      batchSize: 'full',
      onNonFinite: 'continue',
    });
    expect(history.epochs.length).toBe(3);
    expect(history.series('loss').map(Number.isFinite)).toEqual([true, false, false]);
    expect(history.best?.epoch).toBe(1);
  });
});

describe('options out of range', () => {
  test.each([
    { options: { epochs: 0 }, message: 'epochs is 0' },
    { options: { epochs: 1.5 }, message: 'epochs is 1.5' },
    { options: { epochs: 1, steps: -1 }, message: 'steps is -1' },
    { options: { epochs: 1, validationBatchSize: 0 }, message: 'validationBatchSize is 0' },
    { options: { epochs: 1, earlyStopping: { patience: 0 } }, message: 'earlyStopping.patience is 0' },
    {
      options: { epochs: 1, earlyStopping: { patience: 1, minDelta: -1 } },
      message: 'earlyStopping.minDelta is -1',
    },
    {
      options: { epochs: 1, earlyStopping: { patience: 1, monitor: 'validation.loss' } },
      message: 'early stopping monitors "validation.loss", and there is no validation data',
    },
  ] satisfies { options: Options; message: string }[])('$message', async ({ options, message }) => {
    const session = linearRegression();
    const error = await failure(options, session);
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error).toMatchObject({ code: 'E_OPTION' });
    expect(String(error)).toContain(`fit: ${message}`);
    expect(String(error)).toContain('\n\n  help: ');
    expect(session.steps).toBe(0);
  });

  test('what plain JavaScript can pass is refused too', async () => {
    const options = { epochs: 1, onNonFinite: 'ignore' };
    expect(String(await failure(options as unknown as Options))).toContain('onNonFinite is "ignore"');
  });

  test('a batch size that is none is refused before the first step', async () => {
    const session = linearRegression();
    expect(await failure({ epochs: 1, batchSize: 0 }, session)).toBeInstanceOf(DataError);
    expect(session.steps).toBe(0);
  });

  test('validation data from two sources are refused', async () => {
    const folds = () => ({ train: line(4), validation: line(2) });
    const run = fit(linearRegression(), folds, { epochs: 1, validation: line(2) });
    await expect(run).rejects.toThrow('two sources of validation data');
  });

  test('a monitor that nothing is called is refused with the names there are', async () => {
    const earlyStopping = { patience: 1, monitor: 'acuracy', mode: 'max' };
    const options = { epochs: 5, earlyStopping, validation: line(2) };
    const error = await failure(options as unknown as Options);
    expect(error).toMatchObject({ code: 'E_SERIES' });
    expect(String(error)).toContain(
      'no epoch has a measure "acuracy"; there are loss, accuracy, validation.loss, validation.accuracy',
    );
  });
});

test('the types know the columns that a session needs and the metrics that it gives', async () => {
  const history = await fit(linearRegression(), line(4), { epochs: 1 });
  expectTypeOf(history).toEqualTypeOf<History<'accuracy'>>();
  expectTypeOf(history.epochs[0]!.training.accuracy).toEqualTypeOf<number>();
  expectTypeOf(history.series)
    .parameter(0)
    .toEqualTypeOf<'loss' | 'accuracy' | 'validation.loss' | 'validation.accuracy'>();
  const withoutTargets = dataset({ x: new Float32Array(4), id: new Int32Array(4) });
  // @ts-expect-error: the session needs y
  await fit(linearRegression(), withoutTargets, { epochs: 1 }).catch(() => undefined);
});
