// Contractions, convolutions, windows and normalisations.
import * as t from '../../src/index.ts';
import type { BitsTable } from './operands.ts';

export const programs = {
  adaptiveAvgPool1d: ({ cube }) => t.adaptiveAvgPool1d(cube, 4),
  adaptiveAvgPool2d: ({ image }) => t.adaptiveAvgPool2d(image, 4),
  adaptiveAvgPool3d: ({ volume }) => t.adaptiveAvgPool3d(volume, 4),
  adaptiveMaxPool1d: ({ cube }) => t.adaptiveMaxPool1d(cube, 4),
  adaptiveMaxPool2d: ({ image }) => t.adaptiveMaxPool2d(image, 4),
  adaptiveMaxPool3d: ({ volume }) => t.adaptiveMaxPool3d(volume, 4),
  addbmm: ({ cube, weight }) => t.addbmm(weight(7, 6), cube, weight(5, 9, 6)),
  addmm: ({ x, weight }) => t.addmm(weight(7, 6), x, weight(37, 6)),
  addmv: ({ x, row, column }) => t.addmv(column, x, row),
  addr: ({ x, row, column }) => t.addr(x, column, row),
  gumbelSoftmax: ({ x }) => t.gumbelSoftmax(x),
  lpPool1d: ({ cube }) => t.lpPool1d(cube, 2, 2),
  lpPool2d: ({ image }) => t.lpPool2d(image, 3, 2),
  logit: ({ x }) => t.logit(t.sigmoid(x)),
  avgPool1d: ({ cube }) => [t.avgPool1d(cube, 2), t.avgPool1d(cube, 3, { stride: 2, padding: 1 })],
  avgPool2d: ({ image }) => [t.avgPool2d(image, 2), t.avgPool2d(image, 3, { stride: 2, padding: 1 })],
  avgPool3d: ({ volume }) => [t.avgPool3d(volume, 2), t.avgPool3d(volume, 3, { stride: 2, padding: 1 })],
  baddbmm: ({ cube, weight }) => t.baddbmm(weight(5, 7, 6), cube, weight(5, 9, 6)),
  batchNorm: ({ image }) => t.batchNorm(image, { training: true }).output,
  bilinear: ({ x, y, weight }) => t.bilinear(x, y, weight(3, 37, 37), weight(3)),
  bmm: ({ cube, weight }) => t.bmm(cube, weight(5, 9, 6)),
  cdist: ({ x, weight }) => t.cdist(x, weight(5, 37)),
  contract: ({ x, y }) =>
    t.contract(x, y, { batchLeft: [], batchRight: [], contractLeft: [1], contractRight: [1] }),
  conv1d: ({ cube, weight }) => t.conv1d(cube, weight(5, 7, 3), { stride: 2, padding: 1 }),
  conv2d: ({ image, weight }) => t.conv2d(image, weight(6, 2, 3, 3), { padding: 1, groups: 2 }),
  conv3d: ({ volume, weight }) => t.conv3d(volume, weight(3, 4, 2, 3, 3), { stride: 2, padding: 1 }),
  convTranspose1d: ({ cube, weight }) => t.convTranspose1d(cube, weight(7, 4, 3), { stride: 2, padding: 1 }),
  convTranspose2d: ({ image, weight }) =>
    t.convTranspose2d(image, weight(4, 3, 3, 2), { stride: 2, padding: 1 }),
  convTranspose3d: ({ volume, weight }) =>
    t.convTranspose3d(volume, weight(4, 2, 2, 3, 2), { stride: 2, padding: 1 }),
  cosineSimilarity: ({ x, y }) => t.cosineSimilarity(x, y),
  crossProduct: ({ weight }) => t.crossProduct(weight(17, 3), weight(17, 3)),
  dot: ({ row, weight }) => t.dot(row, weight(37)),
  einsum: ({ x, y, cube, weight }) => [
    t.einsum('ij,kj->ik', x, y),
    t.einsum('bij,jk,kl->bl', cube, weight(9, 6), weight(6, 5)),
  ],
  flatten: ({ image }) => t.flatten(image),
  fold: ({ image }) =>
    t.fold(t.unfold(image, 3, { padding: 1, stride: 2 }), [9, 11], 3, { padding: 1, stride: 2 }),
  gramSchmidt: ({ weight }) => t.gramSchmidt(weight(4, 9)),
  groupNorm: ({ image }) => t.groupNorm(image, 2),
  inner: ({ x, y }) => t.inner(x, y),
  instanceNorm: ({ image }) => t.instanceNorm(image).output,
  interpolate: ({ image }) => [
    t.interpolate(image, { scaleFactor: 2, mode: 'nearest' }),
    t.interpolate(image, { scaleFactor: 2, mode: 'bilinear' }),
  ],
  kron: ({ x, weight }) => t.kron(x, weight(3, 2)),
  layerNorm: ({ x, row }) => t.layerNorm(x, [37], { weight: row, bias: row }),
  linear: ({ x, weight }) => t.linear(x, weight(5, 37), weight(5)),
  localResponseNorm: ({ image }) => t.localResponseNorm(image, 3),
  matmul: ({ x, cube, weight }) => [
    t.matmul(x, weight(37, 19)),
    t.matmul(cube, weight(9, 5)),
    t.matmul(x, weight(37)),
  ],
  maxPool1d: ({ cube }) => [t.maxPool1d(cube, 2), t.maxPool1d(cube, 3, { stride: 2, padding: 1 })],
  maxPool2d: ({ image }) => [t.maxPool2d(image, 2), t.maxPool2d(image, 3, { stride: 2, padding: 1 })],
  maxPool3d: ({ volume }) => [t.maxPool3d(volume, 2), t.maxPool3d(volume, 3, { stride: 2, padding: 1 })],
  adaptiveMaxPoolWithIndices: ({ image }) => ({ ...t.adaptiveMaxPoolWithIndices(image, [4, 3]) }),
  affineGrid: ({ weight }) => t.affineGrid(weight(2, 2, 3), [2, 1, 5, 7]),
  gridSample: ({ image, weight }) => {
    const grid = t.expand(t.mul(weight(3, 5, 2), 1.5), [image.shape[0] ?? 2, 3, 5, 2]);
    return [
      t.gridSample(image, grid),
      t.gridSample(image, grid, { mode: 'bicubic', padding: 'reflection' }),
      t.gridSample(image, grid, { padding: 'border', alignCorners: true }),
    ];
  },
  maxUnpool1d: ({ cube }) => {
    const { values, indices } = t.maxPoolWithIndices(cube, [2]);
    return t.maxUnpool1d(values, indices, 2);
  },
  maxUnpool2d: ({ image }) => {
    const { values, indices } = t.maxPoolWithIndices(image, [3, 2]);
    return t.maxUnpool2d(values, indices, [3, 2]);
  },
  maxUnpool3d: ({ volume }) => {
    const { values, indices } = t.maxPoolWithIndices(volume, [2, 2, 2]);
    return t.maxUnpool3d(values, indices, 2, { outputSize: [5, 6, 7] });
  },
  maxPoolWithIndices: ({ image }) => ({ ...t.maxPoolWithIndices(t.transpose(image, [0, 2, 3, 1]), [2, 2]) }),
  mm: ({ x, weight }) => t.mm(x, weight(37, 8)),
  multiDot: ({ x, weight }) => t.multiDot([x, weight(37, 3), weight(3, 11)]),
  mv: ({ x, row }) => t.mv(x, row),
  normalize: ({ x }) => [t.normalize(x), t.normalize(x, { axis: 0 })],
  outer: ({ row, column }) => t.outer(column, row),
  pairwiseDistance: ({ x, y }) => t.pairwiseDistance(x, y),
  qr: ({ weight }) => ({ ...t.qr(weight(6, 4)) }),
  rmsNorm: ({ x, row }) => t.rmsNorm(x, [37], { weight: row }),
  scaledDotProductAttention: ({ cube, weight }) =>
    t.scaledDotProductAttention(cube, weight(5, 8, 9), weight(5, 8, 6)),
  tensordot: ({ cube, weight }) => t.tensordot(cube, weight(7, 9, 4), 2),
  unflatten: ({ x }) => t.unflatten(t.slice(x, [null, { stop: 36 }]), 1, [4, 9]),
  unfold: ({ image }) => t.unfold(image, 3, { padding: 1 }),
  upsample: ({ image }) => [
    t.upsample({ scaleFactor: 2 })(image),
    t.upsample({ scaleFactor: 2, mode: 'bilinear' })(image),
  ],
  vdot: ({ row, weight }) => t.vdot(row, weight(37)),
} satisfies BitsTable;
