// Losses, far from their kinks: targets and margins are such that no element is near one.
import { binaryCrossEntropy } from '../../src/ops/binary-cross-entropy.ts';
import { bce, bceWithLogits, focalLoss } from '../../src/nn/binary-loss.ts';
import { multilabelMargin, multiMargin } from '../../src/nn/class-margin-loss.ts';
import { crossEntropy, nll } from '../../src/nn/cross-entropy.ts';
import { cosineEmbedding, tripletMargin } from '../../src/nn/distance-loss.ts';
import { gaussianNll, klDiv, poissonNll } from '../../src/nn/likelihood-loss.ts';
import { huber, l1Loss, logCosh, mse, smoothL1 } from '../../src/nn/loss.ts';
import {
  hinge,
  hingeEmbedding,
  marginRanking,
  multilabelSoftMargin,
  softMargin,
} from '../../src/nn/margin-loss.ts';
import type { Tensor } from '../../src/ir/node.ts';
import type { Reduction } from '../../src/ir/types/loss.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { constant } from '../../src/ops/leaf.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { variable, type GradientTable } from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

const ways: readonly Reduction[] = ['mean', 'sum', 'none'];

/** A loss of a prediction and a target, both differentiated, in every way of reducing. */
function pairs(
  build: (x: Tensor, y: Tensor, reduction: Reduction) => Tensor,
  [lowX, highX]: readonly [number, number] = [0.1, 0.9],
  [lowY, highY]: readonly [number, number] = [1.1, 1.9],
): readonly GradientCheck[] {
  return ways.map((reduction, seed) => {
    const x = variable('x', [2, 3], lowX, highX, seed + 1);
    const y = variable('y', [2, 3], lowY, highY, seed + 11);
    return { result: build(x.leaf, y.leaf, reduction), variables: [x, y], order: 2 };
  });
}

/** A loss of a prediction alone. */
function alone(build: (x: Tensor, reduction: Reduction) => Tensor): readonly GradientCheck[] {
  return ways.map((reduction, seed) => {
    const x = variable('x', [2, 4], -2, 2, seed + 1);
    return { result: build(x.leaf, reduction), variables: [x], order: 2 };
  });
}

const signs = constant([1, -1, -1, 1, -1, 1, 1, -1], [2, 4], 'f64');
const weights = constant([0.5, 2, 1, 3], [4], 'f64');
const labels = constant([2, 0], [2], 'i32');
const fixedLabels = fed('labels', [2], [2, 0], 'i32');
const severalLabels = constant([3, 0, -1, 1, 2, -1, -1, -1], [2, 4], 'i32');

export const checks: GradientTable = {
  binaryCrossEntropy: pairs((x, y) => binaryCrossEntropy(x, y), [0.2, 0.8], [0.2, 0.8]),
  mse: pairs((x, y, reduction) => mse(x, y, { reduction })),
  l1Loss: pairs((x, y, reduction) => l1Loss(x, y, { reduction })),
  huber: [
    ...pairs((x, y, reduction) => huber(x, y, { reduction, delta: 2 })),
    ...pairs((x, y, reduction) => huber(x, y, { reduction, delta: 0.1 })),
  ],
  smoothL1: [
    ...pairs((x, y, reduction) => smoothL1(x, y, { reduction, beta: 2 })),
    ...pairs((x, y, reduction) => smoothL1(x, y, { reduction, beta: 0.1 })),
    ...pairs((x, y, reduction) => smoothL1(x, y, { reduction, beta: 0 })),
  ],
  logCosh: pairs((x, y, reduction) => logCosh(x, y, { reduction }), [-2, 2], [-2, 2]),
  bce: pairs((x, y, reduction) => bce(x, y, { reduction }), [0.2, 0.8], [0.2, 0.8]),
  bceWithLogits: [
    ...pairs((x, y, reduction) => bceWithLogits(x, y, { reduction }), [-3, 3], [0, 1]),
    ...alone((x, reduction) =>
      bceWithLogits(x, signs, { reduction, weight: weights, positiveWeight: weights }),
    ),
  ],
  focalLoss: [
    ...pairs((x, y, reduction) => focalLoss(x, y, { reduction, gamma: 1.5 }), [-3, 3], [0, 1]),
    ...alone((x, reduction) => focalLoss(x, signs, { reduction, alpha: null, gamma: 0 })),
  ],
  hinge: [
    ...alone((x, reduction) => hinge(x, signs, { reduction, margin: 3 })),
    ...alone((x, reduction) => hinge(x, signs, { reduction, margin: 3, squared: true })),
  ],
  hingeEmbedding: alone((x, reduction) => hingeEmbedding(x, signs, { reduction, margin: 3 })),
  softMargin: pairs((x, y, reduction) => softMargin(x, y, { reduction }), [-3, 3], [-1, 1]),
  marginRanking: pairs((x, y, reduction) =>
    marginRanking(x, y, constant([1, -1, 1], [3], 'f64'), { reduction, margin: 2.5 }),
  ),
  multiMargin: [
    ...alone((x, reduction) => multiMargin(x, labels, { reduction, margin: 5 })),
    ...alone((x, reduction) => multiMargin(x, labels, { reduction, margin: 5, p: 2, weight: weights })),
  ],
  multilabelMargin: alone((x, reduction) =>
    // Small scores leave every margin of 1 unmet.
    multilabelMargin(mul(x, 0.1), severalLabels, { reduction }),
  ),
  multilabelSoftMargin: pairs(
    (x, y, reduction) => multilabelSoftMargin(x, y, { reduction, weight: constant([1, 2, 3], [3], 'f64') }),
    [-3, 3],
    [0, 1],
  ),
  cosineEmbedding: pairs((x, y, reduction) =>
    cosineEmbedding(x, y, constant([1, -1], [2], 'f64'), { reduction, margin: 0.2 }),
  ),
  tripletMargin: [1, 2, 3, 1.5, Infinity].flatMap((p) =>
    pairs((x, y, reduction) =>
      tripletMargin(x, y, constant([5, 4, 9, 7, 3, 8], [2, 3], 'f64'), {
        reduction,
        p,
        margin: 20,
        swap: true,
      }),
    ),
  ),
  klDiv: [
    ...pairs((x, y, reduction) => klDiv(x, y, { reduction })),
    ...pairs((x, y, reduction) => klDiv(x, y, { reduction, logTarget: true })),
    ...pairs((x, y) => klDiv(x, y, { reduction: 'batchmean' })),
  ],
  poissonNll: [
    ...pairs((x, y, reduction) => poissonNll(x, y, { reduction, full: true })),
    ...pairs((x, y, reduction) => poissonNll(x, y, { reduction, logInput: false, eps: 0.1 })),
  ],
  gaussianNll: ways.map((reduction, seed) => {
    const x = variable('x', [2, 3], -1, 1, seed + 1);
    const y = variable('y', [2, 3], -1, 1, seed + 11);
    const variance = variable('v', [2], 0.5, 2, seed + 21);
    const result = gaussianNll(x.leaf, y.leaf, variance.leaf, { reduction, full: true });
    return { result, variables: [x, y, variance], order: 2 };
  }),
  crossEntropy: [
    ...alone((x, reduction) => crossEntropy(x, labels, { reduction, weight: weights, labelSmoothing: 0.1 })),
    ...pairs((x, y, reduction) => crossEntropy(x, y, { reduction, labelSmoothing: 0.2 }), [-2, 2], [0, 1]),
  ],
  nll: alone((x, reduction) => nll(x, fixedLabels.leaf, { reduction, ignoreIndex: 0 })).map((check) => ({
    ...check,
    others: [fixedLabels],
  })),
};
