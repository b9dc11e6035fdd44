// Softmax and log-sum-exp shifted by their maximum, and the logarithm of a softmax without the quotient.
import { inputOf, type Tensor } from '../../../ir/node.ts';
import { add, binaryOps, div, less, sub } from '../../../ops/arithmetic.ts';
import { broadcastAlong, broadcastOp } from '../../../ops/broadcast.ts';
import { gather } from '../../../ops/gather.ts';
import { max, reduceOp, sum } from '../../../ops/reduce.ts';
import { reshapeOp } from '../../../ops/reshape.ts';
import { stopGradient, stopGradientOp, where } from '../../../ops/select.ts';
import { abs, exp, log, unaryOps } from '../../../ops/unary.ts';
import { axesAttribute, combinerOf, numberAttribute } from '../../attributes.ts';
import { isOp } from '../../elementwise.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const stabilising = { phase: 'stabilise', exactness: 'stabilising' } as const;

/** `sum(e^s)` over some axes, as it is found in a graph. */
interface ExponentialSum {
  readonly s: Tensor;
  readonly axes: readonly number[];
}

function exponentialSum(node: Tensor): ExponentialSum | undefined {
  if (!isOp(node, reduceOp) || combinerOf(node) !== 'sum') return undefined;
  const summand = inputOf(node, 0);
  return isOp(summand, unaryOps.exp.op)
    ? { s: inputOf(summand, 0), axes: axesAttribute(node, 'axes') }
    : undefined;
}

/** Repeats what was reduced over `axes` to the shape of `s`. */
function restore(reduced: Tensor, { s, axes }: ExponentialSum): Tensor {
  const kept = s.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return broadcastAlong(reduced, s.shape, kept);
}

/** The sum behind a divisor that repeats it along the axes it was summed over. */
function sumBehind(divisor: Tensor): ExponentialSum | undefined {
  if (!isOp(divisor, broadcastOp)) return undefined;
  const found = exponentialSum(inputOf(divisor, 0));
  return found !== undefined && restore(inputOf(divisor, 0), found) === divisor ? found : undefined;
}

/** Whether `s` is `x - max(x)` already, so that `e^s` does not overflow, or too short a sum to be worth a shift. */
function isShifted({ s, axes }: ExponentialSum): boolean {
  if (axes.every((axis) => s.shape[axis] === 1)) return true;
  if (!isOp(s, binaryOps.sub.op)) return false;
  const shift = withoutMarkers(inputOf(s, 1));
  return containsMaximumOf(shift, withoutMarkers(inputOf(s, 0)));
}

function withoutMarkers(node: Tensor): Tensor {
  const transparent = [broadcastOp, reshapeOp, stopGradientOp].some((op) => isOp(node, op));
  return transparent ? withoutMarkers(inputOf(node, 0)) : node;
}

/** `max(x)`, or our own choice between it and 0. */
function containsMaximumOf(shift: Tensor, x: Tensor): boolean {
  const isMaximum = (node: Tensor): boolean =>
    isOp(node, reduceOp) && combinerOf(node) === 'max' && withoutMarkers(inputOf(node, 0)) === x;
  return isMaximum(shift) || shift.inputs.some((input) => isMaximum(withoutMarkers(input)));
}

/**
 * The maximum over the axes of the sum, or 0 where it is not finite: infinity minus itself would be NaN. The result
 * does not depend on the shift, so that no gradient has to flow through it.
 */
function finiteMaximum({ s, axes }: ExponentialSum): Tensor {
  const largest = max(s, axes);
  return stopGradient(where(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0));
}

/** `ln(e^s / Σ e^s)` for the divisor that repeats `Σ e^s`; undefined for any other divisor. */
function logSoftmax(s: Tensor, divisor: Tensor): Tensor | undefined {
  const found = sumBehind(divisor);
  return found?.s === s ? sub(s, restore(log(inputOf(divisor, 0)), found)) : undefined;
}

export const softmaxRules: readonly Rule[] = [
  rule({
    ...stabilising,
    name: 'logarithm of a softmax',
    summary: '`ln(e^s / Σ e^s)` is `s - ln(Σ e^s)`, finite where the quotient underflows.',
    pattern: is.log(is.div(is.exp(is.any('s')), is.any('divisor'))),
    replacement: ({ s, divisor }) => logSoftmax(s, divisor),
  }),
  rule({
    ...stabilising,
    name: 'logarithm of a picked probability',
    summary: '`ln` of elements picked from a softmax picks them from its logarithm.',
    pattern: is.log(
      is.as('picked', is.gather(is.div(is.exp(is.any('s')), is.any('divisor')), is.any('indices'))),
    ),
    replacement: ({ picked, s, divisor, indices }) => {
      const logarithm = logSoftmax(s, divisor);
      return logarithm && gather(logarithm, indices, numberAttribute(picked, 'axis'));
    },
  }),
  rule({
    ...stabilising,
    name: 'shifted softmax',
    summary: '`e^s / Σ e^s` is computed on `s - max(s)`, so that no exponential overflows.',
    pattern: is.div(is.exp(is.any('s')), is.any('divisor')),
    replacement: ({ s, divisor }) => {
      const found = sumBehind(divisor);
      if (found?.s !== s || isShifted(found)) return undefined;
      const exponentials = exp(sub(s, restore(finiteMaximum(found), found)));
      return div(exponentials, restore(sum(exponentials, found.axes), found));
    },
  }),
  rule({
    ...stabilising,
    name: 'shifted log-sum-exp',
    summary: '`ln(Σ e^s)` is `m + ln(Σ e^(s - m))` with `m = max(s)`, so that no exponential overflows.',
    pattern: is.log(is.as('total', is.reduce(is.exp(is.any('s'))))),
    replacement: ({ total }) => {
      const found = exponentialSum(total);
      if (found === undefined || isShifted(found)) return undefined;
      const largest = finiteMaximum(found);
      const exponentials = exp(sub(found.s, restore(largest, found)));
      return add(largest, log(sum(exponentials, found.axes)));
    },
  }),
];
