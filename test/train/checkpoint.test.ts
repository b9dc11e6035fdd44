import { describe, expect, test } from 'vitest';
import { balancedSampler, shuffledCrossValidation } from 'tapeless/data';
import { standardScaler } from 'tapeless/data';
import { decodeSafetensors, encodeSafetensors, memoryStore } from 'tapeless/io';
import type { FitOptions, TrainingData } from 'tapeless/train';
import { decodeCheckpoint, fit, fitEpochs } from 'tapeless/train';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { options, resumableProgram, rowsOf, timeless, train, validation } from './resumable.ts';
import { line, linearRegression } from './linear-regression.ts';

type Options = FitOptions<typeof train.feeds, 'accuracy'>;
const program = resumableProgram();

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The state and the history of a training that nothing interrupts. */
async function uninterrupted(data: TrainingData<typeof train.feeds>, given: Options) {
  const session = program.start({ seed: 3 });
  const history = await fit(session, data, given);
  return { state: session.snapshot(), history: timeless(history), losses: history.series('loss') };
}

/** The same, in pieces: after every so many steps another session takes over. */
async function inPieces(data: TrainingData<typeof train.feeds>, given: Options, stops: readonly number[]) {
  const store = memoryStore();
  for (const steps of stops) {
    await fit(program.start({ seed: 3 }), data, { ...given, steps, checkpoint: { store } });
  }
  const session = program.start({ seed: 99 });
  const history = await fit(session, data, { ...given, checkpoint: { store } });
  return { state: session.snapshot(), history: timeless(history), store };
}

describe('a training that was interrupted', () => {
  test('ends with the bits of one that was not, whatever step it was interrupted at', async () => {
    const whole = await uninterrupted(train, options);
    expect(whole.history.stoppedEarly).toBe(true);
    expect(whole.history.best?.restored).toBe(true);
    for (let steps = 1; steps <= whole.history.steps; steps++) {
      const { state, history } = await inPieces(train, options, [steps]);
      expect(history, `interrupted at step ${steps}`).toEqual(whole.history);
      expect(state).toEqual(whole.state);
    }
  });

  test('may be interrupted after every step', async () => {
    const whole = await uninterrupted(train, options);
    const steps = Array.from({ length: whole.history.steps + 1 }, (_, step) => step + 1);
    const { state, history } = await inPieces(train, options, steps);
    expect(history).toEqual(whole.history);
    expect(state).toEqual(whole.state);
  });

  test('goes on with data that differ from epoch to epoch', async () => {
    const { validation: _, ...rest } = options;
    const folds = shuffledCrossValidation(rowsOf(40, 5), { validationSize: 0.25, stratify: 'y' });
    const whole = await uninterrupted(folds, rest);
    for (const stop of [3, 4, 5, 9]) {
      const { state, history } = await inPieces(folds, rest, [stop]);
      expect(history).toEqual(whole.history);
      expect(state).toEqual(whole.state);
    }
  });

  test('goes on with a sampler, with validation in every third epoch, and without early stopping', async () => {
    const { earlyStopping: _, ...rest } = options;
    const sampled = {
      ...rest,
      sampler: (data: typeof train) => balancedSampler(data.columns.y.data),
      validationEvery: 3,
    };
    const whole = await uninterrupted(train, sampled);
    for (const stop of [1, 7, 12, 18, 29]) {
      const { state, history } = await inPieces(train, sampled, [stop]);
      expect(history).toEqual(whole.history);
      expect(state).toEqual(whole.state);
    }
  });

  test('may be given more epochs than it was begun with', async () => {
    const given = { ...options, earlyStopping: { patience: 100 }, validationEvery: 2 };
    const whole = await uninterrupted(train, { ...given, epochs: 9 });
    const store = memoryStore();
    for (const epochs of [1, 4, 5]) {
      const session = program.start({ seed: 3 });
      const history = await fit(session, train, { ...given, epochs, checkpoint: { store } });
      // The last epoch is validated, though a longer training would not have done it.
      expect(history.epochs.at(-1)?.validation).toBeDefined();
    }
    const session = program.start({ seed: 3 });
    const history = await fit(session, train, { ...given, epochs: 9, checkpoint: { store } });
    expect(timeless(history)).toEqual(whole.history);
    expect(session.snapshot()).toEqual(whole.state);
  });

  test('is there with its result when it was complete, and takes no other step', async () => {
    const whole = await uninterrupted(train, options);
    const { store } = await inPieces(train, options, [1000]);
    const session = program.start({ seed: 1 });
    let steps = 0;
    const history = await fit(session, train, {
      ...options,
      checkpoint: { store },
      onBatch: () => steps++,
    });
    expect(steps).toBe(0);
    expect(timeless(history)).toEqual(whole.history);
    expect(session.snapshot()).toEqual(whole.state);
  });

  test('adds up the seconds of its parts', async () => {
    const store = memoryStore();
    const first = await fit(program.start(), train, { ...options, steps: 8, checkpoint: { store } });
    const second = await fit(program.start(), train, { ...options, steps: 8, checkpoint: { store } });
    expect(second.seconds).toBeGreaterThan(decodeCheckpoint(store.bytes!).progress.seconds);
    expect(first.epochs[0]?.seconds).toBe(second.epochs[0]?.seconds);
  });
});

describe('what is saved when', () => {
  const saved = async (
    given: Partial<Options>,
    every?: { epochs?: number; steps?: number; seconds?: number },
  ) => {
    const places: string[] = [];
    const store = memoryStore();
    await fit(program.start(), train, {
      epochs: 3,
      batchSize: 8,
      ...given,
      checkpoint: {
        store: {
          read: store.read,
          write: async (bytes) => {
            const { epoch, batch } = decodeCheckpoint(bytes).progress;
            places.push(`${epoch}:${batch}`);
            await store.write(bytes);
          },
        },
        ...(every === undefined ? {} : { every }),
      },
    });
    return places;
  };

  test('every epoch, if nothing is said', async () => {
    expect(await saved({})).toEqual(['2:0', '3:0', '4:0']);
  });

  test('every so many steps or epochs, whatever comes first, and the end', async () => {
    expect(await saved({}, { steps: 4 })).toEqual(['1:4', '2:3', '3:2', '4:0']);
    expect(await saved({}, { epochs: 2 })).toEqual(['3:0', '4:0']);
    expect(await saved({}, { epochs: 1, steps: 3 })).toEqual(['1:3', '2:0', '2:3', '3:0', '3:3', '4:0']);
  });

  test('by the clock', async () => {
    expect(await saved({}, { seconds: 0 })).toHaveLength(18);
    expect(await saved({}, { seconds: 1e9 })).toEqual(['4:0']);
  });

  test('the place of an abort', async () => {
    const controller = new AbortController();
    const onBatch = ({ steps }: { steps: number }) => {
      if (steps === 7) controller.abort();
    };
    expect(await saved({ onBatch, signal: controller.signal })).toEqual(['2:0', '2:2']);
  });

  test('the step before an epoch is cut short by the limit or a callback', async () => {
    expect(await saved({ steps: 7 })).toEqual(['2:0', '2:2']);
    const onBatch = ({ steps }: { steps: number }, stop: () => void) => {
      if (steps === 8) stop();
    };
    expect(await saved({ onBatch })).toEqual(['2:0', '2:3']);
  });

  test('the end of the epoch after which the loop is left', async () => {
    const store = memoryStore();
    const given = { ...options, checkpoint: { store, every: { epochs: 100 } } };
    const run = fitEpochs(program.start({ seed: 3 }), train, given);
    for await (const { epoch } of run) if (epoch === 2) break;
    expect(run.history).toMatchObject({ reason: 'callback', steps: 10 });
    expect(decodeCheckpoint(store.bytes!).progress).toMatchObject({ epoch: 3, batch: 0, steps: 10 });
    const whole = await uninterrupted(train, options);
    const session = program.start();
    const history = await fit(session, train, { ...options, checkpoint: { store } });
    expect(timeless(history)).toEqual(whole.history);
    expect(session.snapshot()).toEqual(whole.state);
  });

  test('nothing when training fails, so that the last good state stays', async () => {
    const store = memoryStore();
    const onBatch = ({ steps }: { steps: number }) => {
      if (steps === 7) throw new Error('full disk');
    };
    await failure(fit(program.start(), train, { ...options, onBatch, checkpoint: { store } }));
    expect(decodeCheckpoint(store.bytes!).progress).toMatchObject({ epoch: 2, batch: 0 });
  });

  test('what a caller puts beside it, and shapes', async () => {
    const store = memoryStore();
    const scaler = standardScaler().fit(train.columns.x);
    const extras = { scaler, classes: ['a', 'b', 'c'], limit: -Infinity };
    await fit(program.start(), train, { epochs: 1, checkpoint: { store, extras } });
    const checkpoint = decodeCheckpoint(store.bytes!);
    expect(checkpoint.extras).toEqual({ ...extras, scaler: scaler.toJSON() });
    expect(checkpoint.best).toBeUndefined();
    const { tensors } = decodeSafetensors(store.bytes!);
    expect(tensors['state/net/linear1.weight']?.shape).toEqual([12, 6]);
    expect(tensors['state/net/linear1.weight.momentum_buffer']?.shape).toEqual([12, 6]);
    expect(tensors['state/seed']?.shape).toEqual([]);
  });
});

describe('a checkpoint that does not fit', () => {
  const begun = async () => {
    const store = memoryStore();
    await fit(program.start(), train, { ...options, steps: 7, checkpoint: { store } });
    return store;
  };
  const tried = async (given: Partial<Options>, data = train, of = program) => {
    const store = await begun();
    const session = of.start();
    const before = session.snapshot();
    const error = await failure(fit(session, data, { ...options, ...given, checkpoint: { store } }));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error).toMatchObject({ code: 'E_CHECKPOINT' });
    expect(session.snapshot()).toEqual(before);
    expect(store.writes).toBe(2);
    return String(error);
  };

  test('is refused with what differs', async () => {
    expect(await tried({ batchSize: 16, seed: 5 })).toContain('batchSize was 8, is 16\n  seed was 4, is 5');
    expect(await tried({ shuffle: false })).toContain('shuffle was true, is false');
    expect(await tried({ earlyStopping: { patience: 4, minDelta: 0.1 } })).toContain('earlyStopping was');
    expect(await tried({ reduceOnPlateau: { factor: 0.1 } })).toContain('reduceOnPlateau was');
    expect(await tried({ sampler: balancedSampler(train.columns.y.data), shuffle: false })).toContain(
      'sampler was none, is of',
    );
  });

  test('is refused for other data of the same size, and of another', async () => {
    expect(await tried({}, rowsOf(36, 1))).toMatch(/training data was x \[37, 6\] .*, is x \[36, 6\] /);
    expect(await tried({}, rowsOf(37, 9))).toMatch(/training data was x \[37, 6\] .*, is x \[37, 6\] /);
    expect(await tried({ validation: rowsOf(20, 9) })).toContain('validation data was');
  });

  test('is refused for another model or another optimizer', async () => {
    expect(await tried({}, train, resumableProgram({ momentum: 0.8 }))).toContain('its optimizer');
    expect(await tried({}, train, resumableProgram({ width: 2 }))).toContain('its optimizer');
  });

  test('is passed over and replaced if training shall begin anew', async () => {
    const store = await begun();
    const given = { ...options, seed: 77, epochs: 1, checkpoint: { store, resume: false } };
    const history = await fit(program.start(), train, given);
    expect(history.epochs).toHaveLength(1);
    expect(decodeCheckpoint(store.bytes!).progress).toMatchObject({ epoch: 2, steps: 5 });
  });

  test('may have another patience, more epochs, and other callbacks', async () => {
    const store = await begun();
    const given = { ...options, epochs: 2, earlyStopping: { patience: 2 }, checkpoint: { store } };
    expect((await fit(program.start(), train, given)).epochs).toHaveLength(2);
  });

  test('is refused where the file is another one, broken, or of another version', async () => {
    const given = (bytes: Uint8Array) => ({ ...options, checkpoint: { store: memoryStore(bytes) } });
    const refused = (bytes: Uint8Array) => failure(fit(program.start(), train, given(bytes)));
    const whole = (await begun()).bytes!;
    expect(await refused(whole.subarray(0, whole.length - 1))).toMatchObject({
      code: 'E_SAFETENSORS_TRUNCATED',
    });
    const strange = await refused(encodeSafetensors({ x: { data: new Float32Array(2) } }));
    expect(strange).toBeInstanceOf(DataError);
    expect(strange).toMatchObject({ code: 'E_CHECKPOINT_CONTENT' });
    const { tensors, metadata } = decodeSafetensors(whole);
    const text = metadata['tapeless.checkpoint'] ?? '';
    for (const changed of ['{', text.replace('"version":1', '"version":2'), '{"version":1}', 'null']) {
      const file = encodeSafetensors(tensors, { metadata: { 'tapeless.checkpoint': changed } });
      expect(await refused(file)).toMatchObject({ code: 'E_CHECKPOINT_CONTENT' });
    }
  });

  test('cannot be made of a session that hands out no arrays', async () => {
    const given = { epochs: 1, checkpoint: { store: memoryStore() } };
    const error = await failure(fit(linearRegression(), line(4), given));
    expect(error).toMatchObject({ code: 'E_CHECKPOINT' });
  });

  test('is none where the options are wrong', async () => {
    const refused = (checkpoint: unknown) =>
      failure(fit(program.start(), train, { ...options, checkpoint } as Options));
    expect(String(await refused({ store: {} }))).toContain('checkpoint.store cannot read and write');
    expect(String(await refused({ store: memoryStore(), every: { epoch: 1 } }))).toContain(
      'did you mean "epochs"?',
    );
    expect(String(await refused({ store: memoryStore(), every: { steps: 0 } }))).toContain(
      'every.steps is 0',
    );
    expect(String(await refused({ store: memoryStore(), evry: {} }))).toContain('did you mean "every"?');
  });
});

test('the state alone can be taken from a checkpoint, of the best epoch or the last', async () => {
  const store = memoryStore();
  const session = program.start();
  await fit(session, train, { ...options, checkpoint: { store } });
  const { snapshot, best } = decodeCheckpoint(store.bytes!);
  const other = program.start();
  other.restore(best?.snapshot ?? snapshot);
  expect(other.snapshot()).toEqual(session.snapshot());
  other.restore(snapshot);
  expect(other.steps).toBeGreaterThan(session.steps);
  expect(other.evaluate(validation.feeds)).toHaveProperty('loss');
});
