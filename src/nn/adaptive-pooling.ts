// Pooling to a given size: bin i of an axis covers elements ⌊i · size / bins⌋ … ⌈(i + 1) · size / bins⌉ - 1, as PyTorch's
// adaptive poolings have it. Each in two forms: `adaptiveAvgPool2d(1)` is a layer, `adaptiveAvgPool2d(x, 1)` a tensor.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import type { Pooled, Spatial } from '../ir/types/spatial.ts';
import { add, div, less } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { gather } from '../ops/gather.ts';
import { constant } from '../ops/leaf.ts';
import { iota } from '../ops/random.ts';
import { sum } from '../ops/reduce.ts';
import { argmax } from '../ops/arg-extreme.ts';
import { reshape } from '../ops/reshape.ts';
import { where } from '../ops/select.ts';
import { windowMaximum } from '../ops/window-maximum.ts';
import { windows, type WindowAxis } from '../ops/windows.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, isList, positiveWhole } from '../ops/option.ts';
import { printPerAxis, requireFloats, spatialSizes } from './spatial.ts';

/** The size of every spatial axis of the result: one for all, or one for each; null keeps the input's. */
export type AdaptiveSize = number | readonly (number | null)[];

/** Options of the layers. */
export interface AdaptivePoolingOptions {
  /** Name of the layer, default: its type and a number. */
  readonly name?: string;
}

/** The bins of one axis of a tensor. */
interface Bins {
  readonly axis: number;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

function binsOf(call: string, x: Tensor, rank: number, size: AdaptiveSize): readonly Bins[] {
  const sizes = spatialSizes(call, x, rank);
  const list = typeof size === 'number' ? sizes.map(() => size) : size;
  if (!isList(list) || list.length !== rank) {
    throw badOption(call, `the size is ${printPerAxis(size)}`, `takes a number or a list of ${rank}`);
  }
  return sizes.map((length, at) => {
    const bins = list[at] ?? length;
    if (bins !== length) checkOption(call, 'size', bins, positiveWhole);
    const starts = Array.from({ length: bins }, (_, i) => Math.floor((i * length) / bins));
    const lengths = starts.map((start, i) => Math.ceil(((i + 1) * length) / bins) - start);
    return { axis: x.shape.length - rank + at, starts, lengths };
  });
}

/** Bins of one length, side by side, as windows. */
function asWindows({ axis, starts, lengths }: Bins): WindowAxis | undefined {
  const [kernel = 1] = lengths;
  const isEven = starts.every((start, i) => start === i * kernel && lengths[i] === kernel);
  return isEven ? { axis, count: starts.length, kernel, stride: kernel, dilation: 1, offset: 0 } : undefined;
}

function alongAxis(numbers: readonly number[], x: Tensor, axis: number, dtype = x.dtype): Tensor {
  return broadcastAlong(constant(numbers, [numbers.length], dtype), x.shape.with(axis, numbers.length), [
    axis,
  ]);
}

/** The elements of every bin in an axis after it, as many as the longest has; others are `fill`. */
function gathered(x: Tensor, { axis, starts, lengths }: Bins, fill: number): Tensor {
  const longest = Math.max(...lengths);
  const last = Number(x.shape[axis]) - 1;
  const places = starts.flatMap((start) =>
    Array.from({ length: longest }, (_, k) => Math.min(start + k, last)),
  );
  const picked = gather(x, alongAxis(places, x, axis, 'i32'), axis);
  const shape = x.shape.toSpliced(axis, 1, starts.length, longest);
  const isInside = less(
    broadcastAlong(iota(longest), shape, [axis + 1]),
    broadcastAlong(constant(lengths, [lengths.length], 'i32'), shape, [axis]),
  );
  return where(isInside, reshape(picked, shape), fill);
}

/** Means of the bins of one axis. */
function averageAlong(x: Tensor, bins: Bins): Tensor {
  const { axis, lengths } = bins;
  const even = asWindows(bins);
  if (even !== undefined) return div(sum(windows(x, [even]), x.shape.length), even.kernel);
  return div(sum(gathered(x, bins, 0), axis + 1), alongAxis(lengths, x, axis));
}

/** Maxima of the bins of one axis; the gradient goes to the first of equal ones. */
function maximumAlong(x: Tensor, bins: Bins): Tensor {
  const even = asWindows(bins);
  if (even !== undefined) return windowMaximum(x, [even]);
  return gather(x, placesOfMaxima(x, bins), bins.axis);
}

/** Where the first of the largest elements of every bin of one axis stands. */
function placesOfMaxima(x: Tensor, bins: Bins): Tensor {
  const position = argmax(gathered(x, bins, -Infinity), bins.axis + 1);
  return add(position, alongAxis(bins.starts, x, bins.axis, 'i32'));
}

/**
 * `values[i] = x[indices[i]]`: adaptive max pooling over the last `size.length` axes, with the place of each maximum:
 * row-major over those axes of `x`, i32 (PyTorch's `adaptive_max_pool2d` with `return_indices`). `null` keeps the size of
 * an axis.
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM` @throws {DeclarationError} `E_OPTION`
 */
export function adaptiveMaxPoolWithIndices(
  x: Tensor,
  size: readonly (number | null)[],
): { readonly values: Tensor; readonly indices: Tensor } {
  const call = 'adaptiveMaxPoolWithIndices';
  requireFloats(call, x);
  if (!isList(size) || size.length < 1 || size.length > 3) {
    throw badOption(call, `the size is ${printPerAxis(size)}`, 'takes a list of one to three');
  }
  return composite(call, () => {
    const bins = binsOf(call, x, size.length, size);
    const spatial = spatialSizes(call, x, size.length);
    const count = spatial.reduce((product, each) => product * each, 1);
    const along = spatial.map((_, at) => x.shape.length - spatial.length + at);
    const places = broadcastAlong(reshape(iota(count), spatial), x.shape, along);
    // Last axis first, as the pooling without places.
    return bins.reduceRight(
      ({ values, indices }, each) => {
        const at = placesOfMaxima(values, each);
        return { values: gather(values, at, each.axis), indices: gather(indices, at, each.axis) };
      },
      { values: x, indices: places },
    );
  });
}

/** An adaptive pooling in both forms. */
interface AdaptivePooling<Call extends string, Rank extends number> {
  <const A extends AdaptiveSize>(
    size: A,
    options?: AdaptivePoolingOptions,
  ): Layer<Spatial<'adapted', Call, Rank, Size, 'kept', A, object>>;
  <X extends Tensor, const A extends AdaptiveSize>(
    x: X,
    size: Checked<A, Pooled<'adapted', Call, Rank, X, A>>,
  ): Result<Pooled<'adapted', Call, Rank, X, A>>;
}

/** Means of bins along the last axes, for whoever averages under another name. */
export function adaptiveAverage(call: string, x: Tensor, rank: number, size: AdaptiveSize): Tensor {
  return pool(call, rank, x, size, averageAlong);
}

function pool(
  call: string,
  rank: number,
  x: Tensor,
  size: AdaptiveSize,
  along: (x: Tensor, bins: Bins) => Tensor,
): Tensor {
  requireFloats(call, x);
  // Last axis first: equal elements are then met in row-major order.
  return binsOf(call, x, rank, size).reduceRight(
    (pooled, bins) => (isIdentity(bins) ? pooled : along(pooled, bins)),
    x,
  );
}

function adaptive<Call extends string, Rank extends number>(
  call: Call,
  rank: Rank,
  along: (x: Tensor, bins: Bins) => Tensor,
): AdaptivePooling<Call, Rank> {
  const apply = (x: Tensor, size: AdaptiveSize): Tensor => pool(call, rank, x, size, along);
  const dual = (first: unknown, second?: unknown): Layer | Tensor => {
    if (typeof first !== 'number' && !Array.isArray(first)) {
      return composite(call, () => apply(first as Tensor, second as AdaptiveSize));
    }
    const size = first as AdaptiveSize;
    const options = (second ?? {}) as AdaptivePoolingOptions;
    checkNames(call, options, ['name']);
    return defineLayer({
      type: call,
      label: `${call}(${printPerAxis(size)})`,
      name: options.name,
      apply: (x) => apply(x, size),
    });
  };
  // The overloads of the type say what the two forms take and give.
  return dual as unknown as AdaptivePooling<Call, Rank>;
}

/** Whether every bin is one element: bins never overlap then, and cover the axis. */
function isIdentity({ lengths, starts }: Bins): boolean {
  return lengths.every((length, i) => length === 1 && starts[i] === i);
}

/**
 * Means of as many bins as asked for; 1 averages the whole axis, which is global average pooling (PyTorch's
 * `adaptive_avg_pool1d` and `AdaptiveAvgPool1d`). `x` is `[N, C, L]` or `[C, L]`; bins may overlap where they do not
 * divide the axis. `adaptiveAvgPool1d(size)` is a layer, `adaptiveAvgPool1d(x, size)` a tensor.
 * @throws {DeclarationError} `E_OPTION` @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM`
 */
export const adaptiveAvgPool1d: AdaptivePooling<'adaptiveAvgPool1d', 1> = adaptive(
  'adaptiveAvgPool1d',
  1,
  averageAlong,
);
/** {@link adaptiveAvgPool1d} over two axes (PyTorch's `adaptive_avg_pool2d`). */
export const adaptiveAvgPool2d: AdaptivePooling<'adaptiveAvgPool2d', 2> = adaptive(
  'adaptiveAvgPool2d',
  2,
  averageAlong,
);
/** {@link adaptiveAvgPool1d} over three axes (PyTorch's `adaptive_avg_pool3d`). */
export const adaptiveAvgPool3d: AdaptivePooling<'adaptiveAvgPool3d', 3> = adaptive(
  'adaptiveAvgPool3d',
  3,
  averageAlong,
);
/**
 * Maxima of as many bins as asked for; 1 is global max pooling (PyTorch's `adaptive_max_pool1d` and `AdaptiveMaxPool1d`).
 * The gradient goes to the first of equal elements. Shapes and forms as {@link adaptiveAvgPool1d}.
 * @throws {DeclarationError} `E_OPTION` @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM`
 */
export const adaptiveMaxPool1d: AdaptivePooling<'adaptiveMaxPool1d', 1> = adaptive(
  'adaptiveMaxPool1d',
  1,
  maximumAlong,
);
/** {@link adaptiveMaxPool1d} over two axes (PyTorch's `adaptive_max_pool2d`). */
export const adaptiveMaxPool2d: AdaptivePooling<'adaptiveMaxPool2d', 2> = adaptive(
  'adaptiveMaxPool2d',
  2,
  maximumAlong,
);
/** {@link adaptiveMaxPool1d} over three axes (PyTorch's `adaptive_max_pool3d`). */
export const adaptiveMaxPool3d: AdaptivePooling<'adaptiveMaxPool3d', 3> = adaptive(
  'adaptiveMaxPool3d',
  3,
  maximumAlong,
);
