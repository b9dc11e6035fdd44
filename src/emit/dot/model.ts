// The model view: what the user declared, a card for every layer and function, with shapes on the edges.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { concreteCount } from '../../ir/size.ts';
import { isLeaf } from '../../kernels/anchors.ts';
import { inputOp, isLeafOf, nameOf, parameterOp, stateOp } from '../../ops/leaf.ts';
import { card, digraph, edge, node, operator, pill, store, titled, type DotAttributes } from './document.ts';
import { carrierOf, isMoving, liveTensors, operationLabel } from './operation.ts';
import { light } from './palette.ts';
import {
  countOf,
  describeShape,
  framesAround,
  kindOf,
  nestInFrames,
  roleOfKind,
  unitOf,
  type LayerKind,
  type Placed,
} from './unit.ts';

/** A declared model: what it gives, before modes and sizes are fixed. */
export interface ModelView {
  readonly name: string;
  readonly outputs: readonly NamedTensor[];
  readonly loss?: Tensor | undefined;
  readonly metrics?: readonly NamedTensor[] | undefined;
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A card: the operations of one layer or function, or a single operation that belongs to none. */
interface Unit {
  readonly id: string;
  readonly scope: Scope | null;
  readonly first: Tensor;
  readonly tensors: readonly Tensor[];
}

/** DOT of a declared model: layers as coloured cards, models around them as frames. */
export function modelDot(model: ModelView): string {
  const { outputs, loss, metrics = [] } = model;
  const roots = [...outputs, ...(loss === undefined ? [] : [{ name: 'loss', tensor: loss }]), ...metrics];
  const order = topologicalOrder(roots.map((root) => root.tensor));
  const units = gatherUnits(order);
  const unitOfTensor = new Map(
    units.flatMap((unit) => unit.tensors.map((tensor) => [tensor, unit] as const)),
  );
  const leaves = order.filter((tensor) => isLeafOf(inputOp, tensor) || isOrphan(tensor, units));
  const idOfLeaf = new Map(leaves.map((leaf, position) => [leaf, `leaf${position + 1}`]));
  const idOf = (tensor: Tensor): string | undefined => unitOfTensor.get(tensor)?.id ?? idOfLeaf.get(tensor);
  const kind = kindsOf(model);
  const parents = new Set(units.flatMap(({ scope }) => framesAround(scope?.parent ?? null)));
  const placed: readonly Placed[] = units.map((unit) => ({
    frames: framesOf(unit, parents),
    line: node(unit.id, lookOf(unit, kind(unit), order)),
  }));
  const total = countOf(parameterCount(order), 'parameter', 'parameters');
  return digraph({ title: `${model.name}: ${total}`, graph: { ranksep: 0.42 } }, [
    ...leaves.map((leaf) => node(idOfLeaf.get(leaf) ?? '', leafLook(leaf))),
    ...nestInFrames(placed, (frame) => frame.name),
    ...roots.map(({ name, tensor }, position) => {
      const shape = describeShape(tensor);
      const look = tensor === loss ? pill('loss') : pill('data');
      return node(`root${position + 1}`, {
        ...look,
        label: { lines: [shape === '' ? name : `${name} ${shape}`] },
      });
    }),
    ...edgesBetween(units, idOf),
    ...sharedParameters(units),
    ...roots.flatMap(({ tensor }, position) => {
      const from = idOf(carrierOf(tensor));
      return from === undefined ? [] : [edge(from, `root${position + 1}`)];
    }),
  ]);
}

/** Operations by layer and function, in the order in which they finish: what a layer draws at random is older. */
function gatherUnits(order: readonly Tensor[]): readonly Unit[] {
  const live = liveTensors(order);
  const groups = new Map<Scope | Tensor, [Tensor, ...Tensor[]]>();
  for (const tensor of order) {
    if (isLeaf(tensor) || !live.has(tensor) || isMoving(tensor)) continue;
    const key = unitOf(tensor) ?? tensor;
    const [first = tensor, ...others] = groups.get(key) ?? [];
    groups.delete(key);
    groups.set(key, first === tensor ? [tensor] : [first, ...others, tensor]);
  }
  return [...groups.values()].map((tensors, position) => {
    const [first] = tensors;
    return { id: `card${position + 1}`, scope: unitOf(first), first, tensors };
  });
}

/** Parameters and state that no card stands for. */
function isOrphan(tensor: Tensor, units: readonly Unit[]): boolean {
  if (!isLeafOf(parameterOp, tensor) && !isLeafOf(stateOp, tensor)) return false;
  const owner = unitOf(tensor);
  return units.every((unit) => unit.scope === null || unit.scope !== owner);
}

function framesOf({ scope, first }: Unit, parents: ReadonlySet<Scope>): readonly Scope[] {
  const frames = framesAround(scope ?? first.origin.scope);
  // A layer is a card; one that holds other layers is also a frame, and its own operations are a card inside.
  return scope?.kind === 'layer' && !parents.has(scope) ? frames.slice(0, -1) : frames;
}

/** The kind of a card by its label, or by what depends on it: the outputs, the loss or only a metric. */
function kindsOf({ outputs, loss }: ModelView): (unit: Unit) => LayerKind {
  const ofOutputs = new Set(topologicalOrder(outputs.map((output) => output.tensor)));
  const ofLoss = new Set(loss === undefined ? [] : topologicalOrder([loss]));
  return ({ scope, first, tensors }) => {
    const known = kindOf(scope?.label ?? first.op.name);
    if (known !== undefined) return known;
    if (scope?.kind === 'layer' || tensors.some((tensor) => ofOutputs.has(tensor))) return 'linear';
    return tensors.some((tensor) => ofLoss.has(tensor)) ? 'loss' : 'metric';
  };
}

function parameterCount(tensors: readonly Tensor[]): number {
  return tensors
    .filter((tensor) => isLeafOf(parameterOp, tensor))
    .reduce((sum, { shape }) => sum + concreteCount(shape), 0);
}

function lookOf({ scope, first }: Unit, kind: LayerKind, order: readonly Tensor[]): DotAttributes {
  const role = roleOfKind[kind];
  if (scope === null) return { ...operator(role), label: { lines: [operationLabel(first)] } };
  if (scope.kind === 'function') return { ...card(role), ...titled(scope.label) };
  const own = order.filter((tensor) => unitOf(tensor) === scope);
  const count = parameterCount(own);
  const state = own.filter((tensor) => isLeafOf(stateOp, tensor));
  const values = state.reduce((sum, { shape }) => sum + concreteCount(shape), 0);
  const sizes = [
    ...(count === 0 ? [] : [countOf(count, 'parameter', 'parameters')]),
    ...(values === 0 ? [] : [countOf(values, 'running value', 'running values')]),
  ];
  return { ...card(role), width: 2, ...titled(scope.label, [scope.name, ...sizes].join(' · ')) };
}

function leafLook(leaf: Tensor): DotAttributes {
  const lines = [`${nameOf(leaf)} ${describeShape(leaf)}`];
  if (isLeafOf(inputOp, leaf)) return { ...pill('data'), label: { lines } };
  return { ...store(isLeafOf(parameterOp, leaf) ? 'update' : 'data'), label: { lines } };
}

/** One edge for each pair of cards, with the shapes of all that passes between them. */
function edgesBetween(
  units: readonly Unit[],
  idOf: (tensor: Tensor) => string | undefined,
): readonly string[] {
  const shapes = new Map<string, { from: string; to: string; tensors: Set<Tensor> }>();
  for (const unit of units) {
    for (const tensor of unit.tensors) {
      for (const source of tensor.inputs.map(carrierOf)) {
        const from = idOf(source);
        if (from === undefined || from === unit.id) continue;
        const key = `${from} ${unit.id}`;
        const known = shapes.get(key) ?? { from, to: unit.id, tensors: new Set() };
        shapes.set(key, known);
        known.tensors.add(source);
      }
    }
  }
  return [...shapes.values()].map(({ from, to, tensors }) => {
    // A pill tells its own shape.
    const lines = from.startsWith('leaf') ? [] : [...new Set([...tensors].map(describeShape))];
    const shown = lines.filter((line) => line !== '');
    return edge(from, to, {
      label: shown.length === 0 ? undefined : { lines: shown.map((line) => `  ${line}  `) },
    });
  });
}

/** Dashed edges to cards that read the parameters of others: penalties, and layers that stand twice. */
function sharedParameters(units: readonly Unit[]): readonly string[] {
  const ownerOf = new Map(
    units.flatMap((unit) => (unit.scope === null ? [] : [[unit.scope, unit] as const])),
  );
  const names = new Map<string, { from: string; to: string; words: Set<string> }>();
  for (const unit of units) {
    const read = new Set(unit.tensors.flatMap((tensor) => tensor.inputs.map(carrierOf)));
    for (const leaf of read) {
      const scope = isLeafOf(parameterOp, leaf) ? unitOf(leaf) : null;
      const owner = scope === null ? undefined : ownerOf.get(scope);
      if (owner === undefined || owner === unit) continue;
      const key = `${owner.id} ${unit.id}`;
      const known = names.get(key) ?? { from: owner.id, to: unit.id, words: new Set() };
      names.set(key, known);
      known.words.add(/[^./]*$/.exec(nameOf(leaf))?.[0] ?? '');
    }
  }
  return [...names.values()].map(({ from, to, words }) =>
    edge(from, to, {
      style: 'dashed',
      color: light.roles.update.line,
      fontcolor: light.roles.update.ink,
      label: { lines: [`  ${[...words].join(', ')}  `] },
    }),
  );
}
