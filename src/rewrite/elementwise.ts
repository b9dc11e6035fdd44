// Which ops compute every element of the result from the elements at the same place of the inputs, and nothing else:
// these may be computed before or after elements are moved or repeated, with the same bits. Each op says so itself.
import type { Op, Tensor } from '../ir/node.ts';

/** Whether a node is of an op, whose attribute type nodes have forgotten. */
export function isOp(node: Tensor, op: object): boolean {
  return node.op === op;
}

function pointwise({ lowering }: Op): 'rounded' | 'approximate' | undefined {
  return lowering.kind === 'element' ? lowering.pointwise : undefined;
}

/** Whether an op is elementwise. */
export function isElementwise({ op }: Tensor): boolean {
  return pointwise(op) !== undefined;
}

/** Whether an op is elementwise and its f32 result is the rounding of the f64 result, so that the reference can fold it. */
export function isFoldable({ op }: Tensor): boolean {
  return pointwise(op) === 'rounded';
}
