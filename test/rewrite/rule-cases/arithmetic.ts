// Both sides of the rules of arithmetic, logic and constants.
import type { Tensor } from '../../../src/ir/node.ts';
import { makeNode } from '../../../src/ir/node.ts';
import {
  add,
  binaryOps,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  maximum,
  minimum,
  mul,
  notEqual,
  pow,
  sub,
} from '../../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../../src/ops/broadcast.ts';
import { scalar } from '../../../src/ops/leaf.ts';
import { cast, where } from '../../../src/ops/select.ts';
import { exp, logicalNot, neg, sqrt } from '../../../src/ops/unary.ts';
import { i, p, q, single, x, y } from '../hard-inputs.ts';
import type { RuleCase } from './rule-case.ts';

const zeros = (like: Tensor): Tensor => broadcastAlong(scalar(0, like.dtype), like.shape, []);
const number = (value: number, like: Tensor): Tensor =>
  broadcastAlong(scalar(value, like.dtype), like.shape, []);

export const arithmeticCases: Readonly<Record<string, RuleCase>> = {
  'constant folding': {
    rewrites: [
      [
        makeNode(binaryOps.add.op, [scalar(0.1), scalar(0.2)], {}),
        scalar(Math.fround(0.1) + Math.fround(0.2)),
      ],
      [div(scalar(1), scalar(3)), scalar(1 / 3)],
      [mul(scalar(3e38), scalar(10)), scalar(Number.POSITIVE_INFINITY)],
      [mul(scalar(1e-30), scalar(-1e-30)), scalar(-0)],
      [sqrt(scalar(2)), scalar(Math.SQRT2)],
      [sqrt(scalar(-1)), scalar(Number.NaN)],
      [mul(scalar(65537, 'i32'), scalar(65537, 'i32')), scalar(131073, 'i32')],
      [add(scalar(2 ** 31 - 1, 'i32'), scalar(1, 'i32')), scalar(-(2 ** 31), 'i32')],
      [less(scalar(Number.NaN), scalar(1)), scalar(0, 'bool')],
      [cast(scalar(-2.7), 'i32'), scalar(-2, 'i32')],
      [cast(scalar(1e300, 'f64'), 'f32'), scalar(Number.POSITIVE_INFINITY)],
      [where(scalar(0, 'bool'), scalar(1), scalar(2)), scalar(2)],
    ],
    leaves: [exp(scalar(1)), pow(scalar(2), scalar(0.5)), add(single, 1)],
  },
  'constant on the right': {
    rewrites: [
      [add(2, x), add(x, 2)],
      [mul(0.5, x), mul(x, 0.5)],
      [maximum(0, x), maximum(x, 0)],
      [minimum(0, x), minimum(x, 0)],
      [equal(0, x), equal(x, 0)],
      [less(0, x), greater(x, 0)],
      [lessEqual(0, x), greaterEqual(x, 0)],
      [greater(0, x), less(x, 0)],
      [greaterEqual(-0, x), lessEqual(x, -0)],
      [mul(7, i), mul(i, 7)],
    ],
    leaves: [sub(1, x), div(1, x), pow(2, x), less(x, y)],
  },
  'multiplication by one': {
    rewrites: [
      [mul(x, 1), x],
      [mul(1, x), x],
      [mul(i, 1), i],
    ],
    leaves: [mul(x, 2)],
  },
  'division by one': { rewrites: [[div(x, 1), x]], leaves: [div(1, x), div(x, -1)] },
  'subtraction of zero': {
    rewrites: [
      [sub(x, 0), x],
      [sub(i, 0), i],
    ],
    leaves: [sub(x, -0), sub(0, x)],
  },
  'addition of negative zero': {
    rewrites: [
      [add(x, -0), x],
      [add(-0, x), x],
    ],
    leaves: [add(x, 0)],
  },
  'addition of integer zero': { rewrites: [[add(i, 0), i]], leaves: [add(x, 0)] },
  'multiplication by integer zero': { rewrites: [[mul(i, 0), zeros(i)]], leaves: [mul(x, 0)] },
  'multiplication by minus one': {
    rewrites: [
      [mul(x, -1), neg(x)],
      [mul(i, -1), neg(i)],
    ],
  },
  'double negation': {
    rewrites: [
      [neg(neg(x)), x],
      [neg(neg(i)), i],
    ],
  },
  'addition of a negation': {
    rewrites: [
      [add(x, neg(y)), sub(x, y)],
      [add(neg(y), x), sub(x, y)],
    ],
  },
  'subtraction of a negation': {
    rewrites: [[sub(x, neg(y)), add(x, y)]],
    leaves: [sub(neg(x), y), neg(sub(x, y))],
  },
  'product of negations': { rewrites: [[mul(neg(x), neg(y)), mul(x, y)]] },
  'negation of a scaled tensor': {
    rewrites: [
      [neg(mul(x, 0.5)), mul(x, -0.5)],
      [neg(mul(x, 0)), mul(x, -0)],
      [neg(mul(i, 3)), mul(i, -3)],
    ],
    leaves: [neg(mul(x, y))],
  },
  'scaling of a negation': {
    rewrites: [
      [mul(neg(x), 3), mul(x, -3)],
      [mul(neg(x), Number.NEGATIVE_INFINITY), mul(x, Number.POSITIVE_INFINITY)],
    ],
  },
  'decided choice': {
    rewrites: [
      [where(scalar(1, 'bool'), x, y), x],
      [where(broadcastAlong(scalar(0, 'bool'), x.shape, []), x, y), y],
    ],
    leaves: [where(less(x, y), x, y)],
  },
  'choice of equals': { rewrites: [[where(less(x, y), x, x), x]], leaves: [where(less(x, y), x, 0)] },
  'choice by a negation': { rewrites: [[where(logicalNot(less(x, y)), x, y), where(less(x, y), y, x)]] },
  'double logical negation': { rewrites: [[logicalNot(logicalNot(p)), p]] },
  'negated equality': {
    rewrites: [[logicalNot(equal(x, y)), notEqual(x, y)]],
    leaves: [logicalNot(less(x, y))],
  },
  'negated inequality': { rewrites: [[logicalNot(notEqual(x, y)), equal(x, y)]] },
  'neutral truth value': {
    rewrites: [
      [logicalAnd(p, number(1, p)), p],
      [logicalOr(number(0, q), q), q],
    ],
    leaves: [logicalAnd(p, q), logicalOr(p, number(1, p))],
  },
  'cast through a wider dtype': {
    rewrites: [
      [cast(cast(x, 'f64'), 'f32'), x],
      [cast(cast(x, 'f64'), 'i32'), cast(x, 'i32')],
      [cast(cast(x, 'f64'), 'bool'), cast(x, 'bool')],
      [cast(cast(i, 'f64'), 'f32'), cast(i, 'f32')],
      [cast(cast(p, 'f32'), 'bool'), p],
      [cast(cast(p, 'i32'), 'f32'), cast(p, 'f32')],
    ],
    leaves: [cast(cast(x, 'i32'), 'f32'), cast(cast(i, 'f32'), 'i32'), cast(cast(x, 'bool'), 'f32')],
  },
};
