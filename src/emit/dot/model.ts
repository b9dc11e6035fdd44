// The model view: what the user declared, a card for every layer and function, with shapes on the edges. Layers can be
// opened, models closed, and the inside of one layer drawn on its own.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { nearest } from '../../ir/nearest.ts';
import { inputOp, isLeafOf, nameOf, parameterOp, stateOp } from '../../ops/leaf.ts';
import { badOption } from '../../ops/option.ts';
import { collapseRepeats, foldActivations, isInside, twinsOf } from './condense.ts';
import { cluster, digraph, edge, node, type DotAttributes } from './document.ts';
import { kindOf, type LayerKind } from './layer-kind.ts';
import {
  captionOf,
  cardLook,
  groupLook,
  leafLook,
  linkLook,
  outsideLook,
  repeatLook,
  resultLook,
  sharedLook,
} from './model-look.ts';
import {
  cardIndex,
  cardsIn,
  chainOf,
  drawnCards,
  flowsBetween,
  isCard,
  originIn,
  outlineOf,
  shownBehind,
  type Card,
  type Flow,
  type Item,
  type Shown,
} from './outline.ts';
import { isMoving } from './operation.ts';
import { describeShape, placeOf } from './unit.ts';

/** A declared model: what it gives, before modes and sizes are fixed. */
export interface ModelView {
  readonly name: string;
  readonly outputs: readonly NamedTensor[];
  readonly loss?: Tensor | undefined;
  readonly metrics?: readonly NamedTensor[] | undefined;
  /** Parameters that keep their values. */
  readonly frozen?: readonly Tensor[] | undefined;
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** How the model view is drawn. */
export interface ModelOptions {
  /** How many levels of models are open. Default: all, or as many as give a picture of at most forty cards. */
  readonly depth?: number | undefined;
  /** Paths of layers, functions and models that are open whatever the depth, `iris/linear1`; default none. */
  readonly expand?: readonly string[] | 'all' | undefined;
  /** Whether equal blocks that follow each other are drawn once, with a count; default true. */
  readonly repeats?: boolean | undefined;
  /** Whether activations are part of the card before them; default: where there are more than twelve cards. */
  readonly activations?: 'folded' | 'cards' | undefined;
  /** The path of a layer or model of which the inside is drawn; default: the whole model. */
  readonly scope?: string | undefined;
}

// More cards than this make a picture that nobody reads.
const readable = 40;
// Up to so many cards, activations have room to be cards.
const roomy = 12;

/** The tree of cards that options ask for. */
function modelItems(model: ModelView, options: ModelOptions, shown = shownOf(model)): readonly Item[] {
  const { expand = [], repeats = true, activations } = options;
  const inside = options.scope === undefined ? undefined : scopeAt('scope', options.scope, shown);
  const computed =
    inside === undefined ? shown.computed : shown.computed.filter((tensor) => isInside(inside, tensor));
  const expanded = new Set(
    expand === 'all' ? shown.keys.keyOf.keys() : expand.map((path) => scopeAt('expand', path, shown)),
  );
  const roots = rootsOf(model).map(({ tensor }) => tensor);
  const at = (depth: number): readonly Item[] => {
    const level = inside === undefined ? depth : depth + chainLengthOf(inside);
    const plain = outlineOf(computed, {
      depth: level,
      isExpanded: (scope) => expanded.has(scope) || scope === inside,
    });
    const isFolded =
      activations === 'folded' || (activations === undefined && countOfDrawn(plain, roots) > roomy);
    const folded = unframed(isFolded ? foldActivations(plain) : plain, inside);
    return repeats ? collapseRepeats(folded, roots) : folded;
  };
  if (options.depth !== undefined) return at(options.depth);
  let items = at(Infinity);
  const deepest = Math.max(0, ...computed.map((tensor) => chainOf(tensor).length));
  for (let depth = deepest; depth > 1 && drawnCards(items).length > readable; depth--) items = at(depth - 1);
  return items;
}

/** The items inside a scope, without the frames around it. */
function unframed(items: readonly Item[], inside: Scope | undefined): readonly Item[] {
  const [first] = items;
  if (inside === undefined || first?.kind !== 'group' || items.length > 1) return items;
  return first.scope === inside ? first.items : unframed(first.items, inside);
}

function countOfDrawn(items: readonly Item[], roots: readonly Tensor[]): number {
  return drawnCards(collapseRepeats(items, roots)).length;
}

function chainLengthOf(scope: Scope): number {
  return scope.parent === null ? 1 : 1 + chainLengthOf(scope.parent);
}

export function shownOf(model: ModelView): Shown {
  return shownBehind(rootsOf(model).map(({ tensor }) => tensor));
}

export function rootsOf({ outputs, loss, metrics = [] }: ModelView): readonly NamedTensor[] {
  return [...outputs, ...(loss === undefined ? [] : [{ name: 'loss', tensor: loss }]), ...metrics];
}

function scopeAt(option: string, path: string, { keys }: Shown): Scope {
  const scope = keys.scopeOf.get(path);
  if (scope !== undefined) return scope;
  const meant = nearest(path, [...keys.scopeOf.keys()]);
  const help =
    meant === undefined
      ? `takes paths such as ${[...keys.scopeOf.keys()].slice(0, 3).join(', ')}`
      : `may be "${meant}" that is meant`;
  throw badOption('toDot', `${option} names "${path}", which is not in the model`, help);
}

/**
 * DOT of a declared model: layers as coloured cards, models around them as frames.
 * @throws {DeclarationError} `E_OPTION` for paths that are not in the model
 */
export function modelDot(model: ModelView, options: ModelOptions = {}): string {
  const shown = shownOf(model);
  const items = modelItems(model, options, shown);
  const drawing = drawingOf(model, items, shown, options.scope !== undefined);
  const { title, subtitle } = captionOf(model, shown, options.scope);
  return digraph({ title, subtitle, graph: { ranksep: 0.42 } }, [
    ...drawing.free,
    ...linesOf(items, drawing),
    ...drawing.results.map(({ id, look }) => node(id, look)),
    ...drawing.links,
    ...drawing.results.map(({ id, from }) => edge(from, id)),
  ]);
}

/** What stands where: ids and lines of DOT for all but the cards. */
interface Drawing {
  readonly idOf: ReadonlyMap<Card, string>;
  readonly lookOf: (card: Card, names: readonly Scope[]) => DotAttributes;
  /** Lines for leaves outside all frames. */
  readonly free: readonly string[];
  /** Lines for the leaves of open layers. */
  readonly inside: ReadonlyMap<Scope, readonly string[]>;
  readonly links: readonly string[];
  readonly results: readonly { readonly id: string; readonly from: string; readonly look: DotAttributes }[];
  readonly shown: Shown;
}

function drawingOf(model: ModelView, items: readonly Item[], shown: Shown, isInner: boolean): Drawing {
  const drawn = drawnCards(items);
  const idOf = new Map(drawn.map((card, position) => [card, `card${position + 1}`]));
  const standIn = standInsOf(items);
  const kind = kindsOf(model);
  const ownerOf = ownersOf(drawn);
  const flows = flowsBetween(cardsIn(items)).filter(({ to }) => idOf.has(to));
  const leaves = [...new Set(flows.flatMap(({ from }) => (isCard(from) ? [] : [from])))].filter(
    (leaf) => isShownLeaf(leaf) && ownerOf(leaf) === undefined,
  );
  const idOfLeaf = new Map(leaves.map((leaf, position) => [leaf, `leaf${position + 1}`]));
  const lineOf = (leaf: Tensor): string => node(idOfLeaf.get(leaf) ?? '', lookOfLeaf(leaf, model));
  const homeOf = homesOf(items);
  const homes = new Set(leaves.flatMap((leaf) => homeOf(leaf) ?? []));
  const cardOf = cardIndex(cardsIn(items));
  const origin = originIn(cardOf);
  const results = isInner ? handedOut(shown, cardOf) : rootsOf(model);
  return {
    idOf,
    shown,
    lookOf: (card, names) => cardLook(card, names, { kind: kind(card), shown, frozen: model.frozen ?? [] }),
    free: leaves.filter((leaf) => homeOf(leaf) === undefined).map(lineOf),
    inside: new Map(
      [...homes].map((home) => [home, leaves.filter((leaf) => homeOf(leaf) === home).map(lineOf)]),
    ),
    links: linksOf(flows, { idOf, idOfLeaf, standIn, ownerOf, kind }),
    results: results.flatMap(({ name, tensor }, position) => {
      const from = origin(tensor);
      const card = cardOf.get(from);
      const id = card === undefined ? idOfLeaf.get(from) : idOf.get(standIn(card));
      return id === undefined
        ? []
        : [{ id: `root${position + 1}`, from: id, look: resultLook(name, tensor, tensor === model.loss) }];
    }),
  };
}

/** Values that are read outside of what is drawn, or by nothing. */
function handedOut({ order }: Shown, cardOf: ReadonlyMap<Tensor, Card>): readonly NamedTensor[] {
  const origin = originIn(cardOf);
  const readInside = new Set<Tensor>();
  const found = new Set<Tensor>();
  for (const tensor of order) {
    for (const from of tensor.inputs.map(origin)) {
      if (!cardOf.has(from)) continue;
      if (cardOf.has(tensor)) readInside.add(from);
      else if (!isMoving(tensor)) found.add(from);
    }
  }
  for (const tensor of cardOf.keys()) if (!readInside.has(tensor)) found.add(tensor);
  return [...found].map((tensor) => ({ name: 'out', tensor }));
}

/** Lines of DOT for cards inside their frames. */
function linesOf(items: readonly Item[], drawing: Drawing): readonly string[] {
  let count = 0;
  const print = (inside: readonly Item[], names: (card: Card) => readonly Scope[]): readonly string[] =>
    inside.flatMap((item): readonly string[] => {
      switch (item.kind) {
        case 'card':
          return [node(drawing.idOf.get(item) ?? '', drawing.lookOf(item, names(item)))];
        case 'group': {
          const id = `frame${++count}`;
          const leaves = drawing.inside.get(item.scope) ?? [];
          return cluster(id, groupLook(item, drawing.shown), [...leaves, ...print(item.items, names)]);
        }
        case 'repeat': {
          const id = `frame${++count}`;
          const [first = []] = item.blocks;
          const twins = (card: Card): readonly Scope[] => twinsOf(item.blocks, card);
          return cluster(id, repeatLook(item), print(first, twins));
        }
      }
    });
  return print(items, ({ scope }) => (scope === undefined ? [] : [scope]));
}

/** For cards of blocks that are not drawn, the one that stands for them. */
function standInsOf(items: readonly Item[]): (card: Card) => Card {
  const found = new Map<Card, Card>();
  const walk = (inside: readonly Item[]): void => {
    for (const item of inside) {
      if (item.kind === 'group') walk(item.items);
      if (item.kind !== 'repeat') continue;
      const [first = [], ...others] = item.blocks;
      walk(first);
      const shown = cardsIn(first);
      for (const block of others) {
        cardsIn(block).forEach((card, position) => {
          const standIn = shown[position];
          if (standIn !== undefined) found.set(card, standIn);
        });
      }
    }
  };
  walk(items);
  const follow = (card: Card): Card => {
    const next = found.get(card);
    return next === undefined ? card : follow(next);
  };
  return follow;
}

/** The card that stands for a parameter or state, if it is the business of one. */
function ownersOf(cards: readonly Card[]): (leaf: Tensor) => Card | undefined {
  const byScope = new Map(
    cards.flatMap((card) => (card.scope === undefined ? [] : [[card.scope, card] as const])),
  );
  return (leaf) => {
    if (!isLeafOf(parameterOp, leaf) && !isLeafOf(stateOp, leaf)) return undefined;
    return chainOf(leaf).flatMap((scope) => byScope.get(scope) ?? [])[0];
  };
}

/** The innermost open layer that a parameter or state belongs to. */
function homesOf(items: readonly Item[]): (leaf: Tensor) => Scope | undefined {
  const open = new Set<Scope>();
  const walk = (inside: readonly Item[]): void => {
    for (const item of inside) {
      if (item.kind === 'repeat') walk(item.blocks[0] ?? []);
      if (item.kind !== 'group') continue;
      open.add(item.scope);
      walk(item.items);
    }
  };
  walk(items);
  return (leaf) =>
    isLeafOf(inputOp, leaf) || leaf.inputs.length > 0
      ? undefined
      : chainOf(leaf).findLast((scope) => open.has(scope));
}

/** Inputs, parameters, state, and what is computed outside of the picture; constants are not worth a place. */
function isShownLeaf(leaf: Tensor): boolean {
  const isNamed = isLeafOf(inputOp, leaf) || isLeafOf(parameterOp, leaf) || isLeafOf(stateOp, leaf);
  return isNamed || topologicalOrder([leaf]).some((tensor) => isLeafOf(inputOp, tensor));
}

function lookOfLeaf(leaf: Tensor, { outputs }: ModelView): DotAttributes {
  if (leaf.inputs.length === 0) return leafLook(leaf);
  const name = outputs.find(({ tensor }) => tensor === leaf)?.name ?? placeOf(leaf);
  return outsideLook(name, leaf);
}

interface Ends {
  readonly idOf: ReadonlyMap<Card, string>;
  readonly idOfLeaf: ReadonlyMap<Tensor, string>;
  readonly standIn: (card: Card) => Card;
  readonly ownerOf: (leaf: Tensor) => Card | undefined;
  readonly kind: (card: Card) => LayerKind;
}

function linksOf(flows: readonly Flow[], ends: Ends): readonly string[] {
  const { idOf, idOfLeaf, standIn, ownerOf, kind } = ends;
  const rank = ranksOf(flows, standIn);
  const seen = new Set<string>();
  const shared = new Map<
    string,
    { readonly from: string; readonly to: string; readonly words: Set<string> }
  >();
  const lines = flows.flatMap(({ from, to, tensors }): readonly string[] => {
    const toId = idOf.get(to) ?? '';
    if (!isCard(from)) {
      const owner = ownerOf(from);
      if (owner === to) return [];
      if (owner !== undefined) {
        if (!isLeafOf(parameterOp, from)) return [];
        const ownerId = idOf.get(owner) ?? '';
        const known = shared.get(`${ownerId} ${toId}`) ?? { from: ownerId, to: toId, words: new Set() };
        shared.set(`${ownerId} ${toId}`, known);
        known.words.add(/[^./]*$/.exec(nameOf(from))?.[0] ?? '');
        return [];
      }
      const id = idOfLeaf.get(from);
      return id === undefined ? [] : [edge(id, toId)];
    }
    const source = standIn(from);
    const fromId = idOf.get(source);
    if (fromId === undefined || source === to || seen.has(`${fromId} ${toId}`)) return [];
    seen.add(`${fromId} ${toId}`);
    const shapes = [...new Set([...tensors].map(describeShape))].filter((shape) => shape !== '');
    const isChain = !['loss', 'metric'].includes(kind(to));
    const isSkip = isChain && (rank.get(to) ?? 0) - (rank.get(source) ?? 0) > 1;
    return [edge(fromId, toId, linkLook(shapes, { isChain, isSkip }))];
  });
  return [
    ...lines,
    ...[...shared.values()].map(({ from, to, words }) => edge(from, to, sharedLook([...words]))),
  ];
}

/** How many cards stand before each card, at most. */
function ranksOf(flows: readonly Flow[], standIn: (card: Card) => Card): ReadonlyMap<Card, number> {
  const ranks = new Map<Card, number>();
  for (const { from, to } of flows) {
    if (!isCard(from) || standIn(from) === to) continue;
    ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(standIn(from)) ?? 0) + 1));
  }
  return ranks;
}

/** The kind of a card by its label, or by what depends on it: the outputs, the loss or only a metric. */
function kindsOf({ outputs, loss }: ModelView): (card: Card) => LayerKind {
  const ofOutputs = new Set(topologicalOrder(outputs.map((output) => output.tensor)));
  const ofLoss = new Set(loss === undefined ? [] : topologicalOrder([loss]));
  return ({ scope, tensors }) => {
    const known = scope === undefined ? undefined : kindOf(scope.label);
    if (known !== undefined) return known;
    const isLayer = scope?.kind === 'layer' || scope?.kind === 'model';
    if (isLayer || tensors.some((tensor) => ofOutputs.has(tensor))) return 'linear';
    return tensors.some((tensor) => ofLoss.has(tensor)) ? 'loss' : 'metric';
  };
}
