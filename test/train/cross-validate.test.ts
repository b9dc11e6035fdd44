import { describe, expect, expectTypeOf, test } from 'vitest';
import { kFold, standardScaler } from 'tapeless/data';
import type { CrossValidation } from 'tapeless/train';
import { crossValidate, evaluate, fit } from 'tapeless/train';
import { spreadOf } from '../../src/metrics/spread.ts';
import { line, linearRegression } from './linear-regression.ts';
import { resumableProgram, rowsOf } from './resumable.ts';

const data = rowsOf(40, 8);
const program = resumableProgram();
const training = { epochs: 3, batchSize: 8 };

describe('cross-validation', () => {
  test('trains on every fold with a seed of its own, and tells mean and deviation', async () => {
    const result = await crossValidate(({ seed }) => program.start({ seed }), data, { folds: 4, training });
    expectTypeOf(result).toEqualTypeOf<CrossValidation<'accuracy'>>();
    expect(result.folds.map(({ fold, folds }) => `${fold}/${folds}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(new Set(result.folds.map(({ seed }) => seed)).size).toBe(4);
    const values = result.folds.map(({ validation }) => validation.accuracy);
    expect(result.validation.accuracy).toEqual(spreadOf(values));
    expect(String(result)).toMatch(/^loss [\d.]+ ± [\d.]+\naccuracy [\d.]+ ± [\d.]+$/);
    const again = await crossValidate(({ seed }) => program.start({ seed }), data, { folds: 4, training });
    expect(again.validation).toEqual(result.validation);
    const other = await crossValidate(({ seed }) => program.start({ seed }), data, {
      folds: 4,
      training,
      seed: 1,
    });
    expect(other.validation.loss).not.toEqual(result.validation.loss);
  });

  test('is what fit and evaluate give on the same folds', async () => {
    const folds = kFold(40, 3, { seed: 5 });
    const result = await crossValidate(() => program.start({ seed: 2 }), data, { folds, training });
    for (const [index, { train, validation }] of folds.entries()) {
      const { seed = 0, history, validation: measures } = result.folds[index] ?? {};
      const session = program.start({ seed: 2 });
      const held = data.take(validation);
      const alone = await fit(session, data.take(train), { ...training, seed, validation: held });
      expect(history?.series('validation.loss')).toEqual(alone.series('validation.loss'));
      expect(measures).toEqual(await evaluate(session, held));
    }
  });

  test('holds classes in proportion on request', async () => {
    const counts: number[][] = [];
    await crossValidate(() => program.start(), data, {
      folds: 5,
      stratify: 'y',
      training,
      prepare: (parts) => {
        const rows = [...parts.validation.columns.y.data];
        counts.push([0, 1, 2].map((label) => rows.filter((row) => row === label).length));
        return parts;
      },
    });
    expect(counts).toHaveLength(5);
    for (const label of [0, 1, 2]) {
      const column = counts.map((count) => count[label] ?? 0);
      expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(1);
    }
  });

  test('draws the validation rows anew every epoch as the lab does', async () => {
    const folds = { validationSize: 0.25, runs: 2 };
    const result = await crossValidate(({ seed }) => program.start({ seed }), data, { folds, training });
    expect(result.folds).toHaveLength(2);
    const [first, second] = result.folds;
    expect(first?.history.epochs).toHaveLength(3);
    // The parameters are those of the last epoch, and so are the rows.
    expect(first?.validation).toEqual(first?.history.epochs[2]?.validation);
    expect(first?.history.series('loss')).not.toEqual(second?.history.series('loss'));
  });

  test('lets scalers be fitted to the rows that are trained on alone', async () => {
    const means: number[] = [];
    await crossValidate(() => program.start(), data, {
      folds: 2,
      training,
      prepare: ({ train, validation }, { fold }) => {
        const scaler = standardScaler().fit(train.columns.x);
        means.push(fold, ...scaler.mean.slice(0, 1));
        return {
          train: train.with({ x: scaler.transform(train.columns.x) }),
          validation: validation.with({ x: scaler.transform(validation.columns.x) }),
        };
      },
    });
    expect(means[0]).toBe(1);
    expect(means[2]).toBe(2);
    expect(means[1]).not.toBe(means[3]);
  });

  test('hands out every session before it closes it', async () => {
    const events: string[] = [];
    await crossValidate(() => ({ ...program.start(), close: () => events.push('closed') }), data, {
      folds: 2,
      training,
      onFold: async ({ fold }, session) => {
        await Promise.resolve();
        events.push(`fold ${fold} ${typeof session.step}`);
      },
    });
    expect(events).toEqual(['fold 1 function', 'closed', 'fold 2 function', 'closed']);
  });

  test('gives the folds that are complete when it is aborted', async () => {
    const controller = new AbortController();
    const result = await crossValidate(() => program.start(), data, {
      folds: 4,
      training,
      signal: controller.signal,
      onFold: ({ fold }) => {
        if (fold === 2) controller.abort();
      },
    });
    expect(result.folds).toHaveLength(2);
  });

  test('is plain data on request', async () => {
    const result = await crossValidate(() => linearRegression(), line(6), {
      folds: 2,
      training: { epochs: 1 },
    });
    const json = structuredClone(result.toJSON());
    expect(json.folds[0]?.history.epochs).toHaveLength(1);
    expect(json.validation.loss.values).toHaveLength(2);
  });

  test('refuses folds that cannot be', async () => {
    const tried = (options: object) => crossValidate(() => program.start(), data, { training, ...options });
    await expect(tried({ folds: 1 })).rejects.toMatchObject({ code: 'E_DATA_OPTION' });
    await expect(tried({ folds: [] })).rejects.toThrow('crossValidate: folds is an empty list');
    await expect(tried({ folds: { validationSize: 0.2, runs: 0 } })).rejects.toThrow('folds.runs is 0');
    await expect(tried({ fold: 3 })).rejects.toThrow('crossValidate: there is no option "fold"');
    await expect(tried({ stratify: 'z' })).rejects.toMatchObject({ code: 'E_DATA_COLUMN' });
  });
});

test('the deviation is that of a sample', () => {
  expect(spreadOf([1, 2, 3, 4])).toEqual({ mean: 2.5, std: Math.sqrt(5 / 3), values: [1, 2, 3, 4] });
  expect(spreadOf([7]).std).toBeNaN();
});
