// What TensorFlow.js has for sequences: a cell, and an average that moves.
import {
  add,
  concat,
  div,
  mul,
  matmul,
  pow,
  sigmoid,
  sub,
  tanh,
  unbind,
  reshape,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import {
  booleanOf,
  demand,
  demandDtype,
  known,
  sizesOf,
  tensorOf,
  type CallTable,
  type TracedCall,
} from './value.ts';

/** One step of an LSTM: input gate, new values, forget gate, output gate, in this order. */
const lstmCell: TracedCall = (args, context) => {
  const [forgetBias, kernel, bias, data, c, h] = args
    .slice(0, 6)
    .map((value) => known(tensorOf(value, context))) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const gates = add(matmul(concat([data, h], 1), kernel), bias);
  const [rows = 1, columns = 4] = sizesOf(gates);
  const parts: readonly Tensor[] = unbind(reshape(gates, [rows, 4, columns / 4]), 1);
  // Four were asked for.
  const [input, values, forget, output] = parts as [Tensor, Tensor, Tensor, Tensor];
  const kept = mul(c, sigmoid(add(forget, forgetBias)));
  const next = add(mul(sigmoid(input), tanh(values)), kept);
  return [next, mul(tanh(next), sigmoid(output))];
};

/** `v + (x - v)(1 - decay)`, the change divided by `1 - decay^step` unless that is switched off. */
const movingAverage: TracedCall = ([value, next, decay, step = null, isCorrected = null], context) => {
  const [v, x] = [value, next].map((each) => known(tensorOf(each, context))) as [Tensor, Tensor];
  const rate = known(asFloat(tensorOf(decay, context), context));
  demandDtype(x, [v.dtype], 'movingAverage');
  demand(sizesOf(v).join() === sizesOf(x).join(), 'movingAverage: v and x have other shapes');
  const change = mul(sub(x, v), sub(1, rate));
  if (!booleanOf(isCorrected, true)) return add(v, change);
  demand(step !== null, 'movingAverage needs the step');
  const count = known(asFloat(tensorOf(step, context), context));
  return add(v, div(change, sub(1, pow(rate, count))));
};

export const recurrentCalls: CallTable = {
  basicLSTMCell: lstmCell,
  movingAverage,
};
