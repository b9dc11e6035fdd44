// Statistics of order: medians, quantiles and the most frequent element. All are read off the sorted axis.
import type { FloatDType } from '../ir/dtype.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import { badOption, checkNames, describeValue, requireOneOf } from './option.ts';
import { add, equal, greater, less, maximum, mul, sub } from './arithmetic.ts';
import { lerp } from './blend.ts';
import { broadcastTo } from './broadcast.ts';
import { clamp } from './clamp.ts';
import { stack } from './concat.ts';
import type { ValuesAndIndices } from './extremes.ts';
import { gather } from './gather.ts';
import { requireFloat, sizeOf } from './leaf.ts';
import { asList, dtypeMismatch, normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize } from './movement.ts';
import { pairs } from './order.ts';
import { select } from './parts.ts';
import { max, refuseBooleans, refuseEmpty, sum, type ReduceOptions } from './reduce.ts';
import { argmax } from './arg-extreme.ts';
import { reshape, squeeze } from './reshape.ts';
import { cast, where } from './select.ts';
import { atEnd, sortedLines } from './sort.ts';
import { ceil, floor, isNaN, round } from './unary.ts';

/** The values of one place of each line, with positions, where the axis was. */
type Places<T extends Tensor> = ValuesAndIndices<Tensor<Size[], T['dtype']>, Tensor<Size[], 'i32'>>;

/** The lines that a statistic is taken of: those of an axis, or the whole tensor as one. */
function linesOf(
  operation: string,
  x: Tensor,
  axis: number | undefined,
): { readonly lines: Tensor; readonly restored: (reduced: Tensor, keepdims: boolean) => Tensor } {
  requireTensors(operation, x);
  const position = axis === undefined ? 0 : normaliseAxis(operation, x, axis);
  const from = axis === undefined ? reshape(x, [-1]) : x;
  refuseEmpty(operation, from, [position]);
  const { lines, back } = atEnd(from, position);
  return {
    lines,
    // `reduced` has an axis of size 1 in place of the line.
    restored: (reduced, keepdims) => {
      const moved = back(reduced);
      if (axis !== undefined) return keepdims ? moved : squeeze(moved, position);
      return reshape(moved, keepdims ? x.shape.map(() => 1) : []);
    },
  };
}

/** How many elements of each line are numbers, and how many there are, as floats with an axis of size 1. */
function numbersIn(lines: Tensor): { readonly numbers: Tensor; readonly all: Tensor } {
  const { dtype } = lines;
  const all = sizeOf(lines.shape.at(-1) ?? 1, 'i32');
  if (dtype === 'i32') return { numbers: all, all };
  const missing = sum(cast(isNaN(lines), 'i32'), -1, { keepdims: true });
  return { numbers: sub(all, missing), all };
}

function half(count: Tensor): Tensor {
  return cast(floor(mul(cast(count, 'f32'), 0.5)), 'i32');
}

function medianOf(
  operation: string,
  x: Tensor,
  axis: number | undefined,
  options: ReduceOptions,
  ignoresNaN: boolean,
): ValuesAndIndices {
  checkNames(operation, options, ['keepdims']);
  const { keepdims = false } = options;
  requireTensors(operation, x);
  refuseBooleans(operation, x);
  const { lines, restored } = linesOf(operation, x, axis);
  return composite(operation, () => {
    const { values, indices } = sortedLines(lines);
    const { numbers, all } = numbersIn(lines);
    const middle = half(maximum(sub(numbers, 1), 0));
    // NaN is sorted last, the first one right behind the numbers.
    const place = ignoresNaN ? middle : where(greater(all, numbers), numbers, middle);
    const at = broadcastTo(place, lines.shape.with(-1, 1));
    const pick = (sorted: Tensor): Tensor => restored(gather(sorted, at, -1), keepdims);
    return { values: pick(values), indices: pick(indices) };
  });
}

/**
 * `sorted[⌊(n - 1) / 2⌋]`: the median along an axis, or of the whole tensor, and its position (PyTorch's `median`):
 * of an even number of elements the lower of the two in the middle; NaN where there is one, at the position of the
 * first. Costs what `sort` costs.
 * @param axis default: all axes, of which the position is that in the flattened tensor @param options `keepdims`
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function median<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'median'>, T>,
  axis?: number,
  options?: ReduceOptions,
): Places<T>;
export function median(x: Tensor, axis?: number, options: ReduceOptions = {}): ValuesAndIndices {
  return medianOf('median', x, axis, options, false);
}

/**
 * `sorted[⌊(n - 1) / 2⌋]`: the median of what is not NaN (PyTorch's `nanmedian`); NaN where nothing else is.
 * Otherwise like {@link median}.
 */
export function nanmedian<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'nanmedian'>, T>,
  axis?: number,
  options?: ReduceOptions,
): Places<T>;
export function nanmedian(x: Tensor, axis?: number, options: ReduceOptions = {}): ValuesAndIndices {
  return medianOf('nanmedian', x, axis, options, true);
}

/** What stands for a quantile that falls between two elements. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/** How quantiles are taken. */
export interface QuantileOptions extends ReduceOptions {
  /** Default `linear`: as far between the two as the quantile is. `nearest` takes the even place of two as near. */
  readonly interpolation?: Interpolation;
}

const interpolations: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/**
 * Quantiles along an axis, or of the whole tensor (PyTorch's `quantile`): the element at the place `q · (n - 1)` of the
 * sorted axis, or what `interpolation` makes of the two beside it. NaN where there is one, or where PyTorch's `lerp` mixes infinite
 * elements. Costs what `sort` costs.
 * @param q a number from 0 to 1, or a list or vector of such, which the first axis of the result then runs over; tensors,
 * scalars among them, are of the dtype of `x`, are clamped to 0 … 1 and have a gradient
 * @param axis default: all axes @param options `keepdims`, `interpolation`
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY`, `E_SHAPE_MISMATCH` for a matrix of quantiles, `E_UNBOUND_DIM` for a vector of
 * named size @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 * @throws {DeclarationError} `E_OPTION` for a quantile outside 0 … 1 and another interpolation
 */
export function quantile<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'quantile'>, T>,
  q: number | readonly number[] | Tensor,
  axis?: number,
  options?: QuantileOptions,
): Tensor<Size[], T['dtype']>;
export function quantile(
  x: Tensor,
  q: number | readonly number[] | Tensor,
  axis?: number,
  options: QuantileOptions = {},
): Tensor {
  return quantilesOf('quantile', x, q, { axis, options, ignoresNaN: false });
}

/**
 * {@link quantile} of what is not NaN: the place is `q · (n - 1)` among the `n` numbers of the sorted axis (PyTorch's
 * `nanquantile`); NaN where nothing else is.
 */
export function nanquantile<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'nanquantile'>, T>,
  q: number | readonly number[] | Tensor,
  axis?: number,
  options?: QuantileOptions,
): Tensor<Size[], T['dtype']>;
export function nanquantile(
  x: Tensor,
  q: number | readonly number[] | Tensor,
  axis?: number,
  options: QuantileOptions = {},
): Tensor {
  return quantilesOf('nanquantile', x, q, { axis, options, ignoresNaN: true });
}

interface QuantileCall {
  readonly axis: number | undefined;
  readonly options: QuantileOptions;
  readonly ignoresNaN: boolean;
}

function quantilesOf(
  operation: string,
  x: Tensor,
  q: number | readonly number[] | Tensor,
  { axis, options, ignoresNaN }: QuantileCall,
): Tensor {
  requireFloat(operation, x);
  checkNames(operation, options, ['keepdims', 'interpolation']);
  const { keepdims = false, interpolation = 'linear' } = options;
  requireOneOf(operation, 'interpolation', interpolation, interpolations);
  const { lines, restored } = linesOf(operation, x, axis);
  const wanted = wantedOf(operation, q, x);
  return composite(operation, () => {
    const { values } = sortedLines(lines);
    const { numbers, all } = numbersIn(lines);
    // NaN is sorted last, where a line that has one takes it from.
    const last = cast(ignoresNaN ? maximum(sub(numbers, 1), 0) : sub(all, 1), x.dtype);
    const hasNaN = less(numbers, all);
    const each = wanted.map((share) => {
      const place = mul(last, share);
      const found = atPlace(values, ignoresNaN ? place : where(hasNaN, last, place), interpolation);
      return restored(found, keepdims);
    });
    const [first = x] = each;
    return typeof q === 'number' || (isTensor(q) && q.shape.length === 0) ? first : stack(each);
  });
}

/** The quantiles one by one. @throws {DeclarationError} `E_OPTION` @throws {ShapeError} @throws {DTypeError} */
function wantedOf(
  operation: string,
  q: number | readonly number[] | Tensor,
  x: Tensor,
): readonly (number | Tensor)[] {
  if (!isTensor(q)) {
    const wanted = asList(q);
    const fits = wanted.every((each) => typeof each === 'number' && each >= 0 && each <= 1);
    if (fits && wanted.length > 0) return wanted;
    throw badOption(operation, `q is ${describeValue(q)}`, 'has to be from 0 to 1, or a list of such');
  }
  if (q.dtype !== x.dtype) {
    throw dtypeMismatch({
      operation,
      problem: `quantiles of ${q.dtype} of a tensor of ${x.dtype}`,
      expectation: 'takes both of one type',
      operands: [x, q],
    });
  }
  if (q.shape.length > 1 || q.shape[0] === 0) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `quantiles of shape ${printShape(q.shape)}`,
      expectation: 'takes one or a vector of them',
      operands: [x, q],
    });
  }
  const shares = clamp(q, { min: 0, max: 1 });
  if (q.shape.length === 0) return [shares];
  return Array.from({ length: numericSize(operation, q, 0) }, (_, at) => select(shares, 0, at));
}

/** What stands at a place of sorted lines that may lie between two elements. */
function atPlace(sorted: Tensor, place: Tensor, interpolation: Interpolation): Tensor {
  const element = (position: Tensor): Tensor =>
    gather(sorted, broadcastTo(cast(position, 'i32'), sorted.shape.with(-1, 1)), -1);
  const [low, high] = [floor(place), ceil(place)];
  switch (interpolation) {
    case 'lower':
      return element(low);
    case 'higher':
      return element(high);
    case 'nearest':
      return element(round(place));
    case 'midpoint':
    case 'linear': {
      const weight = interpolation === 'midpoint' ? 0.5 : sub(place, low);
      return lerp(element(low), element(high), weight);
    }
  }
}

/**
 * `argmax_v Σ (x = v)`: the most frequent element along an axis, of equally frequent ones the smallest, and the last
 * position where it stands (PyTorch's `mode`). Every NaN is an element of its own. Costs what `sort` costs.
 * @param axis default -1 @param options `keepdims`
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function mode<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'mode'>, T>,
  axis?: number,
  options?: ReduceOptions,
): Places<T>;
export function mode(x: Tensor, axis = -1, options: ReduceOptions = {}): ValuesAndIndices {
  checkNames('mode', options, ['keepdims']);
  const { keepdims = false } = options;
  requireTensors('mode', x);
  refuseBooleans('mode', x);
  const { lines, restored } = linesOf('mode', x, axis);
  return composite('mode', () => {
    const { values, indices } = sortedLines(lines);
    const { own, other } = pairs(values);
    const isSame = cast(equal(own, other), 'i32');
    const counts = sum(isSame, -1);
    // The first of the most frequent in order is the smallest; the last of its run stood last.
    const first = argmax(counts, -1, { keepdims: true });
    const last = add(first, maximum(sub(max(counts, -1, { keepdims: true }), 1), 0));
    const pick = (sorted: Tensor): Tensor => restored(gather(sorted, last, -1), keepdims);
    return { values: pick(values), indices: pick(indices) };
  });
}
