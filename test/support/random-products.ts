// Random contractions: operands with their axes in any order, cut, flipped, repeated, padded, counted or converted, and
// what may follow a product. A recipe of numbers, which fast-check can shrink, becomes a graph.
import { fc } from '@fast-check/vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import { add, div, less, mul, sub } from '../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../src/ops/broadcast.ts';
import { contract } from '../../src/ops/contraction.ts';
import { input, parameter } from '../../src/ops/leaf.ts';
import { flip, sliceAxis, transpose } from '../../src/ops/movement.ts';
import { pad } from '../../src/ops/pad.ts';
import { filled, iota } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast, where } from '../../src/ops/select.ts';
import { exp, relu, sqrt, tanh } from '../../src/ops/unary.ts';
import { plainEntry } from './plain-entry.ts';

const operandForms = [
  'plain',
  'cut',
  'flipped',
  'repeated',
  'padded',
  'counted',
  'integer',
  'double',
] as const;

interface OperandRecipe {
  readonly form: (typeof operandForms)[number];
  /** Axes are sorted by these numbers: batch, own, contracted, as they are when all are equal. */
  readonly order: readonly number[];
  readonly axis: number;
  readonly choice: number;
}

/** What follows a product: nothing, what a layer does, masks, other element types, updates of what it is a gradient of. */
const epilogues = [
  'plain',
  'layer',
  'masked',
  'turned',
  'compared',
  'summed',
  'double',
  'descent',
  'turnedDescent',
  'momentum',
] as const;

export interface ProductRecipe {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly contracted: readonly number[];
  readonly batch: readonly number[];
  readonly left: OperandRecipe;
  readonly right: OperandRecipe;
  readonly epilogue: (typeof epilogues)[number];
}

const pick = fc.nat(999);

const operandRecipes: fc.Arbitrary<OperandRecipe> = fc.record({
  form: fc.constantFrom('plain', 'plain', ...operandForms),
  order: fc.oneof(fc.constant([]), fc.array(pick, { minLength: 5, maxLength: 5 })),
  axis: pick,
  choice: pick,
});

// Larger products would test nothing new.
const workLimit = 150_000;

export const productRecipes: fc.Arbitrary<ProductRecipe> = fc
  .record({
    rows: fc.array(size(), { maxLength: 2 }),
    columns: fc.array(size(), { maxLength: 2 }),
    contracted: fc.oneof(
      { arbitrary: fc.array(size(), { minLength: 1, maxLength: 1 }), weight: 3 },
      { arbitrary: fc.array(size(), { minLength: 2, maxLength: 2 }), weight: 1 },
    ),
    batch: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 })), weight: 1 },
    ),
    left: operandRecipes,
    right: operandRecipes,
    epilogue: fc.constantFrom(...epilogues),
  })
  .filter(
    ({ rows, columns, contracted, batch }) =>
      concreteCount([...rows, ...columns, ...contracted, ...batch]) <= workLimit,
  );

function size(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }));
}

export function productEntry(recipe: ProductRecipe): EntryGraph {
  const { rows, columns, contracted, batch } = recipe;
  const left = operandOf('left', recipe.left, { batch, own: rows, contracted });
  const right = operandOf('right', recipe.right, { batch, own: columns, contracted });
  const product = contract(left.tensor, right.tensor, {
    batchLeft: left.axesOf('batch'),
    batchRight: right.axesOf('batch'),
    contractLeft: left.axesOf('contracted'),
    contractRight: right.axesOf('contracted'),
  });
  return followed(product, recipe.epilogue);
}

type Part = 'batch' | 'own' | 'contracted';

interface OperandTensor {
  readonly tensor: Tensor;
  /** Where the axes of a part lie in the tensor, in their own order. */
  axesOf(part: Part): readonly number[];
}

function operandOf(
  name: string,
  recipe: OperandRecipe,
  sizes: Readonly<Record<Part, readonly number[]>>,
): OperandTensor {
  const axes = (['batch', 'own', 'contracted'] as const).flatMap((part) =>
    sizes[part].map((extent) => ({ part, extent })),
  );
  const key = (position: number): number => recipe.order[position] ?? 0;
  const order = axes.map((_, position) => position).toSorted((a, b) => key(a) - key(b));
  const shape = order.map((position) => axes[position]?.extent ?? 1);
  return {
    tensor: shaped(name, recipe, shape),
    axesOf: (part) => axes.flatMap((axis, position) => (axis.part === part ? [order.indexOf(position)] : [])),
  };
}

/** A tensor of the given shape, made in the way that the recipe says. */
function shaped(name: string, { form, axis, choice }: OperandRecipe, shape: readonly number[]): Tensor {
  const along = axis % shape.length;
  const extent = shape[along] ?? 1;
  const withExtent = (wanted: number): readonly number[] =>
    shape.map((each, at) => (at === along ? wanted : each));
  switch (form) {
    case 'plain':
      return input(name, shape);
    case 'cut': {
      const step = 1 + (choice % 3);
      const start = choice % 4;
      const whole = start + (extent - 1) * step + 1 + (choice % 2);
      return sliceAxis(input(name, withExtent(whole)), along, start, extent, step);
    }
    case 'flipped':
      return flip(input(name, shape), along);
    case 'repeated': {
      const kept = shape.map((_, at) => at).filter((at) => at !== along);
      return broadcastAlong(
        input(
          name,
          kept.map((at) => shape[at] ?? 1),
        ),
        shape,
        kept,
      );
    }
    case 'padded':
      if (extent < 3) return input(name, shape);
      return pad(
        input(name, withExtent(extent - 2)),
        shape.map((_, at) => (at === along ? [1, 1] : [0, 0])),
      );
    case 'counted':
      return reshape(mul(cast(iota(concreteCount(shape)), 'f32'), 0.01), shape);
    case 'integer':
      return cast(input(name, shape, 'i32'), 'f32');
    case 'double':
      return cast(input(name, shape, 'f64'), 'f32');
  }
}

function followed(product: Tensor, epilogue: ProductRecipe['epilogue']): EntryGraph {
  const shape = concreteShape(product.shape);
  const rank = shape.length;
  const turned = (x: Tensor): Tensor => (rank > 1 ? transpose(x) : x);
  const zeros = (name: string, of: readonly number[]): Tensor =>
    parameter(`net/layer.${name}`, filled(of, 0));
  switch (epilogue) {
    case 'plain':
      return plainEntry({ product });
    case 'layer': {
      const bias = broadcastAlong(input('bias', shape.slice(-1)), shape, rank > 0 ? [rank - 1] : []);
      return plainEntry({ result: relu(add(product, bias)) });
    }
    case 'masked':
      return plainEntry({
        result: where(less(input('mask', shape.toReversed()), 0), 0, turned(tanh(product))),
      });
    case 'turned':
      return plainEntry({ result: turned(mul(product, input('gate', shape))) });
    case 'compared':
      return plainEntry({ result: less(product, input('gate', shape)) });
    case 'summed':
      return plainEntry({ result: rank > 0 ? sum(exp(product), rank - 1) : exp(product) });
    case 'double':
      return plainEntry({ result: mul(cast(product, 'f64'), input('gate', shape, 'f64')) });
    case 'descent': {
      const weight = zeros('weight', shape);
      return plainEntry({}, [{ leaf: weight, next: sub(weight, mul(product, 0.1)) }]);
    }
    case 'turnedDescent': {
      const weight = zeros('weight', shape.toReversed());
      return plainEntry({}, [{ leaf: weight, next: sub(weight, turned(mul(product, 0.1))) }]);
    }
    case 'momentum': {
      const weight = zeros('weight', shape);
      const average = zeros('average', shape);
      const next = add(mul(average, 0.9), mul(product, 0.1));
      const moved = sub(weight, div(next, add(sqrt(mul(next, next)), 1e-3)));
      return plainEntry({}, [
        { leaf: average, next },
        { leaf: weight, next: moved },
      ]);
    }
  }
}
