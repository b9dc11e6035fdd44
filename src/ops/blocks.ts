// Blocks of neighbours moved into channels or into the batch, and back. All of it is movement.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { divideSizes, multiplySizes, printShape, type Size } from '../ir/size.ts';
import { badOption, checkNames, requireOneOf, requireWhole, requireWholes } from './option.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize, sliceAxis, transpose } from './movement.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';

/** A tensor of the dtype of another, of a shape that types do not follow. */
type Same<T extends Tensor> = Tensor<Size[], T['dtype']>;

function requireRank(operation: string, x: Tensor, rank: number, layout: string): void {
  requireTensors(operation, x);
  if (x.shape.length >= rank) return;
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: `${printShape(x.shape)} has ${x.shape.length} axes`,
    expectation: `takes ${layout}`,
    operands: [x],
  });
}

/** The quotient of an axis that has to be a multiple. */
function divided(operation: string, x: Tensor, axis: number, by: number): Size {
  const size = x.shape[axis] ?? 1;
  const quotient = divideSizes(size, by);
  if (quotient !== undefined) return quotient;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `axis ${axis} of ${printShape(x.shape)} is no multiple of ${by}`,
    expectation: `takes a multiple of ${by} on axis ${axis}`,
    operands: [x],
  });
}

/**
 * Channels moved into blocks of `factor × factor` neighbours: `[…, C·r², H, W]` → `[…, C, H·r, W·r]` (Shi et al. 2016;
 * PyTorch's `pixel_shuffle`).
 * @throws {ShapeError} `E_RANK` for fewer than three axes; `E_SHAPE_MISMATCH` for channels that are no multiple of r²
 * @throws {DeclarationError} `E_OPTION` for a factor below 1
 */
export function pixelShuffle<T extends Tensor>(x: T, factor: number): Same<T>;
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  requireRank('pixelShuffle', x, 3, '[..., channels, height, width]');
  requireWhole('pixelShuffle', 'factor', factor, 1);
  const rank = x.shape.length;
  const channels = divided('pixelShuffle', x, rank - 3, factor * factor);
  const [height, width] = [x.shape[rank - 2] ?? 1, x.shape[rank - 1] ?? 1];
  const leading = x.shape.slice(0, -3);
  return composite('pixelShuffle', () => {
    const parted = reshape(x, [...leading, channels, factor, factor, height, width]);
    const order = [0, 3, 1, 4, 2].map((axis) => leading.length + axis);
    const turned = transpose(parted, [...leading.map((_, axis) => axis), ...order]);
    return reshape(turned, [
      ...leading,
      channels,
      multiplySizes(height, factor),
      multiplySizes(width, factor),
    ]);
  });
}

/**
 * Blocks of `factor × factor` neighbours moved into channels: `[…, C, H·r, W·r]` → `[…, C·r², H, W]`, the inverse of
 * {@link pixelShuffle} (PyTorch's `pixel_unshuffle`).
 * @throws {ShapeError} `E_RANK` for fewer than three axes; `E_SHAPE_MISMATCH` for heights or widths that are no multiples
 * @throws {DeclarationError} `E_OPTION` for a factor below 1
 */
export function pixelUnshuffle<T extends Tensor>(x: T, factor: number): Same<T>;
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  requireRank('pixelUnshuffle', x, 3, '[..., channels, height, width]');
  requireWhole('pixelUnshuffle', 'factor', factor, 1);
  const rank = x.shape.length;
  const [height, width] = [rank - 2, rank - 1].map((axis) => divided('pixelUnshuffle', x, axis, factor));
  const channels = x.shape[rank - 3] ?? 1;
  const leading = x.shape.slice(0, -3);
  return composite('pixelUnshuffle', () => {
    const parted = reshape(x, [...leading, channels, height ?? 1, factor, width ?? 1, factor]);
    const order = [0, 2, 4, 1, 3].map((axis) => leading.length + axis);
    const turned = transpose(parted, [...leading.map((_, axis) => axis), ...order]);
    return reshape(turned, [...leading, multiplySizes(channels, factor * factor), height ?? 1, width ?? 1]);
  });
}

/** Which axis holds the channels. */
export interface BlockOptions {
  /** `NHWC` (default, TensorFlow's) or `NCHW`. */
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

const toLast = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];

/** Runs a function of `[batch, height, width, channels]` on either layout. */
function inLastChannels(
  operation: string,
  x: Tensor,
  options: BlockOptions,
  build: (x: Tensor) => Tensor,
): Tensor {
  requireRank(operation, x, 4, 'four axes');
  checkNames(operation, options, ['dataFormat']);
  const { dataFormat = 'NHWC' } = options;
  requireOneOf(operation, 'dataFormat', dataFormat, ['NHWC', 'NCHW']);
  if (x.shape.length > 4) throw badOption(operation, `x has ${x.shape.length} axes`, 'has to have four');
  return composite(operation, () =>
    dataFormat === 'NHWC' ? build(x) : transpose(build(transpose(x, toLast)), toFirst),
  );
}

/**
 * Channels moved into blocks of `size × size` neighbours: `[N, H, W, C·b²]` → `[N, H·b, W·b, C]`, the channels of a block
 * row by row (TensorFlow's `depth_to_space`; {@link pixelShuffle} orders channels differently).
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function depthToSpace<T extends Tensor>(x: T, size: number, options?: BlockOptions): Same<T>;
export function depthToSpace(x: Tensor, size: number, options: BlockOptions = {}): Tensor {
  requireWhole('depthToSpace', 'size', size, 1);
  return inLastChannels('depthToSpace', x, options, (last) => {
    const channels = divided('depthToSpace', last, 3, size * size);
    const [batch = 1, height = 1, width = 1] = last.shape;
    const parted = reshape(last, [batch, height, width, size, size, channels]);
    const turned = transpose(parted, [0, 1, 3, 2, 4, 5]);
    return reshape(turned, [batch, multiplySizes(height, size), multiplySizes(width, size), channels]);
  });
}

/**
 * Blocks of `size × size` neighbours moved into channels: `[N, H·b, W·b, C]` → `[N, H, W, C·b²]`, the inverse of
 * {@link depthToSpace} (TensorFlow's `space_to_depth`).
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function spaceToDepth<T extends Tensor>(x: T, size: number, options?: BlockOptions): Same<T>;
export function spaceToDepth(x: Tensor, size: number, options: BlockOptions = {}): Tensor {
  requireWhole('spaceToDepth', 'size', size, 1);
  return inLastChannels('spaceToDepth', x, options, (last) => {
    const [height, width] = [1, 2].map((axis) => divided('spaceToDepth', last, axis, size));
    const [batch = 1, , , channels = 1] = last.shape;
    const parted = reshape(last, [batch, height ?? 1, size, width ?? 1, size, channels]);
    const turned = transpose(parted, [0, 1, 3, 2, 4, 5]);
    return reshape(turned, [batch, height ?? 1, width ?? 1, multiplySizes(channels, size * size)]);
  });
}

function requireBlocks(
  operation: string,
  x: Tensor,
  blockShape: readonly number[],
  name: string,
  pairs: readonly (readonly [number, number])[],
): void {
  requireWholes(operation, 'blockShape', blockShape, 1);
  requireRank(operation, x, blockShape.length + 1, '[batch, ...], with an axis for every block size');
  if (pairs.length !== blockShape.length) {
    throw badOption(operation, `${name} has ${pairs.length} pairs`, `has to have ${blockShape.length}`);
  }
  pairs.forEach((pair, axis) => {
    requireWholes(operation, `${name}[${axis}]`, pair, 0);
  });
}

/**
 * Every `blockShape[i]`-th element of axis `1 + i` into a batch of its own, after padding with zeros: `[N, S₁, …, …rest]` →
 * `[N·∏b, (S₁ + padding) / b₁, …, …rest]` (TensorFlow's `space_to_batch_nd`).
 * @throws {ShapeError} `E_RANK`; `E_SHAPE_MISMATCH` for padded sizes that are no multiples; `E_UNBOUND_DIM` on named axes
 * @throws {DeclarationError} `E_OPTION`
 */
export function spaceToBatch<T extends Tensor>(
  x: T,
  blockShape: readonly number[],
  paddings: readonly (readonly [number, number])[],
): Same<T>;
export function spaceToBatch(
  x: Tensor,
  blockShape: readonly number[],
  paddings: readonly (readonly [number, number])[],
): Tensor {
  requireBlocks('spaceToBatch', x, blockShape, 'paddings', paddings);
  return composite('spaceToBatch', () => {
    const widths = x.shape.map((_, axis) => paddings[axis - 1] ?? ([0, 0] as const));
    const padded = pad(x, widths);
    const count = blockShape.length;
    const rest = padded.shape.slice(count + 1);
    const counts = blockShape.map((size, each) => divided('spaceToBatch', padded, each + 1, size));
    const batch = padded.shape[0] ?? 1;
    const parted = reshape(padded, [
      batch,
      ...counts.flatMap((each, axis) => [each, blockShape[axis] ?? 1]),
      ...rest,
    ]);
    const blocks = counts.map((_, each) => 2 + 2 * each);
    const cells = counts.map((_, each) => 1 + 2 * each);
    const last = rest.map((_, each) => 1 + 2 * count + each);
    const turned = transpose(parted, [...blocks, 0, ...cells, ...last]);
    return reshape(turned, [blockShape.reduce<Size>(multiplySizes, batch), ...counts, ...rest]);
  });
}

/**
 * Batches back into every `blockShape[i]`-th element of axis `1 + i`, then cropped: the inverse of {@link spaceToBatch}
 * (TensorFlow's `batch_to_space_nd`).
 * @throws {ShapeError} `E_RANK`; `E_SHAPE_MISMATCH` for a batch that is no multiple, and for crops of more than there is
 * @throws {DeclarationError} `E_OPTION`
 */
export function batchToSpace<T extends Tensor>(
  x: T,
  blockShape: readonly number[],
  crops: readonly (readonly [number, number])[],
): Same<T>;
export function batchToSpace(
  x: Tensor,
  blockShape: readonly number[],
  crops: readonly (readonly [number, number])[],
): Tensor {
  requireBlocks('batchToSpace', x, blockShape, 'crops', crops);
  return composite('batchToSpace', () => {
    const count = blockShape.length;
    const batch = divided(
      'batchToSpace',
      x,
      0,
      blockShape.reduce((product, each) => product * each, 1),
    );
    const [cells, rest] = [x.shape.slice(1, count + 1), x.shape.slice(count + 1)];
    const parted = reshape(x, [...blockShape, batch, ...cells, ...rest]);
    const order = blockShape.flatMap((_, each) => [count + 1 + each, each]);
    const turned = transpose(parted, [count, ...order, ...rest.map((_, each) => 2 * count + 1 + each)]);
    const whole = reshape(turned, [
      batch,
      ...cells.map((each, axis) => multiplySizes(each, blockShape[axis] ?? 1)),
      ...rest,
    ]);
    return crops.reduce<Tensor>((part, [before, after], each) => {
      if (before === 0 && after === 0) return part;
      const size = numericSize('batchToSpace', part, each + 1);
      if (before + after <= size) return sliceAxis(part, each + 1, before, size - before - after);
      throw shapeMismatch({
        code: 'E_SHAPE_MISMATCH',
        operation: 'batchToSpace',
        problem: `crops [${before}, ${after}] of the ${size} positions of axis ${each + 1}`,
        expectation: 'crops no more than there is',
        operands: [x],
      });
    }, whole);
  });
}
