// What differs between two programs: inputs, layers, parameters, outputs and how they are trained, as data, as text and
// as a diagram.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import { concreteCount } from '../../ir/size.ts';
import { diffDot, type DifferenceKind, type MergedItem } from '../../emit/dot/diff.ts';
import { chainOf, outlineOf, type Card } from '../../emit/dot/outline.ts';
import { rootsOf, shownOf, type ModelView } from '../../emit/dot/model.ts';
import { operationWord } from '../../emit/dot/operation.ts';
import { countOf, describeShape } from '../../emit/dot/unit.ts';
import type { Scope } from '../../ir/origin.ts';
import { inputOp, isLeafOf, nameOf, parameterOp, stateOp } from '../../ops/leaf.ts';
import { badOption, describeValue } from '../../ops/option.ts';
import { emptyCompilation, runStages } from '../compilation.ts';
import type { Declaration } from '../declaration.ts';
import { capture } from '../stages/capture.ts';
import { mergeModels, type Reason } from './merge.ts';
import { settingsOf } from './settings.ts';
import { printDiff } from './text.ts';

/** What {@link diffPrograms} compares: two programs. */
export interface Comparable {
  readonly name: string;
  readonly declaration: Declaration;
}

/** A thing by its name, on both sides: an input, a parameter, a piece of state, an output, a metric or a setting. */
export interface NamedDifference {
  readonly kind: DifferenceKind;
  readonly what: 'input' | 'parameter' | 'state' | 'output' | 'metric' | 'setting';
  /** Its name after the change, or before it where it was removed. */
  readonly name: string;
  /** What it was, `[30, 4]`; undefined where it was added. */
  readonly before: string | undefined;
  /** What it is; undefined where it was removed. */
  readonly after: string | undefined;
  /** Its name before, where that was another one. */
  readonly formerName?: string;
}

/** One side of a {@link LayerDifference}. */
export interface LayerSide {
  readonly path: string;
  /** What the user wrote: `linear(4, 30)`. */
  readonly label: string;
  /** Shape of the output. */
  readonly shape: string;
}

/** A model, a layer, a function or a single operation, on both sides. */
export interface LayerDifference {
  readonly kind: DifferenceKind;
  readonly what: 'model' | 'layer' | 'function' | 'operation';
  /** How many models are around it. */
  readonly level: number;
  readonly before: LayerSide | undefined;
  readonly after: LayerSide | undefined;
  /** What about it is not as it was. */
  readonly reasons: readonly Reason[];
}

/** What differs between two programs; what is equal is listed, too, with the kind `unchanged`. */
export interface ProgramDiff {
  readonly before: { readonly name: string; readonly parameters: number };
  readonly after: { readonly name: string; readonly parameters: number };
  /** Whether nothing differs but, perhaps, the name of the program. */
  readonly isEqual: boolean;
  readonly inputs: readonly NamedDifference[];
  readonly layers: readonly LayerDifference[];
  /** Parameters and state. */
  readonly parameters: readonly NamedDifference[];
  /** Outputs and metrics. */
  readonly results: readonly NamedDifference[];
  /** Optimizer, gradients, averages. */
  readonly settings: readonly NamedDifference[];
  /** The differences as text, a line each, with `+`, `-` and `~`; equal parts are counted. */
  readonly toString: () => string;
  /** Graphviz DOT of both models in one picture; `tapeless/viz` renders it. */
  readonly toDot: () => string;
}

/**
 * What changed from one program to another, `after - before`: layers that were added, removed or declared with other
 * options or shapes, parameters, inputs, outputs, and the settings of the training. Layers are matched by their order, kind
 * and name, so that one that is put in front is all that is new, even where those after it are numbered anew. Of the
 * declarations alone: it compiles nothing. (The pictures of TensorFlow's graph visualiser, as a list.)
 * @example
 * console.log(String(diffPrograms(before, after)));
 * const picture = await renderDiagram(diffPrograms(before, after).toDot());
 * @throws {DeclarationError} `E_OPTION` for what is not a program
 */
export function diffPrograms(before: Comparable, after: Comparable): ProgramDiff {
  const [older, newer] = [sideOf('first', before), sideOf('second', after)];
  const { items, reasonsOf } = mergeModels(older.items, newer.items);
  const inputs = named('input', inputsOf(older), inputsOf(newer));
  const layers = layersOf(items, reasonsOf, older, newer);
  const parameters = leavesOf(items, older, newer);
  const results = [
    ...named('output', tensorsOf(older.model.outputs), tensorsOf(newer.model.outputs)),
    ...named('metric', tensorsOf(older.model.metrics), tensorsOf(newer.model.metrics)),
  ];
  const settings = settingsOf(before.declaration, after.declaration).map((pair): NamedDifference => ({
    kind: kindOf(pair.before, pair.after, pair.isEqual),
    what: 'setting',
    name: pair.name,
    before: pair.before,
    after: pair.after,
  }));
  const all = [...inputs, ...layers, ...parameters, ...results, ...settings];
  const counts = { before: countIn(older), after: countIn(newer) };
  const diff = {
    before: { name: older.model.name, parameters: counts.before },
    after: { name: newer.model.name, parameters: counts.after },
    isEqual: all.every(({ kind }) => kind === 'unchanged'),
    inputs,
    layers,
    parameters,
    results,
    settings,
  };
  return Object.freeze({
    ...diff,
    toString: () => printDiff(diff),
    toDot: () =>
      diffDot({
        title: titleOf(diff),
        subtitle: `${legend}; ${parameterChange(counts)}`,
        items: folded(items),
      }),
  });
}

const legend = '+ added, − removed, ~ changed, → renamed';

function titleOf({ before, after }: Pick<ProgramDiff, 'before' | 'after'>): string {
  return before.name === after.name ? `${before.name}: before and after` : `${before.name} → ${after.name}`;
}

/** `493 → 1,015 parameters`. */
function parameterChange({ before, after }: { readonly before: number; readonly after: number }): string {
  const total = countOf(after, 'parameter', 'parameters');
  return before === after ? total : `${countOf(before, '', '').trim()} → ${total}`;
}

/** Models in which nothing differs are one card. */
function folded(items: readonly MergedItem[]): readonly MergedItem[] {
  const isQuiet = (item: MergedItem): boolean =>
    item.difference === 'unchanged' && (item.kind === 'card' || item.items.every(isQuiet));
  const cards = (item: MergedItem, side: 'before' | 'after'): readonly Card[] =>
    item.kind === 'card'
      ? [item[side]].flatMap((each) => each ?? [])
      : item.items.flatMap((each) => cards(each, side));
  const asCard = (
    item: Extract<MergedItem, { kind: 'group' }>,
    side: 'before' | 'after',
  ): Card | undefined => {
    const [first, ...others] = cards(item, side).flatMap(({ tensors }) => tensors);
    return first === undefined
      ? undefined
      : { kind: 'card', scope: item[side], tensors: [first, ...others], activations: [] };
  };
  return items.map((item): MergedItem => {
    if (item.kind === 'card') return item;
    const [before, after] = [asCard(item, 'before'), asCard(item, 'after')];
    if (!isQuiet(item) || before === undefined || after === undefined) {
      return { ...item, items: folded(item.items) };
    }
    return { kind: 'card', difference: 'unchanged', before, after };
  });
}

interface Side {
  readonly model: ModelView;
  readonly items: ReturnType<typeof outlineOf>;
  readonly order: readonly Tensor[];
  readonly keyOf: ReadonlyMap<Scope, string>;
}

function sideOf(which: string, program: Comparable): Side {
  const given: unknown = program;
  if (typeof given !== 'object' || given === null || !('declaration' in given)) {
    throw badOption(
      'diffPrograms',
      `the ${which} program is ${describeValue(given)}`,
      'has to be a compiled program',
    );
  }
  const { compilation } = runStages(emptyCompilation(program.declaration), [capture]);
  const { name, captured } = compilation;
  const { loss, outputs, metrics } = captured;
  const model = { name, outputs, metrics, ...(loss === null ? {} : { loss }) };
  const { computed, keys } = shownOf(model);
  const items = outlineOf(computed, { depth: Infinity, isExpanded: () => false });
  return {
    model,
    items,
    order: topologicalOrder(rootsOf(model).map(({ tensor }) => tensor)),
    keyOf: keys.keyOf,
  };
}

function countIn({ order }: Side): number {
  return order
    .filter((tensor) => isLeafOf(parameterOp, tensor))
    .reduce((sum, { shape }) => sum + concreteCount(shape), 0);
}

function kindOf(before: unknown, after: unknown, isEqual: boolean): DifferenceKind {
  if (isEqual) return 'unchanged';
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

function inputsOf({ order }: Side): ReadonlyMap<string, string> {
  const inputs = order.filter((tensor) => isLeafOf(inputOp, tensor));
  return new Map(inputs.map((tensor) => [nameOf(tensor), describeFully(tensor)]));
}

function tensorsOf(list: ModelView['metrics'] = []): ReadonlyMap<string, string> {
  return new Map(list.map(({ name, tensor }) => [name, describeFully(tensor)]));
}

/** The shape; scalars have one, too. */
function describeFully(tensor: Tensor): string {
  return describeShape(tensor) || 'a number';
}

function named(
  what: NamedDifference['what'],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly NamedDifference[] {
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return { kind: kindOf(was, is, was === is), what, name, before: was, after: is };
  });
}

function layersOf(
  items: readonly MergedItem[],
  reasonsOf: ReadonlyMap<MergedItem, readonly Reason[]>,
  older: Side,
  newer: Side,
): readonly LayerDifference[] {
  const list = (inside: readonly MergedItem[], level: number): readonly LayerDifference[] =>
    inside.flatMap((item): readonly LayerDifference[] => {
      const scope = item.kind === 'group' ? (item.after ?? item.before) : (item.after ?? item.before)?.scope;
      const own: LayerDifference = {
        kind: item.difference,
        what: item.kind === 'group' ? 'model' : scope === undefined ? 'operation' : whatOf(scope),
        level,
        before: layerSide(item, 'before', older),
        after: layerSide(item, 'after', newer),
        reasons: reasonsOf.get(item) ?? [],
      };
      return item.kind === 'group' ? [own, ...list(item.items, level + 1)] : [own];
    });
  return list(items, 0);
}

function whatOf({ kind }: Scope): LayerDifference['what'] {
  return kind;
}

function layerSide(item: MergedItem, side: 'before' | 'after', { keyOf }: Side): LayerSide | undefined {
  if (item.kind === 'group') {
    const scope = item[side];
    if (scope === undefined) return undefined;
    const last = lastTensor(item, side);
    const shape = last === undefined ? '' : describeFully(last);
    return { path: keyOf.get(scope) ?? scope.name, label: scope.label, shape };
  }
  const card = item[side];
  if (card === undefined) return undefined;
  const { scope, tensors } = card;
  const around = chainOf(tensors[0]).map((each) => each.name);
  return {
    path: scope === undefined ? around.join('/') : (keyOf.get(scope) ?? scope.name),
    label: scope?.label ?? operationWord(tensors[0]),
    shape: describeFully(tensors.at(-1) ?? tensors[0]),
  };
}

function lastTensor(item: MergedItem, side: 'before' | 'after'): Tensor | undefined {
  if (item.kind === 'card') return item[side]?.tensors.at(-1);
  return item.items.map((each) => lastTensor(each, side)).findLast((tensor) => tensor !== undefined);
}

/** Parameters and state, matched by the layers that they belong to. */
function leavesOf(items: readonly MergedItem[], older: Side, newer: Side): readonly NamedDifference[] {
  const pairOf = new Map<Scope, MergedItem>();
  const note = (item: MergedItem): void => {
    const scopes =
      item.kind === 'group' ? [item.before, item.after] : [item.before?.scope, item.after?.scope];
    for (const scope of scopes) if (scope !== undefined) pairOf.set(scope, item);
    if (item.kind === 'group') item.items.forEach(note);
  };
  items.forEach(note);
  const numbers = new Map<MergedItem, number>();
  const numberOf = (item: MergedItem): number => {
    const number = numbers.get(item) ?? numbers.size;
    numbers.set(item, number);
    return number;
  };
  const keysOn = ({ order }: Side): ReadonlyMap<string, Tensor> => {
    const leaves = order.filter((tensor) => isLeafOf(parameterOp, tensor) || isLeafOf(stateOp, tensor));
    return new Map(
      leaves.map((leaf) => {
        const owner = chainOf(leaf)
          .flatMap((scope) => pairOf.get(scope) ?? [])
          .at(-1);
        const word = nameOf(leaf).replace(/^.*[./]/, '');
        return [owner === undefined ? nameOf(leaf) : `${numberOf(owner)} ${word}`, leaf];
      }),
    );
  };
  const [before, after] = [keysOn(older), keysOn(newer)];
  // Programs may share layers, whose leaves are then at home in one of them: those go by their names.
  const homeless = new Map(
    [...before].flatMap(([key, leaf]) => (after.has(key) ? [] : [[nameOf(leaf), leaf] as const])),
  );
  const pairs: { readonly was: Tensor | undefined; readonly is: Tensor | undefined }[] = [];
  const taken = new Set<Tensor>();
  for (const [key, is] of after) {
    const was = before.get(key) ?? homeless.get(nameOf(is));
    pairs.push({ was, is });
    if (was !== undefined) taken.add(was);
  }
  for (const was of before.values()) if (!taken.has(was)) pairs.push({ was, is: undefined });
  return pairs.flatMap(({ was, is }): readonly NamedDifference[] => {
    const leaf = is ?? was;
    if (leaf === undefined) return [];
    const [wasText, isText] = [was && describeFully(was), is && describeFully(is)];
    const isRenamed = was !== undefined && is !== undefined && nameOf(was) !== nameOf(is);
    const kind = kindOf(wasText, isText, wasText === isText);
    return [
      {
        kind: kind === 'unchanged' && isRenamed ? 'renamed' : kind,
        what: isLeafOf(parameterOp, leaf) ? 'parameter' : 'state',
        name: nameOf(leaf),
        before: wasText,
        after: isText,
        ...(isRenamed ? { formerName: nameOf(was) } : {}),
      },
    ];
  });
}
