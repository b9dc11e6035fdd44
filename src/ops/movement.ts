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
import {
  addSizes,
  bindSize,
  concreteShape,
  multiplySizes,
  printSize,
  sizesEqual,
  type Size,
} from '../ir/size.ts';
import type { AlongAxes, Axes, Transposition } from '../ir/types/axes.ts';
import type { SliceRange, Sliced } from '../ir/types/movement.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { flatten, stridesOf, tabulate, type Value } from '../ir/value.ts';
import { liesInside, positionsOf, requireInside } from './axis-range.ts';
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
  readonly start: Size;
  readonly length: Size;
  readonly step: Size;
  // `within`, the size of the axis, where any of these sizes has a name: what is bound is checked against it.
}

/** `length` elements of one axis from `start` on, every `step`-th; a negative step runs backwards. */
export const sliceOp: Op<SliceAttributes> = {
  name: 'slice',
  arity: 1,
  shape: ([x], { axis, start, length, step }) => {
    const size = x?.shape[axis];
    demand('slice', size !== undefined && step !== 0, 'takes an axis and a step other than 0');
    const isKnown = [size, start, length, step].every((each) => typeof each === 'number');
    const inside = liesInside(Number(size), Number(start), Number(length), Number(step));
    demand('slice', !isKnown || inside, 'stays inside its input');
    return x?.shape.with(axis, length) ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs: { axis, start, length, step }, cotangent }) => {
    if (x === undefined) return [];
    const size = x.shape[axis] ?? 1;
    if (typeof step === 'number' && step < 0) {
      const last = addSizes(length, -1);
      const forward = sliceAxis(cotangent, axis, last, length, -1);
      return [spread(forward, axis, addSizes(start, multiplySizes(last, step)), size, -step)];
    }
    return [spread(cotangent, axis, start, size, step)];
  },
  evaluate: ([x], { axis, ...rest }, node) => {
    const [start, step] = concreteShape([rest.start, rest.step]) as [number, number];
    return tabulate(concreteShape(node.shape), node.dtype, (index) =>
      elementAt(x, index.with(axis, start + (index[axis] ?? 0) * step)),
    );
  },
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ attrs: { axis, ...rest }, index, read }) => {
      const [start, step] = concreteShape([rest.start, rest.step]) as [number, number];
      const here = scaleIndex(index[axis] ?? constantIndex(0), step);
      return read(0, index.with(axis, addIndex(constantIndex(start), here)));
    },
  },
  bindAttributes: ({ axis, start, length, step, ...rest }, sizes) => {
    const bound = {
      start: bindSize(start, sizes),
      length: bindSize(length, sizes),
      step: bindSize(step, sizes),
    };
    const { within } = rest;
    // Whoever sets it, sets it to a size.
    if (within !== undefined) requireInside(within as Size, bound, sizes);
    return { axis, ...bound };
  },
};

/**
 * `length` elements of `axis` from `start` on in steps of `step` (negative steps run backwards). Sizes may have names; whether
 * what is cut out lies on the axis is then checked when they are given numbers.
 */
export function sliceAxis(x: Tensor, axis: number, start: Size, length: Size, step: Size = 1): Tensor {
  const size = x.shape[axis] ?? -1;
  if (start === 0 && step === 1 && sizesEqual(size, length)) return x;
  const isNamed = [size, start, length, step].some((each) => typeof each !== 'number');
  return makeNode(sliceOp, [x], { axis, start, length, step, ...(isNamed ? { within: size } : {}) });
}

/**
 * `x[start:stop:step, …]`: part of a tensor, one range an axis; axes without a range, or with `null`, are taken whole
 * (PyTorch's `x[…]` with slices). Python's meaning: negative
 * positions count from the end, positions outside are clipped, and a negative step runs backwards, from the last element
 * where no start is given (NumPy's `x[start:stop:step]`).
 *
 * On a named axis, `[{ start: 1 }]` of `[batch]` is `[batch - 1]`. Positions are not clipped there, since the shape of the
 * result could not be told: a program that is given a size without these positions refuses it.
 * @throws {ShapeError} `E_SLICE` for positions or steps that are no whole numbers, for a step of 0, and for steps that do not
 * divide what they run over on a named axis; `E_AXIS` for more ranges than axes
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
    const { from, length } = positionsOf(part, axis, range);
    return sliceAxis(part, axis, from, length, step);
  }, x);
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
    const size = flipped.shape[axis] ?? 1;
    return size === 0 || size === 1 ? flipped : sliceAxis(flipped, axis, addSizes(size, -1), size, -1);
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
    help: 'what is made of the axis depends on its size, which a name leaves open until data are fed; declare it with a number',
  });
}

interface SpreadAttributes extends Attributes {
  readonly axis: number;
  readonly start: Size;
  readonly size: Size;
  readonly step: Size;
  // `fill`, where that is not 0.
}

/** The transpose of slice: elements stand at `start + i · step` of an axis of `size`, zeros or `fill` elsewhere. */
export const spreadOp: Op<SpreadAttributes> = {
  name: 'spread',
  arity: 1,
  shape: ([x], { axis, start, size, step }) => {
    const length = x?.shape[axis];
    demand('spread', length !== undefined && !(Number(step) <= 0), 'takes an axis and a step above 0');
    const isKnown = [length, start, size, step].every((each) => typeof each === 'number');
    const inside = liesInside(Number(size), Number(start), Number(length), Number(step));
    demand('spread', !isKnown || inside, 'stays inside its result');
    return x?.shape.with(axis, size) ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) =>
    x === undefined
      ? []
      : [sliceAxis(cotangent, attrs.axis, attrs.start, x.shape[attrs.axis] ?? 1, attrs.step)],
  evaluate: ([x], attrs, node) => {
    const { axis } = attrs;
    const [start, step] = concreteShape([attrs.start, attrs.step]) as [number, number];
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const position = ((index[axis] ?? 0) - start) / step;
      const inside = Number.isInteger(position) && position >= 0 && position < (x?.shape[axis] ?? 0);
      return inside ? elementAt(x, index.with(axis, position)) : fillOf(attrs);
    });
  },
  lowering: {
    kind: 'element',
    cost: 1,
    element: ({ node, attrs, index, read }) => {
      const { axis } = attrs;
      const [start, step] = concreteShape([attrs.start, attrs.step]) as [number, number];
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
  bindAttributes: ({ axis, start, size, step, ...fill }, sizes) => ({
    axis,
    start: bindSize(start, sizes),
    size: bindSize(size, sizes),
    step: bindSize(step, sizes),
    ...fill,
  }),
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
export function spread(x: Tensor, axis: number, start: Size, size: Size, step: Size, fill = 0): Tensor {
  const whole = start === 0 && step === 1 && sizesEqual(x.shape[axis] ?? -1, size);
  const value = roundTo(x.dtype, fill);
  const other = Object.is(value, 0) ? {} : { fill: value };
  return whole ? x : makeNode(spreadOp, [x], { axis, start, size, step, ...other });
}
