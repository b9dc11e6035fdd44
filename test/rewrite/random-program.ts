// Random graphs as fast-check arbitraries: programs of a few instructions over a pool of [2, 3] tensors, chosen so
// that rewrite rules find something to do.
import { fc } from '@fast-check/vitest';
import { inputOf, type Tensor } from '../../src/ir/node.ts';
import { add, div, equal, less, maximum, minimum, mul, pow, sub } from '../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../src/ops/broadcast.ts';
import { gather, oneHot } from '../../src/ops/gather.ts';
import { scatterAdd } from '../../src/ops/scatter.ts';
import { constrain, scalar } from '../../src/ops/leaf.ts';
import { flip, slice, transpose } from '../../src/ops/movement.ts';
import { max, mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast, stopGradient, where } from '../../src/ops/select.ts';
import { abs, exp, log, logicalNot, neg, relu, sigmoid, sqrt, tanh } from '../../src/ops/unary.ts';

/** The leaves that a random graph is made of. */
export interface GraphLeaves {
  /** [2, 3] */
  readonly matrix: Tensor;
  /** [3] */
  readonly row: Tensor;
  /** [2], i32, in 0 … 2 where it is constrained */
  readonly labels: Tensor;
}

/** One instruction: which operation, on which tensors of the pool, with which literal. */
export interface Instruction {
  readonly operation: number;
  readonly left: number;
  readonly right: number;
  readonly literal: number;
}

type Build = (a: Tensor, b: Tensor, literal: number, leaves: GraphLeaves) => Tensor;

const classLabels = (labels: Tensor): Tensor => constrain(labels, { low: 0, high: 2, what: 'label' });
const zeros = broadcastAlong(scalar(0), [2, 3], []);

/** Operations without steps, poles or domains beyond those of log and division. */
export const smoothOperations: readonly Build[] = [
  (a, b) => add(a, b),
  (a, b) => sub(a, b),
  (a, b) => mul(a, b),
  (a, _, literal) => mul(literal, a),
  (a, _, literal) => add(literal, a),
  (a) => neg(a),
  (a) => mul(a, -1),
  (a, b) => add(a, neg(b)),
  (a, b) => sub(neg(a), neg(b)),
  (a) => tanh(a),
  (a) => log(sigmoid(a)),
  (a) => log(sub(1, sigmoid(a))),
  (a) => log(add(1, exp(a))),
  (a) => sub(exp(tanh(a)), 1),
  (a) => div(1, add(1, exp(neg(a)))),
  (a) => log(div(exp(a), sum(exp(a), 1, { keepdims: true }))),
  (a) => div(exp(a), sum(exp(a), 0, { keepdims: true })),
  (a) => add(a, log(sum(exp(a)))),
  (a) => pow(tanh(a), 2),
  (a, _, __, { row }) => add(a, mul(tanh(row), 2)),
  (a) => transpose(mul(transpose(a), 1)),
  (a) => reshape(neg(reshape(neg(a), [6])), [2, 3]),
  (a) => mul(a, mean(a, 1, { keepdims: true })),
  (a) => sub(a, stopGradient(max(a, 1, { keepdims: true }))),
  (a, _, __, { labels }) =>
    scatterAdd(a, reshape(classLabels(labels), [2, 1]), sum(a, 1, { keepdims: true }), 1),
  (a, b, _, { labels }) => add(a, gather(b, reshape(classLabels(labels), [2, 1]), 1)),
  (a, _, __, { labels }) => mul(a, sum(mul(a, oneHot(labels, 3)), 1, { keepdims: true })),
];

/** These and all the others. */
export const anyOperations: readonly Build[] = [
  ...smoothOperations,
  (a, b) => div(a, b),
  (a, _, literal) => div(a, literal),
  (a, _, literal) => sub(a, literal),
  (a, _, literal) => maximum(literal, a),
  (a, b) => minimum(a, b),
  (a) => abs(a),
  (a) => sqrt(a),
  (a) => relu(a),
  (a, b) => where(logicalNot(less(a, b)), a, b),
  (a, b, literal) => where(logicalNot(equal(a, literal)), b, a),
  (a, _, literal) => where(broadcastAlong(less(scalar(literal), scalar(1)), [2, 3], []), a, neg(a)),
  (a) => cast(cast(a, 'f64'), 'f32'),
  (a) => cast(mul(cast(a, 'i32'), 0), 'f32'),
  (a) => add(a, cast(add(cast(a, 'i32'), 0), 'f32')),
  (a) => flip(flip(a, 1), [0, 1]),
  (a) => broadcastAlong(slice(slice(a, [null, { start: 1 }]), [{ start: 1 }, { stop: 1 }]), [2, 3], [0, 1]),
  (_, __, literal, { row }) => exp(broadcastAlong(mul(row, literal), [2, 3], [1])),
  (_, __, ___, { labels, row }) =>
    scatterAdd(zeros, reshape(labels, [2, 1]), reshape(slice(row, [{ stop: 2 }]), [2, 1]), 1),
  (a, _, __, { labels, row }) => {
    const there = broadcastAlong(labels, [2, 3], [0]);
    const value = broadcastAlong(slice(row, [{ stop: 2 }]), [2, 3], [0]);
    const onehot = inputOf(oneHot(labels, 3), 0);
    return mul(
      a,
      sum(where(logicalNot(logicalNot(equal(inputOf(onehot, 0), there))), value, 0), 1, { keepdims: true }),
    );
  },
];

/** Programs of 1 to `length` instructions with literals from a list. */
export function programs(
  operations: readonly Build[],
  literals: readonly number[],
  length: number,
): fc.Arbitrary<readonly Instruction[]> {
  return fc.array(
    fc.record({
      operation: fc.nat(operations.length - 1),
      left: fc.nat(1000),
      right: fc.nat(1000),
      literal: fc.constantFrom(...literals),
    }),
    { minLength: 1, maxLength: length },
  );
}

/** The tensors that a program computes; the last ones depend on most of it. */
export function buildGraph(
  operations: readonly Build[],
  program: readonly Instruction[],
  leaves: GraphLeaves,
): readonly Tensor[] {
  const pool: Tensor[] = [leaves.matrix, broadcastAlong(leaves.row, [2, 3], [1])];
  const pick = (position: number): Tensor => pool[position % pool.length] ?? leaves.matrix;
  for (const { operation, left, right, literal } of program) {
    const build = operations[operation];
    if (build !== undefined) pool.push(build(pick(left), pick(right), literal, leaves));
  }
  return pool.slice(-3);
}
