// What an entry does to all of its memory as WebAssembly: every byte of the arena is compared with what JavaScript
// leaves there, and private memory is poisoned before each call, so that what a thread touches of it is seen.
import { emitWasm } from '../../src/emit/wasm/emit.ts';
import { overreachBytes } from '../../src/emit/wasm/artefact.ts';
import { pageBytes } from '../../src/emit/wasm/module.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import type { EntryPlan, StateLayout } from '../../src/plan/plan.ts';
import { arenaOfJavaScript, fill } from './wasm-run.ts';

/** Bytes from `low` on, `high` not included. */
interface Span {
  readonly low: number;
  readonly high: number;
}

const poison = 0xab;

/**
 * Runs an entry as JavaScript and as WebAssembly and says what is wrong: words of the arena that differ, private memory
 * that two threads touch or that nobody was promised. Threads run one after the other, the last one first.
 */
export function memoryProblems(
  plan: EntryPlan,
  state: StateLayout,
  bindings: Bindings,
  threads = 1,
): readonly string[] {
  const { arenaBytes } = plan;
  const artefact = emitWasm({ entries: [plan], numerics: 'strict', threads, sharedFrom: 0 });
  const pages = Math.ceil((artefact.memoryBytes + overreachBytes) / pageBytes);
  const memory = new WebAssembly.Memory(
    threads > 1 ? { initial: pages, maximum: 65_536, shared: true } : { initial: pages },
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(artefact.bytes), { env: { memory } });
  fill(memory.buffer, plan, bindings);
  const beyondArena = new Uint8Array(memory.buffer, arenaBytes);
  const touched = new Map<number, Span>();
  for (const kernel of plan.kernels) {
    const { name = '', isShared = false } = artefact.kernels.get(kernel) ?? {};
    // Every export of the module is a kernel.
    const run = exports[name] as (from?: number, to?: number) => void;
    // What is not shared is done by the first thread.
    for (let thread = isShared ? threads - 1 : 0; thread >= 0; thread--) {
      beyondArena.fill(poison);
      if (isShared) run(thread, thread + 1);
      else run();
      const span = touchedSpan(beyondArena, arenaBytes);
      if (span !== null) touched.set(thread, union(touched.get(thread), span));
    }
  }
  return [
    ...privateProblems(touched, artefact.memoryBytes),
    ...arenaProblems(memory.buffer, arenaOfJavaScript(plan, state, bindings), plan),
  ];
}

/** From the first byte that is not poison any more to the last one. */
function touchedSpan(bytes: Uint8Array, start: number): Span | null {
  const isTouched = (byte: number): boolean => byte !== poison;
  const low = bytes.findIndex(isTouched);
  return low < 0 ? null : { low: start + low, high: start + bytes.findLastIndex(isTouched) + 1 };
}

function union(a: Span | undefined, b: Span): Span {
  return a === undefined ? b : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

function privateProblems(touched: ReadonlyMap<number, Span>, memoryBytes: number): readonly string[] {
  const spans = [...touched].toSorted(([, a], [, b]) => a.low - b.low);
  return spans.flatMap(([thread, { low, high }], position) => {
    const [next, after] = spans[position + 1] ?? [];
    return [
      ...(high > memoryBytes ? [`thread ${thread} writes up to ${high}, behind ${memoryBytes} bytes`] : []),
      ...(after !== undefined && after.low < high
        ? [`threads ${thread} and ${next} both have ${Math.max(low, after.low)} in private memory`]
        : []),
    ];
  });
}

/** The first word of the arena whose bits differ; one NaN is as good as another. */
function arenaProblems(actual: ArrayBufferLike, expected: ArrayBuffer, plan: EntryPlan): readonly string[] {
  const words = Math.floor(plan.arenaBytes / 4);
  const [is, want] = [new Int32Array(actual, 0, words), new Int32Array(expected, 0, words)];
  const [isFloat, wantFloat] = [new Float32Array(actual, 0, words), new Float32Array(expected, 0, words)];
  const at = want.findIndex(
    (word, position) =>
      word !== is[position] && !(Number.isNaN(isFloat[position]) && Number.isNaN(wantFloat[position])),
  );
  if (at < 0) return [];
  const names = plan.placements
    .filter(({ offset, bytes }) => offset <= 4 * at && 4 * at < offset + bytes)
    .map(({ buffer }) => buffer.name);
  return [
    `word ${at}, in ${names.join(' or ')}, is ${is[at]} (${isFloat[at]}), JavaScript leaves ${want[at]} (${wantFloat[at]})`,
  ];
}
