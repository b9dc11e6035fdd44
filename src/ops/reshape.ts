// Reshape: the same elements in row-major order under another shape.
import { DeclarationError } from '../ir/errors.ts';
import { flatIndex, unflattenIndex } from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import {
  bindSize,
  concreteShape,
  divideSizes,
  elementCount,
  printShape,
  printSize,
  shapesEqual,
  sizesEqual,
  type Shape,
} from '../ir/size.ts';
import type { Axes, Expansion, Squeezing } from '../ir/types/axes.ts';
import type { Flattened, Reshaped } from '../ir/types/reshape.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { stridesOf } from '../ir/value.ts';
import { normaliseAxes, normaliseAxis, normaliseInsertion, shapeMismatch } from './mismatch.ts';

interface ReshapeAttributes extends Attributes {
  readonly shape: Shape;
}

export const reshapeOp: Op<ReshapeAttributes> = {
  name: 'reshape',
  arity: 1,
  shape: ([x], attrs) => {
    const kept = sizesEqual(elementCount(x?.shape ?? []), elementCount(attrs.shape));
    demand('reshape', kept, 'keeps the number of elements');
    return attrs.shape;
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], cotangent }) => (x === undefined ? [] : [reshape(cotangent, x.shape)]),
  evaluate: ([x], _, node) => ({
    shape: concreteShape(node.shape),
    dtype: node.dtype,
    data: x?.data ?? new Float64Array(0),
  }),
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ node, index, read }) => {
      const from = concreteShape(inputOf(node, 0).shape);
      const flat = flatIndex(index, stridesOf(concreteShape(node.shape)));
      return read(0, unflattenIndex(flat, from));
    },
  },
  bindAttributes: (attrs, sizes) => ({ shape: attrs.shape.map((size) => bindSize(size, sizes)) }),
};

/**
 * The elements of `x`, row-major, under another shape; one size may be -1 and is computed (PyTorch's `reshape`).
 * @throws {ShapeError} `E_ELEMENT_COUNT` when the number of elements differs
 */
export function reshape<T extends Tensor, const To extends Shape>(
  x: T,
  shape: Checked<To, Reshaped<T, To>>,
): Result<Reshaped<T, To>>;
export function reshape(x: Tensor, shape: Shape): Tensor {
  const inferred = inferSize(x, shape);
  if (shapesEqual(x.shape, inferred)) return x;
  if (!sizesEqual(elementCount(x.shape), elementCount(inferred))) {
    throw countMismatch(x, shape);
  }
  // A reshape of a reshape is one reshape.
  const source = x.op.name === reshapeOp.name ? inputOf(x, 0) : x;
  return shapesEqual(source.shape, inferred) ? source : makeNode(reshapeOp, [source], { shape: inferred });
}

function inferSize(x: Tensor, shape: Shape): Shape {
  const unknown = shape.filter((size) => size === -1).length;
  if (unknown === 0) return shape;
  if (unknown > 1) {
    throw new DeclarationError('E_SHAPE', `reshape: only one size may be -1, got ${printShape(shape)}`);
  }
  const known = elementCount(shape.filter((size) => size !== -1));
  const missing = known === 0 ? undefined : divideSizes(elementCount(x.shape), known);
  if (missing === undefined) throw countMismatch(x, shape);
  return shape.map((size) => (size === -1 ? missing : size));
}

function countMismatch(x: Tensor, shape: Shape): Error {
  return shapeMismatch({
    code: 'E_ELEMENT_COUNT',
    operation: 'reshape',
    problem: `${printShape(x.shape)} has ${printSize(elementCount(x.shape))} elements, ${printShape(shape)} does not`,
    expectation: `wants ${printShape(shape)}`,
    operands: [x],
  });
}

/** `x` with an axis of size 1 inserted before `axis` (negative: counted from the end of the result). */
export function expandDims<T extends Tensor, A extends number>(
  x: T,
  axis: Checked<A, Expansion<T, A>>,
): Result<Expansion<T, A>>;
export function expandDims(x: Tensor, axis: number): Tensor {
  const position = normaliseInsertion('expandDims', x, axis);
  return reshape(x, x.shape.toSpliced(position, 0, 1));
}

/** `x` without its axes of size 1, or without the given ones, which have to be of size 1. */
export function squeeze<T extends Tensor, const A extends Axes | undefined = undefined>(
  x: T,
  axes?: Checked<A, Squeezing<T, A>>,
): Result<Squeezing<T, A>>;
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  const dropped =
    axes === undefined
      ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
      : normaliseAxes('squeeze', x, axes);
  const wide = dropped.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'squeeze',
      problem: `axis ${wide} has size ${printSize(x.shape[wide] ?? 1)}, not 1`,
      expectation: 'drops axes of size 1',
      operands: [x],
    });
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

/**
 * Merges the axes from `start` to `end` into one (PyTorch's `flatten`; defaults: all but the first). A scalar becomes
 * a vector of one element.
 */
export function flatten<T extends Tensor, A extends number = 1, B extends number = -1>(
  x: T,
  start?: Checked<A, Flattened<T, A, B>>,
  end?: B,
): Result<Flattened<T, A, B>>;
export function flatten(x: Tensor, start = 1, end = -1): Tensor {
  if (x.shape.length === 0) return reshape(x, [1]);
  const first = normaliseAxis('flatten', x, start);
  const last = normaliseAxis('flatten', x, end);
  const merged = elementCount(x.shape.slice(first, last + 1));
  return reshape(x, [...x.shape.slice(0, first), merged, ...x.shape.slice(last + 1)]);
}
