// The primitives that every model uses.
import * as arithmetic from '../../src/ops/arithmetic.ts';
import * as broadcasting from '../../src/ops/broadcast.ts';
import * as contraction from '../../src/ops/contraction.ts';
import * as gathering from '../../src/ops/gather.ts';
import * as scattering from '../../src/ops/scatter.ts';
import * as leaf from '../../src/ops/leaf.ts';
import * as concatenation from '../../src/ops/concat.ts';
import * as movement from '../../src/ops/movement.ts';
import * as padding from '../../src/ops/pad.ts';
import * as reduction from '../../src/ops/reduce.ts';
import * as reshaping from '../../src/ops/reshape.ts';
import * as selection from '../../src/ops/select.ts';
import * as unary from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import {
  ordered,
  single,
  smooth,
  smoothPair,
  variable,
  type GradientTable,
} from '../support/gradient-cases.ts';
import { fed } from '../support/values.ts';

const { square } = unary;

export const checks: GradientTable = {
  add: smoothPair((a, b) => square(arithmetic.add(a, b))),
  sub: smoothPair((a, b) => square(arithmetic.sub(a, b))),
  mul: smoothPair(arithmetic.mul),
  div: smoothPair(arithmetic.div, [-2, 2], [0.5, 2]),
  pow: smoothPair(arithmetic.pow, [0.3, 2], [-2, 3]),
  maximum: [
    ...smoothPair((a, b) => square(arithmetic.maximum(a, b)), [-2, -0.1], [0.1, 2]),
    ...smoothPair((a, b) => square(arithmetic.maximum(a, b)), [0.1, 2], [-2, -0.1]),
  ],
  minimum: [
    ...smoothPair((a, b) => square(arithmetic.minimum(a, b)), [-2, -0.1], [0.1, 2]),
    ...smoothPair((a, b) => square(arithmetic.minimum(a, b)), [0.1, 2], [-2, -0.1]),
  ],
  neg: smooth((x) => square(unary.neg(x))),
  abs: [...smooth((x) => square(unary.abs(x)), 0.1, 2), ...smooth((x) => square(unary.abs(x)), -2, -0.1)],
  sqrt: smooth(unary.sqrt, 0.3, 3),
  exp: smooth(unary.exp),
  expm1: smooth(unary.expm1),
  log: smooth(unary.log, 0.3, 3),
  log1p: smooth(unary.log1p, -0.6, 3),
  sin: smooth(unary.sin),
  cos: smooth(unary.cos),
  tanh: smooth(unary.tanh),
  sigmoid: [...smooth(unary.sigmoid), ...smooth(unary.sigmoid, -8, -4)],
  erf: smooth(unary.erf),
  relu: [...smooth((x) => square(unary.relu(x)), 0.1, 2), ...smooth((x) => square(unary.relu(x)), -2, -0.1)],
  select: smoothPair(
    (a, b) => selection.where(arithmetic.greater(a, 0), square(a), arithmetic.mul(a, b)),
    [0.1, 2],
  ),
  cast: smooth((x) => square(selection.cast(selection.cast(x, 'f32'), 'f64'))),
  broadcast: [
    single([], (x) => square(broadcasting.broadcastTo(x, [2, 3]))),
    single([1], (x) => square(broadcasting.broadcastTo(x, [1]))),
    single([3, 1], (x) => square(broadcasting.broadcastTo(x, [2, 3, 4]))),
    single([1, 3], (x) => square(broadcasting.broadcastTo(x, [1, 2, 3]))),
    single([2, 3], (x) => square(broadcasting.broadcastAlong(x, [2, 4, 3, 2], [0, 2]))),
  ],
  reshape: [
    single([2, 3], (x) => square(reshaping.reshape(x, [3, 2]))),
    single([], (x) => square(reshaping.reshape(x, [1, 1]))),
    single([2, 1, 3], (x) => square(reshaping.flatten(x, 0))),
  ],
  transpose: [
    single([2, 3], (x) => square(movement.transpose(x))),
    single([2, 3, 4], (x) => square(movement.transpose(x, [1, 2, 0]))),
    single([2, 1, 3], (x) => square(movement.transpose(x, [2, 0, 1]))),
  ],
  slice: [
    single([5], (x) => square(movement.slice(x, [{ start: 1, stop: 4 }]))),
    single([3, 5], (x) => square(movement.slice(x, [null, { start: 1, step: 3 }]))),
    single([2, 4], (x) => square(movement.flip(x, [0, 1]))),
    single([6], (x) => square(movement.sliceAxis(x, 0, 5, 3, -2))),
    single([1, 3], (x) => square(movement.slice(x, [{ start: 0, stop: 0 }]))),
  ],
  spread: [
    single([3], (x) => square(padding.pad(x, [[2, 1]]))),
    single([1, 2], (x) =>
      square(
        padding.pad(x, [
          [1, 0],
          [0, 2],
        ]),
      ),
    ),
    // The gradient of a strided slice spreads with a step; its own gradient slices again.
    single([7], (x) => arithmetic.pow(movement.slice(x, [{ start: 1, step: 2 }]), 3), 0.2, 2),
  ],
  concat: [
    ...smoothPair((a) => square(concatenation.concat([reshaping.flatten(a, 0), reshaping.flatten(a, 0)]))),
    single([2, 3], (x) => square(concatenation.concat([x, movement.slice(x, [null, { stop: 1 }]), x], 1))),
    single([2, 1], (x) => square(concatenation.stack([x, x, x], -1))),
  ],
  reduce: [
    single([], (x) => square(reduction.sum(x))),
    single([2, 3], (x) => square(reduction.sum(x, 1))),
    single([2, 1, 3], (x) => square(reduction.sum(x, [0, 2], { keepdims: true }))),
    single([2, 3], (x) => reduction.variance(x, 1)),
    single([2, 3], (x) => reduction.prod(x, 1)),
    single([2, 1, 3], (x) => reduction.prod(x, [0, 2])),
    single([2, 2, 2], (x) => reduction.prod(x, [0, 1], { keepdims: true })),
    ordered([6], (x) => reduction.max(x)),
    ordered([2, 3], (x) => reduction.max(x, 0)),
    ordered([3, 2, 1], (x) => reduction.min(x, [0, 2])),
    ordered([1], (x) => reduction.min(x)),
  ],
  contraction: [
    ...(
      [
        [[3], [3]],
        [[2, 3], [3]],
        [
          [2, 3],
          [3, 4],
        ],
        [
          [1, 1],
          [1, 1],
        ],
        [
          [2, 1, 2, 3],
          [2, 3, 2],
        ],
        [[3], [2, 3, 2]],
      ] as const
    ).map(([left, right]): GradientCheck => {
      const a = variable('a', left, -2, 2, 5);
      const b = variable('b', right, -2, 2, 6);
      return { result: contraction.matmul(a.leaf, b.leaf), variables: [a, b], order: 2 };
    }),
    ((): GradientCheck => {
      const a = variable('a', [2, 3, 4, 5], -1, 1, 5);
      const b = variable('b', [5, 2, 6, 3], -1, 1, 6);
      // Contracted axes stand in another order on the two sides: their gradients have to be put back.
      const axes = { batchLeft: [0], batchRight: [1], contractLeft: [1, 3], contractRight: [3, 0] };
      return { result: contraction.contract(a.leaf, b.leaf, axes), variables: [a, b], order: 2 };
    })(),
  ],
  gather: [
    ((): GradientCheck => {
      const x = variable('x', [3, 4], -2, 2, 5);
      const indices = fed('i', [3, 2], [0, 0, 3, 1, 2, 2], 'i32');
      const result = square(gathering.gather(x.leaf, indices.leaf, 1));
      return { result, variables: [x], others: [indices], order: 2 };
    })(),
    ((): GradientCheck => {
      const x = variable('x', [1, 2], -2, 2, 5);
      const indices = fed('i', [3, 2], [0, 0, 0, 0, 0, 0], 'i32');
      const result = square(gathering.gather(x.leaf, indices.leaf, 0));
      return { result, variables: [x], others: [indices], order: 2 };
    })(),
  ],
  scatterAdd: [
    ((): GradientCheck => {
      const target = variable('t', [3, 2], -2, 2, 5);
      const updates = variable('u', [4, 2], -2, 2, 6);
      const indices = fed('i', [4, 2], [0, 0, 2, 1, 2, 2, 0, 1], 'i32');
      const result = square(scattering.scatterAdd(target.leaf, indices.leaf, updates.leaf, 0));
      return { result, variables: [target, updates], others: [indices], order: 2 };
    })(),
  ],
  withUpdate: [
    ((): GradientCheck => {
      const x = variable('x', [2, 3], -2, 2, 3);
      const kept = { leaf: leaf.state('kept', leaf.scalar(0, 'f64')), numbers: [7] };
      const result = square(leaf.withUpdate(x.leaf, kept.leaf, leaf.scalar(1, 'f64')));
      return { result, variables: [x], others: [kept], order: 2 };
    })(),
  ],
};
