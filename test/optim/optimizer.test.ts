import { describe, expect, test } from 'vitest';
import { scopePath } from '../../src/ir/origin.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { ones } from '../../src/nn/initialiser.ts';
import { add, div } from '../../src/ops/arithmetic.ts';
import { initialValueOf, input, nameOf, parameter, scalar } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { cast } from '../../src/ops/select.ts';
import { adadelta } from '../../src/optim/adadelta.ts';
import { adam, adamW } from '../../src/optim/adam.ts';
import { updatesOf, type Optimizer, type Update } from '../../src/optim/optimizer.ts';
import { rmsprop } from '../../src/optim/rmsprop.ts';
import { sgd, type SgdOptions } from '../../src/optim/sgd.ts';
import { evaluate, refusal } from '../support/values.ts';

const weight = parameter('net/linear1.weight', ones([2, 3], { name: 'weight' }));
const gradient: Tensor = input('gradient', [2, 3]);

function updates(optimizer: Optimizer): readonly Update[] {
  return updatesOf(optimizer, { parameter: weight, gradient, step: stepCounter() });
}

/** One step on numbers, from the first values of the state. */
function stepOn(optimizer: Optimizer, value: number, slope: number, step = 0): readonly number[] {
  const leaf = parameter('w', scalar(value, 'f64'));
  const g: Tensor = input('g', [], 'f64');
  const given = updatesOf(optimizer, { parameter: leaf, gradient: g, step: stepCounter() });
  return given.flatMap(({ next }) =>
    evaluate(next, [
      { leaf, numbers: [value] },
      { leaf: g, numbers: [slope] },
      { leaf: stepCounter(), numbers: [step] },
      ...given.slice(1).map((each) => ({ leaf: each.leaf, numbers: [0] })),
    ]),
  );
}

describe('optimizers', () => {
  test.each<[string, Optimizer, readonly string[]]>([
    ['sgd', sgd({ lr: 0.1 }), []],
    ['sgd with momentum', sgd({ lr: 0.1, momentum: 0.9 }), ['momentum_buffer']],
    ['adam', adam(), ['exp_avg', 'exp_avg_sq']],
    ['adam with AMSGrad', adam({ amsgrad: true }), ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']],
    ['adamW', adamW(), ['exp_avg', 'exp_avg_sq']],
    ['rmsprop', rmsprop(), ['square_avg']],
    [
      'rmsprop, centered with momentum',
      rmsprop({ centered: true, momentum: 0.5 }),
      ['square_avg', 'grad_avg', 'momentum_buffer'],
    ],
    ['adadelta', adadelta(), ['square_avg', 'acc_delta']],
  ])(
    '%s updates the parameter first, then state of its name and shape that starts at 0',
    (_, optimizer, states) => {
      const [first, ...others] = updates(optimizer);
      expect(first?.leaf).toBe(weight);
      expect(others.map(({ leaf }) => nameOf(leaf))).toEqual(
        states.map((each) => `net/linear1.weight.${each}`),
      );
      for (const { leaf, next } of [...(first ? [first] : []), ...others]) {
        expect([next.shape, next.dtype]).toEqual([leaf.shape, leaf.dtype]);
      }
      for (const { leaf } of others) expect(evaluate(initialValueOf(leaf))).toEqual([0, 0, 0, 0, 0, 0]);
    },
  );

  test.each<[string, Optimizer, number]>([
    ['sgd', sgd({ lr: 0.1 }), 2 - 0.1 * 4],
    ['sgd with weight decay', sgd({ lr: 0.1, weightDecay: 0.5 }), 2 - 0.1 * (4 + 0.5 * 2)],
    [
      'sgd with dampening: the first step takes it whole',
      sgd({ lr: 0.1, momentum: 0.9, dampening: 0.5 }),
      1.6,
    ],
    ['sgd with nesterov', sgd({ lr: 0.1, momentum: 0.5, nesterov: true }), 2 - 0.1 * (4 + 0.5 * 4)],
    ['sgd uphill', sgd({ lr: 0.1, maximize: true }), 2.4],
    ['adam: a first step of lr', adam({ lr: 0.1, eps: 0 }), 1.9],
    ['adamW: decay and a first step of lr', adamW({ lr: 0.1, eps: 0, weightDecay: 0.5 }), 2 * 0.95 - 0.1],
    ['rmsprop', rmsprop({ lr: 0.1, alpha: 0.75, eps: 0 }), 2 - (0.1 * 4) / 2],
    ['adadelta', adadelta({ rho: 0.75, eps: 1 }), 2 - 4 / Math.sqrt(5)],
  ])('%s moves 2 by a gradient of 4 as its formula says', (_, optimizer, expected) => {
    expect(stepOn(optimizer, 2, 4)[0]).toBeCloseTo(expected, 14);
  });

  test('dampening holds back every gradient but the first', () => {
    const optimizer = sgd({ lr: 0.1, momentum: 0.9, dampening: 0.25 });
    expect(stepOn(optimizer, 2, 4, 0)[1]).toBe(4);
    expect(stepOn(optimizer, 2, 4, 1)[1]).toBe(3);
  });

  test('a schedule is an expression of the step', () => {
    const lr = (step: Tensor): Tensor => div(1, add(cast(step, 'f64'), 1));
    expect(stepOn(sgd({ lr }), 2, 1, 0)[0]).toBe(1);
    expect(stepOn(sgd({ lr }), 2, 1, 3)[0]).toBe(1.75);
    expect(stepOn(adam({ lr, eps: 0 }), 2, 1, 0)[0]).toBe(1);
    expect(stepOn(adamW({ lr, eps: 0, weightDecay: 0.5 }), 2, 1, 0)[0]).toBe(0);
    expect(stepOn(sgd({ lr: 1, momentum: lr }), 2, 1, 3)[1]).toBe(1);
  });

  test('a scheduled constant gives what the number gives', () => {
    const constantly = (value: number) => (): Tensor => scalar(value, 'f64');
    const plain = stepOn(adam({ lr: 0.1, betas: [0.8, 0.9] }), 2, 3);
    const scheduled = stepOn(adam({ lr: constantly(0.1), betas: [constantly(0.8), constantly(0.9)] }), 2, 3);
    scheduled.forEach((each, position) => expect(each).toBeCloseTo(plain[position] ?? Number.NaN, 15));
    const momentum = stepOn(rmsprop({ momentum: 0.3 }), 2, 3);
    expect(stepOn(rmsprop({ momentum: constantly(0.3) }), 2, 3)).toEqual(momentum);
  });

  test('Adam keeps its scalar work out of the loops over the parameter, in double precision', () => {
    const [update] = updates(adam());
    const nodes = update === undefined ? [] : topologicalOrder([update.next]);
    const doubles = nodes.filter(({ dtype }) => dtype === 'f64');
    expect(doubles.length).toBeGreaterThan(0);
    expect(doubles.filter(({ shape }) => shape.length > 0)).toEqual([]);
    expect(nodes.filter(({ op }) => op.name === 'pow').map(({ shape }) => shape)).toEqual([[], []]);
  });

  test('two parameters share one set of bias corrections', () => {
    const other = parameter('other', ones([4], { name: 'other' }));
    const optimizer = adam();
    const [mine, theirs] = [
      updates(optimizer),
      updatesOf(optimizer, { parameter: other, gradient: input('g', [4]), step: stepCounter() }),
    ].map(([update]) => update?.next);
    const powers = topologicalOrder([mine, theirs].filter((each) => each !== undefined)).filter(
      ({ op }) => op.name === 'pow',
    );
    expect(powers).toHaveLength(2);
  });

  test('leave their name on the nodes of the update, and their options to read', () => {
    const optimizer = rmsprop({ lr: 0.5 });
    expect(optimizer.name).toBe('rmsprop');
    expect(optimizer.options).toMatchObject({
      lr: 0.5,
      alpha: 0.99,
      eps: 1e-8,
      momentum: 0,
      centered: false,
    });
    const [update] = updates(optimizer);
    expect(scopePath(update?.next.origin.scope ?? null)).toBe('rmsprop');
  });

  test.each<[string, () => Optimizer]>([
    ['a negative learning rate', () => sgd({ lr: -0.1 })],
    ['a learning rate that is no number', () => adam({ lr: Number.NaN })],
    ['a negative momentum', () => sgd({ lr: 0.1, momentum: -1 })],
    ['nesterov without momentum', () => sgd({ lr: 0.1, nesterov: true })],
    ['nesterov with dampening', () => sgd({ lr: 0.1, nesterov: true, momentum: 0.9, dampening: 0.1 })],
    ['a beta of 1', () => adam({ betas: [0.9, 1] })],
    ['a negative eps', () => adamW({ eps: -1 })],
    ['a negative weight decay', () => rmsprop({ weightDecay: -1 })],
    ['a negative alpha', () => rmsprop({ alpha: -1 })],
    ['a rho above 1', () => adadelta({ rho: 1.1 })],
  ])('refuse %s', (_, declare) => {
    expect(refusal(declare)).toBe('DeclarationError E_OPTION');
  });

  test('say which value is out of which range', () => {
    expect(() => adam({ betas: [1.5, 0.9] })).toThrow(
      /adam: betas\[0\] is 1\.5, it has to be at least 0 and below 1/,
    );
  });

  test('refuse schedules that do not give one number', () => {
    const wrong: readonly SgdOptions[] = [{ lr: () => gradient }, { lr: (step) => step }];
    for (const options of wrong) expect(refusal(() => updates(sgd(options)))).toBe('ShapeError E_NOT_SCALAR');
  });
});
