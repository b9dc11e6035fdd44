// Where windows lie in TensorFlow.js: its paddings and roundings, for convolutions and pools of any number of axes, as
// widths around the input. Images have their channels last there and before the axes of space here.
import { cast, filled, pad, reshape, transpose, type Tensor } from 'tapeless';
import { demand, isList, numbersOf, numberOf, sizesOf, type Value } from './value.ts';

/** Windows along the axes of space. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Widths before and after each axis that make the windows fit exactly; negative ones cut off. */
  readonly widths: readonly (readonly [number, number])[];
  /** Number of windows along each axis. */
  readonly counts: readonly number[];
}

const roundings: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  round: Math.round,
  ceil: Math.ceil,
};

/** One number an axis. */
export function perAxis(value: Value | undefined, rank: number, absent: number): readonly number[] {
  const given = value === null || value === undefined ? [absent] : numbersOf(value);
  demand(given.length === 1 || given.length === rank, `[${given.join(', ')}] is not for ${rank} axes`);
  return given.length === rank ? given : Array.from({ length: rank }, () => given[0] ?? absent);
}

export interface WindowArguments {
  readonly kernel: readonly number[];
  readonly strides: Value | undefined;
  readonly dilations?: Value | undefined;
  readonly padding: Value | undefined;
  readonly rounding?: Value | undefined;
  /** Where the axes of space begin in lists of paddings: 1 with channels last, 2 with channels first. */
  readonly firstAxis?: number;
}

/** @throws {TapelessError} for strides, dilations and paddings that TensorFlow.js refuses */
export function windowsOf(sizes: readonly number[], given: WindowArguments): Windows {
  const { kernel, padding, rounding, firstAxis = 1 } = given;
  const rank = sizes.length;
  const strides = perAxis(given.strides, rank, 1);
  const dilations = perAxis(given.dilations, rank, 1);
  demand(
    [...strides, ...dilations].every((each) => Number.isInteger(each) && each > 0),
    'strides and dilations are whole numbers above 0',
  );
  demand(
    strides.every((each) => each === 1) || dilations.every((each) => each === 1),
    'either strides or dilations have to be 1',
  );
  refuseRounding(padding, rounding);
  const round = typeof rounding === 'string' ? roundings[rounding] : Math.trunc;
  demand(round !== undefined, `there is no rounding ${JSON.stringify(rounding)}`);
  const spans = kernel.map((each, axis) => (each - 1) * (dilations[axis] ?? 1) + 1);
  const along = sizes.map((size, axis) => {
    const [span, stride] = [spans[axis] ?? 1, strides[axis] ?? 1];
    if (padding === 'same') {
      const count = Math.ceil(size / stride);
      const missing = Math.max(0, (count - 1) * stride + span - size);
      return { count, before: Math.floor(missing / 2) };
    }
    if (padding === 'valid') {
      const count = Math.ceil((size - span + 1) / stride);
      // Volumes may be too small for a window.
      return { count: rank === 3 ? Math.max(0, count) : count, before: 0 };
    }
    const [before, after] = explicit(padding, axis + firstAxis);
    return { count: (round ?? Math.trunc)((size - span + before + after) / stride + 1), before };
  });
  // Volumes that no window fits into give nothing; images and lines are refused.
  const placed = rank < 3 ? along : along.map(({ count, before }) => ({ count: Math.max(0, count), before }));
  demand(
    placed.every(({ count }) => count >= 0),
    `windows of [${kernel.join(', ')}] do not fit into [${sizes.join(', ')}]`,
  );
  return {
    kernel,
    strides,
    dilations,
    counts: placed.map(({ count }) => count),
    widths: placed.map(({ count, before }, axis) => [
      before,
      (count - 1) * (strides[axis] ?? 1) + (spans[axis] ?? 1) - (sizes[axis] ?? 0) - before,
    ]),
  };
}

function explicit(padding: Value | undefined, axis: number): readonly [number, number] {
  if (!isList(padding)) return [numberOf(padding), numberOf(padding)];
  const [before = 0, after = 0] = numbersOf(padding[axis]);
  return [before, after];
}

/** Rounding is for paddings in whole numbers. */
export function refuseRounding(padding: Value | undefined, rounding: Value | undefined): void {
  const hasRounding = rounding !== null && rounding !== undefined;
  const isWhole = typeof padding === 'number' && Number.isInteger(padding);
  const isWholeList = isList(padding) && padding.every((pair) => numbersOf(pair).every(Number.isInteger));
  demand(!hasRounding || isWhole || isWholeList, 'rounding takes paddings in whole numbers');
}

/** Widths around the axes of space of `[N, C, …]`. */
export function widened(x: Tensor, { widths }: Windows, value = 0): Tensor {
  const all = [[0, 0], [0, 0], ...widths] as const;
  return all.every(([before, after]) => before === 0 && after === 0) ? x : pad(x, all, { value });
}

/** What windows make of images where they do not fit at all: nothing. Null where they fit. */
export function emptied(x: Tensor, { counts }: Windows, channels: number): Tensor | null {
  if (!counts.includes(0)) return null;
  const empty = filled([sizesOf(x)[0] ?? 0, channels, ...counts], 0);
  return x.dtype === 'f32' ? empty : cast(empty, x.dtype);
}

/** A batch of images with the channels before the axes of space, and the way back. */
export interface Images {
  readonly x: Tensor;
  readonly restore: (y: Tensor) => Tensor;
}

/** Images of `rank` axes of space, with or without a batch, channels last or (`NCHW`) first. */
export function imagesOf(x: Tensor, rank: number, format: Value | undefined, name: string): Images {
  demand(
    x.shape.length === rank + 2 || x.shape.length === rank + 1,
    `${name} takes images of rank ${rank + 1} or ${rank + 2}, not ${x.shape.length}`,
  );
  const isBatch = x.shape.length === rank + 2;
  const batch = isBatch ? x : reshape(x, [1, ...sizesOf(x)]);
  const isFirst = typeof format === 'string' && /^NC/.test(format);
  const space = Array.from({ length: rank }, (_, axis) => axis);
  const alone = (y: Tensor): Tensor => (isBatch ? y : reshape(y, sizesOf(y).slice(1)));
  if (isFirst) return { x: batch, restore: alone };
  return {
    x: transpose(batch, [0, rank + 1, ...space.map((axis) => axis + 1)]),
    restore: (y) => alone(transpose(y, [0, ...space.map((axis) => axis + 2), 1])),
  };
}

/** Sizes of the axes of space of `[N, C, …]`. */
export function spaceOf(x: Tensor): readonly number[] {
  return sizesOf(x).slice(2);
}
