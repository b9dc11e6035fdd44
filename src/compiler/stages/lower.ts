// The stages below the tensor graph: kernels, their order and memory, and the check of all.
import { castDraft } from 'immer';
import { InternalError } from '../../ir/errors.ts';
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import { concreteCount, concreteShape } from '../../ir/size.ts';
import type { EntryGraph } from '../../kernels/anchors.ts';
import { lower, roleOf } from '../../kernels/lower.ts';
import type { Buffer, Phase } from '../../kernels/kernel.ts';
import { identifier, leafName, nameTable } from '../../kernels/names.ts';
import { checkPlan } from '../../plan/checker.ts';
import { layoutState, planEntry } from '../../plan/planner.ts';
import { schedule as scheduleProgram } from '../../plan/schedule.ts';
import type { Compilation, Entry, Stage } from '../compilation.ts';

/** Fuses every entry into kernels. */
export const fuse: Stage = {
  name: 'fuse',
  summary: 'fuses operations into kernels',
  run: ({ entries, captured }) => {
    const programs = entries.map((entry) => lower(entryGraph(entry, captured)));
    return (draft) => {
      draft.programs = castDraft(programs);
    };
  },
};

/** An entry as kernels and diagrams take it. */
export function entryGraph(entry: Entry, captured: Compilation['captured']): EntryGraph {
  return {
    name: entry.name,
    outputs: entry.outputs,
    updates: entry.updates,
    phaseOf: phasesOf(entry),
    labels: labelsOf(
      entry,
      captured.outputs.map((output) => output.name),
    ),
  };
}

/** Names that the user gave to tensors, also where an entry does not hand them out. */
function labelsOf(entry: Entry, outputNames: readonly string[]): ReadonlyMap<Tensor, string> {
  const labels = new Map<Tensor, string>();
  entry.forward.forEach((tensor, position) => {
    const name = outputNames[position];
    if (name !== undefined) labels.set(tensor, name);
  });
  for (const { name, tensor } of entry.outputs) labels.set(tensor, name);
  return labels;
}

/** Which part of the step a tensor belongs to: the first of these that needs it. */
export function phasesOf(entry: Entry): (tensor: Tensor) => Phase {
  if (entry.name === 'initialise') return () => 'initialise';
  const phases = new Map<Tensor, Phase>();
  const mark = (roots: readonly Tensor[], phase: Phase): void => {
    for (const tensor of topologicalOrder(roots)) if (!phases.has(tensor)) phases.set(tensor, phase);
  };
  mark(entry.forward, 'forward');
  mark(lossInputs(entry), 'forward');
  mark(entry.loss, 'loss');
  mark(entry.metrics, 'metric');
  mark(entry.gradients, 'backward');
  return (tensor) => phases.get(tensor) ?? 'update';
}

/** What layers compute on the way to the loss is forward even where it is no output. */
function lossInputs(entry: Entry): readonly Tensor[] {
  return topologicalOrder(entry.loss).filter((tensor) => {
    for (let scope = tensor.origin.scope; scope !== null; scope = scope.parent) {
      if (scope.kind === 'layer') return true;
    }
    return false;
  });
}

/** Orders kernels for the cache, and lays out the state that all entries share. */
export const schedule: Stage = {
  name: 'schedule',
  summary: 'moves kernels to what they read, where a cache gains from it and memory does not grow',
  run: ({ parameters, states, constants, programs }) => {
    const names = nameTable();
    const bufferOf = (leaf: Tensor): Buffer => persistentBuffer(leaf, names.unique(leafName(leaf)));
    const state = layoutState([...parameters, ...states].map(bufferOf), constants.map(bufferOf));
    const schedules = programs.map((program) => scheduleProgram(program, state));
    return (draft) => {
      draft.state = castDraft(state);
      draft.programs = castDraft(schedules.map(({ program }) => program));
      draft.moved = schedules.map(({ moved }) => [...moved]);
    };
  },
};

/** Lays out memory for every entry over the common state. */
export const plan: Stage = {
  name: 'plan',
  summary: 'lays the buffers of every entry out in one arena',
  run: ({ programs, state }) => {
    const plans = programs.map((program) => planEntry(program, state));
    return (draft) => {
      draft.plans = castDraft(plans);
    };
  },
};

function persistentBuffer(leaf: Tensor, name: string): Buffer {
  return {
    name: identifier(name),
    role: roleOf(leaf),
    dtype: leaf.dtype,
    shape: concreteShape(leaf.shape),
    length: concreteCount(leaf.shape),
    tensor: leaf,
  };
}

/** Proves each plan with code that shares nothing with the planner. */
export const checkPlans: Stage = {
  name: 'check plan',
  summary: 'proves that live buffers do not overlap, in-place writes are legal and indices stay in bounds',
  run: ({ plans, state }) => {
    const problems = plans.flatMap((each) => checkPlan(each, state));
    if (problems.length > 0) {
      const list = problems.map((problem) => `  ${problem.message}`).join('\n');
      throw new InternalError('E_PLAN', `the plan is wrong; please report this\n${list}`);
    }
    return () => undefined;
  },
};
