// Functions that read and write at positions, images and signals.
import * as t from '../../src/index.ts';
import type { BitsTable } from './operands.ts';

export const programs = {
  cropAndResize: ({ image, weight }) =>
    t.cropAndResize(
      t.transpose(image, [0, 2, 3, 1]),
      weight(3, 4),
      t.constant([0, 1, 1], [3], 'i32'),
      [5, 6],
    ),
  embeddingLookup: ({ weight, i }) => t.embeddingLookup(i, weight(9, 5), { paddingIdx: 2 }),
  frame: ({ row }) => t.frame(row, 8, 3),
  gather: ({ x, i }) => [t.gather(x, i, 1), t.gather(x, i, 0)],
  gatherNd: ({ x, i }) => t.gatherNd(x, t.slice(i, [null, { stop: 2 }])),
  grayscaleToRgb: ({ cube }) => t.grayscaleToRgb(t.expandDims(cube, 3)),
  hammingWindow: ({ x, dtype }) => t.mul(x, t.hammingWindow(37, dtype)),
  hannWindow: ({ x, dtype }) => t.mul(x, t.hannWindow(37, dtype)),
  indexAdd: ({ x, y, labels }) => t.indexAdd(x, 0, labels, y, { alpha: 0.7 }),
  indexCopy: ({ x, y, labels }) => t.indexCopy(x, 0, labels, y),
  indexFill: ({ x, labels }) => t.indexFill(x, 1, labels, 3),
  indexPut: ({ x, y, i }) => [true, false].map((accumulate) => t.indexPut(x, [i, i], y, { accumulate })),
  indexSelect: ({ x, labels }) => [t.indexSelect(x, 1, labels), t.indexSelect(x, 0, labels)],
  maskedFill: ({ x, mask }) => t.maskedFill(x, mask, 0.3),
  maskedScatter: ({ x, y, mask }) => t.maskedScatter(x, mask, y),
  maskedSelect: ({ x, mask }) => t.maskedSelect(x, mask, { size: 200 }),
  nonMaxSuppression: ({ weight, row }) => ({
    ...t.nonMaxSuppression(t.abs(weight(37, 4)), row, 3, { sigma: 0.5 }),
  }),
  oneHot: ({ i, dtype }) => [t.oneHot(i, 9), t.oneHot(i, 9, dtype)],
  otsuThreshold: ({ unit }) => t.otsuThreshold(t.expandDims(t.mul(unit, 255), 2)),
  resizeImages: ({ image }) => t.resizeImages(t.transpose(image, [0, 2, 3, 1]), [5, 17]),
  diagonalScatter: ({ x }) => t.diagonalScatter(x, t.neg(t.diagonal(x))),
  fft: ({ x }) => ({ ...t.fft({ real: x, imaginary: t.neg(x) }) }),
  ifft: ({ x }) => ({ ...t.ifft({ real: x, imaginary: t.neg(x) }) }),
  irfft: ({ x }) => t.irfft({ real: x, imaginary: t.neg(x) }),
  selectScatter: ({ x }) => t.selectScatter(x, t.neg(t.select(x, 0, 1)), 0, 1),
  sliceScatter: ({ x }) =>
    t.sliceScatter(x, t.neg(t.slice(x, [{ start: 1, stop: 3 }])), 0, { start: 1, stop: 3 }),
  rfft: ({ x }) => ({ ...t.rfft(x) }),
  rgbToGrayscale: ({ cube }) => t.rgbToGrayscale(t.reshape(cube, [5, 21, 3])),
  scatter: ({ x, y, i }) => [t.scatter(x, i, y, 1), t.scatter(x, i, y, 0)],
  scatterAdd: ({ x, y, i }) => [t.scatterAdd(x, i, y, 1), t.scatterAdd(x, i, y, 0)],
  scatterNd: ({ x, labels }) => t.scatterNd(t.expandDims(labels, 1), x, [9, 37]),
  scatterReduce: ({ x, y, i }) =>
    (['sum', 'prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce) => [
      t.scatterReduce(x, i, y, 1, reduce),
      t.scatterReduce(x, i, y, 0, reduce, { includeSelf: false }),
    ]),
  stft: ({ row }) => ({ ...t.stft(row, 16, 5) }),
  take: ({ x, i }) => [t.take(x, i), t.take(x, i, 1)],
  takeAlongDim: ({ x, i }) => t.takeAlongDim(x, i, 1),
  tensorScatterUpdate: ({ x, y, labels }) => t.tensorScatterUpdate(x, t.expandDims(labels, 1), y),
  transformImages: ({ image, weight }) =>
    t.transformImages(t.transpose(image, [0, 2, 3, 1]), weight(2, 8), { mode: 'bilinear' }),
} satisfies BitsTable;
