// A session's arena: its memory, the state in it, and the entry points that are bound to it. Memory is taken when
// something first runs, at the sizes of that: no program is specialised for its parameters alone.
import type { EntryName } from '../compiler/compilation.ts';
import type { BoundEntry, FeedArray } from './instantiate.ts';
import { plainMemory, wasmMemory, type SessionMemory } from './memory.ts';
import type { Specialisation } from './specialisation.ts';

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
}

/** An arena in which the first entry to be bound finds parameters and state drawn from the seed. */
export function openArena(seed: number): Arena {
  let memory: SessionMemory | undefined;
  let buffer: ArrayBufferLike | null = null;
  let state: StateArrays | null = null;
  let isDrawn = false;
  const instances = new Map<Specialisation, WebAssembly.Exports>();
  const entries = new Map<Specialisation, Map<EntryName, BoundEntry>>();

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

  const draw = (specialisation: Specialisation, drawn: StateArrays, into: SessionMemory): void => {
    const seedArray = drawn['seed'];
    if (seedArray !== undefined) seedArray[0] = seed | 0;
    bindAnew(specialisation, 'initialise', into)?.run();
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
      memory ??= kernels === null ? plainMemory() : wasmMemory();
      memory.reserve(module.layout.bytes);
      if (memory.buffer !== buffer || state === null) {
        buffer = memory.buffer;
        state = module.state(buffer);
        entries.clear();
      }
      if (!isDrawn) draw(specialisation, state, memory);
      isDrawn = true;
      const known = entries.get(specialisation) ?? new Map<EntryName, BoundEntry>();
      entries.set(specialisation, known);
      const entry = known.get(name) ?? bindAnew(specialisation, name, memory);
      if (entry !== undefined) known.set(name, entry);
      return entry;
    },
    bindTimed: (specialisation, name) =>
      memory === undefined
        ? undefined
        : specialisation.timed().entries[name]?.(memory.buffer, kernelsOf(specialisation, memory.imported)),
  };
}
