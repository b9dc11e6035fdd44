// Projective transforms of images: moves, turns, stretches, shears and perspective.
import { printShape, printSize, sizesEqual } from '../../ir/size.ts';
import type { Tensor } from '../../ir/node.ts';
import { composite } from '../../ir/origin.ts';
import { checkNames, requireOneOf, requireWhole, requireWholes } from '../option.ts';
import { add, div, equal, greater, less, maximum, minimum, mul, sub } from '../arithmetic.ts';
import { broadcastTo } from '../broadcast.ts';
import { requireTensors, shapeMismatch } from '../mismatch.ts';
import { sliceAxis } from '../movement.ts';
import { iota } from '../random.ts';
import { expandDims, reshape } from '../reshape.ts';
import { cast, where } from '../select.ts';
import { neg, trunc } from '../unary.ts';
import { imageSizes, sample, type Sampling } from './sample.ts';

/** What lies around an image: one value, its mirror image, itself again, or its edge. */
export type Surroundings = 'constant' | 'reflect' | 'wrap' | 'nearest';

/** Options of {@link transformImages}. */
export interface TransformOptions {
  /** How a value between pixels comes about, default `nearest`. */
  readonly mode?: Sampling;
  /** What lies around an image, default `constant`. */
  readonly fill?: Surroundings;
  /** The value around an image where `fill` is `constant`, default 0. */
  readonly value?: number;
  /** `[height, width]` of the result, default that of the images. */
  readonly size?: readonly [number, number];
}

/**
 * Images through a projective transform (TensorFlow's `ImageProjectiveTransformV3`): the pixel at row `y` and column `x` of
 * the result is that of the image at column `(a·x + b·y + c) / k` and row `(d·x + e·y + f) / k`, with `k = g·x + h·y + 1`.
 * @param images `[batch, height, width, channels]`
 * @param transforms `[batch, 8]`, or `[1, 8]` for all images: a, b, c, d, e, f, g, h
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 * @throws {DeclarationError} `E_OPTION`
 */
export function transformImages(images: Tensor, transforms: Tensor, options: TransformOptions = {}): Tensor {
  const operation = 'transformImages';
  checkNames(operation, options, ['mode', 'fill', 'value', 'size']);
  const [batch, height, width] = imageSizes(operation, images);
  const { mode = 'nearest', fill = 'constant', value = 0, size = [height, width] } = options;
  requireOneOf(operation, 'mode', mode, ['bilinear', 'nearest']);
  requireOneOf(operation, 'fill', fill, ['constant', 'reflect', 'wrap', 'nearest']);
  requireWholes(operation, 'size', size, 1);
  requireWhole(operation, 'the number of sizes', size.length, 2, 2);
  requireTensors(operation, transforms);
  const [count, numbers, ...more] = transforms.shape;
  if (
    (count !== 1 && !sizesEqual(count ?? -1, batch)) ||
    numbers !== 8 ||
    more.length > 0 ||
    transforms.dtype !== images.dtype
  ) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `transforms ${printShape(transforms.shape)} ${transforms.dtype} for ${printSize(batch)} images`,
      expectation: 'takes [batch, 8] or [1, 8] of floats',
      operands: [images, transforms],
    });
  }
  return composite(operation, () => {
    const [rows, columns] = size;
    const shape = [batch, rows, columns];
    const factor = (position: number): Tensor =>
      broadcastTo(reshape(sliceAxis(transforms, 1, position, 1), [-1, 1, 1]), shape);
    const y = broadcastTo(reshape(cast(iota(rows), images.dtype), [1, rows, 1]), shape);
    const x = broadcastTo(reshape(cast(iota(columns), images.dtype), [1, 1, columns]), shape);
    const line = (a: number, b: number): Tensor => add(mul(factor(a), x), mul(factor(b), y));
    const depth = add(line(6, 7), 1);
    const column = around(div(add(line(0, 1), factor(2)), depth), width, fill);
    const row = around(div(add(line(3, 4), factor(5)), depth), height, fill);
    const image = broadcastTo(reshape(iota(batch), [batch, 1, 1]), shape);
    const isNowhere = expandDims(equal(depth, 0), 3);
    return where(isNowhere, value, sample(images, { image, row, column }, mode, value));
  });
}

/** A position on the image in place of one around it. */
function around(position: Tensor, size: number, fill: Surroundings): Tensor {
  const onto = (place: Tensor): Tensor => minimum(maximum(place, 0), size - 1);
  switch (fill) {
    case 'constant':
      return position;
    case 'nearest':
      return onto(position);
    case 'wrap':
      return onto(size <= 1 ? mul(position, 0) : wrapped(position, size));
    case 'reflect':
      return onto(size <= 1 ? mul(position, 0) : reflected(position, size));
  }
}

/** `abcd|abcd|abcd`. */
function wrapped(position: Tensor, size: number): Tensor {
  const before = add(position, mul(add(trunc(div(neg(position), size - 1)), 1), size));
  const after = sub(position, mul(trunc(div(position, size - 1)), size));
  return where(less(position, 0), before, where(greater(position, size - 1), after, position));
}

/** `dcba|abcd|dcba`. */
function reflected(position: Tensor, size: number): Tensor {
  const period = 2 * size;
  const near = add(position, mul(trunc(div(neg(position), period)), period));
  const before = where(less(near, -size), add(near, period), sub(neg(near), 1));
  const far = sub(position, mul(trunc(div(position, period)), period));
  const after = where(less(far, size), far, sub(period - 1, far));
  return where(less(position, 0), before, where(greater(position, size - 1), after, position));
}
