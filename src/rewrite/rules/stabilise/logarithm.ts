// Logarithms and exponentials of what would overflow, or cancel before the logarithm sees it.
import { add, maximum, minimum, mul, sub } from '../../../ops/arithmetic.ts';
import { abs, exp, expm1, log1p, neg, sigmoid, unaryOps } from '../../../ops/unary.ts';
import { inputOf, type Tensor } from '../../../ir/node.ts';
import { repeatedConstant } from '../../pattern.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';
import { isOp } from '../../elementwise.ts';

const x = is.any('x');
const stabilising = { phase: 'stabilise', exactness: 'stabilising' } as const;

/** `ln(1 + e^-|x|)`: the part of softplus that needs no care. */
function softplusRest(of: Tensor): Tensor {
  return log1p(exp(neg(abs(of))));
}

/** `ln(1 + e^x)` without overflow. */
function softplus(of: Tensor): Tensor {
  return add(maximum(of, 0), softplusRest(of));
}

/** `ln σ(x) = -softplus(-x)` without the cancellation of large logits. */
function logSigmoid(of: Tensor): Tensor {
  return sub(minimum(of, 0), softplusRest(of));
}

/** Whether the exponential of a tensor may overflow for all we see: it is neither `-|…|` nor a constant up to 0. */
function mayBePositive(node: Tensor): boolean {
  const value = repeatedConstant(node);
  if (value !== undefined) return value > 0;
  return !(isOp(node, unaryOps.neg.op) && isOp(inputOf(node, 0), unaryOps.abs.op));
}

export const logarithmRules: readonly Rule[] = [
  rule({
    ...stabilising,
    name: 'logarithm of an exponential',
    summary: '`ln(e^x)` is `x`, where `e^x` may overflow.',
    pattern: is.log(is.exp(x)),
    replacement: (found) => found.x,
  }),
  rule({
    ...stabilising,
    name: 'logarithm of a sigmoid',
    summary: '`ln σ(x)` is `min(x, 0) - ln(1 + e^-|x|)`, finite where σ(x) underflows.',
    pattern: is.log(is.sigmoid(x)),
    replacement: (found) => logSigmoid(found.x),
  }),
  rule({
    ...stabilising,
    name: 'logarithm of the rest of a sigmoid',
    summary: '`ln(1 - σ(x))` is `ln σ(-x)`, finite where σ(x) rounds to 1.',
    pattern: is.log(is.sub(is.number(1), is.sigmoid(x))),
    replacement: (found) => logSigmoid(neg(found.x)),
  }),
  rule({
    ...stabilising,
    name: 'gradient of the logarithm of a sigmoid',
    summary: '`(g / σ(x)) · (σ(x) · (1 - σ(x)))` is `g · σ(-x)`, finite where σ(x) underflows.',
    pattern: is.mul(is.div(is.any('g'), is.as('share', is.sigmoid(x))), is.any('slope')),
    replacement: ({ g, share, slope, x: of }) => {
      const rest = sub(1, share);
      const isSlope = slope === mul(share, rest) || slope === mul(rest, share);
      return isSlope ? mul(g, sigmoid(neg(of))) : undefined;
    },
  }),
  rule({
    ...stabilising,
    name: 'written-out sigmoid',
    summary: '`1 / (1 + e^x)` is `σ(-x)`, whose exponential does not overflow.',
    pattern: is.div(is.number(1), is.add(is.exp(x), is.number(1))),
    replacement: (found) => sigmoid(neg(found.x)),
  }),
  rule({
    ...stabilising,
    name: 'logarithm of one plus x',
    summary: '`ln(1 + x)` is `log1p(x)`, accurate near 0.',
    pattern: is.log(is.add(x, is.number(1))),
    replacement: (found) => log1p(found.x),
  }),
  rule({
    ...stabilising,
    name: 'logarithm of one minus x',
    summary: '`ln(1 - x)` is `log1p(-x)`, accurate near 0.',
    pattern: is.log(is.sub(is.number(1), x)),
    replacement: (found) => log1p(neg(found.x)),
  }),
  rule({
    ...stabilising,
    name: 'softplus',
    summary: '`ln(1 + e^x)` is `max(x, 0) + ln(1 + e^-|x|)`, which does not overflow.',
    pattern: is.log1p(is.exp(is.any('x', mayBePositive))),
    replacement: (found) => softplus(found.x),
  }),
  rule({
    ...stabilising,
    name: 'exponential minus one',
    summary: '`e^x - 1` is `expm1(x)`, accurate near 0.',
    pattern: is.oneOf(is.sub(is.exp(x), is.number(1)), is.add(is.exp(x), is.number(-1))),
    replacement: (found) => expm1(found.x),
  }),
];
