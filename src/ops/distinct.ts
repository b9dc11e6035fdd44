// Which elements there are, and where: distinct ones and those other than zero. Shapes do not depend on data here, so the
// caller says how many places the result has, as in JAX; the count comes beside it.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount } from '../ir/size.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import { checkNames, requireOneOf, requireWhole } from './option.ts';
import { equal, greaterEqual, less, logicalAnd, minimum, notEqual } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { stack } from './concat.ts';
import { cumsum } from './cumulative.ts';
import { gather } from './gather.ts';
import { scalar } from './leaf.ts';
import { normaliseAxis, requireTensors } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { pairs, rankOf } from './order.ts';
import { iota } from './random.ts';
import { reduceOver, refuseBooleans, sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter.ts';
import { cast, where } from './select.ts';

/** How many places the result has, and what stands in those that are left over. */
export interface SizedOptions {
  /** Places of the result: what there is more of is dropped. */
  readonly size: number;
  /** What stands in places that are left over; default 0. */
  readonly fill?: number;
}

/** What {@link unique} finds. */
export interface UniqueOptions extends SizedOptions {
  /** From the smallest to the largest (default, as in PyTorch), or as they come (as in TensorFlow). */
  readonly order?: 'sorted' | 'appearance';
}

/** Distinct elements. */
export interface Distinct<T extends Tensor = Tensor> {
  /** `[size]` */
  readonly values: Tensor<[number], T['dtype']>;
  /** Where each of them stands first in the flattened tensor; `[size]` i32, 0 in places left over. */
  readonly indices: Tensor<[number], 'i32'>;
  /** For every element of the tensor its place among the values, which may be one that was dropped. */
  readonly inverse: Tensor<T['shape'], 'i32'>;
  /** How often each of them stands there; `[size]` i32. */
  readonly counts: Tensor<[number], 'i32'>;
  /** How many there are, those that were dropped included. */
  readonly count: Tensor<[], 'i32'>;
}

/** Puts elements into places of a new tensor; those without one, and those behind its end, are dropped. */
function putInto(
  what: Tensor,
  place: Tensor,
  isTaken: Tensor | null,
  { size, count, fill }: { readonly size: number; readonly count: Tensor; readonly fill: number },
): Tensor {
  // What is dropped goes to a place of its own, behind the others.
  const inside = minimum(place, size);
  const at = isTaken === null ? inside : where(isTaken, inside, size);
  const put = scatterAdd(broadcastAlong(scalar(0, what.dtype), [size + 1], []), at, what, 0);
  const isLeft = greaterEqual(iota(size), count);
  return where(isLeft, fill, sliceAxis(put, 0, 0, size));
}

/**
 * `values[0] < values[1] < …`: the distinct elements of a tensor (PyTorch's and JAX's `unique`). Every NaN is distinct
 * from every other; -0 is 0.
 * The gradient of `values` goes to the first of equal elements. Compares every pair of elements.
 * @throws {DeclarationError} `E_OPTION` for a size that is no whole number above 0 and another order
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 * @example
 * unique(constant([3, 1, 3], [3]), { size: 4, fill: -1 }).values; // 1, 3, -1, -1; count: 2
 */
export function unique<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'unique'>, T>,
  options: UniqueOptions,
): Distinct<T>;
export function unique(x: Tensor, options: UniqueOptions): { readonly [K in keyof Distinct]: Tensor } {
  requireTensors('unique', x);
  refuseBooleans('unique', x);
  checkNames('unique', options, ['size', 'fill', 'order']);
  const { size, fill = 0, order = 'sorted' } = options;
  requireWhole('unique', 'size', size, 1);
  requireOneOf('unique', 'order', order, ['sorted', 'appearance']);
  return composite('unique', () => {
    const elements = reshape(x, [-1]);
    const positions = iota(elementCount(x.shape));
    const { own, other } = pairs(elements);
    const at = pairs(positions);
    // NaN is not even itself: it keeps its own position.
    const first = reduceOver(where(equal(own, other), at.other, at.own), [1], 'min');
    const isFirst = equal(first, positions);
    const ranks = pairs(order === 'sorted' ? rankOf(elements) : positions);
    const firstBefore = logicalAnd(less(ranks.other, ranks.own), pairs(isFirst).other);
    const place = gather(sum(cast(firstBefore, 'i32'), 1), first, 0);
    const count = sum(cast(isFirst, 'i32'));
    const ones = broadcastAlong(scalar(1, 'i32'), elements.shape, []);
    return {
      values: putInto(elements, place, isFirst, { size, count, fill }),
      indices: putInto(positions, place, isFirst, { size, count, fill: 0 }),
      inverse: reshape(place, x.shape),
      counts: putInto(ones, place, null, { size, count, fill: 0 }),
      count,
    };
  });
}

/**
 * The positions of the elements other than zero, in row-major order (PyTorch's and JAX's `nonzero`, TensorFlow's
 * `where`): `indices`, `[size, rank]` i32, and how many there are, those that were dropped included. NaN counts.
 * @throws {ShapeError} `E_AXIS` for a scalar @throws {DeclarationError} `E_OPTION`
 */
export function nonzero(
  x: Tensor,
  options: SizedOptions,
): { readonly indices: Tensor<[number, number], 'i32'>; readonly count: Tensor<[], 'i32'> };
export function nonzero(
  x: Tensor,
  options: SizedOptions,
): { readonly indices: Tensor; readonly count: Tensor } {
  normaliseAxis('nonzero', x, 0);
  checkNames('nonzero', options, ['size', 'fill']);
  const { size, fill = 0 } = options;
  requireWhole('nonzero', 'size', size, 1);
  requireWhole('nonzero', 'fill', fill);
  return composite('nonzero', () => {
    const isSet = reshape(x.dtype === 'bool' ? x : notEqual(x, 0), [-1]);
    const place = cumsum(isSet, 0, { exclusive: true });
    const count = sum(cast(isSet, 'i32'));
    const coordinates = x.shape.map((length, axis) => {
      const along = reshape(broadcastAlong(iota(length), x.shape, [axis]), [-1]);
      return putInto(along, place, isSet, { size, count, fill });
    });
    return { indices: stack(coordinates, 1), count };
  });
}
