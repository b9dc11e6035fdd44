// What the operation views draw as one node: an operation, all operations of a layer in one phase, or all that updates
// the leaves of one layer.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { isLeaf, type EntryGraph } from '../../kernels/anchors.ts';
import type { Phase } from '../../kernels/kernel.ts';
import { stepCounterOp } from '../../ops/counters.ts';
import { carrierOf, isMoving, isNamedLeaf, liveTensors, numberIn } from './operation.ts';
import { unitOf } from './unit.ts';

/** How closely a view looks: a node for every operation, or one for every layer and phase. */
export type Detail = 'operations' | 'layers';

interface BoxBase {
  readonly id: string;
  readonly phase: Phase;
  readonly unit: Scope | null;
  /** In the order in which they are computed; the first is always there. */
  readonly tensors: readonly [Tensor, ...Tensor[]];
}

export interface UpdateBox extends BoxBase {
  readonly kind: 'update';
  /** What gets new values. */
  readonly leaves: readonly Tensor[];
  /** Whether the number of the step plays a part: bias corrections, schedules. */
  readonly isScheduled: boolean;
}

export type Box = (BoxBase & { readonly kind: 'operation' | 'layer' }) | UpdateBox;

/** An entry as its views look at it. */
export interface Survey {
  readonly boxes: readonly Box[];
  readonly boxOf: ReadonlyMap<Tensor, Box>;
  readonly detail: Detail;
}

// More operations than this make a picture that nobody reads.
const readable = 40;

/**
 * Boxes for the tensors of some phases, in the order in which data reaches them.
 * @param detail default: operations while they are few
 */
export function survey(entry: EntryGraph, phases: readonly Phase[], detail?: Detail): Survey {
  const order = topologicalOrder([
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.map((update) => update.next),
  ]);
  const scheduled = onlyOfStep(order);
  const shown = order.filter((tensor) => {
    const isComputed = !isLeaf(tensor) && !isMoving(tensor) && numberIn(tensor) === undefined;
    return isComputed && !scheduled.has(tensor) && phases.includes(entry.phaseOf(tensor));
  });
  const single = shown.filter((tensor) => entry.phaseOf(tensor) !== 'update');
  const chosen = detail ?? (single.length > readable ? 'layers' : 'operations');
  const boxes = gather(entry, { shown, live: liveTensors(order), detail: chosen }, scheduled);
  const boxOf = new Map(boxes.flatMap((box) => box.tensors.map((tensor) => [tensor, box] as const)));
  return { boxes, boxOf, detail: chosen };
}

interface Shown {
  readonly shown: readonly Tensor[];
  readonly live: ReadonlySet<Tensor>;
  readonly detail: Detail;
}

function gather(
  entry: EntryGraph,
  { shown, live, detail }: Shown,
  scheduled: ReadonlySet<Tensor>,
): readonly Box[] {
  const groups = new Map<string, [Tensor, ...Tensor[]]>();
  const numberOf = numbering();
  const owners = ownersOf(entry);
  for (const tensor of shown) {
    const phase = entry.phaseOf(tensor);
    const unit = unitOf(tensor);
    const isFolded = detail === 'layers' && unit !== null && phase !== 'update';
    // Constants inside a folded layer are its own business.
    if (isFolded && !live.has(tensor)) continue;
    const owner = owners.get(unit) ?? unit;
    const key =
      phase === 'update'
        ? `update ${unit?.label ?? ''} ${numberOf(owner)}`
        : isFolded
          ? `${phase} ${numberOf(unit)}`
          : `operation ${groups.size}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [tensor]);
    else known.push(tensor);
  }
  return [...groups.values()].map((tensors, position): Box => {
    const [first] = tensors;
    const phase = entry.phaseOf(first);
    const unit = unitOf(first);
    const base = { id: `box${position + 1}`, phase, unit, tensors };
    if (phase !== 'update') {
      return { ...base, kind: detail === 'layers' && unit !== null ? 'layer' : 'operation' };
    }
    const leaves = entry.updates
      .filter(({ next }) => tensors.includes(carrierOf(next)))
      .map((update) => update.leaf);
    const isScheduled = tensors.some((tensor) =>
      tensor.inputs.some((input) => scheduled.has(carrierOf(input))),
    );
    return { ...base, kind: 'update', leaves, isScheduled };
  });
}

/** A number for every scope that is asked for. */
function numbering(): (scope: Scope | null) => number {
  const numbers = new Map<Scope | null, number>();
  return (scope) => {
    const number = numbers.get(scope) ?? numbers.size;
    numbers.set(scope, number);
    return number;
  };
}

/** The layer whose leaves a call of the optimizer updates. */
function ownersOf({ updates }: EntryGraph): ReadonlyMap<Scope | null, Scope | null> {
  const owners = new Map<Scope | null, Scope | null>();
  for (const { leaf, next } of updates) {
    const unit = unitOf(carrierOf(next));
    if (isNamedLeaf(leaf) && !owners.has(unit)) owners.set(unit, unitOf(leaf));
  }
  return owners;
}

/** Tensors that depend on the number of the step and on nothing else that changes. */
function onlyOfStep(order: readonly Tensor[]): ReadonlySet<Tensor> {
  const scheduled = new Set<Tensor>();
  const others = new Set<Tensor>();
  for (const tensor of order) {
    const isCounter = tensor.op.name === stepCounterOp.name;
    if (isCounter || tensor.inputs.some((input) => scheduled.has(input))) scheduled.add(tensor);
    const isOther = isLeaf(tensor) && !isCounter;
    if (isOther || tensor.inputs.some((input) => others.has(input))) others.add(tensor);
  }
  return new Set([...scheduled].filter((tensor) => !others.has(tensor)));
}
