// The elements of a tensor more than once along its axes, or shifted round an axis. In kernels these are index arithmetic.
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { multiplySizes, printShape, sizesEqual, type Size } from '../ir/size.ts';
import { badOption, checkNames, requireList, requireWhole, requireWholes } from './option.ts';
import { lessEqual, sub } from './arithmetic.ts';
import { broadcastAlong, broadcastTo } from './broadcast.ts';
import { concat } from './concat.ts';
import { cumsum } from './cumulative.ts';
import { remainder } from './division.ts';
import { gather, gatherElements } from './gather.ts';
import { constant, sizeOf } from './leaf.ts';
import { asList, normaliseAxis, requireTensors, shapeMismatch, requireShape } from './mismatch.ts';
import { numericSize, sliceAxis } from './movement.ts';
import { requireIndices } from './positions.ts';
import { iota } from './random.ts';
import { sum } from './reduce.ts';
import { ravel, reshape } from './reshape.ts';
import { cast } from './select.ts';

/** A tensor of the dtype of another, of a shape that types do not follow. */
type Same<T extends Tensor> = Tensor<Size[], T['dtype']>;

/**
 * `out[…, i, j] = x[i, 0]`: `x` repeated to a shape, -1 standing for the size that an axis has (PyTorch's `expand`):
 * axes of size 1 are stretched, new axes come first. See {@link broadcastTo}.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for a size that is neither kept nor stretched from 1, and for -1 on a new
 * axis
 */
export function expand<T extends Tensor>(x: T, sizes: readonly Size[]): Same<T>;
export function expand(x: Tensor, sizes: readonly Size[]): Tensor {
  requireTensors('expand', x);
  requireList('expand', 'sizes', sizes, 'sizes');
  const offset = sizes.length - x.shape.length;
  requireShape(
    'expand',
    sizes.map((size) => (size === -1 ? 0 : size)),
  );
  const shape = sizes.map((size, axis) => (size === -1 ? (x.shape[axis - offset] ?? -1) : size));
  if (offset < 0 || shape.includes(-1)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'expand',
      problem: `${printShape(x.shape)} to ${printShape(sizes)}`,
      expectation: 'takes a size for every axis; -1 stands for that of an axis which the tensor has',
      operands: [x],
    });
  }
  return broadcastTo(x, shape);
}

/**
 * `x` side by side `repeats[axis]` times along each axis (PyTorch's and NumPy's `tile`). A shorter list is for the last
 * axes; a longer one adds axes in front.
 * @throws {DeclarationError} `E_OPTION` for repeats that are not whole numbers of 0 or more
 */
export function tile<T extends Tensor>(x: T, repeats: readonly number[]): Same<T>;
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  requireTensors('tile', x);
  requireWholes('tile', 'repeats', repeats, 0);
  return composite('tile', () => {
    const rank = Math.max(repeats.length, x.shape.length);
    const shape: Size[] = Array.from(
      { length: rank },
      (_, axis) => x.shape[axis - rank + x.shape.length] ?? 1,
    );
    const times = shape.map((_, axis) => repeats[axis - rank + repeats.length] ?? 1);
    if (times.every((each) => each === 1)) return reshape(x, shape);
    // Each axis with the number of its repetitions before it.
    const interleaved = shape.flatMap((size, axis) => [times[axis] ?? 1, size]);
    const repeated = broadcastAlong(
      reshape(x, shape),
      interleaved,
      shape.map((_, axis) => 2 * axis + 1),
    );
    return reshape(
      repeated,
      shape.map((size, axis) => multiplySizes(size, times[axis] ?? 1)),
    );
  });
}

/**
 * `x` side by side `repeats[axis]` times along each axis, of which there are at least those of `x` (PyTorch's `repeat`):
 * {@link tile} that refuses a list that is too short.
 * @throws {ShapeError} `E_AXIS` for fewer repeats than axes
 * @throws {DeclarationError} `E_OPTION` for repeats that are not whole numbers of 0 or more
 */
export function repeat<T extends Tensor>(x: T, repeats: readonly number[]): Same<T>;
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  requireTensors('repeat', x);
  requireWholes('repeat', 'repeats', repeats, 0);
  if (repeats.length < x.shape.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'repeat',
      problem: `${repeats.length} repeats for ${x.shape.length} axes`,
      expectation: 'takes a number for every axis',
      operands: [x],
      help: 'tile takes a shorter list',
    });
  }
  return tile(x, repeats);
}

/** What {@link repeatInterleave} takes beside repeats that are data. */
export interface RepeatInterleaveOptions {
  /** How long the axis of the result is; needed with an i32 vector of repeats, otherwise computed. */
  readonly size?: number;
}

/**
 * `[a, b] → [a, a, b, b]`: every element several times in a row along an axis, of the flattened tensor where none is
 * given (PyTorch's `repeat_interleave`, NumPy's `repeat`). A list says for each position how often, and so does an
 * i32 vector: how long the result is then depends on data, so that `size` says it beforehand; what is longer is cut,
 * what is shorter repeats the last element.
 * @throws {ShapeError} `E_AXIS`; `E_SHAPE_MISMATCH` for repeats of another length; `E_UNBOUND_DIM` with a list on
 * a named axis
 * @throws {DeclarationError} `E_OPTION` for repeats that are not whole numbers of 0 or more, and a vector without a
 * size
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for a vector that is not i32
 */
export function repeatInterleave<T extends Tensor>(
  x: T,
  repeats: number | readonly number[] | Tensor,
  axis?: number,
  options?: RepeatInterleaveOptions,
): Same<T>;
export function repeatInterleave(
  x: Tensor,
  repeats: number | readonly number[] | Tensor,
  axis?: number,
  options: RepeatInterleaveOptions = {},
): Tensor {
  requireTensors('repeatInterleave', x);
  checkNames('repeatInterleave', options, ['size']);
  return composite('repeatInterleave', () => {
    const from = axis === undefined ? ravel(x) : x;
    const at = normaliseAxis('repeatInterleave', from, axis ?? 0);
    return isTensor(repeats)
      ? interleaveByData(from, repeats, at, options.size)
      : interleave(from, repeats, at);
  });
}

/** The element at each place is the one whose run has not ended before it: as many runs have ended as it has predecessors. */
function interleaveByData(x: Tensor, repeats: Tensor, axis: number, length: number | undefined): Tensor {
  requireIndices('repeatInterleave', repeats);
  requireWhole('repeatInterleave', 'size', length, 0);
  const count = x.shape[axis] ?? 1;
  if (repeats.shape.length !== 1 || !sizesEqual(repeats.shape[0] ?? -1, count))
    throw otherLength(x, axis, repeats.shape);
  const size = length ?? 0;
  if (size === 0) return sliceAxis(x, axis, 0, 0);
  const ends = broadcastAlong(cumsum(repeats, 0), [size, count], [1]);
  const places = broadcastAlong(iota(size), [size, count], [0]);
  const ended = sum(cast(lessEqual(ends, places), 'i32'), 1);
  return gatherElements(x, broadcastAlong(ended, x.shape.with(axis, size), [axis]), axis);
}

function otherLength(x: Tensor, axis: number, repeats: readonly Size[]): Error {
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: 'repeatInterleave',
    problem: `repeats ${printShape(repeats)} for axis ${axis} of ${printShape(x.shape)}`,
    expectation: 'takes a number, or one for every position',
    operands: [x],
  });
}

function interleave(x: Tensor, repeats: number | readonly number[], axis: number): Tensor {
  if (typeof repeats === 'number') {
    requireWhole('repeatInterleave', 'repeats', repeats, 0);
    const shape = x.shape.toSpliced(axis + 1, 0, repeats);
    const kept = shape.flatMap((_, each) => (each === axis + 1 ? [] : [each]));
    const size = multiplySizes(x.shape[axis] ?? 1, repeats);
    return reshape(broadcastAlong(x, shape, kept), x.shape.with(axis, size));
  }
  requireWholes('repeatInterleave', 'repeats', repeats, 0);
  const size = numericSize('repeatInterleave', x, axis);
  if (repeats.length !== size) throw otherLength(x, axis, [repeats.length]);
  const sources = repeats.flatMap((times, position) => Array.from({ length: times }, () => position));
  if (sources.length === 0) return sliceAxis(x, axis, 0, 0);
  const positions = constant(sources, [sources.length], 'i32');
  return gather(x, broadcastAlong(positions, x.shape.with(axis, sources.length), [axis]), axis);
}

/**
 * `x` shifted along axes, what leaves one end comes back at the other: `out[i] = x[(i - shift) mod size]` (PyTorch's and
 * NumPy's `roll`). Without axes the flattened tensor is shifted. Shifts may be negative and larger than the axis.
 * @param shifts one number, or one for every axis
 * @throws {ShapeError} `E_AXIS` for axes that do not exist
 * @throws {DeclarationError} `E_OPTION` for shifts that are no whole numbers or not as many as axes
 */
export function roll<T extends Tensor>(
  x: T,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor<T['shape'], T['dtype']>;
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  requireTensors('roll', x);
  const steps = asList(shifts);
  requireWholes('roll', 'shifts', steps);
  const turned = axes === undefined ? [] : asList(axes);
  if (axes === undefined ? steps.length !== 1 : steps.length !== turned.length) {
    const wanted = axes === undefined ? 1 : turned.length;
    throw badOption('roll', `shifts has ${steps.length} numbers`, `has to have ${wanted}`);
  }
  return composite('roll', () => {
    if (axes === undefined) return reshape(rollAxis(ravel(x), steps[0] ?? 0, 0), x.shape);
    return turned.reduce<Tensor>(
      (shifted, axis, each) => rollAxis(shifted, steps[each] ?? 0, normaliseAxis('roll', x, axis)),
      x,
    );
  });
}

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis] ?? 1;
  if (typeof size !== 'number') return rollNamed(x, shift, axis, size);
  const start = size === 0 ? 0 : ((shift % size) + size) % size;
  if (start === 0) return x;
  return concat([sliceAxis(x, axis, size - start, start), sliceAxis(x, axis, 0, size - start)], axis);
}

/** How far a shift reaches beyond whole turns is known when the program runs, and so is where each element comes from. */
function rollNamed(x: Tensor, shift: number, axis: number, size: Size): Tensor {
  const from = remainder(sub(iota(size), shift), sizeOf(size, 'i32'));
  return gatherElements(x, broadcastAlong(from, x.shape, [axis]), axis);
}
