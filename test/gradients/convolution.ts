// Convolution, pooling and the windows that both are made of.
import type { Tensor } from '../../src/ir/node.ts';
import {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/nn/conv.ts';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  adaptiveMaxPoolWithIndices,
} from '../../src/nn/adaptive-pooling.ts';
import { avgPool1d, avgPool2d, maxPool1d, maxPool2d, maxPoolWithIndices } from '../../src/nn/pooling.ts';
import { affineGrid, gridSample, type GridSampleOptions } from '../../src/nn/grid-sample.ts';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from '../../src/nn/unpooling.ts';
import { interpolate } from '../../src/nn/interpolate.ts';
import { fold, unfold } from '../../src/nn/unfold.ts';
import { localResponseNorm } from '../../src/nn/local-response-norm.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { convolution } from '../../src/ops/convolution.ts';
import { slide } from '../../src/ops/slide.ts';
import { square } from '../../src/ops/unary.ts';
import { windowMaximum } from '../../src/ops/window-maximum.ts';
import { overlapAdd, windows } from '../../src/ops/windows.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { single, variable, type GradientTable } from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

/** A function of an input and a weight, by both of them. */
function pair(
  x: readonly number[],
  w: readonly number[],
  build: (x: Tensor, w: Tensor) => Tensor,
): GradientCheck {
  const [input, weight] = [variable('x', x, -1, 1, 3), variable('w', w, -1, 1, 4)];
  return { result: square(build(input.leaf, weight.leaf)), variables: [input, weight], order: 2 };
}

/** Elements far enough apart that no finite step changes which one is the largest. */
function scattered(shape: readonly number[], build: (x: Tensor) => Tensor): GradientCheck {
  const count = shape.reduce((product, size) => product * size, 1);
  const x = fed(
    'x',
    shape,
    Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 4 - 1 + i / 100),
  );
  return { result: mul(build(x.leaf), build(x.leaf)), variables: [x], order: 2 };
}

/** Pooling and back, where the size of the result is the default. */
function unpooled(
  shape: readonly number[],
  kernel: readonly number[],
  unpool: (x: Tensor, indices: Tensor, kernel: readonly number[]) => Tensor,
): GradientCheck {
  return scattered(shape, (x) => {
    const { values, indices } = maxPoolWithIndices(x, kernel);
    return unpool(mul(values, values), indices, kernel);
  });
}

/** Images at places inside and outside, between elements. */
function sampled(options: GridSampleOptions): GradientCheck {
  const image = variable('image', [1, 2, 3, 4], -1, 1, 3);
  const grid = fed('grid', [1, 2, 2, 2], [-0.13, 0.31, 0.62, -0.44, 0.17, 1.9, -1.43, 0.28]);
  return { result: square(gridSample(image.leaf, grid.leaf, options)), variables: [image, grid], order: 2 };
}

const plain = { stride: 1, dilation: 1, offset: 0, divisor: 1 };

export const checks: GradientTable = {
  slide: [
    single([4, 2], (x) => square(slide(x, { ...plain, axis: 0, window: 1, size: 5, offset: -1 }))),
    single([5, 3], (x) =>
      square(slide(x, { axis: 0, window: 1, size: 4, stride: 2, dilation: -1, offset: 1, divisor: 3 }, 0.5)),
    ),
    single([5], (x) =>
      square(slide(x, { axis: 0, window: null, size: 7, stride: -1, dilation: 0, offset: 4, divisor: 2 })),
    ),
  ],
  window: [
    single([6, 2], (x) =>
      square(slide(x, { ...plain, axis: 0, window: 1, size: 2, stride: 3, dilation: 2 })),
    ),
  ],
  windows: [
    single([2, 5], (x) =>
      square(windows(x, [{ axis: 1, count: 3, kernel: 3, stride: 2, dilation: 1, offset: -1 }])),
    ),
    single([5, 4], (x) =>
      square(
        windows(x, [
          { axis: 0, count: 2, kernel: 2, stride: 1, dilation: 2, offset: 0 },
          { axis: 1, count: 2, kernel: 2, stride: 2, dilation: 1, offset: 0 },
        ]),
      ),
    ),
  ],
  overlapAdd: [
    single([3, 3], (x) =>
      square(overlapAdd(x, [{ axis: 0, count: 3, kernel: 3, stride: 2, dilation: 1, offset: -1 }], [6])),
    ),
    single([2, 3], (x) =>
      square(overlapAdd(x, [{ axis: 0, count: 2, kernel: 3, stride: 1, dilation: 2, offset: 1 }], [7])),
    ),
  ],
  convolution: [
    pair([2, 1, 2, 4], [1, 2, 2, 2], (x, w) => convolution(x, w, [{ ...plain, size: 5, offset: -1 }])),
    pair([1, 2, 1, 5], [2, 1, 1, 2], (x, w) =>
      convolution(x, w, [{ size: 3, stride: 2, dilation: 3, offset: -2, divisor: 1 }]),
    ),
    pair([1, 1, 1, 3], [1, 1, 1, 3], (x, w) =>
      convolution(x, w, [{ size: 4, stride: -1, dilation: 2, offset: 1, divisor: 2 }]),
    ),
  ],
  windowMaximum: [
    scattered([2, 6], (x) =>
      windowMaximum(x, [{ axis: 1, count: 3, kernel: 3, stride: 2, dilation: 1, offset: -1 }]),
    ),
    scattered([4, 4], (x) =>
      windowMaximum(x, [
        { axis: 0, count: 2, kernel: 2, stride: 2, dilation: 1, offset: 0 },
        { axis: 1, count: 3, kernel: 2, stride: 1, dilation: 1, offset: 0 },
      ]),
    ),
  ],
  conv1d: [
    pair([2, 2, 5], [2, 1, 3], (x, w) => conv1d(x, w, { groups: 2, padding: 1, stride: 2 })),
    pair([2, 4], [2, 2, 2], (x, w) => conv1d(x, w, { padding: 'same', dilation: 2 })),
  ],
  conv2d: [
    pair([2, 2, 4, 3], [2, 2, 2, 2], (x, w) => conv2d(x, w)),
    pair([1, 2, 4, 5], [4, 1, 3, 2], (x, w) =>
      conv2d(x, w, { groups: 2, padding: [[1, 0], 1], stride: [1, 3] }),
    ),
  ],
  conv3d: [pair([1, 1, 2, 3, 2], [2, 1, 2, 2, 1], (x, w) => conv3d(x, w, { padding: [0, 1, 0] }))],
  convTranspose1d: [
    pair([1, 2, 3], [2, 2, 3], (x, w) => convTranspose1d(x, w, { stride: 2, padding: 1, outputPadding: 1 })),
    pair([4, 2], [4, 1, 2], (x, w) => convTranspose1d(x, w, { groups: 2, dilation: 2 })),
  ],
  convTranspose2d: [
    pair([1, 1, 2, 3], [1, 2, 2, 3], (x, w) => convTranspose2d(x, w, { stride: [2, 1], padding: [0, 1] })),
  ],
  convTranspose3d: [pair([1, 1, 1, 2, 2], [1, 1, 2, 2, 1], (x, w) => convTranspose3d(x, w, { stride: 2 }))],
  maxPool1d: [scattered([1, 2, 7], (x) => maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2 }))],
  maxPool2d: [
    scattered([1, 2, 4, 5], (x) => maxPool2d(x, 2, { ceilMode: true })),
    scattered([1, 4, 4], (x) => maxPool2d(x, [3, 2], { stride: 1, padding: 1 })),
  ],
  maxPoolWithIndices: [scattered([1, 5, 5], (x) => maxPoolWithIndices(x, [3, 3], { stride: 2 }).values)],
  avgPool1d: [single([1, 2, 7], (x) => square(avgPool1d(x, 3, { stride: 2, padding: 1 })))],
  avgPool2d: [
    single([1, 4, 5], (x) => square(avgPool2d(x, 2, { ceilMode: true, countIncludePad: false }))),
    single([1, 1, 4, 4], (x) => square(avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false }))),
  ],
  adaptiveAvgPool2d: [single([1, 5, 4], (x) => square(adaptiveAvgPool2d(x, [2, 3])))],
  adaptiveMaxPool2d: [scattered([1, 5, 4], (x) => adaptiveMaxPool2d(x, [2, 3]))],
  interpolate: [
    single([1, 1, 4], (x) => square(interpolate(x, { size: 7, mode: 'linear' }))),
    single([1, 1, 2, 3], (x) => square(interpolate(x, { scaleFactor: 2 }))),
    single([1, 1, 3, 3], (x) =>
      square(interpolate(x, { size: [4, 2], mode: 'bicubic', alignCorners: true })),
    ),
  ],
  unfold: [single([1, 2, 3, 4], (x) => square(unfold(x, 2, { stride: [1, 2], padding: 1 })))],
  fold: [single([1, 4, 6], (x) => square(fold(x, [3, 4], 2)))],
  adaptiveMaxPoolWithIndices: [scattered([1, 5, 4], (x) => adaptiveMaxPoolWithIndices(x, [2, 3]).values)],
  maxUnpool1d: [unpooled([1, 6], [2], maxUnpool1d)],
  maxUnpool2d: [unpooled([1, 4, 4], [2, 3], maxUnpool2d)],
  maxUnpool3d: [unpooled([1, 2, 2, 4], [1, 2, 2], maxUnpool3d)],
  gridSample: [
    sampled({}),
    sampled({ padding: 'border', alignCorners: true }),
    sampled({ padding: 'reflection' }),
    sampled({ mode: 'bicubic' }),
    sampled({ mode: 'bicubic', padding: 'reflection', alignCorners: true }),
    pair([1, 1, 2, 3, 2], [1, 1, 1, 2, 3], (x, grid) => gridSample(x, mul(grid, 0.1))),
  ],
  affineGrid: [single([2, 2, 3], (theta) => square(affineGrid(theta, [2, 1, 2, 3])))],
  localResponseNorm: [single([1, 4, 2], (x) => localResponseNorm(x, 3, { alpha: 0.5 }))],
};
