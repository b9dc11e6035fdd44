// What is pinned of a program: its graph, its kernels and its generated code, as the printers give them.
import type { Program } from 'tapeless';
import { printGraph } from '../../src/ir/print.ts';
import { printKernelProgram } from '../../src/kernels/print.ts';

export interface Golden {
  readonly name: string;
  readonly text: string;
}

export function goldenOf(program: Program): readonly Golden[] {
  const { compilation } = program.at({});
  const step = compilation.entries.find((entry) => entry.name === 'step');
  const kernels = compilation.programs.find((each) => each.name === 'step');
  if (step === undefined || kernels === undefined) throw new Error('the program has no training step');
  const graph = printGraph(Object.fromEntries(step.outputs.map(({ name, tensor }) => [name, tensor])));
  return [
    { name: 'graph.txt', text: graph },
    { name: 'kernels.txt', text: printKernelProgram(kernels) },
    { name: 'step.js', text: program.source },
    { name: 'driver.js', text: program.wasm?.driver ?? '' },
    { name: 'forward.wat', text: functionIn(program.wasm?.text ?? '', 'forwardLinear1') },
    { name: 'explain.txt', text: `${program.explain()}\n` },
    { name: 'summary.txt', text: `${program.summary()}\n` },
  ];
}

/** One function of a WebAssembly text: a whole module would be pinned at ten thousand lines. */
function functionIn(text: string, name: string): string {
  const found = new RegExp(`^ {2}\\(func \\$${name} [^]*?^ {2}\\)$`, 'm').exec(text);
  return `${found?.[0] ?? ''}\n`;
}
