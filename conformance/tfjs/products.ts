// Products of TensorFlow.js.
import { dot, einsum, matmul, outer, reshape, swapaxes, type Tensor } from 'tapeless';
import { activated } from './activation.ts';
import { matched } from './elementwise.ts';
import {
  booleanOf,
  demand,
  isRecordValue,
  isTensor,
  refusal,
  tensorOf,
  type CallTable,
  type Context,
  type Value,
} from './value.ts';

/** Products of matrices in the last two axes, turned first where that is asked for. */
function product(
  [first, second, turnsFirst, turnsSecond]: readonly (Value | undefined)[],
  context: Context,
): Tensor {
  const [a, b] = matched([first, second], context) as [Tensor, Tensor];
  if (!isTensor(a) || !isTensor(b)) return matmul(a, b);
  demand(a.shape.length >= 2 && b.shape.length >= 2, 'matMul takes matrices');
  return matmul(
    booleanOf(turnsFirst) ? swapaxes(a, -1, -2) : a,
    booleanOf(turnsSecond) ? swapaxes(b, -1, -2) : b,
  );
}

export const productCalls: CallTable = {
  matMul: (args, context) => product(args, context),
  dot: ([first, second], context) => {
    const [a, b] = matched([first, second], context) as [Tensor, Tensor];
    if (!isTensor(a) || !isTensor(b)) return dot(a, b);
    const ranks = [a.shape.length, b.shape.length];
    demand(
      ranks.every((rank) => rank === 1 || rank === 2),
      `dot takes vectors and matrices, not ranks ${ranks.join(' and ')}`,
    );
    return matmul(a, b);
  },
  outerProduct: ([first, second], context) => {
    const [a, b] = matched([first, second], context) as [Tensor, Tensor];
    return outer(reshape(a, [-1]), reshape(b, [-1]));
  },
  einsum: ([equation, ...operands], context) => {
    if (typeof equation !== 'string') throw refusal('einsum takes an equation');
    const terms = (equation.split('->')[0] ?? '').split(',').map((term) => term.replaceAll(' ', ''));
    demand(/^[^>]*->[^>]*$/.test(equation), 'einsum takes one arrow');
    demand(operands.length <= 2, 'einsum takes two tensors at most');
    demand(
      terms.every((term) => new Set(term).size === term.length),
      'einsum takes every label once in a term',
    );
    demand(operands.length <= 2, 'einsum takes one operand or two');
    const tensors = operands.map((operand) => tensorOf(operand, context));
    const [first, ...others] = matched(tensors, context);
    if (first === undefined) throw refusal('einsum takes tensors');
    return einsum(equation, first, ...others);
  },
  'fused.matMul': ([options], context) => {
    const given = isRecordValue(options) ? options : {};
    const result = product([given.a, given.b, given.transposeA, given.transposeB], context);
    return activated(result, given, context);
  },
};
