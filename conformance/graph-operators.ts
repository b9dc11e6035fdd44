// Operators of the random graphs beyond those of the operator corpus: constants, and functions that are guarded against
// their poles.
import {
  add,
  div,
  greater,
  log,
  mean,
  mul,
  pow,
  rsqrt,
  sqrt,
  square,
  stopGradient,
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
};
