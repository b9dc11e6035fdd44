// Movement of elements along axes: transpose, slice, flip, and what stands among equal elements. In kernels these are
// index arithmetic.
import { roundTo } from '../ir/dtype.ts';
import {
  addIndex,
  clampIndex,
  constantIndex,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  type IndexExpression,
} from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { binary, compare, literal, select, type Expression } from '../ir/scalar.ts';
import { concreteShape, printSize, sizesEqual } from '../ir/size.ts';
import type { AlongAxes, Axes, Transposition } from '../ir/types/axes.ts';
import type { SliceRange, Sliced } from '../ir/types/movement.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { flatten, stridesOf, tabulate, type Value } from '../ir/value.ts';
import { normaliseAxes, normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { requireList, checkNames } from './option.ts';

interface TransposeAttributes extends Attributes {
  /** Axis of the input for every axis of the result. */
  readonly permutation: readonly number[];
}

export const transposeOp: Op<TransposeAttributes> = {
  name: 'transpose',
  arity: 1,
  shape: ([x], attrs) => {
    const shape = x?.shape ?? [];
    const complete = shape.every((_, axis) => attrs.permutation.includes(axis));
    demand('transpose', complete && attrs.permutation.length === shape.length, 'takes every axis once');
    return attrs.permutation.map((axis) => shape[axis] ?? 1);
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ attrs, cotangent }) => [transpose(cotangent, invert(attrs.permutation))],
  evaluate: ([x], attrs, node) => {
    const inverse = invert(attrs.permutation);
    return tabulate(concreteShape(node.shape), node.dtype, (index) =>
      elementAt(
        x,
        inverse.map((axis) => index[axis] ?? 0),
      ),
    );
  },
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ attrs, index, read }) => {
      const inverse = invert(attrs.permutation);
      return read(
        0,
        inverse.map((axis) => index[axis] ?? constantIndex(0)),
      );
    },
  },
};

function invert(permutation: readonly number[]): readonly number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** One element of a concrete tensor, by its index. */
export function elementAt(x: Value | undefined, index: readonly number[]): number {
  if (x === undefined) return Number.NaN;
  return x.data[flatten(index, stridesOf(x.shape))] ?? Number.NaN;
}

/**
 * `out[i, j] = x[j, i]`: `x` with its axes in another order; the default reverses them (PyTorch's `permute`, NumPy's
 * `transpose`).
 * @throws {ShapeError} `E_AXIS` when `permutation` is not a permutation of the axes
 */
export function transpose<T extends Tensor, const P extends readonly number[] | undefined = undefined>(
  x: T,
  permutation?: Checked<P, Transposition<T, P>>,
): Result<Transposition<T, P>>;
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  requireTensors('transpose', x);
  if (permutation !== undefined) requireList('transpose', 'permutation', permutation, 'axes');
  const order = (permutation ?? x.shape.map((_, axis) => x.shape.length - 1 - axis)).map((axis) =>
    normaliseAxis('transpose', x, axis),
  );
  normaliseAxes('transpose', x, order);
  if (order.length !== x.shape.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'transpose',
      problem: `${order.length} axes given for a tensor of rank ${x.shape.length}`,
      expectation: 'takes every axis once',
      operands: [x],
    });
  }
  return order.every((axis, position) => axis === position)
    ? x
    : makeNode(transposeOp, [x], { permutation: order });
}

interface SliceAttributes extends Attributes {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** `length` elements of one axis from `start` on, every `step`-th; a negative step runs backwards. */
export const sliceOp: Op<SliceAttributes> = {
  name: 'slice',
  arity: 1,
  shape: ([x], { axis, start, length, step }) => {
    const size = x?.shape[axis];
    const last = start + (length - 1) * step;
    const inside = (position: number): boolean =>
      position >= 0 && typeof size === 'number' && position < size;
    demand('slice', size !== undefined && length >= 0 && step !== 0, 'takes an axis and a step other than 0');
    demand('slice', length === 0 || (inside(start) && inside(last)), 'stays inside its input');
    return x?.shape.with(axis, length) ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) => {
    if (x === undefined) return [];
    const size = numericSize('slice', x, attrs.axis);
    if (attrs.step < 0) {
      const forward = sliceAxis(cotangent, attrs.axis, attrs.length - 1, attrs.length, -1);
      const start = attrs.start + (attrs.length - 1) * attrs.step;
      return [spread(forward, attrs.axis, start, size, -attrs.step)];
    }
    return [spread(cotangent, attrs.axis, attrs.start, size, attrs.step)];
  },
  evaluate: ([x], { axis, start, step }, node) =>
    tabulate(concreteShape(node.shape), node.dtype, (index) =>
      elementAt(x, index.with(axis, start + (index[axis] ?? 0) * step)),
    ),
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ attrs: { axis, start, step }, index, read }) =>
      read(
        0,
        index.with(axis, addIndex(constantIndex(start), scaleIndex(index[axis] ?? constantIndex(0), step))),
      ),
  },
};

/** `length` elements of `axis` from `start` on in steps of `step` (negative steps run backwards). */
export function sliceAxis(x: Tensor, axis: number, start: number, length: number, step = 1): Tensor {
  const whole = start === 0 && step === 1 && sizesEqual(x.shape[axis] ?? -1, length);
  return whole ? x : makeNode(sliceOp, [x], { axis, start, length, step });
}

/**
 * `x[start:stop:step, …]`: part of a tensor, one range an axis; axes without a range, or with `null`, are taken whole
 * (PyTorch's `x[…]` with slices). Python's meaning: negative
 * positions count from the end, positions outside are clipped, and a negative step runs backwards, from the last element
 * where no start is given (NumPy's `x[start:stop:step]`).
 * @throws {ShapeError} `E_SLICE` for positions or steps that are no whole numbers, and for a step of 0; `E_AXIS` for more
 * ranges than axes; `E_UNBOUND_DIM` for a range on a named dimension
 */
export function slice<T extends Tensor, const R extends readonly (SliceRange | null)[]>(
  x: T,
  ranges: Checked<R, Sliced<T, R>>,
): Result<Sliced<T, R>>;
export function slice(x: Tensor, ranges: readonly (SliceRange | null)[]): Tensor {
  requireTensors('slice', x);
  requireList('slice', 'ranges', ranges, 'ranges');
  if (ranges.length > x.shape.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'slice',
      problem: `${ranges.length} ranges given for a tensor of rank ${x.shape.length}`,
      expectation: 'takes one range an axis',
      operands: [x],
    });
  }
  return ranges.reduce<Tensor>((part, range, axis) => {
    if (range === null) return part;
    checkNames('slice', range, ['start', 'stop', 'step']);
    const { start = 0, stop, step = 1 } = range;
    if (start === 0 && stop === undefined && step === 1) return part;
    if (step === 0 || ![start, step, stop ?? 0].every(Number.isInteger)) {
      throw shapeMismatch({
        code: 'E_SLICE',
        operation: 'slice',
        problem: `the range ${JSON.stringify(range)} on axis ${axis}`,
        expectation: 'takes whole numbers, and a step other than 0',
        operands: [x],
      });
    }
    const { from, length } = positionsOf(range, numericSize('slice', part, axis));
    return sliceAxis(part, axis, from, length, step);
  }, x);
}

/** Where a range begins on an axis of `size` and how many elements it takes: CPython's `slice.indices`. */
function positionsOf(
  { start, stop, step = 1 }: SliceRange,
  size: number,
): { readonly from: number; readonly length: number } {
  // Where nothing is left in the direction of the step: one beyond either end.
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (position: number): number =>
    Math.max(low, Math.min(high, position < 0 ? position + size : position));
  const from = start === undefined ? (step > 0 ? low : high) : clip(start);
  const end = stop === undefined ? (step > 0 ? high : low) : clip(stop);
  return { from, length: Math.max(0, Math.ceil((end - from) / step)) };
}

/**
 * `out[i] = x[size - 1 - i]` along each of the given axes (PyTorch's `flip`).
 * @throws {ShapeError} `E_AXIS` for an axis that does not exist or is given twice
 */
export function flip<T extends Tensor, const A extends Axes>(
  x: T,
  axes: Checked<A, AlongAxes<T, A>>,
): Result<AlongAxes<T, A>>;
export function flip(x: Tensor, axes: Axes): Tensor {
  return normaliseAxes('flip', x, axes).reduce<Tensor>((flipped, axis) => {
    const size = numericSize('flip', flipped, axis);
    return size < 2 ? flipped : sliceAxis(flipped, axis, size - 1, size, -1);
  }, x);
}

/** The literal size of an axis. @throws {ShapeError} `E_UNBOUND_DIM` for a named size */
export function numericSize(operation: string, x: Tensor, axis: number): number {
  const size = x.shape[axis] ?? 1;
  if (typeof size === 'number') return size;
  throw shapeMismatch({
    code: 'E_UNBOUND_DIM',
    operation,
    problem: `axis ${axis} has the named size "${printSize(size)}"`,
    expectation: 'takes an axis with a literal size',
    operands: [x],
  });
}

interface SpreadAttributes extends Attributes {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
  readonly step: number;
  // `fill`, where that is not 0.
}

/** The transpose of slice: elements stand at `start + i · step` of an axis of `size`, zeros or `fill` elsewhere. */
export const spreadOp: Op<SpreadAttributes> = {
  name: 'spread',
  arity: 1,
  shape: ([x], { axis, start, size, step }) => {
    const length = x?.shape[axis];
    demand(
      'spread',
      typeof length === 'number' && step > 0,
      'takes an axis of literal size and a step above 0',
    );
    const last = start + (Number(length) - 1) * step;
    demand('spread', length === 0 || (start >= 0 && last < size), 'stays inside its result');
    return x?.shape.with(axis, size) ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) =>
    x === undefined
      ? []
      : [sliceAxis(cotangent, attrs.axis, attrs.start, numericSize('spread', x, attrs.axis), attrs.step)],
  evaluate: ([x], attrs, node) =>
    tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const { axis, start, step } = attrs;
      const position = ((index[axis] ?? 0) - start) / step;
      const inside = Number.isInteger(position) && position >= 0 && position < (x?.shape[axis] ?? 0);
      return inside ? elementAt(x, index.with(axis, position)) : fillOf(attrs);
    }),
  lowering: {
    kind: 'element',
    cost: 1,
    element: ({ node, attrs, index, read }) => {
      const { axis, start, step } = attrs;
      const fill = literal(node.dtype, fillOf(attrs));
      const length = concreteShape(inputOf(node, 0).shape)[axis] ?? 0;
      const here = addIndex(index[axis] ?? constantIndex(0), constantIndex(-start));
      if (length === 0) return fill;
      const position = clampIndex(quotientIndex(here, step), 0, length - 1);
      const element = read(0, index.with(axis, position));
      const hit = hitsGrid(here, step, length);
      return hit === undefined ? element : select(hit, element, fill);
    },
  },
};

/** Whether `here` is one of 0, step, …, (length - 1) · step; undefined when it always is. */
function hitsGrid(here: IndexExpression, step: number, length: number): Expression | undefined {
  const value = (index: IndexExpression): Expression => ({ kind: 'index', type: 'i32', index });
  const conditions = [
    compare('ge', value(here), literal('i32', 0)),
    compare('le', value(here), literal('i32', (length - 1) * step)),
    ...(step === 1 ? [] : [compare('eq', value(remainderIndex(here, step)), literal('i32', 0))]),
  ];
  return conditions.reduce((both, condition) => binary('and', both, condition));
}

/** What stands where no element does. */
function fillOf(attrs: SpreadAttributes): number {
  return typeof attrs.fill === 'number' ? attrs.fill : 0;
}

/** The elements of `x` at `start + i · step` of an axis of `size`, and `fill` at all other positions. */
export function spread(x: Tensor, axis: number, start: number, size: number, step: number, fill = 0): Tensor {
  const whole = start === 0 && step === 1 && sizesEqual(x.shape[axis] ?? -1, size);
  const value = roundTo(x.dtype, fill);
  const other = Object.is(value, 0) ? {} : { fill: value };
  return whole ? x : makeNode(spreadOp, [x], { axis, start, size, step, ...other });
}
