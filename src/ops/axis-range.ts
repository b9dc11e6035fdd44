// Positions of an axis as a range names them: where it begins, how many there are, and whether the axis has them. Sizes may
// have names, which a program is given numbers for.
import type { Tensor } from '../ir/node.ts';
import {
  addSizes,
  bindSize,
  divideSizes,
  printSize,
  subtractSizes,
  type Size,
  type Sizes,
} from '../ir/size.ts';
import type { SliceRange } from '../ir/types/movement.ts';
import { shapeMismatch } from './mismatch.ts';

/** Whether the positions of a slice lie on an axis. */
export function liesInside(size: number, start: number, length: number, step: number): boolean {
  const last = start + (length - 1) * step;
  return length === 0 || (length > 0 && Math.min(start, last) >= 0 && Math.max(start, last) < size);
}

/** @throws {ShapeError} `E_SLICE` where the sizes that a program is given are too small for what is cut out */
export function requireInside(
  within: Size,
  { start, length, step }: { readonly start: number; readonly length: number; readonly step: number },
  sizes: Sizes,
): void {
  const size = bindSize(within, sizes);
  if (liesInside(size, start, length, step)) return;
  throw shapeMismatch({
    code: 'E_SLICE',
    operation: 'slice',
    problem: `an axis of ${printSize(within)} = ${size} has no positions ${start} … ${start + (length - 1) * step}`,
    expectation: 'takes positions that the axis has at every size it is given',
    operands: [],
    help: 'positions on a named axis are not clipped to it: the shape of the result could not be told beforehand',
  });
}

/**
 * Where a range begins on an axis of `x` and how many elements it takes.
 * @throws {ShapeError} `E_SLICE` for a number of elements that is no sum of sizes
 */
export function positionsOf(
  x: Tensor,
  axis: number,
  range: SliceRange,
): { readonly from: Size; readonly length: Size } {
  const size = x.shape[axis] ?? 1;
  if (typeof size === 'number') return clippedPositions(size, range);
  const { start, stop, step = 1 } = range;
  const at = (position: number): Size => (position < 0 ? addSizes(size, position) : position);
  const from = start === undefined ? (step > 0 ? 0 : addSizes(size, -1)) : at(start);
  const end = stop === undefined ? (step > 0 ? size : -1) : at(stop);
  const span = step > 0 ? subtractSizes(end, from) : subtractSizes(from, end);
  const length =
    typeof span === 'number'
      ? Math.max(0, Math.ceil(span / Math.abs(step)))
      : divideSizes(span, Math.abs(step));
  if (length !== undefined) return { from, length };
  throw shapeMismatch({
    code: 'E_SLICE',
    operation: 'slice',
    problem: `steps of ${step} over ${printSize(span)} positions of axis ${axis}`,
    expectation: 'takes steps that divide what they run over',
    operands: [x],
    help: 'the number of elements would have to be rounded, which the size of a shape cannot say',
  });
}

/** CPython's `slice.indices`. */
function clippedPositions(
  size: number,
  { start, stop, step = 1 }: SliceRange,
): { readonly from: number; readonly length: number } {
  // Where nothing is left in the direction of the step: one beyond either end.
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (position: number): number =>
    Math.max(low, Math.min(high, position < 0 ? position + size : position));
  const from = start === undefined ? (step > 0 ? low : high) : clip(start);
  const end = stop === undefined ? (step > 0 ? high : low) : clip(stop);
  return { from, length: Math.max(0, Math.ceil((end - from) / step)) };
}
