// Sorting along an axis, and what is read off the order: the largest elements, and the one at a place.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import type { AlongAxes, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { requireWhole } from './option.ts';
import type { ValuesAndIndices } from './extremes.ts';
import { normaliseAxis, shapeMismatch } from './mismatch.ts';
import { sliceAxis, transpose } from './movement.ts';
import { inverseOf, permuted, rankOf } from './order.ts';
import { refuseBooleans, type ReduceOptions } from './reduce.ts';
import { squeeze } from './reshape.ts';

/** The order of elements. */
export interface SortOptions {
  /** From the largest to the smallest; default false. */
  readonly descending?: boolean;
}

/** A tensor with one axis moved to the end, and how to move it back. */
export function atEnd(
  x: Tensor,
  axis: number,
): { readonly lines: Tensor; readonly back: (moved: Tensor) => Tensor } {
  const last = x.shape.length - 1;
  if (axis === last) return { lines: x, back: (moved) => moved };
  const order = [...x.shape.map((_, each) => each).filter((each) => each !== axis), axis];
  return {
    lines: transpose(x, order),
    back: (moved) =>
      transpose(
        moved,
        order.map((_, each) => order.indexOf(each)),
      ),
  };
}

/** Elements along the last axis in order, and the positions where they stood. */
export function sortedLines(lines: Tensor, descending = false): ValuesAndIndices {
  const rank = rankOf(lines, descending);
  const indices = inverseOf(rank);
  return { values: permuted(lines, indices, rank), indices };
}

/**
 * `values[0] ≤ values[1] ≤ …`: the elements in order along an axis and the positions where they stood (PyTorch's
 * `sort`). The sort is stable; NaN is larger than every number. The gradient of `values` goes to where the elements
 * came from. It compares every pair of elements of the axis, n² comparisons for n elements: meant for axes of up to
 * some thousands.
 * @param axis default -1 @param options `descending`
 * @throws {ShapeError} `E_AXIS`
 */
export function sort<T extends Tensor, const A extends number = -1>(
  x: T,
  axis?: Checked<A, AlongAxes<T, A>>,
  options?: SortOptions,
): ValuesAndIndices<Result<AlongAxes<T, A>>, Tensor<T['shape'], 'i32'>>;
export function sort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): ValuesAndIndices {
  const position = normaliseAxis('sort', x, axis);
  return composite('sort', () => {
    const { lines, back } = atEnd(x, position);
    const { values, indices } = sortedLines(lines, descending);
    return { values: back(values), indices: back(indices) };
  });
}

/**
 * `x[out[0]] ≤ x[out[1]] ≤ …`: the positions of the elements along an axis in their order, i32 (PyTorch's
 * `argsort`): {@link sort} without the values.
 * @throws {ShapeError} `E_AXIS`
 */
export function argsort<T extends Tensor>(
  x: T,
  axis?: number,
  options?: SortOptions,
): Tensor<T['shape'], 'i32'>;
export function argsort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): Tensor {
  const position = normaliseAxis('argsort', x, axis);
  return composite('argsort', () => {
    const { lines, back } = atEnd(x, position);
    return back(inverseOf(rankOf(lines, descending)));
  });
}

/** Which elements `topk` takes. */
export interface TopKOptions {
  /** The axis that is searched; default -1. */
  readonly axis?: number;
  /** The largest elements, or the smallest; default true. */
  readonly largest?: boolean;
  /** In order, default true; PyTorch leaves the order open without it, ours are in order all the same. */
  readonly sorted?: boolean;
}

/**
 * `sorted[n - 1], …, sorted[n - k]`: the `k` largest elements along an axis, from the largest on, and their
 * positions (PyTorch's and TensorFlow's `topk`). Of equal elements the first ones are taken; NaN is larger than
 * every number. The gradient goes to the elements taken. Costs what {@link sort} costs.
 * @throws {ShapeError} `E_AXIS`, `E_SIZE` when the axis has fewer elements
 * @throws {DeclarationError} `E_OPTION` for a `k` that is no whole number
 */
export function topk<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'topk'>, T>,
  k: number,
  options?: TopKOptions,
): ValuesAndIndices<Tensor<Size[], T['dtype']>, Tensor<Size[], 'i32'>>;
export function topk(
  x: Tensor,
  k: number,
  { axis = -1, largest = true }: TopKOptions = {},
): ValuesAndIndices {
  const position = normaliseAxis('topk', x, axis);
  refuseBooleans('topk', x);
  requireAtMost('topk', x, k, position, 0);
  return composite('topk', () => {
    const { lines, back } = atEnd(x, position);
    const { values, indices } = sortedLines(lines, largest);
    const last = lines.shape.length - 1;
    return { values: back(sliceAxis(values, last, 0, k)), indices: back(sliceAxis(indices, last, 0, k)) };
  });
}

/** @throws {DeclarationError} `E_OPTION` @throws {ShapeError} `E_SIZE` */
function requireAtMost(operation: string, x: Tensor, k: number, axis: number, least: number): void {
  requireWhole(operation, 'k', k, least);
  const size = x.shape[axis] ?? 1;
  if (typeof size !== 'number' || k <= size) return;
  throw shapeMismatch({
    code: 'E_SIZE',
    operation,
    problem: `axis ${axis} has ${size} elements, k is ${k}`,
    expectation: 'takes no more elements than there are',
    operands: [x],
  });
}

type OneOfEachLine<T extends Tensor, A extends number, K extends boolean> = ValuesAndIndices<
  Result<Reduction<T, A, K>>,
  Result<Reduction<T, A, K, 'i32'>>
>;

/**
 * `sorted[k - 1]`: the `k`-th smallest element along an axis, counted from 1, and its position (PyTorch's
 * `kthvalue`). NaN is larger than every number. Costs what {@link sort} costs.
 * @param axis default -1 @param options `keepdims`
 * @throws {ShapeError} `E_AXIS`, `E_SIZE` when the axis has fewer elements
 * @throws {DeclarationError} `E_OPTION` for a `k` that is no whole number of at least 1
 */
export function kthvalue<T extends Tensor, const A extends number = -1, K extends boolean = false>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'kthvalue'>, T>,
  k: number,
  axis?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): OneOfEachLine<T, A, K>;
export function kthvalue(
  x: Tensor,
  k: number,
  axis = -1,
  { keepdims = false }: ReduceOptions = {},
): ValuesAndIndices {
  const position = normaliseAxis('kthvalue', x, axis);
  refuseBooleans('kthvalue', x);
  requireAtMost('kthvalue', x, k, position, 1);
  return composite('kthvalue', () => {
    const { values, indices } = sort(x, position);
    const pick = (sorted: Tensor): Tensor => {
      const one = sliceAxis(sorted, position, k - 1, 1);
      return keepdims ? one : squeeze(one, position);
    };
    return { values: pick(values), indices: pick(indices) };
  });
}
