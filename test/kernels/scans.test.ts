import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Loop, Statement } from '../../src/kernels/kernel.ts';
import { exp } from '../../src/ops/unary.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { cumsum } from '../../src/ops/cumulative.ts';
import { sum } from '../../src/ops/reduce.ts';
import { checkPlan } from '../../src/plan/checker.ts';
import { plainEntry, randomBindings } from '../support/plain-entry.ts';
import { scanEntry, scanRecipes, type ScanRecipe } from '../support/random-scans.ts';
import { input } from '../support/untyped.ts';
import { differences, expectedResults, planned, runInArena } from './run-entry.ts';

function disagreement(recipe: ScanRecipe): readonly string[] {
  const entry = scanEntry(recipe, 'f64');
  const bindings = randomBindings(entry, { seed: 3 });
  const lowered = planned(entry);
  const { results, magnitude } = expectedResults(entry, bindings);
  return [
    ...checkPlan(lowered.plan, lowered.state).map(({ code, message }) => `${code}: ${message}`),
    ...differences(runInArena(lowered, bindings), results, 1e-10 * magnitude),
  ];
}

describe('scans', () => {
  property.prop([scanRecipes], { seed: 9, numRuns: 300 })(
    'give the numbers of the graph in a proven arena, gradients included',
    (recipe) => {
      expect(disagreement(recipe)).toEqual([]);
    },
  );

  const loopsIn = (statements: readonly Statement[]): readonly Loop[] =>
    statements.flatMap((each) => (each.kind === 'loop' ? [each, ...loopsIn(each.body)] : []));

  test('share a loop with what they read and with what reads them there', () => {
    const x = input('x', [3, 5]);
    const running = cumsum(exp(x), 1);
    const { program } = planned(plainEntry({ weighted: sum(mul(running, x), 1), running }));
    const [kernel, ...others] = program.kernels;
    expect(others).toEqual([]);
    const loops = loopsIn(kernel?.body ?? []);
    expect(loops.map(({ axis }) => axis.extent)).toEqual([3, 5]);
    expect(loops[1]?.folds).toHaveLength(1);
    expect(loops[1]?.reductions).toHaveLength(1);
  });

  test('over an axis of size 1 have no loop of their own', () => {
    const x = input('x', [4, 1]);
    const { program } = planned(plainEntry({ y: mul(cumsum(x, 1), 2) }));
    const loops = program.kernels.flatMap(({ body }) => loopsIn(body));
    expect(loops.map(({ axis, folds }) => [axis.extent, folds.length])).toEqual([[4, 0]]);
  });
});
