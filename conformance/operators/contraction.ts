// Products of the corpora, in PyTorch's conventions, as calls of public functions.
import { add, matmul, transpose, type Tensor } from 'tapeless';
import { at, two, type Operator } from './operator.ts';

function swapAxes(x: Tensor, first: number, second: number): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const rank = axes.length;
  // An axis that does not exist is passed on, so that transpose refuses it.
  const [a, b] = [first, second].map((axis) => (axis < 0 ? axis + rank : axis));
  return transpose(
    x,
    axes
      .map((axis) => (axis === a ? second : axis === b ? first : axis))
      .concat((a ?? 0) < rank && (b ?? 0) < rank ? [] : [rank]),
  );
}

function transposedIf(condition: unknown, x: Tensor): Tensor {
  return condition === true ? swapAxes(x, -1, -2) : x;
}

export const contractionOperators: Readonly<Record<string, Operator>> = {
  matmul: two(matmul),
  matmul_t: (inputs, { ta, tb }) => [
    matmul(transposedIf(ta, at(inputs, 0)), transposedIf(tb, at(inputs, 1))),
  ],
  linear: (inputs) => {
    const product = matmul(at(inputs, 0), transpose(at(inputs, 1)));
    return [inputs[2] ? add(product, inputs[2]) : product];
  },
  linear_io: (inputs) => [add(matmul(at(inputs, 0), at(inputs, 1)), at(inputs, 2))],
};
