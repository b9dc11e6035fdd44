// Operations on the bits of integers, and on booleans as integers of one bit.
import * as scalar from '../ir/scalar.ts';
import { instruction2, ofIntegers } from './elementwise-parts.ts';
import { binaryOp, unaryOp, type ElementFunction, type ElementwiseFunction } from './elementwise.ts';

const bits = ['i32', 'bool'] as const;
const integers = ['i32'] as const;

/** The op values. */
export const bitwiseOps = {
  bitwiseAnd: binaryOp({
    name: 'bitwiseAnd',
    cost: 1,
    takes: bits,
    exact: true,
    expression: instruction2('and'),
    evaluate: (a, b) => a & b,
    vjp: ofIntegers,
  }),
  bitwiseOr: binaryOp({
    name: 'bitwiseOr',
    cost: 1,
    takes: bits,
    exact: true,
    expression: instruction2('or'),
    evaluate: (a, b) => a | b,
    vjp: ofIntegers,
  }),
  bitwiseXor: binaryOp({
    name: 'bitwiseXor',
    cost: 1,
    takes: bits,
    exact: true,
    expression: instruction2('xor'),
    evaluate: (a, b) => a ^ b,
    vjp: ofIntegers,
  }),
  bitwiseNot: unaryOp({
    name: 'bitwiseNot',
    cost: 1,
    takes: integers,
    exact: true,
    expression: (x) => scalar.binary('xor', x, scalar.literal('i32', -1)),
    evaluate: (x) => ~x,
    vjp: ofIntegers,
  }),
  bitwiseLeftShift: binaryOp({
    name: 'bitwiseLeftShift',
    cost: 1,
    takes: integers,
    exact: true,
    expression: instruction2('shiftLeft'),
    evaluate: (a, b) => a << b,
    vjp: ofIntegers,
  }),
  bitwiseRightShift: binaryOp({
    name: 'bitwiseRightShift',
    cost: 1,
    takes: integers,
    exact: true,
    expression: instruction2('shiftRight'),
    evaluate: (a, b) => a >> b,
    vjp: ofIntegers,
  }),
} as const;

/** `a & b`: bits that both integers have, or booleans that are both true (PyTorch's `bitwise_and`). */
export const bitwiseAnd: ElementwiseFunction<'i32' | 'bool'> = bitwiseOps.bitwiseAnd.apply;
/** `a | b`: bits that either integer has, or booleans of which one is true (PyTorch's `bitwise_or`). */
export const bitwiseOr: ElementwiseFunction<'i32' | 'bool'> = bitwiseOps.bitwiseOr.apply;
/** `a ^ b`: bits that exactly one integer has, or booleans of which exactly one is true (PyTorch's `bitwise_xor`). */
export const bitwiseXor: ElementwiseFunction<'i32' | 'bool'> = bitwiseOps.bitwiseXor.apply;
/** `~x`: all bits of integers turned round (PyTorch's `bitwise_not`); of booleans `logicalNot` gives the other one. */
export const bitwiseNot: ElementFunction<'bitwiseNot', 'i32'> = bitwiseOps.bitwiseNot.apply;
/** `a << b`: bits moved `b` places up; the count is taken modulo 32 (PyTorch's `bitwise_left_shift`). */
export const bitwiseLeftShift: ElementwiseFunction<'i32'> = bitwiseOps.bitwiseLeftShift.apply;
/**
 * `a >> b`: bits moved `b` places down, the sign repeated; the count is taken modulo 32 (PyTorch's
 * `bitwise_right_shift`).
 */
export const bitwiseRightShift: ElementwiseFunction<'i32'> = bitwiseOps.bitwiseRightShift.apply;
