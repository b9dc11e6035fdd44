// Operators of the random-graph corpus beyond those of the operator corpus: constants, guarded functions, and the
// composites that the graphs use, spelled in primitives so that their derivatives exercise the primitives' rules.
import {
  add,
  div,
  erf,
  exp,
  expm1,
  greater,
  log,
  log1p,
  max,
  maximum,
  mean,
  minimum,
  mul,
  pow,
  rsqrt,
  sigmoid,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  where,
  type Tensor,
} from 'tapeless';
import type { CorpusAttributes } from './corpus.ts';

type GraphOperator = (inputs: readonly Tensor[], attrs: CorpusAttributes) => Tensor;

function at(inputs: readonly Tensor[], position: number): Tensor {
  const input = inputs[position];
  if (input === undefined) throw new Error(`the node has no input ${position}`);
  return input;
}

const of =
  (build: (x: Tensor) => Tensor): GraphOperator =>
  (inputs) =>
    build(at(inputs, 0));

const withConstant =
  (build: (x: Tensor, c: number) => Tensor): GraphOperator =>
  (inputs, { c }) =>
    build(at(inputs, 0), Number(c));

/** `x - max(x)` and the maximum, along one axis; the maximum is a constant of differentiation. */
function shifted(x: Tensor, axis: number): { shifted: Tensor; largest: Tensor } {
  const largest = stopGradient(max(x, axis, { keepdims: true }));
  return { shifted: sub(x, largest), largest };
}

function softmax(x: Tensor, axis: number): Tensor {
  const exponentials = exp(shifted(x, axis).shifted);
  return div(exponentials, sum(exponentials, axis, { keepdims: true }));
}

function logSoftmax(x: Tensor, axis: number): Tensor {
  const { shifted: centred } = shifted(x, axis);
  return sub(centred, log(sum(exp(centred), axis, { keepdims: true })));
}

function logSumExp(x: Tensor, axis: number, keepdims: boolean): Tensor {
  const { shifted: centred, largest } = shifted(x, axis);
  const kept = add(log(sum(exp(centred), axis, { keepdims: true })), largest);
  // One element is left on the axis, so its sum is that element.
  return keepdims ? kept : sum(kept, axis);
}

export const graphOperators: Readonly<Record<string, GraphOperator>> = {
  add_const: withConstant(add),
  mul_const: withConstant(mul),
  pow_const: withConstant(pow),
  log_safe: of((x) => log(add(square(x), 1))),
  sqrt_safe: of((x) => sqrt(add(square(x), 1))),
  rsqrt_safe: of((x) => rsqrt(add(square(x), 1))),
  div_safe: (inputs) => div(at(inputs, 0), add(square(at(inputs, 1)), 1)),
  where_gt: (inputs) => where(greater(at(inputs, 0), at(inputs, 1)), at(inputs, 2), at(inputs, 3)),
  stop_gradient: of(stopGradient),
  mean_all: of((x) => mean(x)),
  elu: of((x) => where(greater(x, 0), x, expm1(minimum(x, 0)))),
  gelu: of((x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))),
  silu: of((x) => mul(x, sigmoid(x))),
  leaky_relu: (inputs, { slope }) => {
    const x = at(inputs, 0);
    return where(greater(x, 0), x, mul(x, Number(slope)));
  },
  softplus: of((x) => add(maximum(x, 0), log1p(exp(sub(minimum(x, 0), maximum(x, 0)))))),
  softmax: (inputs, { dim }) => softmax(at(inputs, 0), Number(dim)),
  log_softmax: (inputs, { dim }) => logSoftmax(at(inputs, 0), Number(dim)),
  logsumexp: (inputs, { dim, keepdim }) => logSumExp(at(inputs, 0), Number(dim), keepdim === true),
};
