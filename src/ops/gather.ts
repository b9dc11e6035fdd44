// Reading and adding at run-time positions: gather along an axis, its scatter-add gradient, and one-hot.
import type { DType } from '../ir/dtype.ts';
import { constantIndex, dynamicIndex } from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { binary, literal, type Expression } from '../ir/scalar.ts';
import { concreteShape, printShape, shapesEqual, sizesEqual } from '../ir/size.ts';
import type { Gathered, Scattered } from '../ir/types/movement.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf, tabulate } from '../ir/value.ts';
import { equal } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { constrain, scalar } from './leaf.ts';
import { dtypeMismatch, normaliseAxis, shapeMismatch } from './mismatch.ts';
import { iota } from './random.ts';
import { cast } from './select.ts';

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
 * Elements of `x` at integer positions along `axis`; `indices` has the rank of `x` and its sizes on the other axes.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32
 */
export function gather<T extends Tensor, I extends Tensor, A extends number>(
  x: T,
  indices: Unless<DTypeProblem<I['dtype'], 'i32', 'gather'>, I>,
  axis: Checked<A, Gathered<T, I, A>>,
): Result<Gathered<T, I, A>>;
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const position = normaliseAxis('gather', x, axis);
  checkIndices('gather', x, indices, position);
  return makeNode(gatherOp, [x, indices], { axis: position });
}

function checkIndices(operation: string, x: Tensor, indices: Tensor, axis: number): void {
  if (indices.dtype !== 'i32') {
    throw dtypeMismatch({
      operation,
      problem: `the indices are ${indices.dtype}`,
      expectation: 'takes i32 indices',
      operands: [indices],
    });
  }
  if (!differOnlyOn(axis, x, indices)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `indices ${printShape(indices.shape)} do not fit ${printShape(x.shape)} along axis ${axis}`,
      expectation: `takes indices that differ from the tensor on axis ${axis} only`,
      operands: [x, indices],
    });
  }
  if (x.shape[axis] === 0 && indices.shape[axis] !== 0) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `axis ${axis} of ${printShape(x.shape)} is empty: there is no position for an index`,
      expectation: 'takes a tensor with elements along the axis',
      operands: [x, indices],
    });
  }
}

function differOnlyOn(axis: number, x: Tensor, indices: Tensor | undefined): boolean {
  return (
    x.shape.length === indices?.shape.length &&
    x.shape.every((size, at) => at === axis || sizesEqual(size, indices.shape[at] ?? -1))
  );
}

/** A copy of the target with updates added at run-time positions along one axis; positions outside are clamped. */
export const scatterAddOp: Op<AxisAttributes> = {
  name: 'scatterAdd',
  arity: 3,
  shape: ([target, indices, updates], { axis }) => {
    const fits = target !== undefined && differOnlyOn(axis, target, indices);
    demand('scatterAdd', fits, 'takes indices that differ on its axis only');
    demand(
      'scatterAdd',
      shapesEqual(indices?.shape ?? [], updates?.shape ?? []),
      'takes an update for every index',
    );
    return target?.shape ?? [];
  },
  dtype: ([target, indices, updates]) => {
    demand('scatterAdd', indices?.dtype === 'i32', 'takes i32 indices');
    demand('scatterAdd', target?.dtype === updates?.dtype, 'takes updates of the dtype of its target');
    return target?.dtype ?? 'f32';
  },
  vjp: ({ inputs: [, indices], attrs, cotangent }) =>
    indices === undefined ? [] : [cotangent, null, gather(cotangent, indices, attrs.axis)],
  evaluate: ([target, indices, updates], { axis }, node) => {
    const shape = concreteShape(node.shape);
    const strides = stridesOf(shape);
    const data = Float64Array.from(target?.data ?? []);
    forEachIndex(indices?.shape ?? [], (index, flat) => {
      const position = Math.max(0, Math.min((shape[axis] ?? 1) - 1, indices?.data[flat] ?? 0));
      const at = flatten(index.with(axis, position), strides);
      data[at] = (data[at] ?? 0) + (updates?.data[flat] ?? 0);
    });
    return { shape, dtype: node.dtype, data };
  },
  lowering: { kind: 'scatterAdd', axis: (attrs) => attrs.axis },
};

/**
 * `target` with `updates` added at `indices` along `axis` (PyTorch's `scatter_add`); repeated positions accumulate
 * in row-major order of the updates.
 */
export function scatterAdd<T extends Tensor, I extends Tensor, U extends Tensor>(
  target: T,
  indices: Unless<DTypeProblem<I['dtype'], 'i32', 'scatterAdd'>, I>,
  updates: Checked<U, Scattered<T, I, U>>,
  axis: number,
): Result<Scattered<T, I, U>>;
export function scatterAdd(target: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  const position = normaliseAxis('scatterAdd', target, axis);
  checkIndices('scatterAdd', target, indices, position);
  if (!shapesEqual(indices.shape, updates.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'scatterAdd',
      problem: `${printShape(updates.shape)} updates for ${printShape(indices.shape)} indices`,
      expectation: 'takes one update for every index',
      operands: [indices, updates],
    });
  }
  if (updates.dtype !== target.dtype) {
    throw dtypeMismatch({
      operation: 'scatterAdd',
      problem: `${updates.dtype} updates into ${target.dtype}`,
      expectation: 'takes updates of the dtype of the target',
      operands: [target, updates],
    });
  }
  return makeNode(scatterAddOp, [target, indices, updates], { axis: position });
}

/**
 * 1 at the position that each label names, 0 elsewhere: `[…]` i32 → `[…, classes]`. Fed labels are checked to lie in
 * `0 … classes - 1`.
 */
export function oneHot<T extends Tensor, C extends number, D extends DType = 'f32'>(
  labels: Unless<DTypeProblem<T['dtype'], 'i32', 'oneHot'>, T>,
  classes: C,
  dtype?: D,
): Tensor<[...T['shape'], C], D>;
export function oneHot(labels: Tensor, classes: number, dtype: DType = 'f32'): Tensor {
  if (labels.dtype !== 'i32') {
    throw dtypeMismatch({
      operation: 'oneHot',
      problem: `the labels are ${labels.dtype}`,
      expectation: 'takes i32 labels',
      operands: [labels],
    });
  }
  return composite('oneHot', () => {
    const checked = constrain(labels, { low: 0, high: classes - 1, what: 'label' });
    const shape = [...labels.shape, classes];
    const leading = labels.shape.map((_, axis) => axis);
    const positions = broadcastAlong(iota(classes), shape, [labels.shape.length]);
    return cast(equal(positions, broadcastAlong(checked, shape, leading)), dtype);
  });
}
