import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { memoryStore } from 'tapeless/io';
import type { Trial } from 'tapeless/train';
import { between, evaluate, fit, medianPruning, search, successiveHalving } from 'tapeless/train';
import { NumericsError } from '../../src/ir/errors.ts';
import { line, linearRegression } from './linear-regression.ts';

describe('a grid', () => {
  test('tries every combination, the last parameter fastest, and ranks what it finds', async () => {
    const found = await search({ a: [1, 2], b: ['x', 'y', 'z'] }, ({ a, b }) => ({
      loss: a * 10 + b.charCodeAt(0),
    }));
    expect(found.trials.map(({ parameters: { a, b } }) => `${a}${b}`)).toEqual([
      '1x',
      '1y',
      '1z',
      '2x',
      '2y',
      '2z',
    ]);
    expect(found.ranked.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(found.best).toMatchObject({ number: 1, parameters: { a: 1, b: 'x' }, value: 130, pruned: false });
    expectTypeOf(found.trials[0]!.parameters.b).toEqualTypeOf<'x' | 'y' | 'z'>();
    expectTypeOf(found.trials[0]!.measures.loss).toEqualTypeOf<number>();
    expect(structuredClone(found)).toEqual(found);
  });

  test('ends after so many trials, or when it is told to', async () => {
    const space = { a: [1, 2, 3, 4] };
    const limited = await search(space, ({ a }) => ({ loss: a }), { trials: 3 });
    expect(limited.trials).toHaveLength(3);
    expect(limited).toMatchObject({ by: 'loss', mode: 'min' });
    const stopped = await search(space, ({ a }) => ({ loss: a }), {
      onTrial: ({ value }, stop) => value === 2 && stop(),
    });
    expect(stopped.trials).toHaveLength(2);
    const controller = new AbortController();
    const run = ({ a }: { a: number }) => {
      if (a === 3) controller.abort();
      return { loss: a };
    };
    expect((await search(space, run, { signal: controller.signal })).trials).toHaveLength(2);
  });

  test('knows the measures of a promise, too', async () => {
    const run = ({ a }: { a: number }) => Promise.resolve({ loss: -a, accuracy: a });
    const found = await search({ a: [1, 3] }, run, { by: 'accuracy' });
    expectTypeOf(found.best!.measures).toEqualTypeOf<Readonly<Record<'loss' | 'accuracy', number>>>();
    const inline = await search({ a: [1, 3] }, async ({ a }) => Promise.resolve({ accuracy: a }), {
      by: 'accuracy',
    });
    expect(inline.best?.measures.accuracy).toBe(3);
  });

  test('lets a measure rise by its name, or by what is said', async () => {
    const run = ({ a }: { a: number }) => ({ accuracy: a, speed: -a });
    expect((await search({ a: [1, 3, 2] }, run, { by: 'accuracy' })).best?.parameters.a).toBe(3);
    expect((await search({ a: [1, 3, 2] }, run, { by: 'speed', mode: 'max' })).best?.parameters.a).toBe(1);
    await expect(search({ a: [1] }, run, { by: 'speed' })).rejects.toMatchObject({ code: 'E_OPTION' });
    await expect(search({ a: [1] }, run)).rejects.toThrow('no measure "loss" among accuracy, speed');
    // @ts-expect-error: nothing is called so
    await expect(search({ a: [1] }, run, { by: 'acuracy', mode: 'max' })).rejects.toThrow('"acuracy"');
  });
});

describe('a random search', () => {
  const space = {
    lr: between(1e-4, 1e-1, { scale: 'log' }),
    hidden: between(2, 4, { whole: true }),
    rate: between(0, 1),
    kind: ['relu', 'tanh'],
  } as const;

  test('draws from ranges and lists, the same for the same seed', async () => {
    const run = vi.fn(({ lr }: { lr: number }) => ({ loss: lr }));
    const found = await search(space, run, { trials: 200, seed: 3 });
    const points = found.trials.map(({ parameters }) => parameters);
    for (const { lr, hidden, rate } of points) {
      expect(lr).toBeGreaterThanOrEqual(1e-4);
      expect(lr).toBeLessThanOrEqual(1e-1);
      expect(
        String(lr)
          .replace(/e.*/, '')
          .replace(/^0?\.?0*/, '').length,
      ).toBeLessThanOrEqual(7);
      expect([2, 3, 4]).toContain(hidden);
      expect(rate).toBeLessThanOrEqual(1);
    }
    // A third of the logarithmic range is a decade; every whole number and every choice comes.
    const decade = points.filter(({ lr }) => lr < 1e-3).length;
    expect(Math.abs(decade - 200 / 3)).toBeLessThan(25);
    expect(new Set(points.map(({ hidden }) => hidden)).size).toBe(3);
    expect(new Set(points.map(({ kind }) => kind)).size).toBe(2);
    const again = await search(space, run, { trials: 5, seed: 3 });
    expect(again.trials.map(({ parameters }) => parameters)).toEqual(points.slice(0, 5));
    const other = await search(space, run, { trials: 5, seed: 4 });
    expect(other.trials[0]?.parameters).not.toEqual(points[0]);
    expectTypeOf(points[0]!.kind).toEqualTypeOf<'relu' | 'tanh'>();
    expectTypeOf(points[0]!.lr).toEqualTypeOf<number>();
  });

  test('makes twenty trials unless told otherwise, each with a seed of its own', async () => {
    const found = await search(space, (_, { seed }) => ({ loss: seed }));
    expect(new Set(found.trials.map(({ value }) => value)).size).toBe(20);
  });

  test('refuses what is no space', async () => {
    const tried = (given: unknown, options = {}) => search(given as never, () => ({ loss: 1 }), options);
    await expect(tried({})).rejects.toThrow('no parameters to search');
    await expect(tried({ a: [] })).rejects.toThrow('a is neither a list of values nor a range');
    await expect(tried({ a: 3 })).rejects.toThrow('a is neither');
    await expect(tried({ a: between(0, 1) }, { method: 'grid' })).rejects.toThrow('a grid has no ranges');
    await expect(tried({ a: [1] }, { trials: 0 })).rejects.toThrow('search: trials is 0');
    await expect(tried({ a: [1] }, { trial: 3 })).rejects.toThrow('did you mean "trials"?');
    expect(() => between(1, 0)).toThrow('no range from 1 to 0');
    expect(() => between(0, 1, { scale: 'log' })).toThrow('log');
    expect(() => between(0.5, 2, { whole: true })).toThrow('whole');
  });
});

describe('trials that do badly', () => {
  /** Reports the values of a trial until it is ended; gives the last one. */
  const reporting = (values: readonly (readonly number[])[]) => (_: unknown, trial: Trial) => {
    let last = NaN;
    for (const [index, value] of (values[trial.number - 1] ?? []).entries()) {
      last = value;
      if (trial.report(index + 1, value)) break;
    }
    return { loss: last };
  };
  const trials = { trial: [1, 2, 3, 4, 5] };

  test('are ended by the median rule', async () => {
    const values = [
      [5, 4, 3],
      [6, 5, 4],
      [7, 3, 2],
      [9, 8, 1],
      [5, 4.4, 4.2],
    ];
    const prune = medianPruning({ startup: 3, warmUp: 1 });
    const found = await search(trials, reporting(values), { prune });
    // Medians of epoch 2: 4 of 5, 4, 3; then 4.5 of 8, 5, 4, 3. Those of epoch 3: 3 of 3, 4, 2.
    expect(found.trials.map(({ pruned, reports }) => `${reports.length}${pruned ? ' pruned' : ''}`)).toEqual([
      '3',
      '3',
      '3',
      '2 pruned',
      '3 pruned',
    ]);
    expect(found.best?.number).toBe(3);
    expect(found.ranked.map(({ number }) => number)).toEqual([3, 1, 2, 5, 4]);
  });

  test('are ended by successive halving at its cuts alone', async () => {
    const values = [
      [5, 4, 3],
      [6, 5, 4],
      [4, 9, 2],
      [4.5, 4, 1],
      [1, 1, 0],
    ];
    const prune = successiveHalving({ minEpochs: 1, factor: 2 });
    const found = await search(trials, reporting(values), { prune });
    expect(found.trials.map(({ reports }) => reports.length)).toEqual([3, 1, 2, 3, 3]);
    expect(found.best?.number).toBe(5);
  });

  test('are ended through fit, by the measure of validation that is compared', async () => {
    const found = await search(
      { rate: [0.1, 0.2, 1e-6, 0.15] },
      async ({ rate }, { onEpoch }) => {
        const session = linearRegression({ rate });
        await fit(session, line(6), { epochs: 4, batchSize: 'full', validation: line(3), onEpoch });
        return evaluate(session, line(3));
      },
      { prune: medianPruning({ startup: 2 }) },
    );
    expectTypeOf(found.best!.measures).toEqualTypeOf<Readonly<Record<'loss' | 'accuracy', number>>>();
    expect(found.trials.map(({ pruned }) => pruned)).toEqual([false, false, true, false]);
    expect(found.trials[2]?.reports).toHaveLength(1);
    expect(found.best?.parameters.rate).toBe(0.2);
  });

  test('count as failed when their loss is not finite; other errors end the search', async () => {
    const run = ({ rate }: { rate: number }) => {
      if (rate > 1) throw new NumericsError('E_LOSS_NOT_FINITE', 'the loss is NaN');
      return { loss: rate };
    };
    const found = await search({ rate: [9, 0.5, 0.1] }, run);
    expect(found.ranked.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(found.trials[0]).toMatchObject({ failure: 'the loss is NaN', value: NaN });
    expect((await search({ rate: [9] }, run)).best).toBeUndefined();
    const broken = () => Promise.reject(new Error('no disk'));
    await expect(search({ rate: [1] }, broken)).rejects.toThrow('no disk');
    await expect(search({ rate: [1] }, () => 3 as never)).rejects.toThrow('a trial gave 3');
  });

  test('refuses rules that cannot be', () => {
    expect(() => medianPruning({ startup: 0 })).toThrow('medianPruning: startup is 0');
    expect(() => successiveHalving({ factor: 1 })).toThrow('successiveHalving: factor is 1');
  });
});

describe('a search that was interrupted', () => {
  const space = { lr: between(0, 1), kind: ['a', 'b'] };
  const run = ({ lr }: { lr: number }, { report }: Trial) => {
    report(1, lr);
    return { loss: lr, accuracy: NaN };
  };
  const timeless = ({ trials }: { readonly trials: readonly { readonly seconds: number }[] }) =>
    trials.map((trial) => ({ ...trial, seconds: 0 }));

  test('goes on after the last trial that was complete', async () => {
    const whole = await search(space, run, { trials: 8, seed: 1 });
    const store = memoryStore();
    await search(space, run, { trials: 3, seed: 1, store });
    const counted = vi.fn(run);
    const resumed = await search(space, counted, { trials: 8, seed: 1, store });
    expect(counted).toHaveBeenCalledTimes(5);
    expect(timeless(resumed)).toEqual(timeless(whole));
    expect(resumed.best?.number).toBe(whole.best?.number);
    const again = await search(space, counted, { trials: 8, seed: 1, store });
    expect(counted).toHaveBeenCalledTimes(5);
    expect(again.trials).toEqual(resumed.trials);
  });

  test('remembers the trials that failed', async () => {
    const store = memoryStore();
    const diverging = vi.fn(({ lr }: { lr: number }) => {
      if (lr > 1) throw new NumericsError('E_LOSS_NOT_FINITE', 'the loss is NaN');
      return { loss: lr };
    });
    await search({ lr: [9, 1] }, diverging, { store });
    const found = await search({ lr: [9, 1] }, diverging, { store });
    expect(diverging).toHaveBeenCalledTimes(2);
    expect(found.trials[0]).toMatchObject({ failure: 'the loss is NaN', value: NaN });
    expect(found.best?.number).toBe(2);
  });

  test('refuses a store of another search, or of something else', async () => {
    const store = memoryStore();
    await search(space, run, { trials: 1, store });
    await expect(search(space, run, { trials: 1, store, seed: 2 })).rejects.toMatchObject({
      code: 'E_CHECKPOINT',
    });
    const strange = memoryStore(Uint8Array.of(1, 2, 3));
    await expect(search(space, run, { trials: 1, store: strange })).rejects.toThrow('holds no search');
  });
});
