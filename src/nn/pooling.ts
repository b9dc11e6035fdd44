// Pooling over windows, each in two forms: `maxPool2d(2)` is a layer, `maxPool2d(x, 2)` a tensor.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import type { Pooled, Spatial } from '../ir/types/spatial.ts';
import { add, div, mul } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { gather } from '../ops/gather.ts';
import { constant } from '../ops/leaf.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { positionOfMaximum, windowMaximum } from '../ops/window-maximum.ts';
import { windows, type WindowAxis } from '../ops/windows.ts';
import { defineLayer, type Layer } from './layer.ts';
import {
  nonNegativeWhole,
  badOption,
  checkNames,
  checkOption,
  isList,
  positiveWhole,
  requireWholes,
} from '../ops/option.ts';
import { perAxis, printPerAxis, requireFloats, spatialSizes, type PerAxis } from './spatial.ts';

/** Where windows lie, for all kinds of pooling. */
export interface PoolingOptions {
  /** Steps between windows; default: the size of the window. */
  readonly stride?: PerAxis | null;
  /**
   * Places around the input, default 0: at most half a window on both sides, or pairs `[before, after]` an axis, less than
   * a window each.
   */
  readonly padding?: PerAxis | readonly (readonly [number, number])[];
  /** Whether a last window that only begins inside counts, default false. */
  readonly ceilMode?: boolean;
  /** Name of the layer, default: its type and a number. */
  readonly name?: string;
}

/** Options of `maxPool1d` and its kin. */
export interface MaxPoolingOptions extends PoolingOptions {
  /** Steps between elements of a window, default 1. */
  readonly dilation?: PerAxis;
}

/** Options of `avgPool1d` and its kin. */
export interface AveragePoolingOptions extends PoolingOptions {
  /** Whether padding counts as elements, default true. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by in place of the number of elements; default: that number. */
  readonly divisorOverride?: number | null;
}

interface Geometry {
  readonly axes: readonly WindowAxis[];
  readonly sizes: readonly number[];
  /** Padding after the input. */
  readonly after: readonly number[];
}

/** Windows of the last axes of `x` as PyTorch lays them. */
function geometryOf(
  call: string,
  rank: number,
  x: Tensor,
  kernelSize: PerAxis,
  { stride, padding = 0, dilation = 1, ceilMode = false }: MaxPoolingOptions,
): Geometry {
  requireFloats(call, x);
  const sizes = spatialSizes(call, x, rank);
  const kernel = perAxis(call, 'kernelSize', kernelSize, rank, positiveWhole);
  const isDefault = stride === undefined || stride === null || (Array.isArray(stride) && stride.length === 0);
  const strides = isDefault ? kernel : perAxis(call, 'stride', stride, rank, positiveWhole);
  const pads = paddingOf(call, padding, kernel);
  const dilations = perAxis(call, 'dilation', dilation, rank, positiveWhole);
  const first = x.shape.length - rank;
  const axes = sizes.map((size, at): WindowAxis => {
    const [k = 1, step = 1, spread = 1] = [kernel[at], strides[at], dilations[at]];
    const [before, after] = pads[at] ?? [0, 0];
    const room = size + before + after - spread * (k - 1) - 1;
    const whole = Math.floor((room + (ceilMode ? step - 1 : 0)) / step) + 1;
    // A window that begins in the padding after the input does not count.
    const count = ceilMode && (whole - 1) * step >= size + before ? whole - 1 : whole;
    if (room < 0 && count < 1) throw tooLarge(call, x, kernel);
    return { axis: first + at, count, kernel: k, stride: step, dilation: spread, offset: -before };
  });
  if (axes.some(({ count }) => count < 1)) throw tooLarge(call, x, kernel);
  return { axes, sizes, after: pads.map(([, after]) => after) };
}

type Pair = readonly [before: number, after: number];

function isPairs(padding: PerAxis | readonly Pair[] | undefined): padding is readonly Pair[] {
  return isList(padding) && padding.length > 0 && padding.every((each) => typeof each !== 'number');
}

function paddingOf(
  call: string,
  padding: PoolingOptions['padding'],
  kernel: readonly number[],
): readonly Pair[] {
  if (!isPairs(padding)) {
    // What is neither numbers nor pairs is refused as numbers.
    const numbers = perAxis(call, 'padding', padding ?? 0, kernel.length, nonNegativeWhole);
    const beyond = numbers.findIndex((pad, at) => pad > Math.floor((kernel[at] ?? 1) / 2));
    if (beyond >= 0) {
      throw badOption(
        call,
        `padding is ${numbers[beyond] ?? 0}`,
        `has to be at most half of the window of ${kernel[beyond] ?? 1}`,
      );
    }
    return numbers.map((pad) => [pad, pad]);
  }
  const fits =
    padding.length === kernel.length &&
    padding.every(
      (pair, at) =>
        pair.length === 2 &&
        pair.every((pad) => Number.isInteger(pad) && pad >= 0 && pad < (kernel[at] ?? 1)),
    );
  if (!fits) {
    throw badOption(
      call,
      `padding is ${JSON.stringify(padding)}`,
      `takes [before, after] an axis, less than the window of [${kernel.join(', ')}]`,
    );
  }
  return padding;
}

function tooLarge(call: string, x: Tensor, kernel: readonly number[]): Error {
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `a window of [${kernel.join(', ')}] does not fit into ${printShape(x.shape)}`,
    expectation: 'takes windows that fit into the padded input',
    operands: [x],
  });
}

const poolingNames = ['stride', 'padding', 'ceilMode', 'name'] as const;
const maxNames = [...poolingNames, 'dilation'] as const;
const averageNames = [...poolingNames, 'countIncludePad', 'divisorOverride'] as const;

type Apply<Options> = (call: string, rank: number, x: Tensor, size: PerAxis, options: Options) => Tensor;

/** A pooling in both forms. */
interface Pooling<Call extends string, Rank extends number, Options> {
  <const K extends PerAxis, const O extends Options = Options & object>(
    kernelSize: K,
    options?: O,
  ): Layer<Spatial<'pooled', Call, Rank, Size, 'kept', K, O>>;
  <X extends Tensor, const K extends PerAxis, const O extends Options = Options & object>(
    x: X,
    kernelSize: Checked<K, Pooled<'pooled', Call, Rank, X, K, O>>,
    options?: O,
  ): Result<Pooled<'pooled', Call, Rank, X, K, O>>;
}

function pooling<Call extends string, Rank extends number, Options extends { readonly name?: string }>(
  call: Call,
  rank: Rank,
  names: readonly string[],
  apply: Apply<Options>,
): Pooling<Call, Rank, Options> {
  const none = {} as Options;
  const dual = (first: unknown, second?: unknown, third?: Options): Layer | Tensor => {
    const isSize = typeof first === 'number' || Array.isArray(first);
    const options = (isSize ? (second as Options | undefined) : third) ?? none;
    checkNames(call, options, names);
    if (!isSize) {
      const x = first as Tensor;
      return composite(call, () => apply(call, rank, x, second as PerAxis, options));
    }
    const size = first as PerAxis;
    const given = Object.entries(options).filter(([option]) => option !== 'name');
    const rest = given.map(([option, value]) => `${option}: ${printPerAxis(value)}`);
    return defineLayer({
      type: call,
      label: `${call}(${printPerAxis(size)}${rest.length === 0 ? '' : `, { ${rest.join(', ')} }`})`,
      name: options.name,
      apply: (x) => apply(call, rank, x, size, options),
    });
  };
  // The overloads of the type say what the two forms take and give.
  return dual as unknown as Pooling<Call, Rank, Options>;
}

const maximumOf: Apply<MaxPoolingOptions> = (call, rank, x, size, options) =>
  windowMaximum(x, geometryOf(call, rank, x, size, options).axes);

/**
 * The largest element of each window of the last axis, with -∞ around the input; NaN wins (PyTorch's `max_pool1d` and
 * `MaxPool1d`). `x` is `[N, C, L]` or `[C, L]`, the result has `⌊(L + 2 · padding - dilation · (kernel - 1) - 1) /
 * stride⌋ + 1` windows, rounded up with `ceilMode`. The gradient goes to the first of equal elements.
 *
 * `maxPool1d(kernelSize, options)` is a layer, `maxPool1d(x, kernelSize, options)` a tensor.
 * @throws {DeclarationError} `E_OPTION`, also for padding beyond half a window
 * @throws {ShapeError} `E_SHAPE_MISMATCH` where no window fits, `E_RANK`, `E_UNBOUND_DIM`
 */
export const maxPool1d: Pooling<'maxPool1d', 1, MaxPoolingOptions> = pooling(
  'maxPool1d',
  1,
  maxNames,
  maximumOf,
);
/** {@link maxPool1d} over two axes; equal elements are met in row-major order (PyTorch's `max_pool2d`). */
export const maxPool2d: Pooling<'maxPool2d', 2, MaxPoolingOptions> = pooling(
  'maxPool2d',
  2,
  maxNames,
  maximumOf,
);
/** {@link maxPool1d} over three axes (PyTorch's `max_pool3d`). */
export const maxPool3d: Pooling<'maxPool3d', 3, MaxPoolingOptions> = pooling(
  'maxPool3d',
  3,
  maxNames,
  maximumOf,
);

/**
 * `values[i] = x[indices[i]]`: max pooling over the last `kernelSize.length` axes, with the place of each maximum:
 * row-major over those axes of `x`, i32 (PyTorch's `return_indices`).
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function maxPoolWithIndices(
  x: Tensor,
  kernelSize: readonly number[],
  options: MaxPoolingOptions = {},
): { readonly values: Tensor; readonly indices: Tensor } {
  const call = 'maxPoolWithIndices';
  requireTensors(call, x);
  requireWholes(call, 'kernelSize', kernelSize, 1);
  checkNames(call, options, maxNames);
  return composite(call, () => {
    const { axes, sizes } = geometryOf(call, kernelSize.length, x, kernelSize, options);
    return { values: windowMaximum(x, axes), indices: placeOfMaximum(x, axes, sizes) };
  });
}

/** `Σ axis (o · stride + k · dilation + offset) · size of the axes after it`, k taken from the position in the window. */
function placeOfMaximum(x: Tensor, axes: readonly WindowAxis[], sizes: readonly number[]): Tensor {
  const position = positionOfMaximum(x, axes);
  const { shape } = position;
  const after = (numbers: readonly number[], at: number): number =>
    numbers.slice(at + 1).reduce((product, each) => product * each, 1);
  const kernels = axes.map(({ kernel }) => kernel);
  const elements = kernels.reduce((product, each) => product * each, 1);
  const within = constant(
    Array.from({ length: elements }, (_, flat) =>
      axes.reduce((place, { kernel, dilation }, at) => {
        const k = Math.floor(flat / after(kernels, at)) % kernel;
        return place + k * dilation * after(sizes, at);
      }, 0),
    ),
    [elements],
    'i32',
  );
  const starts = axes.map(({ axis, count, stride, offset }, at) =>
    broadcastAlong(
      constant(
        Array.from({ length: count }, (_, o) => (o * stride + offset) * after(sizes, at)),
        [count],
        'i32',
      ),
      shape,
      [axis],
    ),
  );
  const table = broadcastAlong(within, [...shape, elements], [shape.length]);
  const found = gather(table, reshape(position, [...shape, 1]), shape.length);
  return starts.reduce<Tensor>((place, start) => add(place, start), reshape(found, shape));
}

/** Number of elements that each window of an axis covers. */
function covered(
  { count, kernel, stride, offset }: WindowAxis,
  size: number,
  pad: number,
  counted: boolean,
): readonly number[] {
  return Array.from({ length: count }, (_, o) => {
    const start = o * stride + offset;
    const end = Math.min(start + kernel, size + pad);
    return counted ? end - start : Math.max(0, Math.min(end, size) - Math.max(start, 0));
  });
}

function windowSum(x: Tensor, axes: readonly WindowAxis[]): Tensor {
  return sum(
    windows(x, axes),
    axes.map((_, at) => x.shape.length + at),
  );
}

const averageOf: Apply<AveragePoolingOptions> = (call, rank, x, size, options) => {
  const { countIncludePad = true, divisorOverride = null } = options;
  const { axes, sizes, after } = geometryOf(call, rank, x, size, options);
  // PyTorch refuses windows larger than the input in three dimensions only, where ceilMode would let them begin.
  if (rank === 3 && axes.some(({ kernel }, at) => kernel > (sizes[at] ?? 0))) {
    throw tooLarge(
      call,
      x,
      axes.map(({ kernel }) => kernel),
    );
  }
  const total = windowSum(x, axes);
  if (divisorOverride !== null) {
    checkOption(call, 'divisorOverride', divisorOverride, {
      text: 'a whole number other than 0',
      holds: (value) => Number.isInteger(value) && value !== 0,
    });
    return div(total, divisorOverride);
  }
  const counts = axes.map((each, at) => covered(each, sizes[at] ?? 0, after[at] ?? 0, countIncludePad));
  const isEven = counts.every((list) => list.every((count) => count === list[0]));
  if (isEven)
    return div(
      total,
      counts.reduce((product, [count = 1]) => product * count, 1),
    );
  const divisors = axes.map(({ axis }, at) =>
    broadcastAlong(constant(counts[at] ?? [], [counts[at]?.length ?? 0], x.dtype), total.shape, [axis]),
  );
  return div(
    total,
    divisors.reduce((product, each) => mul(product, each)),
  );
};

/**
 * The mean of each window of the last axis, with zeros around the input (PyTorch's `avg_pool1d` and `AvgPool1d`): the sum
 * divided by the number of elements, padding included unless `countIncludePad` is false, or by `divisorOverride`. Shapes
 * and forms as {@link maxPool1d}.
 * @throws {DeclarationError} `E_OPTION` @throws {ShapeError} as {@link maxPool1d}
 */
export const avgPool1d: Pooling<'avgPool1d', 1, AveragePoolingOptions> = pooling(
  'avgPool1d',
  1,
  averageNames,
  averageOf,
);
/** {@link avgPool1d} over two axes (PyTorch's `avg_pool2d`). */
export const avgPool2d: Pooling<'avgPool2d', 2, AveragePoolingOptions> = pooling(
  'avgPool2d',
  2,
  averageNames,
  averageOf,
);
/** {@link avgPool1d} over three axes (PyTorch's `avg_pool3d`). */
export const avgPool3d: Pooling<'avgPool3d', 3, AveragePoolingOptions> = pooling(
  'avgPool3d',
  3,
  averageNames,
  averageOf,
);
