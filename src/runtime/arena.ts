// A session's arena: its memory, the state in it, and the entry points that are bound to it, for the threads that work
// in it. Memory is taken when something first runs, at the sizes of that: no program is specialised for its parameters
// alone.
import type { EntryName } from '../compiler/compilation.ts';
import { functionBody, type BoundEntry, type FeedArray } from './instantiate.ts';
import { plainMemory, wasmMemory, type SessionMemory } from './memory.ts';
import type { Specialisation } from './specialisation.ts';
import { threadStarter } from './threads/host.ts';
import { formTeam, wholeOf, type Routine } from './threads/team.ts';

export type StateArrays = Readonly<Record<string, FeedArray>>;

export interface Arena {
  /** Changes whenever memory has grown: entries that were bound before have to be bound anew. */
  readonly buffer: ArrayBufferLike | null;
  /** An entry over memory that is large enough for it; undefined where the program has no such entry. */
  bind(specialisation: Specialisation, name: EntryName): BoundEntry | undefined;
  /** The twin of an entry that tells a profile after every kernel, over the memory that the entry was bound to. */
  bindTimed(specialisation: Specialisation, name: EntryName): BoundEntry | undefined;
  /** Parameters, optimizer state and counters over the memory; null while nothing has run. */
  readonly state: StateArrays | null;
  /** Threads that would take part in a run now. */
  readonly threads: number;
  /** Ends all threads but the session's own. */
  close(): void;
}

type PerEntry<T> = Map<Specialisation, Map<EntryName, T>>;

/** What is known of an entry, made and kept if it is not. */
function kept<T>(all: PerEntry<T>, of: Specialisation, name: EntryName, make: () => T): T {
  const known = all.get(of) ?? new Map<EntryName, T>();
  all.set(of, known);
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}

/** An arena in which the first entry to be bound finds parameters and state drawn from the seed. */
export function openArena(seed: number, threads: number): Arena {
  const team = formTeam(threads, threads > 1 ? threadStarter() : null);
  let memory: SessionMemory | undefined;
  let buffer: ArrayBufferLike | null = null;
  let state: StateArrays | null = null;
  let isDrawn = false;
  const instances = new Map<Specialisation, WebAssembly.Exports>();
  const entries: PerEntry<BoundEntry | undefined> = new Map();
  // Workers need not learn an entry again when memory has grown: they use no arrays, and their kernels see it at once.
  const routines: PerEntry<Routine> = new Map();

  /** The exports of the one instance of a specialisation's kernels; none where they are in the text itself. */
  const kernelsOf = (specialisation: Specialisation, imported: WebAssembly.Memory | null) => {
    const { kernels } = specialisation.executable();
    if (kernels === null || imported === null) return {};
    const exports =
      instances.get(specialisation) ??
      new WebAssembly.Instance(kernels, { env: { memory: imported } }).exports;
    instances.set(specialisation, exports);
    return exports;
  };

  const bindAnew = (
    specialisation: Specialisation,
    name: EntryName,
    { imported, buffer: bytes }: SessionMemory,
  ): BoundEntry | undefined =>
    specialisation.executable().module.entries[name]?.(bytes, kernelsOf(specialisation, imported));

  const bindForTeam = (
    specialisation: Specialisation,
    name: EntryName,
    into: SessionMemory,
  ): BoundEntry | undefined => {
    const bound = bindAnew(specialisation, name, into);
    const { kernels } = specialisation.executable();
    const { wasm } = specialisation;
    // A driver that has nothing to divide takes no share.
    if (bound === undefined || bound.run.length === 0) return bound;
    if (wasm === null || kernels === null || into.imported === null) return bound;
    const memory = into.imported;
    const routine = kept(routines, specialisation, name, () =>
      team.routine(() => ({ body: functionBody(wasm.driver, name), kernels, memory })),
    );
    return { inputs: bound.inputs, outputs: bound.outputs, run: () => routine(bound) };
  };

  const draw = (specialisation: Specialisation, drawn: StateArrays, into: SessionMemory): void => {
    const seedArray = drawn['seed'];
    if (seedArray !== undefined) seedArray[0] = seed | 0;
    bindAnew(specialisation, 'initialise', into)?.run(wholeOf(threads));
  };

  return {
    get buffer() {
      return buffer;
    },
    get state() {
      return isDrawn ? state : null;
    },
    bind: (specialisation, name) => {
      const { module, kernels } = specialisation.executable();
      memory ??= kernels === null ? plainMemory() : wasmMemory(threads > 1);
      memory.reserve(module.layout.bytes);
      if (memory.buffer !== buffer || state === null) {
        buffer = memory.buffer;
        state = module.state(buffer);
        entries.clear();
      }
      if (!isDrawn) draw(specialisation, state, memory);
      isDrawn = true;
      const into = memory;
      return kept(entries, specialisation, name, () => bindForTeam(specialisation, name, into));
    },
    get threads() {
      return team.present;
    },
    close: () => team.close(),
    bindTimed: (specialisation, name) =>
      memory === undefined
        ? undefined
        : specialisation.timed().entries[name]?.(memory.buffer, kernelsOf(specialisation, memory.imported)),
  };
}
