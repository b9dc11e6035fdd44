// The function that binds an entry point to memory: arrays over its buffers, its inputs and outputs by name, and `run`.
import type { Buffer } from '../../kernels/kernel.ts';
import { nameOf } from '../../ops/leaf.ts';
import type { EntryPlan, Placement } from '../../plan/plan.ts';
import { bindingLines, property } from './memory.ts';
import type { Lines } from './statement.ts';

/** What modules and drivers do differently about an entry. */
export interface EntryText {
  /** What the comment says that it is bound to, and the parameters for that. */
  readonly boundTo: string;
  readonly parameters: string;
  /** The buffers that get an array, in the order of their placements. */
  readonly bound: readonly Placement[];
  /** Lines between the arrays and what is returned. */
  readonly preparation: Lines;
  /** The head of `run` and what it does. */
  readonly runHead: string;
  readonly runBody: Lines;
}

export function entryLines({ program }: EntryPlan, text: EntryText): Lines {
  const inputs = text.bound.map(({ buffer }) => buffer).filter(({ role }) => role === 'input');
  const purpose =
    program.name === 'initialise'
      ? 'put a seed into state(memory).seed[0], then call run'
      : 'fill the inputs, call run, read the outputs';
  return [
    `/** Binds ${program.name} to ${text.boundTo}: ${purpose}. */`,
    `export function ${program.name}(${text.parameters}) {`,
    ...text.bound.flatMap(bindingLines),
    ...text.preparation.map((line) => `  ${line}`),
    '  return {',
    `    inputs: ${record(inputs.map((buffer) => [nameOf(buffer.tensor), buffer.name] as const))},`,
    `    outputs: ${record(program.outputs.map(({ name, buffer }) => [name, buffer.name] as const))},`,
    `    ${text.runHead} {`,
    ...text.runBody.map((line) => `      ${line}`),
    '    },',
    '  };',
    '}',
  ];
}

/** The placements of buffers that pass a test and that kernels use or that are handed out. */
export function usedPlacements(
  { kernels, placements, program }: EntryPlan,
  isWanted: (buffer: Buffer) => boolean = () => true,
): readonly Placement[] {
  const used = new Set(kernels.flatMap((kernel) => [...kernel.reads, ...kernel.writes]));
  for (const { buffer } of program.outputs) used.add(buffer);
  return placements.filter(({ buffer }) => used.has(buffer) && isWanted(buffer));
}

function record(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return '{}';
  return `{ ${pairs.map(([key, value]) => property(key, value)).join(', ')} }`;
}
