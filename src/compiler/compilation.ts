// The record that stages pass on. A stage is a pure function from one frozen record to the next, written as an immer
// recipe; the patches tell what it changed. Graph nodes are frozen and shared, and are never drafted.
import { enablePatches, produceWithPatches, type Draft, type Patch } from 'immer';
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import type { Shape, Sizes } from '../ir/size.ts';
import type { KernelProgram } from '../kernels/kernel.ts';
import { programCounters, type ProgramCounters } from '../ops/counters.ts';
import type { EntryPlan, StateLayout } from '../plan/plan.ts';
import type { LedgerEntry } from '../rewrite/ledger.ts';
import type { Declaration } from './declaration.ts';

enablePatches();

/** The ways into a program. `initialise` gives parameters and state their first values. */
export type EntryName = 'initialise' | 'step' | 'evaluate' | 'predict';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What one entry computes, as tensors. */
export interface Entry {
  readonly name: EntryName;
  readonly outputs: readonly NamedTensor[];
  readonly updates: readonly { readonly leaf: Tensor; readonly next: Tensor }[];
  /** Tensors that tell parts of the entry apart: what belongs to which phase is what they depend on. */
  readonly forward: readonly Tensor[];
  readonly loss: readonly Tensor[];
  readonly metrics: readonly Tensor[];
  readonly gradients: readonly Tensor[];
}

/** A promise about the integers of an input, checked whenever it is fed. */
export interface FeedRange {
  readonly input: string;
  readonly low: number;
  readonly high: number;
  readonly except: number | null;
  /** The greatest value of each component of the last axis, where these differ. */
  readonly highs: readonly number[] | null;
  /**
   * Where sizes are known with the feeds alone: the axis whose positions these are, or one for each component of the last
   * axis. `low` and `high` are then what any size allows.
   */
  readonly axes: Shape | null;
  readonly what: string;
}

/** The declaration's tensors with leaves named and random streams numbered; the loss has its penalties. */
export interface CapturedTensors {
  readonly loss: Tensor | null;
  readonly outputs: readonly NamedTensor[];
  readonly metrics: readonly NamedTensor[];
  readonly frozen: readonly Tensor[];
}

/** A parameter and the state that is its average. */
export interface AveragedParameter {
  readonly parameter: Tensor;
  readonly average: Tensor;
}

/** What the stages have made of a declaration so far: the record that they hand on, frozen. */
export interface Compilation {
  readonly declaration: Declaration;
  readonly name: string;
  readonly captured: CapturedTensors;
  readonly counters: ProgramCounters;
  /** Inputs as declared, by name. */
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Tensor[];
  /** State beside the parameters, in the order of the layout. */
  readonly states: readonly Tensor[];
  /** Parameters whose averages stand for them in evaluation. */
  readonly averages: readonly AveragedParameter[];
  /** Array constants that any entry mentions, in the order of the layout. */
  readonly constants: readonly Tensor[];
  readonly ranges: readonly FeedRange[];
  readonly entries: readonly Entry[];
  /** Numbers of the named dimensions, once specialised. */
  readonly sizes: Sizes | null;
  readonly ledger: readonly LedgerEntry[];
  readonly programs: readonly KernelProgram[];
  /** Names of the kernels that scheduling moved, for each program. */
  readonly moved: readonly (readonly string[])[];
  readonly state: StateLayout;
  readonly plans: readonly EntryPlan[];
}

/** One stage: a name, a sentence, and what it does to the record. */
export interface Stage {
  readonly name: string;
  readonly summary: string;
  readonly run: (compilation: Compilation) => (draft: Draft<Compilation>) => void;
}

/** What a stage did. */
export interface StageReport {
  readonly name: string;
  readonly summary: string;
  readonly patches: readonly Patch[];
  /** Nodes of all entries, or of what was declared while there are none, after the stage. */
  readonly nodes: number;
  readonly kernels: number;
  readonly milliseconds: number;
}

export interface Compiled {
  readonly compilation: Compilation;
  readonly reports: readonly StageReport[];
}

/** Runs stages one after the other. A stage that finds problems reports all of them and throws. */
export function runStages(start: Compilation, stages: readonly Stage[]): Compiled {
  let compilation = start;
  const reports: StageReport[] = [];
  for (const { name, summary, run } of stages) {
    const began = performance.now();
    const [next, patches] = produceWithPatches(compilation, run(compilation));
    compilation = next;
    const milliseconds = performance.now() - began;
    const kernels = next.programs.reduce((sum, program) => sum + program.kernels.length, 0);
    reports.push({ name, summary, patches, nodes: nodesOf(next), kernels, milliseconds });
  }
  return { compilation, reports };
}

function nodesOf({ entries, captured }: Compilation): number {
  const declared = [
    ...(captured.loss === null ? [] : [captured.loss]),
    ...[...captured.outputs, ...captured.metrics].map((each) => each.tensor),
  ];
  return topologicalOrder(entries.length > 0 ? entries.flatMap(rootsOf) : declared).length;
}

export function emptyCompilation(declaration: Declaration): Compilation {
  return {
    declaration,
    name: '',
    captured: { loss: null, outputs: [], metrics: [], frozen: [] },
    counters: programCounters(),
    inputs: [],
    parameters: [],
    states: [],
    averages: [],
    constants: [],
    ranges: [],
    entries: [],
    sizes: null,
    ledger: [],
    programs: [],
    moved: [],
    state: { slots: [], constants: [], bytes: 0 },
    plans: [],
  };
}

/** All tensors of an entry that stages have to carry along. */
export function rootsOf(entry: Entry): readonly Tensor[] {
  return [
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.map((update) => update.next),
    ...entry.forward,
    ...entry.loss,
    ...entry.metrics,
    ...entry.gradients,
  ];
}

/** The entry with every tensor replaced, leaves that are updated included. */
export function mapEntry(entry: Entry, map: (tensor: Tensor) => Tensor): Entry {
  return {
    name: entry.name,
    outputs: entry.outputs.map(({ name, tensor }) => ({ name, tensor: map(tensor) })),
    updates: entry.updates.map(({ leaf, next }) => ({ leaf: map(leaf), next: map(next) })),
    forward: entry.forward.map(map),
    loss: entry.loss.map(map),
    metrics: entry.metrics.map(map),
    gradients: entry.gradients.map(map),
  };
}
