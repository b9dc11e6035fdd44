// The JavaScript beside a WebAssembly module: the same layout and state as the module of the JavaScript target, and
// for every entry point a function that calls the kernels of the instance in order. With several threads, each runs
// this same text with its own share.
import type { Kernel } from '../../kernels/kernel.ts';
import { nameTable } from '../../kernels/names.ts';
import { groupsBetweenBarriers } from '../../plan/barriers.ts';
import type { EntryPlan, StateLayout } from '../../plan/plan.ts';
import type { WasmKernel } from '../wasm/artefact.ts';
import { joinParts, lapsNote, titleLines } from './document.ts';
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
  /**
   * Whether `run` takes a `lap` and calls it for profiles: after every kernel with its position, and where threads
   * have met with the number of kernels.
   */
  readonly hasLaps?: boolean;
}

export function printDriver(input: DriverInput): string {
  const { title, state, entries, threads, bytes, hasLaps = false } = input;
  const target = threads > 1 ? `WebAssembly on ${threads} threads` : 'WebAssembly';
  return joinParts([
    titleLines(title, entries, hasLaps ? [target, lapsNote] : [target]),
    layoutLines(state, bytes),
    stateLines(state),
    ...entries.map((entry) => driverEntry(entry, input)),
  ]);
}

/** Names of the parameters around and inside `run`: no kernel is called like one of them. */
const parameterNames = ['memory', 'kernels', 'from', 'to', 'barrier', 'lap'];

function driverEntry(entry: EntryPlan, { kernels, hasLaps = false }: DriverInput): Lines {
  const handedOut = new Set(entry.program.outputs.map((output) => output.buffer));
  const bound = usedPlacements(
    entry,
    (buffer) => buffer.role === 'input' || buffer.role === 'constant' || handedOut.has(buffer),
  );
  const names = nameTable([...bound.map(({ buffer }) => buffer.name), ...parameterNames]);
  const called = new Map(entry.kernels.map((kernel) => [kernel, names.unique(kernel.name)]));
  const isShared = (kernel: Kernel): boolean => kernels.get(kernel)?.isShared ?? false;
  const positions = new Map(entry.kernels.map((kernel, position) => [kernel, position]));
  const lapAfter = (position: number): Lines => (hasLaps ? [`lap(${position});`] : []);
  const callOf = (kernel: Kernel, list = ''): Lines => [
    `${called.get(kernel) ?? kernel.name}(${list});`,
    ...lapAfter(positions.get(kernel) ?? 0),
  ];
  const taken = [...called].map(([kernel, local]) =>
    property(kernels.get(kernel)?.name ?? kernel.name, local),
  );
  const isTeamwork = entry.kernels.some(isShared);
  return entryLines(entry, {
    boundTo: "memory and the instance's kernels",
    parameters: 'memory, kernels',
    bound,
    preparation: taking(taken),
    runHead: runHead([...(isTeamwork ? ['from', 'to', 'barrier'] : []), ...(hasLaps ? ['lap'] : [])]),
    runBody: isTeamwork
      ? groupsBetweenBarriers(entry, isShared).flatMap((group) => [
          ...sharedCalls(group, isShared, callOf),
          'barrier();',
          ...lapAfter(entry.kernels.length),
        ])
      : entry.kernels.flatMap((kernel) => callOf(kernel)),
  });
}

/** `run({ from, to, barrier })`, or `run()` where it takes nothing. */
function runHead(parameters: readonly string[]): string {
  return parameters.length === 0 ? 'run()' : `run({ ${parameters.join(', ')} })`;
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
  callOf: (kernel: Kernel, list?: string) => Lines,
): Lines {
  const lines: string[] = [];
  let alone: string[] = [];
  const endAlone = (): void => {
    if (alone.length > 0) lines.push('if (from === 0) {', ...alone.map((call) => `  ${call}`), '}');
    alone = [];
  };
  for (const kernel of group) {
    if (!isShared(kernel)) {
      alone.push(...callOf(kernel));
      continue;
    }
    endAlone();
    lines.push(...callOf(kernel, 'from, to'));
  }
  endAlone();
  return lines;
}
