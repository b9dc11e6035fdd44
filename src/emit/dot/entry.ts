// The views of an entry point: forward, backward and the whole step. In the step forward runs down, backward stands
// beside it and runs up, and updates are cards with a dashed edge back to what they change.
import type { Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import type { EntryGraph } from '../../kernels/anchors.ts';
import type { Phase } from '../../kernels/kernel.ts';
import { isLeafOf, parameterOp } from '../../ops/leaf.ts';
import { survey, type Box, type Detail, type Survey } from './box.ts';
import {
  card,
  cluster,
  digraph,
  edge,
  frameOf,
  node,
  operator,
  pill,
  sameRank,
  titled,
  type DotAttributes,
} from './document.ts';
import { carrierOf, isNamedLeaf, operationLabel, operationName } from './operation.ts';
import { light, roleOfPhase } from './palette.ts';
import { lastWord, shortName, sourceLook, sourcesOf, type Sources } from './source.ts';
import { describeShape, placeOf, unitOf } from './unit.ts';

export type EntryView = 'forward' | 'backward' | 'step';

/** How a view is drawn. */
export interface EntryOptions {
  /** What the picture is of; default the name of the entry. */
  readonly title?: string | undefined;
  /** Default: layers for the step, and for the others where there are more than forty operations. */
  readonly detail?: Detail | undefined;
}

const phasesOf: Readonly<Record<EntryView, readonly Phase[]>> = {
  forward: ['forward', 'loss', 'metric', 'initialise'],
  backward: ['backward'],
  step: ['forward', 'loss', 'metric', 'initialise', 'backward', 'update'],
};

/** DOT of what an entry computes, by layer, in the colours of its phases. */
export function entryDot(entry: EntryGraph, view: EntryView, options: EntryOptions = {}): string {
  const detail = options.detail ?? (view === 'step' ? 'layers' : undefined);
  const seen = survey(entry, phasesOf[view], detail);
  const sources = sourcesOf(seen);
  const title = `${options.title ?? entry.name}: ${view === 'step' ? 'forward, backward and update' : view}`;
  const isFolded = seen.detail === 'layers';
  const graph = isFolded ? { nodesep: 0.3, ranksep: 0.32 } : { nodesep: 0.22, ranksep: 0.28 };
  return digraph({ title, graph }, [
    ...framed([...sourceItems(sources, entry, seen), ...boxItems(seen)]),
    ...edgesBetween(seen, sources, view),
    ...(view === 'backward' ? gradientResults(entry, seen) : outputResults(entry, seen)),
    ...(view === 'step' ? updateEdges(seen, sources) : []),
    ...(view === 'step' && isFolded ? rows(seen, sources) : []),
  ]);
}

/** A line of DOT and the frame that it belongs to, if any. */
interface Item {
  readonly frame: Frame | null;
  readonly line: string;
}

/** Operations of one layer in one direction stand in one frame. */
interface Frame {
  readonly unit: Scope;
  readonly isBackward: boolean;
  readonly title: string;
}

function frameAround({ kind, unit, phase, tensors }: Box): Frame | null {
  if (kind !== 'operation' || unit === null) return null;
  return { unit, isBackward: phase === 'backward', title: placeOf(tensors[0]) };
}

function boxItems({ boxes }: Survey): readonly Item[] {
  return boxes.map((box) => ({ frame: frameAround(box), line: node(box.id, boxLook(box)) }));
}

function sourceItems({ all }: Sources, entry: EntryGraph, { detail }: Survey): readonly Item[] {
  return all.map((source) => ({
    frame: source.kind === 'borrowed' ? frameAround(source.reader) : null,
    line: node(source.id, sourceLook(source, entry, detail)),
  }));
}

function framed(items: readonly Item[]): readonly string[] {
  const groups: { readonly frame: Frame; readonly lines: string[] }[] = [];
  const free: string[] = [];
  for (const { frame, line } of items) {
    const known = groups.find(
      (group) => group.frame.unit === frame?.unit && group.frame.isBackward === frame.isBackward,
    );
    if (frame === null) free.push(line);
    else if (known === undefined) groups.push({ frame, lines: [line] });
    else known.lines.push(line);
  }
  const clusters = groups.flatMap(({ frame, lines }, position) =>
    cluster(`frame${position + 1}`, frameOf(frame.title), lines),
  );
  return [...free, ...clusters];
}

function boxLook(box: Box): DotAttributes {
  const role = roleOfPhase[box.phase];
  const [first] = box.tensors;
  const place = placeOf(first);
  switch (box.kind) {
    case 'operation': {
      const lines = [operationLabel(first), describeShape(first)].filter((part) => part !== '');
      return { ...operator(role), label: { lines } };
    }
    case 'layer': {
      const isNamed = box.unit?.kind === 'layer' && box.phase === 'forward';
      if (!isNamed) return { ...card(role), group: box.phase, ...titled(place, operationsIn(box)) };
      return { ...card(role), group: box.phase, ...titled(box.unit.label, `${place}: ${operationsIn(box)}`) };
    }
    case 'update':
      return { ...card(role), ...titled(box.unit?.label ?? 'update', ...changes(box)) };
  }
}

// More kinds of operations than this are counted, not named.
const named = 4;

/** `2 matmul, sum`, or how many there are. */
function operationsIn({ tensors }: Box): string {
  const counts = new Map<string, number>();
  for (const tensor of tensors) {
    const label = operationName(tensor);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  if (counts.size > named) return `${tensors.length} operations`;
  return [...counts].map(([label, count]) => (count === 1 ? label : `${count} ${label}`)).join(', ');
}

/** What an update card changes, by layer, and the state that it keeps for that. */
function changes(box: Extract<Box, { kind: 'update' }>): readonly string[] {
  const leaves = box.leaves.filter(isNamedLeaf);
  const parameters = leaves.filter((leaf) => isLeafOf(parameterOp, leaf));
  const words = (from: readonly Tensor[]): readonly string[] => [...new Set(from.map(lastWord))];
  const kept = leaves.filter((leaf) => !parameters.includes(leaf));
  const state = [...words(kept), ...(box.isScheduled ? ['step'] : [])];
  const [first] = parameters;
  if (first === undefined) return [words(kept).join(', ')];
  const place = placeOf(first);
  const changed =
    place === '' ? parameters.map(shortName).join(', ') : `${place}: ${words(parameters).join(', ')}`;
  return state.length === 0 ? [changed] : [changed, `keeps ${state.join(', ')}`];
}

/** Edges between what computes and what reads, one a pair. */
function edgesBetween(
  { boxes, boxOf, detail }: Survey,
  sources: Sources,
  view: EntryView,
): readonly string[] {
  const edges = new Map<string, Link>();
  for (const to of boxes) {
    for (const tensor of to.tensors.flatMap((each) => each.inputs.map(carrierOf))) {
      const from = boxOf.get(tensor);
      const id = from?.id ?? sources.find(tensor, to)?.id;
      if (id === undefined || from === to || (to.kind === 'update' && from === undefined)) continue;
      // In the step the parameters stand beside their layer: lines across to the backward pass would hide more.
      if (view === 'step' && to.phase === 'backward' && isLeafOf(parameterOp, tensor)) continue;
      const link = edges.get(`${id} ${to.id}`) ?? { from: id, phase: from?.phase, to, tensors: new Set() };
      edges.set(`${id} ${to.id}`, link);
      link.tensors.add(tensor);
    }
  }
  return [...edges.values()].map((link) => directed(link, view, detail));
}

interface Link {
  readonly from: string;
  /** Of what computes it; undefined for inputs, parameters and borrowed values. */
  readonly phase: Phase | undefined;
  readonly to: Box;
  readonly tensors: Set<Tensor>;
}

/** In the step the backward pass points up, and what it borrows from the forward pass does not pull at it. */
function directed({ from, phase, to, tensors }: Link, view: EntryView, detail: Detail): string {
  const shapes = [...new Set([...tensors].map(describeShape))].filter((shape) => shape !== '');
  const isLabelled =
    detail === 'layers' && shapes.length === 1 && (phase === to.phase || to.phase === 'loss');
  const look: DotAttributes = {
    color:
      to.phase === 'forward' || to.phase === 'metric' ? undefined : light.roles[roleOfPhase[to.phase]].line,
    label: isLabelled && phase !== undefined ? { lines: [`  ${shapes.join()}  `] } : undefined,
  };
  if (to.phase === 'update') {
    // Running statistics stand to the left of their layer, updates of parameters to the right of the gradient.
    if (phase === 'backward') return edge(from, to.id, { ...look, minlen: 0 });
    return edge(to.id, from, { ...look, dir: 'back', minlen: 0 });
  }
  if (to.phase !== 'backward') {
    const isChain = phase !== undefined && to.phase !== 'metric';
    return edge(from, to.id, { ...look, weight: isChain ? 20 : 2 });
  }
  if (view === 'backward') {
    return edge(from, to.id, phase === undefined ? { ...look, style: 'dashed' } : { ...look, weight: 20 });
  }
  if (phase === 'backward') return edge(to.id, from, { ...look, dir: 'back', weight: 20 });
  if (phase === 'loss' && detail === 'operations') return edge(to.id, from, { ...look, dir: 'back' });
  return edge(from, to.id, { ...look, style: phase === 'loss' ? undefined : 'dotted', constraint: 'false' });
}

/** What the entry hands out, where the view shows how it is computed. */
function outputResults(entry: EntryGraph, { boxOf }: Survey): readonly string[] {
  return entry.outputs.flatMap(({ name, tensor }, position) => {
    const from = boxOf.get(carrierOf(tensor));
    if (from === undefined) return [];
    const id = `result${position + 1}`;
    const look = pill(from.phase === 'loss' ? 'loss' : 'data');
    return [
      node(id, { ...look, label: { lines: [`${name} ${describeShape(tensor)}`.trim()] } }),
      edge(from.id, id),
    ];
  });
}

/** The gradients of parameters, of a layer together where layers are cards: what the backward pass is for. */
function gradientResults(entry: EntryGraph, { boxOf, detail }: Survey): readonly string[] {
  const color = light.roles.update.line;
  const results = new Map<Scope | Tensor, { name: string; leaves: Tensor[]; from: Set<string> }>();
  for (const { leaf, next } of entry.updates) {
    const boxes = isLeafOf(parameterOp, leaf) ? gradientBoxes(next, boxOf) : [];
    if (boxes.length === 0) continue;
    const unit = detail === 'layers' ? unitOf(leaf) : null;
    const key = unit ?? leaf;
    const name = unit === null ? shortName(leaf) : placeOf(leaf);
    const result = results.get(key) ?? { name, leaves: [], from: new Set() };
    results.set(key, result);
    result.leaves.push(leaf);
    for (const box of boxes) result.from.add(box.id);
  }
  return [...results.values()].flatMap(({ name, leaves, from }, position) => {
    const id = `result${position + 1}`;
    const shapes = leaves.map((leaf) => [
      ...(leaves.length > 1 ? [lastWord(leaf)] : []),
      describeShape(leaf),
    ]);
    const lines = [`gradient of ${name}`, shapes.map((parts) => parts.join(' ').trim()).join(', ')];
    const shown = lines.filter((line) => line !== '');
    return [
      node(id, { ...pill('update'), label: { lines: shown } }),
      ...[...from].map((box) => edge(box, id, { color })),
    ];
  });
}

/** Where an update enters the backward pass. */
function gradientBoxes(next: Tensor, boxOf: ReadonlyMap<Tensor, Box>): readonly Box[] {
  const boxes = new Set<Box>();
  const seen = new Set<Tensor>();
  const pending = [next];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const box = boxOf.get(tensor);
    if (box === undefined) pending.push(...tensor.inputs);
    else boxes.add(box);
  }
  return [...boxes];
}

/** From each update back to the parameters that it changes. */
function updateEdges({ boxes }: Survey, sources: Sources): readonly string[] {
  return boxes.flatMap((box) => {
    if (box.kind !== 'update') return [];
    const stores = new Set(box.leaves.flatMap((leaf) => sources.storeOf(leaf)?.id ?? []));
    return [...stores].map((id) =>
      edge(box.id, id, { style: 'dashed', color: light.roles.update.line, constraint: 'false' }),
    );
  });
}

/** A row for each layer: its parameters, its forward pass, its backward pass, its update. */
function rows({ boxes }: Survey, sources: Sources): readonly string[] {
  const units = new Set(boxes.map((box) => box.unit));
  return [...units].flatMap((unit) => {
    if (unit === null) return [];
    const inRow = boxes.filter((box) => box.unit === unit && box.kind === 'layer' && box.phase !== 'metric');
    const forward = inRow.find((box) => box.phase !== 'backward');
    const backward = inRow.find((box) => box.phase === 'backward');
    if (forward === undefined) return [];
    const stores = sources.all.filter(
      ({ kind, tensors }) => kind === 'parameters' && [...tensors].every((leaf) => unitOf(leaf) === unit),
    );
    const updates = boxes.filter(
      (box) => box.kind === 'update' && box.leaves.some((leaf) => isNamedLeaf(leaf) && unitOf(leaf) === unit),
    );
    const ids = [...stores, forward, ...(backward === undefined ? [] : [backward]), ...updates].map(
      ({ id }) => id,
    );
    const beside =
      backward === undefined ? [] : [edge(forward.id, backward.id, { style: 'invis', minlen: 2 })];
    return [...sameRank(ids), ...beside];
  });
}
