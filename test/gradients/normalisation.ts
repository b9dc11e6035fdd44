// Normalisations, in double precision: what divides by a deviation is well away from 0.
import type { Tensor } from '../../src/ir/node.ts';
import { batchNorm } from '../../src/nn/batch-norm.ts';
import { alphaDropout, dropout } from '../../src/nn/dropout.ts';
import { groupNorm } from '../../src/nn/group-norm.ts';
import { instanceNorm } from '../../src/nn/instance-norm.ts';
import { layerNorm, rmsNorm } from '../../src/nn/layer-norm.ts';
import { constant } from '../../src/ops/leaf.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { single, variable, type GradientTable } from '../support/gradient-cases.ts';

/** A normalisation of `x` with a weight and a bias of their own shape, all three differentiated. */
function affine(
  shape: readonly number[],
  parts: readonly number[],
  build: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor,
): GradientCheck {
  const x = variable('x', shape, -2, 2, 3);
  const weight = variable('w', parts, 0.5, 2, 4);
  const bias = variable('b', parts, -1, 1, 5);
  const result = build(x.leaf, weight.leaf, bias.leaf);
  return { result, variables: [x, weight, bias], order: 2 };
}

const means = constant([0.1, -0.2, 0.3], [3], 'f64');
const variances = constant([0.5, 1, 2], [3], 'f64');
const statistics = { runningMean: means, runningVar: variances };
const mask = constant([1, 0, 1, 1, 0, 1], [2, 3], 'bool');

export const checks: GradientTable = {
  layerNorm: [
    affine([2, 5], [5], (x, weight, bias) => layerNorm(x, [5], { weight, bias })),
    affine([2, 2, 3], [2, 3], (x, weight, bias) => layerNorm(x, [2, 3], { weight, bias, eps: 0.1 })),
    single([6], (x) => layerNorm(x, 6)),
  ],
  rmsNorm: [
    affine([2, 5], [5], (x, weight) => rmsNorm(x, [5], { weight })),
    single([2, 2, 3], (x) => rmsNorm(x, [2, 3], { eps: 0.1 })),
  ],
  groupNorm: [
    affine([2, 4, 3], [4], (x, weight, bias) => groupNorm(x, 2, { weight, bias })),
    affine([1, 3, 2, 2], [3], (x, weight, bias) => groupNorm(x, 3, { weight, bias })),
    single([3, 4], (x) => groupNorm(x, 1)),
  ],
  instanceNorm: [
    affine([2, 3, 4], [3], (x, weight, bias) => instanceNorm(x, { weight, bias }).output),
    affine(
      [2, 3, 4],
      [3],
      (x, weight) => instanceNorm(x, { ...statistics, weight, useInputStats: false }).output,
    ),
  ],
  batchNorm: [
    affine([5, 3], [3], (x, weight, bias) => batchNorm(x, { weight, bias, training: true }).output),
    affine([2, 3, 2, 2], [3], (x, weight, bias) => batchNorm(x, { weight, bias, training: true }).output),
    affine(
      [4, 3],
      [3],
      (x, weight, bias) => batchNorm(x, { ...statistics, weight, bias, training: false }).output,
    ),
    single([4, 3], (x) => ofRunning(batchNorm(x, { ...statistics, training: true }).runningMean)),
    single([4, 3], (x) => ofRunning(batchNorm(x, { ...statistics, training: true }).runningVar)),
  ],
  dropout: [single([2, 3], (x) => dropout(x, 0.25, { training: true, mask }))],
  alphaDropout: [single([2, 3], (x) => alphaDropout(x, 0.25, { training: true, mask }))],
};

function ofRunning(statistic: Tensor | undefined): Tensor {
  if (statistic === undefined) throw new Error('there are running statistics');
  return statistic;
}
