import { describe, expect, test } from 'vitest';
import type { Declaration } from '../../src/compiler/declaration.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { input } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { cast } from '../../src/ops/select.ts';
import { adam } from '../../src/optim/adam.ts';
import { adjustable } from '../../src/optim/adjustable.ts';
import { ema, swa, type Average } from '../../src/optim/average.ts';
import { clipNorm, clipValue } from '../../src/optim/clip.ts';
import { exponentialLr } from '../../src/optim/schedule/decay.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import type { Session } from '../../src/runtime/session.ts';
import { refusal } from '../support/values.ts';

const batch = dim('batch');
const x = input('x', [batch, 2]);
const y = input('y', [batch, 1]);
const output = linear(2, 1)(x);
const loss = mse(output, y);
const rows = {
  x: [
    [1, 2],
    [-1, 0.5],
    [0.25, -2],
    [3, 1],
  ],
  y: [[1], [0], [-1], [2]],
};
const part = (from: number, to: number) => ({ x: rows.x.slice(from, to), y: rows.y.slice(from, to) });
const declared: Declaration = { loss, outputs: { output } };

/** The first weight of the only layer. */
function weightOf(session: Session): number {
  return session.parameters()['linear.weight']?.data[0] ?? Number.NaN;
}

function stateOf(session: Session, name: string): readonly number[] {
  return [...(session.state()[name]?.data ?? [])];
}

describe.each(['interpreter', 'js', 'wasm'] as const)('on %s', (target) => {
  describe('gradient accumulation', () => {
    const optimizer = adam({ lr: exponentialLr(0.1, { gamma: 0.5 }) });

    test('two steps of two rows are one step of four', () => {
      const whole = compile({ ...declared, optimizer, gradients: clipNorm(0.5) }, { target }).start();
      const parts = compile(
        { ...declared, optimizer, gradients: clipNorm(0.5), accumulate: 2 },
        { target },
      ).start();
      for (let update = 0; update < 3; update++) {
        whole.step(rows);
        const before = weightOf(parts);
        parts.step(part(0, 2));
        expect(weightOf(parts)).toBe(before);
        parts.step(part(2, 4));
        expect(weightOf(parts)).toBeCloseTo(weightOf(whole), 6);
        expect(weightOf(parts)).not.toBe(before);
      }
      expect(parts.steps).toBe(6);
      const [mean = 0] = stateOf(parts, 'linear.weight.exp_avg');
      expect(mean).toBeCloseTo(stateOf(whole, 'linear.weight.exp_avg')[0] ?? Number.NaN, 6);
      expect(stateOf(parts, 'linear.weight.accumulated_grad')).toEqual([0, 0]);
    });

    test('of one step is none', () => {
      const session = compile({ ...declared, optimizer, accumulate: 1 }, { target }).start();
      expect(Object.keys(session.state())).not.toContain('linear.weight.accumulated_grad');
    });
  });

  describe('averages of the parameters', () => {
    /** Weights after each step, and what the average made of them. */
    function averaged(
      average: Average,
      steps: number,
    ): { weights: readonly number[]; averages: readonly number[] } {
      const session = compile({ ...declared, optimizer: sgd({ lr: 0.1 }), average }, { target }).start();
      const weights: number[] = [];
      const averages: number[] = [];
      for (let step = 0; step < steps; step++) {
        session.step(rows);
        weights.push(weightOf(session));
        averages.push(stateOf(session, 'linear.weight.average')[0] ?? Number.NaN);
      }
      return { weights, averages };
    }

    test('ema starts with the first update and follows', () => {
      const { weights, averages } = averaged(ema({ decay: 0.75 }), 4);
      expect(averages[0]).toBe(weights[0]);
      for (let step = 1; step < 4; step++) {
        const expected = 0.75 * (averages[step - 1] ?? 0) + 0.25 * (weights[step] ?? 0);
        expect(averages[step]).toBeCloseTo(expected, 6);
      }
    });

    test('swa is the mean from its start on, every so many steps', () => {
      const { weights, averages } = averaged(swa({ start: 2, every: 2 }), 7);
      const [w0 = 0, w1 = 0, w2 = 0, , w4 = 0, , w6 = 0] = weights;
      const expected = [w0, w1, w2, w2, (w2 + w4) / 2, (w2 + w4) / 2, (w2 + w4 + w6) / 3];
      expected.forEach((each, step) => {
        expect(averages[step]).toBeCloseTo(each, 6);
      });
    });

    test('are what evaluate and predict use', () => {
      const session = compile(
        { ...declared, optimizer: sgd({ lr: 0.1 }), average: ema({ decay: 0.5 }) },
        { target },
      ).start();
      for (let step = 0; step < 3; step++) session.step(rows);
      const [first = 0, second = 0] = stateOf(session, 'linear.weight.average');
      const [bias = 0] = stateOf(session, 'linear.bias.average');
      const [predicted] = session.predict({ x: [[1, 10]] }).output?.data ?? [];
      expect(predicted).toBeCloseTo(first + 10 * second + bias, 5);
      const expected =
        rows.x.reduce((sum, [a = 0, b = 0], row) => {
          const [wanted = 0] = rows.y[row] ?? [];
          return sum + (a * first + b * second + bias - wanted) ** 2;
        }, 0) / 4;
      expect(session.evaluate(rows).loss).toBeCloseTo(expected, 5);
    });

    test('start where the parameters do, drawn or assigned', () => {
      const session = compile(
        { ...declared, optimizer: sgd({ lr: 0.1 }), average: ema() },
        { target },
      ).start();
      expect(stateOf(session, 'linear.weight.average')[0]).toBe(weightOf(session));
      session.assign({ 'linear.weight': [[5, 6]] });
      expect(stateOf(session, 'linear.weight.average')).toEqual([5, 6]);
      session.assign({ 'linear.weight': [[1, 2]], 'linear.weight.average': [[3, 4]] });
      expect(stateOf(session, 'linear.weight.average')).toEqual([3, 4]);
    });

    test('count updates where gradients are accumulated', () => {
      const session = compile(
        { ...declared, optimizer: sgd({ lr: 0.1 }), average: swa(), accumulate: 2 },
        { target },
      ).start();
      session.step(rows);
      session.step(rows);
      const first = weightOf(session);
      session.step(rows);
      expect(stateOf(session, 'linear.weight.average')[0]).toBe(first);
      session.step(rows);
      expect(stateOf(session, 'linear.weight.average')[0]).toBeCloseTo((first + weightOf(session)) / 2, 6);
    });
  });

  describe('adjustable rates', () => {
    test('are state that a session may set, and the base of schedules', () => {
      const rate = adjustable('lr', 0.1);
      const lr = exponentialLr(rate, { gamma: 0.5 });
      const metrics = { lr: lr(stepCounter()) };
      const session = compile({ ...declared, optimizer: sgd({ lr }), metrics }, { target }).start();
      expect(session.step(rows)['lr']).toBe(0.1);
      expect(session.step(rows)['lr']).toBe(0.05);
      const snapshot = session.snapshot();
      session.assign({ lr: 8 });
      expect(stateOf(session, 'lr')).toEqual([8]);
      expect(session.step(rows)['lr']).toBe(2);
      session.restore(snapshot);
      expect(session.step(rows)['lr']).toBe(0.025);
    });

    test('change how far a step goes', () => {
      const session = compile(
        { ...declared, optimizer: sgd({ lr: adjustable('pace', 0.1) }) },
        { target },
      ).start();
      session.assign({ pace: 0 });
      const before = weightOf(session);
      session.step(rows);
      expect(weightOf(session)).toBe(before);
    });
  });

  test('several transforms of gradients apply in their order', () => {
    const steps = (gradients: NonNullable<Declaration['gradients']>): number => {
      const session = compile({ ...declared, optimizer: sgd({ lr: 1 }), gradients }, { target }).start();
      session.assign({ 'linear.weight': [[0, 0]], 'linear.bias': [0] });
      session.step({ x: [[3, 4]], y: [[-0.5]] });
      return -weightOf(session);
    };
    // The gradient is (3, 4, 1).
    expect(steps([clipValue(1)])).toBeCloseTo(1, 6);
    expect(steps([clipValue(1), clipNorm(1)])).toBeCloseTo(1 / Math.sqrt(3), 5);
    expect(steps([clipNorm(1), clipValue(0.1)])).toBeCloseTo(0.1, 6);
    expect(steps([])).toBeCloseTo(3, 6);
  });
});

describe('a session', () => {
  const session = compile({ ...declared, optimizer: adam() }, { target: 'js' }).start();

  test('tells state beside the parameters, as copies', () => {
    const state = session.state();
    expect(Object.keys(state)).toEqual([
      'linear.weight.exp_avg',
      'linear.weight.exp_avg_sq',
      'linear.bias.exp_avg',
      'linear.bias.exp_avg_sq',
      'step',
      'seed',
    ]);
    expect(state['linear.weight.exp_avg']?.shape).toEqual([1, 2]);
    state['linear.weight.exp_avg']?.data.fill(7);
    expect(stateOf(session, 'linear.weight.exp_avg')).toEqual([0, 0]);
  });

  test('is assigned what is named, and nothing else', () => {
    const before = session.parameters();
    session.assign({ 'linear.bias': Float32Array.of(3), step: 41 });
    expect([...(session.parameters()['linear.bias']?.data ?? [])]).toEqual([3]);
    expect(session.parameters()['linear.weight']).toEqual(before['linear.weight']);
    expect(session.steps).toBe(41);
  });

  test.each<[string, Record<string, never>, string]>([
    ['a name that there is not', { 'linear.weigth': 1 as never }, 'DeclarationError E_UNKNOWN_LEAF'],
    ['a wrong shape', { 'linear.weight': [[1], [2]] as never }, 'FeedError E_FEED_SHAPE'],
    ['a wrong length', { 'linear.weight': new Float32Array(3) as never }, 'FeedError E_FEED_LENGTH'],
    ['a wrong dtype', { step: Float32Array.of(1) as never }, 'FeedError E_FEED_DTYPE'],
  ])('refuses %s and stays as it is', (_, values, code) => {
    const before = session.snapshot();
    expect(refusal(() => session.assign({ 'linear.bias': [9], ...values }))).toBe(code);
    expect(session.snapshot()).toEqual(before);
  });

  test('does not take statistics of what it only predicts', () => {
    const other = input('other', [batch, 2]);
    const normalise = batchNorm1d(2, { name: 'norm' });
    const trained = mse(normalise(x), add(mul(x, 0), 1));
    const program = compile({
      loss: trained,
      optimizer: sgd({ lr: 0 }),
      outputs: { normalised: normalise(other) },
    });
    const own = program.start();
    own.step({
      x: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(stateOf(own, 'norm.running_mean')[0]).toBeCloseTo(0.2, 6);
  });
});

describe('compile refuses', () => {
  const optimizer = sgd({ lr: adjustable('lr', 0.1), momentum: adjustable('lr', 0.9) });

  test.each<[string, () => unknown, string]>([
    ['two adjustable rates of one name', () => compile({ loss, optimizer }), 'E_NAME_CLASH'],
    [
      'a rate of the name of a counter',
      () => compile({ loss, optimizer: sgd({ lr: adjustable('step', 0.1) }) }),
      'E_NAME_CLASH',
    ],
    ['half a step', () => compile({ loss, optimizer: adam(), accumulate: 1.5 }), 'E_OPTION'],
    ['no step at all', () => compile({ loss, optimizer: adam(), accumulate: 0 }), 'E_OPTION'],
    [
      'an average that is none',
      () => compile({ loss, optimizer: adam(), average: 0.9 as never }),
      'E_OPTION',
    ],
    ['a transform that is none', () => compile({ loss, gradients: [1] as never }), 'E_OPTION'],
    ['a rate without a name', () => adjustable('', 1), 'E_NAME'],
    ['a rate with the name of a leaf of a layer', () => adjustable('linear.lr', 1), 'E_NAME'],
    ['an infinite rate', () => adjustable('lr', Infinity), 'E_OPTION'],
    ['a decay above 1', () => ema({ decay: 1.5 }), 'E_OPTION'],
    ['a start before the first step', () => swa({ start: -1 }), 'E_OPTION'],
    ['an unknown option of an average', () => swa({ decay: 1 } as never), 'E_OPTION'],
  ])('%s', (_, declare, code) => {
    expect(refusal(declare)).toBe(`DeclarationError ${code}`);
  });

  test('a decay of averages may be scheduled', () => {
    const decay = (step: Tensor) => mul(cast(step, 'f64'), 0);
    const session = compile({ ...declared, optimizer: sgd({ lr: 0.1 }), average: ema({ decay }) }).start();
    for (let step = 0; step < 3; step++) session.step(rows);
    expect(stateOf(session, 'linear.weight.average')[0]).toBeCloseTo(weightOf(session), 6);
  });
});
