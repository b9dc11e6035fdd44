// The rule that takes composed ops apart, on an op that is composed for this test.
import { makeNode, type Op, type Tensor } from '../../../src/ir/node.ts';
import { add, mul } from '../../../src/ops/arithmetic.ts';
import { x } from '../hard-inputs.ts';
import type { RuleCase } from './rule-case.ts';

const twiceOp: Op = {
  name: 'twice',
  arity: 1,
  shape: ([operand]) => operand?.shape ?? [],
  dtype: ([operand]) => operand?.dtype ?? 'f32',
  vjp: ({ cotangent }) => [mul(cotangent, 2)],
  evaluate: ([operand]) => {
    if (operand === undefined) throw new Error('twice takes an operand');
    return { ...operand, data: operand.data.map((value) => 2 * value) };
  },
  lowering: {
    kind: 'expansion',
    expand: ([operand], _, node) => (operand === undefined ? node : add(operand, operand)),
  },
};

const twice = (operand: Tensor): Tensor => makeNode(twiceOp, [operand], {});

export const expansionCases: Readonly<Record<string, RuleCase>> = {
  expansion: { rewrites: [[twice(x), add(x, x)]], leaves: [add(x, x)] },
};
