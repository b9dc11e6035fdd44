// Reading and writing at run-time positions.
import type { Tensor } from '../../src/ir/node.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import * as embedding from '../../src/ops/embedding.ts';
import * as updating from '../../src/ops/index-update.ts';
import { constant } from '../../src/ops/leaf.ts';
import * as masking from '../../src/ops/mask.ts';
import * as scattering from '../../src/ops/scatter.ts';
import * as selection from '../../src/ops/select.ts';
import * as taking from '../../src/ops/take.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { single, variable, type GradientTable } from '../support/gradient-cases.ts';
import { fed, type Feed } from '../support/values.ts';

/** A target and updates whose elements are far from each other and from 0. */
function scattered(
  positions: readonly number[],
  build: (target: Tensor, indices: Tensor, updates: Tensor) => Tensor,
  low = 0.4,
  high = 2,
): GradientCheck {
  const target = variable('t', [3, 2], low, high, 5);
  const updates = variable('u', [4, 2], low, high, 6);
  const indices: Feed = fed('i', [4, 2], positions, 'i32');
  const result = square(build(target.leaf, indices.leaf, updates.leaf));
  return { result, variables: [target, updates], others: [indices], order: 2 };
}

/** A tensor and slices of it at a vector of positions along axis 1. */
function updated(
  positions: readonly number[],
  build: (x: Tensor, indices: Tensor, slices: Tensor) => Tensor,
): GradientCheck {
  const x = variable('x', [2, 4], -2, 2, 5);
  const slices = variable('s', [2, positions.length], -2, 2, 6);
  const indices: Feed = fed('i', [positions.length], positions, 'i32');
  const result = square(build(x.leaf, indices.leaf, slices.leaf));
  return { result, variables: [x, slices], others: [indices], order: 2 };
}

/** A tensor read at fed positions. */
function read(
  shape: readonly number[],
  positions: Feed,
  build: (x: Tensor, indices: Tensor) => Tensor,
): GradientCheck {
  const x = variable('x', shape, 0.5, 2, 5);
  return { result: square(build(x.leaf, positions.leaf)), variables: [x], others: [positions], order: 2 };
}

const mask = constant([1, 0, 1, 0, 0, 1], [2, 3], 'bool');
const labels = fed('i', [2, 2], [2, 0, 1, 2], 'i32');

const repeated = [0, 0, 2, 1, 2, 2, 0, 1];

export const checks: GradientTable = {
  scatter: [
    ((): GradientCheck => {
      const target = variable('t', [4, 2], -2, 2, 5);
      const updates = variable('u', [3, 2], -2, 2, 6);
      // Distinct positions in every column: where they are repeated, the gradient is a convention.
      const indices = fed('i', [3, 2], [0, 3, 2, 1, 1, 0], 'i32');
      const result = square(scattering.scatter(target.leaf, indices.leaf, updates.leaf, 0));
      return { result, variables: [target, updates], others: [indices], order: 2 };
    })(),
  ],
  scatterReduce: (['sum', 'prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce) =>
    [true, false].map((includeSelf) =>
      scattered(repeated, (target, indices, updates) =>
        scattering.scatterReduce(target, indices, updates, 0, reduce, { includeSelf }),
      ),
    ),
  ),
  take: [
    read([3, 2], labels, (x, indices) => taking.take(x, indices, 0)),
    read([3, 2], fed('i', [3], [-1, 0, 2], 'i32'), (x, indices) => taking.take(x, indices)),
    read([2, 3], labels, (x, indices) => taking.take(x, indices, 1, { batchDims: 1 })),
  ],
  indexSelect: [read([2, 3], fed('i', [4], [2, 2, 0, 1], 'i32'), (x, i) => taking.indexSelect(x, 1, i))],
  takeAlongDim: [
    read([1, 3], labels, (x, indices) => taking.takeAlongDim(x, indices, 1)),
    read([2, 3], labels, (x, indices) => taking.takeAlongDim(x, indices)),
  ],
  gatherNd: [
    read([2, 3], fed('i', [2, 2], [1, 2, 1, 2], 'i32'), taking.gatherNd),
    read([3, 2], fed('i', [3, 1], [1, 2, 1], 'i32'), taking.gatherNd),
  ],
  indexAdd: [
    updated([1, 3, 1], (x, indices, slices) => updating.indexAdd(x, 1, indices, slices, { alpha: -0.5 })),
  ],
  indexCopy: [updated([3, 0], (x, indices, slices) => updating.indexCopy(x, 1, indices, slices))],
  indexFill: [
    ((): GradientCheck => {
      const x = variable('x', [2, 4], -2, 2, 5);
      const value = variable('v', [], -2, 2, 6);
      const indices = fed('i', [2], [3, -4], 'i32');
      const result = square(updating.indexFill(x.leaf, 1, indices.leaf, value.leaf));
      return { result, variables: [x, value], others: [indices], order: 2 };
    })(),
  ],
  indexPut: [
    ...[false, true].map((accumulate): GradientCheck => {
      const x = variable('x', [3, 2], -2, 2, 5);
      const values = variable('v', [2], -2, 2, 6);
      const rows = fed('rows', [2], [0, -1], 'i32');
      const columns = fed('columns', [2], [1, 1], 'i32');
      const put = updating.indexPut(x.leaf, [rows.leaf, columns.leaf], values.leaf, { accumulate });
      return { result: square(put), variables: [x, values], others: [rows, columns], order: 2 };
    }),
    ((): GradientCheck => {
      const x = variable('x', [2, 3], -2, 2, 5);
      const values = variable('v', [3], -2, 2, 6);
      return {
        result: square(updating.indexPut(x.leaf, [mask], values.leaf)),
        variables: [x, values],
        order: 2,
      };
    })(),
  ],
  scatterNd: [
    ((): GradientCheck => {
      const updates = variable('u', [3], -2, 2, 6);
      const indices = fed('i', [3, 2], [0, 1, 1, 0, 0, 1], 'i32');
      const result = square(updating.scatterNd(indices.leaf, updates.leaf, [2, 2]));
      return { result, variables: [updates], others: [indices], order: 2 };
    })(),
  ],
  tensorScatterUpdate: [
    ((): GradientCheck => {
      const x = variable('x', [3, 2], -2, 2, 5);
      const updates = variable('u', [2, 2], -2, 2, 6);
      const indices = fed('i', [2, 1], [2, 0], 'i32');
      const result = square(updating.tensorScatterUpdate(x.leaf, indices.leaf, updates.leaf));
      return { result, variables: [x, updates], others: [indices], order: 2 };
    })(),
  ],
  maskedFill: [
    single([2, 3], (x) => square(masking.maskedFill(x, mask, 3))),
    ((): GradientCheck => {
      const x = variable('x', [3], -2, 2, 5);
      const value = variable('v', [], -2, 2, 6);
      const result = square(masking.maskedFill(x.leaf, mask, value.leaf));
      return { result, variables: [x, value], order: 2 };
    })(),
  ],
  maskedSelect: [
    single([2, 3], (x) => square(masking.maskedSelect(x, mask, { size: 3 }))),
    single([3], (x) => square(masking.maskedSelect(x, mask, { size: 4 }))),
  ],
  maskedScatter: [
    ((): GradientCheck => {
      const x = variable('x', [2, 3], -2, 2, 5);
      const source = variable('s', [3], -2, 2, 6);
      const result = square(masking.maskedScatter(x.leaf, mask, source.leaf));
      return { result, variables: [x, source], order: 2 };
    })(),
  ],
  embeddingLookup: [read([3, 2], labels, (table, indices) => embedding.embeddingLookup(indices, table))],
  // Where the value and its surrogate are one function, the gradient is that of either.
  surrogateGradient: [single([3], (x) => selection.straightThrough(square(x), mul(x, x)))],
};
