// Broadcasting: the primitive that repeats a tensor along axes, and how operands of elementwise operations are
// brought to one shape (NumPy's rule: align at the last axis; sizes are equal or one of them is 1).
import type { DType } from '../ir/dtype.ts';
import { axisIndex } from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import {
  bindSize,
  concreteShape,
  printShape,
  printSize,
  shapesEqual,
  sizesEqual,
  type Shape,
  type Size,
} from '../ir/size.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import type { BroadcastTo } from '../ir/types/movement.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { flatten, stridesOf, tabulate } from '../ir/value.ts';
import { scalar } from './leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from './mismatch.ts';
import { reshape } from './reshape.ts';
import { sum } from './reduce.ts';

interface BroadcastAttributes extends Attributes {
  readonly shape: Shape;
  /** Axis of the result for every axis of the input, ascending. */
  readonly axes: readonly number[];
}

/** Repeats the input: axis i of the input is axis `axes[i]` of the result, of equal size or stretched from 1. */
export const broadcastOp: Op<BroadcastAttributes> = {
  name: 'broadcast',
  arity: 1,
  shape: ([x], attrs) => {
    const from = x?.shape ?? [];
    const fits = from.every((size, position) => {
      const axis = attrs.axes[position] ?? -1;
      const to = attrs.shape[axis];
      const ascending = axis > (attrs.axes[position - 1] ?? -1);
      return ascending && to !== undefined && (size === 1 || sizesEqual(size, to));
    });
    demand(
      'broadcast',
      fits && attrs.axes.length === from.length,
      'every axis keeps its size or stretches from 1',
    );
    return attrs.shape;
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) => {
    if (x === undefined) return [];
    const repeated = attrs.shape.flatMap((size, axis) => {
      const source = attrs.axes.indexOf(axis);
      const from = x.shape[source];
      return from !== undefined && sizesEqual(from, size) ? [] : [axis];
    });
    return [reshape(sum(cotangent, repeated), x.shape)];
  },
  evaluate: ([x], attrs, node) => {
    const from = x ?? { shape: [], data: new Float64Array(1) };
    const strides = stridesOf(from.shape);
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const source = from.shape.map((size, axis) => (size === 1 ? 0 : (index[attrs.axes[axis] ?? 0] ?? 0)));
      return from.data[flatten(source, strides)] ?? Number.NaN;
    });
  },
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ node, attrs, index, read }) => {
      const from = inputOf(node, 0);
      const unit = axisIndex({ name: 'unit', extent: 1 });
      return read(
        0,
        from.shape.map((size, axis) => (size === 1 ? unit : (index[attrs.axes[axis] ?? 0] ?? unit))),
      );
    },
  },
  printAttributes: ({ axes }) => (axes.length === 0 ? '' : `along [${axes.join(', ')}]`),
  bindAttributes: (attrs, sizes) => ({ ...attrs, shape: attrs.shape.map((size) => bindSize(size, sizes)) }),
};

/** Repeats `x` to `shape`, its axes standing at `axes` of the result. */
export function broadcastAlong(x: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const identity = axes.length === shape.length && shapesEqual(x.shape, shape);
  return identity ? x : makeNode(broadcastOp, [x], { shape, axes });
}

/**
 * `out[…, i, j] = x[i, 0]`: repeats `x` to a shape it broadcasts to (PyTorch's `broadcast_to`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when a size is neither equal nor 1
 */
export function broadcastTo<T extends Tensor, const To extends Shape>(
  x: T,
  shape: Checked<To, BroadcastTo<T, To>>,
): Result<BroadcastTo<T, To>>;
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  requireTensors('broadcastTo', x);
  const result = broadcastShapes(x.shape, shape);
  if (result === undefined || !shapesEqual(result, shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'broadcastTo',
      problem: `${printShape(x.shape)} does not broadcast to ${printShape(shape)}`,
      expectation: `wants ${printShape(shape)}`,
      operands: [x],
      help: 'sizes are compared from the last axis; each has to be equal, or 1 in the tensor',
    });
  }
  const offset = shape.length - x.shape.length;
  return broadcastAlong(
    x,
    shape,
    x.shape.map((_, axis) => axis + offset),
  );
}

/** The shape both broadcast to, or undefined. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Size[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === 1) result.push(right);
    else if (right === 1 || sizesEqual(left, right)) result.push(left);
    else return undefined;
  }
  return result;
}

/**
 * Brings operands to one shape and one dtype. `like` is the dtype where all operands are numbers.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` @throws {ShapeError} `E_SHAPE_MISMATCH`
 */
export function align(
  operation: string,
  operands: readonly Operand[],
  like: DType = 'f32',
): readonly Tensor[] {
  const tensors = operands.filter((operand): operand is Tensor => typeof operand !== 'number');
  requireTensors(operation, ...tensors);
  const [first, ...others] = tensors;
  const dtype = first?.dtype ?? like;
  const stranger = others.find((tensor) => tensor.dtype !== dtype);
  if (first !== undefined && stranger !== undefined) {
    throw dtypeMismatch({
      operation,
      problem: `${first.dtype} and ${stranger.dtype} do not mix`,
      expectation: 'takes tensors of one dtype',
      operands: [first, stranger],
      help: `cast one of them, for example cast(x, '${dtype}')`,
    });
  }
  let shape: Shape = first?.shape ?? [];
  for (const other of others) {
    const joined = broadcastShapes(shape, other.shape);
    if (joined === undefined || first === undefined) throw cannotBroadcast(operation, tensors);
    shape = joined;
  }
  return operands.map((operand) =>
    broadcastTo(typeof operand === 'number' ? scalar(operand, dtype) : operand, shape),
  );
}

function cannotBroadcast(operation: string, operands: readonly Tensor[]): Error {
  const shapes = operands.map((operand) => operand.shape);
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const clash = Array.from({ length: rank }, (_, fromEnd) => {
    const sizes = shapes.map((shape) => shape[shape.length - 1 - fromEnd] ?? 1).filter((size) => size !== 1);
    return { fromEnd, sizes: [...new Set(sizes.map(printSize))] };
  }).find(({ sizes }) => sizes.length > 1);
  return shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `cannot broadcast ${shapes.map(printShape).join(' with ')}`,
    expectation: clash
      ? `sizes ${clash.sizes.join(' and ')} meet on axis ${-1 - clash.fromEnd}`
      : 'takes shapes that broadcast',
    operands,
    help: 'sizes on an axis have to be equal, or one of them 1; reshape or transpose one side',
  });
}
