// Pools of TensorFlow.js. What lies in the padding takes no part: it is -∞ for a maximum and is not counted for a mean.
import {
  add,
  avgPool2d,
  avgPool3d,
  constant,
  conv2d,
  conv3d,
  div,
  filled,
  iota,
  isNaN,
  maximum,
  maxPool2d,
  maxPool3d,
  maxPoolWithIndices,
  mul,
  reshape,
  stopGradient,
  sub,
  transpose,
  where,
  type Tensor,
} from 'tapeless';
import { takeRows } from './indexing.ts';
import {
  imagesOf,
  perAxis,
  spaceOf,
  widened,
  windowsOf,
  type WindowArguments,
  type Windows,
} from './geometry.ts';
import {
  booleanOf,
  demand,
  demandDtype,
  known,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

type Kind = 'max' | 'avg';

function maximumOver(rank: number, x: Tensor, windows: Windows): Tensor {
  const { kernel, strides, dilations } = windows;
  const options = { stride: strides, dilation: dilations };
  const wide = widened(withoutNaN(x), windows, -Infinity);
  return rank === 2 ? maxPool2d(wide, kernel, options) : maxPool3d(wide, kernel, options);
}

/** NaN is no maximum here. */
function withoutNaN(x: Tensor): Tensor {
  return x.dtype === 'i32' ? x : where(isNaN(x), -Infinity, x);
}

function averageOver(rank: number, x: Tensor, windows: Windows, context: Context): Tensor {
  const counted = filled([1, 1, ...spaceOf(x)], 1, context.float);
  const total = sumOver(rank, x, windows);
  const count = sumOver(rank, counted, windows);
  // A window of nothing but padding has no mean; over volumes it is 0.
  const mean = div(total, rank === 2 ? count : maximum(count, 1));
  if (!context.isDifferentiated) return mean;
  // The gradient of TensorFlow.js counts the padding, which its mean does not.
  const whole = div(
    total,
    windows.kernel.reduce((count, size) => count * size, 1),
  );
  return add(whole, stopGradient(sub(mean, whole)));
}

/** Sums over windows: a pool that divides by nothing, or where windows are dilated a convolution with ones. */
function sumOver(rank: number, x: Tensor, windows: Windows): Tensor {
  const { kernel, strides, dilations } = windows;
  const wide = widened(x, windows);
  if (dilations.every((each) => each === 1)) {
    const options = { stride: strides, divisorOverride: 1 };
    return rank === 2 ? avgPool2d(wide, kernel, options) : avgPool3d(wide, kernel, options);
  }
  const channels = sizesOf(x)[1] ?? 1;
  const options = { stride: strides, dilation: dilations, groups: channels };
  const ones = constant(
    Array<number>(channels * kernel.reduce((a, b) => a * b, 1)).fill(1),
    [channels, 1, ...kernel],
    x.dtype,
  );
  return rank === 2 ? conv2d(wide, ones, options) : conv3d(wide, ones, options);
}

function pooled(
  name: string,
  kind: Kind,
  rank: number,
  value: Value | undefined,
  given: Omit<WindowArguments, 'kernel'> & { readonly kernel: Value | undefined },
  context: Context,
): Tensor {
  const x = known(tensorOf(value, context));
  demandDtype(x, kind === 'avg' ? ['f32', 'f64'] : ['f32', 'f64', 'i32'], name);
  const images = imagesOf(x, rank, null, name);
  const windows = windowsOf(spaceOf(images.x), { ...given, kernel: perAxis(given.kernel, rank, 1) });
  // One element a window, and as many windows: TensorFlow.js does not look where they lie.
  const isIdentity =
    windows.kernel.every((size) => size === 1) && windows.counts.join() === spaceOf(images.x).join();
  if (isIdentity) return x;
  if (windows.counts.includes(0)) {
    const shape = [...sizesOf(images.x).slice(0, 2), ...windows.counts];
    return images.restore(context.feed([], shape, context.float));
  }
  const result =
    kind === 'max' ? maximumOver(rank, images.x, windows) : averageOver(rank, images.x, windows, context);
  return images.restore(result);
}

const pool =
  (name: string, kind: Kind, rank: number): TracedCall =>
  ([x, kernel, strides, padding, rounding], context) =>
    pooled(name, kind, rank, x, { kernel, strides, padding, rounding }, context);

/** Maxima with their places among all elements of an image, or of the batch. */
const withPlaces: TracedCall = ([value, kernel, strides, padding, isInBatch], context) => {
  const x = known(tensorOf(value, context));
  demand(x.shape.length === 4, 'maxPoolWithArgmax takes images of rank 4');
  const [batch = 1, height = 1, width = 1, channels = 1] = sizesOf(x);
  const images = imagesOf(x, 2, null, 'maxPoolWithArgmax');
  const windows = windowsOf([height, width], { kernel: perAxis(kernel, 2, 1), strides, padding });
  const wide = widened(withoutNaN(images.x), windows, -Infinity);
  const [, , rows = 1, columns = 1] = sizesOf(wide);
  const { values, indices } = maxPoolWithIndices(wide, windows.kernel, { stride: windows.strides });
  // Places in the wider image are looked up in a table of places in the image itself.
  const [top, left] = windows.widths.map(([before]) => before) as [number, number];
  const table = Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns) - top, (place % columns) - left];
    return (row * width + column) * channels;
  });
  const places = placeIn(table, transpose(indices, [0, 2, 3, 1]));
  const withChannel = add(places, iota(channels));
  const start = reshape(mul(iota(batch), height * width * channels), [batch, 1, 1, 1]);
  return {
    result: images.restore(values),
    indexes: booleanOf(isInBatch) ? add(withChannel, start) : withChannel,
  };
};

function placeIn(table: readonly number[], indices: Tensor): Tensor {
  return takeRows(constant(table, [table.length], 'i32'), indices, 0);
}

export const poolingCalls: CallTable = {
  avgPool: pool('avgPool', 'avg', 2),
  maxPool: pool('maxPool', 'max', 2),
  avgPool3d: ([x, kernel, strides, padding, rounding, format], context) => {
    demand(format === undefined || format === null || format === 'NDHWC', 'avgPool3d takes NDHWC');
    return pooled('avgPool3d', 'avg', 3, x, { kernel, strides, padding, rounding }, context);
  },
  maxPool3d: ([x, kernel, strides, padding, rounding, format], context) => {
    demand(format === undefined || format === null || format === 'NDHWC', 'maxPool3d takes NDHWC');
    return pooled('maxPool3d', 'max', 3, x, { kernel, strides, padding, rounding }, context);
  },
  maxPoolWithArgmax: withPlaces,
  pool: ([x, kernel, kind, padding, dilations, strides, rounding], context) =>
    pooled(
      'pool',
      kind === 'avg' ? 'avg' : 'max',
      2,
      x,
      { kernel, strides, padding, dilations, rounding },
      context,
    ),
};
