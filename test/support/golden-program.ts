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
    { name: 'explain.txt', text: `${program.explain()}\n` },
    { name: 'summary.txt', text: `${program.summary()}\n` },
  ];
}
