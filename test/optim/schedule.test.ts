import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { scopePath } from '../../src/ir/origin.ts';
import { add, div, mul } from '../../src/ops/arithmetic.ts';
import { input, parameter, scalar } from '../../src/ops/leaf.ts';
import { programCounters, stepCounter } from '../../src/ops/counters.ts';
import { neg, rsqrt } from '../../src/ops/unary.ts';
import type { Scheduled } from '../../src/optim/optimizer.ts';
import { cosineAnnealingLr, cosineWarmRestartsLr } from '../../src/optim/schedule/cosine.ts';
import { cyclic, oneCycle } from '../../src/optim/schedule/cycle.ts';
import {
  constantLr,
  exponentialLr,
  lambdaLr,
  linearLr,
  multiStepLr,
  polynomialLr,
  stepLr,
} from '../../src/optim/schedule/decay.ts';
import { multiplicativeLr } from '../../src/optim/schedule/multiplicative.ts';
import { perEpoch, type Schedule } from '../../src/optim/schedule/schedule.ts';
import { sequentialLr, warmUp } from '../../src/optim/schedule/sequence.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, refusal } from '../support/values.ts';

function at(schedule: Schedule, step: number): number {
  const [value = Number.NaN] = evaluate(schedule(stepCounter()), [{ leaf: stepCounter(), numbers: [step] }]);
  return value;
}

function first(schedule: Schedule, count: number): readonly number[] {
  return Array.from({ length: count }, (_, step) => at(schedule, step));
}

function expectRates(schedule: Schedule, expected: readonly number[]): void {
  const found = first(schedule, expected.length);
  expected.forEach((each, step) => {
    expect(found[step]).toBeCloseTo(each, 14);
  });
}

describe('schedules that multiply a base rate', () => {
  test.each<[string, Schedule, readonly number[]]>([
    ['stepLr', stepLr(1, { stepSize: 2, gamma: 0.5 }), [1, 1, 0.5, 0.5, 0.25]],
    ['stepLr by ten', stepLr(1, { stepSize: 1 }), [1, 0.1, 0.01]],
    [
      'multiStepLr, one milestone twice',
      multiStepLr(1, { milestones: [1, 3, 3], gamma: 0.5 }),
      [1, 0.5, 0.5, 0.125],
    ],
    ['multiStepLr without milestones', multiStepLr(1, { milestones: [] }), [1, 1]],
    ['exponentialLr', exponentialLr(2, { gamma: 0.5 }), [2, 1, 0.5]],
    ['constantLr', constantLr(3, { totalIters: 2 }), [1, 1, 3, 3]],
    ['constantLr that never ends', constantLr(1, { factor: 0.25, totalIters: 0 }), [0.25, 0.25]],
    ['linearLr that never begins', linearLr(1, { startFactor: 0.25, totalIters: 0 }), [0.25, 0.25]],
    ['polynomialLr that never begins', polynomialLr(1, { totalIters: 0 }), [1, 1]],
    ['linearLr', linearLr(1, { startFactor: 0.5, endFactor: 0.1, totalIters: 2 }), [0.5, 0.3, 0.1, 0.1]],
    ['polynomialLr', polynomialLr(1, { totalIters: 2, power: 3 }), [1, 0.125, 0, 0]],
    ['cosineAnnealingLr', cosineAnnealingLr(1, { tMax: 2, etaMin: 0.5 }), [1, 0.75, 0.5, 0.75, 1, 0.75]],
    [
      'cosineWarmRestartsLr',
      cosineWarmRestartsLr(1, { t0: 2, tMult: 2 }),
      [1, 0.5, 1, (2 + Math.SQRT2) / 4, 0.5, (2 - Math.SQRT2) / 4, 1],
    ],
    ['cosineWarmRestartsLr of one length', cosineWarmRestartsLr(1, { t0: 2 }), [1, 0.5, 1, 0.5]],
    ['lambdaLr', lambdaLr(2, (time) => rsqrt(add(time, 1))), [2, Math.SQRT2]],
  ])('%s', (_, schedule, expected) => {
    expectRates(schedule, expected);
  });

  test('one is the base of the next, as PyTorch chains them', () => {
    const chained = exponentialLr(constantLr(1, { factor: 0.1, totalIters: 2 }), { gamma: 0.5 });
    expectRates(chained, [0.1, 0.05, 0.25, 0.125]);
  });

  test('the base may be any expression of the step', () => {
    const base: Scheduled = (step) => mul(add(scalar(1, 'f64'), 1), add(scalar(0, 'f64'), step.shape.length));
    expectRates(exponentialLr(base, { gamma: 0.5 }), [0, 0]);
  });

  test('stay exact after many steps', () => {
    expect(at(stepLr(1, { stepSize: 1_000_000, gamma: 0.5 }), 2_999_999)).toBe(0.25);
    expect(at(cosineAnnealingLr(1, { tMax: 1000 }), 2_000_000_000)).toBe(1);
    const restarts = cosineWarmRestartsLr(1, { t0: 1, tMult: 3 });
    for (let power = 1; power <= 19; power++) {
      const start = (3 ** power - 1) / 2;
      expect(at(restarts, start)).toBe(1);
      expect(at(restarts, start - 1)).toBeLessThan(power === 1 ? 1.1 : 0.3);
    }
  });

  test('count epochs where told to', () => {
    expectRates(perEpoch(stepLr(1, { stepSize: 1, gamma: 0.5 }), 3), [1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });
});

describe('cycles', () => {
  test('oneCycle rises, falls, and stays', () => {
    const { lr, momentum } = oneCycle({
      maxLr: 1,
      totalSteps: 5,
      pctStart: 0.6,
      annealStrategy: 'linear',
      divFactor: 10,
      finalDivFactor: 10,
    });
    expectRates(lr, [0.1, 0.55, 1, 0.505, 0.01, 0.01]);
    expectRates(momentum, [0.95, 0.9, 0.85, 0.9, 0.95, 0.95]);
  });

  test('oneCycle of no rise begins at the top', () => {
    const { lr } = oneCycle({
      maxLr: 1,
      totalSteps: 4,
      pctStart: 0.25,
      annealStrategy: 'linear',
      finalDivFactor: 1,
    });
    expect(at(lr, 0)).toBe(1);
  });

  test('oneCycle takes its length from epochs', () => {
    const [a, b] = [
      oneCycle({ maxLr: 1, totalSteps: 12 }),
      oneCycle({ maxLr: 1, epochs: 3, stepsPerEpoch: 4 }),
    ];
    expect(first(a.lr, 12)).toEqual(first(b.lr, 12));
  });

  test.each<[string, Parameters<typeof cyclic>[0], readonly number[], readonly number[]]>([
    [
      'triangular',
      { baseLr: 0, maxLr: 1, stepSizeUp: 2 },
      [0, 0.5, 1, 0.5, 0, 0.5],
      [0.9, 0.85, 0.8, 0.85, 0.9, 0.85],
    ],
    [
      'triangular2, steeper down',
      { baseLr: 0, maxLr: 1, stepSizeUp: 2, stepSizeDown: 1, mode: 'triangular2' },
      [0, 0.5, 1, 0, 0.25, 0.5, 0],
      [0.9, 0.85, 0.8, 0.9],
    ],
    [
      'expRange',
      { baseLr: 1, maxLr: 2, stepSizeUp: 1, mode: 'expRange', gamma: 0.5 },
      [1, 1.5, 1, 1.125],
      [0.9, 0.85],
    ],
    [
      'a scale of its own',
      { baseLr: 0, maxLr: 1, stepSizeUp: 1, mode: (cycle) => div(1, cycle) },
      [0, 1, 0, 0.5, 0, 1 / 3],
      [0.9, 0.8, 0.9, 0.85],
    ],
  ])('cyclic: %s', (_, options, rates, momenta) => {
    const { lr, momentum } = cyclic(options);
    expectRates(lr, rates);
    expectRates(momentum, momenta);
  });
});

describe('schedules in sequence', () => {
  test('warmUp reaches the first rate of its base and then follows it from its beginning', () => {
    expectRates(
      warmUp(exponentialLr(1, { gamma: 0.5 }), { steps: 4 }),
      [0.25, 0.4375, 0.625, 0.8125, 1, 0.5],
    );
    expectRates(warmUp(1, { steps: 2, startFactor: 0.01, strategy: 'exponential' }), [0.01, 0.1, 1, 1]);
    expectRates(warmUp(2, { steps: 2, startFactor: 0 }), [0, 1, 2]);
  });

  test('sequentialLr starts each schedule at its milestone', () => {
    const halving = exponentialLr(1, { gamma: 0.5 });
    expectRates(sequentialLr([0.1, halving, 7], { milestones: [2, 4] }), [0.1, 0.1, 1, 0.5, 7, 7]);
    expectRates(sequentialLr([halving], { milestones: [] }), [1, 0.5]);
  });
});

describe('schedules', () => {
  const every: readonly (readonly [string, Schedule])[] = [
    ['stepLr', stepLr(0.1, { stepSize: 3 })],
    ['multiStepLr', multiStepLr(0.1, { milestones: [2, 5] })],
    ['exponentialLr', exponentialLr(0.1, { gamma: 0.9 })],
    ['constantLr', constantLr(0.1)],
    ['linearLr', linearLr(0.1)],
    ['polynomialLr', polynomialLr(0.1, { power: 0.5 })],
    ['cosineAnnealingLr', cosineAnnealingLr(0.1, { tMax: 4 })],
    ['cosineWarmRestartsLr', cosineWarmRestartsLr(0.1, { t0: 3, tMult: 2 })],
    ['oneCycle', oneCycle({ maxLr: 0.1, totalSteps: 9 }).lr],
    ['cyclic', cyclic({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 3 }).momentum],
    ['warmUp', warmUp(0.1, { steps: 3 })],
    ['sequentialLr', sequentialLr([0.1, 0.2], { milestones: [3] })],
    ['perEpoch', perEpoch(stepLr(0.1, { stepSize: 1 }), 3)],
  ];

  test.each(every)('%s is one double that carries its name', (name, schedule) => {
    // A counter of its own, as programs have: nodes on the shared one belong to no model.
    const rate = schedule(programCounters().step);
    expect([rate.shape, rate.dtype]).toEqual([[], 'f64']);
    expect(scopePath(rate.origin.scope).split('/')[0]).toBe(name);
  });

  test.each(['js', 'wasm'] as const)(
    'have the numbers of the interpreter on %s, but for rounding',
    (target) => {
      const x = input('x', []);
      const rates = every.map(([name, schedule]): [string, Tensor] => [name, schedule(stepCounter())]);
      const program = compile({ loss: mul(x, 1), metrics: Object.fromEntries(rates) }, { target });
      const session = program.start();
      for (let step = 0; step < 10; step++) {
        session.assign({ step });
        const found: Readonly<Record<string, number>> = session.evaluate({ x: 0 });
        for (const [name, schedule] of every) expect(found[name]).toBeCloseTo(at(schedule, step), 14);
      }
    },
  );

  test.each<[string, () => unknown]>([
    ['a step of 0', () => stepLr(1, { stepSize: 0 })],
    ['a base that is no number', () => stepLr('fast' as never, { stepSize: 1 })],
    ['milestones that are no steps', () => multiStepLr(1, { milestones: [1.5] })],
    ['no milestones at all', () => multiStepLr(1, {} as never)],
    ['an infinite gamma', () => exponentialLr(1, { gamma: Infinity })],
    ['a negative factor', () => constantLr(1, { factor: -1 })],
    ['half a step', () => linearLr(1, { totalIters: 0.5 })],
    ['a product of no function', () => multiplicativeLr(1, 2 as never)],
    ['an unknown option', () => polynomialLr(1, { exponent: 2 } as never)],
    ['a factor that is no function', () => lambdaLr(1, 2 as never)],
    ['half a period', () => cosineAnnealingLr(1, { tMax: 1.5 })],
    ['a period that grows by half', () => cosineWarmRestartsLr(1, { t0: 2, tMult: 1.5 })],
    ['a cycle without a length', () => oneCycle({ maxLr: 1 })],
    ['a cycle with half a length', () => oneCycle({ maxLr: 1, epochs: 3 })],
    ['an unknown way to anneal', () => oneCycle({ maxLr: 1, totalSteps: 3, annealStrategy: 'sin' as never })],
    ['an unknown mode', () => cyclic({ baseLr: 0, maxLr: 1, mode: 'square' as never })],
    ['a warm-up of no step', () => warmUp(1, { steps: 0 })],
    ['an exponential warm-up from 0', () => warmUp(1, { steps: 2, startFactor: 0, strategy: 'exponential' })],
    ['a milestone too many', () => sequentialLr([1, 2], { milestones: [1, 2] })],
    ['milestones that descend', () => sequentialLr([1, 2, 3], { milestones: [2, 1] })],
    ['epochs of no step', () => perEpoch(stepLr(1, { stepSize: 1 }), 0)],
  ])('refuse %s', (_, declare) => {
    expect(refusal(declare)).toBe('DeclarationError E_OPTION');
  });

  test('refuse a factor that is no number', () => {
    const vector = lambdaLr(1, () => input('x', [3]));
    expect(refusal(() => vector(stepCounter()))).toBe('ShapeError E_NOT_SCALAR');
  });
});

describe('a multiplicative schedule', () => {
  /** The rates of four steps, by the way of a parameter whose gradient is -1. */
  function stepsOf(schedule: Schedule, accumulate = 1): readonly number[] {
    const w = parameter('w', scalar(0, 'f64'));
    const session = compile({ loss: neg(w), optimizer: sgd({ lr: schedule }), accumulate }).start();
    const places = [0, 1, 2, 3].map(() => {
      for (let part = 0; part < accumulate; part++) session.step({});
      return Number(session.parameters()['w']?.data[0]);
    });
    return places.map((place, step) => place - (places[step - 1] ?? 0));
  }
  const growing = (): Schedule => multiplicativeLr(1, (time) => add(time, 1));

  test.each<[string, readonly number[], readonly number[]]>([
    ['multiplies by the factor of every step but the first', stepsOf(growing()), [1, 2, 6, 24]],
    ['counts updates where gradients are accumulated', stepsOf(growing(), 3), [1, 2, 6, 24]],
    ['begins at its milestone', stepsOf(sequentialLr([1, growing()], { milestones: [2] })), [1, 1, 1, 2]],
    [
      'has any base',
      stepsOf(multiplicativeLr(exponentialLr(1, { gamma: 0.5 }), () => scalar(4, 'f64'))),
      [1, 2, 4, 8],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('needs a name of its own in a program with two', () => {
    expect(refusal(() => stepsOf(multiplicativeLr(growing(), () => scalar(1, 'f64'))))).toMatch(
      'E_NAME_CLASH',
    );
    expect(stepsOf(multiplicativeLr(growing(), () => scalar(1, 'f64'), { name: 'second' }))).toEqual([
      1, 2, 6, 24,
    ]);
    expect(refusal(() => multiplicativeLr(1, () => scalar(1, 'f64'), { name: 'a/b' }))).toMatch('E_NAME');
  });
});
