import { describe, expect, test } from 'vitest';
import { fit, reduceOnPlateau, type PlateauOptions, type RateReduction } from 'tapeless/train';
import { dataset } from 'tapeless/data';
import { dim } from '../../src/ir/size.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { input } from '../../src/ops/leaf.ts';
import { adjustable } from '../../src/optim/adjustable.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { refusal } from '../support/values.ts';
import { line, linearRegression } from './linear-regression.ts';

/** The rates that are in force when each value is observed. */
function rates(options: PlateauOptions, values: readonly number[]): readonly number[] {
  const rule = reduceOnPlateau(options);
  let plateau = rule.start(1);
  return values.map((value) => {
    const { lr } = plateau;
    plateau = rule.observe(plateau, value);
    return lr;
  });
}

describe('reduceOnPlateau', () => {
  test.each<[string, PlateauOptions, readonly number[], readonly number[]]>([
    ['is patient', { factor: 0.5, patience: 1 }, [1, 1, 1, 1, 1, 1], [1, 1, 1, 0.5, 0.5, 0.25]],
    ['has no patience where told so', { factor: 0.5, patience: 0 }, [1, 1, 1], [1, 1, 0.5]],
    [
      'waits ten values by default',
      {},
      Array.from({ length: 13 }, () => 3),
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.1],
    ],
    [
      'starts over after a better value',
      { factor: 0.5, patience: 1 },
      [3, 3, 2, 2, 2, 2],
      [1, 1, 1, 1, 1, 0.5],
    ],
    [
      'takes larger values for better',
      { mode: 'max', factor: 0.5, patience: 0 },
      [1, 2, 2, 3],
      [1, 1, 1, 0.5],
    ],
    [
      'wants relative progress',
      { factor: 0.5, patience: 0, threshold: 0.1 },
      [10, 9.5, 8.9, 8],
      [1, 1, 0.5, 0.5],
    ],
    [
      'wants absolute progress',
      { factor: 0.5, patience: 0, threshold: 1, thresholdMode: 'abs' },
      [10, 9.5, 8.9, 8],
      [1, 1, 0.5, 0.5],
    ],
    [
      'wants absolute progress upward',
      { mode: 'max', factor: 0.5, patience: 0, threshold: 1, thresholdMode: 'abs' },
      [0, 1, 2.5, 3],
      [1, 1, 0.5, 0.5],
    ],
    [
      'cools down',
      { factor: 0.5, patience: 0, cooldown: 2 },
      [1, 1, 1, 1, 1, 1],
      [1, 1, 0.5, 0.5, 0.5, 0.25],
    ],
    ['keeps the least rate', { factor: 0.5, patience: 0, minLr: 0.3 }, [1, 1, 1, 1], [1, 1, 0.5, 0.3]],
    ['leaves out small changes', { factor: 0.5, patience: 0, eps: 0.3 }, [1, 1, 1, 1], [1, 1, 0.5, 0.5]],
    [
      'takes NaN for no better',
      { factor: 0.5, patience: 0 },
      [Number.NaN, 1, Number.NaN, 0.5],
      [1, 0.5, 0.5, 0.25],
    ],
  ])('%s', (_, options, values, expected) => {
    expect(rates(options, values)).toEqual(expected);
  });

  test.each<[string, PlateauOptions]>([
    ['a factor of 1', { factor: 1 }],
    ['a negative patience', { patience: -1 }],
    ['an unknown mode', { mode: 'auto' as never }],
    ['an unknown threshold mode', { thresholdMode: 'relative' as never }],
    ['an unknown option', { minLR: 0 } as never],
  ])('refuses %s', (_, options) => {
    expect(refusal(() => reduceOnPlateau(options))).toBe('DeclarationError E_OPTION');
  });

  test('refuses to start at a rate that is none', () => {
    expect(refusal(() => reduceOnPlateau().start(Number.NaN))).toBe('DeclarationError E_OPTION');
  });
});

describe('fit with reduceOnPlateau', () => {
  const batch = dim('batch');
  const x = input('x', [batch, 1]);
  const y = input('y', [batch, 1]);
  const program = (name: string) =>
    compile(
      { loss: mse(linear(1, 1)(x), y), optimizer: sgd({ lr: adjustable(name, 0.05) }) },
      { target: 'js' },
    );
  const data = dataset({ x: [[0], [1]], y: [[0], [1]] });

  test('lowers the rate of the session when the loss stays', async () => {
    const session = program('lr').start();
    const seen: (number | undefined)[] = [];
    await fit(session, data, {
      epochs: 5,
      // No loss is so much better than another.
      reduceOnPlateau: { factor: 0.5, patience: 1, threshold: 10, thresholdMode: 'abs' },
      onEpoch: () => seen.push(session.state()['lr']?.data[0]),
    });
    expect(seen).toEqual([0.05, 0.05, 0.025, 0.025, 0.0125]);
  });

  test('goes on from a rate that a callback changed', async () => {
    const session = program('pace').start();
    await fit(session, data, {
      epochs: 3,
      reduceOnPlateau: { rate: 'pace', factor: 0.5, patience: 0, threshold: 10, thresholdMode: 'abs' },
      onEpoch: ({ epoch }) => {
        if (epoch === 1) session.assign({ pace: 8 });
      },
    });
    expect(session.state()['pace']?.data[0]).toBe(2);
  });

  test('monitors what it is told to, and its name tells the direction', async () => {
    const session = program('lr').start();
    await fit(session, data, {
      epochs: 4,
      validation: data,
      reduceOnPlateau: { monitor: 'validation.loss', factor: 0.5, patience: 0 },
    });
    // The validation loss falls all the time.
    expect(session.state()['lr']?.data[0]).toBe(0.05);
  });

  test.each<[string, RateReduction<'loss'>, RegExp]>([
    ['without such a rate', { rate: 'rate' }, /adjustable\('rate', 0\.001\)/],
    ['with an option that there is not', { minLR: 1 } as never, /there is no option "minLR"/],
    [
      'with a measure whose direction is unknown',
      { monitor: 'validation.fit' as never },
      /shall fall or rise/,
    ],
  ])('refuses to start %s', async (_, reduction, message) => {
    const session = program('lr').start();
    await expect(fit(session, data, { epochs: 1, reduceOnPlateau: reduction })).rejects.toThrow(message);
    expect(session.steps).toBe(0);
  });

  test('refuses a session whose state nobody can set', async () => {
    await expect(fit(linearRegression(), line(4), { epochs: 1, reduceOnPlateau: {} })).rejects.toThrow(
      /which the session does not have/,
    );
  });
});
