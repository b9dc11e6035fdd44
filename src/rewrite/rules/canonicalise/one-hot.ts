// Adding at one position, and sums over what has one element that is not zero. These make the gradient of picking a
// class, and with it that of cross-entropy, elementwise.
import { inputOf, type Tensor } from '../../../ir/node.ts';
import { shapesEqual } from '../../../ir/size.ts';
import {
  add,
  equal,
  greaterEqual,
  lessEqual,
  logicalAnd,
  maximum,
  minimum,
} from '../../../ops/arithmetic.ts';
import { broadcastAlong, broadcastOp } from '../../../ops/broadcast.ts';
import { iota, iotaOp } from '../../../ops/random.ts';
import { reshape } from '../../../ops/reshape.ts';
import { where } from '../../../ops/select.ts';
import { axesAttribute, combinerOf, numberAttribute } from '../../attributes.ts';
import { isOp } from '../../elementwise.ts';
import { integerRange } from '../../integer-range.ts';
import { repeatedConstant } from '../../pattern.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

/** `indices` kept inside an axis of `size`, as gather and scatterAdd read them. */
function clamped(indices: Tensor, size: number): Tensor {
  const { low, high } = integerRange(indices);
  const above = low >= 0 ? indices : maximum(indices, 0);
  return high < size ? above : minimum(above, size - 1);
}

/** The tensor without `axis` where all elements along it are known to be equal. */
function alongOthers(node: Tensor, axis: number): Tensor | undefined {
  const kept = node.shape.toSpliced(axis, 1);
  if (!isOp(node, broadcastOp)) return undefined;
  const axes = axesAttribute(node, 'axes');
  if (axes.includes(axis)) return undefined;
  return broadcastAlong(
    inputOf(node, 0),
    kept,
    axes.map((each) => (each > axis ? each - 1 : each)),
  );
}

/** Whether a tensor counts 0, 1, 2, … along `axis` and is repeated along all others. */
function countsAlong(node: Tensor, axis: number): boolean {
  if (isOp(node, iotaOp)) return axis === 0;
  return (
    isOp(node, broadcastOp) &&
    isOp(inputOf(node, 0), iotaOp) &&
    axesAttribute(node, 'axes').every((each) => each === axis)
  );
}

/** Whether indices name a position of an axis of `size`; undefined where they always do. */
function namesAPosition(indices: Tensor, size: number): Tensor | undefined {
  const { low, high } = integerRange(indices);
  const conditions = [
    ...(low >= 0 ? [] : [greaterEqual(indices, 0)]),
    ...(high < size ? [] : [lessEqual(indices, size - 1)]),
  ];
  const [first, second] = conditions;
  return first === undefined || second === undefined ? first : logicalAnd(first, second);
}

export const oneHotRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'addition at one position',
    summary:
      'A scatterAdd with one index along its axis is a choice between `target + update` and `target`. The addition stays where the target is zero, because 0 + (-0) is 0.',
    pattern: is.scatterAdd(is.any('target'), is.any('indices'), is.any('update')),
    replacement: ({ target, indices, update }, node) => {
      const axis = numberAttribute(node, 'axis');
      const size = target.shape[axis];
      if (!shapesEqual(indices.shape, target.shape.with(axis, 1)) || typeof size !== 'number')
        return undefined;
      const others = target.shape.flatMap((_, each) => (each === axis ? [] : [each]));
      const withoutAxis = (each: Tensor): Tensor => reshape(each, each.shape.toSpliced(axis, 1));
      const repeat = (each: Tensor): Tensor => broadcastAlong(each, target.shape, others);
      const here = broadcastAlong(iota(size), target.shape, [axis]);
      const there = repeat(clamped(withoutAxis(indices), size));
      return where(equal(here, there), add(target, repeat(withoutAxis(update))), target);
    },
  }),
  rule({
    ...exact,
    name: 'sum of a one-hot',
    summary:
      'The sum over an axis of `position = index ? v : 0` is `v` where the index names a position. `v + 0` stands for it, because 0 + (-0) is 0.',
    pattern: is.reduce(is.select(is.equal(is.any('left'), is.any('right')), is.any('v'), is.any('zero'))),
    replacement: ({ left, right, v, zero }, node) => {
      const [axis, ...others] = axesAttribute(node, 'axes');
      if (combinerOf(node) !== 'sum' || axis === undefined || others.length > 0) return undefined;
      if (repeatedConstant(zero) !== 0) return undefined;
      const size = zero.shape[axis];
      const position = countsAlong(left, axis) ? right : countsAlong(right, axis) ? left : undefined;
      const index = position === undefined ? undefined : alongOthers(position, axis);
      const value = alongOthers(v, axis);
      if (index === undefined || value === undefined || typeof size !== 'number') return undefined;
      const hits = namesAPosition(index, size);
      return hits === undefined ? add(value, 0) : where(hits, add(value, 0), 0);
    },
  }),
];
