import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/ir/node.ts';
import { emitWasm } from '../../../src/emit/wasm/emit.ts';
import { contract } from '../../../src/ops/contraction.ts';
import { input, parameter } from '../../../src/ops/leaf.ts';
import { transpose } from '../../../src/ops/movement.ts';
import { filled } from '../../../src/ops/random.ts';
import { groupsBetweenBarriers } from '../../../src/plan/barriers.ts';
import { planned } from '../../kernels/run-entry.ts';
import { plainEntry, randomBindings } from '../../support/plain-entry.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

/** The two gradients of a layer: products that copy panels of different sizes, in either order. */
function gradientsOf(isInputFirst: boolean) {
  const x = input('x', [64, 200]);
  const cotangent = input('cotangent', [64, 300]);
  const weight = parameter('net/layer.weight', filled([200, 300], 0));
  const product = (left: Tensor, right: Tensor): Tensor =>
    contract(left, right, { batchLeft: [], batchRight: [], contractLeft: [1], contractRight: [0] });
  const ofInput = product(cotangent, transpose(weight));
  const ofWeight = product(transpose(x), cotangent);
  return plainEntry(isInputFirst ? { ofInput, ofWeight } : { ofWeight, ofInput });
}

describe('threads that go through two kernels without meeting', () => {
  test.for([
    { isInputFirst: true, threads: 2 },
    { isInputFirst: false, threads: 2 },
    { isInputFirst: true, threads: 3 },
    { isInputFirst: false, threads: 3 },
  ])(
    'never touch the private memory of one another: $threads threads, the larger kernel first: $isInputFirst',
    ({ isInputFirst, threads }) => {
      const entry = gradientsOf(isInputFirst);
      const { plan, state } = planned(entry);
      const { kernels } = emitWasm({ entries: [plan], numerics: 'strict', threads });
      const groups = groupsBetweenBarriers(plan, (kernel) => kernels.get(kernel)?.isShared === true);
      expect(groups.map((group) => group.length)).toEqual([2]);
      expect([...kernels.values()].every(({ isShared }) => isShared)).toBe(true);
      expect(memoryProblems(plan, state, randomBindings(entry, { seed: 51 }), threads)).toEqual([]);
    },
  );
});
