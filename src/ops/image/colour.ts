// Images in shades of grey, and in black and white.
import { printShape } from '../../ir/size.ts';
import type { Tensor } from '../../ir/node.ts';
import { composite } from '../../ir/origin.ts';
import { add, div, greater, mul, sub } from '../arithmetic.ts';
import { broadcastTo } from '../broadcast.ts';
import { cumsum } from '../cumulative.ts';
import { filled, iota } from '../random.ts';
import { constant, requireFloat } from '../leaf.ts';
import { requireTensors, shapeMismatch } from '../mismatch.ts';
import { sliceAxis } from '../movement.ts';
import { max, sum } from '../reduce.ts';
import { argmax } from '../arg-extreme.ts';
import { reshape } from '../reshape.ts';
import { scatterAdd } from '../scatter.ts';
import { cast, where } from '../select.ts';
import { round } from '../unary.ts';

/** Shares of red, green and blue in brightness (ITU-R BT.601), as TensorFlow rounds them. */
const brightness = [0.2989, 0.587, 0.114];

/**
 * Brightness of colours, `[…, 3]` → `[…, 1]`: 0.2989 red + 0.587 green + 0.114 blue (TensorFlow's `rgb_to_grayscale`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function rgbToGrayscale(images: Tensor): Tensor {
  requireChannels('rgbToGrayscale', images, 3);
  requireFloat('rgbToGrayscale', images);
  const weights = constant(brightness, [3], images.dtype);
  return composite('rgbToGrayscale', () =>
    sum(mul(images, weights), images.shape.length - 1, { keepdims: true }),
  );
}

/**
 * Shades of grey as colours, `[…, 1]` → `[…, 3]` (TensorFlow's `grayscale_to_rgb`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`
 */
export function grayscaleToRgb(images: Tensor): Tensor {
  requireChannels('grayscaleToRgb', images, 1);
  return broadcastTo(images, images.shape.with(images.shape.length - 1, 3));
}

function requireChannels(operation: string, images: Tensor, channels: number): void {
  requireTensors(operation, images);
  if (images.shape.length >= 2 && images.shape.at(-1) === channels) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `${printShape(images.shape)} has not ${channels} in its last axis`,
    expectation: `takes [..., ${channels}]`,
    operands: [images],
  });
}

const levels = 256;

/**
 * `argmax_t w₀(t) · w₁(t) · (μ₀(t) - μ₁(t))²`: the level that parts light from dark best (Otsu 1979): of 0 … 255,
 * the first after which the classes at or below it and above it differ most, by the variance between them. -1 where
 * all levels are one.
 * @param image levels from 0 to 255, of any shape; they are rounded
 * @returns an f32 or f64 scalar
 * @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function otsuThreshold(image: Tensor): Tensor {
  requireTensors('otsuThreshold', image);
  requireFloat('otsuThreshold', image);
  return composite('otsuThreshold', () => {
    const flat = cast(round(reshape(image, [-1])), 'i32');
    const ones = broadcastTo(cast(iota(1), image.dtype), flat.shape);
    const histogram = scatterAdd(filled([levels], 0, floatOf(image)), flat, add(ones, 1), 0);
    const level = cast(iota(levels), image.dtype);
    const below = cumsum(histogram, 0);
    const weighted = cumsum(mul(histogram, level), 0);
    const [total, sumOfAll] = [last(below), last(weighted)];
    const above = sub(total, below);
    const difference = sub(div(weighted, below), div(sub(sumOfAll, weighted), above));
    const between = mul(mul(div(below, total), div(above, total)), mul(difference, difference));
    // A class without elements has no mean: it parts nothing.
    const parts = where(greater(mul(below, above), 0), between, 0);
    const best = argmax(parts, 0);
    return where(greater(max(parts, 0), 0), cast(best, image.dtype), -1);
  });
}

function floatOf({ dtype }: Tensor): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32';
}

function last(x: Tensor): Tensor {
  return sliceAxis(x, 0, levels - 1, 1);
}
