// Windows that slide over some axes of a tensor, and the sum of overlapping windows, its transpose. Both are views that
// kernels read through: no window is ever stored.
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { concreteShape } from '../ir/size.ts';
import { flatten, forEachIndex, stridesOf, tabulate } from '../ir/value.ts';
import { broadcastAlong } from './broadcast.ts';
import { numericSize, transpose } from './movement.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { slide } from './slide.ts';

/** Windows along one axis: element `k` of window `o` lies at `o · stride + k · dilation + offset`. */
export interface WindowAxis extends Attributes {
  readonly axis: number;
  /** How many windows. */
  readonly count: number;
  /** Elements of a window. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly offset: number;
}

interface WindowsAttributes extends Attributes {
  readonly axes: readonly WindowAxis[];
  /** What stands for elements outside. */
  readonly fill: number;
}

function positionOf({ stride, dilation, offset }: WindowAxis, o: number, k: number): number {
  return o * stride + k * dilation + offset;
}

/** Window `o` of every axis takes the place of the axis; the axes of the windows' elements follow at the end. */
export const windowsOp: Op<WindowsAttributes> = {
  name: 'windows',
  arity: 1,
  shape: ([x], { axes }) => {
    const shape = x?.shape ?? [];
    demand(
      'windows',
      axes.every(({ axis, stride, dilation }) => axis < shape.length && stride > 0 && dilation > 0),
      'takes axes of its input, strides and dilations above 0',
    );
    return [
      ...axes.reduce<typeof shape>((sizes, { axis, count }) => sizes.with(axis, count), shape),
      ...axes.map(({ kernel }) => kernel),
    ];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) =>
    x === undefined
      ? []
      : [
          overlapAdd(
            cotangent,
            attrs.axes,
            attrs.axes.map(({ axis }) => numericSize('windows', x, axis)),
          ),
        ],
  evaluate: ([x], { axes, fill }, node) => {
    const shape = x?.shape ?? [];
    const strides = stridesOf(shape);
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const place = index.slice(0, shape.length);
      for (const [at, each] of axes.entries()) {
        const position = positionOf(each, index[each.axis] ?? 0, index[shape.length + at] ?? 0);
        if (position < 0 || position >= (shape[each.axis] ?? 0)) return fill;
        place[each.axis] = position;
      }
      return x?.data[flatten(place, strides)] ?? Number.NaN;
    });
  },
  lowering: {
    kind: 'expansion',
    expand: ([x], { axes, fill }) => {
      if (x === undefined) throw new TypeError('windows takes an input');
      const rank = x.shape.length;
      const repeated = broadcastAlong(
        x,
        [...x.shape, ...axes.map(({ kernel }) => kernel)],
        x.shape.map((_, axis) => axis),
      );
      return axes.reduce<Tensor>(
        (view, { axis, count, stride, dilation, offset }, at) =>
          slide(view, { axis, window: rank + at, size: count, stride, dilation, offset, divisor: 1 }, fill),
        repeated,
      );
    },
  },
  printAttributes: ({ axes }) => axes.map(printAxis).join(', '),
};

function printAxis({ axis, count, kernel, stride, dilation, offset }: WindowAxis): string {
  return [
    `${count} × ${kernel} along ${axis}`,
    ...(stride === 1 ? [] : [`stride ${stride}`]),
    ...(dilation === 1 ? [] : [`dilation ${dilation}`]),
    ...(offset === 0 ? [] : [`offset ${offset}`]),
  ].join(' ');
}

/** Windows of `x`: `[…, o, …, k]`. Elements outside are `fill`, default 0. */
export function windows(x: Tensor, axes: readonly WindowAxis[], fill = 0): Tensor {
  return makeNode(windowsOp, [x], { axes, fill });
}

interface OverlapAttributes extends Attributes {
  readonly axes: readonly WindowAxis[];
  /** Size of every one of these axes in the result. */
  readonly sizes: readonly number[];
}

/** The transpose of windows: what lies at one place in several windows is added. */
export const overlapAddOp: Op<OverlapAttributes> = {
  name: 'overlapAdd',
  arity: 1,
  shape: ([x], { axes, sizes }) => {
    const shape = x?.shape ?? [];
    const rank = shape.length - axes.length;
    demand(
      'overlapAdd',
      axes.every(({ axis, count, kernel }, at) => shape[axis] === count && shape[rank + at] === kernel),
      'takes windows',
    );
    return axes.reduce<typeof shape>(
      (result, { axis }, at) => result.with(axis, sizes[at] ?? 0),
      shape.slice(0, rank),
    );
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ attrs, cotangent }) => [windows(cotangent, attrs.axes)],
  evaluate: ([x], { axes }, node) => {
    const shape = concreteShape(node.shape);
    const strides = stridesOf(shape);
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    forEachIndex(x?.shape ?? [], (index, flat) => {
      const place = index.slice(0, shape.length);
      for (const [at, each] of axes.entries()) {
        const position = positionOf(each, index[each.axis] ?? 0, index[shape.length + at] ?? 0);
        if (position < 0 || position >= (shape[each.axis] ?? 0)) return;
        place[each.axis] = position;
      }
      const to = flatten(place, strides);
      data[to] = (data[to] ?? 0) + (x?.data[flat] ?? 0);
    });
    return { shape, dtype: node.dtype, data };
  },
  lowering: {
    kind: 'expansion',
    expand: ([x], { axes, sizes }, node) => {
      if (x === undefined) throw new TypeError('overlapAdd takes an input');
      const rank = node.shape.length;
      const spread = axes.reduce<Tensor>(
        (view, each, at) =>
          each.dilation === 1
            ? inPhases(view, each, rank + at, sizes[at] ?? 0)
            : slide(view, { ...transposed(each, sizes[at] ?? 0), window: rank + at }),
        x,
      );
      const summed = axes.map((_, at) => rank + at).filter((axis) => spread.shape[axis] !== 1);
      return reshape(sum(spread, summed), node.shape);
    },
  },
  printAttributes: ({ axes }) => axes.map(printAxis).join(', '),
};

function transposed({ axis, stride, dilation, offset }: WindowAxis, size: number) {
  return { axis, size, stride: 1, dilation: -dilation, offset: -offset, divisor: stride };
}

/**
 * Windows `[…, o, …, k, …]` as what each place gets of them, `[…, place, …, turn, …]`. With `place - offset = stride · q
 * + r` it gets element `r + j · stride` of window `q - j` in turn `j`: as many turns as windows overlap, and none of them
 * in vain, where summing over all `k` would look at `stride` times as many.
 */
function inPhases(view: Tensor, each: WindowAxis, window: number, size: number): Tensor {
  const { axis, kernel, stride, offset } = each;
  const turns = Math.ceil(kernel / stride);
  // Elements of a window are parted into [turn, r]; the last turn may be short.
  const parted = reshape(
    shifted(view, window, turns * stride, 0),
    view.shape.toSpliced(window, 1, turns, stride),
  );
  // Places before the first window are whole turns below zero.
  const before = Math.max(0, Math.ceil(offset / stride));
  const rounds = before + Math.ceil((size - offset) / stride);
  const turned = slide(parted, {
    axis,
    window,
    size: rounds,
    stride: 1,
    dilation: -1,
    offset: -before,
    divisor: 1,
  });
  // r moves behind q, and both together are the place.
  const others = turned.shape.map((_, at) => at).filter((at) => at !== window + 1);
  const moved = transpose(turned, others.toSpliced(axis + 1, 0, window + 1));
  const placed = reshape(moved, moved.shape.toSpliced(axis, 2, rounds * stride));
  return shifted(placed, axis, size, before * stride - offset);
}

/** `size` elements of an axis from `offset` on, zeros where there are none. */
export function shifted(x: Tensor, axis: number, size: number, offset: number): Tensor {
  return slide(x, { axis, window: null, size, stride: 1, dilation: 0, offset, divisor: 1 });
}

/** Adds windows `[…, o, …, k]` up at their places; `sizes` are the axes' in the result. */
export function overlapAdd(x: Tensor, axes: readonly WindowAxis[], sizes: readonly number[]): Tensor {
  return makeNode(overlapAddOp, [x], { axes, sizes });
}
