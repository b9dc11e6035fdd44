// What the programs of the table read: tensors of odd sizes, so that vectors have a rest and shares are unequal.
import type { FloatDType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import { parameter } from '../../src/ops/leaf.ts';
import { filled } from '../../src/ops/random.ts';
import { input } from '../support/untyped.ts';
import { numbersBetween, uniformNumbers } from '../support/values.ts';

/** Rows and columns of most operands. */
export const rows = 7;
export const columns = 37;

/** Operands of a program; floats are of one dtype. */
export interface Operands {
  readonly dtype: FloatDType;
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

/** Operands with the numbers that each is fed, which are filled in as operands are made. */
export function operandsOf(dtype: FloatDType): {
  readonly operands: Operands;
  readonly numbers: ReadonlyMap<Tensor, Float64Array>;
} {
  const numbers = new Map<Tensor, Float64Array>();
  const give = (leaf: Tensor, low: number, high: number): Tensor => {
    const count = concreteCount(concreteShape(leaf.shape));
    numbers.set(leaf, Float64Array.from(numbersBetween(low, high, count, numbers.size + 1)));
    return leaf;
  };
  const floats = (name: string, shape: readonly number[], low = -2, high = 2): Tensor =>
    give(input(name, shape, dtype), low, high);
  const wholes = (name: string, shape: readonly number[]): Tensor => {
    const leaf = input(name, shape, 'i32');
    give(leaf, 0, 7);
    numbers.set(leaf, numbers.get(leaf)?.map(Math.floor) ?? new Float64Array(0));
    return leaf;
  };
  const truths = (name: string, shape: readonly number[]): Tensor => {
    const leaf = input(name, shape, 'bool');
    const uniform = uniformNumbers(5);
    numbers.set(
      leaf,
      new Float64Array(concreteCount(concreteShape(shape))).map(() => (uniform() < 0.5 ? 1 : 0)),
    );
    return leaf;
  };
  let weights = 0;
  const plane = [rows, columns];
  const operands: Operands = {
    dtype,
    x: floats('x', plane),
    y: floats('y', plane),
    positive: floats('positive', plane, 0.1),
    unit: floats('unit', plane, 0.05, 0.95),
    row: floats('row', [columns]),
    column: floats('column', [rows]),
    i: wholes('i', plane),
    j: wholes('j', plane),
    labels: wholes('labels', [rows]),
    mask: truths('mask', plane),
    cube: floats('cube', [5, 7, 9]),
    image: floats('image', [2, 4, 9, 11]),
    volume: floats('volume', [2, 4, 5, 6, 7]),
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
