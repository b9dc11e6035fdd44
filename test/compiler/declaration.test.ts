import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { relu } from '../../src/nn/activation.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { input } from '../../src/ops/leaf.ts';
import { mean } from '../../src/ops/reduce.ts';
import { square } from '../../src/ops/unary.ts';
import { adam } from '../../src/optim/adam.ts';
import { clipNorm } from '../../src/optim/clip.ts';
import { l2 } from '../../src/optim/penalty.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile, edit } from '../../src/runtime/program.ts';
import type { Session } from '../../src/runtime/session.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const feeds = { x: Float32Array.from({ length: 12 }, (_, position) => Math.sin(position)) };

/** Names of the parameters that a step changes. */
function changedBy(session: Session<string, string>): readonly string[] {
  const before = session.parameters();
  session.step(feeds);
  const after = session.parameters();
  return Object.keys(before).filter((name) => String(before[name]?.data) !== String(after[name]?.data));
}

describe('layers', () => {
  test('without a name are numbered, and all of them train', () => {
    const hidden = relu(linear(4, 8)(x));
    const program = compile({
      loss: mean(square(linear(8, 2)(hidden))),
      optimizer: sgd({ lr: 0.1 }),
    });
    const names = ['linear.weight', 'linear.bias', 'linear2.weight', 'linear2.bias'];
    const session = program.start();
    expect(Object.keys(session.parameters()).sort()).toEqual([...names].sort());
    expect([...changedBy(session)].sort()).toEqual([...names].sort());
  });

  test('that are one layer used twice share their parameters', () => {
    const layer = linear(4, 4);
    const session = compile({ loss: mean(square(layer(layer(x)))), optimizer: sgd({ lr: 0.1 }) }).start();
    expect(Object.keys(session.parameters()).sort()).toEqual(['linear.bias', 'linear.weight']);
  });

  test('of equal shape and no name start from different numbers', () => {
    const session = compile({ outputs: { y: linear(4, 4)(linear(4, 4)(x)) } }).start();
    const { 'linear.weight': first, 'linear2.weight': second } = session.parameters();
    expect(first?.data).toHaveLength(16);
    expect(first?.data).not.toEqual(second?.data);
  });
});

describe('frozen parameters', () => {
  test('keep their values, the others learn', () => {
    const net = sequential('net', linear(4, 8), relu(), linear(8, 2));
    const output = net(x);
    const [first, second] = parametersOf(output);
    if (first === undefined || second === undefined) throw new Error('the model has parameters');
    const loss = mean(square(output));
    const program = compile({ loss, optimizer: adam(), frozen: [first, second] });
    expect([...changedBy(program.start())].sort()).toEqual(['net/linear2.bias', 'net/linear2.weight']);
    expect(Object.keys(program.start().snapshot().values).filter((name) => name.includes('linear1'))).toEqual(
      ['net/linear1.weight', 'net/linear1.bias'],
    );
  });

  test('may be those of unnamed layers, which the program names', () => {
    const head = linear(4, 2);
    const hidden = linear(4, 4)(x);
    const output = head(hidden);
    const frozen = parametersOf(hidden);
    const program = compile({ loss: mean(square(output)), optimizer: sgd({ lr: 0.1 }), frozen });
    expect([...changedBy(program.start())].sort()).toEqual(['linear2.bias', 'linear2.weight']);
  });
});

describe('the loss of a program', () => {
  test('includes penalties, in steps and in evaluation', () => {
    const output = linear(4, 2, { bias: false })(x);
    const loss = mean(square(output));
    const optimizer = sgd({ lr: 0.1 });
    const [plain, penalised] = [
      compile({ loss, optimizer }).start(),
      compile({ loss, optimizer, penalties: [l2(0.5)] }).start(),
    ];
    const weights = [...(plain.parameters()['linear.weight']?.data ?? [])];
    const penalty = 0.5 * weights.reduce((total, each) => total + each * each, 0);
    expect(penalised.evaluate(feeds).loss).toBeCloseTo((plain.evaluate(feeds).loss ?? 0) + penalty, 5);
    expect(penalised.step(feeds).loss).toBeCloseTo((plain.step(feeds).loss ?? 0) + penalty, 5);
    expect(penalised.parameters()).not.toEqual(plain.parameters());
  });

  test('is followed by gradients as they were transformed', () => {
    const loss = mean(square(linear(4, 2)(x)));
    const session = compile({ loss, optimizer: sgd({ lr: 1 }), gradients: clipNorm(0.001) }).start();
    const before = Object.values(session.parameters()).flatMap(({ data }) => [...data]);
    session.step(feeds);
    const after = Object.values(session.parameters()).flatMap(({ data }) => [...data]);
    const length = Math.hypot(...after.map((each, position) => each - (before[position] ?? 0)));
    expect(length).toBeGreaterThan(0.0009);
    expect(length).toBeLessThan(0.0011);
  });
});

describe('edit', () => {
  const output = sequential('net', linear(4, 8), relu(), linear(8, 2))(x);
  const program = compile({
    loss: mse(output, mul(output, 2)),
    optimizer: sgd({ lr: 0.1 }),
    outputs: { output },
  });
  const { source, declaration } = program;

  test('swaps the optimizer in a new program and leaves the old as it is', () => {
    const edited = edit(program, (draft) => {
      draft.optimizer = adam();
    });
    expect(Object.keys(edited.start().snapshot().values)).toContain('net/linear1.weight.exp_avg');
    expect(Object.keys(program.start().snapshot().values)).not.toContain('net/linear1.weight.exp_avg');
    expect(edited.start().parameters()).toEqual(program.start().parameters());
    expect(program.source).toBe(source);
    expect(program.declaration).toBe(declaration);
  });

  test('freezes parameters', () => {
    const frozen = parametersOf(output).slice(0, 3);
    const edited = edit(program, (draft) => {
      draft.frozen = frozen;
    });
    expect(changedBy(edited.start())).toHaveLength(1);
    expect(changedBy(program.start())).toHaveLength(4);
  });

  test('cuts a head, and with it what only that needs', () => {
    const predicts = edit(program, (draft) => {
      delete draft.loss;
      delete draft.optimizer;
    });
    expect(predicts.source).not.toContain('export function step');
    expect(predicts.start().predict(feeds)).toEqual(program.start().predict(feeds));
  });
});
