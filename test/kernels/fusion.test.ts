import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import type { Kernel, KernelProgram, Statement } from '../../src/kernels/kernel.ts';
import { lower } from '../../src/kernels/lower.ts';
import { add, div, equal, less, mul, sub } from '../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../src/ops/broadcast.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { gather } from '../../src/ops/gather.ts';
import { constrain, input, parameter, scalar, state, stepCounter } from '../../src/ops/leaf.ts';
import { flip, transpose } from '../../src/ops/movement.ts';
import { filled, iota } from '../../src/ops/random.ts';
import { argmax, max, mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast, stopGradient, where } from '../../src/ops/select.ts';
import { exp, log, neg, relu, sqrt, tanh } from '../../src/ops/unary.ts';
import { checkPlan } from '../../src/plan/checker.ts';
import { numbersBetween } from '../support/values.ts';
import { differences, expectedResults, planned, runInArena } from './run-entry.ts';

/** An entry from named outputs and pairs of leaf and next value. */
function entryOf(
  outputs: Readonly<Record<string, Tensor>>,
  updates: readonly (readonly [leaf: Tensor, next: Tensor])[] = [],
): EntryGraph {
  const named = Object.entries(outputs).map(([name, tensor]) => ({ name, tensor }));
  return {
    name: 'step',
    outputs: named,
    updates: updates.map(([leaf, next]) => ({ leaf, next })),
    phaseOf: () => 'forward',
    labels: new Map(named.map(({ name, tensor }) => [tensor, name])),
  };
}

/** Numbers for every leaf; integers are labels from 0 to 2. */
function feed(entry: EntryGraph): Bindings {
  const roots = [
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.flatMap(({ leaf, next }) => [leaf, next]),
  ];
  const leaves = topologicalOrder(roots).filter((node) => node.op.lowering.kind === 'leaf');
  return new Map(
    leaves.map((leaf, seed) => {
      const shape = concreteShape(leaf.shape);
      const numbers = numbersBetween(-1, 1, concreteCount(shape), seed + 1);
      const data = Float64Array.from(numbers, (each) =>
        leaf.dtype === 'i32' ? Math.floor((each + 1) * 1.49) : Math.fround(each),
      );
      return [leaf, { shape, dtype: leaf.dtype, data }];
    }),
  );
}

/** The kernels of an entry, after its plan was proven and its numbers compared with the graph's. */
function kernelsOf(entry: EntryGraph): KernelProgram {
  const lowered = planned(entry);
  expect(checkPlan(lowered.plan, lowered.state)).toEqual([]);
  const bindings = feed(entry);
  const { results, magnitude } = expectedResults(entry, bindings);
  expect(differences(runInArena(lowered, bindings), results, magnitude * 1e-5)).toEqual([]);
  return lowered.program;
}

/** Statement kinds of a kernel, nested ones after their loop. */
function kindsIn(kernel: Kernel): readonly string[] {
  const visit = (statement: Statement): readonly string[] => [
    statement.kind,
    ...(statement.kind === 'loop' ? statement.body.flatMap(visit) : []),
  ];
  return kernel.body.flatMap(visit);
}

function written(program: KernelProgram): readonly (readonly string[])[] {
  return program.kernels.map((kernel) => kernel.writes.map((buffer) => buffer.name));
}

const zeros = (shape: readonly number[]): Tensor => filled(shape, 0);

describe('contractions', () => {
  const x = input('x', [5, 4]);
  const w = parameter('weight', zeros([4, 3]));
  const b = parameter('bias', zeros([3]));

  test('start from the bias and end with the activation', () => {
    const program = kernelsOf(entryOf({ hidden: relu(add(matmul(x, w), b)) }));
    expect(program.kernels).toHaveLength(1);
    const [contraction] = program.kernels[0]?.body ?? [];
    expect(contraction).toMatchObject({
      kind: 'contraction',
      initial: { kind: 'load', buffer: { name: 'bias' } },
      epilogue: [{ kind: 'store', value: { kind: 'select' } }],
    });
  });

  test('start from zero when another kernel reads the bare product', () => {
    const product = matmul(x, w);
    const program = kernelsOf(entryOf({ product, shifted: add(product, b) }));
    expect(program.kernels[0]?.body[0]).toMatchObject({ initial: { kind: 'literal', value: 0 } });
  });

  test('leave the bias to the kernel that adds it when the product waits in memory', () => {
    const gain = state('gain', zeros([]));
    const square = input('square', [3, 3]);
    const first = relu(add(matmul(transpose(w), w), gain));
    for (const both of [add(first, matmul(square, square)), add(matmul(square, square), first)]) {
      expect(kernelsOf(entryOf({ both: relu(both) })).kernels).toHaveLength(2);
    }
  });

  test('take the optimizer update of a weight into their epilogue and store no gradient', () => {
    const target = input('target', [5, 3]);
    const error = sub(matmul(x, w), target);
    const loss = mean(mul(error, error));
    const [gradient] = grad(loss, [w]);
    const m = state('weight.exp_avg', zeros([4, 3]));
    const m1 = add(mul(m, 0.9), mul(gradient, 0.1));
    const entry = entryOf({ loss }, [
      [m, m1],
      [w, sub(w, mul(m1, 0.01))],
    ]);
    const program = kernelsOf(entry);
    const update = program.kernels.at(-1);
    expect(update?.writes.map((buffer) => buffer.name)).toEqual(['weightExpAvg', 'weight']);
    expect(update?.body.at(-1)).toMatchObject({ kind: 'contraction' });
    const temporaries = program.buffers.filter((buffer) => buffer.role === 'temporary');
    expect(temporaries.filter((buffer) => buffer.length === concreteCount(w.shape))).toEqual([]);
  });
});

describe('loops', () => {
  const logits = input('logits', [6, 3]);

  test('hold a whole softmax cross-entropy with its accuracy', () => {
    const labels = constrain(input('labels', [6], 'i32'), { low: 0, high: 2, what: 'label' });
    const shifted = sub(logits, stopGradient(max(logits, -1, { keepdims: true })));
    const logSoftmax = sub(shifted, log(sum(exp(shifted), -1, { keepdims: true })));
    const picked = reshape(gather(logSoftmax, reshape(labels, [6, 1]), 1), [6]);
    const accuracy = mean(cast(equal(argmax(logits, -1), labels), 'f32'));
    const program = kernelsOf(entryOf({ loss: neg(mean(picked)), accuracy }));
    expect(written(program)).toEqual([['loss', 'accuracy']]);
    expect(kindsIn(program.kernels[0]!).filter((kind) => kind === 'loop')).toHaveLength(3);
  });

  test('hold column statistics and what normalises by them', () => {
    const average = mean(logits, 0);
    const centred = sub(logits, average);
    const variance = mean(mul(centred, centred), 0);
    const normal = div(centred, sqrt(add(variance, 1e-5)));
    const running = state('running', zeros([3]));
    const program = kernelsOf(entryOf({ normal }, [[running, add(mul(running, 0.9), mul(average, 0.1))]]));
    expect(written(program)).toEqual([['normal', 'running']]);
  });

  test('over one contiguous range are one loop', () => {
    const program = kernelsOf(entryOf({ doubled: mul(logits, 2) }));
    expect(program.kernels[0]?.body).toMatchObject([{ kind: 'loop', axis: { extent: 18 } }]);
    expect(kindsIn(program.kernels[0]!)).toEqual(['loop', 'store']);
  });

  test('stay apart where a transposition walks across', () => {
    const program = kernelsOf(entryOf({ turned: mul(transpose(logits), 2) }));
    expect(kindsIn(program.kernels[0]!)).toEqual(['loop', 'loop', 'store']);
  });

  test('give every local and every buffer in them a name of its own', () => {
    const x = input('sum', [4, 5]);
    const program = kernelsOf(
      entryOf({ total: sum(tanh(x)), squares: sum(mul(x, x)), largest: max(sum(x, 1)) }),
    );
    for (const kernel of program.kernels) {
      const names = [...kernel.reads, ...kernel.writes, ...kernel.scratch].map((buffer) => buffer.name);
      const visit = (statement: Statement): void => {
        if (statement.kind === 'let') names.push(statement.local.name);
        if (statement.kind !== 'loop') return;
        names.push(...[...statement.reductions, ...statement.folds].map((each) => each.local.name));
        statement.body.forEach(visit);
      };
      kernel.body.forEach(visit);
      expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    }
  });

  test('nested three deep gather into a local each', () => {
    const x = input('x', [2, 3, 4]);
    const turned = transpose(x, [1, 0, 2]);
    const soft = div(exp(turned), sum(exp(turned), 0, { keepdims: true }));
    kernelsOf(entryOf({ soft, total: sum(tanh(soft)) }));
  });

  test('are not needed for scalars: one kernel computes them all', () => {
    const rate = state('rate', zeros([]));
    const step = stepCounter();
    const power = exp(neg(cast(add(step, 1), 'f32')));
    const program = kernelsOf(
      entryOf({ power }, [
        [step, add(step, 1)],
        [rate, mul(add(rate, power), 0.5)],
      ]),
    );
    expect(program.kernels).toHaveLength(1);
    expect(new Set(kindsIn(program.kernels[0]!))).toEqual(new Set(['let', 'store']));
  });
});

describe('updates', () => {
  const a = state('a', zeros([7]));
  const b = state('b', zeros([7]));

  test('are computed straight into their leaf', () => {
    const program = kernelsOf(entryOf({}, [[a, mul(add(a, b), 0.5)]]));
    expect(written(program)).toEqual([['a']]);
  });

  test('wait in a buffer of their own when every element reads another one', () => {
    const program = kernelsOf(entryOf({}, [[a, mul(flip(a, 0), 0.5)]]));
    expect(program.kernels).toHaveLength(2);
    expect(program.kernels.at(-1)?.writes.map((buffer) => buffer.name)).toEqual(['a']);
  });

  test('that swap two states save both first', () => {
    const program = kernelsOf(
      entryOf({}, [
        [a, b],
        [b, a],
      ]),
    );
    expect(
      program.kernels.flatMap((kernel) => kernel.writes).filter(({ role }) => role === 'state'),
    ).toHaveLength(2);
  });

  test('that cross run after both have been read', () => {
    kernelsOf(
      entryOf({}, [
        [a, mul(b, 2)],
        [b, mul(a, 3)],
      ]),
    );
  });

  test('of two leaves to one value are computed once and stored twice', () => {
    const next = mul(add(a, b), 0.5);
    const program = kernelsOf(
      entryOf({}, [
        [a, next],
        [b, next],
      ]),
    );
    expect(written(program)).toEqual([['a', 'b']]);
  });

  test('of two leaves to one value that is handed out, too', () => {
    const next = mul(add(a, b), 0.5);
    const entry = entryOf({ next }, [
      [a, next],
      [b, next],
    ]);
    expect(kernelsOf(entry).outputs[0]?.buffer.length).toBe(7);
  });

  test('hand out the old value of a leaf that is an output', () => {
    const program = kernelsOf(entryOf({ before: a }, [[a, mul(a, 2)]]));
    expect(program.outputs[0]?.buffer.role).toBe('temporary');
  });

  test('hand out the new value where the output is the update', () => {
    const next = mul(a, 2);
    kernelsOf(entryOf({ next }, [[a, next]]));
  });

  test('whose value other kernels read are placed before them', () => {
    const step = stepCounter();
    const next = add(step, 1);
    const x = input('x', [4, 2]);
    const correction = sub(1, exp(neg(cast(next, 'f32'))));
    const program = kernelsOf(entryOf({ scaled: div(x, correction) }, [[step, next]]));
    expect(program.kernels[0]?.writes.map((buffer) => buffer.role)).toContain('state');
  });
});

test('a leaf that is handed out needs no kernel', () => {
  const x = input('x', [3]);
  const program = lower(entryOf({ same: x }));
  expect(program.kernels).toEqual([]);
  expect(program.outputs).toMatchObject([{ name: 'same', buffer: { role: 'input' } }]);
});

test('a constant that is handed out is written by a kernel', () => {
  const program = kernelsOf(entryOf({ two: scalar(2), twos: filled([3], 2) }));
  expect(program.kernels.flatMap((kernel) => kernel.writes.map((buffer) => buffer.name))).toEqual([
    'two',
    'twos',
  ]);
});

test('a comparison of positions is not stored, however often it is repeated', () => {
  const along = (axis: number): Tensor => broadcastAlong(iota(20), [20, 20], [axis]);
  const isEarlier = broadcastAlong(less(along(1), along(0)), [3, 20, 20], [1, 2]);
  const { program } = planned(entryOf({ y: where(isEarlier, input('x', [3, 20, 20]), 0) }));
  expect(program.buffers.map(({ role }) => role)).toEqual(['input', 'output']);
});
