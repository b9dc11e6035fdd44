// Inputs on which gradients are checked by finite differences: shapes with and without size 1, pairs that broadcast, and
// elements that are far from kinks and from each other.
import type { Tensor } from '../../src/ir/node.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import type { GradientCheck } from './finite-differences.ts';
import { fed, numbersBetween, type Feed } from './values.ts';

/** Checks by the name of the op, or of the public function, whose gradient they check. */
export type GradientTable = Readonly<Record<string, readonly GradientCheck[]>>;

const shapes = [[], [1], [5], [2, 3], [3, 1, 2]] as const;

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function variable(
  name: string,
  shape: readonly number[],
  low: number,
  high: number,
  seed: number,
): Feed {
  return fed(name, shape, numbersBetween(low, high, count(shape), seed));
}

/** One operand in every shape, its elements in an interval without kinks. */
export function smooth(build: (x: Tensor) => Tensor, low = -2, high = 2): readonly GradientCheck[] {
  return shapes.map((shape, seed) => {
    const x = variable('x', shape, low, high, seed + 1);
    return { result: build(x.leaf), variables: [x], order: 2 };
  });
}

/** Two operands of one shape, and broadcast against each other. */
export function smoothPair(
  build: (a: Tensor, b: Tensor) => Tensor,
  [lowA, highA]: readonly [number, number] = [-2, 2],
  [lowB, highB]: readonly [number, number] = [-2, 2],
): readonly GradientCheck[] {
  const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[], []],
    [[4], [4]],
    [
      [2, 3],
      [3, 1, 1],
    ],
    [
      [1, 3],
      [2, 1],
    ],
  ];
  return pairs.map(([left, right], seed) => {
    const a = variable('a', left, lowA, highA, seed + 1);
    const b = variable('b', right, lowB, highB, seed + 31);
    return { result: build(a.leaf, b.leaf), variables: [a, b], order: 2 };
  });
}

export function single(
  shape: readonly number[],
  build: (x: Tensor) => Tensor,
  low = -2,
  high = 2,
): GradientCheck {
  const x = variable('x', shape, low, high, 3);
  return { result: build(x.leaf), variables: [x], order: 2 };
}

/** Far enough apart that no finite step changes their order. */
const distinct = [0.3, -1.2, 1.7, 0.9, -0.4, 2.4];

export function ordered(shape: readonly number[], build: (x: Tensor) => Tensor): GradientCheck {
  const x = fed('x', shape, distinct.slice(0, count(shape)));
  return { result: mul(build(x.leaf), build(x.leaf)), variables: [x], order: 2 };
}
