// Parts of a tensor along one axis: one position, a run of positions, and all of it in pieces. Axes count from either
// end. Where the number of pieces follows from the size of an axis, that is literal.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { addSizes, type Size } from '../ir/size.ts';
import type { Reduction } from '../ir/types/axes.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { requireWhole, requireWholes } from './option.ts';
import { add, maximum, minimum } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { gatherElements } from './gather.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize, sliceAxis } from './movement.ts';
import { positions } from './positions.ts';
import { iota } from './random.ts';
import { reshape, squeeze } from './reshape.ts';

/** A tensor of the dtype of another, of a shape that types do not follow. */
type Part<T extends Tensor> = Tensor<Size[], T['dtype']>;

/** The axis from the front, and its size. */
function sized(operation: string, x: Tensor, axis: number): { readonly at: number; readonly size: number } {
  const at = normaliseAxis(operation, x, axis);
  return { at, size: numericSize(operation, x, at) };
}

/** Where a run begins that may count from the end; on a named axis it is checked when that is given a number. */
function firstOf(
  operation: string,
  x: Tensor,
  axis: number,
  { start, length, what }: { readonly start: number; readonly length: number; readonly what: string },
): Size {
  const size = x.shape[axis] ?? 1;
  const first = start < 0 ? addSizes(size, start) : start;
  const [from, end] = [Number(first), Number(size)];
  if (typeof size === 'number' && (from < 0 || from + length > end)) throw outside(operation, x, axis, what);
  return first;
}

/**
 * One position of an axis, which goes: `x[:, …, index]` (PyTorch's `select`). A negative index counts from the end.
 * @throws {ShapeError} `E_AXIS`; `E_INDEX` for a position outside; on a named axis `E_SLICE` when it is given a size
 * without the position
 */
export function select<T extends Tensor, A extends number>(
  x: T,
  axis: Checked<A, Reduction<T, A, false>>,
  index: number,
): Result<Reduction<T, A, false>>;
export function select(x: Tensor, axis: number, index: number): Tensor {
  const at = normaliseAxis('select', x, axis);
  requireWhole('select', 'index', index);
  const position = firstOf('select', x, at, { start: index, length: 1, what: `index ${index}` });
  return composite('select', () => squeeze(sliceAxis(x, at, position, 1), at));
}

/**
 * `x[…, start … start + length - 1, …]`: `length` positions of an axis from `start` on (PyTorch's `narrow`). `start`
 * may count from the end, and may be an i32 scalar: the run is then chosen when the program runs, and kept inside
 * the axis.
 * @throws {ShapeError} `E_AXIS`; `E_INDEX` for a run that leaves the axis, on a named axis `E_SLICE` when it is given such
 * a size; `E_UNBOUND_DIM` for a computed start on a named axis
 */
export function narrow<T extends Tensor>(x: T, axis: number, start: number | Tensor, length: number): Part<T>;
export function narrow(x: Tensor, axis: number, start: number | Tensor, length: number): Tensor {
  const at = normaliseAxis('narrow', x, axis);
  requireWhole('narrow', 'length', length, 0);
  if (typeof start === 'number') {
    requireWhole('narrow', 'start', start);
    const from = firstOf('narrow', x, at, { start, length, what: `${length} from ${start} on` });
    return composite('narrow', () => sliceAxis(x, at, from, length));
  }
  const size = numericSize('narrow', x, at);
  if (length > size) throw outside('narrow', x, at, `a run of ${length}`);
  requireTensors('narrow', start);
  if (start.shape.length > 0) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'narrow',
      problem: 'the start is no scalar',
      expectation: 'takes a start that is one number',
      operands: [start],
    });
  }
  return composite('narrow', () => {
    if (length === 0) return sliceAxis(x, at, 0, 0);
    const last = size - length;
    const from = positions('narrow', start, size, { fromEnd: true, last, what: 'start' });
    const kept = minimum(maximum(from, 0), last);
    const run = add(iota(length), broadcastAlong(kept, [length], []));
    return gatherElements(x, broadcastAlong(run, x.shape.with(at, length), [at]), at);
  });
}

function outside(operation: string, x: Tensor, axis: number, what: string): Error {
  return shapeMismatch({
    code: 'E_INDEX',
    operation,
    problem: `${what} leaves axis ${axis}`,
    expectation: `takes positions of axis ${axis}`,
    operands: [x],
  });
}

/**
 * `[x[0 … s - 1], x[s … 2s - 1], …]`: all of an axis in pieces, in order (PyTorch's `split`): pieces of `sizes`
 * each, the last one smaller where it does not come out even; or of the listed sizes, which have to add up.
 * @throws {ShapeError} `E_AXIS`; `E_SPLIT` for sizes that do not add up; `E_UNBOUND_DIM` on a named axis
 * @throws {DeclarationError} `E_OPTION` for sizes that are not whole numbers of 0 or more
 */
export function split<T extends Tensor>(
  x: T,
  sizes: number | readonly number[],
  axis?: number,
): readonly Part<T>[];
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): readonly Tensor[] {
  const { at, size } = sized('split', x, axis);
  if (typeof sizes !== 'number') {
    requireWholes('split', 'sizes', sizes, 0);
    const total = sizes.reduce((sum, each) => sum + each, 0);
    if (total === size) return pieces('split', x, at, sizes);
    throw shapeMismatch({
      code: 'E_SPLIT',
      operation: 'split',
      problem: `the sizes ${sizes.join(' + ')} add up to ${total}, axis ${at} has ${size}`,
      expectation: `takes sizes that add up to ${size}`,
      operands: [x],
    });
  }
  requireWhole('split', 'sizes', sizes, size === 0 ? 0 : 1);
  return pieces('split', x, at, evenSizes(size, sizes));
}

/** Runs of `each`, the last one smaller; one of nothing where there is nothing. */
function evenSizes(size: number, each: number): readonly number[] {
  const count = size === 0 ? 1 : Math.ceil(size / each);
  return Array.from({ length: count }, (_, piece) => Math.min(each, size - piece * each));
}

function pieces(operation: string, x: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] {
  return composite(operation, () =>
    sizes.map((size, piece) => {
      const start = sizes.slice(0, piece).reduce((sum, each) => sum + each, 0);
      return sliceAxis(x, axis, start, size);
    }),
  );
}

/**
 * All of an axis in at most `chunks` pieces of `⌈size / chunks⌉`, the last one smaller (PyTorch's `chunk`, which may give
 * fewer pieces than asked for). For pieces whose sizes differ by at most one see {@link tensorSplit}.
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on a named axis
 * @throws {DeclarationError} `E_OPTION` for a number below 1
 */
export function chunk<T extends Tensor>(x: T, chunks: number, axis?: number): readonly Part<T>[];
export function chunk(x: Tensor, chunks: number, axis = 0): readonly Tensor[] {
  const { at, size } = sized('chunk', x, axis);
  requireWhole('chunk', 'chunks', chunks, 1);
  // PyTorch gives as many empty pieces as asked for.
  const sizes =
    size === 0 ? Array.from({ length: chunks }, () => 0) : evenSizes(size, Math.ceil(size / chunks));
  return pieces('chunk', x, at, sizes);
}

/**
 * `[x[0 … i - 1], x[i … j - 1], …]`: all of an axis in exactly `sections` pieces whose sizes differ by at most one,
 * the larger ones first; or cut before each of the listed positions (PyTorch's `tensor_split`, NumPy's
 * `array_split`).
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on a named axis
 * @throws {DeclarationError} `E_OPTION` for a number of sections below 1 and positions that are not whole
 */
export function tensorSplit<T extends Tensor>(
  x: T,
  sections: number | readonly number[],
  axis?: number,
): readonly Part<T>[];
export function tensorSplit(x: Tensor, sections: number | readonly number[], axis = 0): readonly Tensor[] {
  const { at, size } = sized('tensorSplit', x, axis);
  if (typeof sections === 'number') {
    requireWhole('tensorSplit', 'sections', sections, 1);
    const [least, larger] = [Math.floor(size / sections), size % sections];
    const sizes = Array.from({ length: sections }, (_, piece) => least + (piece < larger ? 1 : 0));
    return pieces('tensorSplit', x, at, sizes);
  }
  requireWholes('tensorSplit', 'sections', sections);
  return composite('tensorSplit', () => {
    const clip = (position: number): number =>
      Math.max(0, Math.min(size, position < 0 ? position + size : position));
    const cuts = [0, ...sections.map(clip), size];
    return cuts.slice(1).map((end, piece) => {
      const start = cuts[piece] ?? 0;
      return sliceAxis(x, at, start, Math.max(0, end - start));
    });
  });
}

/**
 * `[x[0], x[1], …]`: every position of an axis as a tensor without it (PyTorch's `unbind`, TensorFlow's `unstack`).
 * @throws {ShapeError} `E_AXIS`; `E_UNBOUND_DIM` on a named axis
 */
export function unbind<T extends Tensor>(x: T, axis?: number): readonly Part<T>[];
export function unbind(x: Tensor, axis = 0): readonly Tensor[] {
  const { at, size } = sized('unbind', x, axis);
  return composite('unbind', () =>
    Array.from({ length: size }, (_, position) =>
      reshape(sliceAxis(x, at, position, 1), x.shape.toSpliced(at, 1)),
    ),
  );
}
