// Reshape: the same elements in row-major order under another shape.
import { flatIndex, unflattenIndex } from '../ir/index-expression.ts';
import { demand, inputOf, isDim, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
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
  type Size,
} from '../ir/size.ts';
import type { Axes, Expansion, Squeezing } from '../ir/types/axes.ts';
import type { Flattened, Reshaped } from '../ir/types/reshape.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { stridesOf } from '../ir/value.ts';
import { isList } from './option.ts';
import {
  normaliseAxes,
  normaliseAxis,
  normaliseInsertion,
  requireTensors,
  shapeMismatch,
} from './mismatch.ts';

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
 * `out[p] = x[p]`: the elements of `x`, row-major, under another shape; one size may be -1 and is computed
 * (PyTorch's `reshape`).
 * @throws {ShapeError} `E_ELEMENT_COUNT` when the number of elements differs, also where -1 could be any size
 * because
 * another one is 0; `E_SHAPE` for what is no shape
 */
export function reshape<T extends Tensor, const To extends Shape>(
  x: T,
  shape: Checked<To, Reshaped<T, To>>,
): Result<Reshaped<T, To>>;
export function reshape(x: Tensor, shape: Shape): Tensor {
  requireTensors('reshape', x);
  const inferred = inferSizes('reshape', x, elementCount(x.shape), shape);
  if (shapesEqual(x.shape, inferred)) return x;
  // A reshape of a reshape is one reshape.
  const source = x.op.name === reshapeOp.name ? inputOf(x, 0) : x;
  return shapesEqual(source.shape, inferred) ? source : makeNode(reshapeOp, [source], { shape: inferred });
}

/** Sizes whose product is `count`, the -1 among them computed. */
function inferSizes(operation: string, x: Tensor, count: Size, sizes: Shape): Shape {
  const isSize = (size: Size): boolean =>
    typeof size === 'number' ? Number.isInteger(size) && size >= -1 : isDim(size);
  const mistake = (code: string, problem: string, expectation: string): Error =>
    shapeMismatch({ code, operation, problem, expectation, operands: [x] });
  if (!isList(sizes) || !sizes.every(isSize)) {
    const sizesMeant = 'takes a list of sizes of at least 0, or one -1';
    throw mistake('E_SHAPE', `${JSON.stringify(sizes)} is no list of sizes`, sizesMeant);
  }
  const known = sizes.filter((size) => size !== -1);
  if (known.length < sizes.length - 1) {
    throw mistake('E_SHAPE', `${printShape(sizes)} has several -1`, 'takes at most one -1');
  }
  const product = elementCount(known);
  const missing = product === 0 ? undefined : divideSizes(count, product);
  const isInferred = known.length < sizes.length;
  if (isInferred ? missing === undefined : !sizesEqual(product, count)) {
    const what = operation === 'reshape' ? printShape(x.shape) : 'the axis';
    const problem = `${what} has ${printSize(count)} elements, ${printShape(sizes)} does not`;
    throw mistake('E_ELEMENT_COUNT', problem, `wants ${printShape(sizes)}`);
  }
  return sizes.map((size) => (size === -1 ? (missing ?? 0) : size));
}

/**
 * `out[i · columns + j] = x[i, j]`: the elements of `x`, row-major, as a vector (PyTorch's `ravel`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function ravel<T extends Tensor>(x: T): Tensor<[Size], T['dtype']>;
export function ravel(x: Tensor): Tensor {
  requireTensors('ravel', x);
  return reshape(x, [elementCount(x.shape)]);
}

/**
 * `x` with several axes in place of one, of `sizes` whose product is its size; one of them may be -1 and is computed
 * (PyTorch's `unflatten`).
 * @throws {ShapeError} `E_AXIS`; `E_ELEMENT_COUNT` for another product; `E_SHAPE` for what are no sizes
 */
export function unflatten<T extends Tensor>(
  x: T,
  axis: number,
  sizes: readonly Size[],
): Tensor<Size[], T['dtype']>;
export function unflatten(x: Tensor, axis: number, sizes: readonly Size[]): Tensor {
  const at = normaliseAxis('unflatten', x, axis);
  return reshape(
    x,
    x.shape.toSpliced(at, 1, ...inferSizes('unflatten', x, elementCount(x.shape.slice(at, at + 1)), sizes)),
  );
}

/**
 * `out[i, 0, j] = x[i, j]`: `x` with an axis of size 1 inserted before `axis` (negative: counted from the end of the
 * result), or with several, which then stand at these axes of the result (PyTorch's `unsqueeze`, NumPy's
 * `expand_dims`).
 * @throws {ShapeError} `E_AXIS` for an axis outside the result, or given twice
 */
export function expandDims<T extends Tensor, A extends Axes>(
  x: T,
  axis: Checked<A, Expansion<T, A>>,
): Result<Expansion<T, A>>;
export function expandDims(x: Tensor, axis: Axes): Tensor {
  requireTensors('expandDims', x);
  if (typeof axis === 'number') {
    return reshape(x, x.shape.toSpliced(normaliseInsertion('expandDims', x, axis), 0, 1));
  }
  const rank = x.shape.length + axis.length;
  const inserted = axis.map((each) => (each < 0 ? each + rank : each));
  const fits = inserted.every((each) => Number.isInteger(each) && each >= 0 && each < rank);
  if (!fits || new Set(inserted).size < inserted.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'expandDims',
      problem: `axes [${axis.join(', ')}] of a result of rank ${rank}`,
      expectation: `takes distinct axes from ${-rank} to ${rank - 1}`,
      operands: [x],
    });
  }
  const kept = x.shape.values();
  const shape = Array.from({ length: rank }, (_, each) =>
    inserted.includes(each) ? 1 : (kept.next().value ?? 1),
  );
  return reshape(x, shape);
}

/**
 * `out[i, j] = x[i, 0, j]`: `x` without its axes of size 1, or without the given ones (PyTorch's `squeeze`). PyTorch leaves a given axis
 * of another size as it is; here that is refused, since the rank of the result would depend on the data's sizes.
 * @throws {ShapeError} `E_AXIS` for a given axis that does not exist or is not of size 1
 */
export function squeeze<T extends Tensor, const A extends Axes | undefined = undefined>(
  x: T,
  axes?: Checked<A, Squeezing<T, A>>,
): Result<Squeezing<T, A>>;
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  requireTensors('squeeze', x);
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
  requireTensors('flatten', x);
  if (x.shape.length === 0) return reshape(x, [1]);
  const first = normaliseAxis('flatten', x, start);
  const last = normaliseAxis('flatten', x, end);
  if (first > last) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'flatten',
      problem: `axis ${start} stands behind axis ${end}`,
      expectation: 'takes a first and a last axis',
      operands: [x],
    });
  }
  const merged = elementCount(x.shape.slice(first, last + 1));
  return reshape(x, [...x.shape.slice(0, first), merged, ...x.shape.slice(last + 1)]);
}
