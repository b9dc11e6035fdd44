// Programs that once went wrong, each for a reason of its own.
import { describe, expect, test } from 'vitest';
import {
  accuracy,
  add,
  batchNorm1d,
  compile,
  concat,
  crossEntropy,
  dim,
  exp,
  flip,
  gather,
  greater,
  linear,
  mse,
  mul,
  neg,
  relu,
  sequential,
  sgd,
  sum,
  transpose,
  where,
  type Tensor,
} from 'tapeless';
import { input } from '../support/untyped.ts';

const batch = dim('batch');

test('several gathers at one position that needs clamping share it', () => {
  const at = input('at', [batch, 1], 'i32');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => gather(input(name, [batch, 7]), at, 1));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were declared');
  const session = compile({ outputs: { total: add(add(a, b), c) } }).start();
  const [ones, twos, threes] = [1, 2, 3].map((value) => new Float32Array(7).fill(value));
  const feeds = { at: [[3]], a: ones ?? [], b: twos ?? [], c: threes ?? [] };
  expect([...session.predict(feeds).total.data]).toEqual([6]);
});

describe('graphs that are small but huge as trees, or deep', () => {
  const repeated = (times: number, from: Tensor, next: (x: Tensor, step: number) => Tensor): Tensor =>
    Array.from({ length: times }).reduce<Tensor>((x, _, step) => next(x, step), from);
  const x = (): Tensor => input('x', [2, 3]);
  const graphs: Readonly<Record<string, () => Tensor>> = {
    doubling: () => repeated(60, x(), (each) => add(each, each)),
    choosing: () => repeated(16, x(), (each) => where(greater(each, 0), each, neg(each))),
    joining: () => repeated(8, x(), (each) => concat([each, flip(each, 0)], 0)),
    moving: () =>
      repeated(3000, input('x', [3, 3]), (each, step) => (step % 2 ? transpose(each) : flip(each, 0))),
  };
  test.for(Object.entries(graphs))('%s compiles', ([, graph]) => {
    expect(compile({ outputs: { y: graph() } }).source).toContain('export function predict');
  });
});

test('a batch norm that is applied twice takes both batches into its running mean', () => {
  const x = input('x', [batch, 2]);
  const norm = batchNorm1d(2);
  const y = norm(mul(norm(x), 3));
  const session = compile({ loss: mse(y, x), optimizer: sgd({ lr: 0 }) }).start();
  session.step({
    x: [
      [1, 2],
      [3, 5],
    ],
  });
  const mean = session.snapshot().values['batchNorm.running_mean'];
  // First 0.1 · (2, 3.5); the second batch has mean 0, so 0.9 of that is left.
  expect(mean?.[0]).toBeCloseTo(0.18, 6);
  expect(mean?.[1]).toBeCloseTo(0.315, 6);
});

describe('bits', () => {
  const x = input('x', [batch, 32]);
  const y = input('y', [batch], 'i32');
  const logits = sequential('net', linear(32, 20), relu(), linear(20, 20))(x);
  const rows = Float32Array.from({ length: 24 * 32 }, (_, position) => Math.sin(position * 1.7));
  const labels = Int32Array.from({ length: 24 }, (_, position) => position % 20);

  test('of a row do not depend on how many rows are fed beside it', () => {
    const session = compile({ outputs: { logits, total: sum(exp(logits), 1) } }).start({ seed: 1 });
    const whole = session.predict({ x: rows });
    for (const size of [1, 2, 3, 8, 16, 17]) {
      const part = session.predict({ x: rows.subarray(0, size * 32) });
      expect(part.logits.data).toEqual(whole.logits.data.slice(0, size * 20));
      expect(part.total.data).toEqual(whole.total.data.slice(0, size));
    }
  });

  test('of an output do not depend on what else is handed out', () => {
    const total = mul(sum(exp(logits), 1), 1.5);
    const alone = compile({ outputs: { total } }).start({ seed: 1 });
    const beside = compile({ outputs: { total, each: exp(logits) } }).start({ seed: 1 });
    expect(beside.predict({ x: rows }).total.data).toEqual(alone.predict({ x: rows }).total.data);
  });

  test('of the loss are the same in a step and in an evaluation', () => {
    const program = compile({
      loss: crossEntropy(logits, y),
      metrics: { accuracy: accuracy(logits, y) },
      optimizer: sgd({ lr: 0.1 }),
    });
    for (let seed = 0; seed < 20; seed++) {
      const session = program.start({ seed });
      const before = { ...session.evaluate({ x: rows, y: labels }) };
      expect({ ...session.step({ x: rows, y: labels }) }).toEqual(before);
    }
  });
});
