// Convolutions of TensorFlow.js: images with channels last, filters `[…, in, out]`.
import {
  add,
  conv1d,
  conv2d,
  conv3d,
  convTranspose2d,
  convTranspose3d,
  pad,
  reshape,
  slice,
  transpose,
  type Tensor,
} from 'tapeless';
import { activated } from './activation.ts';
import { larger } from './elementwise.ts';
import { emptied, imagesOf, perAxis, refuseRounding, spaceOf, widened, windowsOf } from './geometry.ts';
import {
  demand,
  demandDtype,
  isRecordValue,
  known,
  numbersOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

type Convolution = (
  x: Tensor,
  weight: Tensor,
  options: {
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
    readonly groups?: number;
  },
) => Tensor;

const convolutions: Readonly<Record<number, Convolution>> = {
  1: (x, weight, options) => conv1d(x, weight, options),
  2: (x, weight, options) => conv2d(x, weight, options),
  3: (x, weight, options) => conv3d(x, weight, options),
};

/** Images and a filter of floats, of the ranks that a convolution takes; what is no tensor is refused by `add`. */
function operandsOf(
  name: string,
  rank: number,
  values: readonly (Value | undefined)[],
  context: Context,
): readonly [Tensor, Tensor] {
  const [x, filter] = values.map((value) => tensorOf(value, context)) as [Tensor, Tensor];
  for (const each of [x, filter]) known(each);
  for (const each of [x, filter]) demandDtype(each, ['f32', 'f64'], name);
  demand(filter.shape.length === rank + 2, `${name} takes a filter of rank ${rank + 2}`);
  return [x, filter];
}

interface Given {
  readonly strides: Value | undefined;
  readonly padding: Value | undefined;
  readonly format: Value | undefined;
  readonly dilations: Value | undefined;
  readonly rounding: Value | undefined;
}

/** A convolution by a filter `[…, in, out]`. */
function convolved(name: string, rank: number, x: Tensor, filter: Tensor, given: Given): Tensor {
  const images = imagesOf(x, rank, given.format, name);
  const kernel = sizesOf(filter).slice(0, rank);
  const [inputs, outputs] = [sizesOf(filter)[rank], sizesOf(filter)[rank + 1]];
  demand(
    images.x.shape[1] === inputs,
    `${name}: ${sizesOf(images.x)[1]} channels, the filter takes ${inputs}`,
  );
  demand(outputs !== undefined, `${name}: the filter has no outputs`);
  const axes = [rank + 1, rank, ...kernel.map((_, axis) => axis)];
  return images.restore(overWindows(rank, images.x, transpose(filter, axes), kernel, given));
}

function overWindows(
  rank: number,
  x: Tensor,
  weight: Tensor,
  kernel: readonly number[],
  { strides, padding, format, dilations, rounding }: Given,
  groups = 1,
): Tensor {
  const windows = windowsOf(spaceOf(x), {
    kernel,
    strides,
    dilations,
    padding,
    rounding,
    firstAxis: typeof format === 'string' && /^NC/.test(format) ? 2 : 1,
  });
  const convolution = convolutions[rank];
  if (convolution === undefined) throw new Error(`no convolution over ${rank} axes`);
  const empty = emptied(x, windows, sizesOf(weight)[0] ?? 0);
  if (empty !== null) return empty;
  const options = { stride: windows.strides, dilation: windows.dilations, groups };
  return convolution(widened(x, windows), weight, options);
}

/** A filter `[…, in, multiplier]` for every channel on its own. */
function depthwise(name: string, x: Tensor, filter: Tensor, given: Given): Tensor {
  const images = imagesOf(x, 2, given.format, name);
  const [height = 1, width = 1, inputs = 1, multiplier = 1] = sizesOf(filter);
  demand(
    images.x.shape[1] === inputs,
    `${name}: ${sizesOf(images.x)[1]} channels, the filter takes ${inputs}`,
  );
  const weight = reshape(transpose(filter, [2, 3, 0, 1]), [inputs * multiplier, 1, height, width]);
  return images.restore(overWindows(2, images.x, weight, [height, width], given, inputs));
}

const convolve =
  (name: string, rank: number): TracedCall =>
  ([x, filter, strides, padding, format, dilations, rounding], context) => {
    const [images, weights] = operandsOf(name, rank, [x, filter], context);
    return convolved(name, rank, images, weights, { strides, padding, format, dilations, rounding });
  };

const depthwiseConvolve: TracedCall = (
  [x, filter, strides, padding, format, dilations, rounding],
  context,
) => {
  const [images, weights] = operandsOf('depthwiseConv2d', 2, [x, filter], context);
  return depthwise('depthwiseConv2d', images, weights, { strides, padding, format, dilations, rounding });
};

const separable: TracedCall = ([x, depth, point, strides, padding, dilations, format], context) => {
  const [images, weights] = operandsOf('separableConv2d', 2, [x, depth], context);
  const [, mixing] = operandsOf('separableConv2d', 2, [x, point], context);
  const [height, width, inputs] = sizesOf(mixing);
  const [, , channels = 0, multiplier = 0] = sizesOf(weights);
  demand(height === 1 && width === 1, 'separableConv2d takes a pointwise filter of size 1');
  demand(inputs === channels * multiplier, 'separableConv2d: the pointwise filter takes other channels');
  const none = { rounding: null };
  const between = depthwise('separableConv2d', images, weights, {
    strides,
    padding,
    format,
    dilations,
    ...none,
  });
  const once = { strides: 1, padding: 'valid', dilations: null, format };
  return convolved('separableConv2d', 2, between, mixing, { ...once, ...none });
};

/** The transpose of the convolution that takes images of `outputShape` to those given. */
const transposed =
  (name: string, rank: number): TracedCall =>
  ([x, filter, outputShape, strides, padding, rounding = null], context) => {
    const [images, weights] = operandsOf(name, rank, [x, filter], context);
    refuseRounding(padding, rounding);
    const given = imagesOf(images, rank, null, name);
    const sizes = numbersOf(outputShape);
    const space = sizes.slice(-rank - 1, -1);
    const [outputs, inputs] = sizesOf(weights).slice(-2);
    demand(
      given.x.shape[1] === inputs,
      `${name}: ${sizesOf(given.x)[1]} channels, the filter takes ${inputs}`,
    );
    demand(sizes.at(-1) === outputs, `${name}: the filter gives ${outputs} channels, not ${sizes.at(-1)}`);
    const kernel = sizesOf(weights).slice(0, rank);
    const windows = windowsOf(space, { kernel, strides, padding, rounding });
    const axes = [rank + 1, rank, ...kernel.map((_, axis) => axis)];
    const transpose_ = rank === 2 ? convTranspose2d : convTranspose3d;
    // Images that are larger than the convolution would give are cut to that.
    const used = slice(given.x, [null, null, ...windows.counts.map((stop) => ({ start: 0, stop }))]);
    demand(
      windows.counts.every((count, axis) => count <= (spaceOf(given.x)[axis] ?? 0)),
      `${name}: a result of [${space.join(', ')}] needs larger images`,
    );
    const whole = transpose_(used, transpose(weights, axes), { stride: windows.strides });
    // The windows reach over what stands before and after the result; where they do not reach, there are zeros.
    const widths = spaceOf(whole).map((size, axis): readonly [number, number] => {
      const [before = 0] = windows.widths[axis] ?? [];
      return [-before, (space[axis] ?? 0) + before - size];
    });
    return given.restore(pad(whole, [[0, 0], [0, 0], ...widths]));
  };

/** Morphological dilation: the largest `x + filter` of each window, channel by channel. */
const dilation: TracedCall = ([x, filter, strides, padding, dilations, format = null], context) => {
  demand(format === null || format === 'NHWC', 'dilation2d takes NHWC');
  const [tensor, weights] = [tensorOf(x, context), tensorOf(filter, context)];
  for (const each of [tensor, weights]) known(each);
  demand(weights.shape.length === 3, 'dilation2d takes a filter of rank 3');
  const images = imagesOf(tensor, 2, null, 'dilation2d');
  demand(images.x.shape[1] === weights.shape[2], 'dilation2d: image and filter have other channels');
  const [height = 1, width = 1] = sizesOf(weights);
  // Unlike convolutions, strides and dilations may both be above 1.
  const spread = perAxis(dilations, 2, 1);
  const kernel = [height, width].map((size, axis) => (size - 1) * (spread[axis] ?? 1) + 1);
  const windows = windowsOf(spaceOf(images.x), { kernel, strides, padding });
  const around = widened(images.x, windows, -Infinity);
  const perFilter = transpose(weights, [2, 0, 1]);
  const shifted = Array.from({ length: height * width }, (_, position): Tensor => {
    const [row, column] = [Math.floor(position / width), position % width];
    const [down = 1, right = 1] = windows.strides;
    const [rows = 1, columns = 1] = windows.counts;
    const [top, left] = [row * (spread[0] ?? 1), column * (spread[1] ?? 1)];
    const part = slice(around, [
      null,
      null,
      { start: top, stop: top + (rows - 1) * down + 1, step: down },
      { start: left, stop: left + (columns - 1) * right + 1, step: right },
    ]);
    const value = slice(perFilter, [
      null,
      { start: row, stop: row + 1 },
      { start: column, stop: column + 1 },
    ]);
    return add(part, value);
  });
  return images.restore(shifted.reduce(larger));
};

/** `fused.conv2d({ x, filter, bias, activation, … })`. */
const fused =
  (name: 'conv2d' | 'depthwiseConv2d'): TracedCall =>
  ([options], context) => {
    const given = isRecordValue(options) ? options : {};
    const [images, weights] = operandsOf(name, 2, [given.x, given.filter], context);
    const geometry = {
      strides: given.strides,
      padding: given.pad,
      format: given.dataFormat,
      dilations: given.dilations,
      rounding: given.dimRoundingMode,
    };
    const result =
      name === 'conv2d'
        ? convolved(name, 2, images, weights, geometry)
        : depthwise(name, images, weights, geometry);
    return activated(result, given, context, given.dataFormat === 'NCHW' ? 2 : 0);
  };

export const convolutionCalls: CallTable = {
  conv1d: ([x, filter, stride, padding, format, dilation_, rounding], context) => {
    const [images, weights] = operandsOf('conv1d', 1, [x, filter], context);
    demand(format === undefined || format === null || format === 'NWC', 'conv1d takes NWC');
    const geometry = { strides: stride, padding, format: null, dilations: dilation_, rounding };
    return convolved('conv1d', 1, images, weights, geometry);
  },
  conv2d: convolve('conv2d', 2),
  conv3d: ([x, filter, strides, padding, format, dilations], context) => {
    const [images, weights] = operandsOf('conv3d', 3, [x, filter], context);
    demand(format === undefined || format === null || format === 'NDHWC', 'conv3d takes NDHWC');
    return convolved('conv3d', 3, images, weights, {
      strides,
      padding,
      format: null,
      dilations,
      rounding: null,
    });
  },
  depthwiseConv2d: depthwiseConvolve,
  separableConv2d: separable,
  conv2dTranspose: transposed('conv2dTranspose', 2),
  conv3dTranspose: transposed('conv3dTranspose', 3),
  dilation2d: dilation,
  'fused.conv2d': fused('conv2d'),
  'fused.depthwiseConv2d': fused('depthwiseConv2d'),
};
