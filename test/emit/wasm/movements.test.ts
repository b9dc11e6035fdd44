import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { add, div, sub } from '../../../src/ops/arithmetic.ts';
import { broadcastTo } from '../../../src/ops/broadcast.ts';
import { input } from '../../../src/ops/leaf.ts';
import { sliceAxis, transpose } from '../../../src/ops/movement.ts';
import { max, prod, sum } from '../../../src/ops/reduce.ts';
import { reshape } from '../../../src/ops/reshape.ts';
import { exp } from '../../../src/ops/unary.ts';
import type { EntryGraph } from '../../../src/kernels/anchors.ts';
import { planned } from '../../kernels/run-entry.ts';
import { plainEntry, randomBindings, type NumbersWanted } from '../../support/plain-entry.ts';
import { movementEntry, movementRecipes } from '../../support/random-movements.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

function problems(entry: EntryGraph, threads: number, wanted: NumbersWanted): readonly string[] {
  const { plan, state } = planned(entry);
  return memoryProblems(plan, state, randomBindings(entry, wanted), threads);
}

describe('tensors that are moved, repeated and reduced leave the memory that JavaScript leaves', () => {
  property.prop([movementRecipes, fc.nat(999), fc.boolean()], { seed: 31, numRuns: 300 })(
    'whatever their element type, special numbers included',
    (recipe, seed, withSpecial) => {
      expect(problems(movementEntry(recipe), 1, { seed, withSpecial })).toEqual([]);
    },
  );

  property.prop([movementRecipes, fc.nat(999), fc.integer({ min: 2, max: 5 })], { seed: 32, numRuns: 200 })(
    'with work divided for any number of threads, each in private memory of its own',
    (recipe, seed, threads) => {
      expect(problems(movementEntry(recipe), threads, { seed })).toEqual([]);
    },
  );
});

describe('a row that wraps round is read', () => {
  const widths = [4, 6, 8, 10, 12];
  const starts = [0, 1, 2, 3, 4, 6, 8];
  const cases = widths.flatMap((width) => starts.map((start) => ({ width, start })));
  test.for(cases)('element by element where vectors straddle its ends: $width from $start', (each) => {
    const { width, start } = each;
    const count = 11 * width - start;
    const repeated = reshape(broadcastTo(input('row', [width]), [12, width]), [12 * width]);
    const entry = plainEntry({ sum: add(sliceAxis(repeated, 0, start, count), input('other', [count])) });
    expect(problems(entry, 1, { seed: 1 })).toEqual([]);
  });
});

describe('reductions inside of a loop that runs several vectors side by side', () => {
  const forms = { sum, prod };
  const cases = (['sum', 'prod'] as const).flatMap((form) =>
    [16, 19, 24, 33, 64].map((rows) => ({ form, rows })),
  );
  test.for(cases)('keep eight partial results for each of $rows rows: $form', ({ form, rows }) => {
    const entry = plainEntry({ result: forms[form](transpose(input('x', [37, rows])), 1) });
    expect(problems(entry, 1, { seed: 2 })).toEqual([]);
    expect(problems(entry, 2, { seed: 2 })).toEqual([]);
  });
});

describe('softmax of columns', () => {
  test.for([8, 16, 24, 29])('keeps the powers of several vectors of columns apart: %i', (columns) => {
    const x = transpose(input('x', [37, columns]));
    const powers = exp(sub(x, max(x, 1, { keepdims: true })));
    const entry = plainEntry({ result: transpose(div(powers, sum(powers, 1, { keepdims: true }))) });
    for (const threads of [1, 2, 3]) expect(problems(entry, threads, { seed: 3 })).toEqual([]);
  });
});
