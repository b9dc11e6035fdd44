// What is known of the values of an integer tensor: enough to prove that a label names a class.
import { inputOf, type Tensor } from '../ir/node.ts';
import { binaryOps } from '../ops/arithmetic.ts';
import { broadcastOp } from '../ops/broadcast.ts';
import { constrainOp } from '../ops/leaf.ts';
import { sliceOp, transposeOp } from '../ops/movement.ts';
import { iotaOp } from '../ops/random.ts';
import { reshapeOp } from '../ops/reshape.ts';
import { numberAttribute } from './attributes.ts';
import { repeatedConstant } from './pattern.ts';

/** All values lie in `low … high`. */
export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

const anything: IntegerRange = { low: -(2 ** 31), high: 2 ** 31 - 1 };

/** The range that an i32 tensor's values are known to lie in; that of i32 where nothing is known. */
export function integerRange(node: Tensor): IntegerRange {
  const known = repeatedConstant(node);
  if (known !== undefined) return { low: known, high: known };
  return rangesByOp.get(node.op)?.(node) ?? anything;
}

const ofInput = (node: Tensor): IntegerRange => integerRange(inputOf(node, 0));

/** What each op says of its values, given its inputs; ops that are not listed say nothing. */
const rangesByOp: ReadonlyMap<object, (node: Tensor) => IntegerRange> = new Map<
  object,
  (node: Tensor) => IntegerRange
>([
  [broadcastOp, ofInput],
  [reshapeOp, ofInput],
  [transposeOp, ofInput],
  [sliceOp, ofInput],
  [constrainOp, constrainedRange],
  [iotaOp, (node) => ({ low: 0, high: iotaEnd(node) })],
  [binaryOps.maximum.op, (node) => combine(node, Math.max)],
  [binaryOps.minimum.op, (node) => combine(node, Math.min)],
]);

function iotaEnd(node: Tensor): number {
  const [size] = node.shape;
  return typeof size === 'number' ? Math.max(0, size - 1) : anything.high;
}

/** The promised range, and the value that is allowed beside it. */
function constrainedRange(node: Tensor): IntegerRange {
  const { except } = node.attrs;
  const promised = { low: numberAttribute(node, 'low'), high: numberAttribute(node, 'high') };
  if (typeof except !== 'number') return promised;
  return { low: Math.min(promised.low, except), high: Math.max(promised.high, except) };
}

function combine(node: Tensor, extreme: (a: number, b: number) => number): IntegerRange {
  const [left, right] = [integerRange(inputOf(node, 0)), integerRange(inputOf(node, 1))];
  return { low: extreme(left.low, right.low), high: extreme(left.high, right.high) };
}
