import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { KernelProgram } from '../../src/kernels/kernel.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { input, parameter } from '../../src/ops/leaf.ts';
import { filled } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { checkPlan } from '../../src/plan/checker.ts';
import { planEntry } from '../../src/plan/planner.ts';
import { schedule } from '../../src/plan/schedule.ts';
import { differences, expectedResults, planned, runInArena, type Planned } from '../kernels/run-entry.ts';
import { buildEntry, recipes } from '../support/random-entry.ts';

/** Two chains of three products each, which have nothing to do with one another. */
function twoChains(): Planned {
  const chain = (name: string) => {
    const weight = input(`${name}Weight`, [8, 8]);
    return matmul(matmul(matmul(input(name, [8, 8]), weight), weight), weight);
  };
  const [a, b] = [chain('a'), chain('b')];
  return planned({
    name: 'predict',
    outputs: [
      { name: 'a3', tensor: a },
      { name: 'b3', tensor: b },
    ],
    updates: [],
    phaseOf: () => 'forward',
    labels: new Map([
      [a, 'a3'],
      [b, 'b3'],
    ]),
  });
}

/** The same kernels in another order, by their positions in the old one. */
function inOrder(program: KernelProgram, positions: readonly number[]): KernelProgram {
  return { ...program, kernels: positions.flatMap((position) => program.kernels[position] ?? []) };
}

const namesOf = ({ kernels }: KernelProgram): readonly string[] => kernels.map(({ name }) => name);

/** Bytes of a chain's weight, its input and its result. */
const oneChain = 3 * 4 * 8 * 8;

describe('a schedule', () => {
  test('lets a kernel run soon after the one whose result it reads', () => {
    const { program, state } = twoChains();
    const mixed = inOrder(program, [0, 3, 1, 4, 2, 5]);
    const { program: ordered, misses, missesBefore, moved } = schedule(mixed, state, oneChain);
    expect(namesOf(ordered)).toEqual(namesOf(program));
    expect(misses).toBeLessThan(missesBefore);
    expect(moved).toHaveLength(2);
    expect(new Set(ordered.buffers)).toEqual(new Set(program.buffers));
  });

  test('keeps the order of fusion where everything fits into the cache, or nothing does', () => {
    const { program, state } = twoChains();
    const mixed = inOrder(program, [0, 3, 1, 4, 2, 5]);
    expect(schedule(mixed, state)).toMatchObject({ program: mixed, moved: [] });
    expect(schedule(mixed, state, 16)).toMatchObject({ program: mixed, moved: [] });
  });

  test('reads a leaf before it is updated where the old value is meant', () => {
    const weight = parameter('weight', filled([8, 8], 0));
    const x = input('x', [8, 8]);
    const lowered = planned({
      name: 'step',
      outputs: [
        { name: 'product', tensor: matmul(x, weight) },
        { name: 'total', tensor: sum(mul(weight, weight), 1) },
      ],
      updates: [{ leaf: weight, next: add(weight, matmul(x, x)) }],
      phaseOf: () => 'forward',
      labels: new Map(),
    });
    for (const cache of [64, 256, 512, 1024]) {
      const { program } = schedule(lowered.program, lowered.state, cache);
      expect(checkPlan(planEntry(program, lowered.state), lowered.state)).toEqual([]);
    }
  });

  property.prop([recipes, fc.constantFrom(16, 64, 256, 1024), fc.nat()], { seed: 17, numRuns: 250 })(
    'of any program passes the checker, needs no more memory, and computes the same',
    (recipe, cache, shuffle) => {
      const { entry, bindings, dtype } = buildEntry(recipe);
      const lowered = planned(entry);
      const given = turned(lowered, shuffle);
      const { program } = schedule(given, lowered.state, cache);
      const plan = planEntry(program, lowered.state);
      expect(checkPlan(plan, lowered.state)).toEqual([]);
      expect(plan.arenaBytes).toBeLessThanOrEqual(planEntry(given, lowered.state).arenaBytes);
      const { results, magnitude } = expectedResults(entry, bindings);
      const tolerance = (dtype === 'f32' ? 3e-5 : 1e-10) * magnitude;
      const outcome = runInArena({ ...lowered, plan, program }, bindings);
      expect(differences(outcome, results, tolerance)).toEqual([]);
    },
  );
});

/** The program with two of its kernels exchanged, where that is legal: fusion's own order leaves little to do. */
function turned({ program, state }: Planned, choice: number): KernelProgram {
  const count = program.kernels.length;
  const [first, second] = [choice % count, Math.floor(choice / count) % count];
  const positions = program.kernels.map((_, position) =>
    position === first ? second : position === second ? first : position,
  );
  const other = inOrder(program, positions);
  return checkPlan(planEntry(other, state), state).length === 0 ? other : program;
}
