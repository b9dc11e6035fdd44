// What makes an elementwise operation of one or two operands: an entry with its scalar expression, its reference in
// double precision and its gradient becomes an op and the function that users call. Families of operations are lists of
// such entries; everything else about them is common to all, and stands here.
import { roundTo, type DType } from '../ir/dtype.ts';
import {
  demand,
  inputOf,
  makeNode,
  type Attributes,
  type NotDifferentiable,
  type Op,
  type Tensor,
  type VjpContext,
} from '../ir/node.ts';
import type { Expression } from '../ir/scalar.ts';
import { concreteShape, shapesEqual, type Shape } from '../ir/size.ts';
import type { Comparison, Elementwise, Logical, Operand } from '../ir/types/broadcast.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { align } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { dtypeMismatch, requireTensors } from './mismatch.ts';
import { cast } from './select.ts';

/** What every elementwise operation says of itself. */
interface Definition<Name extends string, Takes extends DType> {
  readonly name: Name;
  /** Rough price of an element in units of one addition. */
  readonly cost: number;
  readonly takes: readonly Takes[];
  /** Element type of the result; that of the operands unless it is a comparison. */
  readonly result?: DType;
  /** Whether the f32 result is the rounding of the reference's, so that constants may be folded. */
  readonly exact?: true;
}

interface UnaryDefinition<Name extends string = string, Takes extends DType = DType> extends Definition<
  Name,
  Takes
> {
  readonly expression: (x: Expression) => Expression;
  readonly evaluate: (x: number) => number;
  readonly vjp: ((context: { x: Tensor; result: Tensor; g: Tensor }) => Tensor) | NotDifferentiable;
}

interface BinaryDefinition<Name extends string = string, Takes extends DType = DType> extends Definition<
  Name,
  Takes
> {
  readonly expression: (left: Expression, right: Expression) => Expression;
  readonly evaluate: (left: number, right: number, dtype: DType) => number;
  readonly vjp: Gradient | NotDifferentiable;
}

/** Cotangents of left and right; operands have one shape here, so no reduction is needed. */
type Gradient = (context: {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly result: Tensor;
  readonly g: Tensor;
}) => readonly [Tensor | null, Tensor | null];

type UnaryFunction = (x: Tensor) => Tensor;
export type BinaryFunction = (a: Operand, b: Operand) => Tensor;

/**
 * A unary function as users see it: it keeps the shape of a tensor of one of the dtypes that it takes.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for another dtype, `E_NOT_A_TENSOR`
 */
export interface ElementFunction<What extends string, Takes extends DType> {
  <S extends Shape, D extends DType>(x: Unless<DTypeProblem<D, Takes, What>, Tensor<S, D>>): Tensor<S, D>;
}

/** Likewise, with booleans as the result. */
export interface ElementPredicate<What extends string, Takes extends DType> {
  <S extends Shape, D extends DType>(
    x: Unless<DTypeProblem<D, Takes, What>, Tensor<S, D>>,
  ): Tensor<S, 'bool'>;
}

/**
 * A binary function as users see it: shapes broadcast, both sides are of one of the dtypes that it takes.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for shapes that do not broadcast
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for two dtypes, or another one
 */
export interface ElementwiseFunction<Takes extends DType> {
  <A extends Operand, B extends Operand>(
    a: A,
    b: Checked<B, Elementwise<A, B, Takes>>,
  ): Result<Elementwise<A, B, Takes>>;
}

/** Likewise, with booleans as the result. */
export interface ComparisonFunction<Takes extends DType> {
  <A extends Operand, B extends Operand>(
    a: A,
    b: Checked<B, Comparison<A, B, Takes>>,
  ): Result<Comparison<A, B, Takes>>;
}

/** A function of two truth values as users see it: shapes broadcast, numbers are true where they are not 0. */
export interface LogicalFunction {
  <A extends Operand, B extends Operand>(a: A, b: Checked<B, Logical<A, B>>): Result<Logical<A, B>>;
}

/** An op, and the function that makes its nodes. */
export interface Operation<F> {
  readonly op: Op;
  readonly apply: F;
}

/** A function of one operand. */
export function unaryOp<Name extends string, Takes extends DType>(
  definition: UnaryDefinition<Name, Takes>,
): Operation<ElementFunction<Name, Takes>> {
  const { op, apply } = untypedUnary(definition);
  // What the type says of the result, the shape and dtype rules of the op do.
  return { op, apply: apply as ElementFunction<Name, Takes> };
}

/** A question about one operand. */
export function unaryPredicate<Name extends string, Takes extends DType>(
  definition: UnaryDefinition<Name, Takes>,
): Operation<ElementPredicate<Name, Takes>> {
  const { op, apply } = untypedUnary({ ...definition, result: 'bool' });
  // As above.
  return { op, apply: apply as ElementPredicate<Name, Takes> };
}

/** A function of two operands. */
export function binaryOp<Takes extends DType>(
  definition: BinaryDefinition<string, Takes>,
): Operation<ElementwiseFunction<Takes>> {
  const { op, apply } = untypedBinary(definition);
  // As above.
  return { op, apply: apply as ElementwiseFunction<Takes> };
}

/** A question about two operands. */
export function binaryPredicate<Takes extends DType>(
  definition: BinaryDefinition<string, Takes>,
): Operation<ComparisonFunction<Takes>> {
  const { op, apply } = untypedBinary({ ...definition, result: 'bool' });
  // As above.
  return { op, apply: apply as ComparisonFunction<Takes> };
}

function untypedUnary(definition: UnaryDefinition): Operation<UnaryFunction> {
  const { name, takes, vjp } = definition;
  const op = pointwiseOp({
    ...definition,
    arity: 1,
    expression: ([x]) => definition.expression(x),
    evaluate: ([x]) => definition.evaluate(x),
    vjp:
      typeof vjp === 'function'
        ? ({ node, cotangent }: VjpContext) => [vjp({ x: inputOf(node, 0), result: node, g: cotangent })]
        : vjp,
  });
  const apply: UnaryFunction = (x) => {
    requireTensors(name, x);
    return makeNode(op, alignOf(name, [x], takes), {});
  };
  return { op, apply };
}

function untypedBinary(definition: BinaryDefinition): Operation<BinaryFunction> {
  const { name, takes, vjp } = definition;
  const op = pointwiseOp({
    ...definition,
    arity: 2,
    expression: ([left, right]) => definition.expression(left, right),
    evaluate: ([left, right], dtype) => definition.evaluate(left, right, dtype),
    vjp:
      typeof vjp === 'function'
        ? ({ node, cotangent }: VjpContext) =>
            vjp({ left: inputOf(node, 0), right: inputOf(node, 1), result: node, g: cotangent })
        : vjp,
  });
  const apply: BinaryFunction = (a, b) => {
    return makeNode(op, alignOf(name, [a, b], takes), {});
  };
  return { op, apply };
}

/** As many as the arity says: what is read at any position is there. */
export type Positions<T> = readonly [T, T, T];

interface PointwiseDefinition<A extends Attributes> extends Definition<string, DType> {
  readonly arity: 1 | 2 | 3;
  readonly expression: (operands: Positions<Expression>, attrs: A) => Expression;
  /** In double precision; `dtype` is that of the result. */
  readonly evaluate: (operands: Positions<number>, dtype: DType, attrs: A) => number;
  readonly vjp: Op<A>['vjp'];
}

/** An op on inputs of one shape and one dtype, whose elements depend on those at their own place. */
export function pointwiseOp<A extends Attributes = Attributes>(definition: PointwiseDefinition<A>): Op<A> {
  const { name, arity, cost, takes, vjp } = definition;
  return {
    name,
    arity,
    shape: (inputs) => commonShape(name, inputs),
    dtype: (inputs) => {
      const dtype = commonDType(name, inputs, takes);
      return definition.result ?? dtype;
    },
    vjp,
    evaluate: ([first, second, third], attrs, node) => ({
      shape: concreteShape(node.shape),
      dtype: node.dtype,
      data: Float64Array.from(first?.data ?? [], (value, position) => {
        const operands = [value, second?.data[position] ?? NaN, third?.data[position] ?? NaN] as const;
        const result = definition.evaluate(operands, node.dtype, attrs);
        return node.dtype === 'i32' ? roundTo('i32', result) : result;
      }),
    }),
    lowering: {
      kind: 'element',
      cost,
      pointwise: definition.exact ? 'rounded' : 'approximate',
      element: ({ attrs, index, read }) => {
        const at = (position: number): Expression => read(Math.min(position, arity - 1), index);
        return definition.expression([at(0), at(1), at(2)], attrs);
      },
    },
  };
}

interface ComposedDefinition<A extends Attributes> {
  readonly name: string;
  readonly arity: 1 | 2 | 3;
  readonly takes: readonly DType[];
  /** In double precision. */
  readonly evaluate: (operands: Positions<number>, attrs: A) => number;
  readonly vjp: Op<A>['vjp'];
  /** The composition that stands for the op once gradients have been taken. */
  readonly expand: (operands: Positions<Tensor>, attrs: A) => Tensor;
}

/** An elementwise op with a gradient and a reference of its own, which is composed of others for kernels. */
export function composedOp<A extends Attributes = Attributes>(definition: ComposedDefinition<A>): Op<A> {
  const { name, arity, takes, expand } = definition;
  return {
    ...pointwiseOp<A>({
      name,
      arity,
      takes,
      cost: 0,
      expression: ([x]) => x,
      evaluate: (operands, _, attrs) => definition.evaluate(operands, attrs),
      vjp: definition.vjp,
    }),
    lowering: {
      kind: 'expansion',
      expand: (_, attrs, node) => {
        const at = (position: number): Tensor => inputOf(node, Math.min(position, arity - 1));
        return expand([at(0), at(1), at(2)], attrs);
      },
    },
  };
}

function commonShape(name: string, [first, ...others]: readonly Tensor[]): Shape {
  const shape = first?.shape ?? [];
  demand(
    name,
    others.every((other) => shapesEqual(other.shape, shape)),
    'takes inputs of one shape',
  );
  return shape;
}

function commonDType(name: string, [first, ...others]: readonly Tensor[], takes: readonly DType[]): DType {
  const dtype = first?.dtype ?? 'f32';
  demand(name, takes.includes(dtype), `takes ${takes.join(' or ')}`);
  demand(
    name,
    others.every((other) => other.dtype === dtype),
    'takes operands of one dtype',
  );
  return dtype;
}

/**
 * Operands as tensors of one shape and one dtype among those that a function takes.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when they do not broadcast
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when their dtypes differ, or the function does not take them
 */
export function alignOf(name: string, given: readonly Operand[], takes: readonly DType[]): readonly Tensor[] {
  const operands = align(name, given);
  const [first] = operands;
  if (first === undefined || takes.includes(first.dtype)) return operands;
  throw dtypeMismatch({
    operation: name,
    problem: operands.length === 1 ? `the operand is ${first.dtype}` : `${first.dtype} operands`,
    expectation: `takes ${takes.join(' or ')}`,
    operands,
    help: `cast ${operands.length === 1 ? 'it' : 'them'}, for example cast(x, '${takes[0] ?? 'f32'}')`,
  });
}

/** An operand of a logical function as booleans: PyTorch's `≠ 0`, which NaN is. */
export function truthOf(name: string, x: Operand): Tensor {
  if (typeof x === 'number') return scalar(x === 0 ? 0 : 1, 'bool');
  requireTensors(name, x);
  return cast(x, 'bool');
}
