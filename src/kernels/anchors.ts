// Which tensors a kernel computes by name (anchors) and which are inlined wherever they are read. Reductions and
// contractions are always anchors; elementwise tensors only when they must be in memory or are dear and read twice.
import { axisIndex, flatIndex } from '../ir/index-expression.ts';
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import { literal } from '../ir/scalar.ts';
import { concreteCount, concreteShape, shapesEqual } from '../ir/size.ts';
import { stridesOf } from '../ir/value.ts';
import { elementOf, isErasedIdentity } from './element.ts';
import type { Phase } from './kernel.ts';

/** What an entry point has to produce. */
export interface EntryGraph {
  readonly name: string;
  /** Tensors handed out, by name. */
  readonly outputs: readonly { readonly name: string; readonly tensor: Tensor }[];
  /** Leaves that get new values at the end. */
  readonly updates: readonly { readonly leaf: Tensor; readonly next: Tensor }[];
  /** The part of the step that a tensor belongs to. */
  phaseOf(tensor: Tensor): Phase;
  /** Names that the user gave to tensors: outputs, metrics, the loss. */
  readonly labels: ReadonlyMap<Tensor, string>;
}

/** `hard` anchors need a place of their own; `soft` ones are placed where they are first read. */
export type AnchorKind = 'hard' | 'soft';

export interface Anchors {
  readonly kinds: ReadonlyMap<Tensor, AnchorKind>;
  /** Anchors that other kernels, or the user, read from memory by decree. */
  readonly inMemory: ReadonlySet<Tensor>;
  /** All tensors of the entry, inputs before consumers. */
  readonly order: readonly Tensor[];
}

// A tensor read twice is computed twice when that costs fewer additions than this; memory traffic costs about as much.
const recomputeLimit = 8;
// But it is computed twice as well when it has this many times the elements of all that it is computed of, and more than caches
// hold: pairs of rows, for example, of which there are as many as rows times rows. Random bits cost more than to store them.
const outerRatio = 16;
const outerCount = 2 ** 18;
const outerLimit = 50;
// A small tensor that is repeated along new axes is computed once when an element costs at least this much.
const repeatLimit = 3;
// Beyond this an inlined expression is cut, so that kernels stay readable and within what engines optimise.
const expressionLimit = 300;

// Movement is free at run time, but long chains of it still have to end.
const movementCost = 1 / 2;

export function isLeaf(tensor: Tensor): boolean {
  return tensor.op.lowering.kind === 'leaf';
}

/** Movement costs nothing: it only changes indices. */
function isMovement(tensor: Tensor): boolean {
  const { lowering } = tensor.op;
  return (
    isErasedIdentity(tensor) ||
    (lowering.kind === 'element' && lowering.cost === 0 && tensor.inputs.length === 1)
  );
}

/** Constants, positions and what movement makes of them: every reader writes them down, and none waits for them. */
export function isFree(tensor: Tensor): boolean {
  const known = free.get(tensor);
  if (known !== undefined) return known;
  // Inputs first, with a list of one's own: graphs are deeper than the call stack. Whoever asks in order needs none.
  const isNext = tensor.inputs.every((input) => free.has(input));
  for (const node of isNext ? [tensor] : topologicalOrder([tensor])) {
    const { lowering } = node.op;
    const isOwnFree = lowering.kind === 'element' && lowering.cost === 0;
    if (!free.has(node)) free.set(node, isOwnFree && node.inputs.every((input) => free.get(input) === true));
  }
  return free.get(tensor) === true;
}

/** A comparison of positions, for example: one operation on what nobody reads from memory is no dearer than a read. */
function isOfPositions({ op, inputs }: Tensor): boolean {
  const { lowering } = op;
  return lowering.kind === 'element' && lowering.cost <= 1 && inputs.every(isFree);
}

/** What is known of tensors, which never change. */
const free = new WeakMap<Tensor, boolean>();

/** The tensor behind a chain of movements. */
export function sourceOf(tensor: Tensor): Tensor {
  let source = tensor;
  for (let [input] = source.inputs; isMovement(source) && input !== undefined; [input] = source.inputs) {
    source = input;
  }
  return source;
}

/**
 * What a contraction reads an operand from: the tensor behind its movements, if strides lead there, else what they make
 * of it, but for repetitions and windows. Tiles are read by strides; a quotient in an index would be paid at every k.
 */
function operandSource(operand: Tensor): Tensor {
  const source = sourceOf(operand);
  const { lowering } = source.op;
  if (lowering.kind === 'leaf' || isFree(source)) return source;
  const count = concreteCount(source.shape);
  let whole = operand;
  for (
    let [input] = whole.inputs;
    concreteCount(whole.shape) > count && input !== undefined;
    [input] = whole.inputs
  ) {
    whole = input;
  }
  return isReadByStrides(whole, source) ? source : whole;
}

/** Whether an element of a tensor lies in its source at a sum of strides. */
function isReadByStrides(tensor: Tensor, source: Tensor): boolean {
  let isAffine = true;
  const index = concreteShape(tensor.shape).map((extent) => axisIndex({ name: 'i', extent }));
  const strides = stridesOf(concreteShape(source.shape));
  elementOf(
    tensor,
    index,
    (read, at) => {
      if (read !== source) return undefined;
      isAffine &&= flatIndex(at, strides).terms.every(({ atom }) => atom.kind === 'axis');
      return literal(read.dtype, 0);
    },
    new Map(),
  );
  return isAffine;
}

export function findAnchors(entry: EntryGraph): Anchors {
  const roots = [
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.map((update) => update.next),
  ];
  const order = topologicalOrder(roots);
  const inMemory = new Set<Tensor>(roots.filter((root) => !isLeaf(root)));
  const uses = new Map<Tensor, number>();
  const repeated = new Set<Tensor>();
  for (const node of order) {
    for (const input of new Set(node.inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
    const { kind } = node.op.lowering;
    // Inner loops of contractions and scatters read their operands many times: from memory, not recomputed.
    if (kind === 'contraction') for (const input of node.inputs) addComputed(inMemory, operandSource(input));
    if (kind === 'scatter') for (const input of node.inputs) addComputed(inMemory, sourceOf(input));
    const [input] = node.inputs;
    if (isMovement(node) && input !== undefined && concreteCount(node.shape) > concreteCount(input.shape)) {
      repeated.add(sourceOf(input));
    }
  }
  const consumers = new Map<Tensor, Tensor[]>();
  for (const node of order) {
    for (const input of new Set(node.inputs)) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  }
  const ends = new Set<Tensor>();
  for (const node of order) {
    if (node.op.lowering.kind === 'contraction') ends.add(endOfEpilogue(node, consumers, inMemory));
  }
  const kinds = new Map<Tensor, AnchorKind>();
  const costs = new Map<Tensor, number>();
  // The most elements that any of the anchors and leaves has which an inlined tensor reads.
  const breadths = new Map<Tensor, number>();
  const breadthOf = (input: Tensor): number => breadths.get(input) ?? concreteCount(input.shape);
  for (const node of order) {
    const { lowering } = node.op;
    if (lowering.kind === 'leaf') continue;
    if (lowering.kind === 'element' || isErasedIdentity(node)) {
      const own = lowering.kind === 'element' ? Math.max(lowering.cost, movementCost) : 0;
      const cost = own + node.inputs.reduce((sum, input) => sum + (costs.get(input) ?? 0), 0);
      const breadth = Math.max(1, ...node.inputs.map(breadthOf));
      const count = concreteCount(node.shape);
      const isOuter = count >= outerCount && count >= outerRatio * breadth && cost < outerLimit;
      const dear =
        ((uses.get(node) ?? 0) > 1 && cost >= recomputeLimit && !isMovement(node) && !isOuter) ||
        (repeated.has(node) && cost >= repeatLimit && !isOfPositions(node));
      if (inMemory.has(node) || ends.has(node) || cost > expressionLimit) kinds.set(node, 'hard');
      else if (dear) kinds.set(node, 'soft');
      else {
        costs.set(node, cost);
        breadths.set(node, breadth);
      }
    } else {
      kinds.set(node, 'hard');
    }
  }
  return { kinds, inMemory, order };
}

/**
 * What a contraction is for: the last of the elementwise tensors that alone read one another, starting from the
 * product. It is what other kernels read, if any do, in place of the product.
 */
function endOfEpilogue(
  contraction: Tensor,
  consumers: ReadonlyMap<Tensor, readonly Tensor[]>,
  inMemory: ReadonlySet<Tensor>,
): Tensor {
  let end = contraction;
  while (!inMemory.has(end)) {
    const current: Tensor = end;
    const [consumer, ...others] = consumers.get(current) ?? [];
    const continues =
      consumer !== undefined &&
      others.length === 0 &&
      consumer.op.lowering.kind === 'element' &&
      !isMovement(consumer) &&
      shapesEqual(consumer.shape, contraction.shape);
    if (!continues) return end;
    end = consumer;
  }
  return end;
}

function addComputed(inMemory: Set<Tensor>, source: Tensor): void {
  const { lowering } = source.op;
  const isConstant = lowering.kind === 'element' && source.inputs.length === 0;
  if (lowering.kind !== 'leaf' && !isConstant) inMemory.add(source);
}
