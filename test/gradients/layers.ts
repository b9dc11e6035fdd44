// Layers, as they are applied in a model: by their input and by all of their parameters.
import { specialiseMode } from '../../src/autodiff/mode.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool3d,
} from '../../src/nn/adaptive-pooling.ts';
import { batchNorm1d, batchNorm2d, batchNorm3d } from '../../src/nn/batch-norm.ts';
import { bilinear } from '../../src/nn/bilinear.ts';
import { parallel, residual } from '../../src/nn/combinator.ts';
import {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/nn/conv.ts';
import { dropout1d, dropout2d, dropout3d, featureAlphaDropout } from '../../src/nn/dropout.ts';
import { embedding } from '../../src/nn/embedding.ts';
import { flatten } from '../../src/nn/flatten.ts';
import { groupNorm } from '../../src/nn/group-norm.ts';
import { instanceNorm1d, instanceNorm2d, instanceNorm3d } from '../../src/nn/instance-norm.ts';
import { upsample } from '../../src/nn/interpolate.ts';
import { layerNorm, rmsNorm } from '../../src/nn/layer-norm.ts';
import { linear } from '../../src/nn/linear.ts';
import { multiheadAttention } from '../../src/nn/multihead-attention.ts';
import { positionalEncoding } from '../../src/nn/positional-encoding.ts';
import { avgPool3d, maxPool3d } from '../../src/nn/pooling.ts';
import { prelu, rrelu } from '../../src/nn/rectifier.ts';
import { gru, lstm, rnn } from '../../src/nn/recurrent.ts';
import { gruCell, lstmCell, rnnCell } from '../../src/nn/recurrent-cell.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { identity, unflatten } from '../../src/nn/shape-layer.ts';
import { transformerEncoderLayer } from '../../src/nn/transformer.ts';
import { tanh } from '../../src/nn/activation.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { constant, isLeafOf, parameterOp, stateOp } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast } from '../../src/ops/select.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { variable, type GradientTable } from '../support/gradient-cases.ts';
import { numbersBetween, type Feed } from '../support/values.ts';

/** Numbers for every leaf of a kind below a tensor. */
function leavesOf(x: Tensor, op: typeof parameterOp, low: number, high: number): readonly Feed[] {
  const leaves = topologicalOrder([x]).filter((node) => isLeafOf(op, node));
  return leaves.map((leaf, position) => ({
    leaf,
    numbers: numbersBetween(low, high, concreteCount(concreteShape(leaf.shape)), position + 21),
  }));
}

/** A layer applied to inputs of the given shapes: by these and by the parameters that it declares. */
function layer(
  shapes: readonly (readonly number[])[],
  apply: (...x: [Tensor, Tensor, Tensor]) => Tensor,
  mode: 'train' | 'evaluate' = 'train',
): GradientCheck {
  const inputs = shapes.map((shape, position) => variable(`x${position}`, shape, -1.5, 1.5, position + 1));
  // As many as the layer takes.
  const declared = apply(...(inputs.map(({ leaf }) => leaf) as [Tensor, Tensor, Tensor]));
  const result = specialiseMode([declared], mode).get(declared) ?? declared;
  return {
    result: square(result),
    variables: [...inputs, ...leavesOf(result, parameterOp, -0.8, 0.8)],
    others: leavesOf(result, stateOp, 0.5, 1.5),
    order: 2,
  };
}

const modes = ['train', 'evaluate'] as const;
const keptChannels = constant([1, 0], [2], 'bool');
const labels = constant([2, 0, 2], [3], 'i32');

/** Channels that are kept or dropped whole, by a mask along axis 1. */
const masked = (rank: number): { readonly training: true; readonly mask: Tensor } => ({
  training: true,
  mask: reshape(keptChannels, [1, 2, ...Array.from({ length: rank - 2 }, () => 1)]),
});

export const checks: GradientTable = {
  'linear as a layer': [layer([[2, 3]], linear(3, 2)), layer([[3]], linear(3, 2, { bias: false }))],
  'bilinear as a module': [
    layer(
      [
        [2, 3],
        [2, 2],
      ],
      bilinear(3, 2, 2),
    ),
  ],
  'conv1d as a layer': [layer([[1, 2, 5]], conv1d(2, 2, 3, { groups: 2, stride: 2, padding: 1 }))],
  'conv2d as a layer': [layer([[1, 2, 4, 3]], conv2d(2, 2, 2, { padding: 'same' }))],
  'conv3d as a layer': [layer([[1, 1, 2, 3, 2]], conv3d(1, 2, [1, 2, 2]))],
  'convTranspose1d as a layer': [layer([[1, 2, 3]], convTranspose1d(2, 1, 3, { stride: 2 }))],
  'convTranspose2d as a layer': [layer([[1, 1, 2, 2]], convTranspose2d(1, 2, 2))],
  'convTranspose3d as a layer': [layer([[1, 1, 1, 2, 2]], convTranspose3d(1, 1, [1, 2, 1]))],
  embedding: [layer([[3, 2]], (x) => mul(x, cast(embedding(4, 2)(labels), 'f64')))],
  batchNorm1d: modes.map((mode) => layer([[4, 2]], batchNorm1d(2), mode)),
  batchNorm2d: modes.map((mode) => layer([[2, 2, 2, 2]], batchNorm2d(2), mode)),
  batchNorm3d: modes.map((mode) => layer([[2, 2, 1, 2, 2]], batchNorm3d(2), mode)),
  instanceNorm1d: modes.map((mode) =>
    layer([[2, 2, 4]], instanceNorm1d(2, { affine: true, trackRunningStats: true }), mode),
  ),
  instanceNorm2d: [layer([[1, 2, 2, 3]], instanceNorm2d(2, { affine: true }))],
  instanceNorm3d: [layer([[1, 2, 2, 1, 2]], instanceNorm3d(2))],
  'layerNorm as a layer': [layer([[2, 4]], layerNorm(4))],
  'rmsNorm as a layer': [layer([[2, 4]], rmsNorm(4))],
  'groupNorm as a layer': [layer([[2, 4, 2]], groupNorm(2, 4))],
  dropout1d: [layer([[3, 2, 2]], (x) => dropout1d(x, 0.25, masked(3)))],
  dropout2d: [layer([[1, 2, 2, 2]], (x) => dropout2d(x, 0.25, masked(4)))],
  dropout3d: [layer([[1, 2, 1, 2, 2]], (x) => dropout3d(x, 0.25, masked(5)))],
  featureAlphaDropout: [layer([[3, 2, 2]], (x) => featureAlphaDropout(x, 0.25, masked(3)))],
  'prelu as a layer': [layer([[3, 2, 2]], prelu({ numParameters: 2 }))],
  // In training each slope is drawn anew; in evaluation it is the mean.
  rrelu: [layer([[2, 3]], rrelu(), 'evaluate')],
  multiheadAttention: [
    layer([[1, 3, 4]], multiheadAttention(4, 2, { causal: true })),
    layer(
      [
        [1, 2, 4],
        [1, 3, 2],
        [1, 3, 3],
      ],
      (query, key, value) => {
        const { output, weights } = multiheadAttention(4, 2, { kdim: 2, vdim: 3 }).attend(query, key, value);
        return add(output, sum(weights, -1, { keepdims: true }));
      },
    ),
  ],
  transformerEncoderLayer: [true, false].map((normFirst) =>
    layer(
      [[1, 3, 4]],
      transformerEncoderLayer(4, 2, { dimFeedforward: 3, activation: 'gelu', dropout: 0, normFirst }),
    ),
  ),
  positionalEncoding: [layer([[2, 3, 4]], positionalEncoding({ maxLength: 5 }))],
  rnnCell: [
    layer(
      [
        [2, 3],
        [2, 2],
      ],
      rnnCell(3, 2),
    ),
  ],
  gruCell: [
    layer(
      [
        [2, 3],
        [2, 2],
      ],
      gruCell(3, 2),
    ),
  ],
  lstmCell: [
    layer(
      [
        [2, 3],
        [2, 2],
        [2, 2],
      ],
      (x, hidden, cell) => {
        const next = lstmCell(3, 2)(x, { hidden, cell });
        return mul(next.hidden, next.cell);
      },
    ),
  ],
  rnn: [layer([[1, 3, 2]], rnn(2, 2, { numLayers: 2 }))],
  gru: [layer([[1, 3, 2]], gru(2, 2, { bidirectional: true }))],
  lstm: [layer([[3, 1, 2]], lstm(2, 2, { batchFirst: false }))],
  sequential: [layer([[2, 3]], sequential('net', linear(3, 2), tanh(), linear(2, 1)))],
  residual: [layer([[2, 3]], residual(linear(3, 2), { shortcut: linear(3, 2) }))],
  parallel: (['concat', 'sum', 'product'] as const).map((join) =>
    layer([[2, 3]], parallel([linear(3, 2), linear(3, 2)], { join })),
  ),
  identity: [layer([[2, 3]], identity())],
  flatten: [layer([[2, 3, 2]], flatten()), layer([[2, 3, 2]], (x) => flatten(x, 0, 1))],
  'unflatten as a layer': [layer([[2, 6]], unflatten(1, [2, 3]))],
  upsample: [layer([[1, 1, 4]], upsample({ scaleFactor: 2, mode: 'linear' }))],
  adaptiveAvgPool1d: [layer([[1, 2, 5]], adaptiveAvgPool1d(3))],
  adaptiveAvgPool3d: [layer([[1, 1, 3, 2, 2]], (x) => adaptiveAvgPool3d(x, [2, null, 1]))],
  adaptiveMaxPool1d: [layer([[1, 2, 5]], adaptiveMaxPool1d(3))],
  adaptiveMaxPool3d: [layer([[1, 1, 3, 2, 2]], (x) => adaptiveMaxPool3d(x, [2, null, 1]))],
  avgPool3d: [layer([[1, 1, 3, 3, 3]], avgPool3d(2, { stride: 1 }))],
  maxPool3d: [layer([[1, 1, 3, 3, 3]], maxPool3d(2, { stride: 1 }))],
};
