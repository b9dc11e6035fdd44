import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { edit, type Feeds, type Program } from 'tapeless';
import { irisData } from '../../examples/iris/data.ts';
import { program as iris } from '../../examples/iris/model.ts';
import { mnistData } from '../../examples/mnist-lab/data.ts';
import { program as mnist } from '../../examples/mnist-lab/model.ts';
import { grad } from '../../src/autodiff/grad.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { dim } from '../../src/ir/size.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { add, div, mul } from '../../src/ops/arithmetic.ts';
import { concat } from '../../src/ops/concat.ts';
import { input, nameOf, parameter, scalar } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { sum } from '../../src/ops/reduce.ts';
import { cast } from '../../src/ops/select.ts';
import { exp, log } from '../../src/ops/unary.ts';
import { adam } from '../../src/optim/adam.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import type { Session } from '../../src/runtime/session.ts';
import { mistakes as declarationMistakes } from '../compiler/mistaken-declarations.ts';
import { buildGraph, recipes } from '../support/random-graph.ts';
import { bindingsOf, refusal } from '../support/values.ts';
import { mistakes as feedMistakes, program as fedProgram } from './mistaken-feeds.ts';

const interpreter = { target: 'interpreter' } as const;
const unchanged = (): undefined => undefined;

/** Losses of some steps from the initial state that JavaScript draws. */
function curve(program: Program, state: Program, batches: readonly Feeds[], steps: number) {
  const session = program.start({ seed: 7 });
  session.restore(state.start({ seed: 7 }).snapshot());
  return Array.from({ length: steps }, (_, step) => session.step(batches[step % batches.length] ?? {}).loss);
}

describe('the interpreter trains the examples as the other targets do, within rounding', () => {
  test('iris, over 60 steps', () => {
    const { x, y } = irisData().train.columns;
    const batches = [{ x: Float32Array.from(x.data), y: Int32Array.from(y.data) }];
    const js = edit(iris, unchanged, { target: 'js' });
    const expected = curve(js, js, batches, 60);
    curve(edit(iris, unchanged, interpreter), js, batches, 60).forEach((loss, step) => {
      expect(Math.abs((loss ?? Number.NaN) - (expected[step] ?? 0))).toBeLessThan(1e-4);
    });
  });

  test('mnist-lab, over two steps', async () => {
    const { x, y } = (await mnistData()).train.columns;
    const batches = [
      { x: Float32Array.from(x.data.slice(0, 16 * 784)), y: Int32Array.from(y.data.slice(0, 16)) },
    ];
    const js = edit(mnist, unchanged, { target: 'js' });
    const expected = curve(js, js, batches, 2);
    curve(edit(mnist, unchanged, interpreter), js, batches, 2).forEach((loss, step) => {
      expect(Math.abs((loss ?? Number.NaN) - (expected[step] ?? 0))).toBeLessThan(1e-4);
    });
  });
});

describe('the interpreter computes in double precision', () => {
  property.prop([recipes({ steps: 12 })], { numRuns: 40 })(
    'what the references of the ops give, without any rewriting',
    (recipe) => {
      const { feeds, tensors, loss } = buildGraph(recipe, 'f64');
      const leaves = feeds.map(({ leaf }) => leaf);
      const all = [...tensors, loss, ...grad(loss, leaves)];
      const outputs = Object.fromEntries(all.map((tensor, position) => [`tensor${position}`, tensor]));
      const got = compile({ outputs }, interpreter)
        .start()
        .predict(
          Object.fromEntries(feeds.map(({ leaf, numbers }) => [nameOf(leaf), Float64Array.from(numbers)])),
        );
      const expected = interpret(all, bindingsOf(feeds));
      all.forEach((_, position) => {
        expect([...(got[`tensor${position}`]?.data ?? [])]).toEqual([...(expected[position]?.data ?? [])]);
      });
    },
  );

  test('also where the graph is of f32: neither sums nor what is fed are rounded', () => {
    const x = input('x', [3]);
    const program = compile({ outputs: { total: sum(x), third: div(x, 3) } }, interpreter);
    const { total, third } = program.start().predict({ x: [1, 2 ** -30, 0.1] });
    expect(total.data).toBeInstanceOf(Float64Array);
    expect(total.data[0]).toBe(1 + 2 ** -30 + 0.1);
    expect(third.data[2]).toBe(0.1 / 3);
    expect(third.shape).toEqual([3]);
  });

  test('and a Float32Array holds what it holds', () => {
    const x = input('x', [1]);
    const { same } = compile({ outputs: { same: add(x, 0) } }, interpreter)
      .start()
      .predict({ x: Float32Array.of(0.1) });
    expect(same.data[0]).toBe(Math.fround(0.1));
  });

  test('with integers of 32 bits and booleans as they are', () => {
    const x = input('x', [2], 'i32');
    const { y } = compile({ outputs: { y: mul(x, 3) } }, interpreter)
      .start()
      .predict({ x: Int32Array.of(2 ** 30, -1) });
    expect(y.data).toEqual(Int32Array.of(Math.imul(2 ** 30, 3), -3));
  });

  test('and its state stays double: two steps of Adam keep parameters that no float32 holds', () => {
    const x = input('x', [dim('batch'), 2]);
    const program = compile(
      { loss: mse(linear(2, 1)(x), sum(x, 1, { keepdims: true })), optimizer: adam() },
      interpreter,
    );
    const session = program.start();
    session.step({ x: [[1, 2]] });
    session.step({ x: [[2, 1]] });
    const values = Object.values(session.snapshot().values).filter((array) => array instanceof Float64Array);
    expect(values.length).toBe(6);
    for (const array of values) expect([...array].some((each) => each !== Math.fround(each))).toBe(true);
    expect(session.steps).toBe(2);
  });

  test('an update reads what was there before the step, whatever other updates write', () => {
    const first = parameter('first', scalar(1));
    const second = parameter('second', scalar(2));
    const program = compile({ loss: mul(first, second), optimizer: sgd({ lr: 1 }) }, interpreter);
    const session = program.start();
    session.step({});
    expect(session.parameters()).toMatchObject({
      first: { data: Float64Array.of(-1) },
      second: { data: Float64Array.of(1) },
    });
  });

  test('and no rule makes a form stable: a sum of exponentials overflows as it is written', () => {
    const x = input('x', [2]);
    const soft = log(sum(exp(x)));
    const value = (target: 'interpreter' | 'js') =>
      compile({ outputs: { soft } }, { target })
        .start()
        .predict({ x: [800, 0] }).soft.data[0];
    expect(value('interpreter')).toBe(Infinity);
    expect(value('js')).toBe(800);
  });
});

describe('a program of the interpreter', () => {
  const x = input('x', [dim('batch'), 3]);
  const y = linear(3, 2)(x);
  const declaration = {
    loss: mse(y, mul(y, cast(stepCounter(), 'f32'))),
    optimizer: adam(),
    outputs: { y },
    name: 'net',
  };
  const program = compile(declaration, interpreter);
  const feeds = { x: Float32Array.of(1, 2, 3, 4, 5, 6) };

  test('says so, and has one thread', () => {
    const { target, numerics, threads } = compile(declaration, {
      ...interpreter,
      threads: 4,
      numerics: 'fast',
    });
    expect({ target, numerics, threads }).toEqual({ target: 'interpreter', numerics: 'strict', threads: 1 });
    expect(program.start().threads).toBe(1);
  });

  test('prints and explains the JavaScript program', () => {
    const js = compile(declaration, { target: 'js' });
    expect(program.source).toBe(js.source);
    expect(program.at({ batch: 4 }).source).toBe(js.at({ batch: 4 }).source);
    expect(program.wasm).toBeNull();
    expect(program.toDot({ view: 'step' })).toBe(js.toDot({ view: 'step' }));
    expect(program.summary()).toBe(js.summary());
    expect(program.explain()).toContain('the interpreter, in double precision');
    expect(program.explain({ timings: true }).split('\n').length).toBeGreaterThan(20);
  });

  test('exchanges snapshots with the other targets', () => {
    const js = compile(declaration, { target: 'js' }).start({ seed: 3 });
    const doubles = program.start();
    js.step(feeds);
    doubles.restore(js.snapshot());
    expect(doubles.steps).toBe(1);
    const predicted = doubles.predict(feeds).y.data;
    js.predict(feeds).y.data.forEach((value, position) => {
      expect(Math.abs(value - (predicted[position] ?? Number.NaN))).toBeLessThan(1e-6);
    });
    doubles.step(feeds);
    js.restore(doubles.snapshot());
    expect(js.parameters()['linear.weight']?.data).toEqual(
      Float32Array.from(doubles.parameters()['linear.weight']?.data ?? []),
    );
    expect(js.steps).toBe(2);
  });

  test('takes batches of any size, and evaluates without changing anything', () => {
    const session = program.start({ seed: 5 });
    session.step(feeds);
    const before = session.snapshot();
    session.evaluate({ x: [[1, 1, 1]] });
    expect(session.predict({ x: [[1, 1, 1]] }).y.shape).toEqual([1, 2]);
    expect(session.snapshot()).toEqual(before);
    session.restore(before);
    expect(session.snapshot()).toEqual(before);
  });

  test('has no kernels to profile', () => {
    expect(refusal(() => program.start().profile(feeds))).toBe('DeclarationError E_OPTION');
  });

  test('may have an axis with nothing on it', () => {
    const empty = input('empty', [0, 3]);
    const joined = compile({ outputs: { joined: concat([empty, x], 0) } }, interpreter).start();
    const { data, shape } = joined.predict({ empty: new Float32Array(0), ...feeds }).joined;
    expect([...data]).toEqual([...feeds.x]);
    expect(shape).toEqual([2, 3]);
    expect(
      joined.predict({ empty: { data: new Float32Array(0), shape: [0, 3] }, ...feeds }).joined.shape,
    ).toEqual([2, 3]);
  });
});

describe('errors are those of the other targets', () => {
  test.each(Object.entries(declarationMistakes))('in a declaration: %s', (_, declaration) => {
    const expected = refusal(() => compile(declaration, { target: 'js' }).start().snapshot());
    expect(expected).not.toBe('no error');
    expect(refusal(() => compile(declaration, interpreter).start().snapshot())).toBe(expected);
  });

  test.each(Object.entries(feedMistakes))('in a feed: %s', (_, [code, feeds]) => {
    const session: Session = edit(fedProgram, unchanged, interpreter).start({ requireFinite: true });
    // What plain JavaScript can pass has no type.
    expect(refusal(() => session.step(feeds as Feeds))).toBe(`FeedError ${code}`);
  });
});
