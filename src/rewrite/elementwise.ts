// Which ops compute every element of the result from the elements at the same place of the inputs, and nothing else:
// these may be computed before or after elements are moved or repeated, with the same bits.
import type { Op, Tensor } from '../ir/node.ts';
import { binaryOps } from '../ops/arithmetic.ts';
import { uniformFromBitsOp } from '../ops/random.ts';
import { castOp, selectOp, stopGradientOp } from '../ops/select.ts';
import { unaryOps } from '../ops/unary.ts';

/** Whether a node is of an op, whose attribute type nodes have forgotten. */
export function isOp(node: Tensor, op: object): boolean {
  return node.op === op;
}

export const elementwiseOps: readonly object[] = [
  ...Object.values(unaryOps).map(({ op }) => op),
  ...Object.values(binaryOps).map(({ op }) => op),
  selectOp,
  castOp,
  stopGradientOp,
  uniformFromBitsOp,
];

/** Elementwise ops whose f32 result is the rounding of the f64 result, so that the reference can fold them. */
export const foldableOps: readonly Op[] = [
  unaryOps.neg,
  unaryOps.abs,
  unaryOps.sign,
  unaryOps.floor,
  unaryOps.ceil,
  unaryOps.trunc,
  unaryOps.round,
  unaryOps.sqrt,
  unaryOps.relu,
  unaryOps.isNaN,
  unaryOps.logicalNot,
  binaryOps.add,
  binaryOps.sub,
  binaryOps.mul,
  binaryOps.div,
  binaryOps.maximum,
  binaryOps.minimum,
  binaryOps.less,
  binaryOps.lessEqual,
  binaryOps.greater,
  binaryOps.greaterEqual,
  binaryOps.equal,
  binaryOps.notEqual,
  binaryOps.logicalAnd,
  binaryOps.logicalOr,
  binaryOps.logicalXor,
].map(({ op }) => op);
