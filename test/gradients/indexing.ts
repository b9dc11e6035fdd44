// Writing at run-time positions.
import type { Tensor } from '../../src/ir/node.ts';
import * as scattering from '../../src/ops/scatter.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { variable, type GradientTable } from '../support/gradient-cases.ts';
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
};
