// Which part of a compilation each diagram looks at.
import { DeclarationError } from '../ir/errors.ts';
import { nearest } from '../ir/nearest.ts';
import {
  badOption,
  checkNames,
  describeValue,
  requireList,
  requireOneOf,
  requireWhole,
} from '../ops/option.ts';
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
  /**
   * Model view: how many levels of models are open, 0 for one card. Default: all, or as many as make a picture of at
   * most forty cards.
   */
  readonly depth?: number;
  /**
   * Model view: paths of layers, functions and models that are open whatever the depth, for example `['iris/linear1']`,
   * or `'all'`; default none. An open layer shows its operations.
   */
  readonly expand?: readonly string[] | 'all';
  /** Model view: whether equal blocks that follow each other are drawn once, with a count; default true. */
  readonly repeats?: boolean;
  /** Model view: activations as part of the layer before them, or as cards; default: folded from thirteen cards on. */
  readonly activations?: 'folded' | 'cards';
  /** Model view: the path of a layer or model of which the inside is drawn; default: the whole model. */
  readonly scope?: string;
}

const views: readonly DiagramView[] = ['model', 'forward', 'backward', 'step', 'kernels', 'memory'];
const ofModel = ['depth', 'expand', 'repeats', 'activations', 'scope'] as const;
const ofEntry = ['entry', 'detail'] as const;

/**
 * Graphviz DOT of a specialised compilation.
 * @throws {DeclarationError} `E_VIEW`, `E_OPTION`, `E_NO_ENTRY`
 */
export function diagramOf(compilation: Compilation, options: DiagramOptions): string {
  checkDiagramOptions(options);
  const { view, detail } = options;
  const { name, captured } = compilation;
  if (view === 'model') {
    const { loss, outputs, metrics, frozen } = captured;
    const model = { name, outputs, metrics, frozen, ...(loss === null ? {} : { loss }) };
    return toDot({ ...options, view, model });
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

function checkDiagramOptions(options: DiagramOptions): void {
  checkNames('toDot', options, ['view', ...ofEntry, ...ofModel]);
  const { view, entry, detail, depth, expand, repeats, activations, scope } = options;
  if (!views.includes(view)) {
    const meant = typeof view === 'string' ? nearest(view, views) : undefined;
    const help = meant === undefined ? `views are ${views.join(', ')}` : `"${meant}" may be meant`;
    throw new DeclarationError('E_VIEW', `toDot: there is no view ${describeValue(view)}; ${help}`, { help });
  }
  const misplaced = (view === 'model' ? ofEntry : ofModel).find((name) => options[name] !== undefined);
  if (misplaced !== undefined) {
    const others = view === 'model' ? 'views of entries' : 'the model view';
    throw badOption('toDot', `${misplaced} is given with the ${view} view`, `goes with ${others} only`);
  }
  if (entry !== undefined) requireOneOf('toDot', 'entry', entry, ['step', 'evaluate', 'predict']);
  if (detail !== undefined) requireOneOf('toDot', 'detail', detail, ['layers', 'operations']);
  if (depth !== undefined) requireWhole('toDot', 'depth', depth, 0);
  if (repeats !== undefined && typeof repeats !== 'boolean') {
    throw badOption('toDot', `repeats is ${describeValue(repeats)}`, 'has to be true or false');
  }
  if (activations !== undefined) requireOneOf('toDot', 'activations', activations, ['folded', 'cards']);
  if (scope !== undefined && typeof scope !== 'string') {
    throw badOption('toDot', `scope is ${describeValue(scope)}`, "has to be a path such as 'iris/linear1'");
  }
  if (expand === undefined || expand === 'all') return;
  requireList('toDot', 'expand', expand, "paths such as 'iris/linear1', or 'all'");
  const stranger = expand.findIndex((path) => typeof path !== 'string');
  if (stranger < 0) return;
  const given = `expand[${stranger}] is ${describeValue(expand[stranger])}`;
  throw badOption('toDot', given, "has to be a path such as 'iris/linear1'");
}

function mainEntry({ entries }: Compilation, view: DiagramView): EntryName {
  const needsStep = view === 'backward' || view === 'step';
  const present = (['step', 'evaluate', 'predict'] as const).find((name) =>
    entries.some((entry) => entry.name === name),
  );
  return needsStep ? 'step' : (present ?? 'predict');
}
