// Both sides of the stabilising rules, and of those that specialise.
import type { Tensor } from '../../../src/ir/node.ts';
import { makeNode } from '../../../src/ir/node.ts';
import { add, div, less, maximum, minimum, mul, pow, sub } from '../../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../../src/ops/broadcast.ts';
import { gather } from '../../../src/ops/gather.ts';
import { constrain, scalar, sizeOf, sizeOp } from '../../../src/ops/leaf.ts';
import { max, sum } from '../../../src/ops/reduce.ts';
import { reshape } from '../../../src/ops/reshape.ts';
import { stopGradient, where } from '../../../src/ops/select.ts';
import { abs, exp, expm1, log, log1p, neg, reciprocal, sigmoid } from '../../../src/ops/unary.ts';
import { dim } from '../../../src/ir/size.ts';
import { column, leafOf, logits, matrix, x } from '../hard-inputs.ts';
import type { RuleCase } from './rule-case.ts';

const unitColumns = reshape(column, [5, 1]);
/** Softmax of the logits as users write it, by the sum of exponentials of `s`. */
const alongClasses = (of: Tensor): Tensor => broadcastAlong(of, [7, 3], [0]);
const softmaxOf = (s: Tensor): Tensor => div(exp(s), alongClasses(sum(exp(s), 1)));
const largest = max(logits, 1);
const finite = stopGradient(where(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0));
const guesses = reshape(
  constrain(leafOf('guesses', [7], [0, 2, 1], 'i32'), { low: 0, high: 2, what: 'label' }),
  [7, 1],
);
const shifted = sub(logits, alongClasses(max(logits, 1)));
const softplusRest = (of: Tensor): Tensor => log1p(exp(neg(abs(of))));
const batch = dim('batch');

export const stabilityCases: Readonly<Record<string, RuleCase>> = {
  'logarithm of a softmax': {
    rewrites: [[log(softmaxOf(shifted)), sub(shifted, alongClasses(log(sum(exp(shifted), 1))))]],
    leaves: [log(div(exp(logits), alongClasses(sum(exp(shifted), 1)))), log(div(logits, exp(logits)))],
  },
  'logarithm of a picked probability': {
    rewrites: [
      [
        log(gather(softmaxOf(shifted), guesses, 1)),
        gather(sub(shifted, alongClasses(log(sum(exp(shifted), 1)))), guesses, 1),
      ],
    ],
    leaves: [log(gather(logits, guesses, 1)), log(gather(div(exp(logits), exp(shifted)), guesses, 1))],
  },
  'shifted softmax': {
    rewrites: [[softmaxOf(logits), softmaxOf(sub(logits, alongClasses(finite)))]],
    leaves: [softmaxOf(shifted), softmaxOf(sub(logits, alongClasses(finite)))],
    ulp: 8,
  },
  'shifted log-sum-exp': {
    rewrites: [[log(sum(exp(logits), 1)), add(finite, log(sum(exp(sub(logits, alongClasses(finite))), 1)))]],
    leaves: [log(sum(exp(shifted), 1)), log(sum(exp(reshape(x, [x.shape[0] ?? 1, 1])), 1))],
  },
  'logarithm of an exponential': { rewrites: [[log(exp(x)), x]] },
  'logarithm of a sigmoid': { rewrites: [[log(sigmoid(x)), sub(minimum(x, 0), softplusRest(x))]] },
  'logarithm of the rest of a sigmoid': {
    rewrites: [[log(sub(1, sigmoid(x))), sub(minimum(neg(x), 0), softplusRest(neg(x)))]],
  },
  'gradient of the logarithm of a sigmoid': {
    rewrites: [
      [mul(div(x, sigmoid(x)), mul(sigmoid(x), sub(1, sigmoid(x)))), mul(x, sigmoid(neg(x)))],
      [mul(mul(sub(1, sigmoid(x)), sigmoid(x)), div(x, sigmoid(x))), mul(x, sigmoid(neg(x)))],
    ],
    leaves: [
      mul(div(x, sigmoid(x)), mul(sigmoid(x), sub(1, sigmoid(neg(x))))),
      mul(div(x, sigmoid(x)), sub(1, sigmoid(x))),
    ],
  },
  'written-out sigmoid': { rewrites: [[div(1, add(exp(neg(x)), 1)), sigmoid(neg(neg(x)))]] },
  'logarithm of one plus x': {
    rewrites: [
      [log(add(x, 1)), log1p(x)],
      [log(add(1, x)), log1p(x)],
    ],
    leaves: [log(add(x, 2))],
  },
  'logarithm of one minus x': { rewrites: [[log(sub(1, x)), log1p(neg(x))]] },
  softplus: {
    rewrites: [[log1p(exp(x)), add(maximum(x, 0), softplusRest(x))]],
    leaves: [softplusRest(x), log1p(exp(scalar(-1))), log1p(exp(scalar(Number.NaN)))],
  },
  'exponential minus one': {
    rewrites: [
      [sub(exp(x), 1), expm1(x)],
      [add(exp(x), -1), expm1(x)],
    ],
  },
  'first power': { rewrites: [[pow(x, 1), x]] },
  'second power': { rewrites: [[pow(x, 2), mul(x, x)]], leaves: [pow(x, 0.5), pow(x, 3)] },
  'power of minus one': { rewrites: [[pow(x, -1), reciprocal(x)]] },
  'sum of one element': { rewrites: [[sum(unitColumns, 1), column]], leaves: [sum(matrix, 1)] },
  'used-up stopGradient': { rewrites: [[stopGradient(x), x]] },
  'known size': {
    rewrites: [[makeNode(sizeOp, [], { size: 12, dtype: 'f32' }), scalar(12)]],
    leaves: [sizeOf(batch)],
  },
};
