import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Bindings } from '../../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../../src/ir/size.ts';
import type { EntryGraph } from '../../../src/kernels/anchors.ts';
import { add, less, mul, sub } from '../../../src/ops/arithmetic.ts';
import { contract } from '../../../src/ops/contraction.ts';
import { input, parameter } from '../../../src/ops/leaf.ts';
import { transpose } from '../../../src/ops/movement.ts';
import { filled } from '../../../src/ops/random.ts';
import { where } from '../../../src/ops/select.ts';
import { exp, relu, tanh } from '../../../src/ops/unary.ts';
import { planned } from '../../kernels/run-entry.ts';
import { uniformNumbers } from '../../support/values.ts';
import { bitDifferences, runAsJavaScript, runAsWasm, type WasmRun } from '../../support/wasm-run.ts';

/** What stands around a product: nothing, what a layer does, an update of what it is the gradient of. */
const forms = ['plain', 'layer', 'masked', 'computed', 'update'] as const;

interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly batch: number;
  readonly isLeftTurned: boolean;
  readonly isRightTurned: boolean;
  readonly form: (typeof forms)[number];
}

/** `left · right` over the inner axis, with operands that lie the one way or the other in memory. */
function entryOf(product: Product): EntryGraph {
  const { rows, columns, inner, batch, isLeftTurned, isRightTurned, form } = product;
  const around = batch === 1 ? [] : [batch];
  const matrix = (name: string, shape: readonly number[], isTurned: boolean): Tensor => {
    const stored = input(name, [...around, ...(isTurned ? shape.toReversed() : shape)]);
    const rank = around.length;
    return isTurned ? transpose(stored, [...around.map((_, axis) => axis), rank + 1, rank]) : stored;
  };
  const left = matrix('left', [rows, inner], isLeftTurned);
  const right = matrix('right', [inner, columns], isRightTurned);
  const operand = (x: Tensor): Tensor => (form === 'computed' ? mul(tanh(x), 2) : x);
  const rank = around.length;
  const batchAxes = around.map((_, axis) => axis);
  const whole = contract(operand(left), operand(right), {
    batchLeft: batchAxes,
    batchRight: batchAxes,
    contractLeft: [rank + 1],
    contractRight: [rank],
  });
  const bias = parameter('net/layer.bias', filled([columns], 0));
  const mask = less(input('mask', whole.shape), 0);
  const weight = parameter('net/layer.weight', filled(whole.shape, 0));
  const results: Readonly<Record<Product['form'], () => Tensor>> = {
    plain: () => whole,
    layer: () => relu(add(whole, bias)),
    masked: () => where(mask, mul(exp(tanh(whole)), 0.5), 0),
    computed: () => whole,
    update: () => sub(weight, mul(whole, 0.125)),
  };
  const result = results[form]();
  return {
    name: 'step',
    outputs: form === 'update' ? [] : [{ name: 'result', tensor: result }],
    updates: form === 'update' ? [{ leaf: weight, next: result }] : [],
    phaseOf: () => 'forward',
    labels: new Map(),
  };
}

function bindingsOf(entry: EntryGraph): Bindings {
  const uniform = uniformNumbers(5);
  const roots = [...entry.outputs.map(({ tensor }) => tensor), ...entry.updates.map(({ next }) => next)];
  return new Map(
    topologicalOrder(roots)
      .filter((node) => node.inputs.length === 0 && ['input', 'parameter'].includes(node.op.name))
      .map((leaf) => {
        const data = Float64Array.from({ length: concreteCount(leaf.shape) }, () =>
          Math.fround(uniform() * 2 - 1),
        );
        return [leaf, { dtype: leaf.dtype, shape: concreteShape(leaf.shape), data }];
      }),
  );
}

function differences(product: Product, run: WasmRun): readonly string[] {
  const entry = entryOf(product);
  const { plan, state } = planned(entry);
  const bindings = bindingsOf(entry);
  return bitDifferences(runAsWasm(plan, state, bindings, run), runAsJavaScript(plan, state, bindings));
}

const size = fc.oneof(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 45 }));

const products: fc.Arbitrary<Product> = fc.record({
  rows: size,
  columns: size,
  inner: fc.oneof(size, fc.constantFrom(64, 100)),
  batch: fc.constantFrom(1, 1, 3),
  isLeftTurned: fc.boolean(),
  isRightTurned: fc.boolean(),
  form: fc.constantFrom(...forms),
});

describe('a product leaves the bits of the generated JavaScript', () => {
  property.prop([products, fc.integer({ min: 1, max: 4 })], { seed: 21, numRuns: 300 })(
    'whatever its shape, the way its operands lie, what stands around it, and the number of threads',
    (product, threads) => {
      expect(differences(product, { threads })).toEqual([]);
    },
  );

  property.prop([products], { seed: 22, numRuns: 100 })(
    'up to rounding where multiplication and addition are fused',
    (product) => {
      const entry = entryOf(product);
      const { plan, state } = planned(entry);
      const bindings = bindingsOf(entry);
      const rounded = runAsJavaScript(plan, state, bindings);
      const fused = runAsWasm(plan, state, bindings, { numerics: 'fast' });
      for (const [name, want] of rounded) {
        const is = fused.get(name);
        // Operands are below 1, doubled at most: sums are below four times their length.
        const tolerance = 4 * product.inner * 2 ** -22;
        expect(want.every((value, at) => Math.abs(value - (is?.[at] ?? Number.NaN)) <= tolerance)).toBe(true);
      }
    },
  );

  // Sizes at which operands are copied into panels, and rows of an update are walked through in memory order.
  const large: readonly Omit<Product, 'isLeftTurned' | 'isRightTurned'>[] = [
    { rows: 40, columns: 130, inner: 700, batch: 1, form: 'layer' },
    { rows: 210, columns: 205, inner: 33, batch: 1, form: 'update' },
    { rows: 131, columns: 300, inner: 70, batch: 1, form: 'update' },
    { rows: 70, columns: 50, inner: 2100, batch: 1, form: 'plain' },
    { rows: 3, columns: 90, inner: 400, batch: 2, form: 'masked' },
  ];
  const ways = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const;
  const cases = large.flatMap((each) =>
    ways.map(([isLeftTurned, isRightTurned]) => ({ ...each, isLeftTurned, isRightTurned })),
  );
  test.for(cases)(
    'at $rows × $columns over $inner, $form, turned: $isLeftTurned, $isRightTurned',
    (product) => {
      expect(differences(product, {})).toEqual([]);
      expect(differences(product, { threads: 2 })).toEqual([]);
    },
  );
});
