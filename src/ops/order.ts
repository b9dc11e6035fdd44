// The order of elements along an axis, found by counting: the rank of an element is the number of elements that come
// before it. That is n² comparisons for n elements, in one loop that runs in vectors and on all threads, stable, and the
// same on every target; up to some thousands of elements it is what a sorting network would cost in passes over memory.
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { concreteShape } from '../ir/size.ts';
import { flatten, forEachIndex, stridesOf } from '../ir/value.ts';
import { greaterEqual, less, logicalAnd, equal } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { gather } from './gather.ts';
import { scalar } from './leaf.ts';
import { iota } from './random.ts';
import { sum } from './reduce.ts';
import { scatterAdd } from './scatter.ts';
import { cast, where } from './select.ts';
import { logicalNot } from './unary.ts';

interface RankAttributes extends Attributes {
  readonly descending: boolean;
}

/**
 * The place that each element of the last axis takes in order, i32. NaN is larger than every number; equal elements keep
 * their order.
 */
export const rankOp: Op<RankAttributes> = {
  name: 'rank',
  arity: 1,
  shape: ([x]) => {
    demand('rank', x !== undefined && x.shape.length > 0, 'takes a tensor with an axis');
    return x?.shape ?? [];
  },
  dtype: ([x]) => {
    demand('rank', x !== undefined && x.dtype !== 'bool', 'takes numbers');
    return 'i32';
  },
  vjp: { notDifferentiable: 'zero', reason: 'a rank does not change with small changes of the values' },
  evaluate: ([x], { descending }, node) => {
    const shape = concreteShape(node.shape);
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    const length = shape.at(-1) ?? 1;
    for (let start = 0; start < data.length; start += length) {
      const order = Array.from({ length }, (_, position) => position).toSorted((a, b) => {
        const [first, second] = [x?.data[start + a] ?? 0, x?.data[start + b] ?? 0];
        return (descending ? compareNumbers(second, first) : compareNumbers(first, second)) || a - b;
      });
      order.forEach((position, rank) => {
        data[start + position] = rank;
      });
    }
    return { shape, dtype: 'i32', data };
  },
  lowering: {
    kind: 'expansion',
    expand: ([input], { descending }, node) => {
      const x = input ?? inputOf(node, 0);
      const { other, own, isEarlier } = pairs(x);
      const comesFirst = (a: Tensor, b: Tensor): Tensor => (descending ? isLess(b, a) : isLess(a, b));
      // Of equal elements the earlier one comes first: it is before unless the other is.
      const before = where(isEarlier, logicalNot(comesFirst(own, other)), comesFirst(other, own));
      return sum(cast(before, 'i32'), -1);
    },
  },
};

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/** `a < b` where NaN is larger than every number. */
function isLess(a: Tensor, b: Tensor): Tensor {
  if (a.dtype === 'i32') return less(a, b);
  return logicalAnd(logicalNot(greaterEqual(a, b)), equal(a, a));
}

/** Every element of the last axis beside every other of it, which a new last axis runs over. */
export function pairs(x: Tensor): {
  readonly own: Tensor;
  readonly other: Tensor;
  readonly isEarlier: Tensor;
} {
  const rank = x.shape.length;
  const size = x.shape.at(-1) ?? 1;
  const square = [...x.shape, size];
  const leading = x.shape.slice(0, -1).map((_, axis) => axis);
  const along = (axis: number): Tensor => broadcastAlong(iota(size), square, [axis]);
  return {
    own: broadcastAlong(x, square, [...leading, rank - 1]),
    other: broadcastAlong(x, square, [...leading, rank]),
    isEarlier: less(along(rank), along(rank - 1)),
  };
}

/** The rank of each element along the last axis. */
export function rankOf(x: Tensor, descending = false): Tensor {
  return makeNode(rankOp, [x.dtype === 'bool' ? cast(x, 'i32') : x], { descending });
}

/** The permutation of the last axis that undoes another: the positions of elements in order, from their ranks. */
export function inverseOf(permutation: Tensor): Tensor {
  const { shape } = permutation;
  const positions = broadcastAlong(iota(shape.at(-1) ?? 1), shape, [shape.length - 1]);
  return scatterAdd(broadcastAlong(scalar(0, 'i32'), shape, []), permutation, positions, -1);
}

/**
 * `x` along its last axis in the order that a permutation says, which comes with its inverse: with that the gradient is
 * put back in order by reading, where the gradient of `gather` adds up element by element.
 */
export const permuteOp: Op = {
  name: 'permute',
  arity: 3,
  shape: ([x, permutation]) => {
    demand('permute', permutation?.dtype === 'i32', 'takes i32 positions');
    return x?.shape ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [, permutation, inverse], cotangent }) =>
    permutation === undefined || inverse === undefined
      ? []
      : [makeNode(permuteOp, [cotangent, inverse, permutation], {}), null, null],
  evaluate: ([x, permutation], _, node) => {
    const shape = concreteShape(node.shape);
    const strides = stridesOf(shape);
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    forEachIndex(shape, (index, flat) => {
      data[flat] = x?.data[flatten(index.with(-1, permutation?.data[flat] ?? 0), strides)] ?? 0;
    });
    return { shape, dtype: node.dtype, data };
  },
  lowering: {
    kind: 'expansion',
    expand: ([x, permutation], _, node) =>
      gather(x ?? inputOf(node, 0), permutation ?? inputOf(node, 1), node.shape.length - 1),
  },
};

/** {@link permuteOp} of `x`. */
export function permuted(x: Tensor, permutation: Tensor, inverse: Tensor): Tensor {
  return makeNode(permuteOp, [x, permutation, inverse], {});
}
