// Reading images between their pixels, at positions that are computed: what crops and transforms of images share.
// Images are `[batch, height, width, channels]`, as TensorFlow has them.
import { elementCount, printShape, type Size } from '../../ir/size.ts';
import type { Tensor } from '../../ir/node.ts';
import { requireFloat } from '../leaf.ts';
import { add, greaterEqual, lessEqual, logicalAnd, maximum, minimum, mul, sub } from '../arithmetic.ts';
import { broadcastTo } from '../broadcast.ts';
import { gather } from '../gather.ts';
import { shapeMismatch, requireTensors } from '../mismatch.ts';
import { numericSize } from '../movement.ts';
import { expandDims, reshape } from '../reshape.ts';
import { cast, where } from '../select.ts';
import { floor } from '../unary.ts';

/** How a value between pixels comes about: of the four around it, or of the nearest. */
export type Sampling = 'bilinear' | 'nearest';

/** The sizes of images; how many there are may be a named size. @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH` */
export function imageSizes(operation: string, images: Tensor): readonly [Size, number, number, number] {
  requireTensors(operation, images);
  requireFloat(operation, images);
  if (images.shape.length !== 4) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation,
      problem: `${printShape(images.shape)} are no images`,
      expectation: 'takes [batch, height, width, channels]',
      operands: [images],
    });
  }
  const [height, width, channels] = [1, 2, 3].map((axis) => numericSize(operation, images, axis));
  return [images.shape[0] ?? 0, height ?? 0, width ?? 0, channels ?? 0];
}

/** Where to read: the image of the batch, i32, and its row and column, floats; all of one shape. */
export interface Places {
  readonly image: Tensor;
  readonly row: Tensor;
  readonly column: Tensor;
}

/** Whether a position lies on an axis of `size`, its last pixel included. */
export function isOn(position: Tensor, size: number): Tensor {
  return logicalAnd(greaterEqual(position, 0), lessEqual(position, size - 1));
}

/** Pixels at whole positions, `[…places, channels]`; positions outside are moved to the edge. */
function pixelsAt(images: Tensor, { image, row, column }: Places): Tensor {
  const [batch, height, width, channels] = imageSizes('sample', images);
  const inside = (position: Tensor, size: number): Tensor =>
    cast(minimum(maximum(position, 0), size - 1), 'i32');
  const place = add(mul(add(mul(image, height), inside(row, height)), width), inside(column, width));
  const count = elementCount(place.shape);
  const rows = reshape(images, [elementCount([batch, height, width]), channels]);
  const read = gather(rows, broadcastTo(reshape(place, [count, 1]), [count, channels]), 0);
  return reshape(read, [...place.shape, channels]);
}

/** Pixels at whole positions, `outside` where there is none. */
function pixelsOr(images: Tensor, places: Places, outside: number): Tensor {
  const [, height, width] = imageSizes('sample', images);
  const exists = logicalAnd(isOn(places.row, height), isOn(places.column, width));
  return where(expandDims(exists, places.row.shape.length), pixelsAt(images, places), outside);
}

/** `⌊x + ½⌋`. */
function nearestWhole(x: Tensor): Tensor {
  return floor(add(x, 0.5));
}

/**
 * Values of images between pixels, `[…places, channels]`: bilinear of the four around a place, or of the nearest one.
 * Pixels that there are not count as `outside`. Differentiable in the images, and bilinear values in the places.
 */
export function sample(images: Tensor, places: Places, sampling: Sampling, outside: number): Tensor {
  const { image, row, column } = places;
  if (sampling === 'nearest') {
    const nearest = { image, row: nearestWhole(row), column: nearestWhole(column) };
    return pixelsOr(images, nearest, outside);
  }
  const [top, left] = [floor(row), floor(column)];
  const below = expandDims(sub(row, top), row.shape.length);
  const beside = expandDims(sub(column, left), column.shape.length);
  const between = (line: Tensor): Tensor => {
    const first = pixelsOr(images, { image, row: line, column: left }, outside);
    const second = pixelsOr(images, { image, row: line, column: add(left, 1) }, outside);
    return add(mul(sub(1, beside), first), mul(beside, second));
  };
  return add(mul(sub(1, below), between(top)), mul(below, between(add(top, 1))));
}
