// Counting elements by what they are: integers, and numbers that fall into bins.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { badOption, checkNames, requireWhole } from './option.ts';
import { add, div, equal, greaterEqual, lessEqual, logicalAnd, minimum, mul, sub } from './arithmetic.ts';
import { broadcastAlong, broadcastTo } from './broadcast.ts';
import { requireFloat, scalar, sizeOf } from './leaf.ts';
import { shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { positions, requireIndices } from './positions.ts';
import { iota } from './random.ts';
import { max, min } from './reduce.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter.ts';
import { cast, where } from './select.ts';
import { floor } from './unary.ts';
import { shapesEqual } from '../ir/size.ts';

/** What {@link bincount} adds up. */
export interface BincountOptions {
  /** What every element counts for, of the shape of the labels; default 1, counted in i32. */
  readonly weights?: Tensor;
}

/**
 * How often each of `0 … length - 1` stands in a tensor of integers, or the sum of its weights (PyTorch's and NumPy's
 * `bincount`, of a fixed length): `[length]`, i32 or the dtype of the weights. Fed labels outside are refused, computed
 * ones are clamped. The gradient goes to the weights.
 * @throws {DeclarationError} `E_OPTION` for a length below 1 @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for labels that are not i32
 */
export function bincount<L extends number>(labels: Tensor, length: L, options?: BincountOptions): Tensor<[L]>;
export function bincount(labels: Tensor, length: number, options: BincountOptions = {}): Tensor {
  requireIndices('bincount', labels);
  requireWhole('bincount', 'length', length, 1);
  checkNames('bincount', options, ['weights']);
  const { weights = broadcastAlong(scalar(1, 'i32'), labels.shape, []) } = options;
  if (!shapesEqual(weights.shape, labels.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'bincount',
      problem: 'the weights have another shape than the labels',
      expectation: 'takes one weight for every label',
      operands: [labels, weights],
    });
  }
  return composite('bincount', () =>
    totals(reshape(positions('bincount', labels, length, { what: 'label' }), [-1]), length, weights),
  );
}

/** The sums of weights by place; places are from 0 to `length - 1`. */
function totals(places: Tensor, length: number, weights: Tensor): Tensor {
  const nothing = broadcastAlong(scalar(0, weights.dtype), [length], []);
  return scatterAdd(nothing, places, reshape(weights, [-1]), 0);
}

/** The bins of a {@link histogram}. */
export interface HistogramOptions {
  /** How many bins of equal width; default 10. */
  readonly bins?: number;
  /** From where to where they go; default from the smallest to the largest element. */
  readonly range?: readonly [number, number];
}

/**
 * How many elements fall into each of some bins of equal width (NumPy's `histogram`, PyTorch's `histc`). A bin takes its
 * lower edge, the last one its upper edge too; elements outside and NaN are not counted. A range of no width is
 * widened by 0.5 to either side.
 * @returns `counts`, `[bins]` i32, and `edges`, `[bins + 1]`
 * @throws {DeclarationError} `E_OPTION` for bins that are no whole number above 0 and a range that is none
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float @throws {ShapeError} `E_EMPTY` for nothing without a range
 */
export function histogram<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'histogram'>, T>,
  options?: HistogramOptions,
): { readonly counts: Tensor<[number], 'i32'>; readonly edges: Tensor<[number], T['dtype']> };
export function histogram(
  x: Tensor,
  options: HistogramOptions = {},
): { readonly counts: Tensor; readonly edges: Tensor } {
  requireFloat('histogram', x);
  checkNames('histogram', options, ['bins', 'range']);
  const { bins = 10, range } = options;
  requireWhole('histogram', 'bins', bins, 1);
  const [from, to] = range ?? [0, 0];
  if (range !== undefined && !(Number.isFinite(from) && Number.isFinite(to) && from <= to)) {
    throw badOption(
      'histogram',
      `range is ${JSON.stringify(range)}`,
      'has to be two finite numbers in order',
    );
  }
  return composite('histogram', () => {
    const [low, high] = range === undefined ? [min(x), max(x)] : [scalar(from, x.dtype), scalar(to, x.dtype)];
    const isFlat = equal(low, high);
    const first = where(isFlat, sub(low, 0.5), low);
    const last = where(isFlat, add(high, 0.5), high);
    const width = sub(last, first);
    const elements = reshape(x, [-1]);
    const isInside = logicalAnd(greaterEqual(elements, first), lessEqual(elements, last));
    const place = floor(mul(div(sub(elements, first), width), bins));
    // What is outside goes to a bin of its own, behind the others.
    const bin = cast(where(isInside, minimum(place, bins - 1), bins), 'i32');
    const ones = broadcastAlong(scalar(1, 'i32'), elements.shape, []);
    const counts = sliceAxis(totals(bin, bins + 1, ones), 0, 0, bins);
    const steps = div(cast(iota(bins + 1), x.dtype), sizeOf(bins, x.dtype));
    return { counts, edges: add(broadcastTo(first, [bins + 1]), mul(steps, width)) };
  });
}
