// Feeds that sessions refuse; their framed messages are kept as golden files, so the lines here are part of them.
import { dim } from '../../src/ir/size.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { linear } from '../../src/nn/linear.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input } from '../../src/ops/leaf.ts';
import { adam } from '../../src/optim/adam.ts';
import { compile } from '../../src/runtime/program.ts';

const batch = dim('batch');
const x = input('features', [batch, 4]);
const y = input('labels', [batch], 'i32');

const net = sequential('net', linear(4, 5), batchNorm1d(5), dropout(0.25), linear(5, 3));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam(),
  outputs: { logits },
});

const features = new Float32Array(8);
const labels = Int32Array.of(0, 2);
export const goodFeeds = { features: Float32Array.from({ length: 8 }, (_, i) => i / 8), labels };

/** Each with the code of its error. Plain JavaScript can pass anything, so these are of no type. */
export const mistakes: Readonly<Record<string, readonly [code: string, feeds: unknown]>> = {
  'wrong shape, nested': ['E_FEED_SHAPE', { features: [[1, 2, 3]], labels: [0] }],
  'wrong rank, nested': ['E_FEED_SHAPE', { features: [1, 2, 3, 4], labels: [0] }],
  'wrong shape, given': ['E_FEED_SHAPE', { features: { data: features, shape: [4, 2] }, labels }],
  'no rows': ['E_FEED_SHAPE', { features: { data: new Float32Array(0), shape: [0, 4] }, labels: [] }],
  'shape that is none': ['E_FEED_SHAPE', { features: { data: features, shape: 8 }, labels }],
  'wrong dtype of features': ['E_FEED_DTYPE', { features: new Int32Array(8), labels }],
  'wrong dtype of labels': ['E_FEED_DTYPE', { features, labels: new Float32Array(2) }],
  'unknown element type': ['E_FEED_DTYPE', { features: new BigInt64Array(8), labels }],
  'fractional label': ['E_FEED_DTYPE', { features, labels: [0, 0.5] }],
  'huge label': ['E_FEED_DTYPE', { features, labels: [0, 2 ** 40] }],
  'text for a number': ['E_FEED_DTYPE', { features: [['1', 2, 3, 4]], labels: [0] }],
  'null for an array': ['E_FEED_DTYPE', { features: null, labels }],
  'number that is missing': ['E_FEED_DTYPE', { features: [[1, 2, undefined, 4]], labels: [0] }],
  'wrong length': ['E_FEED_LENGTH', { features: new Float32Array(7), labels }],
  'nothing in it': ['E_FEED_LENGTH', { features: new Float32Array(0), labels: new Int32Array(0) }],
  'wrong length for its shape': ['E_FEED_LENGTH', { features: { data: features, shape: [3, 4] }, labels }],
  ragged: [
    'E_FEED_RAGGED',
    {
      features: [
        [1, 2, 3, 4],
        [5, 6, 7],
      ],
      labels,
    },
  ],
  'label out of range': ['E_FEED_RANGE', { features, labels: Int32Array.of(0, 3) }],
  'negative label': ['E_FEED_RANGE', { features, labels: [-1, 0] }],
  missing: ['E_FEED_MISSING', { features }],
  nothing: ['E_FEED_MISSING', undefined],
  misspelt: ['E_FEED_UNKNOWN', { feature: features, labels }],
  'of another model': ['E_FEED_UNKNOWN', { features, labels, weights: features }],
  'unequal batches': ['E_FEED_SIZES', { features, labels: Int32Array.of(0, 1, 2) }],
  'NaN where numbers are demanded': ['E_FEED_NOT_FINITE', { features: [[1, 2, Number.NaN, 4]], labels: [0] }],
  'infinity where numbers are demanded': [
    'E_FEED_NOT_FINITE',
    { features: [[1, 2, Infinity, 4]], labels: [0] },
  ],
  'too large for f32': ['E_FEED_NOT_FINITE', { features: Float64Array.of(1, 2, 1e300, 4), labels: [0] }],
};
