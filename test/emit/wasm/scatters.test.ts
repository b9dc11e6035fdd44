import { describe, expect, test } from 'vitest';
import { interpret } from '../../../src/ir/interpret.ts';
import type { DType } from '../../../src/ir/dtype.ts';
import { add } from '../../../src/ops/arithmetic.ts';
import { input } from '../../../src/ops/leaf.ts';
import { scatterWith } from '../../../src/ops/scatter.ts';
import { planned } from '../../kernels/run-entry.ts';
import { plainEntry, randomBindings } from '../../support/plain-entry.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

const combiners = ['sum', 'product', 'max', 'min', 'replace'] as const;
const dtypes: readonly DType[] = ['f32', 'f64', 'i32'];
const cases = [
  ...combiners.flatMap((combiner) => dtypes.map((dtype) => ({ combiner, dtype }))),
  { combiner: 'replace', dtype: 'bool' } as const,
];

describe('updates at run-time positions leave the memory that JavaScript leaves', () => {
  test.for(cases)('$combiner of $dtype', ({ combiner, dtype }) => {
    // Positions are computed, far outside too, and repeated.
    const indices = add(input('i', [7, 9], 'i32'), 1);
    const result = scatterWith(combiner, input('x', [7, 5], dtype), indices, input('u', [7, 9], dtype), 1);
    const entry = plainEntry({ result });
    const { plan, state } = planned(entry);
    for (const wanted of [{ seed: 3 }, { seed: 4, withSpecial: true }]) {
      expect(memoryProblems(plan, state, randomBindings(entry, wanted), 1)).toEqual([]);
      expect(memoryProblems(plan, state, randomBindings(entry, wanted), 2)).toEqual([]);
    }
  });

  test.for([0, 1])('a corner along axis %i, and one update alone', (axis) => {
    for (const shape of [
      [2, 2],
      [1, 1],
      [0, 2],
    ]) {
      const result = scatterWith(
        'max',
        input('x', [4, 3]),
        input('i', shape, 'i32'),
        input('u', shape),
        axis,
      );
      const entry = plainEntry({ result });
      const { plan, state } = planned(entry);
      const bindings = randomBindings(entry, { seed: 5 });
      expect(memoryProblems(plan, state, bindings, 1)).toEqual([]);
      expect(interpret([result], bindings)[0]?.data).toHaveLength(12);
    }
  });
});
