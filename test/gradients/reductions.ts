// Reductions beyond sums, products and extremes: spread, norms, and the largest element with its position.
import * as extremes from '../../src/ops/extremes.ts';
import { logSumExp } from '../../src/ops/log-sum-exp.ts';
import { matrixNorm, norm, vecdot } from '../../src/ops/norm.ts';
import * as reduction from '../../src/ops/reduce.ts';
import * as spread from '../../src/ops/variance.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { ordered, single, smoothPair, type GradientTable } from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

const powers = [2, 1, 3, 0.5, 1.5, -1, -2.5, Infinity, -Infinity];

export const checks: GradientTable = {
  variance: [
    single([4], (x) => reduction.variance(x)),
    single([2, 3], (x) => square(reduction.variance(x, 1, { correction: 0 }))),
    single([3, 1, 2], (x) => reduction.variance(x, [0, -1], { keepdims: true, correction: 2 })),
  ],
  std: [
    single([4], (x) => spread.std(x)),
    single([2, 3], (x) => spread.std(x, 0, { correction: 0, keepdims: true })),
  ],
  varMean: [
    single([2, 3], (x) => {
      const { variance, mean } = spread.varMean(x, 1);
      return mul(variance, mean);
    }),
  ],
  stdMean: [
    single([2, 3], (x) => {
      const { std, mean } = spread.stdMean(x, 0);
      return mul(std, mean);
    }),
  ],
  moments: [
    single([2, 3], (x) => {
      const { variance, mean } = spread.moments(x, [0, 1]);
      return add(square(variance), mean);
    }),
  ],
  logSumExp: [
    single([], (x) => square(logSumExp(x))),
    single([4], (x) => square(logSumExp(x))),
    single([2, 3], (x) => logSumExp(x, 0, { keepdims: true })),
    single([2, 1, 3], (x) => square(logSumExp(x, [0, -1]))),
  ],
  norm: powers.flatMap((p) => [
    // Magnitudes that differ, so that none is the largest by chance of rounding.
    ...[[3] as const, [2, 3] as const].map((shape): GradientCheck => {
      const x = fed('x', shape, [0.3, -1.2, 1.7, 0.9, -0.4, 2.4].slice(0, shape.length === 1 ? 3 : 6));
      return { result: square(norm(x.leaf, -1, { p })), variables: [x], order: 2 };
    }),
    single([2, 1, 2], (x) => norm(x, [0, 1], { p, keepdims: true }), 0.3, 2),
  ]),
  matrixNorm: ([1, -1, Infinity, -Infinity, 'fro'] as const).map((order) =>
    ordered([2, 3], (x) => matrixNorm(x, { order })),
  ),
  vecdot: smoothPair((a, b) => (a.shape.length === 0 ? mul(a, b) : vecdot(a, b, -1))),
  maxWithIndex: [
    ordered([6], (x) => extremes.maxWithIndex(x, 0).values),
    ordered([2, 3], (x) => extremes.maxWithIndex(x, 1, { keepdims: true }).values),
  ],
  minWithIndex: [ordered([3, 2], (x) => extremes.minWithIndex(x, 0).values)],
};
