// Reading and writing at positions that are data of the corpora, in PyTorch's conventions, as calls of public functions.
import { broadcastTo, gather, oneHot, reshape, scatterAdd, type Tensor, type Shape } from 'tapeless';
import { at, numberAttribute, type Operator } from './operator.ts';

function rowsAt(x: Tensor, indices: Tensor, dim: number): Tensor {
  const axis = dim < 0 ? dim + x.shape.length : dim;
  const shape: Shape = x.shape.with(axis, indices.shape[0] ?? 0);
  const column = reshape(
    indices,
    shape.map((size, each) => (each === axis ? size : 1)),
  );
  return gather(x, broadcastTo(column, shape), axis);
}

export const indexingOperators: Readonly<Record<string, Operator>> = {
  gather: (inputs, attrs) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    return [gather(x, indices, numberAttribute(attrs, 'dim'))];
  },
  scatter_add: (inputs, attrs) => [
    scatterAdd(at(inputs, 0), at(inputs, 1), at(inputs, 2), numberAttribute(attrs, 'dim')),
  ],
  index_select: (inputs, attrs) => {
    const indices = at(inputs, 1);
    // Index vectors are all that the composition here takes.
    if (indices.shape.length !== 1) return undefined;
    return [rowsAt(at(inputs, 0), indices, numberAttribute(attrs, 'dim'))];
  },
  one_hot: (inputs, attrs) => [oneHot(at(inputs, 0), numberAttribute(attrs, 'n'), 'i32')],
};
