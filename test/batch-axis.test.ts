// Every public function takes tensors whose first axis is a named dimension: a program of it gives, at every size of the
// batch, what the same program gives that was declared with that size, and so do its gradients. Where a function needs the
// size of an axis to say how many results there are, a named one is refused with the reason.
import { describe, expect, test } from 'vitest';
import { emptyCompilation, runStages } from '../src/compiler/compilation.ts';
import type { Declaration } from '../src/compiler/declaration.ts';
import { specialisationStages, symbolicStages } from '../src/compiler/stages.ts';
import { grad } from '../src/autodiff/grad.ts';
import { isFloat } from '../src/ir/dtype.ts';
import type { Bindings } from '../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../src/ir/node.ts';
import { concreteShape, dim, type Sizes } from '../src/ir/size.ts';
import type { Value } from '../src/ir/value.ts';
import * as t from '../src/index.ts';
import { nameOf } from '../src/ops/leaf.ts';
import type { EntryPlan } from '../src/plan/plan.ts';
import { programs as along, training } from './batch-axis/programs.ts';
import { computed, tensorsOf } from './bits/computed.ts';
import { operandsOf, type Batch, type BitsTable, type Operands } from './bits/operands.ts';
import type { TrainingTable } from './bits/training.ts';
import { input } from './support/untyped.ts';
import { refusal } from './support/values.ts';
import { runAsJavaScript } from './support/wasm-run.ts';

const sizes = [1, 2, 5];

/** Results, and the gradients of the sum of squares of each, under names that do not depend on the order of leaves. */
function withGradients(results: readonly Tensor[]): Declaration {
  const outputs: (readonly [string, Tensor])[] = results.map((result, at) => [`result${at}`, result]);
  for (const [at, result] of results.entries()) {
    if (!isFloat(result.dtype)) continue;
    const loss: Tensor = t.sum(t.square(result));
    const leaves = topologicalOrder([result]).filter(
      ({ op, dtype }) => (op.name === 'input' || op.name === 'parameter') && isFloat(dtype),
    );
    const gradients = leaves.length === 0 ? [] : grad(loss, leaves);
    for (const [position, leaf] of leaves.entries()) {
      const gradient = gradients[position];
      if (gradient !== undefined) outputs.push([`gradient${at}_${nameOf(leaf)}`, gradient]);
    }
  }
  return { outputs: Object.fromEntries(outputs) };
}

type Left = ReadonlyMap<string, ArrayLike<number>>;

/** What all entries of a program leave behind after two runs: outputs, parameters and state, by their names. */
function leftBehind(declare: (operands: Operands) => Declaration, batch: Batch, bound: Sizes): Left {
  const { operands, numbers } = operandsOf('f32', batch);
  const declaration = declare(operands);
  const fed = new Map([...numbers].map(([leaf, data]) => [nameOf(leaf), data]));
  const symbolic = runStages(emptyCompilation(declaration), symbolicStages);
  const { plans, state } = runStages(symbolic.compilation, specialisationStages(bound)).compilation;
  const all = new Map<string, ArrayLike<number>>();
  for (const plan of plans) {
    const left = runAsJavaScript(plan, state, bindingsOf(plan, fed), 2);
    const outputs = new Set(plan.program.outputs.map(({ buffer }) => buffer.name));
    for (const { name, buffer } of plan.program.outputs) {
      all.set(`${plan.program.name} ${name}`, left.get(buffer.name) ?? []);
    }
    for (const [name, data] of left) if (!outputs.has(name)) all.set(`${plan.program.name} ${name}`, data);
  }
  return all;
}

function bindingsOf({ placements }: EntryPlan, fed: ReadonlyMap<string, Float64Array>): Bindings {
  const bindings = new Map<Tensor, Value>();
  for (const { buffer } of placements) {
    const { tensor, role, length } = buffer;
    if (role !== 'input' && role !== 'parameter') continue;
    const data = fed.get(nameOf(tensor)) ?? new Float64Array(length).fill(0.3);
    bindings.set(tensor, { dtype: tensor.dtype, shape: concreteShape(tensor.shape), data });
  }
  return bindings;
}

/** A size that every operand declares for itself: names make dimensions equal, not objects. */
function namedBatch(count: number): Batch {
  return {
    get size() {
      return dim('batch');
    },
    count,
  };
}

/** Where a program with a named batch differs from one with a literal size; one rounding is allowed. */
function differences(declare: (operands: Operands) => Declaration, count: number): readonly string[] {
  const expected = leftBehind(declare, { size: count, count }, {});
  const found = leftBehind(declare, namedBatch(count), { batch: count });
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) => {
    const [wanted, got] = [expected.get(name), found.get(name)];
    // A part of nothing depends on no leaf, so that there may be no gradient by it.
    const length = (wanted ?? got)?.length ?? 0;
    const zeros = name.includes('gradient') ? new Float32Array(length) : [];
    const at = firstDifference(wanted ?? zeros, got ?? zeros);
    return at === undefined
      ? []
      : [`${name}[${at}] is ${got?.[at] ?? 'missing'}, with the literal size ${wanted?.[at] ?? 'missing'}`];
  });
}

function firstDifference(wanted: ArrayLike<number>, got: ArrayLike<number>): number | undefined {
  if (wanted.length !== got.length) return Math.min(wanted.length, got.length);
  const at = Array.from(wanted).findIndex((each, position) => {
    const other = got[position] ?? Number.NaN;
    return !Object.is(each, other) && !(Math.abs(each - other) <= 1e-6 * Math.max(1, Math.abs(each)));
  });
  return at < 0 ? undefined : at;
}

const programs: BitsTable = { ...computed, ...along };

describe('a program with a named batch gives, at every size, what one with that literal size gives', () => {
  test.each(Object.entries(programs))('%s', (_, program) => {
    const declare = (operands: Operands): Declaration => withGradients(tensorsOf(program(operands)));
    expect(sizes.flatMap((count) => differences(declare, count))).toEqual([]);
  });

  test.each(Object.entries<TrainingTable[string]>(training))('%s, two steps of training', (_, declare) => {
    expect(sizes.flatMap((count) => differences(declare, count))).toEqual([]);
  });

  test('which would notice another result', () => {
    const isLiteral = (operands: Operands): boolean => typeof operands.batch === 'number';
    const declare = (operands: Operands): Declaration =>
      withGradients([t.mul(operands.x, isLiteral(operands) ? 2 : 2.001)]);
    expect(differences(declare, 2)).toHaveLength(2);
  });
});

describe('what depends on the size of an axis beyond its shape refuses a named one, and says why', () => {
  const batch = dim('batch');
  const x = input('x', [batch, 4]);
  const signal = input('signal', [2, 3, batch]);
  const images = input('images', [2, batch, 8, 3]);

  test.each<readonly [string, () => unknown]>([
    ['split', () => t.split(x, 2)],
    ['chunk', () => t.chunk(x, 2)],
    ['tensorSplit', () => t.tensorSplit(x, 2)],
    ['unbind', () => t.unbind(x)],
    ['narrow from a computed start', () => t.narrow(x, 0, input('start', [], 'i32'), 1)],
    ['repeatInterleave by a list', () => t.repeatInterleave(x, [1, 2], 0)],
    ['diagonal of a named and a literal size', () => t.diagonal(x)],
    ['conv1d', () => t.conv1d(signal, input('w', [2, 3, 3]))],
    ['avgPool1d', () => t.avgPool1d(signal, 2)],
    ['maxPool1d', () => t.maxPool1d(signal, 2)],
    ['adaptiveAvgPool1d', () => t.adaptiveAvgPool1d(signal, 2)],
    ['interpolate', () => t.interpolate(signal, { scaleFactor: 2 })],
    ['fft', () => t.fft({ real: signal, imaginary: signal })],
    ['rfft', () => t.rfft(signal)],
    ['resizeImages', () => t.resizeImages(images, [4, 4])],
    ['cropAndResize', () => t.cropAndResize(images, input('b', [1, 4]), input('of', [1], 'i32'), [2, 2])],
    ['qr', () => t.qr(x)],
    ['gramSchmidt', () => t.gramSchmidt(x)],
    ['lstm', () => t.lstm(4, 3)(input('steps', [2, batch, 4]))],
  ])('%s', (_, call) => {
    expect(refusal(call)).toBe('ShapeError E_UNBOUND_DIM');
    expect(call).toThrow(/batch[^]*(help: what is made of the axis|as long as the smaller)/);
  });

  test('steps over a named axis have to divide it', () => {
    expect(refusal(() => t.slice(x, [{ step: 2 }]))).toBe('ShapeError E_SLICE');
    expect(() => t.slice(x, [{ step: 2 }])).toThrow('steps of 2 over batch positions of axis 0');
    expect(t.slice(t.concat([x, x]), [{ step: 2 }]).shape).toEqual([batch, 4]);
  });
});

describe('what is cut out of a named axis is checked when the axis is given a size', () => {
  const x = input('x', [dim('batch'), 2]);
  const rows = (count: number): { x: Float32Array } => ({
    x: Float32Array.from({ length: 2 * count }, (_, at) => at),
  });

  test.each<readonly [string, () => Tensor, number, readonly number[]]>([
    ['all but the first', () => t.slice(x, [{ start: 1 }]), 3, [2, 3, 4, 5]],
    ['nothing of one', () => t.slice(x, [{ start: 1 }]), 1, []],
    ['the first two', () => t.slice(x, [{ stop: 2 }]), 3, [0, 1, 2, 3]],
    ['the last two', () => t.slice(x, [{ start: -2 }]), 3, [2, 3, 4, 5]],
    ['one row', () => t.select(x, 0, 2), 3, [4, 5]],
    ['one from the end', () => t.select(x, 0, -3), 3, [0, 1]],
    ['a computed position from the end', () => t.take(x, t.constant([-1], [1], 'i32'), 0), 3, [4, 5]],
    ['a run', () => t.narrow(x, 0, 1, 2), 3, [2, 3, 4, 5]],
  ])('%s', (_, build, count, expected) => {
    const session = t.compile({ outputs: { y: build() } }, { target: 'js' }).start();
    expect(Array.from(session.predict(rows(count)).y.data)).toEqual(expected);
  });

  test.each<readonly [string, () => Tensor, number]>([
    ['the first two of one', () => t.slice(x, [{ stop: 2 }]), 1],
    ['the last two of one', () => t.slice(x, [{ start: -2 }]), 1],
    ['all but the first two of one', () => t.slice(x, [{ start: 2 }]), 1],
    ['the third of two', () => t.select(x, 0, 2), 2],
    ['the third from the end of two', () => t.select(x, 0, -3), 2],
    ['a run that leaves the axis', () => t.narrow(x, 0, 1, 2), 2],
    ['a reflection beyond the axis', () => t.pad(x, [[2, 0], [0, 0]], { mode: 'reflect' }), 2], // prettier-ignore
    ['more cut off than there is', () => t.pad(x, [[-1, -2], [0, 0]]), 2], // prettier-ignore
  ])('%s is refused, and the session goes on', (_, build, count) => {
    const session = t.compile({ outputs: { y: build() } }, { target: 'js' }).start();
    expect(refusal(() => session.predict(rows(count)))).toBe('ShapeError E_SLICE');
    expect(() => session.predict(rows(count))).toThrow(`batch = ${count} has no positions`);
    expect(session.predict(rows(4)).y).toBeDefined();
  });
});

describe('positions on a named axis are checked when they are fed, against the size that it then has', () => {
  const x = input('x', [dim('batch'), 2]);
  const i = input('i', [dim('picks')], 'i32');
  const rows = new Float32Array(8).map((_, at) => at);
  const coordinates = input('i', [dim('picks'), 2], 'i32');

  test.each<readonly [string, () => Tensor, readonly number[], readonly number[]]>([
    ['rows', () => t.indexSelect(x, 0, i), [0, 3], [0, 4]],
    ['rows below', () => t.indexSelect(x, 0, i), [3], [-1]],
    ['from the end', () => t.take(x, i, 0), [-4, 3], [-5]],
    ['from the end, above', () => t.take(x, i, 0), [3], [4]],
    ['coordinates', () => t.gatherNd(x, coordinates), [3, 1], [4, 0]],
    ['coordinates on a literal axis', () => t.gatherNd(x, coordinates), [0, 1], [0, 2]],
  ])('%s', (_, build, inside, outside) => {
    const session = t.compile({ outputs: { y: build() } }, { target: 'js' }).start();
    const run = (positions: readonly number[], count = 4): unknown =>
      session.predict({ x: rows.slice(0, 2 * count), i: Int32Array.from(positions) });
    expect(run(inside)).toBeDefined();
    expect(refusal(() => run(outside))).toBe('FeedError E_FEED_RANGE');
    // What was inside of four rows is outside of one, whatever ran before; and the session goes on.
    const isFirstRow = inside.every((each, at) => each <= at % 2);
    if (!isFirstRow) expect(refusal(() => run(inside, 1))).toBe('FeedError E_FEED_RANGE');
    expect(run(inside)).toBeDefined();
    expect(refusal(() => run(outside))).toBe('FeedError E_FEED_RANGE');
  });

  test('the error tells the size that the feeds have', () => {
    const session = t.compile({ outputs: { y: t.indexSelect(x, 0, i) } }, { target: 'js' }).start();
    const error = (): unknown => session.predict({ x: rows, i: Int32Array.of(1, 4) });
    expect(error).toThrow('i[1] is 4: an index lies in 0 … 3');
    expect(error).toThrow('help: count indices from 0; with these feeds there are 4 of them');
  });
});
