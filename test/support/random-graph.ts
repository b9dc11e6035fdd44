// Random typed graphs for property tests. A recipe is plain data that fast-check can shrink; building it twice gives
// two graphs that are equal. Values stay small and away from poles, so that all targets can be compared closely.
import fc from 'fast-check';
import type { FloatDType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import {
  add,
  div,
  equal,
  greater,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  pow,
  sub,
} from '../../src/ops/arithmetic.ts';
import { broadcastShapes, broadcastTo } from '../../src/ops/broadcast.ts';
import { hypot } from '../../src/ops/blend.ts';
import { clamp } from '../../src/ops/clamp.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { asinh, sinh } from '../../src/ops/hyperbolic.ts';
import { exp2, log2 } from '../../src/ops/logarithm.ts';
import { erfc } from '../../src/ops/special.ts';
import { atan, atan2, tan } from '../../src/ops/trigonometric.ts';
import { gather } from '../../src/ops/gather.ts';
import { input } from '../../src/ops/leaf.ts';
import { concat } from '../../src/ops/concat.ts';
import { flip, slice, transpose } from '../../src/ops/movement.ts';
import { pad } from '../../src/ops/pad.ts';
import { iota } from '../../src/ops/random.ts';
import { max, mean, min, prod, sum } from '../../src/ops/reduce.ts';
import { argmax } from '../../src/ops/arg-extreme.ts';
import { expandDims, reshape } from '../../src/ops/reshape.ts';
import { cast, stopGradient, where } from '../../src/ops/select.ts';
import * as unary from '../../src/ops/unary.ts';
import { scanStep } from './random-scans.ts';
import { numbersBetween, type Feed } from './values.ts';

/** How to build a graph: shapes of the inputs, then steps that each add one tensor. */
export interface GraphRecipe {
  readonly shapes: readonly (readonly number[])[];
  readonly steps: readonly RecipeStep[];
  /** Of the numbers that are fed. */
  readonly seed: number;
}

interface RecipeStep {
  readonly operation: number;
  /** Positions among the tensors that exist, modulo their number. */
  readonly operands: readonly [number, number, number];
  /** What else the operation has to choose: an axis, a constant. */
  readonly choice: number;
}

export interface RandomGraph {
  readonly feeds: readonly Feed[];
  /** Every tensor of the graph in the order of building, inputs first; all float. */
  readonly tensors: readonly Tensor[];
  /** A scalar that depends on the last tensors. */
  readonly loss: Tensor;
}

interface Ingredients {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly choice: number;
}

/** Larger results are refused, so that graphs stay quick to evaluate. */
const largestTensor = 256;

/** One float tensor from others, or undefined where the shapes do not allow it. */
type Operation = (ingredients: Ingredients) => Tensor | undefined;

const joined =
  (build: (a: Tensor, b: Tensor) => Tensor): Operation =>
  ({ a, b }) =>
    broadcastShapes(a.shape, b.shape) === undefined ? undefined : build(a, b);

const single =
  (build: (a: Tensor) => Tensor): Operation =>
  ({ a }) =>
    build(a);

/** For operations along one axis of a tensor that has axes. */
const along =
  (build: (a: Tensor, axis: number, choice: number) => Tensor): Operation =>
  ({ a, choice }) =>
    a.shape.length === 0 ? undefined : build(a, choice % a.shape.length, choice);

function alternatives(a: Tensor, b: Tensor, c: Tensor): Tensor | undefined {
  const shape = [b, c].reduce<Tensor['shape'] | undefined>(
    (known, { shape: other }) => known && broadcastShapes(known, other),
    a.shape,
  );
  if (shape === undefined) return undefined;
  const condition = logicalAnd(greater(a, -0.5), less(broadcastTo(b, shape), 0.9));
  return where(condition, b, c);
}

/** Bounded functions keep values small; products and squares go through tanh. */
const operations: readonly Operation[] = [
  joined(add),
  joined(sub),
  joined((a, b) => mul(a, unary.tanh(b))),
  joined((a, b) => div(a, add(unary.square(b), 1))),
  joined(maximum),
  joined(minimum),
  joined((a, b) => where(equal(a, b), 1, sub(a, b))),
  single(unary.neg),
  single(unary.abs),
  single(unary.relu),
  single(unary.sin),
  single(unary.cos),
  single(unary.tanh),
  single(unary.sigmoid),
  single(unary.erf),
  single(atan),
  single((a) => asinh(a)),
  single((a) => tan(unary.tanh(a))),
  single((a) => sinh(unary.tanh(a))),
  single((a) => exp2(unary.sin(a))),
  single((a) => log2(add(unary.square(a), 1))),
  single(erfc),
  joined((a, b) => atan2(a, add(unary.square(b), 1))),
  joined((a, b) => hypot(a, add(unary.square(b), 1))),
  joined((a, b) => clamp(a, { min: -0.75, max: add(unary.abs(b), 0.25) })),
  single((a) => unary.exp(unary.tanh(a))),
  single((a) => unary.expm1(unary.sin(a))),
  single((a) => unary.log(add(unary.square(a), 1))),
  single((a) => unary.log1p(unary.abs(a))),
  single((a) => unary.sqrt(add(unary.square(a), 1))),
  single((a) => unary.square(unary.tanh(a))),
  single((a) => unary.reciprocal(add(unary.abs(a), 1))),
  single((a) => unary.floor(mul(a, 3))),
  single((a) => unary.round(mul(a, 3))),
  single(unary.sign),
  single(stopGradient),
  single((a) => unary.tanh(sum(a))),
  single((a) => reshape(a, [-1])),
  single((a) => transpose(a)),
  single((a) => cast(cast(mul(a, 4), 'i32'), a.dtype === 'f64' ? 'f64' : 'f32')),
  ({ a, choice }) => pow(unary.tanh(a), 1 + (choice % 4)),
  ({ a, choice }) => mul(a, ((choice % 9) - 4) / 4),
  ({ a, b, c }) => alternatives(a, b, c),
  ({ a, b }) => {
    const fits = a.shape.length > 1 && b.shape.length > 1;
    const inner = [a.shape.at(-1), b.shape.at(-2)];
    const batch = fits ? broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)) : undefined;
    return batch === undefined || inner[0] !== inner[1] ? undefined : unary.tanh(matmul(a, b));
  },
  along((a, axis) => mean(a, axis)),
  along((a, axis) => mean(a, axis, { keepdims: true })),
  along((a, axis) => sum(unary.sin(a), axis)),
  along((a, axis) => max(a, axis, { keepdims: true })),
  along((a, axis) => min(a, axis)),
  along((a, axis) => prod(unary.sin(a), axis)),
  along(scanStep),
  along((a, axis) => flip(a, axis)),
  along((a, axis) => slice(a, [...Array.from({ length: axis }, () => null), { start: -2, step: 2 }])),
  along((a, axis, choice) =>
    pad(
      a,
      a.shape.map((_, each) => (each === axis ? [choice % 2, 1] : [0, 0])),
    ),
  ),
  along((a, axis) => concat([a, unary.neg(a)], axis)),
  along((a, axis) => expandDims(a, axis)),
  along((a, axis) => gather(a, expandDims(argmax(a, axis), axis), axis)),
  along((a, axis) => {
    const size = a.shape[axis] ?? 1;
    const positions = reshape(
      cast(iota(size), a.dtype),
      a.shape.map((_, each) => (each === axis ? size : 1)),
    );
    return mul(a, div(positions, 4));
  }),
];

/** Random recipes of up to `steps` steps on one to three inputs. */
export function recipes({ steps = 16 }: { readonly steps?: number } = {}): fc.Arbitrary<GraphRecipe> {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
  const operand = fc.nat({ max: 30 });
  return fc.record({
    shapes: fc.array(shape, { minLength: 1, maxLength: 3 }),
    steps: fc.array(
      fc.record({
        operation: fc.nat({ max: operations.length - 1 }),
        operands: fc.tuple(operand, operand, operand),
        choice: fc.nat({ max: 20 }),
      }),
      { minLength: 1, maxLength: steps },
    ),
    seed: fc.nat({ max: 1000 }),
  });
}

/** Builds a recipe's graph. Steps that the shapes do not allow are left out. */
export function buildGraph(recipe: GraphRecipe, dtype: FloatDType = 'f64'): RandomGraph {
  const feeds = recipe.shapes.map((shape, position): Feed => {
    const count = shape.reduce((product, size) => product * size, 1);
    return {
      leaf: input(`x${position}`, shape, dtype),
      numbers: numbersBetween(-1, 1, count, recipe.seed + position).map(Math.fround),
    };
  });
  const tensors = feeds.map(({ leaf }) => leaf);
  for (const { operation, operands, choice } of recipe.steps) {
    const [a, b, c] = operands.map((operand) => tensors[operand % tensors.length]);
    if (a === undefined || b === undefined || c === undefined) continue;
    const built = operations[operation]?.({ a, b, c, choice });
    if (built !== undefined && concreteCount(concreteShape(built.shape)) <= largestTensor)
      tensors.push(built);
  }
  const [first, ...others] = tensors.slice(-3).map((tensor) => mean(unary.sin(tensor)));
  if (first === undefined) throw new Error('a recipe has at least one input');
  return { feeds, tensors, loss: others.reduce(add, first) };
}
