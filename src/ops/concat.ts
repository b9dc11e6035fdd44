// Tensors one after the other along an axis, and side by side along a new one.
import { ShapeError } from '../ir/errors.ts';
import { addIndex, clampIndex, constantIndex } from '../ir/index-expression.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { compare, literal, select, type Expression } from '../ir/scalar.ts';
import { addSizes, concreteShape, printShape, shapesEqual, sizesEqual, type Size } from '../ir/size.ts';
import { tabulate } from '../ir/value.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import type { Concatenation, Stacked } from '../ir/types/movement.ts';
import { dtypeMismatch, normaliseAxis, requireTensorList, shapeMismatch } from './mismatch.ts';
import { elementAt, sliceAxis } from './movement.ts';
import { expandDims } from './reshape.ts';

interface ConcatAttributes extends Attributes {
  readonly axis: number;
}

export const concatOp: Op<ConcatAttributes> = {
  name: 'concat',
  arity: 'any',
  shape: (inputs, { axis }) => {
    const [first] = inputs;
    const fits = inputs.every(
      ({ shape, dtype }) =>
        dtype === first?.dtype &&
        shape.length === first.shape.length &&
        shape.every((size, at) => at === axis || sizesEqual(size, first.shape[at] ?? -1)),
    );
    demand('concat', fits, 'takes inputs of one dtype that differ on its axis only');
    const total = inputs.map((each) => each.shape[axis] ?? 0).reduce(addSizes, 0);
    return first?.shape.with(axis, total) ?? [];
  },
  dtype: ([first]) => first?.dtype ?? 'f32',
  vjp: ({ inputs, attrs: { axis }, cotangent }) => {
    let start: Size = 0;
    return inputs.map((each) => {
      const length = each.shape[axis] ?? 0;
      const part = sliceAxis(cotangent, axis, start, length);
      start = addSizes(start, length);
      return part;
    });
  },
  evaluate: (inputs, { axis }, node) =>
    tabulate(concreteShape(node.shape), node.dtype, (index) => {
      let position = index[axis] ?? 0;
      for (const each of inputs) {
        const size = each.shape[axis] ?? 0;
        if (position < size) return elementAt(each, index.with(axis, position));
        position -= size;
      }
      return Number.NaN;
    }),
  lowering: {
    kind: 'element',
    cost: 1,
    element: ({ node, attrs: { axis }, index, read }) => {
      const here = index[axis] ?? constantIndex(0);
      const sizes = node.inputs.map((each) => concreteShape(each.shape)[axis] ?? 0);
      const starts = sizes.map((_, part) => sizes.slice(0, part).reduce((sum, size) => sum + size, 0));
      const parts = sizes.flatMap((size, part) => {
        if (size === 0) return [];
        const position = clampIndex(addIndex(here, constantIndex(-(starts[part] ?? 0))), 0, size - 1);
        return [{ end: (starts[part] ?? 0) + size, element: read(part, index.with(axis, position)) }];
      });
      const last = parts.at(-1);
      if (last === undefined) return literal(node.dtype, 0);
      const position: Expression = { kind: 'index', type: 'i32', index: here };
      return parts
        .slice(0, -1)
        .reduceRight(
          (rest, { end, element }) => select(compare('lt', position, literal('i32', end)), element, rest),
          last.element,
        );
    },
  },
};

/**
 * `[n, …], [m, …] → [n + m, …]`: tensors one after the other along an axis; all other sizes are equal (PyTorch's
 * `cat`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function concat<const T extends readonly Tensor[], A extends number = 0>(
  tensors: Checked<T, Concatenation<T, A>>,
  axis?: A,
): Result<Concatenation<T, A>>;
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  requireTensorList('concat', tensors);
  const strange = tensors.find(({ dtype }) => dtype !== tensors[0]?.dtype);
  if (strange !== undefined && tensors[0] !== undefined) {
    throw dtypeMismatch({
      operation: 'concat',
      problem: `${tensors[0].dtype} and ${strange.dtype} do not mix`,
      expectation: 'takes tensors of one dtype',
      operands: [tensors[0], strange],
    });
  }
  // As in PyTorch, a vector of no elements fits beside tensors of any rank.
  const isNothing = ({ shape }: Tensor): boolean => shape.length === 1 && shape[0] === 0;
  const joined = tensors.every(isNothing) ? tensors : tensors.filter((each) => !isNothing(each));
  const [first, ...others] = joined;
  if (first === undefined) throw new ShapeError('E_EMPTY', 'concat: takes at least one tensor');
  const position = normaliseAxis('concat', first, axis);
  for (const other of others) {
    const fits =
      other.shape.length === first.shape.length &&
      other.shape.every((size, at) => at === position || sizesEqual(size, first.shape[at] ?? -1));
    if (!fits) {
      throw shapeMismatch({
        code: 'E_SHAPE_MISMATCH',
        operation: 'concat',
        problem: `${printShape(first.shape)} and ${printShape(other.shape)} differ outside axis ${position}`,
        expectation: `sizes may differ on axis ${position} only`,
        operands: [first, other],
      });
    }
  }
  return others.length === 0 ? first : makeNode(concatOp, joined, { axis: position });
}

/**
 * `out[i, …] = tensors[i]`: tensors of one shape side by side along a new axis of the result (PyTorch's `stack`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function stack<const T extends readonly Tensor[], A extends number = 0>(
  tensors: Checked<T, Stacked<T, A>>,
  axis?: A,
): Result<Stacked<T, A>>;
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  requireTensorList('stack', tensors);
  const [first, ...others] = tensors;
  if (first === undefined) throw new ShapeError('E_EMPTY', 'stack: takes at least one tensor');
  const stranger = others.find((other) => !shapesEqual(other.shape, first.shape));
  if (stranger !== undefined) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'stack',
      problem: `${printShape(first.shape)} and ${printShape(stranger.shape)} differ`,
      expectation: 'takes tensors of one shape',
      operands: [first, stranger],
    });
  }
  return concat(
    tensors.map((each) => expandDims(each, axis)),
    axis,
  );
}
