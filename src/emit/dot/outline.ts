// A declared model as a tree of cards: which layers stand as one card each and which are open, so that what they are
// made of is seen. Activations are folded into the layer before them, and equal blocks in a row into one, where asked.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import { scopePath, type Scope } from '../../ir/origin.ts';
import { isLeaf } from '../../kernels/anchors.ts';
import { isMoving, liveTensors } from './operation.ts';

/** A layer, a function, or a single operation that stands in the open. */
export interface Card {
  readonly kind: 'card';
  /** Undefined for a single operation. */
  readonly scope: Scope | undefined;
  /** In the order in which they are computed; the first is always there. */
  readonly tensors: readonly [Tensor, ...Tensor[]];
  /** Activations that follow it and are drawn as part of it. */
  readonly activations: readonly Scope[];
}

/** A model, or a layer that is open. */
export interface Group {
  readonly kind: 'group';
  readonly scope: Scope;
  readonly items: readonly Item[];
}

/** Equal blocks, each of which goes on from the one before. */
export interface Repeat {
  readonly kind: 'repeat';
  /** The first is drawn for all. */
  readonly blocks: readonly (readonly Item[])[];
}

export type Item = Card | Group | Repeat;

/** Which scopes are open. */
export interface Opening {
  /** How many levels of models are open; Infinity for all of them. */
  readonly depth: number;
  /** Whether a layer, a function or a model beyond the depth is open all the same. */
  readonly isExpanded: (scope: Scope) => boolean;
}

/** Keys of scopes for people and programs: their paths, and a number where several have one path. */
export interface ScopeKeys {
  readonly keyOf: ReadonlyMap<Scope, string>;
  readonly scopeOf: ReadonlyMap<string, Scope>;
}

/** All tensors that a picture of the model may show. */
export interface Shown {
  readonly order: readonly Tensor[];
  readonly computed: readonly Tensor[];
  readonly keys: ScopeKeys;
}

/** What there is to show behind some tensors. */
export function shownBehind(roots: readonly Tensor[]): Shown {
  const reached = reachedFrom(roots);
  // How parameters are drawn at first is their own business.
  const order = topologicalOrder(roots).filter((tensor) => reached.has(tensor));
  const live = liveTensors(order);
  const candidates = order.filter((tensor) => !isLeaf(tensor) && live.has(tensor));
  const atWork = new Set(candidates.filter((tensor) => !isMoving(tensor)).map(innermostLayer));
  // What only moves data is part of an edge, unless the user declared a layer for it.
  const computed = candidates.filter((tensor) => {
    const layer = innermostLayer(tensor);
    return !isMoving(tensor) || (layer?.kind === 'layer' && !atWork.has(layer));
  });
  return { order, computed, keys: keysOf(order) };
}

/** All that tensors depend on, as far as leaves. */
function reachedFrom(roots: readonly Tensor[]): ReadonlySet<Tensor> {
  const reached = new Set<Tensor>();
  const pending = [...roots];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (reached.has(tensor)) continue;
    reached.add(tensor);
    if (!isLeaf(tensor)) pending.push(...tensor.inputs);
  }
  return reached;
}

function innermostLayer(tensor: Tensor): Scope | null {
  const around = (scope: Scope | null): Scope | null =>
    scope?.kind === 'function' ? around(scope.parent) : scope;
  return around(tensor.origin.scope);
}

function keysOf(order: readonly Tensor[]): ScopeKeys {
  const keyOf = new Map<Scope, string>();
  const scopeOf = new Map<string, Scope>();
  for (const scope of order.flatMap((tensor) => chainOf(tensor))) {
    if (keyOf.has(scope)) continue;
    const path = scopePath(scope);
    let key = path;
    for (let number = 2; scopeOf.has(key); number++) key = `${path}#${number}`;
    keyOf.set(scope, key);
    scopeOf.set(key, scope);
  }
  return { keyOf, scopeOf };
}

/** The scopes around a tensor from the outside in. */
export function chainOf({ origin }: Tensor): readonly Scope[] {
  return chainTo(origin.scope);
}

/** A scope and those around it, from the outside in. */
function chainTo(scope: Scope | null): readonly Scope[] {
  return scope === null ? [] : [...chainTo(scope.parent), scope];
}

/** The tree of cards of some tensors. Items keep the order in which they finish. */
export function outlineOf(computed: readonly Tensor[], { depth, isExpanded }: Opening): readonly Item[] {
  const parents = new Set(
    computed.flatMap((tensor) =>
      chainOf(tensor).flatMap(({ kind, parent }) => (kind === 'function' || parent === null ? [] : [parent])),
    ),
  );
  const expanded = new Set(computed.flatMap((tensor) => chainOf(tensor)).filter(isExpanded));
  const opened = new Set([...expanded].flatMap((scope) => chainTo(scope)));
  const isOpen = (scope: Scope, level: number): boolean =>
    opened.has(scope) || ((scope.kind === 'model' || parents.has(scope)) && level < depth);
  interface Placed {
    readonly tensor: Tensor;
    readonly chain: readonly Scope[];
  }
  const gather = (placed: readonly Placed[], level: number): readonly Item[] => {
    const groups = new Map<Scope | Tensor, [Placed, ...Placed[]]>();
    for (const each of placed) {
      const key = each.chain[level] ?? each.tensor;
      const [first = each, ...others] = groups.get(key) ?? [];
      groups.delete(key);
      groups.set(key, first === each ? [each] : [first, ...others, each]);
    }
    return [...groups.values()].map((members): Item => {
      const [first, ...others] = members;
      const scope = first.chain[level];
      if (scope !== undefined && isOpen(scope, level)) {
        return { kind: 'group', scope, items: gather(members, level + 1) };
      }
      return {
        kind: 'card',
        scope,
        tensors: [first.tensor, ...others.map(({ tensor }) => tensor)],
        activations: [],
      };
    });
  };
  return gather(
    computed.map((tensor) => ({ tensor, chain: chainOf(tensor) })),
    0,
  );
}

/** All cards under some items, those of blocks that are not drawn included. */
export function cardsIn(items: readonly Item[]): readonly Card[] {
  return items.flatMap((item) => {
    switch (item.kind) {
      case 'card':
        return [item];
      case 'group':
        return cardsIn(item.items);
      case 'repeat':
        return item.blocks.flatMap(cardsIn);
    }
  });
}

/** The cards that are drawn. */
export function drawnCards(items: readonly Item[]): readonly Card[] {
  return items.flatMap((item) => {
    switch (item.kind) {
      case 'card':
        return [item];
      case 'group':
        return drawnCards(item.items);
      case 'repeat':
        return drawnCards(item.blocks[0] ?? []);
    }
  });
}

/** What a card reads, and from where: another card, or a leaf or an outside value. */
export interface Flow {
  readonly from: Card | Tensor;
  readonly to: Card;
  /** What passes, as its source has it. */
  readonly tensors: ReadonlySet<Tensor>;
}

export function isCard(node: Card | Tensor): node is Card {
  return 'kind' in node;
}

/** The tensor that a value comes from, through operations that are part of an edge. */
export function originIn(cardOf: ReadonlyMap<Tensor, Card>): (tensor: Tensor) => Tensor {
  const find = (tensor: Tensor): Tensor => {
    const [input] = tensor.inputs;
    return !cardOf.has(tensor) && isMoving(tensor) && input !== undefined ? find(input) : tensor;
  };
  return find;
}

export function cardIndex(cards: readonly Card[]): ReadonlyMap<Tensor, Card> {
  return new Map(cards.flatMap((card) => card.tensors.map((tensor) => [tensor, card] as const)));
}

/** One flow for each pair. */
export function flowsBetween(cards: readonly Card[]): readonly Flow[] {
  const cardOf = cardIndex(cards);
  const origin = originIn(cardOf);
  return cards.flatMap((to) => {
    const flows = new Map<Card | Tensor, Set<Tensor>>();
    for (const tensor of to.tensors.flatMap(({ inputs }) => inputs)) {
      const passing = origin(tensor);
      const from = cardOf.get(passing) ?? passing;
      if (from === to) continue;
      flows.set(from, (flows.get(from) ?? new Set()).add(passing));
    }
    return [...flows].map(([from, tensors]): Flow => ({ from, to, tensors }));
  });
}
