import { test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { checkPlan } from '../../src/plan/checker.ts';
import { buildEntry, recipes, type Recipe } from '../support/random-entry.ts';
import { differences, expectedResults, planned, runInArena, runSeparately } from './run-entry.ts';

/** f32 is compared with double precision: rounding is relative to the largest number on the way. */
const tolerances = { f32: 3e-5, f64: 1e-10 };

function disagreement(recipe: Recipe): readonly string[] {
  const { entry, bindings, dtype } = buildEntry(recipe);
  const lowered = planned(entry);
  const { results, magnitude } = expectedResults(entry, bindings);
  const tolerance = tolerances[dtype] * magnitude;
  return [
    ...checkPlan(lowered.plan, lowered.state).map(({ code, message }) => `${code}: ${message}`),
    ...differences(runSeparately(lowered.program, bindings), results, tolerance),
    ...differences(runInArena(lowered, bindings), results, tolerance).map((each) => `in the arena: ${each}`),
  ];
}

describe('random entries', () => {
  property.prop([recipes], { seed: 7, numRuns: 400 })(
    'give the same numbers from kernels, in their own memory and in a proven arena, as from the graph',
    (recipe) => {
      expect(disagreement(recipe)).toEqual([]);
    },
  );
});
