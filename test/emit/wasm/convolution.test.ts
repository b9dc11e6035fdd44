// Convolutions and poolings with their gradients: the bits of the generated JavaScript on any number of threads, the
// numbers of the interpreter, and nothing in memory that holds a window.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { grad } from '../../../src/autodiff/grad.ts';
import { interpret, type Bindings } from '../../../src/ir/interpret.ts';
import type { Tensor } from '../../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../../src/ir/size.ts';
import type { EntryGraph } from '../../../src/kernels/anchors.ts';
import type { Statement } from '../../../src/kernels/kernel.ts';
import { convolve, convolveTransposed } from '../../../src/nn/convolution.ts';
import { avgPool2d, maxPool2d } from '../../../src/nn/pooling.ts';
import { input } from '../../../src/ops/leaf.ts';
import { sum } from '../../../src/ops/reduce.ts';
import { square } from '../../../src/ops/unary.ts';
import { planned } from '../../kernels/run-entry.ts';
import { uniformNumbers } from '../../support/values.ts';
import { bitDifferences, runAsJavaScript, runAsWasm } from '../../support/wasm-run.ts';

interface Recipe {
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group. */
  readonly inputs: number;
  readonly outputs: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: number;
  readonly dilation: number;
  readonly isTransposed: boolean;
  readonly pooling: 'max' | 'overlapping max' | 'average' | 'none';
}

const pair = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));

const recipes: fc.Arbitrary<Recipe> = fc.record({
  batch: fc.constantFrom(1, 2, 5, 8),
  groups: fc.constantFrom(1, 1, 2, 3),
  inputs: fc.constantFrom(1, 2, 3),
  outputs: fc.constantFrom(1, 2, 5, 9),
  size: fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 19 })),
  kernel: pair(3),
  stride: pair(2),
  padding: fc.constantFrom(0, 1, 2),
  dilation: fc.constantFrom(1, 1, 2),
  isTransposed: fc.boolean(),
  pooling: fc.constantFrom('max', 'overlapping max', 'average', 'none'),
});

function pooled(x: Tensor, pooling: Recipe['pooling']): Tensor {
  switch (pooling) {
    case 'max':
      return maxPool2d(x, 2, { ceilMode: true });
    case 'overlapping max':
      return maxPool2d(x, 3, { stride: 2, padding: 1 });
    case 'average':
      return avgPool2d(x, [1, 2], { ceilMode: true });
    case 'none':
      return x;
  }
}

function entryOf(recipe: Recipe): EntryGraph {
  const { batch, groups, inputs, outputs, size, kernel, stride, padding, dilation, isTransposed } = recipe;
  const x = input('x', [batch, groups * inputs, ...size]);
  const channels = isTransposed ? [groups * inputs, outputs] : [groups * outputs, inputs];
  const w = input('w', [...channels, ...kernel]);
  // No transposed result may vanish in its padding.
  const pad = isTransposed ? Math.min(padding, 1) : padding;
  const apply = isTransposed ? convolveTransposed : convolve;
  const y = pooled(apply('conv2d', 2, x, w, { stride, padding: pad, dilation, groups }), recipe.pooling);
  const tensors = [y, ...grad(sum(square(y)), [x, w])];
  const roots = ['y', 'dx', 'dw'].map((name, at) => ({ name, tensor: tensors[at] ?? y }));
  return { name: 'step', outputs: roots, updates: [], phaseOf: () => 'forward', labels: new Map() };
}

function bindingsOf(entry: EntryGraph): Bindings {
  const uniform = uniformNumbers(7);
  const leaves = new Set<Tensor>();
  const visit = (node: Tensor): void => {
    if (node.op.name === 'input') leaves.add(node);
    node.inputs.forEach(visit);
  };
  const [y] = entry.outputs;
  if (y !== undefined) visit(y.tensor);
  return new Map(
    [...leaves].map((leaf) => {
      const shape = concreteShape(leaf.shape);
      const data = Float64Array.from({ length: concreteCount(shape) }, () => Math.fround(uniform() * 2 - 1));
      return [leaf, { shape, dtype: leaf.dtype, data }];
    }),
  );
}

describe('a random convolution with its gradients', () => {
  property.prop([recipes], { seed: 21, numRuns: 40 })('has the same bits everywhere', (recipe) => {
    const entry = entryOf(recipe);
    const bindings = bindingsOf(entry);
    const { plan, state } = planned(entry);
    const javaScript = runAsJavaScript(plan, state, bindings);
    for (const threads of [1, 2, 3]) {
      expect(bitDifferences(runAsWasm(plan, state, bindings, { threads }), javaScript)).toEqual([]);
    }
  });

  property.prop([recipes], { seed: 22, numRuns: 40 })('has the numbers of the interpreter', (recipe) => {
    const entry = entryOf(recipe);
    const bindings = bindingsOf(entry);
    const { plan, state } = planned(entry);
    const results = runAsJavaScript(plan, state, bindings);
    const expected = interpret(
      entry.outputs.map(({ tensor }) => tensor),
      bindings,
    );
    entry.outputs.forEach(({ name }, at) => {
      const buffer = plan.program.outputs.find((output) => output.name === name)?.buffer;
      const given = results.get(buffer?.name ?? '') ?? [];
      const wanted = expected[at]?.data ?? new Float64Array();
      const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      expect(given).toHaveLength(wanted.length);
      wanted.forEach((value, position) => {
        expect(Math.abs((given[position] ?? Number.NaN) - value)).toBeLessThan(1e-5 * largest);
      });
    });
  });
});

describe('the kernels of a convolution and its gradients', () => {
  const entry = entryOf({
    batch: 4,
    groups: 1,
    inputs: 3,
    outputs: 5,
    size: [12, 16],
    kernel: [3, 3],
    stride: [1, 1],
    padding: 1,
    dilation: 1,
    isTransposed: false,
    pooling: 'max',
  });
  const { program } = planned(entry);

  test('are three contractions, each of which reads windows through its index', () => {
    const contractions = program.kernels.flatMap(({ body }) => body.flatMap(contractionsIn));
    expect(contractions).toHaveLength(3);
    for (const { left, right } of contractions) {
      expect([left.kind, right.kind]).toEqual(['load', 'load']);
      const views = [left, right].flatMap((each) => (each.kind === 'load' ? each.index.terms : []));
      expect(views.every(({ atom }) => atom.kind === 'axis')).toBe(true);
    }
  });

  test('keep nothing in memory that holds a window: all is about as large as inputs and results', () => {
    const largest = 4 * 5 * 14 * 18;
    for (const { name, length } of program.buffers) expect([name, length <= largest]).toEqual([name, true]);
  });
});

type Contraction = Extract<Statement, { kind: 'contraction' }>;

function contractionsIn(statement: Statement): readonly Contraction[] {
  if (statement.kind === 'contraction') return [statement];
  return statement.kind === 'loop' ? statement.body.flatMap(contractionsIn) : [];
}
