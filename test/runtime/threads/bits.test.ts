// Whatever the number of threads, a program gives the same bits. Kernels here are small: all are divided that can be.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test as property } from '@fast-check/vitest';
import { describe, expect, test, vi } from 'vitest';
import type { BuildOptions } from '../../../src/compiler/build-options.ts';
import { program as iris } from '../../../examples/iris/model.ts';
import { program as mnist } from '../../../examples/mnist-lab/model.ts';
import type * as Emit from '../../../src/emit/wasm/emit.ts';
import { isFloat } from '../../../src/ir/dtype.ts';
import { dim } from '../../../src/ir/size.ts';
import { accuracy } from '../../../src/nn/accuracy.ts';
import { relu } from '../../../src/nn/activation.ts';
import { batchNorm1d } from '../../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../../src/nn/cross-entropy.ts';
import { dropout } from '../../../src/nn/dropout.ts';
import { linear } from '../../../src/nn/linear.ts';
import { sequential } from '../../../src/nn/sequential.ts';
import { inputOp, isLeafOf, nameOf, input } from '../../../src/ops/leaf.ts';
import { adam } from '../../../src/optim/adam.ts';
import type { FeedArray } from '../../../src/runtime/instantiate.ts';
import { compile, edit } from '../../../src/runtime/program.ts';
import type { Session } from '../../../src/runtime/session.ts';
import { buildEntry, recipes, type Recipe } from '../../support/random-entry.ts';
import { untilPresent } from '../../support/threaded.ts';

vi.mock('../../../src/emit/wasm/emit.ts', async (original) => {
  const { sharingEverything } = await import('./small-and-shared.ts');
  return sharingEverything(await original<typeof Emit>());
});
vi.mock('../../../src/runtime/threads/pace.ts', async () => {
  const { alwaysTogether } = await import('./small-and-shared.ts');
  return { keepPace: alwaysTogether };
});

const builds: readonly (readonly [string, BuildOptions])[] = [
  ['one thread', { threads: 1 }],
  ['two threads', { threads: 2 }],
  ['three threads', { threads: 3 }],
  ['four threads', { threads: 4 }],
];

function classifier(options: BuildOptions) {
  const batch = dim('batch');
  const x = input('x', [batch, 12]);
  const y = input('y', [batch], 'i32');
  const net = sequential('net', linear(12, 24), batchNorm1d(24), relu(), dropout(0.3), linear(24, 5));
  const logits = net(x);
  return compile(
    {
      loss: crossEntropy(logits, y),
      optimizer: adam({ lr: 0.01 }),
      outputs: { logits },
      metrics: { accuracy: accuracy(logits, y) },
    },
    options,
  );
}

function batchOf(rows: number): { readonly x: Float32Array; readonly y: Int32Array } {
  return {
    x: Float32Array.from({ length: rows * 12 }, (_, position) => Math.sin(position * 1.3 + rows)),
    y: Int32Array.from({ length: rows }, (_, row) => (row * 3) % 5),
  };
}

/** Makes sure that workers are there and know the three entries at a size, and puts the session back. */
function warmUp(session: Session, threads: number, sizes: readonly number[]): void {
  const start = session.snapshot();
  for (const size of sizes) {
    const { x, y } = batchOf(size);
    // The first run of each teaches it; only then are workers waited for.
    session.step({ x, y });
    untilPresent(session, threads, () => session.step({ x, y }));
    session.evaluate({ x, y });
    untilPresent(session, threads, () => session.evaluate({ x, y }));
    session.predict({ x });
    untilPresent(session, threads, () => session.predict({ x }));
  }
  session.restore(start);
}

/** Everything that a session says while it steps through ragged batches, and what it holds in the end. */
function trained(session: Session, sizes: readonly number[]): readonly unknown[] {
  const said = sizes.map((size) => {
    const { x, y } = batchOf(size);
    return [{ ...session.step({ x, y }) }, { ...session.evaluate({ x, y }) }, session.predict({ x })];
  });
  return [said, session.snapshot()];
}

describe('training, evaluation and prediction give the bits of JavaScript', () => {
  const sizes = [40, 17, 40, 1, 64, 17, 300, 40];
  const expected = trained(classifier({ target: 'js' }).start({ seed: 3 }), sizes);

  test.each(builds)('on %s', (_, options) => {
    const program = classifier({ target: 'wasm', ...options });
    expect(program.threads).toBe(options.threads);
    using session = program.start({ seed: 3 });
    warmUp(session, program.threads, sizes);
    expect(trained(session, sizes)).toEqual(expected);
    expect(session.threads).toBe(options.threads);
  });
});

describe('the examples train to the bits of JavaScript', () => {
  const examples = [
    { name: 'iris', program: iris, features: 4, classes: 3 },
    { name: 'mnist-lab', program: mnist, features: 784, classes: 10 },
  ];
  test.for(examples)('$name, on one to four threads', ({ program, features, classes }) => {
    const batches = [90, 90, 41].map((rows) => ({
      x: Float32Array.from({ length: rows * features }, (_, position) => Math.sin(position * 1.7 + rows)),
      y: Int32Array.from({ length: rows }, (_, row) => (row * 5) % classes),
    }));
    const [first = { x: [], y: [] }] = batches;
    const bitsOn = (options: BuildOptions): readonly unknown[] => {
      const built = edit(program, () => undefined, options);
      using session = built.start({ seed: 2 });
      const start = session.snapshot();
      if (built.threads > 1) untilPresent(session, built.threads, () => session.step(first));
      session.restore(start);
      return [batches.map((batch) => ({ ...session.step(batch) })), session.snapshot()];
    };
    const expected = bitsOn({ target: 'js' });
    for (const [, options] of builds) expect(bitsOn(options)).toEqual(expected);
  });
});

/** What a program of these outputs predicts, by all its threads where there is something to divide. */
function prediction(recipe: Recipe, options: BuildOptions): Readonly<Record<string, FeedArray>> {
  const { entry, bindings } = buildEntry(recipe);
  const outputs = Object.fromEntries(entry.outputs.map(({ name, tensor }) => [name, tensor]));
  const program = compile({ outputs }, options);
  using session = program.start({ seed: 7 });
  const feeds = Object.fromEntries(
    [...bindings]
      .filter(([leaf]) => isLeafOf(inputOp, leaf))
      .map(([leaf, { data }]) => [
        nameOf(leaf),
        isFloat(leaf.dtype) ? Float64Array.from(data) : Int32Array.from(data),
      ]),
  );
  const predict = () => session.predict(feeds);
  predict();
  const [, text = ''] = program.wasm?.driver.split('export function predict') ?? [];
  if (text.includes('barrier();')) untilPresent(session, program.threads, predict);
  return Object.fromEntries(Object.entries(predict()).map(([name, { data }]) => [name, data]));
}

describe('random graphs give the bits of JavaScript', () => {
  property.prop([recipes], { numRuns: 15 })('on one to four threads', (recipe) => {
    const expected = prediction(recipe, { target: 'js' });
    for (const [, options] of builds) expect(prediction(recipe, options)).toEqual(expected);
  });
});

describe('a step on two threads', () => {
  setFlagsFromString('--expose-gc');

  test('leaves the heap as large as it was', () => {
    // The flag above gives this name to every new context.
    const collect = runInNewContext('gc') as () => void;
    using session = classifier({ threads: 2 }).start();
    const feeds = batchOf(8);
    const steps = (count: number): void => {
      for (let step = 0; step < count; step++) session.step(feeds);
    };
    untilPresent(session, 2, () => session.step(feeds));
    steps(3000);
    collect();
    const before = process.memoryUsage().heapUsed;
    steps(20_000);
    const garbage = process.memoryUsage().heapUsed - before;
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000);
    // A collection in between makes it less: what is left is at most a few numbers a step, which engines box.
    expect(garbage / 20_000).toBeLessThan(1000);
  });
});
