import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  dynamicIndex,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  type Axis,
  type IndexExpression,
} from '../../../src/ir/index-expression.ts';
import type { Bindings } from '../../../src/ir/interpret.ts';
import type { Expression } from '../../../src/ir/scalar.ts';
import type { Buffer, Statement } from '../../../src/kernels/kernel.ts';
import { noState, plainBuffer, plainPlan } from '../../support/plain-plan.ts';
import { randomValue } from '../../support/plain-entry.ts';
import { uniformNumbers } from '../../support/values.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

function loop(axis: Axis, body: readonly Statement[]): Statement {
  return { kind: 'loop', axis, body, reductions: [], folds: [] };
}

function load(buffer: Buffer, index: IndexExpression): Expression {
  return { kind: 'load', type: buffer.dtype, buffer, index };
}

function store(buffer: Buffer, index: IndexExpression, value: Expression): Statement {
  return { kind: 'store', buffer, index, value };
}

function numbersFor(buffers: readonly Buffer[]): Bindings {
  const uniform = uniformNumbers(61);
  const inputs = buffers.filter(({ role }) => role === 'input');
  return new Map(inputs.map(({ tensor }) => [tensor, randomValue(tensor, uniform)]));
}

/** What happens to an index: it is shifted, stretched, divided, wrapped round or held inside bounds. */
interface IndexStep {
  readonly kind: 'shift' | 'scale' | 'quotient' | 'remainder' | 'clamp' | 'addRow';
  readonly amount: number;
}

interface IndexRecipe {
  readonly rows: number;
  readonly columns: number;
  readonly columnStep: number;
  readonly steps: readonly IndexStep[];
  /** Elements of the row that is read, round and round. */
  readonly length: number;
}

const indexRecipes: fc.Arbitrary<IndexRecipe> = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  columns: fc.integer({ min: 1, max: 50 }),
  columnStep: fc.constantFrom(1, 1, 1, 2, -1, 4, 0),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom<IndexStep['kind']>('shift', 'scale', 'quotient', 'remainder', 'clamp', 'addRow'),
      amount: fc.integer({ min: -40, max: 40 }),
    }),
    { maxLength: 5 },
  ),
  length: fc.integer({ min: 1, max: 24 }),
});

function indexOf({ columnStep, steps }: IndexRecipe, row: Axis, column: Axis): IndexExpression {
  return steps.reduce<IndexExpression>(
    (index, { kind, amount }) => {
      const by = Math.abs(amount) + 1;
      switch (kind) {
        case 'shift':
          return addIndex(index, constantIndex(amount));
        case 'scale':
          return scaleIndex(index, amount % 5);
        case 'quotient':
          return quotientIndex(index, by);
        case 'remainder':
          return remainderIndex(index, by);
        case 'clamp':
          return clampIndex(index, Math.min(0, amount), by);
        case 'addRow':
          return addIndex(index, scaleIndex(axisIndex(row), amount));
      }
    },
    scaleIndex(axisIndex(column), columnStep),
  );
}

/** Stores the values of an index, and what is read there in a row that goes round and round. */
function problemsOf(recipe: IndexRecipe, threads = 1): readonly string[] {
  const row = { name: 'row', extent: recipe.rows };
  const column = { name: 'column', extent: recipe.columns };
  const index = indexOf(recipe, row, column);
  const shape = [recipe.rows, recipe.columns];
  const source = plainBuffer('source', 'input', [recipe.length]);
  const values = plainBuffer('values', 'output', shape, 'i32');
  const read = plainBuffer('read', 'output', shape);
  const to = addIndex(scaleIndex(axisIndex(row), recipe.columns), axisIndex(column));
  const body = [
    store(values, to, { kind: 'index', type: 'i32', index }),
    store(read, to, load(source, remainderIndex(index, recipe.length))),
  ];
  const buffers = [source, values, read];
  const plan = plainPlan([loop(row, [loop(column, body)])], buffers);
  return memoryProblems(plan, noState, numbersFor(buffers), threads);
}

describe('an index has the value that it has in JavaScript', () => {
  property.prop([indexRecipes, fc.integer({ min: 1, max: 3 })], { seed: 62, numRuns: 1000 })(
    'however it is shifted, stretched, divided, wrapped round and held inside bounds',
    (recipe, threads) => {
      expect(problemsOf(recipe, threads)).toEqual([]);
    },
  );

  test.for([2, 3, 4, 7])('when it is negative and divided by %i: quotients round down', (by) => {
    const steps = [{ kind: 'quotient', amount: by - 1 }] as const;
    expect(problemsOf({ rows: 1, columns: 30, columnStep: -1, steps, length: 5 })).toEqual([]);
  });

  const offsets = [0, 1, 2, 3, 4, 5];
  test.for([4, 6, 8, 10, 12].flatMap((length) => offsets.map((amount) => ({ length, amount }))))(
    'when it wraps round at $length, from $amount on',
    ({ length, amount }) => {
      const steps = [{ kind: 'shift', amount }] as const;
      expect(problemsOf({ rows: 2, columns: 41, columnStep: 1, steps, length })).toEqual([]);
    },
  );
});

describe('private memory that holds one value a lane', () => {
  test.for([8, 16, 24, 32, 37])('says to %i iterations at a time where each of them reads', (rows) => {
    const row = { name: 'row', extent: rows };
    const [first, second] = ['first', 'second'].map((name) => ({ name, extent: 6 }));
    if (first === undefined || second === undefined) throw new Error('two loops');
    const positions = plainBuffer('positions', 'input', [6, rows], 'i32');
    const source = plainBuffer('source', 'input', [9]);
    const places = plainBuffer('places', 'scratch', [6], 'i32');
    const read = plainBuffer('read', 'output', [6, rows]);
    const at = (axis: Axis): IndexExpression => addIndex(scaleIndex(axisIndex(axis), rows), axisIndex(row));
    // Numbers are from -4 to 4.
    const chosen = dynamicIndex(load(places, axisIndex(second)), -4, 4);
    const body = [
      loop(first, [store(places, axisIndex(first), load(positions, at(first)))]),
      loop(second, [store(read, at(second), load(source, addIndex(chosen, constantIndex(4))))]),
    ];
    const buffers = [positions, source, places, read];
    const plan = plainPlan([loop(row, body)], buffers);
    for (const threads of [1, 2]) {
      expect(memoryProblems(plan, noState, numbersFor(buffers), threads)).toEqual([]);
    }
  });
});
