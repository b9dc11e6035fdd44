// Running a lowered entry by the kernel interpreter, in separate buffers or in its planned arena, and comparing what
// comes out with the reference interpreter.
import { isFloat } from '../../src/ir/dtype.ts';
import { interpret, type Bindings } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import type { KernelProgram } from '../../src/kernels/kernel.ts';
import { lower } from '../../src/kernels/lower.ts';
import { arrayValue, nameOf } from '../../src/ops/leaf.ts';
import type { EntryPlan, StateLayout } from '../../src/plan/plan.ts';
import { applyRules } from '../../src/rewrite/driver.ts';
import { specialiseRules } from '../../src/rewrite/rules/specialise.ts';
import { layoutState, planEntry } from '../../src/plan/planner.ts';
import { arenaMemory, runKernels, separateMemory, type Memory } from '../support/kernel-interpreter.ts';

export interface Planned {
  readonly program: KernelProgram;
  readonly state: StateLayout;
  readonly plan: EntryPlan;
}

/** An entry lowered and planned, with the state that its own leaves need. */
export function planned(entry: EntryGraph): Planned {
  const program = lower(withoutExpansions(entry));
  const state = layoutState(
    program.buffers.filter((buffer) => buffer.role === 'parameter' || buffer.role === 'state'),
    program.buffers.filter((buffer) => buffer.role === 'constant'),
  );
  return { program, state, plan: planEntry(program, state) };
}

/** The entry with ops that are composed of others replaced by those: what the stage of specialisation does. */
function withoutExpansions(entry: EntryGraph): EntryGraph {
  const roots = [...entry.outputs.map(({ tensor }) => tensor), ...entry.updates.map(({ next }) => next)];
  const rules = specialiseRules.filter(({ name }) => name === 'expansion');
  const { mapping } = applyRules(roots, rules);
  const newOf = (tensor: Tensor): Tensor => mapping.get(tensor) ?? tensor;
  return {
    ...entry,
    outputs: entry.outputs.map((output) => ({ ...output, tensor: newOf(output.tensor) })),
    updates: entry.updates.map((update) => ({ ...update, next: newOf(update.next) })),
    labels: new Map([...entry.labels].map(([tensor, label]) => [newOf(tensor), label])),
  };
}

/** What an entry gives: outputs by name, then the new values of updated leaves. */
export interface Results {
  readonly outputs: ReadonlyMap<string, readonly number[]>;
  readonly leaves: ReadonlyMap<Tensor, readonly number[]>;
}

export function runInArena({ program, plan }: Planned, bindings: Bindings): Results {
  return run(program, arenaMemory(plan), bindings);
}

export function runSeparately(program: KernelProgram, bindings: Bindings): Results {
  return run(program, separateMemory(program), bindings);
}

function run(program: KernelProgram, memory: Memory, bindings: Bindings): Results {
  for (const buffer of program.buffers) {
    const value = bindings.get(buffer.tensor) ?? arrayValue(buffer.tensor);
    const isFilled = !['temporary', 'output'].includes(buffer.role);
    if (value !== undefined && isFilled) memory.get(buffer)?.set(value.data);
  }
  runKernels(program.kernels, memory);
  const persistent = program.buffers.filter(({ role }) => role === 'parameter' || role === 'state');
  return {
    outputs: new Map(program.outputs.map(({ name, buffer }) => [name, [...(memory.get(buffer) ?? [])]])),
    leaves: new Map(persistent.map((buffer) => [buffer.tensor, [...(memory.get(buffer) ?? [])]])),
  };
}

/** What the graph says that an entry gives, and how large numbers get on the way. */
export function expectedResults(
  entry: EntryGraph,
  bindings: Bindings,
): { readonly results: Results; readonly magnitude: number } {
  const tensors = [
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.map((update) => update.next),
  ];
  const all = topologicalOrder(tensors);
  const values = interpret(all, bindings);
  const dataOf = new Map(all.map((node, position) => [node, [...(values[position]?.data ?? [])]]));
  const valueOf = (tensor: Tensor): readonly number[] => dataOf.get(tensor) ?? [];
  let magnitude = 1;
  all.forEach((node) => {
    if (isFloat(node.dtype))
      for (const each of valueOf(node)) magnitude = Math.max(magnitude, Math.abs(each));
  });
  return {
    magnitude,
    results: {
      outputs: new Map(entry.outputs.map(({ name, tensor }) => [name, valueOf(tensor)])),
      leaves: new Map(entry.updates.map(({ leaf, next }) => [leaf, valueOf(next)])),
    },
  };
}

/** The first places where results differ by more than `tolerance`, as text; empty when they agree. */
export function differences(actual: Results, expected: Results, tolerance: number): readonly string[] {
  const compare = (name: string, is: readonly number[] | undefined, want: readonly number[]): string[] => {
    if (is?.length !== want.length) return [`${name}: ${is?.length} elements for ${want.length}`];
    const at = want.findIndex((value, position) => {
      const got = is[position] ?? Number.NaN;
      return !(Math.abs(got - value) <= tolerance || Object.is(got, value) || got === value);
    });
    return at < 0 ? [] : [`${name}[${at}] is ${is[at]}, expected ${want[at]}`];
  };
  return [
    ...[...expected.outputs].flatMap(([name, want]) => compare(name, actual.outputs.get(name), want)),
    ...[...expected.leaves].flatMap(([leaf, want]) =>
      compare(
        `next ${leaf.attrs['name'] === undefined ? leaf.op.name : nameOf(leaf)}`,
        actual.leaves.get(leaf),
        want,
      ),
    ),
  ];
}
