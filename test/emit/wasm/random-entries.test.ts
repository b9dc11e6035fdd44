import { test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { planned } from '../../kernels/run-entry.ts';
import { buildEntry, recipes, type Recipe } from '../../support/random-entry.ts';
import { bitDifferences, runAsJavaScript, runAsWasm } from '../../support/wasm-run.ts';

function differences(recipe: Recipe, threads: number): readonly string[] {
  const { entry, bindings } = buildEntry(recipe);
  const { plan, state } = planned(entry);
  return bitDifferences(
    runAsWasm(plan, state, bindings, { threads }),
    runAsJavaScript(plan, state, bindings),
  );
}

describe('random entries leave the bits of the generated JavaScript', () => {
  property.prop([recipes], { seed: 11, numRuns: 150 })('as WebAssembly', (recipe) => {
    expect(differences(recipe, 1)).toEqual([]);
  });

  property.prop([recipes], { seed: 12, numRuns: 60 })('with work divided for two threads', (recipe) => {
    expect(differences(recipe, 2)).toEqual([]);
  });

  property.prop([recipes], { seed: 13, numRuns: 60 })('with work divided for three threads', (recipe) => {
    expect(differences(recipe, 3)).toEqual([]);
  });

  property.prop([recipes], { seed: 14, numRuns: 60 })('with work divided for four threads', (recipe) => {
    expect(differences(recipe, 4)).toEqual([]);
  });
});
