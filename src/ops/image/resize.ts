// Images in another size, in the conventions of TensorFlow.
import { composite } from '../../ir/origin.ts';
import type { Tensor } from '../../ir/node.ts';
import { badOption, checkNames, requireOneOf, requireWhole, requireWholes } from '../option.ts';
import { add, mul } from '../arithmetic.ts';
import { broadcastAlong } from '../broadcast.ts';
import { gather } from '../gather.ts';
import { constant } from '../leaf.ts';
import { imageSizes, type Sampling } from './sample.ts';

/** Options of {@link resizeImages}. */
export interface ResizeOptions {
  /** How a value between pixels comes about, default `bilinear`. */
  readonly mode?: Sampling;
  /** Whether first and last pixels keep their places, default false. */
  readonly alignCorners?: boolean;
  /** Whether pixels are areas, and positions count from their middles; default false. */
  readonly halfPixelCenters?: boolean;
}

/** Where an element of the result lies in the input. */
type Position = (at: number) => number;

/**
 * Images in another size (TensorFlow's `resize_bilinear` and `resize_nearest_neighbor`; `interpolate` has PyTorch's
 * conventions). Row `i` of `height` rows lies at `i·H/height` of the image, with `halfPixelCenters` at `(i + ½)·H/height -
 * ½`, with `alignCorners` at `i·(H - 1)/(height - 1)`.
 * @param images `[batch, H, W, channels]`
 * @returns `[batch, height, width, channels]`
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function resizeImages(
  images: Tensor,
  size: readonly [number, number],
  options: ResizeOptions = {},
): Tensor {
  const operation = 'resizeImages';
  checkNames(operation, options, ['mode', 'alignCorners', 'halfPixelCenters']);
  const { mode = 'bilinear', alignCorners = false, halfPixelCenters = false } = options;
  requireOneOf(operation, 'mode', mode, ['bilinear', 'nearest']);
  requireWholes(operation, 'size', size, 1);
  requireWhole(operation, 'the number of sizes', size.length, 2, 2);
  if (alignCorners && halfPixelCenters) {
    throw badOption(operation, 'alignCorners and halfPixelCenters are given', 'takes one of them');
  }
  const [, height, width] = imageSizes(operation, images);
  const positionOf = (from: number, to: number): Position => {
    const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
    // A nearest pixel is the one whose area holds a place, a mixture is of the middles around it.
    const shift = mode === 'nearest' ? 0 : 0.5;
    return (at) => (halfPixelCenters ? (at + 0.5) * scale - shift : at * scale);
  };
  const along = mode === 'nearest' ? nearestAlong(alignCorners) : linearAlong;
  return composite(operation, () => {
    const [rows, columns] = size;
    const taller = along(images, 1, height, rows, positionOf(height, rows));
    return along(taller, 2, width, columns, positionOf(width, columns));
  });
}

/** Pixels at positions along an axis. */
function picked(images: Tensor, axis: number, places: readonly number[]): Tensor {
  const shape = images.shape.with(axis, places.length);
  return gather(images, broadcastAlong(constant(places, [places.length], 'i32'), shape, [axis]), axis);
}

type Along = (images: Tensor, axis: number, from: number, to: number, positionOf: Position) => Tensor;

function nearestAlong(rounds: boolean): Along {
  return (images, axis, from, to, positionOf) => {
    const places = Array.from({ length: to }, (_, at) => {
      const position = positionOf(at);
      return Math.min(from - 1, rounds ? Math.round(position) : Math.floor(position));
    });
    return picked(images, axis, places);
  };
}

const linearAlong: Along = (images, axis, from, to, positionOf) => {
  const positions = Array.from({ length: to }, (_, at) => Math.min(from - 1, Math.max(0, positionOf(at))));
  const before = positions.map(Math.floor);
  const after = positions.map(Math.ceil);
  const first = picked(images, axis, before);
  if (before.every((place, at) => place === after[at])) return first;
  const shape = images.shape.with(axis, to);
  const share = (of: (position: number, at: number) => number): Tensor =>
    broadcastAlong(constant(positions.map(of), [to], images.dtype), shape, [axis]);
  const beyond = (position: number, at: number): number => position - (before[at] ?? 0);
  return add(
    mul(
      first,
      share((position, at) => 1 - beyond(position, at)),
    ),
    mul(picked(images, axis, after), share(beyond)),
  );
};
