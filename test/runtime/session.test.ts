import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/compiler/build-options.ts';
import { dim } from '../../src/ir/size.ts';
import { accuracy } from '../../src/nn/accuracy.ts';
import { relu } from '../../src/nn/activation.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { constant, input } from '../../src/ops/leaf.ts';
import { exp, tanh } from '../../src/ops/unary.ts';
import { adam } from '../../src/optim/adam.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import type { Session } from '../../src/runtime/session.ts';
import { numbersBetween, refusal } from '../support/values.ts';

/** A classifier with everything that a step can carry: random numbers, running statistics, moments, a counter. */
function classifier(target?: Target) {
  const batch = dim('batch');
  const x = input('x', [batch, 6]);
  const y = input('y', [batch], 'i32');
  const net = sequential('net', linear(6, 12), batchNorm1d(12), relu(), dropout(0.3), linear(12, 3));
  const logits = net(x);
  return compile(
    {
      loss: crossEntropy(logits, y),
      optimizer: adam({ lr: 0.01 }),
      outputs: { logits },
      metrics: { accuracy: accuracy(logits, y) },
    },
    target === undefined ? {} : { target },
  );
}

const program = classifier();

interface Batch {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

function batchOf(rows: number, seed: number): Batch {
  const x = Float32Array.from(numbersBetween(-1, 1, rows * 6, seed));
  const y = Int32Array.from({ length: rows }, (_, row) =>
    (x[row * 6] ?? 0) > 0 ? 2 : (x[row * 6 + 1] ?? 0) > 0 ? 1 : 0,
  );
  return { x, y };
}

/** Bytes of everything that a session carries, as numbers. */
function bitsOf(session: Session): readonly unknown[] {
  return Object.entries(session.snapshot().values).map(([name, { buffer }]) => [
    name,
    [...new Uint8Array(buffer)],
  ]);
}

function lossesOf(session: Session<string, string>, batches: readonly Batch[]): readonly number[] {
  return batches.map((each) => session.step({ ...each }).loss ?? Number.NaN);
}

const batches = Array.from({ length: 50 }, (_, seed) => batchOf(20, seed));

describe('sessions are reproducible', () => {
  test('one seed twice gives the same bits over fifty steps', () => {
    const [first, second] = [program.start({ seed: 7 }), program.start({ seed: 7 })];
    expect(lossesOf(first, batches)).toEqual(lossesOf(second, batches));
    expect(bitsOf(first)).toEqual(bitsOf(second));
  });

  test('a model that is declared again gives the same bits too', () => {
    const [first, second] = [program.start({ seed: 7 }), classifier().start({ seed: 7 })];
    expect(lossesOf(first, batches)).toEqual(lossesOf(second, batches));
    expect(bitsOf(first)).toEqual(bitsOf(second));
  });

  test('so does another target, which takes over from a snapshot', () => {
    const [first, second] = [classifier('wasm').start({ seed: 7 }), classifier('js').start({ seed: 7 })];
    expect(lossesOf(first, batches)).toEqual(lossesOf(second, batches));
    expect(bitsOf(first)).toEqual(bitsOf(second));
    const [batch = batchOf(20, 0)] = batches;
    const third = classifier('js').start();
    third.restore(first.snapshot());
    expect(third.predict({ x: batch.x })).toEqual(first.predict({ x: batch.x }));
    expect({ ...third.evaluate({ ...batch }) }).toEqual({ ...first.evaluate({ ...batch }) });
  });

  test('another seed draws other parameters and other dropout masks', () => {
    const [first, second] = [program.start({ seed: 7 }), program.start({ seed: 8 })];
    expect(first.parameters()['net/linear1.weight']).not.toEqual(second.parameters()['net/linear1.weight']);
    const { values } = first.snapshot();
    second.restore({ ...first.snapshot(), values: { ...values, seed: Int32Array.of(8) } });
    const [batch = batchOf(20, 0)] = batches;
    expect(first.step({ ...batch }).loss).not.toBe(second.step({ ...batch }).loss);
  });

  test('the default seed is 0, and a seed has to be whole', () => {
    expect(bitsOf(program.start())).toEqual(bitsOf(program.start({ seed: 0 })));
    expect(refusal(() => program.start({ seed: 0.5 }))).toBe('DeclarationError E_OPTION');
  });
});

describe('a session takes batches of any size', () => {
  const sizes = [90, 17, 90, 1, 200, 17];

  test('in any order, with the bits of sessions of programs that saw no other size', () => {
    const session = program.start({ seed: 1 });
    let state = session.snapshot();
    for (const [position, size] of sizes.entries()) {
      const batch = batchOf(size, position);
      const { loss } = session.step({ ...batch });
      const fresh = classifier().start({ seed: 1 });
      fresh.restore(state);
      expect(fresh.step({ ...batch }).loss).toBe(loss);
      expect(bitsOf(fresh)).toEqual(bitsOf(session));
      state = session.snapshot();
    }
    expect(session.steps).toBe(sizes.length);
  });

  test('and growing its memory keeps its state', () => {
    const session = program.start();
    session.step({ ...batchOf(8, 0) });
    const before = bitsOf(session);
    session.predict({ x: batchOf(5000, 1).x });
    expect(bitsOf(session)).toEqual(before);
    expect(session.steps).toBe(1);
  });

  test('a ragged last batch gives what the rows of it give alone', () => {
    const session = program.start();
    const whole = batchOf(20, 3);
    const all = session.predict({ x: whole.x }).logits;
    const last = session.predict({ x: whole.x.subarray(17 * 6) }).logits;
    expect([...last.data]).toEqual([...all.data.subarray(17 * 3)]);
    expect(last.shape).toEqual([3, 3]);
  });
});

describe('evaluate and predict', () => {
  test('change nothing', () => {
    const session = program.start();
    lossesOf(session, batches.slice(0, 3));
    const before = bitsOf(session);
    const batch = batchOf(33, 5);
    const first = { ...session.evaluate({ ...batch }) };
    session.predict({ x: batch.x });
    expect({ ...session.evaluate({ ...batch }) }).toEqual(first);
    expect(bitsOf(session)).toEqual(before);
  });

  test('drop nothing out and use running statistics: a row does not depend on the others', () => {
    const session = program.start();
    lossesOf(session, batches.slice(0, 20));
    const { x } = batchOf(4, 9);
    const together = session.predict({ x }).logits.data;
    const alone = [0, 1, 2, 3].flatMap((row) => [
      ...session.predict({ x: x.subarray(row * 6, row * 6 + 6) }).logits.data,
    ]);
    expect(alone).toEqual([...together]);
  });

  test('normalise by the statistics that steps have gathered', () => {
    const session = program.start();
    const { x } = batchOf(4, 9);
    const { values, model } = session.snapshot();
    const untrained = session.predict({ x }).logits.data;
    const mean = new Float32Array(12).fill(0.5);
    session.restore({ model, values: { ...values, 'net/batchNorm1.running_mean': mean } });
    expect(session.predict({ x }).logits.data).not.toEqual(untrained);
  });

  test('give new arrays that later calls leave alone', () => {
    const session = program.start();
    const { x } = batchOf(4, 9);
    const first = session.predict({ x }).logits;
    const copy = [...first.data];
    const second = session.predict({ x: x.map((each) => each + 1) }).logits;
    expect(second.data).not.toBe(first.data);
    expect([...first.data]).toEqual(copy);
    expect(first.data.byteLength).toBe(first.data.buffer.byteLength);
  });
});

describe('the entries of a session', () => {
  const withConstants = (target: Target = 'wasm') => {
    const x = input('x', [dim('batch'), 3]);
    const h = linear(3, 3)(mul(x, constant([1, 2, 3], [3])));
    const wide = matmul(exp(h), constant(new Float32Array(300).fill(0.01), [3, 100]));
    const loss = mse(h, mul(x, 2));
    return compile({ loss, optimizer: sgd({ lr: 0 }), outputs: { wide: tanh(wide) } }, { target });
  };

  test('find constants at one place, whatever the sizes, and apart from the state', () => {
    const constants = withConstants();
    const offsets = [1, 7, 300].flatMap((batch) =>
      constants
        .at({ batch })
        .compilation.plans.flatMap(({ placements }) => placements)
        .filter(({ buffer }) => buffer.role === 'constant' && buffer.length === 3)
        .map(({ offset }) => offset),
    );
    expect(offsets.length).toBeGreaterThan(6);
    expect(new Set(offsets).size).toBe(1);
    const session = constants.start();
    session.step({ x: [[1, 2, 3]] });
    const names = ['linear.weight', 'linear.bias', 'step', 'seed'];
    expect(Object.keys(session.snapshot().values)).toEqual(names);
    expect(Object.keys(session.parameters())).toEqual(names.slice(0, 2));
    expect(constants.explain()).toContain('in 4 leaves, constants 1.2 KiB in 2');
  });

  test.each(['wasm', 'js'] as const)(
    'share one memory on %s, and constants of one survive the others',
    (target) => {
      const session = withConstants(target).start();
      const feeds = { x: Float32Array.of(1, 2, 3, 4, 5, 6) };
      const { loss } = session.step(feeds);
      const { data } = session.predict(feeds).wide;
      session.evaluate(feeds);
      expect(session.step(feeds).loss).toBe(loss);
      expect(session.predict(feeds).wide.data).toEqual(data);
    },
  );

  test('exist for what was declared', () => {
    const x = input('x', [2]);
    const predicts = compile({ outputs: { twice: mul(x, 2) } }).start();
    expect(refusal(() => predicts.step({ x: [1, 2] }))).toBe('DeclarationError E_NO_ENTRY');
    expect(refusal(() => predicts.evaluate({ x: [1, 2] }))).toBe('DeclarationError E_NO_ENTRY');
    const trains = compile({ loss: mse(linear(2, 2)(x), x), optimizer: sgd({ lr: 0.1 }) }).start();
    expect(refusal(() => trains.predict({ x: [1, 2] }))).toBe('DeclarationError E_NO_ENTRY');
    expect(trains.step({ x: [1, 2] }).loss).toBeGreaterThan(trains.step({ x: [1, 2] }).loss);
  });
});

describe('a snapshot', () => {
  test('brings a session back to where it was, bit for bit', () => {
    const session = program.start({ seed: 4 });
    lossesOf(session, batches.slice(0, 5));
    const saved = session.snapshot();
    const first = lossesOf(session, batches.slice(5, 10));
    session.restore(saved);
    expect(session.steps).toBe(5);
    expect(lossesOf(session, batches.slice(5, 10))).toEqual(first);
    const other = program.start({ seed: 99 });
    other.restore(saved);
    expect(lossesOf(other, batches.slice(5, 10))).toEqual(first);
  });

  test('of another model, or with a leaf of another length, is refused and changes nothing', () => {
    const session = program.start();
    const before = bitsOf(session);
    const { values, model } = session.snapshot();
    const short = { model, values: { ...values, 'net/linear1.bias': new Float32Array(3) } };
    expect(refusal(() => session.restore(short))).toBe('DeclarationError E_SNAPSHOT');
    expect(refusal(() => session.restore({ values, model: 'other' }))).toBe('DeclarationError E_SNAPSHOT');
    expect(refusal(() => session.restore({ model, values: {} }))).toBe('DeclarationError E_SNAPSHOT');
    expect(bitsOf(session)).toEqual(before);
  });

  test('and the parameters are copies', () => {
    const session = program.start();
    const before = bitsOf(session);
    session.snapshot().values['net/linear1.weight']?.fill(0);
    session.parameters()['net/linear1.weight']?.data.fill(0);
    expect(bitsOf(session)).toEqual(before);
    expect(session.parameters()['net/linear1.weight']?.shape).toEqual([12, 6]);
  });
});

describe.each(['wasm', 'js'] as const)('a step on %s allocates nothing', (target) => {
  setFlagsFromString('--expose-gc');
  const collect = (): void => {
    // The flag above gives this name to every new context.
    const gc = runInNewContext('gc') as () => void;
    gc();
  };
  const heap = (): number => process.memoryUsage().heapUsed;
  const { x, y } = batchOf(2, 1);
  const feeds = { x, y };
  const session = classifier(target).start();
  const steps = (count: number): void => {
    for (let step = 0; step < count; step++) session.step(feeds);
  };

  test('that stays: the heap is as large after 20 000 steps as before', () => {
    steps(3000);
    collect();
    const before = heap();
    steps(20_000);
    collect();
    expect(heap() - before).toBeLessThan(200_000);
  });

  test('that is garbage, but for numbers that the engine boxes between functions', () => {
    steps(3000);
    // A collection in between makes a trial smaller: the largest counts.
    const trials = Array.from({ length: 5 }, () => {
      const before = heap();
      steps(1000);
      return heap() - before;
    });
    expect(Math.max(...trials) / 1000).toBeLessThan(1000);
  });

  test('and returns the same object every time', () => {
    expect(session.step(feeds)).toBe(session.step(feeds));
  });
});
