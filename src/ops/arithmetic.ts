// Elementwise operations with two operands: arithmetic, extremes, powers, comparisons and logic.
import type { DType, FloatDType } from '../ir/dtype.ts';
import * as scalar from '../ir/scalar.ts';
import type { CompareInstruction } from '../ir/scalar.ts';
import type { Tensor } from '../ir/node.ts';
import type { Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, NumberDType, Result } from '../ir/types/sentence.ts';
import {
  anything,
  callOf,
  comparing,
  floats,
  instruction2,
  numbers,
  ofIntegers,
} from './elementwise-parts.ts';
import {
  binaryOp,
  binaryPredicate,
  truthOf,
  type BinaryFunction,
  type ComparisonFunction,
  type ElementwiseFunction,
  type LogicalFunction,
  type Operation,
} from './elementwise.ts';
import { divisionOps, floorDivide } from './division.ts';
import { pow as powFunction } from './functions/power.ts';
import { checkNames, badOption } from './option.ts';
import { where } from './select.ts';
import { log } from './unary.ts';

/** The op values, for rewrite rules and tests. */
export const binaryOps = {
  add: binaryOp({
    name: 'add',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('add'),
    evaluate: (a, b) => a + b,
    vjp: ({ g }) => [g, g],
  }),
  sub: binaryOp({
    name: 'sub',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('sub'),
    evaluate: (a, b) => a - b,
    vjp: ({ g }) => [g, mul(g, -1)],
  }),
  mul: binaryOp({
    name: 'mul',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('mul'),
    // A product of two i32 may need more than the 53 bits of a double.
    evaluate: (a, b, dtype) => (dtype === 'i32' ? Math.imul(a, b) : a * b),
    vjp: ({ left, right, g }) => [mul(g, right), mul(g, left)],
  }),
  div: binaryOp({
    name: 'div',
    cost: 3,
    takes: floats,
    exact: true,
    expression: instruction2('div'),
    evaluate: (a, b) => a / b,
    // The quotient is divided again before it meets g: g over a tiny divisor may be infinite where the product is 0.
    vjp: ({ right, result, g }) => [div(g, right), mul(mul(g, div(result, right)), -1)],
  }),
  maximum: binaryOp({
    name: 'maximum',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('max'),
    evaluate: (a, b) => Math.max(a, b),
    vjp: ({ left, right, g }) => shareBetween(left, right, g, less),
  }),
  minimum: binaryOp({
    name: 'minimum',
    cost: 1,
    takes: numbers,
    exact: true,
    expression: instruction2('min'),
    evaluate: (a, b) => Math.min(a, b),
    vjp: ({ left, right, g }) => shareBetween(left, right, g, greater),
  }),
  pow: binaryOp({
    name: 'pow',
    cost: 40,
    takes: floats,
    expression: callOf(powFunction),
    // C99 and PyTorch: 1 to any power is 1, NaN and infinities included, and so is -1 to an infinite one; JavaScript
    // gives NaN.
    evaluate: (base, exponent) =>
      base === 1 || exponent === 0 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent,
    vjp: ({ left, right, result, g }) => {
      // A power of 0 is constant; its slope is written with a power that has no pole, so that further gradients have none.
      const isConstant = equal(right, 0);
      const slope = mul(right, pow(left, where(isConstant, 1, sub(right, 1))));
      const growth = mul(result, log(left));
      const flat = logicalAnd(equal(left, 0), greaterEqual(right, 0));
      return [mul(g, where(isConstant, 0, slope)), mul(g, where(flat, 0, growth))];
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
): Operation<ComparisonFunction<Takes>> {
  return binaryPredicate({
    name,
    cost: 1,
    takes,
    exact: true,
    expression: (left, right) => scalar.compare(compare, left, right),
    evaluate: (a, b) => Number(evaluate(a, b)),
    vjp: comparing,
  });
}

function logic(
  name: string,
  operation: 'and' | 'or' | 'xor',
  evaluate: (a: number, b: number) => boolean,
): Operation<ElementwiseFunction<'bool'>> {
  return binaryOp({
    name,
    cost: 1,
    takes: ['bool'],
    exact: true,
    expression: instruction2(operation),
    evaluate: (a, b) => Number(evaluate(a, b)),
    vjp: ofIntegers,
  });
}

function logical(operation: 'logicalAnd' | 'logicalOr' | 'logicalXor'): LogicalFunction {
  const apply: BinaryFunction = (a, b) =>
    binaryOps[operation].apply(truthOf(operation, a), truthOf(operation, b));
  // What the type says of the result, the shape and dtype rules of the op do.
  return apply as LogicalFunction;
}

/** `a + b`, elementwise with broadcasting (PyTorch's `add`). */
export const add: ElementwiseFunction<NumberDType> = binaryOps.add.apply;
/** `a - b`, elementwise with broadcasting (PyTorch's `sub`). */
export const sub: ElementwiseFunction<NumberDType> = binaryOps.sub.apply;
/** `a · b`, elementwise with broadcasting (PyTorch's `mul`). */
export const mul: ElementwiseFunction<NumberDType> = binaryOps.mul.apply;
/** Options of {@link div}. */
export interface DivOptions {
  /** `trunc`: towards zero, as integers are divided in C; `floor`: downwards, as in Python. Default: not rounded. */
  readonly rounding?: 'trunc' | 'floor';
}

/** `a / b`, elementwise with broadcasting, IEEE division (PyTorch's `div`). */
export function div<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
/**
 * `a / b` rounded to a whole number (PyTorch's `rounding_mode`), on i32 too; the gradient is 0.
 * @throws {DeclarationError} `E_OPTION` for another rounding
 */
export function div<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B>>,
  options: DivOptions,
): Result<Elementwise<A, B>>;
export function div(a: Operand, b: Operand, options: DivOptions = {}): Tensor {
  checkNames('div', options, ['rounding']);
  const { rounding } = options;
  const rounded: Readonly<Record<string, BinaryFunction>> = {
    floor: floorDivide,
    trunc: divisionOps.truncDivide.apply,
  };
  const apply: BinaryFunction | undefined = rounding === undefined ? binaryOps.div.apply : rounded[rounding];
  if (apply !== undefined) return apply(a, b);
  throw badOption('div', `rounding is ${JSON.stringify(rounding)}`, "has to be 'trunc' or 'floor'");
}
/**
 * `max(a, b)`, elementwise with broadcasting (PyTorch's `maximum`); NaN propagates; a tie gives each side half of
 * the gradient.
 */
export const maximum: ElementwiseFunction<NumberDType> = binaryOps.maximum.apply;
/**
 * `min(a, b)`, elementwise with broadcasting (PyTorch's `minimum`); NaN propagates; a tie gives each side half of
 * the gradient.
 */
export const minimum: ElementwiseFunction<NumberDType> = binaryOps.minimum.apply;
/** `a^b` with C99's special values (PyTorch's `pow`); the gradient in `b` is 0 where `a` is 0 and `b ≥ 0`. */
export const pow: ElementwiseFunction<FloatDType> = binaryOps.pow.apply;
/** `a < b`, as bool (PyTorch's `lt`); false on NaN. */
export const less: ComparisonFunction<NumberDType> = binaryOps.less.apply;
/** `a ≤ b`, as bool (PyTorch's `le`); false on NaN. */
export const lessEqual: ComparisonFunction<NumberDType> = binaryOps.lessEqual.apply;
/** `a > b`, as bool (PyTorch's `gt`); false on NaN. */
export const greater: ComparisonFunction<NumberDType> = binaryOps.greater.apply;
/** `a ≥ b`, as bool (PyTorch's `ge`); false on NaN. */
export const greaterEqual: ComparisonFunction<NumberDType> = binaryOps.greaterEqual.apply;
/** `a = b`, as bool (PyTorch's `eq`); false on NaN. */
export const equal: ComparisonFunction<DType> = binaryOps.equal.apply;
/** `a ≠ b`, as bool (PyTorch's `ne`); true on NaN. */
export const notEqual: ComparisonFunction<DType> = binaryOps.notEqual.apply;
/** `a ∧ b`, as bool; a number is true where it is not 0, NaN included (PyTorch's `logical_and`). */
export const logicalAnd: LogicalFunction = logical('logicalAnd');
/** `a ∨ b`, as bool, of booleans and numbers as {@link logicalAnd} (PyTorch's `logical_or`). */
export const logicalOr: LogicalFunction = logical('logicalOr');
/** `a ≠ b` of truth values, as bool, of booleans and numbers as {@link logicalAnd} (PyTorch's `logical_xor`). */
export const logicalXor: LogicalFunction = logical('logicalXor');
