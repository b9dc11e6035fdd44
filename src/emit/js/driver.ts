// The JavaScript beside a WebAssembly module: the same layout and state as the module of the JavaScript target, and
// for every entry point a function that calls the kernels of the instance in order. With several threads, each runs
// this same text with its own share.
import type { Kernel } from '../../kernels/kernel.ts';
import { nameTable } from '../../kernels/names.ts';
import { groupsBetweenBarriers } from '../../plan/barriers.ts';
import type { EntryPlan, StateLayout } from '../../plan/plan.ts';
import type { WasmKernel } from '../wasm/artefact.ts';
import { joinParts, titleLines } from './document.ts';
import { entryLines, usedPlacements } from './entry.ts';
import { layoutLines, property, stateLines } from './memory.ts';
import type { Lines } from './statement.ts';

export interface DriverInput {
  /** First part of the header: name, sizes, numerics, hash. */
  readonly title: string;
  readonly state: StateLayout;
  readonly entries: readonly EntryPlan[];
  readonly kernels: ReadonlyMap<Kernel, WasmKernel>;
  readonly threads: number;
  /** Memory that the module needs, what vector loads may read beyond the last buffer included. */
  readonly bytes: number;
}

export function printDriver(input: DriverInput): string {
  const { title, state, entries, threads, bytes } = input;
  const target = threads > 1 ? `WebAssembly on ${threads} threads` : 'WebAssembly';
  return joinParts([
    titleLines(title, entries, [target]),
    layoutLines(state, bytes),
    stateLines(state),
    ...entries.map((entry) => driverEntry(entry, input)),
  ]);
}

/** Names of the parameters around and inside `run`: no kernel is called like one of them. */
const parameterNames = ['memory', 'kernels', 'from', 'to', 'barrier'];

function driverEntry(entry: EntryPlan, { kernels }: DriverInput): Lines {
  const handedOut = new Set(entry.program.outputs.map((output) => output.buffer));
  const bound = usedPlacements(
    entry,
    (buffer) => buffer.role === 'input' || buffer.role === 'constant' || handedOut.has(buffer),
  );
  const names = nameTable([...bound.map(({ buffer }) => buffer.name), ...parameterNames]);
  const called = new Map(entry.kernels.map((kernel) => [kernel, names.unique(kernel.name)]));
  const isShared = (kernel: Kernel): boolean => kernels.get(kernel)?.isShared ?? false;
  const nameOf = (kernel: Kernel): string => called.get(kernel) ?? kernel.name;
  const taken = [...called].map(([kernel, local]) =>
    property(kernels.get(kernel)?.name ?? kernel.name, local),
  );
  const isTeamwork = entry.kernels.some(isShared);
  return entryLines(entry, {
    boundTo: "memory and the instance's kernels",
    parameters: 'memory, kernels',
    bound,
    preparation: taking(taken),
    runHead: isTeamwork ? 'run({ from, to, barrier })' : 'run()',
    runBody: isTeamwork
      ? groupsBetweenBarriers(entry, isShared).flatMap((group) => [
          ...sharedCalls(group, isShared, nameOf),
          'barrier();',
        ])
      : entry.kernels.map((kernel) => `${nameOf(kernel)}();`),
  });
}

const lineWidth = 108;

/** `const { a, b } = kernels;`, or one line a kernel where they do not fit on it. */
function taking(names: readonly string[]): Lines {
  if (names.length === 0) return [];
  const line = `const { ${names.join(', ')} } = kernels;`;
  return line.length <= lineWidth
    ? [line]
    : ['const {', ...names.map((name) => `  ${name},`), '} = kernels;'];
}

/** Calls of a group: shared kernels for the own share, the others by the thread that has the first. */
function sharedCalls(
  group: readonly Kernel[],
  isShared: (kernel: Kernel) => boolean,
  nameOf: (kernel: Kernel) => string,
): Lines {
  const lines: string[] = [];
  let alone: string[] = [];
  const endAlone = (): void => {
    if (alone.length > 0) lines.push('if (from === 0) {', ...alone.map((call) => `  ${call}`), '}');
    alone = [];
  };
  for (const kernel of group) {
    if (!isShared(kernel)) {
      alone.push(`${nameOf(kernel)}();`);
      continue;
    }
    endAlone();
    lines.push(`${nameOf(kernel)}(from, to);`);
  }
  endAlone();
  return lines;
}
