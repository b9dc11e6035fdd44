// Kernels as JavaScript functions: their names, what they take, and the arrays that they gather in.
import type { Buffer, Kernel } from '../../kernels/kernel.ts';
import { identifier, nameTable } from '../../kernels/names.ts';
import type { EntryPlan } from '../../plan/plan.ts';
import { kernelComment } from './comment.ts';
import type { Requirements } from './expression.ts';
import { gatherArraysIn, namesIn, printStatements, type GatherArray, type Lines } from './statement.ts';

export interface KernelFunctions {
  readonly functions: readonly Lines[];
  readonly arrays: readonly Lines[];
  readonly nameOf: ReadonlyMap<Kernel, string>;
}

/** Names that kernels give to buffers, loops and values. */
export function namesOfKernels(entries: readonly EntryPlan[]): ReadonlySet<string> {
  const all = entries.flatMap((entry) => entry.kernels);
  const buffers = [
    ...all.flatMap(parametersOf),
    ...entries.flatMap((entry) => entry.placements.map((placement) => placement.buffer)),
  ];
  return new Set([
    ...buffers.map((buffer) => buffer.name),
    ...all.flatMap((kernel) => [...namesIn(kernel.body)]),
  ]);
}

/** One function a kernel; kernels of two entries that read the same are one function. */
export function kernelFunctions(entries: readonly EntryPlan[], needs: Requirements): KernelFunctions {
  const names = nameTable([...entries.map((entry) => entry.program.name), ...needs.taken]);
  const byText = new Map<string, string>();
  const nameOf = new Map<Kernel, string>();
  const functions: Lines[] = [];
  const arrays = new Map<string, GatherArray>();
  for (const { kernels, program } of entries) {
    for (const kernel of kernels) {
      for (const array of gatherArraysIn(kernel.body, needs)) {
        const longest = Math.max(array.length, arrays.get(array.name)?.length ?? 0);
        arrays.set(array.name, { ...array, length: longest });
      }
      const parameters = parametersOf(kernel);
      const body = printStatements(kernel.body, needs).map((line) => `  ${line}`);
      const text = [kernel.name, parameters.map((buffer) => buffer.name).join(), ...body].join('\n');
      const known = byText.get(text);
      // The same work done otherwise for another entry is told apart by that entry's name.
      const isTaken = [...byText.values()].includes(kernel.name);
      const own = isTaken ? identifier(`${kernel.name} in ${program.name}`) : kernel.name;
      const name = known ?? names.unique(own);
      byText.set(text, name);
      nameOf.set(kernel, name);
      if (known !== undefined) continue;
      const list = parameters.map((buffer) => buffer.name);
      functions.push([...kernelComment(kernel), ...functionHead(name, list), ...body, '}']);
    }
  }
  const lines = [...arrays.values()].map(
    ({ name, type, length }) => `const ${name} = new ${type}(${length});`,
  );
  const comment = '// What kernels gather in; nothing is kept in them from one kernel to the next.';
  return { functions, nameOf, arrays: lines.length === 0 ? [] : [[comment, ...lines]] };
}

const lineWidth = 110;

/** The first line of a function, or one line a parameter where they do not fit on it. */
function functionHead(name: string, parameters: readonly string[]): Lines {
  const line = `function ${name}(${parameters.join(', ')}) {`;
  if (line.length <= lineWidth) return [line];
  return [`function ${name}(`, ...parameters.map((parameter) => `  ${parameter},`), ') {'];
}

/** Buffers that a kernel reads, then those that it only writes, then its private memory. */
export function parametersOf(kernel: Kernel): readonly Buffer[] {
  return [...new Set([...kernel.reads, ...kernel.writes, ...kernel.scratch])];
}
