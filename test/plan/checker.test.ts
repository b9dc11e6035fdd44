import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addIndex,
  axisIndex,
  constantIndex,
  scaleIndex,
  type Axis,
  type IndexExpression,
} from '../../src/ir/index-expression.ts';
import { local, type Expression, type Local } from '../../src/ir/scalar.ts';
import { walk } from '../../src/kernels/access-walk.ts';
import type { Buffer, Contraction, Kernel, Loop, Statement } from '../../src/kernels/kernel.ts';
import { add, div, mul, sub } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { gather } from '../../src/ops/gather.ts';
import { constant, constrain, input, parameter, state } from '../../src/ops/leaf.ts';
import { filled } from '../../src/ops/random.ts';
import { max, mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { exp, tanh } from '../../src/ops/unary.ts';
import { checkPlan, type PlanProblemCode } from '../../src/plan/checker.ts';
import { alignment, type EntryPlan, type Placement, type StateLayout } from '../../src/plan/plan.ts';
import { differences, expectedResults, planned, runInArena, type Planned } from '../kernels/run-entry.ts';
import { buildEntry, recipes } from '../support/random-entry.ts';

/** Two products that meet, a softmax, a gather, a constant, a temporary that is written over, and two updates. */
function goodPlan(): Planned {
  const x = input('x', [3, 4]);
  const y = input('y', [3, 5]);
  const weight = parameter('weight', filled([4, 2], 0));
  const other = parameter('other', filled([5, 2], 0));
  const average = state('average', filled([6], 0));
  const labels = constrain(input('labels', [3], 'i32'), { low: 0, high: 1, what: 'label' });
  const both = tanh(add(matmul(x, weight), matmul(y, other)));
  const shifted = exp(sub(both, max(both, 1, { keepdims: true })));
  const soft = div(shifted, sum(shifted, 1, { keepdims: true }));
  const loss = mean(gather(tanh(both), reshape(labels, [3, 1]), 1));
  return planned({
    name: 'step',
    outputs: [
      { name: 'both', tensor: both },
      { name: 'soft', tensor: soft },
      { name: 'loss', tensor: loss },
    ],
    updates: [
      { leaf: weight, next: mul(weight, 0.5) },
      {
        leaf: average,
        next: add(mul(average, constant([1, 2, 3, 4, 5, 6], [6])), mul(reshape(both, [6]), 0.5)),
      },
    ],
    phaseOf: () => 'forward',
    labels: new Map([
      [both, 'both'],
      [soft, 'soft'],
      [loss, 'loss'],
    ]),
  });
}

const good = goodPlan();

function codes(plan: EntryPlan, layout: StateLayout = good.state): readonly PlanProblemCode[] {
  return [...new Set(checkPlan(plan, layout).map(({ code }) => code))];
}

/** The plan with other kernels; placements stay as they are. */
function withKernels(plan: EntryPlan, change: (kernels: readonly Kernel[]) => readonly Kernel[]): EntryPlan {
  const kernels = change(plan.kernels);
  return { ...plan, kernels, program: { ...plan.program, kernels } };
}

function withPlacement(
  plan: EntryPlan,
  name: string,
  change: (placement: Placement) => readonly Placement[],
): EntryPlan {
  return {
    ...plan,
    placements: plan.placements.flatMap((each) => (each.buffer.name === name ? change(each) : [each])),
  };
}

/** Every statement of a kernel replaced by what `change` makes of it, inner ones first. */
function withStatements(kernel: Kernel, change: (statement: Statement) => readonly Statement[]): Kernel {
  const visit = (statement: Statement): readonly Statement[] => {
    if (statement.kind === 'loop') return change({ ...statement, body: statement.body.flatMap(visit) });
    if (statement.kind === 'contraction')
      return change({ ...statement, epilogue: statement.epilogue.flatMap(visit) });
    return change(statement);
  };
  return { ...kernel, body: kernel.body.flatMap(visit) };
}

/** The plan with every statement of every kernel replaced. */
function withEveryStatement(
  plan: EntryPlan,
  change: (statement: Statement) => readonly Statement[],
): EntryPlan {
  return withKernels(plan, (kernels) => kernels.map((kernel) => withStatements(kernel, change)));
}

function storesTo(statement: Statement, name: string): statement is Extract<Statement, { kind: 'store' }> {
  return statement.kind === 'store' && statement.buffer.name === name;
}

function positionOfWriter(plan: EntryPlan, name: string): number {
  return plan.kernels.findIndex((kernel) => kernel.writes.some((buffer) => buffer.name === name));
}

/** Moves the kernel that writes a buffer to another position. */
function moved(plan: EntryPlan, name: string, to: number): EntryPlan {
  const from = positionOfWriter(plan, name);
  return withKernels(plan, (kernels) =>
    kernels.toSpliced(from, 1).toSpliced(to, 0, ...kernels.slice(from, from + 1)),
  );
}

/** `buffer[i] = value` for all i, as a kernel body; `value` may use the loop variable. */
function elementwise(
  buffer: Buffer,
  value: (index: IndexExpression) => Expression,
  extent = buffer.length,
): Loop {
  const axis: Axis = { name: 'i', extent };
  const index = axisIndex(axis);
  const store: Statement = { kind: 'store', buffer, index, value: value(index) };
  return { kind: 'loop', axis, body: [store], reductions: [], folds: [] };
}

const zero: Expression = { kind: 'literal', type: 'f32', value: 0 };

function loadOf(buffer: Buffer, index: IndexExpression): Expression {
  return { kind: 'load', type: buffer.dtype, buffer, index };
}

/** The plan with one more kernel at its end. */
function withKernel(
  plan: EntryPlan,
  reads: readonly Buffer[],
  writes: readonly Buffer[],
  body: readonly Statement[],
): EntryPlan {
  const added: Kernel = { name: 'added', phase: 'update', computes: [], reads, writes, scratch: [], body };
  return withKernels(plan, (kernels) => [...kernels, added]);
}

function plus(left: Expression, right: Expression): Expression {
  return { kind: 'binary', type: 'f32', instruction: 'add', left, right };
}

function bufferNamed(plan: EntryPlan, name: string): Buffer {
  const buffer = plan.program.buffers.find((each) => each.name === name);
  if (buffer === undefined) throw new Error(`no buffer ${name}`);
  return buffer;
}

/** The plan with the kernel that writes a buffer replaced by one loop over it. */
function withLoop(plan: EntryPlan, source: Buffer, result: Buffer, loop: Loop): EntryPlan {
  const position = positionOfWriter(plan, result.name);
  return withKernels(plan, (kernels) =>
    kernels.map((kernel, at) =>
      at === position ? { ...kernel, reads: [source], writes: [result], body: [loop] } : kernel,
    ),
  );
}

test('a good plan has no problems', () => {
  expect(checkPlan(good.plan, good.state)).toEqual([]);
});

test('positions in loops that never run need no proof', () => {
  const indices = constant([], [0], 'i32');
  const { plan, state } = planned({
    name: 'predict',
    outputs: [{ name: 'taken', tensor: gather(input('x', [3]), indices, 0) }],
    updates: [],
    phaseOf: () => 'forward',
    labels: new Map(),
  });
  const promises = plan.kernels.flatMap((kernel) => walk(kernel).promises);
  expect(promises).toMatchObject([{ low: 0, high: 2, axes: [{ extent: 0 }] }]);
  // Nothing keeps the positions in that range: there are none.
  const positions = plan.kernels.flatMap(({ reads }) => reads.filter(({ dtype }) => dtype === 'i32'));
  expect(positions.map(({ range }) => range)).toEqual([undefined]);
  expect(checkPlan(plan, state)).toEqual([]);
});

test('the good plan has something of everything that is corrupted below', () => {
  expect(good.plan.placements.some((placement) => placement.inPlaceOf !== undefined)).toBe(true);
  expect(good.plan.kernels.some((kernel) => kernel.scratch.length > 0)).toBe(true);
  expect(good.plan.program.buffers.map((buffer) => buffer.role)).toEqual(
    expect.arrayContaining(['temporary', 'output', 'input', 'state', 'parameter', 'constant']),
  );
});

describe('placements', () => {
  const bytesOfX = 48;

  test('a buffer without a place', () => {
    expect(codes(withPlacement(good.plan, 'x', () => []))).toEqual(['E_PLAN_UNPLACED']);
  });

  test('a buffer with two places', () => {
    const end = good.plan.arenaBytes;
    const twice = withPlacement(good.plan, 'x', (each) => [each, { ...each, offset: end }]);
    expect(codes({ ...twice, arenaBytes: end + bytesOfX })).toEqual(['E_PLAN_PLACED_TWICE']);
  });

  test('a place that is not aligned', () => {
    const end = good.plan.arenaBytes + 4;
    const askew = withPlacement(good.plan, 'x', (each) => [{ ...each, offset: end }]);
    expect(codes({ ...askew, arenaBytes: end + bytesOfX })).toEqual(['E_PLAN_MISALIGNED']);
  });

  test('an arena that is too small', () => {
    const last = Math.max(...good.plan.placements.map(({ offset, bytes }) => offset + bytes));
    expect(codes({ ...good.plan, arenaBytes: last - 1 })).toEqual(['E_PLAN_OUTSIDE']);
  });

  test('a place that is shorter than its buffer', () => {
    const shorter = withPlacement(good.plan, 'soft', (each) => [{ ...each, bytes: each.bytes - 4 }]);
    expect(codes(shorter)).toEqual(['E_PLAN_OUTSIDE']);
  });

  test('a parameter that is not in its slot', () => {
    const slots = good.state.slots.map((slot) =>
      slot.buffer.name === 'weight' ? { ...slot, offset: slot.offset + alignment } : slot,
    );
    expect(codes(good.plan, { ...good.state, slots })).toEqual(['E_PLAN_STATE_SLOT']);
  });

  test('a constant that is not in its slot', () => {
    expect(codes(good.plan, { ...good.state, constants: [] })).toEqual(['E_PLAN_STATE_SLOT']);
  });

  test('a buffer over a leaf that only other entries use', () => {
    const unused = { buffer: bufferNamed(good.plan, 'weight'), offset: 0 };
    const foreign = {
      ...unused,
      buffer: { ...unused.buffer, tensor: parameter('foreign', filled([4, 2], 0)) },
    };
    const { offset = 0 } = good.plan.placements.find(({ buffer }) => buffer.name === 'soft') ?? {};
    const slots = [...good.state.slots, { ...foreign, offset }];
    expect(codes(good.plan, { ...good.state, slots })).toEqual(['E_PLAN_STATE_SLOT']);
  });
});

describe('memory', () => {
  test('a buffer laid over another that is still needed', () => {
    const target = good.plan.placements.find(({ buffer }) => buffer.name === 'y');
    const over = withPlacement(good.plan, 'soft', (each) => [{ ...each, offset: target?.offset ?? 0 }]);
    expect(codes(over)).toEqual(['E_PLAN_OVERLAP']);
  });

  test('outputs are needed until the end', () => {
    const target = good.plan.placements.find(({ buffer }) => buffer.name === 'both');
    const over = withPlacement(good.plan, 'loss', (each) => [{ ...each, offset: target?.offset ?? 0 }]);
    expect(codes(over)).toEqual(['E_PLAN_OVERLAP']);
  });

  test('a buffer written over another whose elements are read later', () => {
    const { inPlaceOf: source, buffer } =
      good.plan.placements.find((placement) => placement.inPlaceOf !== undefined) ?? {};
    if (source === undefined || buffer === undefined) throw new Error('nothing is in place');
    const backwards = elementwise(buffer, (index) =>
      loadOf(source, addIndex(constantIndex(source.length - 1), scaleIndex(index, -1))),
    );
    expect(codes(withLoop(good.plan, source, buffer, backwards))).toEqual(['E_PLAN_IN_PLACE']);
    const forwards = elementwise(buffer, (index) => loadOf(source, index));
    expect(codes(withLoop(good.plan, source, buffer, forwards))).toEqual([]);
  });
});

describe('data', () => {
  test('a kernel that runs before what it reads is written', () => {
    expect(codes(moved(good.plan, 'both', 0))).toContain('E_PLAN_UNWRITTEN');
  });

  test('a store that is missing', () => {
    const plan = withEveryStatement(good.plan, (statement) =>
      storesTo(statement, 'loss') ? [] : [statement],
    );
    expect(codes(plan)).toEqual(['E_PLAN_ACCESS_LIST', 'E_PLAN_UNWRITTEN']);
  });

  test('a loop that stops early', () => {
    const soft = bufferNamed(good.plan, 'soft');
    const without = withKernels(good.plan, (kernels) =>
      kernels.map((kernel) => {
        const writes = kernel.writes.filter((each) => each !== soft);
        return withStatements({ ...kernel, writes }, (statement) =>
          storesTo(statement, 'soft') ? [] : [statement],
        );
      }),
    );
    const short = elementwise(soft, () => zero, soft.length - 1);
    expect(codes(withKernel(without, [], [soft], [short]))).toEqual(['E_PLAN_PARTLY_WRITTEN']);
    expect(codes(withKernel(without, [], [soft], [elementwise(soft, () => zero)]))).toEqual([]);
  });

  test('scratch that is read before this iteration wrote it', () => {
    const plan = withEveryStatement(good.plan, (statement) =>
      statement.kind === 'store' && statement.buffer.role === 'scratch' ? [] : [statement],
    );
    expect(codes(plan)).toEqual(['E_PLAN_UNWRITTEN']);
  });

  test('a state that is read at one place and overwritten at another', () => {
    const average = bufferNamed(good.plan, 'average');
    const mirrored = elementwise(average, (index) =>
      loadOf(average, addIndex(constantIndex(average.length - 1), scaleIndex(index, -1))),
    );
    const plan = withKernel(good.plan, [average], [average], [mirrored]);
    expect(codes(plan)).toEqual(['E_PLAN_OVERWRITTEN']);
  });

  test('a load after the store to the same element', () => {
    const average = bufferNamed(good.plan, 'average');
    const later: Local = { name: 'later', type: 'f32' };
    const loop = elementwise(average, () => zero);
    const index = axisIndex(loop.axis);
    const body: readonly Statement[] = [
      ...loop.body,
      { kind: 'let', local: later, value: loadOf(average, index) },
      { kind: 'store', buffer: average, index, value: local(later) },
    ];
    const plan = withKernel(good.plan, [average], [average], [{ ...loop, body }]);
    expect(codes(plan)).toEqual(['E_PLAN_OVERWRITTEN']);
  });

  test('a reader of the new value before the update', () => {
    const counter = state('counter', filled([], 0));
    const next = add(counter, 1);
    const scaled = mul(input('x', [4]), next);
    const entry = planned({
      name: 'step',
      outputs: [{ name: 'scaled', tensor: scaled }],
      updates: [{ leaf: counter, next }],
      phaseOf: () => 'update',
      labels: new Map(),
    });
    expect(codes(entry.plan, entry.state)).toEqual([]);
    const reversed = withKernels(entry.plan, (kernels) => kernels.toReversed());
    expect(codes(reversed, entry.state)).toEqual(['E_PLAN_UNWRITTEN']);
  });

  test('an update before the last reader of the old value', () => {
    expect(codes(moved(good.plan, 'weight', 0))).toEqual(['E_PLAN_STALE']);
  });
});

describe('statements', () => {
  test('a store into a constant', () => {
    const table = bufferNamed(good.plan, 'constant');
    const plan = withKernel(good.plan, [], [table], [elementwise(table, () => zero)]);
    expect(codes(plan)).toContain('E_PLAN_CONSTANT');
  });

  test('a store that hits one element again and again', () => {
    const soft = bufferNamed(good.plan, 'soft');
    const loop = elementwise(soft, () => zero);
    const body: readonly Statement[] = [
      { kind: 'store', buffer: soft, index: constantIndex(0), value: zero },
    ];
    expect(codes(withKernel(good.plan, [], [soft], [{ ...loop, body }]))).toEqual(['E_PLAN_STORED_TWICE']);
  });

  test('a store beyond its buffer', () => {
    const plan = withEveryStatement(good.plan, (statement) =>
      storesTo(statement, 'loss') ? [{ ...statement, index: constantIndex(1) }] : [statement],
    );
    expect(codes(plan)).toEqual(['E_PLAN_INDEX', 'E_PLAN_PARTLY_WRITTEN']);
  });

  test('a load beyond its buffer', () => {
    const soft = bufferNamed(good.plan, 'soft');
    const both = bufferNamed(good.plan, 'both');
    const shifted = elementwise(soft, (index) => loadOf(both, addIndex(index, constantIndex(1))));
    const plan = withKernel(good.plan, [both], [soft], [shifted]);
    // What lies beyond a buffer is not written either.
    expect(codes(plan)).toEqual(['E_PLAN_INDEX', 'E_PLAN_PARTLY_WRITTEN']);
    const input = bufferNamed(good.plan, 'x');
    const ofInput = elementwise(soft, (index) => loadOf(input, addIndex(index, constantIndex(-1))));
    expect(codes(withKernel(good.plan, [input], [soft], [ofInput]))).toEqual(['E_PLAN_INDEX']);
  });

  test('a label that nothing keeps in range', () => {
    const unchecked = goodPlan();
    const labels = bufferNamed(unchecked.plan, 'labels');
    // The range is what a session checks labels against; without it the promise of the index has no ground.
    Reflect.deleteProperty(labels, 'range');
    expect(codes(unchecked.plan, unchecked.state)).toEqual(['E_PLAN_PROMISE']);
  });

  test('a local that is used before it is defined', () => {
    const plan = withKernels(good.plan, (kernels) =>
      kernels.map((kernel) => {
        const [first, second, ...rest] = kernel.body;
        if (first?.kind !== 'loop' || second === undefined) return kernel;
        return { ...kernel, body: [second, first, ...rest] };
      }),
    );
    expect(codes(plan)).toEqual(['E_PLAN_LOCAL']);
  });

  test('a local that is defined twice', () => {
    const plan = withEveryStatement(good.plan, (statement) =>
      statement.kind === 'let' ? [statement, statement] : [statement],
    );
    expect(codes(plan)).toEqual(['E_PLAN_LOCAL']);
  });

  test('a reduction that is read inside its own loop', () => {
    const plan = withEveryStatement(good.plan, (statement) => {
      if (statement.kind !== 'loop' || statement.reductions.length === 0) return [statement];
      const reductions = statement.reductions.map((each) => ({
        ...each,
        contribution: plus(each.contribution, local(each.local)),
      }));
      return [{ ...statement, reductions }];
    });
    expect(codes(plan)).toEqual(['E_PLAN_LOCAL']);
  });

  /** The plan with something added to the left side of every contraction. */
  const withLeft = (term: (contraction: Contraction) => Expression): EntryPlan =>
    withEveryStatement(good.plan, (statement) =>
      statement.kind === 'contraction'
        ? [{ ...statement, left: plus(statement.left, term(statement)) }]
        : [statement],
    );

  test('a loop variable outside its loop', () => {
    const plan = withLeft(() => numberOf({ name: 'stray', extent: 2 }));
    expect(codes(plan)).toEqual(['E_PLAN_AXIS']);
  });

  test('a left side of a contraction that depends on columns', () => {
    const plan = withLeft(({ columns }) => columns.map(numberOf).reduce(plus, zero));
    expect(codes(plan)).toEqual(['E_PLAN_AXIS']);
    expect(codes(withLeft(({ rows }) => rows.map(numberOf).reduce(plus, zero)))).toEqual([]);
  });

  test('lists of reads and writes that say something else', () => {
    const plan = withKernels(good.plan, (kernels) => kernels.map((kernel) => ({ ...kernel, reads: [] })));
    expect(codes(plan)).toEqual(['E_PLAN_ACCESS_LIST']);
  });
});

function numberOf(axis: Axis): Expression {
  return { kind: 'convert', type: 'f32', operand: { kind: 'index', type: 'i32', index: axisIndex(axis) } };
}

/** When a buffer matters, straight from the lists of the kernels: the brute-force twin of the checker's lifetimes. */
function matters(plan: EntryPlan, { buffer }: Placement, position: number): boolean {
  const uses = plan.kernels.flatMap((kernel, at) =>
    [...kernel.reads, ...kernel.writes].includes(buffer) ? [at] : [],
  );
  const isFilled = !['temporary', 'output'].includes(buffer.role);
  const isRead = isFilled || plan.program.outputs.some((output) => output.buffer === buffer);
  const start = isFilled ? -1 : (uses[0] ?? 0);
  const end = isRead ? plan.kernels.length : (uses.at(-1) ?? -1);
  return start <= position && position <= end;
}

/** Whether a byte of the arena belongs to two buffers at one time, and, if so, whether only where one ends. */
function sharedBytes(plan: EntryPlan): 'none' | 'at one kernel' | 'longer' {
  const meetings = new Map<string, number>();
  for (let position = -1; position <= plan.kernels.length; position++) {
    const owners = new Map<number, string>();
    for (const placement of plan.placements) {
      if (!matters(plan, placement, position)) continue;
      const { name } = placement.buffer;
      for (let byte = placement.offset; byte < placement.offset + placement.bytes; byte++) {
        const owner = owners.get(byte);
        if (owner !== undefined) {
          const pair = `${owner} ${name}`;
          meetings.set(pair, (meetings.get(pair) ?? 0) | (1 << (position + 1)));
        }
        owners.set(byte, name);
      }
    }
  }
  const counts = [...meetings.values()];
  if (counts.length === 0) return 'none';
  return counts.every((mask) => (mask & (mask - 1)) === 0) ? 'at one kernel' : 'longer';
}

describe('random order of kernels', () => {
  const swaps = fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 2 });

  property.prop([recipes, swaps], { seed: 13, numRuns: 250 })(
    'is refused, or computes the same',
    (recipe, exchanges) => {
      const { entry, bindings, dtype } = buildEntry(recipe);
      const lowered = planned(entry);
      const plan = withKernels(lowered.plan, (kernels) =>
        exchanges.reduce((order, [first, second]) => {
          const [one, other] = [order[first % order.length], order[second % order.length]];
          return order.map((kernel) => (kernel === one ? other : kernel === other ? one : kernel) ?? kernel);
        }, kernels),
      );
      if (checkPlan(plan, lowered.state).length > 0) return;
      const { results, magnitude } = expectedResults(entry, bindings);
      const tolerance = (dtype === 'f32' ? 3e-5 : 1e-10) * magnitude;
      const outcome = runInArena({ ...lowered, plan, program: plan.program }, bindings);
      expect(differences(outcome, results, tolerance)).toEqual([]);
    },
  );
});

describe('random corruption of offsets', () => {
  const moves = fc.array(fc.record({ which: fc.nat(99), to: fc.nat(99) }), { minLength: 1, maxLength: 3 });

  property.prop([recipes, moves], { seed: 11, numRuns: 250 })(
    'is found whenever bytes of live buffers are shared, and only then; what passes still computes the same',
    (recipe, corruption) => {
      const { entry, bindings, dtype } = buildEntry(recipe);
      const lowered = planned(entry);
      const { plan, state: layout } = lowered;
      const free = plan.placements.filter(
        ({ buffer }) => !['parameter', 'state', 'constant'].includes(buffer.role),
      );
      const arenaBytes = plan.arenaBytes + 256;
      const placements = corruption.reduce<readonly Placement[]>((all, { which, to }) => {
        const chosen = free[which % Math.max(1, free.length)];
        if (chosen === undefined) return all;
        const places = Math.floor((arenaBytes - chosen.bytes) / alignment) + 1;
        const offset = (to % places) * alignment;
        return all.map((each) => (each.buffer === chosen.buffer ? { ...each, offset } : each));
      }, plan.placements);
      const corrupted = { ...plan, arenaBytes, placements };
      const problems = checkPlan(corrupted, layout);
      const shared = sharedBytes(corrupted);
      if (shared === 'longer') expect(problems).not.toEqual([]);
      if (shared === 'none') expect(problems).toEqual([]);
      if (problems.length > 0) return;
      const { results, magnitude } = expectedResults(entry, bindings);
      const tolerance = (dtype === 'f32' ? 3e-5 : 1e-10) * magnitude;
      expect(differences(runInArena({ ...lowered, plan: corrupted }, bindings), results, tolerance)).toEqual(
        [],
      );
    },
  );
});
