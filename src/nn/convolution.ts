// Convolutions as functions of a weight: `conv2d(x, weight)` with PyTorch's semantics, and their transposes.
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { multiplySizes, printShape, sizesEqual } from '../ir/size.ts';
import { add } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { convolution, type ConvolutionAxis } from '../ops/convolution.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { numericSize, transpose } from '../ops/movement.ts';
import { reshape } from '../ops/reshape.ts';
import { nonNegativeWhole, badOption, checkOption, positiveWhole } from '../ops/option.ts';
import { perAxis, spatialSizes, type PerAxis } from './spatial.ts';

/** Zeros around the input: a number for both sides of every axis, one an axis, or `[before, after]` an axis. */
export type Padding = 'valid' | 'same' | number | readonly (number | readonly [number, number])[];

/** How a kernel moves over its input. */
export interface ConvolutionGeometry {
  /** Steps between windows, default 1. */
  readonly stride?: PerAxis;
  /**
   * Zeros around the input, default 0: a number for both sides of all axes, or one an axis, or a pair of before and after
   * an axis. `'valid'` is 0; `'same'` keeps the size at stride 1, an odd zero coming after.
   */
  readonly padding?: Padding;
  /** Steps between elements of the kernel, default 1. */
  readonly dilation?: PerAxis;
  /** Groups of channels that do not see one another, default 1; as many as channels make it depthwise. */
  readonly groups?: number;
}

/** Options of `conv1d(x, weight)` and its kin. */
export interface ConvolutionOptions extends ConvolutionGeometry {
  /** Added to each output channel, `[outChannels]`; default: none. */
  readonly bias?: Tensor | null;
}

/** Options of `convTranspose1d(x, weight)` and its kin. */
export interface TransposedConvolutionOptions {
  /** By how many elements of the result those of the input lie apart, default 1. */
  readonly stride?: PerAxis;
  /** What is cut off the result on both sides, counted from its full size; default 0. */
  readonly padding?: PerAxis;
  /** Size added at the end of the result, below stride or dilation; default 0. */
  readonly outputPadding?: PerAxis;
  /** Distance between the elements of a window, default 1. */
  readonly dilation?: PerAxis;
  /** Parts of the channels that do not see each other, default 1. */
  readonly groups?: number;
  /** Added to each output channel, `[outChannels]`; default: none. */
  readonly bias?: Tensor | null;
}

export const geometryNames = ['stride', 'padding', 'dilation', 'groups'] as const;
export const transposedNames = [...geometryNames, 'outputPadding'] as const;

/** What lies before and after each axis, as pairs. `reach` is how far a window goes. */
export function paddingOf(
  call: string,
  padding: Padding,
  reach: readonly number[],
  stride: readonly number[],
): readonly (readonly [number, number])[] {
  if (padding === 'valid') return reach.map(() => [0, 0]);
  if (padding === 'same') {
    if (stride.some((each) => each !== 1)) {
      throw badOption(call, `padding is 'same' with stride [${stride.join(', ')}]`, 'takes stride 1 there');
    }
    return reach.map((each) => [Math.floor((each - 1) / 2), Math.ceil((each - 1) / 2)]);
  }
  if (typeof padding === 'string')
    throw badOption(call, `padding is '${String(padding)}'`, "takes numbers, 'valid' or 'same'");
  if (typeof padding === 'number' || padding.every((each) => typeof each === 'number')) {
    return perAxis(call, 'padding', padding, reach.length, nonNegativeWhole).map((each) => [each, each]);
  }
  if (padding.length !== reach.length) {
    throw badOption(
      call,
      `padding is ${JSON.stringify(padding)}`,
      `takes one an axis, ${reach.length} in all`,
    );
  }
  return padding.map((each) => {
    const [before, after] = typeof each === 'number' ? [each, each] : each;
    checkOption(call, 'padding', before, nonNegativeWhole);
    checkOption(call, 'padding', after, nonNegativeWhole);
    return [before, after];
  });
}

/** What a convolution needs to know of its operands. */
interface Operands {
  readonly x: Tensor;
  /** Whether x had a batch axis of its own. */
  readonly isBatched: boolean;
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly channels: number;
}

function operandsOf(call: string, x: Tensor, weight: Tensor, bias: Tensor | null, rank: number): Operands {
  requireTensors(call, x, weight, ...(bias === null ? [] : [bias]));
  const given = bias === null ? [x, weight] : [x, weight, bias];
  if (given.some(({ dtype }) => !isFloat(dtype) || dtype !== x.dtype)) {
    throw dtypeMismatch({
      operation: call,
      problem: `the operands are ${given.map(({ dtype }) => dtype).join(', ')}`,
      expectation: 'takes floats of one dtype',
      operands: given,
    });
  }
  const sizes = spatialSizes(call, x, rank);
  if (weight.shape.length !== rank + 2) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: call,
      problem: `the weight has shape ${printShape(weight.shape)}`,
      expectation: `takes a weight of rank ${rank + 2}`,
      operands: [weight],
    });
  }
  const kernel = weight.shape.slice(2).map((_, at) => numericSize(call, weight, 2 + at));
  if ([...kernel, weight.shape[0], weight.shape[1]].includes(0)) {
    throw shapeMismatch({
      code: 'E_EMPTY',
      operation: call,
      problem: `the weight ${printShape(weight.shape)} has no elements`,
      expectation: 'takes a weight with elements',
      operands: [weight],
    });
  }
  const isBatched = x.shape.length === rank + 2;
  const channels = numericSize(call, x, isBatched ? 1 : 0);
  return { x: isBatched ? x : reshape(x, [1, ...x.shape]), isBatched, sizes, kernel, channels };
}

function refuseChannels(
  call: string,
  x: Tensor,
  weight: Tensor,
  problem: string,
  expectation: string,
): Error {
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem,
    expectation,
    operands: [x, weight],
  });
}

function checkBias(call: string, bias: Tensor | null, outputs: number): void {
  if (bias === null || (bias.shape.length === 1 && sizesEqual(bias.shape[0] ?? 0, outputs))) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `the bias has shape ${printShape(bias.shape)}, there are ${outputs} output channels`,
    expectation: `takes a bias [${outputs}]`,
    operands: [bias],
  });
}

/** Adds the bias to `[N, G, O, …]` and merges groups and channels. */
function finish(result: Tensor, bias: Tensor | null, isBatched: boolean): Tensor {
  const [batch = 1, groups = 1, outputs = 1, ...sizes] = result.shape;
  const channels = multiplySizes(groups, outputs);
  const merged = reshape(result, [...(isBatched ? [batch] : []), channels, ...sizes]);
  return bias === null ? merged : add(merged, broadcastAlong(bias, merged.shape, [isBatched ? 1 : 0]));
}

/** Convolution over `rank` spatial axes. */
export function convolve(
  call: string,
  rank: number,
  x: Tensor,
  weight: Tensor,
  { bias = null, stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions,
): Tensor {
  return composite(call, () => {
    const operands = operandsOf(call, x, weight, bias, rank);
    const { sizes, kernel, channels, isBatched } = operands;
    checkOption(call, 'groups', groups, positiveWhole);
    const [outputs, inputs] = [numericSize(call, weight, 0), numericSize(call, weight, 1)];
    if (channels !== inputs * groups) {
      throw refuseChannels(
        call,
        x,
        weight,
        `the input has ${channels} channels, the weight takes ${inputs * groups}`,
        `takes ${inputs * groups} channels`,
      );
    }
    if (outputs % groups !== 0) {
      throw refuseChannels(
        call,
        x,
        weight,
        `${groups} groups do not divide ${outputs} output channels`,
        'takes output channels in equal groups',
      );
    }
    checkBias(call, bias, outputs);
    const strides = perAxis(call, 'stride', stride, rank, positiveWhole);
    const dilations = perAxis(call, 'dilation', dilation, rank, positiveWhole);
    const reach = kernel.map((each, at) => (dilations[at] ?? 1) * (each - 1) + 1);
    const pads = paddingOf(call, padding, reach, strides);
    const axes = sizes.map((size, at): ConvolutionAxis => {
      const [before, after] = pads[at] ?? [0, 0];
      const room = size + before + after - (reach[at] ?? 1);
      if (room < 0) throw tooLarge(call, x, weight);
      const step = strides[at] ?? 1;
      return {
        size: Math.floor(room / step) + 1,
        stride: step,
        dilation: dilations[at] ?? 1,
        offset: -before,
        divisor: 1,
      };
    });
    const grouped = reshape(operands.x, [operands.x.shape[0] ?? 1, groups, inputs, ...sizes]);
    const kernels = reshape(weight, [groups, outputs / groups, inputs, ...kernel]);
    return finish(convolution(grouped, kernels, axes), bias, isBatched);
  });
}

function tooLarge(call: string, x: Tensor, weight: Tensor): Error {
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `the kernel of ${printShape(weight.shape)} is larger than the padded input ${printShape(x.shape)}`,
    expectation: 'takes a kernel that fits into its input',
    operands: [x, weight],
  });
}

/** Transposed convolution over `rank` spatial axes: the gradient of a convolution by its input. */
export function convolveTransposed(
  call: string,
  rank: number,
  x: Tensor,
  weight: Tensor,
  options: TransposedConvolutionOptions,
): Tensor {
  const { bias = null, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  return composite(call, () => {
    const operands = operandsOf(call, x, weight, bias, rank);
    const { sizes, kernel, channels, isBatched } = operands;
    checkOption(call, 'groups', groups, positiveWhole);
    const [inputs, perGroup] = [numericSize(call, weight, 0), numericSize(call, weight, 1)];
    if (channels !== inputs) {
      throw refuseChannels(
        call,
        x,
        weight,
        `the input has ${channels} channels, the weight takes ${inputs}`,
        `takes ${inputs} channels`,
      );
    }
    if (inputs % groups !== 0) {
      throw refuseChannels(
        call,
        x,
        weight,
        `${groups} groups do not divide ${inputs} input channels`,
        'takes channels in equal groups',
      );
    }
    checkBias(call, bias, perGroup * groups);
    const strides = perAxis(call, 'stride', stride, rank, positiveWhole);
    const dilations = perAxis(call, 'dilation', dilation, rank, positiveWhole);
    const pads = perAxis(call, 'padding', padding, rank, nonNegativeWhole);
    const added = perAxis(call, 'outputPadding', outputPadding, rank, nonNegativeWhole);
    const axes = sizes.map((size, at): ConvolutionAxis => {
      const [step = 1, spread = 1, pad = 0, more = 0, taps = 1] = [
        strides[at],
        dilations[at],
        pads[at],
        added[at],
        kernel[at],
      ];
      if (more >= Math.max(step, spread)) {
        throw badOption(
          call,
          `outputPadding is ${more}`,
          `has to be below stride ${step} or dilation ${spread}`,
        );
      }
      const result = (size - 1) * step - 2 * pad + spread * (taps - 1) + more + 1;
      if (result < 1) throw tooLarge(call, x, weight);
      return { size: result, stride: 1, dilation: -spread, offset: pad, divisor: step };
    });
    const grouped = reshape(operands.x, [operands.x.shape[0] ?? 1, groups, inputs / groups, ...sizes]);
    const kernels = reshape(weight, [groups, inputs / groups, perGroup, ...kernel]);
    const exchanged = transpose(kernels, [0, 2, 1, ...kernel.map((_, at) => 3 + at)]);
    return finish(convolution(grouped, exchanged, axes), bias, isBatched);
  });
}
