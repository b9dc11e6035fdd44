// Scans: cumulative sums, products, log-sum-exps and extremes, and the recurrence behind their gradients.
import { makeNode, type Tensor } from '../../src/ir/node.ts';
import * as cumulative from '../../src/ops/cumulative.ts';
import { accumulateOp, recurrenceOp, reverseOp, shiftOp } from '../../src/ops/scan.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { ordered, single, smoothPair, type GradientTable } from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

type Cumulative = (x: Tensor, axis: number, options: cumulative.CumulativeOptions) => Tensor;

function everyWay(build: Cumulative): readonly GradientCheck[] {
  const ways = [false, true].flatMap((exclusive) => [false, true].map((reverse) => ({ exclusive, reverse })));
  return ways.flatMap((options) => [
    single([4], (x) => build(x, 0, options)),
    single([3, 2], (x) => build(x, 0, options)),
    single([2, 1, 3], (x) => build(x, -1, options)),
    single([2, 1], (x) => build(x, 1, options)),
  ]);
}

/** One zero, and two: no quotient of products could give these. */
const withZeros = [
  [0, 2, -1, 3],
  [2, 0, -1, 3],
  [1.5, 0, 2, 0],
] as const;

export const checks: GradientTable = {
  reverse: [
    single([4], (x) => square(makeNode(reverseOp, [x], { axis: 0 }))),
    single([2, 3], (x) => square(makeNode(reverseOp, [x], { axis: 1 }))),
  ],
  shift: [
    single([4], (x) => square(makeNode(shiftOp, [x], { axis: 0, fill: 2 }))),
    single([3, 2], (x) => square(makeNode(shiftOp, [x], { axis: 0, fill: 0 }))),
  ],
  recurrence: [
    ...smoothPair((a, b) =>
      a.shape.length === b.shape.length && a.shape.length === 1
        ? makeNode(recurrenceOp, [a, b], { axis: 0 })
        : a,
    ),
    single([2, 4], (x) => makeNode(recurrenceOp, [x, square(x)], { axis: 1 })),
    single([4, 2], (x) => makeNode(recurrenceOp, [square(x), x], { axis: 0 })),
  ],
  accumulate: [
    single([3], (x) => square(makeNode(accumulateOp, [x], { axis: 0, combiner: 'sum', exclusive: false }))),
  ],
  cumsum: everyWay((x, axis, options) => square(cumulative.cumsum(x, axis, options))),
  cumprod: [
    ...everyWay(cumulative.cumprod),
    ...withZeros.map((numbers): GradientCheck => {
      const x = fed('x', [4], numbers);
      return { result: cumulative.cumprod(x.leaf, 0), variables: [x], order: 2 };
    }),
  ],
  logCumSumExp: everyWay((x, axis, { reverse = false }) => cumulative.logCumSumExp(x, axis, { reverse })),
  cummax: [
    ordered([6], (x) => cumulative.cummax(x, 0).values),
    ordered([2, 3], (x) => cumulative.cummax(x, 1).values),
  ],
  cummin: [ordered([3, 2], (x) => cumulative.cummin(x, 0).values)],
};
