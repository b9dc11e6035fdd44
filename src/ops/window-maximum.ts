// The largest element of every window, and where it stands: max pooling. The gradient goes to the first of equal
// elements, in row-major order of the window; no window is stored, one position for every result is.
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { concreteShape } from '../ir/size.ts';
import { flatten, forEachIndex, stridesOf, tabulate } from '../ir/value.ts';
import { add, equal, maximum } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { constant } from './leaf.ts';
import { numericSize } from './movement.ts';
import { iota } from './random.ts';
import { max } from './reduce.ts';
import { argmax } from './arg-extreme.ts';
import { reshape } from './reshape.ts';
import { where } from './select.ts';
import { overlapAdd, windows, type WindowAxis } from './windows.ts';

interface MaximumAttributes extends Attributes {
  readonly axes: readonly WindowAxis[];
}

/** Windows with their elements as one last axis. */
function flatWindows(x: Tensor, axes: readonly WindowAxis[]): Tensor {
  const view = windows(x, axes, -Infinity);
  return reshape(view, [...view.shape.slice(0, x.shape.length), elementsOf(axes)]);
}

function elementsOf(axes: readonly WindowAxis[]): number {
  return axes.reduce((product, { kernel }) => product * kernel, 1);
}

export const windowMaximumOp: Op<MaximumAttributes> = {
  name: 'windowMaximum',
  arity: 1,
  shape: ([x], { axes }) => {
    const shape = x?.shape ?? [];
    demand(
      'windowMaximum',
      axes.every(({ axis }) => axis < shape.length),
      'takes axes of its input',
    );
    return axes.reduce<typeof shape>((sizes, { axis, count }) => sizes.with(axis, count), shape);
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs: { axes }, cotangent }) => {
    if (x === undefined) return [];
    const kernels = axes.map(({ kernel }) => kernel);
    const shape = [...cotangent.shape, elementsOf(axes)];
    const along = cotangent.shape.map((_, axis) => axis);
    const chosen = equal(
      broadcastAlong(positionOfMaximum(x, axes), shape, along),
      broadcastAlong(iota(elementsOf(axes)), shape, [along.length]),
    );
    const parts = where(chosen, broadcastAlong(cotangent, shape, along), 0);
    const sizes = axes.map(({ axis }) => numericSize('windowMaximum', x, axis));
    return [overlapAdd(reshape(parts, [...cotangent.shape, ...kernels]), axes, sizes)];
  },
  evaluate: ([x], { axes }, node) => {
    const shape = x?.shape ?? [];
    const strides = stridesOf(shape);
    const kernels = axes.map(({ kernel }) => kernel);
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      let largest = -Infinity;
      const place = [...index];
      forEachIndex(kernels, (k) => {
        for (const [at, { axis, stride, dilation, offset }] of axes.entries()) {
          const position = (index[axis] ?? 0) * stride + (k[at] ?? 0) * dilation + offset;
          if (position < 0 || position >= (shape[axis] ?? 0)) return;
          place[axis] = position;
        }
        largest = Math.max(largest, x?.data[flatten(place, strides)] ?? Number.NaN);
      });
      return largest;
    });
  },
  lowering: {
    kind: 'expansion',
    expand: ([x], { axes }) => {
      if (x === undefined) throw new TypeError('windowMaximum takes an input');
      const rank = x.shape.length;
      return max(
        windows(x, axes, -Infinity),
        axes.map((_, at) => rank + at),
      );
    },
  },
};

/** The largest element of every window, NaN if there is one; places outside count as -∞. */
export function windowMaximum(x: Tensor, axes: readonly WindowAxis[]): Tensor {
  return makeNode(windowMaximumOp, [x], { axes });
}

/**
 * Where in its window the first largest element stands, row-major over the window's elements. NaN counts as largest. In
 * a window of nothing but -∞ it is the first element inside the input.
 */
export function positionOfMaximum(x: Tensor, axes: readonly WindowAxis[]): Tensor {
  const first = argmax(flatWindows(x, axes), x.shape.length);
  if (axes.every(({ offset }) => offset >= 0)) return first;
  // What stands before the first element inside is padding, which is chosen only where all elements are -∞.
  const firstInside = axes
    .map((each, at) => {
      const below = elementsOf(axes.slice(at + 1));
      const numbers = Array.from({ length: each.count }, (_, o) => below * paddingBefore(each, o));
      return broadcastAlong(constant(numbers, [each.count], 'i32'), first.shape, [each.axis]);
    })
    .reduce((sum, each) => add(sum, each));
  return maximum(first, firstInside);
}

/** How many elements of window `o` lie before the input. */
function paddingBefore({ stride, dilation, offset }: WindowAxis, o: number): number {
  return Math.max(0, Math.ceil(-(o * stride + offset) / dilation));
}
