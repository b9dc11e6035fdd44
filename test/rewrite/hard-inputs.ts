// Leaves whose elements are the inputs on which identities of floating point fail: NaN, both zeros, infinities,
// subnormal and huge numbers, every pair of them, and random numbers between.
import { roundTo, type DType } from '../../src/ir/dtype.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import type { Value } from '../../src/ir/value.ts';
import { input } from '../../src/ops/leaf.ts';

const hardFloats = [
  Number.NaN,
  0,
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  1e-20,
  -1e-7,
  0.1,
  -0.5,
  1,
  -1,
  1.5,
  -2,
  3,
  16.7,
  -20,
  88,
  -89,
  -104,
  1e20,
  -3.4e38,
  3.4028234663852886e38,
].map(Math.fround);

const hardIntegers = [0, 1, -1, 2, 3, 5, 7, -100, 46341, 65536, 2 ** 31 - 1, -(2 ** 31)];

/** A linear congruential generator (Numerical Recipes): tests need the same numbers on every run, no more. */
function randomNumbers(count: number, scale: number): readonly number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.fround((state / 2 ** 31) * scale);
  });
}

const pairs = <T>(elements: readonly T[]): readonly (readonly [T, T])[] =>
  elements.flatMap((left) => elements.map((right) => [left, right] as const));

const leaves = new Map<Tensor, Value>();

/** Values of all leaves made here. */
export const hardBindings: Bindings = leaves;

/** An input with given elements, repeated as often as its shape needs them. */
export function leafOf(
  name: string,
  shape: readonly number[],
  elements: readonly number[],
  dtype: DType = 'f32',
): Tensor {
  const leaf: Tensor = input(name, shape, dtype);
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float64Array.from({ length: count }, (_, at) =>
    roundTo(dtype, elements[at % elements.length] ?? 0),
  );
  leaves.set(leaf, { shape, dtype, data });
  return leaf;
}

const floatPairs = [
  ...pairs(hardFloats),
  ...pairs(randomNumbers(12, 4)),
  ...pairs(randomNumbers(6, 90)),
  ...pairs(randomNumbers(4, 1e-6)),
];

/** f32 vectors whose elements, side by side, are all pairs of hard numbers. */
export const x = leafOf(
  'x',
  [floatPairs.length],
  floatPairs.map(([left]) => left),
);
export const y = leafOf(
  'y',
  [floatPairs.length],
  floatPairs.map(([, right]) => right),
);
/** An integer vector. */
export const i = leafOf('i', [hardIntegers.length], hardIntegers, 'i32');
/** Boolean vectors, likewise. */
export const p = leafOf('p', [4], [0, 0, 1, 1], 'bool');
export const q = leafOf('q', [4], [0, 1, 0, 1], 'bool');
/** A hard f32 matrix, a column and a row of its sizes, and a scalar. */
export const matrix = leafOf('matrix', [5, 7], [...hardFloats, ...randomNumbers(10, 3)]);
export const row = leafOf('row', [7], [1.5, Number.NaN, -0, Number.POSITIVE_INFINITY, 2 ** -149, -3, 0]);
export const column = leafOf('column', [5], [-0, 0, Number.NaN, 2.5, Number.NEGATIVE_INFINITY]);
export const single = leafOf('single', [], [0.3]);
/** A label for every row of the matrix, inside its columns. */
export const labels = leafOf('labels', [5], [0, 6, 3, 3, 1], 'i32');
/** Rows of logits, mild, huge, infinite and NaN. */
export const logits = leafOf(
  'logits',
  [7, 3],
  [
    ...[0.1, -0.4, 2, 1000, 0, -1000, -200, -201, -202, 88, 89, 90],
    ...[Number.NEGATIVE_INFINITY, 1, 2, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ...[Number.NEGATIVE_INFINITY, Number.NaN, 0, 1],
  ],
);
