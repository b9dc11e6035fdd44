// Gradient checks of products, distances, attention and recurrent networks.
import type { Tensor } from '../../src/ir/node.ts';
import { scaledDotProductAttention } from '../../src/nn/attention.ts';
import { bilinear } from '../../src/nn/bilinear.ts';
import { linear } from '../../src/nn/linear.ts';
import * as added from '../../src/ops/added-product.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { contract, matmul } from '../../src/ops/contraction.ts';
import * as distance from '../../src/ops/distance.ts';
import { einsum } from '../../src/ops/einsum.ts';
import { multiDot } from '../../src/ops/multi-dot.ts';
import { bandPart, gramSchmidt, qr } from '../../src/ops/orthogonal.ts';
import * as product from '../../src/ops/product.ts';
import { tensordot } from '../../src/ops/tensordot.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { variable, type GradientTable } from '../support/gradient-cases.ts';

/** A function of tensors of the given shapes, whose result is multiplied by itself so that second derivatives exist. */
function of(
  shapes: readonly (readonly number[])[],
  build: (...x: [Tensor, Tensor, Tensor]) => Tensor,
  low = -1.5,
  high = 1.5,
): GradientCheck {
  const feeds = shapes.map((shape, position) => variable(`x${position}`, shape, low, high, position + 1));
  // As many as the function takes.
  const result = build(...(feeds.map(({ leaf }) => leaf) as [Tensor, Tensor, Tensor]));
  return { result: mul(result, result), variables: feeds, order: 2 };
}

export const checks: GradientTable = {
  contract: [
    of(
      [
        [2, 3, 2],
        [3, 2, 2],
      ],
      (a, b) => contract(a, b, { batchLeft: [0], batchRight: [1], contractLeft: [1], contractRight: [0] }),
    ),
    of([[2], [3]], (a, b) =>
      contract(a, b, { batchLeft: [], batchRight: [], contractLeft: [], contractRight: [] }),
    ),
  ],
  matmul: [
    of([[3], [3]], matmul),
    of([[2, 3], [3]], matmul),
    of([[3], [2, 3, 2]], matmul),
    of(
      [
        [2, 1, 2, 3],
        [3, 3, 1],
      ],
      matmul,
    ),
  ],
  einsum: [
    of(
      [
        [2, 3],
        [3, 2],
      ],
      (a, b) => einsum('ij,jk->ki', a, b),
    ),
    of([[3, 3]], (a) => einsum('ii->i', a)),
    of([[2, 3, 2]], (a) => einsum('iji->j', a)),
    of([[2, 3], [3], [2]], (a, b, c) => einsum('ij,j,i->j', a, b, c)),
    of(
      [
        [2, 1, 3],
        [4, 3],
      ],
      (a, b) => einsum('...j,...j', a, b),
    ),
    of(
      [
        [1, 3],
        [4, 3],
      ],
      (a, b) => einsum('ij,ij->j', a, b),
    ),
  ],
  dot: [of([[3], [3]], product.dot)],
  vdot: [of([[3], [3]], product.vdot)],
  inner: [
    of(
      [
        [2, 3],
        [4, 3],
      ],
      product.inner,
    ),
    of([[], [2]], product.inner),
  ],
  outer: [of([[2], [3]], product.outer)],
  mv: [of([[2, 3], [3]], product.mv)],
  mm: [
    of(
      [
        [2, 3],
        [3, 2],
      ],
      product.mm,
    ),
  ],
  bmm: [
    of(
      [
        [2, 1, 3],
        [2, 3, 2],
      ],
      product.bmm,
    ),
  ],
  kron: [
    of(
      [
        [2, 1],
        [2, 3],
      ],
      product.kron,
    ),
  ],
  crossProduct: [of([[2, 3], [3]], (a, b) => product.crossProduct(a, b))],
  addmm: [
    of([[2], [3, 2], [2, 2]], (c, a, b) => added.addmm(c, a, b, { alpha: 0.6, beta: 0.2 })),
    of([[2], [3, 2], [2, 2]], (c, a, b) => added.addmm(c, a, b, { beta: 0 })),
  ],
  addmv: [of([[], [3, 2], [2]], (c, a, b) => added.addmv(c, a, b, { alpha: 2 }))],
  addr: [of([[3], [2], [3]], added.addr)],
  addbmm: [
    of(
      [
        [1, 2],
        [2, 2, 3],
        [2, 3, 2],
      ],
      added.addbmm,
    ),
  ],
  baddbmm: [
    of(
      [
        [2, 1, 2],
        [2, 2, 3],
        [2, 3, 2],
      ],
      added.baddbmm,
    ),
  ],
  tensordot: [
    of(
      [
        [2, 3, 2],
        [3, 2, 2],
      ],
      (a, b) => tensordot(a, b),
    ),
    of(
      [
        [2, 3],
        [1, 2],
      ],
      (a, b) => tensordot(a, b, [[1], [0]]),
    ),
    of([[2], [3]], (a, b) => tensordot(a, b, 0)),
  ],
  multiDot: [of([[2], [2, 3], [3, 2]], (a, b, c) => multiDot([a, b, c]))],
  normalize: [
    of([[2, 3]], (x) => distance.normalize(x)),
    of([[2, 3]], (x) => distance.normalize(x, { p: 1, axis: 0 }), 0.2, 2),
    of([[2, 3]], (x) => distance.normalize(x, { p: 0.5 }), 0.2, 2),
    of([[2, 3]], (x) => distance.normalize(x, { eps: 10 })),
    of([[3]], (x) => distance.normalize(x, { p: -1, axis: 0 }), 0.2, 2),
    of([[3]], (x) => distance.normalize(x, { p: Infinity, axis: 0 }), 0.2, 2),
  ],
  cosineSimilarity: [
    of(
      [
        [2, 3],
        [1, 3],
      ],
      (a, b) => distance.cosineSimilarity(a, b),
    ),
    of(
      [
        [3, 2],
        [3, 2],
      ],
      (a, b) => distance.cosineSimilarity(a, b, { axis: 0 }),
    ),
  ],
  pairwiseDistance: [
    of([[2, 3], [3]], (a, b) => distance.pairwiseDistance(a, b)),
    of([[2, 3], [3]], (a, b) => distance.pairwiseDistance(a, b, { p: 3, keepdims: true })),
  ],
  cdist: [
    of(
      [
        [2, 3],
        [3, 3],
      ],
      (a, b) => distance.cdist(a, b),
    ),
  ],
  bandPart: [of([[3, 3]], (x) => bandPart(x, 1, 0))],
  gramSchmidt: [of([[2, 3]], (x) => gramSchmidt(x))],
  qr: [of([[3, 2]], (x) => qr(x).q), of([[2, 2, 2]], (x) => qr(x).r)],
  linear: [of([[2, 3], [2, 3], [2]], linear), of([[2, 3], [3], []], linear)],
  bilinear: [
    of(
      [
        [2, 3],
        [2, 2],
        [2, 3, 2],
      ],
      (left, right, weight) => bilinear(left, right, weight),
    ),
  ],
  scaledDotProductAttention: [
    of(
      [
        [2, 2, 3],
        [2, 3, 3],
        [2, 3, 2],
      ],
      (q, k, v) => scaledDotProductAttention(q, k, v),
    ),
    of(
      [
        [3, 2],
        [3, 2],
        [3, 2],
      ],
      (q, k, v) => scaledDotProductAttention(q, k, v, { causal: true, scale: 0.3 }),
    ),
  ],
};
