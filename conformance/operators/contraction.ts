// Products of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  add,
  cosineSimilarity,
  dot,
  einsum,
  linear,
  matmul,
  normalize,
  outer,
  scaledDotProductAttention,
  transpose,
  type Tensor,
} from 'tapeless';
import { at, numberAttribute, two, type Operator } from './operator.ts';

/** The last two axes in the other order. */
function transposedIf(condition: unknown, x: Tensor): Tensor {
  if (condition !== true) return x;
  const rank = x.shape.length;
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}

export const contractionOperators: Readonly<Record<string, Operator>> = {
  matmul: two(matmul),
  matmul_t: (inputs, { ta, tb }) => [
    matmul(transposedIf(ta, at(inputs, 0)), transposedIf(tb, at(inputs, 1))),
  ],
  linear: (inputs) => [linear(at(inputs, 0), at(inputs, 1), inputs[2])],
  linear_io: (inputs) => [add(matmul(at(inputs, 0), at(inputs, 1)), at(inputs, 2))],
  outer: two(outer),
  dot: two(dot),
  einsum: (inputs, { eq }) => {
    const [first, ...others] = inputs.map((_, position) => at(inputs, position));
    return [einsum(String(eq), first ?? at(inputs, 0), ...others)];
  },
  attention: (inputs, { causal }) => [
    scaledDotProductAttention(at(inputs, 0), at(inputs, 1), at(inputs, 2), { causal: causal === true }),
  ],
  cosine_similarity: (inputs, attrs) => [
    cosineSimilarity(at(inputs, 0), at(inputs, 1), {
      axis: numberAttribute(attrs, 'dim', 1),
      eps: numberAttribute(attrs, 'eps', 1e-8),
    }),
  ],
  normalize: (inputs, attrs) => [
    normalize(at(inputs, 0), {
      p: numberAttribute(attrs, 'p', 2),
      axis: numberAttribute(attrs, 'dim', 1),
      eps: numberAttribute(attrs, 'eps', 1e-12),
    }),
  ],
};
