// Identities of arithmetic that keep every bit. `x + 0` and `x · 0` are missing on floats on purpose: the first turns
// -0 into +0, the second has to give NaN for NaN and infinities, and -0 for negative numbers.
import { scalar } from '../../../ops/leaf.ts';
import { add, binaryOps, mul, sub } from '../../../ops/arithmetic.ts';
import { broadcastAlong } from '../../../ops/broadcast.ts';
import { neg } from '../../../ops/unary.ts';
import type { Op, Tensor } from '../../../ir/node.ts';
import { inputOf, makeNode } from '../../../ir/node.ts';
import { repeatedConstant } from '../../pattern.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const x = is.any('x');
const y = is.any('y');
const integer = is.any('x', (node) => node.dtype === 'i32');
const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

/** The constant `value` in the place of `like`. */
function filledLike(like: Tensor, value: number): Tensor {
  return broadcastAlong(scalar(value, like.dtype), like.shape, []);
}

/** The number of a literal factor or divisor, with the other sign. */
function negated(literal: Tensor): Tensor {
  return filledLike(literal, -(repeatedConstant(literal) ?? Number.NaN));
}

/** Ops whose operands may change places; comparisons become their mirror image. */
const mirrored: ReadonlyMap<Op, Op> = new Map(
  (
    [
      ['add', 'add'],
      ['mul', 'mul'],
      ['maximum', 'maximum'],
      ['minimum', 'minimum'],
      ['equal', 'equal'],
      ['notEqual', 'notEqual'],
      ['logicalAnd', 'logicalAnd'],
      ['logicalOr', 'logicalOr'],
      ['logicalXor', 'logicalXor'],
      ['less', 'greater'],
      ['lessEqual', 'greaterEqual'],
      ['greater', 'less'],
      ['greaterEqual', 'lessEqual'],
    ] as const
  ).map(([name, mirror]) => [binaryOps[name].op, binaryOps[mirror].op]),
);

export const arithmeticRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'constant on the right',
    summary: 'The constant of a commutative operation or a comparison stands on the right.',
    pattern: is.nodeOf([...mirrored.keys()]),
    replacement: (_, node) => {
      const [left, right] = [inputOf(node, 0), inputOf(node, 1)];
      const swapped = repeatedConstant(left) !== undefined && repeatedConstant(right) === undefined;
      const op = mirrored.get(node.op);
      return swapped && op !== undefined ? makeNode(op, [right, left], {}) : undefined;
    },
  }),
  rule({
    ...exact,
    name: 'multiplication by one',
    summary: '`x · 1` is `x`.',
    pattern: is.mul(x, is.number(1)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'division by one',
    summary: '`x / 1` is `x`.',
    pattern: is.div(x, is.number(1)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'subtraction of zero',
    summary: '`x - 0` is `x`, for -0 too.',
    pattern: is.sub(x, is.number(0)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'addition of negative zero',
    summary: '`x + (-0)` is `x`, for both zeros.',
    pattern: is.add(x, is.number(-0)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'addition of integer zero',
    summary: '`x + 0` is `x` on integers, which have one zero.',
    pattern: is.add(integer, is.number(0)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'multiplication by integer zero',
    summary: '`x · 0` is `0` on integers, which have no NaN.',
    pattern: is.mul(integer, is.number(0)),
    replacement: (found) => filledLike(found.x, 0),
  }),
  rule({
    ...exact,
    name: 'multiplication by minus one',
    summary: '`x · (-1)` is `-x`.',
    pattern: is.mul(x, is.number(-1)),
    replacement: (found) => neg(found.x),
  }),
  rule({
    ...exact,
    name: 'double negation',
    summary: '`-(-x)` is `x`.',
    pattern: is.neg(is.neg(x)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'addition of a negation',
    summary: '`x + (-y)` is `x - y`.',
    pattern: is.add(x, is.neg(y)),
    replacement: (found) => sub(found.x, found.y),
  }),
  rule({
    ...exact,
    name: 'subtraction of a negation',
    summary: '`x - (-y)` is `x + y`.',
    pattern: is.sub(x, is.neg(y)),
    replacement: (found) => add(found.x, found.y),
  }),
  rule({
    ...exact,
    name: 'product of negations',
    summary: '`(-x) · (-y)` is `x · y`.',
    pattern: is.mul(is.neg(x), is.neg(y)),
    replacement: (found) => mul(found.x, found.y),
  }),
  rule({
    ...exact,
    name: 'negation of a scaled tensor',
    summary: '`-(x · c)` is `x · (-c)`.',
    pattern: is.neg(is.mul(x, is.someNumber('c'))),
    replacement: (found) => mul(found.x, negated(found.c)),
  }),
  rule({
    ...exact,
    name: 'scaling of a negation',
    summary: '`(-x) · c` is `x · (-c)`.',
    pattern: is.mul(is.neg(x), is.someNumber('c')),
    replacement: (found) => mul(found.x, negated(found.c)),
  }),
];
