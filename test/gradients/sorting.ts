// What is read off the order of elements; elements are far apart, so that a finite step changes no order.
import { makeNode } from '../../src/ir/node.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { bincount } from '../../src/ops/counting.ts';
import { unique } from '../../src/ops/distinct.ts';
import { constant } from '../../src/ops/leaf.ts';
import { permuteOp } from '../../src/ops/order.ts';
import { median, mode, nanmedian, nanquantile, quantile } from '../../src/ops/quantile.ts';
import * as segment from '../../src/ops/segment.ts';
import { kthvalue, sort, topk } from '../../src/ops/sort.ts';
import { square } from '../../src/ops/unary.ts';
import { nanmean, nansum } from '../../src/ops/without-nan.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { ordered, single, type GradientTable } from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

const ids = constant([2, 0, 2, 0], [4], 'i32');

export const checks: GradientTable = {
  permute: [
    single([3], (x) => {
      const permutation = constant([1, 2, 0], [3], 'i32');
      return square(makeNode(permuteOp, [x, permutation, constant([2, 0, 1], [3], 'i32')], {}));
    }),
  ],
  sort: [
    ordered([6], (x) => sort(x).values),
    ordered([2, 3], (x) => sort(x, 0, { descending: true }).values),
    ordered([3, 1, 2], (x) => sort(x, 0).values),
  ],
  topk: [
    ordered([6], (x) => topk(x, 2).values),
    ordered([3, 2], (x) => topk(x, 2, { axis: 0, largest: false }).values),
  ],
  kthvalue: [ordered([2, 3], (x) => kthvalue(x, 2).values), ordered([6], (x) => kthvalue(x, 1, 0).values)],
  median: [ordered([6], (x) => median(x).values), ordered([2, 3], (x) => median(x, 1).values)],
  nanmedian: [ordered([2, 3], (x) => nanmedian(x, 0, { keepdims: true }).values)],
  quantile: [
    ordered([6], (x) => quantile(x, [0.1, 0.77])),
    ordered([2, 3], (x) => quantile(x, 0.3, 1, { interpolation: 'midpoint' })),
  ],
  nanquantile: [
    ordered([6], (x) => nanquantile(x, [0.1, 0.77])),
    ((): GradientCheck => {
      const x = fed('x', [2, 3], [0.3, -1.2, 1.7, 0.9, -0.4, 2.4]);
      const q = fed('q', [2], [0.2, 0.7]);
      return { result: square(nanquantile(x.leaf, q.leaf, 1)), variables: [x, q], order: 2 };
    })(),
  ],
  mode: [ordered([2, 3], (x) => mode(x).values)],
  unique: [ordered([2, 3], (x) => unique(x, { size: 4 }).values)],
  bincount: [single([4], (x) => square(bincount(ids, 3, { weights: x })))],
  segmentSum: [
    single([4], (x) => square(segment.segmentSum(x, ids, 3))),
    single([4, 2], (x) => square(segment.segmentSum(x, ids, 3))),
  ],
  segmentMean: [single([4, 2], (x) => square(segment.segmentMean(x, ids, 3)))],
  segmentProd: [single([4, 2], (x) => segment.segmentProd(x, ids, 3))],
  // One segment without rows would make a product of infinities.
  segmentMax: [
    ((): GradientCheck => {
      const x = fed('x', [4], [0.3, -1.2, 1.7, 0.9]);
      const pairs = constant([0, 1, 0, 1], [4], 'i32');
      return { result: square(segment.segmentMax(x.leaf, pairs, 2)), variables: [x], order: 2 };
    })(),
  ],
  segmentMin: [
    ((): GradientCheck => {
      const x = fed('x', [2, 2], [0.3, -1.2, 1.7, 0.9]);
      const both = constant([1, 0], [2], 'i32');
      return { result: square(segment.segmentMin(x.leaf, both, 2)), variables: [x], order: 2 };
    })(),
  ],
  nansum: [single([2, 3], (x) => square(nansum(x, 1)))],
  nanmean: [single([2, 3], (x) => mul(nanmean(x, 0), nanmean(x)))],
};
