// Entries run as generated JavaScript and as WebAssembly in arenas of the same layout, and compared bit for bit.
import type { Bindings } from '../../src/ir/interpret.ts';
import { printModule } from '../../src/emit/js/module.ts';
import { emitWasm } from '../../src/emit/wasm/emit.ts';
import { overreachBytes, type Numerics } from '../../src/emit/wasm/artefact.ts';
import { pageBytes } from '../../src/emit/wasm/module.ts';
import type { Buffer, Kernel } from '../../src/kernels/kernel.ts';
import { allocate } from '../../src/ir/dtype.ts';
import { arrayValue } from '../../src/ops/leaf.ts';
import { groupsBetweenBarriers } from '../../src/plan/barriers.ts';
import type { EntryPlan, Placement, StateLayout } from '../../src/plan/plan.ts';
import { instantiate, type FeedArray } from '../../src/runtime/instantiate.ts';

function view(memory: ArrayBufferLike, { buffer, offset }: Placement): FeedArray {
  const { constructor } = allocate(buffer.dtype, 0);
  // A typed array's constructor takes a part of a buffer, too.
  const make = constructor as new (memory: ArrayBufferLike, offset: number, length: number) => FeedArray;
  return new make(memory, offset, buffer.length);
}

/** Writes inputs, parameters, state and constants to where they lie. */
export function fill(memory: ArrayBufferLike, plan: EntryPlan, bindings: Bindings): void {
  for (const placement of plan.placements) {
    const { buffer } = placement;
    const value = bindings.get(buffer.tensor) ?? arrayValue(buffer.tensor);
    const isFilled = !['temporary', 'output'].includes(buffer.role);
    if (value !== undefined && isFilled) view(memory, placement).set(value.data);
  }
}

/** What an entry leaves behind: outputs, parameters and state, by the name of their buffers. */
export type Leftovers = ReadonlyMap<string, FeedArray>;

function leftovers(memory: ArrayBufferLike, plan: EntryPlan): Leftovers {
  const outputs = new Set(plan.program.outputs.map((output) => output.buffer));
  const isKept = (buffer: Buffer): boolean =>
    buffer.role === 'parameter' || buffer.role === 'state' || outputs.has(buffer);
  return new Map(
    plan.placements
      .filter(({ buffer }) => isKept(buffer))
      .map((placement) => [placement.buffer.name, view(memory, placement).slice()]),
  );
}

/** The whole memory of an entry after it ran as JavaScript. */
export function arenaOfJavaScript(
  plan: EntryPlan,
  state: StateLayout,
  bindings: Bindings,
  times = 1,
): ArrayBuffer {
  const { name } = plan.program;
  const source = printModule({ title: 'test', state, entries: [plan] });
  const module = instantiate(source, [name]);
  const memory = new ArrayBuffer(Math.max(module.layout.bytes, plan.arenaBytes));
  const bound = module.entries[name]?.(memory);
  fill(memory, plan, bindings);
  for (let time = 0; time < times; time++) bound?.run();
  return memory;
}

/** Runs an entry as JavaScript, several times if need be. */
export function runAsJavaScript(
  plan: EntryPlan,
  state: StateLayout,
  bindings: Bindings,
  times = 1,
): Leftovers {
  return leftovers(arenaOfJavaScript(plan, state, bindings, times), plan);
}

export interface WasmRun {
  readonly numerics?: Numerics;
  readonly threads?: number;
  /** How many times it is run, default once. */
  readonly times?: number;
}

/**
 * Runs an entry as WebAssembly. Between two barriers the shares of several threads are done one after the other, the last
 * one first: a barrier that is missing shows.
 */
export function runAsWasm(
  plan: EntryPlan,
  state: StateLayout,
  bindings: Bindings,
  { numerics = 'strict', threads = 1, times = 1 }: WasmRun = {},
): Leftovers {
  const artefact = emitWasm({ entries: [plan], numerics, threads, sharedFrom: 0 });
  const pages = Math.ceil((artefact.memoryBytes + overreachBytes) / pageBytes);
  const memory = new WebAssembly.Memory(
    threads > 1 ? { initial: pages, maximum: 65_536, shared: true } : { initial: pages },
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(artefact.bytes), { env: { memory } });
  fill(memory.buffer, plan, bindings);
  const isShared = (kernel: Kernel): boolean => artefact.kernels.get(kernel)?.isShared ?? false;
  const run = (kernel: Kernel, thread: number): void => {
    // Every export of the module is a kernel.
    const call = exports[artefact.kernels.get(kernel)?.name ?? ''] as (from?: number, to?: number) => void;
    if (isShared(kernel)) call(thread, thread + 1);
    else if (thread === 0) call();
  };
  const groups = groupsBetweenBarriers(plan, isShared);
  for (let time = 0; time < times; time++) {
    for (const group of groups) {
      for (let thread = threads - 1; thread >= 0; thread--) for (const kernel of group) run(kernel, thread);
    }
  }
  return leftovers(memory.buffer, plan);
}

/** The first element of each buffer whose bits differ; one NaN is as good as another. */
export function bitDifferences(actual: Leftovers, expected: Leftovers): readonly string[] {
  return [...expected].flatMap(([name, want]) => {
    const is = actual.get(name);
    const at = want.findIndex((value, position) => !Object.is(value, is?.[position]));
    return at < 0 ? [] : [`${name}[${at}] is ${String(is?.[at])}, JavaScript gives ${String(want[at])}`];
  });
}
