// What the tables of test/bits call with literal sizes, called with sizes of a batch, and calls along the batch itself.
import * as t from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import type { Declaration } from '../../src/compiler/declaration.ts';
import type { BitsTable } from '../bits/operands.ts';
import { programs as declared, type TrainingTable } from '../bits/training.ts';

const turned = [0, 2, 1] as const;

function trained(output: Tensor): Declaration {
  return { loss: t.mean(t.square(output)), optimizer: t.sgd({ lr: 0.1 }), outputs: { output } };
}

export const programs = {
  // Of literal sizes.
  cropAndResize: ({ image, row, i }) =>
    t.cropAndResize(
      t.transpose(image, [0, 2, 3, 1]),
      t.reshape(t.slice(row, [{ stop: 12 }]), [3, 4]),
      t.reshape(t.slice(i, [{ stop: 1 }, { stop: 3 }]), [3]),
      [5, 6],
    ),
  rgbToGrayscale: ({ cube }) => t.rgbToGrayscale(t.reshape(cube, [-1, 21, 3])),
  transformImages: ({ image, x }) => [
    t.transformImages(t.transpose(image, [0, 2, 3, 1]), t.slice(x, [null, { stop: 8 }]), {
      mode: 'bilinear',
    }),
  ],
  bce: ({ unit, x }) => t.bce(unit, t.sigmoid(x)),
  batchToSpace: ({ image }) =>
    t.batchToSpace(
      t.reshape(image, [-1, 9, 11, 1]),
      [2, 2],
      [
        [0, 1],
        [0, 0],
      ],
    ),
  depthToSpace: ({ image }) => t.depthToSpace(t.reshape(image, [-1, 9, 11, 4]), 2),
  spaceToBatch: ({ image }) =>
    t.spaceToBatch(
      t.reshape(image, [-1, 9, 11, 1]),
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  spaceToDepth: ({ image }) =>
    t.spaceToDepth(t.reshape(t.slice(image, [null, null, { stop: 8 }, { stop: 10 }]), [-1, 8, 10, 1]), 2),
  addbmm: ({ cube, weight }) => t.addbmm(weight(7, 7), cube, t.transpose(cube, turned)),
  addmm: ({ x, weight, column }) => t.addmm(t.expandDims(column, 1), x, weight(37, 6)),
  baddbmm: ({ cube, weight }) => t.baddbmm(weight(7, 7), cube, t.transpose(cube, turned)),
  bmm: ({ cube }) => t.bmm(cube, t.transpose(cube, turned)),
  scaledDotProductAttention: ({ cube }) => [
    t.scaledDotProductAttention(cube, cube, t.neg(cube)),
    t.scaledDotProductAttention(cube, cube, t.neg(cube), { causal: true }),
  ],
  select: ({ x }) => [t.select(x, 0, 0), t.select(x, 0, -1), t.select(x, 1, 9)],
  selectScatter: ({ x, row }) => [t.selectScatter(x, row, 0, 0), t.selectScatter(x, row, 0, -1)],
  sliceScatter: ({ x, y }) => t.sliceScatter(x, t.slice(y, [{ start: 1 }]), 0, { start: 1 }),
  broadcastTo: ({ row, batch }) => t.broadcastTo(row, [batch, 37]),
  expand: ({ row, batch }) => t.expand(row, [batch, -1]),
  filled: ({ x, batch, dtype }) => t.mul(x, t.filled([batch, 37], 3, dtype)),
  sizeOf: ({ x, batch, dtype }) => t.mul(x, t.sizeOf(batch, dtype)),
  iota: ({ x, batch, dtype }) => t.mul(x, t.expandDims(t.cast(t.iota(batch), dtype), 1)),
  diag: ({ column, x, y }) => [t.diag(column), t.diag(t.matmul(x, t.transpose(y))), t.diag(column, 1)],
  diagonal: ({ x, y }) => t.diagonal(t.matmul(x, t.transpose(y))),
  diagonalScatter: ({ x, y, column }) => t.diagonalScatter(t.matmul(x, t.transpose(y)), column),
  diagEmbed: ({ column }) => t.diagEmbed(column, { offset: -1 }),
  trace: ({ x, y }) => t.trace(t.matmul(x, t.transpose(y))),
  eye: ({ x, batch, dtype }) => t.matmul(t.eye(batch, { dtype }), x),
  einsum: ({ x, y }) => [
    t.einsum('ij,kj->ik', x, y),
    t.einsum('ii->i', t.matmul(x, t.transpose(y))),
    t.einsum('ij,ij->', x, y),
  ],
  scatterNd: ({ x, i }) => t.scatterNd(t.expandDims(t.select(i, 1, 0), 1), x, [9, 37]),
  // Along the batch.
  flip: ({ x }) => [t.flip(x, 0), t.flip(x, [0, 1]), t.mul(t.flip(x, 0), x)],
  roll: ({ x }) => [t.roll(x, 1, 0), t.roll(x, -3, 0), t.roll(x, [7, 2], [0, 1]), t.roll(x, 5)],
  slice: ({ x }) => [
    t.slice(x, [{ start: 1 }]),
    t.slice(x, [{ stop: -1 }]),
    t.slice(x, [{ step: -1 }]),
    t.slice(x, [{ start: -1 }]),
    t.slice(x, [{ stop: 1 }, { start: 2, stop: -3, step: 2 }]),
    t.slice(t.concat([x, x]), [{ step: 2 }]),
    t.slice(t.concat([x, x]), [{ step: -2 }]),
  ],
  narrow: ({ x }) => [t.narrow(x, 0, 0, 1), t.narrow(x, 0, -1, 1), t.narrow(x, 1, 3, 20)],
  pad: ({ x }) => [
    t.pad(x, [
      [2, 1],
      [0, 3],
    ]),
    ...(['symmetric', 'replicate', 'circular'] as const).map((mode) =>
      t.pad(
        x,
        [
          [1, 1],
          [0, 0],
        ],
        { mode },
      ),
    ),
    t.pad(x, [
      [-1, 2],
      [0, 0],
    ]),
  ],
  diff: ({ x }) => [t.diff(x, { axis: 0 }), t.diff(x, { axis: 0, prepend: x }), t.diff(x, { order: 2 })],
  trapezoid: ({ x, column }) => [t.trapezoid(x, { axis: 0 }), t.trapezoid(x, { axis: 0, x: column })],
  cumulativeTrapezoid: ({ x, column }) => t.cumulativeTrapezoid(x, { axis: 0, x: column }),
  concat: ({ x, y, positive }) => [t.concat([x, y, positive], 0), t.concat([x, y, positive], 1)],
  repeatInterleave: ({ x, i }) => [
    t.repeatInterleave(x, 3, 0),
    t.repeatInterleave(x, t.select(i, 1, 0), 0, { size: 6 }),
  ],
  take: ({ x, i }) => [t.take(x, i), t.take(x, i, 0), t.take(x, t.sub(0, t.add(t.minimum(i, 0), 1)), 0)],
  indexSelect: ({ x, labels }) => t.indexSelect(x, 0, t.minimum(labels, 0)),
  indexPut: ({ x, y, i, labels, mask }) => [
    t.indexPut(x, [i, i], y),
    t.indexPut(x, [labels], y, { accumulate: true }),
    t.indexPut(x, [mask], t.ravel(y)),
  ],
  median: ({ x }) => [t.median(x, 0), t.median(x)].flatMap(({ values, indices }) => [values, indices]),
  nanmedian: ({ x }) => t.nanmedian(x, 0),
  mode: ({ x }) => t.mode(x, 0),
  kthvalue: ({ x }) => [t.kthvalue(x, 1, 0), t.kthvalue(x, 5)].map(({ values }) => values),
  topk: ({ x }) => [t.topk(x, 1, { axis: 0 }), t.topk(x, 5)].map(({ values }) => values),
  quantile: ({ x }) => [t.quantile(x, [0.1, 0.77], 0), t.quantile(x, 0.5), t.quantile(x, 0.3, 1)],
  std: ({ x }) => [t.std(x), t.std(x, 0), t.std(x, 1)],
  varMean: ({ x }) => [t.varMean(x, 0), t.varMean(x)].flatMap((each) => Object.values<Tensor>(each)),
  moments: ({ x }) => [t.moments(x, 0), t.moments(x, 1)].flatMap((each) => Object.values<Tensor>(each)),
  softmin: ({ x }) => [t.softmin(x, 1), t.softmin(x, 0)],
  argsort: ({ x, i }) => [t.argsort(x), t.argsort(x, 0), t.argsort(i, 1)],
  searchSorted: ({ column, x }) => t.searchSorted(t.sort(column).values, t.ravel(x)),
  bucketize: ({ column, x }) => t.bucketize(x, t.sort(column).values),
  bincount: ({ labels, column }) => t.bincount(labels, 7, { weights: column }),
  histogram: ({ column }) => t.histogram(column, { bins: 9, range: [-2, 2] }),
  cosineSimilarity: ({ x, y }) => [t.cosineSimilarity(x, y), t.cosineSimilarity(x, y, { axis: 0 })],
  cdist: ({ x, y, weight }) => [t.cdist(x, y), t.cdist(x, weight(5, 37))],
  kron: ({ x, weight }) => [t.kron(x, weight(3, 2)), t.kron(weight(3, 2), x)],
  outer: ({ row, column }) => [t.outer(column, row), t.outer(column, column)],
  dot: ({ column }) => t.dot(column, t.exp(column)),
  mv: ({ x, column }) => t.mv(t.transpose(x), column),
  tensordot: ({ x, y }) => [t.tensordot(x, y, 2), t.tensordot(x, y, [[0], [0]])],
  multiDot: ({ x, y, weight }) => t.multiDot([x, weight(37, 3), weight(3, 37), t.transpose(y)]),
  unfold: ({ image }) => t.unfold(image, 3, { padding: 1 }),
  norm: ({ x }) => [t.norm(x), t.norm(x, 0, { p: 3 }), t.norm(x, 1, { p: 1 })],
  meshgrid: ({ row, column }) => t.meshgrid([row, column]),
  nonMaxSuppression: ({ x, column }) => ({
    ...t.nonMaxSuppression(t.slice(t.abs(x), [null, { stop: 4 }]), column, 1, { sigma: 0.5 }),
  }),
  unbind: ({ x }) => t.unbind(x, 1),
} satisfies BitsTable;

/** Layers and leaves whose programs in test/bits have literal sizes. */
export const training = {
  ...declared,
  randomBits: ({ x, batch, weight }) =>
    trained(t.mul(t.mul(x, weight(1)), t.cast(t.randomBits([batch, 37]), 'f32'))),
  randomNormal: ({ x, batch, weight }) => trained(t.mul(t.mul(x, weight(1)), t.randomNormal([batch, 37]))),
  randomUniform: ({ x, batch, weight }) => trained(t.mul(t.mul(x, weight(1)), t.randomUniform([batch, 37]))),
  transformerEncoderLayer: ({ image }) =>
    trained(t.transformerEncoderLayer(11, 1, { dimFeedforward: 13 })(t.reshape(image, [-1, 9, 11]))),
} satisfies TrainingTable;
