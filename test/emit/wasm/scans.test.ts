import { test as property, fc } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { planned } from '../../kernels/run-entry.ts';
import { randomBindings } from '../../support/plain-entry.ts';
import { scanEntry, scanRecipes, type ScanRecipe } from '../../support/random-scans.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

function problems(recipe: ScanRecipe, threads: number, withSpecial: boolean): readonly string[] {
  const entry = scanEntry(recipe, 'f32');
  const { plan, state } = planned(entry);
  return memoryProblems(plan, state, randomBindings(entry, { seed: 5, withSpecial }), threads);
}

describe('scans and their gradients leave the memory that JavaScript leaves', () => {
  property.prop([scanRecipes, fc.boolean()], { seed: 41, numRuns: 200 })(
    'along any axis, special numbers included',
    (recipe, withSpecial) => {
      expect(problems(recipe, 1, withSpecial)).toEqual([]);
    },
  );

  property.prop([scanRecipes, fc.integer({ min: 2, max: 5 })], { seed: 42, numRuns: 120 })(
    'with the work beside the axis divided for any number of threads',
    (recipe, threads) => {
      expect(problems(recipe, threads, false)).toEqual([]);
    },
  );
});
