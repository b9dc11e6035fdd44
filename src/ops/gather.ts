// Reading at run-time positions along an axis, and one-hot.
import type { DType } from '../ir/dtype.ts';
import { constantIndex, dynamicIndex } from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { binary, literal, type Expression } from '../ir/scalar.ts';
import { concreteShape, sizesEqual, type Size } from '../ir/size.ts';
import type { Gathered } from '../ir/types/movement.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, stridesOf, tabulate } from '../ir/value.ts';
import { checkNames, requireWhole } from './option.ts';
import { equal } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { normaliseAxis, normaliseInsertion, requireTensors } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { atLeastVector, positions, requireFitting, requireIndices } from './positions.ts';
import { iota } from './random.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter.ts';
import { cast, where } from './select.ts';

interface AxisAttributes extends Attributes {
  readonly axis: number;
}

/** `out[…i…] = x[…indices[…i…]…]` along one axis (PyTorch's `gather`). Positions outside are clamped. */
export const gatherOp: Op<AxisAttributes> = {
  name: 'gather',
  arity: 2,
  shape: ([x, indices], { axis }) => {
    demand(
      'gather',
      x !== undefined && differOnlyOn(axis, x, indices),
      'takes indices that differ on its axis only',
    );
    return indices?.shape ?? [];
  },
  dtype: ([x, indices]) => {
    demand('gather', indices?.dtype === 'i32', 'takes i32 indices');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ inputs: [x, indices], attrs, cotangent }) => {
    if (x === undefined || indices === undefined) return [];
    return [
      scatterAdd(broadcastAlong(scalar(0, x.dtype), x.shape, []), indices, cotangent, attrs.axis),
      null,
    ];
  },
  evaluate: ([x, indices], { axis }, node) => {
    const strides = stridesOf(x?.shape ?? []);
    const last = (x?.shape[axis] ?? 1) - 1;
    return tabulate(concreteShape(node.shape), node.dtype, (index, flat) => {
      const position = Math.max(0, Math.min(last, indices?.data[flat] ?? 0));
      return x?.data[flatten(index.with(axis, position), strides)] ?? Number.NaN;
    });
  },
  lowering: {
    kind: 'element',
    cost: 2,
    element: ({ node, attrs: { axis }, index, read, rangeOfInput }) => {
      const size = concreteShape(inputOf(node, 0).shape)[axis] ?? 1;
      // Of nothing nothing is read, and no index has a range.
      if (size === 0) return literal(node.dtype, 0);
      const position = read(1, index);
      const range = rangeOfInput(1);
      const proven = range !== undefined && range.low >= 0 && range.high < size;
      const safe = proven ? position : clamp(position, 0, size - 1);
      const at = size === 1 ? constantIndex(0) : dynamicIndex(safe, 0, size - 1);
      return read(0, index.with(axis, at));
    },
  },
};

function clamp(value: Expression, low: number, high: number): Expression {
  return binary('min', binary('max', value, literal('i32', low)), literal('i32', high));
}

/**
 * Elements of `x` at integer positions along `axis`: `out[…i…] = x[…indices[…i…]…]` (PyTorch's `gather`, NumPy's
 * `take_along_axis`). `indices` has the rank of `x` and is no larger on the other axes, of which the first elements are
 * read. A scalar counts as a vector of one element. The gradient adds up where positions are repeated.
 *
 * Positions lie in `0 … size - 1`: fed ones are refused otherwise, computed ones are clamped.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for indices that do not fit; `E_INDEX` for a constant position outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function gather<T extends Tensor, I extends Tensor, A extends number>(
  x: T,
  indices: Unless<DTypeProblem<I['dtype'], 'i32', 'gather'>, I>,
  axis: Checked<A, Gathered<T, I, A>>,
): Result<Gathered<T, I, A>>;
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  requireTensors('gather', x, indices);
  const isScalar = indices.shape.length === 0;
  const [from, at] = [atLeastVector(x), atLeastVector(indices)];
  const position = normaliseAxis('gather', from, axis);
  requireFitting('gather', from, at, position);
  const corner = at.shape.reduce<Tensor>(
    (part, size, each) => (each === position ? part : firstOf(part, each, size)),
    from,
  );
  const checked = positions('gather', at, from.shape[position] ?? 1);
  const gathered = gatherElements(corner, checked, position);
  return isScalar ? reshape(gathered, []) : gathered;
}

/** The node, for operands that are known to fit: positions outside are clamped. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  return makeNode(gatherOp, [x, indices], { axis });
}

function firstOf(x: Tensor, axis: number, size: Size): Tensor {
  return typeof size === 'number' ? sliceAxis(x, axis, 0, size) : x;
}

function differOnlyOn(axis: number, x: Tensor, indices: Tensor | undefined): boolean {
  return (
    x.shape.length === indices?.shape.length &&
    x.shape.every((size, at) => at === axis || sizesEqual(size, indices.shape[at] ?? -1))
  );
}

/** What {@link oneHot} writes. */
export interface OneHotOptions {
  /** Value at the position of the label; default 1. */
  readonly on?: number;
  /** Value at all other positions; default 0. */
  readonly off?: number;
  /** Where the axis of the classes stands in the result; default -1, the last. */
  readonly axis?: number;
}

/**
 * 1 at the position that each label names, 0 elsewhere: `[…]` i32 → `[…, classes]` (PyTorch's `one_hot`, TensorFlow's
 * with `on`, `off` and `axis`). Labels lie in `0 … classes - 1`: fed ones are refused otherwise.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for labels that are not i32
 * @throws {ShapeError} `E_INDEX` for a constant label outside
 */
export function oneHot<
  T extends Tensor,
  C extends number,
  D extends DType = 'f32',
  O extends OneHotOptions = object,
>(
  labels: Unless<DTypeProblem<T['dtype'], 'i32', 'oneHot'>, T>,
  classes: C,
  dtype?: D,
  options?: O,
): Tensor<O extends { readonly axis: number } ? Size[] : [...T['shape'], C], D>;
export function oneHot(
  labels: Tensor,
  classes: number,
  dtype: DType = 'f32',
  options: OneHotOptions = {},
): Tensor {
  requireIndices('oneHot', labels);
  checkNames('oneHot', options, ['on', 'off', 'axis']);
  requireWhole('oneHot', 'classes', classes, 0);
  const { on = 1, off = 0, axis = -1 } = options;
  return composite('oneHot', () => {
    const checked = positions('oneHot', labels, classes, { what: 'label' });
    const position = normaliseInsertion('oneHot', labels, axis);
    const shape = labels.shape.toSpliced(position, 0, classes);
    const others = shape.flatMap((_, each) => (each === position ? [] : [each]));
    const counted = broadcastAlong(iota(classes), shape, [position]);
    const hits = equal(counted, broadcastAlong(checked, shape, others));
    return on === 1 && off === 0 ? cast(hits, dtype) : where(hits, scalar(on, dtype), scalar(off, dtype));
  });
}
