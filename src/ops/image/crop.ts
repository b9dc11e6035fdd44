// Crops of images, brought to one size.
import { printShape, sizesEqual } from '../../ir/size.ts';
import type { Tensor } from '../../ir/node.ts';
import { composite } from '../../ir/origin.ts';
import { checkNames, requireOneOf, requireWhole, requireWholes } from '../option.ts';
import { add, logicalAnd, mul, sub } from '../arithmetic.ts';
import { broadcastTo } from '../broadcast.ts';
import { requireTensors, shapeMismatch } from '../mismatch.ts';
import { positions } from '../positions.ts';
import { sliceAxis } from '../movement.ts';
import { iota } from '../random.ts';
import { expandDims, reshape } from '../reshape.ts';
import { cast, where } from '../select.ts';
import { imageSizes, isOn, sample, type Sampling } from './sample.ts';

/** Options of {@link cropAndResize}. */
export interface CropOptions {
  /** How a value between pixels comes about, default `bilinear`. */
  readonly mode?: Sampling;
  /** The value of what lies outside of an image, default 0. */
  readonly outside?: number;
}

/**
 * Parts of images, each brought to `[height, width]` (TensorFlow's `crop_and_resize`). A box `[y1, x1, y2, x2]` names
 * corners in units of the image, 0 its first row or column and 1 its last; a row of the crop lies at `y1·(H - 1) +
 * i·(y2 - y1)·(H - 1)/(height - 1)`, the only row of a crop of height 1 in the middle. A box may be turned round, and may
 * reach over the image.
 * @param images `[batch, H, W, channels]`
 * @param boxes `[count, 4]` floats
 * @param of `[count]` i32: the image of each box
 * @returns `[count, height, width, channels]`
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH`, `E_INDEX` @throws {DTypeError} `E_DTYPE_MISMATCH`
 * @throws {DeclarationError} `E_OPTION`
 */
export function cropAndResize(
  images: Tensor,
  boxes: Tensor,
  of: Tensor,
  size: readonly [number, number],
  options: CropOptions = {},
): Tensor {
  const operation = 'cropAndResize';
  checkNames(operation, options, ['mode', 'outside']);
  const { mode = 'bilinear', outside = 0 } = options;
  requireOneOf(operation, 'mode', mode, ['bilinear', 'nearest']);
  requireWholes(operation, 'size', size, 1);
  requireWhole(operation, 'the number of sizes', size.length, 2, 2);
  const [batch, height, width] = imageSizes(operation, images);
  requireTensors(operation, boxes, of);
  const fits = boxes.shape.length === 2 && boxes.shape[1] === 4 && of.shape.length === 1;
  if (!fits || !sizesEqual(of.shape[0] ?? -1, boxes.shape[0] ?? -1) || boxes.dtype !== images.dtype) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `boxes ${printShape(boxes.shape)} for images ${printShape(of.shape)}`,
      expectation: 'takes boxes [count, 4] of floats and the image of each, [count]',
      operands: [images, boxes, of],
    });
  }
  return composite(operation, () => {
    const image = positions(operation, of, batch, { what: 'image' });
    const [rows, columns] = size;
    const row = along(boxes, [0, 2], height, rows);
    const column = along(boxes, [1, 3], width, columns);
    const shape = [boxes.shape[0] ?? 0, rows, columns];
    const places = {
      image: broadcastTo(reshape(image, [-1, 1, 1]), shape),
      row: broadcastTo(expandDims(row, 2), shape),
      column: broadcastTo(expandDims(column, 1), shape),
    };
    const isInside = expandDims(logicalAnd(isOn(places.row, height), isOn(places.column, width)), 3);
    // A place on the image has its neighbours there, too: those after the last row and column weigh nothing.
    return where(isInside, sample(images, places, mode, 0), outside);
  });
}

/** Positions along an axis of `size` for `count` rows of each box. */
function along(boxes: Tensor, [from, to]: readonly [number, number], size: number, count: number): Tensor {
  const start = sliceAxis(boxes, 1, from, 1);
  const end = sliceAxis(boxes, 1, to, 1);
  if (count === 1) return mul(add(start, end), (size - 1) / 2);
  const step = mul(sub(end, start), (size - 1) / (count - 1));
  const steps = mul(step, expandDims(cast(iota(count), boxes.dtype), 0));
  return add(mul(start, size - 1), steps);
}
