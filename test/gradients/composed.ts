// Public functions that are made of operators checked elsewhere under other names, in their own form.
import type { Tensor } from '../../src/ir/node.ts';
import { logSoftmax, softmax } from '../../src/nn/softmax.ts';
import { mae, perplexity, r2, rmse } from '../../src/nn/regression-metric.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { stack } from '../../src/ops/concat.ts';
import { flip } from '../../src/ops/movement.ts';
import { max, mean, min, prod, sum } from '../../src/ops/reduce.ts';
import { squeeze } from '../../src/ops/reshape.ts';
import { greater, mul } from '../../src/ops/arithmetic.ts';
import { straightThrough, where } from '../../src/ops/select.ts';
import { atleast1d, atleast2d, atleast3d } from '../../src/ops/stacking.ts';
import { positive, reciprocal, rsqrt, square } from '../../src/ops/unary.ts';
import { globalNorm } from '../../src/optim/clip.ts';
import { l1, l2 } from '../../src/optim/penalty.ts';
import {
  ordered,
  single,
  smooth,
  smoothPair,
  variable,
  type GradientTable,
} from '../support/gradient-cases.ts';

/** A function of several tensors. */
const several = (build: (x: readonly Tensor[]) => Tensor): GradientTable[string] => {
  const variables = [variable('a', [2, 3], 0.2, 2, 1), variable('b', [4], -2, -0.2, 2)];
  return [{ result: build(variables.map(({ leaf }) => leaf)), variables, order: 2 }];
};

/** A metric of predictions and targets, the former above the latter. */
const metric = (build: (prediction: Tensor, target: Tensor) => Tensor): GradientTable[string] => {
  const prediction = variable('prediction', [3, 2], 1, 2, 1);
  const target = variable('target', [3, 2], -1, 0.9, 2);
  return [{ result: build(prediction.leaf, target.leaf), variables: [prediction, target], order: 2 }];
};

export const checks: GradientTable = {
  square: smooth(square),
  reciprocal: smooth(reciprocal, 0.5, 2),
  rsqrt: smooth(rsqrt, 0.5, 2),
  straightThrough: smooth((x) => mul(x, straightThrough(square(x), square(x)))),
  positive: smooth((x) => square(positive(x))),
  where: smoothPair((a, b) => square(where(greater(a, 0.3), a, b))),
  broadcastTo: [single([3, 1], (x) => square(broadcastTo(x, [2, 3, 4])))],
  squeeze: [single([2, 1, 3, 1], (x) => square(squeeze(x, 1)))],
  stack: [single([2, 3], (x) => square(stack([x, mul(x, 2)], 1)))],
  flip: [single([2, 3], (x) => square(flip(x, [0, 1])))],
  atleast1d: [single([], (x) => square(atleast1d(x)))],
  atleast2d: [single([3], (x) => square(atleast2d(x)))],
  atleast3d: [single([2, 3], (x) => square(atleast3d(x)))],
  sum: [single([2, 3], (x) => square(sum(x, 1))), single([2, 3], (x) => square(sum(x)))],
  mean: [single([2, 3], (x) => square(mean(x, 0, { keepdims: true }))), single([4], (x) => square(mean(x)))],
  prod: [single([2, 3], (x) => prod(x, 1)), single([4], (x) => prod(x))],
  max: [ordered([2, 3], (x) => square(max(x, 1)))],
  min: [ordered([2, 3], (x) => square(min(x, 0)))],
  softmax: [single([2, 3], (x) => softmax(x)), single([2, 3], (x) => softmax(x, 0))],
  logSoftmax: [single([2, 3], (x) => logSoftmax(x)), single([2, 3], (x) => logSoftmax(x, 0))],
  mae: metric((x, y) => square(mae(x, y))),
  rmse: metric(rmse),
  r2: metric(r2),
  perplexity: [single([], perplexity)],
  l1: several((x) => square(l1(0.3, { parameters: 'all' }).apply(x))),
  l2: several((x) => square(l2(0.3, { parameters: 'all' }).apply(x))),
  globalNorm: [1, 2, 3].flatMap((norm) => several((x) => globalNorm(x, { norm }))),
};
