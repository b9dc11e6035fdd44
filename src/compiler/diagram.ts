// Which part of a compilation each diagram looks at.
import { DeclarationError } from '../ir/errors.ts';
import { toDot } from '../emit/dot/diagram.ts';
import type { Compilation, EntryName } from './compilation.ts';
import { entryGraph } from './stages/lower.ts';

/** What a diagram shows. */
export type DiagramView = 'model' | 'forward' | 'backward' | 'step' | 'kernels' | 'memory';

/** Options of `program.toDot`. */
export interface DiagramOptions {
  /**
   * `model`: layers with shapes and parameter counts; `forward`, `backward`, `step`: operations by phase; `kernels`:
   * what is fused; `memory`: buffers over time.
   */
  readonly view: DiagramView;
  /** The entry that kernels, memory and forward are drawn of; default: the first there is of step, evaluate, predict. */
  readonly entry?: Exclude<EntryName, 'initialise'>;
  /** Layers as one node each, or every operation; default: what reads best for the view and the size. */
  readonly detail?: 'layers' | 'operations';
}

const views: readonly DiagramView[] = ['model', 'forward', 'backward', 'step', 'kernels', 'memory'];

/** Graphviz DOT of a specialised compilation. @throws {DeclarationError} `E_VIEW`, `E_NO_ENTRY` */
export function diagramOf(compilation: Compilation, options: DiagramOptions): string {
  const { view, detail } = options;
  if (!views.includes(view)) {
    throw new DeclarationError('E_VIEW', `toDot: there is no view "${view}"; views are ${views.join(', ')}`);
  }
  const { name, captured } = compilation;
  if (view === 'model') {
    const { loss, outputs, metrics } = captured;
    return toDot({ view, model: { name, outputs, metrics, ...(loss === null ? {} : { loss }) } });
  }
  const entryName = options.entry ?? mainEntry(compilation, view);
  const entry = compilation.entries.find((each) => each.name === entryName);
  const plan = compilation.plans.find((each) => each.program.name === entryName);
  if (entry === undefined || plan === undefined) {
    throw new DeclarationError('E_NO_ENTRY', `toDot: the program has no ${entryName} to draw`);
  }
  switch (view) {
    case 'forward':
    case 'backward':
    case 'step':
      return toDot({ view, entry: entryGraph(entry, captured), title: name, detail });
    case 'kernels':
      return toDot({ view, program: plan.program, title: `${name} ${entryName}` });
    case 'memory':
      return toDot({ view, plan, title: `${name} ${entryName}` });
  }
}

function mainEntry({ entries }: Compilation, view: DiagramView): EntryName {
  const needsStep = view === 'backward' || view === 'step';
  const present = (['step', 'evaluate', 'predict'] as const).find((name) =>
    entries.some((entry) => entry.name === name),
  );
  return needsStep ? 'step' : (present ?? 'predict');
}
