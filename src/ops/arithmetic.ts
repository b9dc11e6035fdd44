// Elementwise operations with two operands: arithmetic, extremes, powers, comparisons and logic.
import { roundTo, type DType, type FloatDType } from '../ir/dtype.ts';
import {
  demand,
  makeNode,
  type NotDifferentiable,
  type Op,
  type Tensor,
  type VjpContext,
} from '../ir/node.ts';
import * as scalar from '../ir/scalar.ts';
import type { BinaryInstruction, CompareInstruction, Expression } from '../ir/scalar.ts';
import { concreteShape, shapesEqual } from '../ir/size.ts';
import type { Comparison, Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, NumberDType, Result } from '../ir/types/sentence.ts';
import { align } from './broadcast.ts';
import { pow as powFunction } from './functions/power.ts';
import { dtypeMismatch } from './mismatch.ts';
import { where } from './select.ts';
import { log } from './unary.ts';

/** What one binary operation is; everything else about it is common to all. */
interface BinaryDefinition<Takes extends DType = DType> {
  readonly name: string;
  readonly cost: number;
  readonly takes: readonly Takes[];
  /** Element type of the result; that of the operands unless it is a comparison. */
  readonly result?: DType;
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
}) => readonly [Tensor, Tensor];

type BinaryFunction = (a: Operand, b: Operand) => Tensor;

/** A binary function as users see it: shapes broadcast, both sides are of one of the dtypes that it takes. */
interface ElementwiseFunction<Takes extends DType> {
  <A extends Operand, B extends Operand>(
    a: A,
    b: Checked<B, Elementwise<A, B, Takes>>,
  ): Result<Elementwise<A, B, Takes>>;
}

/** Likewise, with booleans as the result. */
interface ComparisonFunction<Takes extends DType> {
  <A extends Operand, B extends Operand>(
    a: A,
    b: Checked<B, Comparison<A, B, Takes>>,
  ): Result<Comparison<A, B, Takes>>;
}

interface BinaryOperation<F> {
  readonly op: Op;
  readonly apply: F;
}

function binaryOp<Takes extends DType>(
  definition: BinaryDefinition<Takes>,
): BinaryOperation<ElementwiseFunction<Takes>> {
  const { op, apply } = untypedOp(definition);
  // What the type says of the result, the shape and dtype rules of the op do.
  return { op, apply: apply as ElementwiseFunction<Takes> };
}

function untypedOp(definition: BinaryDefinition): BinaryOperation<BinaryFunction> {
  const { name, takes, evaluate, expression, vjp } = definition;
  const op: Op = {
    name,
    arity: 2,
    shape: (inputs) => pair(inputs).left.shape,
    dtype: (inputs) => {
      const { left, right } = pair(inputs);
      demand(name, takes.includes(left.dtype), `takes ${takes.join(' or ')}`);
      demand(name, left.dtype === right.dtype, 'takes operands of one dtype');
      return definition.result ?? left.dtype;
    },
    vjp:
      typeof vjp === 'function'
        ? ({ node, inputs, cotangent }: VjpContext) => vjp({ ...pair(inputs), result: node, g: cotangent })
        : vjp,
    evaluate: ([left, right], _, node) => ({
      shape: concreteShape(node.shape),
      dtype: node.dtype,
      data: Float64Array.from(left?.data ?? [], (value, position) => {
        const result = evaluate(value, right?.data[position] ?? Number.NaN, node.dtype);
        return node.dtype === 'i32' ? roundTo('i32', result) : result;
      }),
    }),
    lowering: {
      kind: 'element',
      cost: definition.cost,
      element: ({ index, read }) => expression(read(0, index), read(1, index)),
    },
  };
  const apply: BinaryFunction = (a, b) => {
    const [left, right] = align(name, [a, b]);
    if (left === undefined || right === undefined) throw new TypeError(`${name}: takes two operands`);
    if (!takes.includes(left.dtype)) {
      throw dtypeMismatch({
        operation: name,
        problem: `${left.dtype} operands`,
        expectation: `takes ${takes.join(' or ')}`,
        operands: [left, right],
        help: `cast them, for example cast(x, '${takes[0] ?? 'f32'}')`,
      });
    }
    return makeNode(op, [left, right], {});
  };
  return { op, apply };
}

function pair(inputs: readonly Tensor[]): { left: Tensor; right: Tensor } {
  const [left, right] = inputs;
  if (left === undefined || right === undefined || !shapesEqual(left.shape, right.shape)) {
    throw new TypeError('a binary operation takes two inputs of one shape');
  }
  return { left, right };
}

const floats: readonly FloatDType[] = ['f32', 'f64'];
const numbers: readonly NumberDType[] = ['f32', 'f64', 'i32'];
const anything: readonly DType[] = ['f32', 'f64', 'i32', 'bool'];

const instruction =
  (name: BinaryInstruction) =>
  (left: Expression, right: Expression): Expression =>
    scalar.binary(name, left, right);

/** The op values, for rewrite rules and tests. */
export const binaryOps = {
  add: binaryOp({
    name: 'add',
    cost: 1,
    takes: numbers,
    expression: instruction('add'),
    evaluate: (a, b) => a + b,
    vjp: ({ g }) => [g, g],
  }),
  sub: binaryOp({
    name: 'sub',
    cost: 1,
    takes: numbers,
    expression: instruction('sub'),
    evaluate: (a, b) => a - b,
    vjp: ({ g }) => [g, mul(g, -1)],
  }),
  mul: binaryOp({
    name: 'mul',
    cost: 1,
    takes: numbers,
    expression: instruction('mul'),
    // A product of two i32 may need more than the 53 bits of a double.
    evaluate: (a, b, dtype) => (dtype === 'i32' ? Math.imul(a, b) : a * b),
    vjp: ({ left, right, g }) => [mul(g, right), mul(g, left)],
  }),
  div: binaryOp({
    name: 'div',
    cost: 3,
    takes: floats,
    expression: instruction('div'),
    evaluate: (a, b) => a / b,
    vjp: ({ right, result, g }) => {
      const scaled = div(g, right);
      return [scaled, mul(mul(scaled, result), -1)];
    },
  }),
  maximum: binaryOp({
    name: 'maximum',
    cost: 1,
    takes: numbers,
    expression: instruction('max'),
    evaluate: (a, b) => Math.max(a, b),
    vjp: ({ left, right, g }) => shareBetween(left, right, g, less),
  }),
  minimum: binaryOp({
    name: 'minimum',
    cost: 1,
    takes: numbers,
    expression: instruction('min'),
    evaluate: (a, b) => Math.min(a, b),
    vjp: ({ left, right, g }) => shareBetween(left, right, g, greater),
  }),
  pow: binaryOp({
    name: 'pow',
    cost: 40,
    takes: floats,
    expression: (base, exponent) =>
      scalar.call(base.type === 'f64' ? powFunction.f64 : powFunction.f32, base, exponent),
    // C99 and PyTorch: 1 to any power is 1, NaN and infinities included, and so is -1 to an infinite one; JavaScript
    // gives NaN.
    evaluate: (base, exponent) =>
      base === 1 || exponent === 0 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent,
    vjp: ({ left, right, result, g }) => {
      const slope = mul(right, pow(left, sub(right, 1)));
      const growth = mul(result, log(left));
      const flat = logicalAnd(equal(left, 0), greaterEqual(right, 0));
      return [mul(g, where(equal(right, 0), 0, slope)), mul(g, where(flat, 0, growth))];
    },
  }),
  less: comparison('less', 'lt', numbers, (a, b) => a < b),
  lessEqual: comparison('lessEqual', 'le', numbers, (a, b) => a <= b),
  greater: comparison('greater', 'gt', numbers, (a, b) => a > b),
  greaterEqual: comparison('greaterEqual', 'ge', numbers, (a, b) => a >= b),
  equal: comparison('equal', 'eq', anything, (a, b) => a === b),
  notEqual: comparison('notEqual', 'ne', anything, (a, b) => a !== b),
  logicalAnd: logic('logicalAnd', 'and', (a, b) => a !== 0 && b !== 0),
  logicalOr: logic('logicalOr', 'or', (a, b) => a !== 0 || b !== 0),
  logicalXor: logic('logicalXor', 'xor', (a, b) => (a !== 0) !== (b !== 0)),
} as const;

/** On a tie each side gets half of the gradient, and all of it where a NaN leaves no loser, as in PyTorch. */
function shareBetween(
  left: Tensor,
  right: Tensor,
  g: Tensor,
  loses: BinaryFunction,
): readonly [Tensor, Tensor] {
  const share = where(equal(left, right), mul(g, 0.5), g);
  return [where(loses(left, right), 0, share), where(loses(right, left), 0, share)];
}

function comparison<Takes extends DType>(
  name: string,
  compare: CompareInstruction,
  takes: readonly Takes[],
  evaluate: (a: number, b: number) => boolean,
): BinaryOperation<ComparisonFunction<Takes>> {
  const { op, apply } = untypedOp({
    name,
    cost: 1,
    takes,
    result: 'bool',
    expression: (left, right) => scalar.compare(compare, left, right),
    evaluate: (a, b) => Number(evaluate(a, b)),
    vjp: { notDifferentiable: 'zero', reason: 'a comparison is constant almost everywhere' },
  });
  // As in binaryOp.
  return { op, apply: apply as ComparisonFunction<Takes> };
}

function logic(
  name: string,
  operation: 'and' | 'or' | 'xor',
  evaluate: (a: number, b: number) => boolean,
): BinaryOperation<ElementwiseFunction<'bool'>> {
  return binaryOp({
    name,
    cost: 1,
    takes: ['bool'],
    expression: instruction(operation),
    evaluate: (a, b) => Number(evaluate(a, b)),
    vjp: { notDifferentiable: 'zero', reason: 'booleans have no gradient' },
  });
}

/** `a + b`, elementwise with broadcasting. */
export const add: ElementwiseFunction<NumberDType> = binaryOps.add.apply;
/** `a - b`, elementwise with broadcasting. */
export const sub: ElementwiseFunction<NumberDType> = binaryOps.sub.apply;
/** `a · b`, elementwise with broadcasting. */
export const mul: ElementwiseFunction<NumberDType> = binaryOps.mul.apply;
/** `a / b`, elementwise with broadcasting, IEEE division. */
export const div: ElementwiseFunction<FloatDType> = binaryOps.div.apply;
/** The larger of `a` and `b`; NaN propagates; a tie gives each side half of the gradient. */
export const maximum: ElementwiseFunction<NumberDType> = binaryOps.maximum.apply;
/** The smaller of `a` and `b`; NaN propagates; a tie gives each side half of the gradient. */
export const minimum: ElementwiseFunction<NumberDType> = binaryOps.minimum.apply;
/** `a` to the power `b`, with C99's special values; the gradient in `b` is 0 where `a` is 0 and `b ≥ 0`. */
export const pow: ElementwiseFunction<FloatDType> = binaryOps.pow.apply;
/** `a < b`, as bool; false on NaN. */
export const less: ComparisonFunction<NumberDType> = binaryOps.less.apply;
/** `a ≤ b`, as bool; false on NaN. */
export const lessEqual: ComparisonFunction<NumberDType> = binaryOps.lessEqual.apply;
/** `a > b`, as bool; false on NaN. */
export const greater: ComparisonFunction<NumberDType> = binaryOps.greater.apply;
/** `a ≥ b`, as bool; false on NaN. */
export const greaterEqual: ComparisonFunction<NumberDType> = binaryOps.greaterEqual.apply;
/** `a = b`, as bool; false on NaN. */
export const equal: ComparisonFunction<DType> = binaryOps.equal.apply;
/** `a ≠ b`, as bool; true on NaN. */
export const notEqual: ComparisonFunction<DType> = binaryOps.notEqual.apply;
/** Both, on booleans. */
export const logicalAnd: ElementwiseFunction<'bool'> = binaryOps.logicalAnd.apply;
/** Either or both, on booleans. */
export const logicalOr: ElementwiseFunction<'bool'> = binaryOps.logicalOr.apply;
/** Exactly one, on booleans. */
export const logicalXor: ElementwiseFunction<'bool'> = binaryOps.logicalXor.apply;
