// The ops as patterns, so that a left-hand side reads like the expression it matches: `is.log(is.add(x, one))`.
// Import it as `* as is`, because the ops' own functions have the same names.
import { binaryOps } from '../ops/arithmetic.ts';
import { broadcastOp } from '../ops/broadcast.ts';
import { gatherOp } from '../ops/gather.ts';
import { scatterAddOp } from '../ops/scatter.ts';
import { sliceOp, transposeOp } from '../ops/movement.ts';
import { reduceOp } from '../ops/reduce.ts';
import { reshapeOp } from '../ops/reshape.ts';
import { castOp, selectOp, stopGradientOp } from '../ops/select.ts';
import { unaryOps } from '../ops/unary.ts';
import { commutative, node, type TensorPattern } from './pattern.ts';

export { any, as, node, nodeOf, nodeWhere, number, oneOf, someNumber } from './pattern.ts';

type Unary = <A extends string = never>(x: TensorPattern<A>) => TensorPattern<A>;
type Binary = <A extends string = never, B extends string = never>(
  left: TensorPattern<A>,
  right: TensorPattern<B>,
) => TensorPattern<A | B>;

const unary =
  (op: object): Unary =>
  (x) =>
    node(op, x);
const binary =
  (op: object): Binary =>
  <A extends string, B extends string>(left: TensorPattern<A>, right: TensorPattern<B>) =>
    node<A | B>(op, left, right);
/** Matches its operands in either order. */
const symmetric =
  (op: object): Binary =>
  (left, right) =>
    commutative(op, left, right);

export const neg = unary(unaryOps.neg.op);
export const abs = unary(unaryOps.abs.op);
export const exp = unary(unaryOps.exp.op);
export const log = unary(unaryOps.log.op);
export const log1p = unary(unaryOps.log1p.op);
export const sigmoid = unary(unaryOps.sigmoid.op);
export const logicalNot = unary(unaryOps.logicalNot.op);

export const add = symmetric(binaryOps.add.op);
export const sub = binary(binaryOps.sub.op);
export const mul = symmetric(binaryOps.mul.op);
export const div = binary(binaryOps.div.op);
export const pow = binary(binaryOps.pow.op);
export const maximum = symmetric(binaryOps.maximum.op);
export const minimum = symmetric(binaryOps.minimum.op);
export const equal = symmetric(binaryOps.equal.op);
export const notEqual = symmetric(binaryOps.notEqual.op);
export const logicalAnd = symmetric(binaryOps.logicalAnd.op);
export const logicalOr = symmetric(binaryOps.logicalOr.op);

export const cast = unary(castOp);
export const stopGradient = unary(stopGradientOp);
export const broadcast = unary(broadcastOp);
export const reshape = unary(reshapeOp);
export const transpose = unary(transposeOp);
export const slice = unary(sliceOp);
export const reduce = unary(reduceOp);
export const gather = binary(gatherOp);

export const select = <A extends string = never, B extends string = never, C extends string = never>(
  condition: TensorPattern<A>,
  then: TensorPattern<B>,
  otherwise: TensorPattern<C>,
): TensorPattern<A | B | C> => node<A | B | C>(selectOp, condition, then, otherwise);

export const scatterAdd = <A extends string = never, B extends string = never, C extends string = never>(
  target: TensorPattern<A>,
  indices: TensorPattern<B>,
  updates: TensorPattern<C>,
): TensorPattern<A | B | C> => node<A | B | C>(scatterAddOp, target, indices, updates);
