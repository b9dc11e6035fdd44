import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input, nameOf } from '../../src/ops/leaf.ts';
import { adam } from '../../src/optim/adam.ts';
import { groups, type ParameterGroup } from '../../src/optim/groups.ts';
import { l2 } from '../../src/optim/penalty.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { refusal } from '../support/values.ts';

const x = input('x', [2, 3]);
const y = input('y', [2, 1]);
const output = sequential('net', linear(3, 2), linear(2, 1, { name: 'head' }))(x);
const loss = mse(output, y);
const feeds = {
  x: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  y: [[1], [0]],
};
const [firstWeight, firstBias] = parametersOf(loss);
if (firstWeight === undefined || firstBias === undefined) throw new Error('there are parameters');

/** What one step changes, by name. */
function changed(list: readonly ParameterGroup[]): readonly string[] {
  const session = compile({ loss, optimizer: groups(list) }, { target: 'js' }).start();
  const before = session.parameters();
  session.step(feeds);
  const after = session.parameters();
  return Object.keys(before).filter((name) => before[name]?.data.join() !== after[name]?.data.join());
}

const moving = sgd({ lr: 0.1 });
const still = sgd({ lr: 0 });

describe('groups', () => {
  test.each<[string, ParameterGroup['parameters'], readonly string[]]>([
    ['weights', 'weights', ['net/linear1.weight', 'net/head.weight']],
    ['a layer by its path', ['net/head'], ['net/head.weight', 'net/head.bias']],
    ['a parameter by its name', ['net/head.bias'], ['net/head.bias']],
    ['parameters', [firstWeight, firstBias], ['net/linear1.weight', 'net/linear1.bias']],
    [
      'what a predicate holds for',
      (_, { shape }: Tensor) => shape.length === 1,
      ['net/linear1.bias', 'net/head.bias'],
    ],
  ])('choose %s', (_, parameters, expected) => {
    expect(
      changed([
        { parameters, optimizer: moving },
        { parameters: 'rest', optimizer: still },
      ]),
    ).toEqual(expected);
  });

  test('take what is left into the rest, wherever it stands', () => {
    const list: readonly ParameterGroup[] = [
      { parameters: 'rest', optimizer: moving },
      { parameters: 'weights', optimizer: still },
    ];
    expect(changed(list)).toEqual(['net/linear1.bias', 'net/head.bias']);
    expect(
      changed([
        { parameters: 'all', optimizer: moving },
        { parameters: 'rest', optimizer: still },
      ]),
    ).toHaveLength(4);
  });

  test('have state for each optimizer of its own', () => {
    const optimizer = groups([
      { parameters: ['net/head'], optimizer: adam() },
      { parameters: 'rest', optimizer: sgd({ lr: 0.1, momentum: 0.9 }) },
    ]);
    expect(Object.keys(compile({ loss, optimizer }).start().state())).toEqual([
      'net/linear1.weight.momentum_buffer',
      'net/linear1.bias.momentum_buffer',
      'net/head.weight.exp_avg',
      'net/head.weight.exp_avg_sq',
      'net/head.bias.exp_avg',
      'net/head.bias.exp_avg_sq',
      'step',
      'seed',
    ]);
  });

  test('know a parameter that the program calls by another name', () => {
    const [one, other] = [linear(3, 1), linear(3, 1)];
    const total = mse(one(x), other(x));
    const [, , otherWeight, otherBias] = parametersOf(total);
    if (otherWeight === undefined || otherBias === undefined) throw new Error('there are four parameters');
    expect([nameOf(otherWeight), nameOf(otherBias)]).toEqual(['linear.weight', 'linear.bias']);
    const optimizer = groups([
      { parameters: [otherWeight, otherBias], optimizer: sgd({ lr: 0.1, momentum: 0.9 }) },
      { parameters: 'rest', optimizer: still },
    ]);
    expect(Object.keys(compile({ loss: total, optimizer }).start().state())).toEqual([
      'linear2.weight.momentum_buffer',
      'linear2.bias.momentum_buffer',
      'step',
      'seed',
    ]);
  });

  test('may hold groups', () => {
    const inner = groups([
      { parameters: ['net/head.weight'], optimizer: moving },
      { parameters: 'rest', optimizer: still },
    ]);
    expect(
      changed([
        { parameters: ['net/head'], optimizer: inner },
        { parameters: 'rest', optimizer: still },
      ]),
    ).toEqual(['net/head.weight']);
  });

  test.each<[string, readonly ParameterGroup[], string]>([
    [
      'a parameter in two groups',
      [
        { parameters: 'weights', optimizer: moving },
        { parameters: 'all', optimizer: still },
      ],
      'E_GROUPS',
    ],
    ['a parameter in none', [{ parameters: 'weights', optimizer: moving }], 'E_GROUPS'],
    [
      'a group of nothing',
      [
        { parameters: () => false, optimizer: moving },
        { parameters: 'all', optimizer: still },
      ],
      'E_GROUPS',
    ],
    [
      'a name that there is not',
      [
        { parameters: ['net/haed'], optimizer: moving },
        { parameters: 'rest', optimizer: still },
      ],
      'E_NO_PARAMETERS',
    ],
    [
      'a tensor that is no parameter',
      [
        { parameters: [output], optimizer: moving },
        { parameters: 'rest', optimizer: still },
      ],
      'E_NO_PARAMETERS',
    ],
  ])('refuse %s when the program is compiled', (_, list, code) => {
    expect(refusal(() => compile({ loss, optimizer: groups(list) }))).toBe(`DeclarationError ${code}`);
  });

  test('say which parameter is in which groups', () => {
    const twice = groups([
      { parameters: 'weights', optimizer: moving },
      { parameters: ['net/head'], optimizer: still },
    ]);
    expect(() => compile({ loss, optimizer: twice })).toThrow(
      /"net\/linear1\.bias" is in no group.*"net\/head\.weight" is in groups 0 and 1/,
    );
  });

  test.each<[string, () => unknown]>([
    ['no group', () => groups([])],
    ['what is no list', () => groups({ parameters: 'all', optimizer: moving } as never)],
    ['a group without an optimizer', () => groups([{ parameters: 'all' } as never])],
    ['an unknown choice', () => groups([{ parameters: 'biases' as never, optimizer: moving }])],
    ['an empty list', () => groups([{ parameters: [], optimizer: moving }])],
    ['a list of numbers', () => groups([{ parameters: [1] as never, optimizer: moving }])],
    ['an option of PyTorch', () => groups([{ parameters: 'all', optimizer: moving, lr: 1 } as never])],
    [
      'two rests',
      () =>
        groups([
          { parameters: 'rest', optimizer: moving },
          { parameters: 'rest', optimizer: still },
        ]),
    ],
  ])('refuse %s', (_, declare) => {
    expect(refusal(declare)).toBe('DeclarationError E_OPTION');
  });

  test('penalties choose as groups do', () => {
    const penalised = (parameters: readonly (string | Tensor)[]): unknown =>
      compile({ loss, penalties: [l2(1, { parameters })] });
    expect(refusal(() => penalised(['net/head', firstWeight]))).toBe('no error');
    expect(refusal(() => penalised(['net/tail']))).toBe('DeclarationError E_NO_PARAMETERS');
  });
});
