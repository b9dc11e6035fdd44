// Choosing between two tensors, changing the element type, and cutting a gradient.
import { isFloat, roundTo, type DType } from '../ir/dtype.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import * as scalar from '../ir/scalar.ts';
import { concreteShape, shapesEqual, type Shape } from '../ir/size.ts';
import type { Operand, Selection } from '../ir/types/broadcast.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { align, broadcastShapes, broadcastTo } from './broadcast.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from './mismatch.ts';

export const selectOp: Op = {
  name: 'select',
  arity: 3,
  shape: ([condition, ...sides]) => {
    const shape = condition?.shape ?? [];
    demand(
      'select',
      sides.every((side) => shapesEqual(side.shape, shape)),
      'takes inputs of one shape',
    );
    return shape;
  },
  dtype: ([condition, then, otherwise]) => {
    demand('select', condition?.dtype === 'bool', 'takes a bool condition');
    demand('select', then?.dtype === otherwise?.dtype, 'takes sides of one dtype');
    return then?.dtype ?? 'f32';
  },
  vjp: ({ inputs: [condition], cotangent }) =>
    condition === undefined ? [] : [null, where(condition, cotangent, 0), where(condition, 0, cotangent)],
  evaluate: ([condition, then, otherwise], _, node) => ({
    shape: concreteShape(node.shape),
    dtype: node.dtype,
    data: Float64Array.from(condition?.data ?? [], (chosen, position) =>
      chosen !== 0 ? (then?.data[position] ?? 0) : (otherwise?.data[position] ?? 0),
    ),
  }),
  lowering: {
    kind: 'element',
    cost: 1,
    pointwise: 'rounded',
    element: ({ index, read }) => scalar.select(read(0, index), read(1, index), read(2, index)),
  },
};

/**
 * `condition ? a : b`, elementwise with broadcasting (PyTorch's `where`). The gradient flows only to the side that
 * was chosen.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the condition is not boolean or the sides differ
 */
export function where<C extends Tensor, A extends Operand, B extends Operand>(
  condition: Unless<DTypeProblem<C['dtype'], 'bool', 'where'>, C>,
  a: A,
  b: Checked<B, Selection<C, A, B>>,
): Result<Selection<C, A, B>>;
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  requireTensors('where', condition);
  if (condition.dtype !== 'bool') {
    throw dtypeMismatch({
      operation: 'where',
      problem: `the condition is ${condition.dtype}`,
      expectation: 'takes a bool condition',
      operands: [condition],
      help: 'compare it, for example where(greater(x, 0), a, b)',
    });
  }
  const [then, otherwise] = align('where', [a, b]);
  if (then === undefined || otherwise === undefined) throw new TypeError('where: takes two sides');
  const shape = broadcastShapes(condition.shape, then.shape);
  if (shape === undefined) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'where',
      problem: 'the condition does not broadcast with the sides',
      expectation: 'takes shapes that broadcast',
      operands: [condition, then],
    });
  }
  const sides = [condition, then, otherwise].map((each) => broadcastTo(each, shape));
  return makeNode(selectOp, sides, {});
}

interface CastAttributes extends Attributes {
  readonly dtype: DType;
}

export const castOp: Op<CastAttributes> = {
  name: 'cast',
  arity: 1,
  shape: ([x]) => x?.shape ?? [],
  dtype: (_, attrs) => attrs.dtype,
  vjp: ({ inputs: [x], cotangent }) =>
    x !== undefined && isFloat(x.dtype) && isFloat(cotangent.dtype) ? [cast(cotangent, x.dtype)] : [null],
  evaluate: ([x], attrs, node) => ({
    shape: concreteShape(node.shape),
    dtype: attrs.dtype,
    data: Float64Array.from(x?.data ?? [], (value) => castNumber(attrs.dtype, value)),
  }),
  lowering: {
    kind: 'element',
    cost: 1,
    pointwise: 'rounded',
    element: ({ attrs, index, read }) => scalar.convert(attrs.dtype, read(0, index)),
  },
};

/** Integers saturate and NaN becomes 0; the oracle leaves f32 unrounded, as it does everywhere. */
export function castNumber(dtype: DType, value: number): number {
  if (dtype === 'f32' || dtype === 'f64') return value;
  if (dtype === 'bool') return roundTo('bool', value);
  return roundTo('i32', Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value))));
}

/**
 * `x` with another element type (PyTorch's `Tensor.to`). Floats to i32 are `trunc(x)`, bounded to its range, and 0
 * for NaN; to bool they are `x ≠ 0`. Between floats the gradient passes, to integers and booleans it is 0.
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function cast<S extends Shape, D extends DType>(x: Tensor<S>, dtype: D): Tensor<S, D>;
export function cast(x: Tensor, dtype: DType): Tensor {
  requireTensors('cast', x);
  return x.dtype === dtype ? x : makeNode(castOp, [x], { dtype });
}

/** The first input, with the gradient of the second: gone once gradients have been taken. */
export const surrogateOp: Op = {
  name: 'surrogateGradient',
  arity: 2,
  shape: ([value, surrogate]) => {
    const fits = shapesEqual(value?.shape ?? [], surrogate?.shape ?? []);
    demand('surrogateGradient', fits, 'takes inputs of one shape');
    return value?.shape ?? [];
  },
  dtype: ([value, surrogate]) => {
    demand('surrogateGradient', value?.dtype === surrogate?.dtype, 'takes inputs of one dtype');
    return value?.dtype ?? 'f32';
  },
  vjp: ({ cotangent }) => [null, cotangent],
  evaluate: ([value], _, node) =>
    value ?? { shape: concreteShape(node.shape), dtype: node.dtype, data: new Float64Array(0) },
  lowering: { kind: 'expansion', expand: ([value], _, node) => value ?? node },
};

/**
 * `value` for all that computes with it, and `surrogate` for its gradient: `straightThrough(round(x), x)` rounds and lets the
 * gradient through (Bengio et al. 2013). Both have one shape and one dtype; the surrogate itself is not computed.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function straightThrough<T extends Tensor>(
  value: T,
  surrogate: Tensor,
): Tensor<T['shape'], T['dtype']>;
export function straightThrough(value: Tensor, surrogate: Tensor): Tensor {
  requireTensors('straightThrough', value, surrogate);
  if (!shapesEqual(value.shape, surrogate.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'straightThrough',
      problem: 'the value and its surrogate differ in shape',
      expectation: 'takes tensors of one shape',
      operands: [value, surrogate],
    });
  }
  if (value.dtype !== surrogate.dtype) {
    throw dtypeMismatch({
      operation: 'straightThrough',
      problem: `${value.dtype} and ${surrogate.dtype} do not mix`,
      expectation: 'takes tensors of one dtype',
      operands: [value, surrogate],
    });
  }
  return makeNode(surrogateOp, [value, surrogate], {});
}

/** The identity whose gradient is zero. */
export const stopGradientOp: Op = {
  name: 'stopGradient',
  arity: 1,
  shape: ([x]) => x?.shape ?? [],
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: { notDifferentiable: 'zero', reason: 'stopGradient cuts the gradient' },
  evaluate: ([x], _, node) =>
    x ?? { shape: concreteShape(node.shape), dtype: node.dtype, data: new Float64Array(0) },
  lowering: {
    kind: 'element',
    cost: 0,
    pointwise: 'approximate',
    element: ({ index, read }) => read(0, index),
  },
};

/**
 * `x` as a constant of differentiation: `∂/∂x = 0` (PyTorch's `Tensor.detach`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function stopGradient<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D>;
export function stopGradient(x: Tensor): Tensor {
  requireTensors('stopGradient', x);
  return makeNode(stopGradientOp, [x], {});
}
