// The diagrams of a program by the name of their view.
import type { EntryGraph } from '../../kernels/anchors.ts';
import type { KernelProgram } from '../../kernels/kernel.ts';
import type { EntryPlan } from '../../plan/plan.ts';
import { entryDot, type EntryOptions, type EntryView } from './entry.ts';
import { kernelsDot } from './kernels.ts';
import { memoryDot } from './memory.ts';
import { modelDot, type ModelOptions, type ModelView } from './model.ts';

/** What a diagram shows: a view and the stage of the program that it looks at. */
export type Diagram =
  | ({ readonly view: 'model'; readonly model: ModelView } & ModelOptions)
  | ({ readonly view: EntryView; readonly entry: EntryGraph } & EntryOptions)
  | { readonly view: 'kernels'; readonly program: KernelProgram; readonly title?: string | undefined }
  | { readonly view: 'memory'; readonly plan: EntryPlan; readonly title?: string | undefined };

/** The text of a diagram in Graphviz DOT. Equal programs give equal text. */
export function toDot(diagram: Diagram): string {
  switch (diagram.view) {
    case 'model':
      return modelDot(diagram.model, diagram);
    case 'forward':
    case 'backward':
    case 'step':
      return entryDot(diagram.entry, diagram.view, diagram);
    case 'kernels':
      return kernelsDot(diagram.program, diagram);
    case 'memory':
      return memoryDot(diagram.plan, diagram);
  }
}
