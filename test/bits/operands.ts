// What the programs of the table read: tensors of odd sizes, so that vectors have a rest and shares are unequal.
import type { FloatDType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, type Shape, type Size } from '../../src/ir/size.ts';
import { parameter } from '../../src/ops/leaf.ts';
import { filled } from '../../src/ops/random.ts';
import { input } from '../support/untyped.ts';
import { numbersBetween } from '../support/values.ts';

/** Rows and columns of most operands. */
export const rows = 7;
export const columns = 37;

/** How many rows a batch has where the operands of a table have it as their first axis. */
export interface Batch {
  /** What the shapes say: a number, or a named dimension. */
  readonly size: Size;
  /** How many rows are fed. */
  readonly count: number;
}

/** Operands of a program; floats are of one dtype. */
export interface Operands {
  readonly dtype: FloatDType;
  /** Size of the first axis of all but `row` and weights, where that is one and the same. */
  readonly batch: Size;
  /** `[rows, columns]`, from -2 to 2. */
  readonly x: Tensor;
  readonly y: Tensor;
  /** Like them, from 0.1 to 2. */
  readonly positive: Tensor;
  /** Like them, from 0.05 to 0.95. */
  readonly unit: Tensor;
  /** `[columns]` and `[rows]`, from -2 to 2. */
  readonly row: Tensor;
  readonly column: Tensor;
  /** `[rows, columns]`, whole numbers from 0 to 6. */
  readonly i: Tensor;
  readonly j: Tensor;
  /** `[rows]`, whole numbers from 0 to 6. */
  readonly labels: Tensor;
  /** `[rows, columns]`. */
  readonly mask: Tensor;
  /** `[5, 7, 9]`, from -2 to 2. */
  readonly cube: Tensor;
  /** `[2, 4, 9, 11]`, from -2 to 2. */
  readonly image: Tensor;
  /** `[2, 4, 5, 6, 7]`, from -2 to 2. */
  readonly volume: Tensor;
  /** A tensor of any other shape, from -1 to 1, which is a parameter: what is trained. */
  readonly weight: (...shape: readonly number[]) => Tensor;
}

/**
 * Operands with the numbers that each is fed, which are filled in as operands are made.
 * @param batch the first axis of all operands but `row` and weights; the sizes of {@link Operands} where none is given
 */
export function operandsOf(
  dtype: FloatDType,
  batch?: Batch,
): {
  readonly operands: Operands;
  readonly numbers: ReadonlyMap<Tensor, Float64Array>;
} {
  const numbers = new Map<Tensor, Float64Array>();
  const give = (leaf: Tensor, low: number, high: number): Tensor => {
    const sizes = leaf.shape.map((size) => (typeof size === 'number' ? size : (batch?.count ?? 1)));
    const count = concreteCount(sizes);
    numbers.set(leaf, Float64Array.from(numbersBetween(low, high, count, numbers.size + 1)));
    return leaf;
  };
  const floats = (name: string, shape: Shape, low = -2, high = 2): Tensor =>
    give(input(name, shape, dtype), low, high);
  // Positions along any axis: the shortest is a batch of few rows.
  const positions = Math.min(7, batch?.count ?? 7);
  const wholes = (name: string, shape: Shape): Tensor => {
    const leaf = input(name, shape, 'i32');
    give(leaf, 0, positions);
    numbers.set(leaf, numbers.get(leaf)?.map(Math.floor) ?? new Float64Array(0));
    return leaf;
  };
  const truths = (name: string, shape: Shape): Tensor => {
    const leaf = input(name, shape, 'bool');
    give(leaf, 0, 1);
    numbers.set(leaf, numbers.get(leaf)?.map((each) => (each < 0.5 ? 1 : 0)) ?? new Float64Array(0));
    return leaf;
  };
  let weights = 0;
  const first = (size: number): Size => batch?.size ?? size;
  const plane = [first(rows), columns];
  const operands: Operands = {
    dtype,
    batch: first(rows),
    x: floats('x', plane),
    y: floats('y', plane),
    positive: floats('positive', plane, 0.1),
    unit: floats('unit', plane, 0.05, 0.95),
    row: floats('row', [columns]),
    column: floats('column', [first(rows)]),
    i: wholes('i', plane),
    j: wholes('j', plane),
    labels: wholes('labels', [first(rows)]),
    mask: truths('mask', plane),
    cube: floats('cube', [first(5), 7, 9]),
    image: floats('image', [first(2), 4, 9, 11]),
    volume: floats('volume', [first(2), 4, 5, 6, 7]),
    weight: (...shape) => give(parameter(`weight${weights++}`, filled(shape, 0, dtype)), -1, 1),
  };
  return { operands, numbers };
}

/**
 * What a program computes of its operands: a tensor, or tensors in a list or an object. They are compared, and so are the
 * gradients of those that have any.
 */
export type Bits = (operands: Operands) => object;

/** Programs by the name of the public function that they call. */
export type BitsTable = Readonly<Record<string, Bits>>;
