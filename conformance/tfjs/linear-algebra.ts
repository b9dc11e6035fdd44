// Linear algebra and the recurrent cell of TensorFlow.js.
import {
  add,
  bandPart,
  concat,
  gramSchmidt,
  matmul,
  mul,
  qr,
  sigmoid,
  slice,
  tanh,
  type Tensor,
} from 'tapeless';
import { booleanOf, isList, numberOf, refusal, tensorOf, type CallTable } from './value.ts';

export const linearAlgebraCalls: CallTable = {
  'linalg.bandPart': ([x, lower, upper], context) =>
    bandPart(tensorOf(x, context), numberOf(lower), numberOf(upper)),
  'linalg.gramSchmidt': ([given], context) =>
    isList(given)
      ? gramSchmidt(given.map((each) => tensorOf(each, context)))
      : gramSchmidt(tensorOf(given, context)),
  'linalg.qr': ([x, fullMatrices], context) => {
    const { q, r } = qr(tensorOf(x, context), { fullMatrices: booleanOf(fullMatrices) });
    return [q, r];
  },
  // Gates in the order input, new, forget, output; one kernel for the input and the state side by side.
  basicLSTMCell: (args, context) => {
    const [forgetBias, kernel, bias, x, cell, hidden] = args.map((each) => tensorOf(each, context));
    if (!forgetBias || !kernel || !bias || !x || !cell || !hidden)
      throw refusal('basicLSTMCell takes six tensors');
    const sums = add(matmul(concat([x, hidden], 1), kernel), bias);
    const size = Number(sums.shape[1]) / 4;
    const gate = (position: number): Tensor =>
      slice(sums, [null, { start: position * size, stop: (position + 1) * size }]);
    const gained = mul(sigmoid(gate(0)), tanh(gate(1)));
    const next = add(gained, mul(cell, sigmoid(add(forgetBias, gate(2)))));
    return [next, mul(tanh(next), sigmoid(gate(3)))];
  },
};
