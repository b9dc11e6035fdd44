// Random entries about where elements lie: a tensor is turned, cut, wrapped round and repeated, combined with another
// one of its shape, and reduced along one axis. A recipe of numbers, which fast-check can shrink, becomes a graph.
import { fc } from '@fast-check/vitest';
import type { DType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import {
  add,
  equal,
  less,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mul,
  notEqual,
  sub,
} from '../../src/ops/arithmetic.ts';
import { broadcastAlong, broadcastTo } from '../../src/ops/broadcast.ts';
import { concat } from '../../src/ops/concat.ts';
import { input } from '../../src/ops/leaf.ts';
import { flip, sliceAxis, transpose } from '../../src/ops/movement.ts';
import { pad } from '../../src/ops/pad.ts';
import { iota } from '../../src/ops/random.ts';
import { max, min, prod, sum } from '../../src/ops/reduce.ts';
import { argmax } from '../../src/ops/arg-extreme.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast, where } from '../../src/ops/select.ts';
import { exp, relu, tanh } from '../../src/ops/unary.ts';
import { plainEntry } from './plain-entry.ts';

interface Move {
  readonly kind: number;
  readonly axis: number;
  readonly choice: number;
}

export interface MovementRecipe {
  readonly dtype: DType;
  readonly sizes: readonly [number, number, number];
  readonly base: number;
  /** How often the tensor is repeated before it moves, as rows or as columns. */
  readonly repeats: number;
  readonly isRepeatedByRows: boolean;
  readonly moves: readonly Move[];
  readonly combination: number;
  readonly isPartnerFlipped: boolean;
  /** Per mille of the elements that are taken from the moved tensor; all of them when it is null. */
  readonly chosen: number | null;
  readonly reduction: number;
  readonly reducedAxis: number;
  readonly isReducedTurned: boolean;
  readonly computation: number;
  readonly conversion: number;
  readonly parts: readonly Part[];
}

/** What an entry hands out beside the tensor itself. */
const parts = ['reduced', 'centred', 'position', 'total', 'converted', 'compared'] as const;
type Part = (typeof parts)[number];

const pick = fc.nat(999);

export const movementRecipes: fc.Arbitrary<MovementRecipe> = fc.record({
  dtype: fc.constantFrom<DType>('f32', 'f32', 'f32', 'i32', 'bool', 'f64'),
  sizes: fc.tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(4, 8, 12, 16, 3, 5, 20),
    fc.integer({ min: 1, max: 45 }),
  ),
  base: pick,
  repeats: fc.constantFrom(1, 1, 1, 2, 3, 4, 5),
  isRepeatedByRows: fc.boolean(),
  moves: fc.array(fc.record({ kind: pick, axis: pick, choice: pick }), { minLength: 1, maxLength: 3 }),
  combination: pick,
  isPartnerFlipped: fc.boolean(),
  chosen: fc.option(fc.nat(1000), { freq: 2 }),
  reduction: pick,
  reducedAxis: pick,
  isReducedTurned: fc.boolean(),
  computation: pick,
  conversion: pick,
  parts: fc.subarray([...parts]),
});

// Larger tensors would test nothing new.
const countLimit = 5000;

export function movementEntry(recipe: MovementRecipe): EntryGraph {
  const { dtype, combination, conversion } = recipe;
  const moved = recipe.moves.reduce(
    (tensor, move) => (concreteCount(tensor.shape) > countLimit ? tensor : moves(tensor, move)),
    repeated(recipe),
  );
  const shape = concreteShape(moved.shape);
  const other = input('other', shape, dtype);
  const partner = recipe.isPartnerFlipped ? flip(other, combination % shape.length) : other;
  const combinations = dtype === 'bool' ? logicalCombinations : numberCombinations;
  const combined = choose(combinations, combination)(moved, partner);
  const whole = recipe.chosen === null ? combined : partly(combined, partner, recipe.chosen);
  const results: Readonly<Record<Part, () => Tensor | undefined>> = {
    ...(dtype === 'bool' ? nothingReduced : reductionsOf(whole, recipe)),
    converted: () => cast(whole, choose(['bool', 'f32', 'i32'] as const, conversion)),
    compared: () => notEqual(whole, partner),
  };
  const made = recipe.parts.flatMap((part) => {
    const tensor = results[part]();
    return tensor === undefined ? [] : [[part, tensor] as const];
  });
  return plainEntry({ whole, ...Object.fromEntries(made) });
}

function choose<T>(list: readonly T[], position: number): T {
  const chosen = list[position % list.length];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

type Binary = (a: Tensor, b: Tensor) => Tensor;
const numberCombinations: readonly Binary[] = [add, sub, mul, maximum, minimum];
const logicalCombinations: readonly Binary[] = [logicalAnd, logicalOr, logicalXor, equal];

function repeated({ sizes, dtype, base, repeats, isRepeatedByRows }: MovementRecipe): Tensor {
  const [a, b, c] = sizes;
  const bases = [
    () => input('x', [a, b, c], dtype),
    () => input('v', [b], dtype),
    () => input('w', [c], dtype),
  ];
  const tensor = choose(bases, base)();
  if (repeats === 1) return tensor;
  const shape = concreteShape(tensor.shape);
  const all = isRepeatedByRows
    ? broadcastTo(tensor, [repeats, ...shape])
    : broadcastAlong(
        tensor,
        [...shape, repeats],
        shape.map((_, axis) => axis),
      );
  return reshape(all, [concreteCount(all.shape)]);
}

function moves(tensor: Tensor, { kind, axis: pickedAxis, choice }: Move): Tensor {
  const shape = concreteShape(tensor.shape);
  const count = concreteCount(shape);
  const axis = pickedAxis % shape.length;
  const length = shape[axis] ?? 1;
  const forms: readonly (() => Tensor)[] = [
    () => flip(tensor, axis),
    () => transpose(tensor),
    () => {
      const divisors = [2, 3, 4, 8, 12, 16].filter((each) => count % each === 0);
      const divisor = choose([...divisors, 1], choice);
      return reshape(tensor, pickedAxis % 2 === 0 ? [count / divisor, divisor] : [divisor, count / divisor]);
    },
    () => {
      const step = 1 + (choice % 3);
      const start = choice % Math.min(length, 9);
      return sliceAxis(tensor, axis, start, Math.floor((length - start - 1) / step) + 1, step);
    },
    () =>
      tensor.dtype === 'bool'
        ? tensor
        : pad(
            tensor,
            shape.map((_, at) => (at === axis ? [choice % 9, pickedAxis % 9] : [0, 0])),
          ),
    () => concat([tensor, flip(tensor, axis)], axis),
    () => reshape(tensor, [count]),
  ];
  return choose(forms, kind)();
}

/** Some of the elements of `tensor`, those at the front, and the others of `otherwise`. */
function partly(tensor: Tensor, otherwise: Tensor, perMille: number): Tensor {
  const shape = concreteShape(tensor.shape);
  const count = concreteCount(shape);
  const isChosen = less(reshape(iota(count), shape), Math.floor((count * perMille) / 1000));
  return where(isChosen, tensor, otherwise);
}

type Reduced = 'reduced' | 'centred' | 'position' | 'total';
const nothingReduced: Readonly<Record<Reduced, () => undefined>> = {
  reduced: () => undefined,
  centred: () => undefined,
  position: () => undefined,
  total: () => undefined,
};

function reductionsOf(whole: Tensor, recipe: MovementRecipe): Readonly<Record<Reduced, () => Tensor>> {
  const computations: readonly ((x: Tensor) => Tensor)[] = [(x) => x, tanh, exp, relu];
  const computed = whole.dtype === 'i32' ? whole : choose(computations, recipe.computation)(whole);
  const tensor = recipe.isReducedTurned ? transpose(computed) : computed;
  const axis = recipe.reducedAxis % tensor.shape.length;
  const reduced = choose([sum, sum, prod, max, min], recipe.reduction)(tensor, axis, { keepdims: true });
  return {
    reduced: () => reduced,
    centred: () => sub(tensor, reduced),
    position: () => argmax(tensor, axis),
    total: () => sum(tensor),
  };
}
