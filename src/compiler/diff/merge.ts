// Two declared models laid on each other: which layer of one stands for which of the other. Layers are matched by order,
// kind and name, so that one that is put in front does not make all that follow look new.
import type { Tensor } from '../../ir/node.ts';
import { attributeKey } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { cardsIn, flowsBetween, isCard, type Card, type Item } from '../../emit/dot/outline.ts';
import { mergedCards, type DifferenceKind, type MergedItem } from '../../emit/dot/diff.ts';
import { numberIn, operationLabel } from '../../emit/dot/operation.ts';
import { describeShape } from '../../emit/dot/unit.ts';
import { inputOp, isLeafOf, nameOf } from '../../ops/leaf.ts';
import { align, type Aligned } from './align.ts';

/** What about a layer is not as it was. */
export type Reason = 'options' | 'shape' | 'operations' | 'sources' | 'name';

export interface Merged {
  readonly items: readonly MergedItem[];
  readonly reasonsOf: ReadonlyMap<MergedItem, readonly Reason[]>;
}

/** Lays the trees of two models on each other. */
export function mergeModels(before: readonly Item[], after: readonly Item[]): Merged {
  const reasonsOf = new Map<MergedItem, readonly Reason[]>();
  const merge = (older: readonly Item[], newer: readonly Item[]): readonly MergedItem[] =>
    reunited(align(older, newer, costOf)).map((pair) => mergedOf(pair, { merge, reasonsOf }));
  const items = merge(before, after);
  return withSources(items, reasonsOf);
}

interface Merging {
  readonly merge: (older: readonly Item[], newer: readonly Item[]) => readonly MergedItem[];
  readonly reasonsOf: Map<MergedItem, readonly Reason[]>;
}

function mergedOf({ before, after }: Aligned<Item>, { merge, reasonsOf }: Merging): MergedItem {
  const reasons = before === undefined || after === undefined ? [] : reasonsFor(before, after);
  const difference = kindOf(before, after, reasons);
  const [first, second] = [before, after];
  const inside = (item: Item | undefined): readonly Item[] => (item?.kind === 'group' ? item.items : []);
  const isGroup = (before ?? after)?.kind === 'group';
  const merged: MergedItem = isGroup
    ? {
        kind: 'group',
        difference,
        ...(first?.kind === 'group' ? { before: first.scope } : {}),
        ...(second?.kind === 'group' ? { after: second.scope } : {}),
        items: merge(inside(before), inside(after)),
      }
    : {
        kind: 'card',
        difference,
        ...(first?.kind === 'card' ? { before: first } : {}),
        ...(second?.kind === 'card' ? { after: second } : {}),
      };
  reasonsOf.set(merged, reasons);
  return merged;
}

function kindOf(
  before: Item | undefined,
  after: Item | undefined,
  reasons: readonly Reason[],
): DifferenceKind {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (reasons.some((reason) => reason !== 'name')) return 'changed';
  return reasons.length === 0 ? 'unchanged' : 'renamed';
}

/** What the item says of itself: its label, its name, and the word that tells its kind. */
function factsOf(item: Item): { readonly label: string; readonly name: string; readonly word: string } {
  const scope = scopeOf(item);
  if (scope !== undefined) {
    return { label: scope.label, name: scope.name, word: /^\w*/.exec(scope.label)?.[0] ?? '' };
  }
  const [card] = cardsIn([item]);
  const label = card === undefined ? '' : operationLabel(card.tensors[0]);
  return { label, name: '', word: card?.tensors[0].op.name ?? '' };
}

export function scopeOf(item: Item): Scope | undefined {
  return item.kind === 'repeat' ? undefined : item.scope;
}

// Two members are paired where that costs less than a removal and an addition, which is 2. Those that share neither name
// nor options are hardly the same, unless nothing else is.
const renamedCost = 0.1;
const reshapedCost = 0.05;
const optionsCost = 0.5;
const strangerCost = 0.9;

function costOf(before: Item, after: Item): number | undefined {
  const [older, newer] = [factsOf(before), factsOf(after)];
  if (before.kind !== after.kind || older.word !== newer.word) return undefined;
  const isOperation = scopeOf(before) === undefined;
  if (isOperation !== (scopeOf(after) === undefined)) return undefined;
  const [isRenamed, isOther] = [older.name !== newer.name, older.label !== newer.label];
  return (
    (isRenamed ? renamedCost : 0) +
    (isOther ? optionsCost : 0) +
    (isRenamed && isOther ? strangerCost : 0) +
    (outputOf(before) === outputOf(after) ? 0 : reshapedCost)
  );
}

/** Pairs what was removed in one place and added in another with what is called and declared alike. */
function reunited(pairs: readonly Aligned<Item>[]): readonly Aligned<Item>[] {
  const removed = pairs.flatMap((pair) => (pair.after === undefined ? [pair.before] : []));
  const found = new Set<Item>();
  const joined = pairs.map((pair): Aligned<Item> => {
    const { before, after } = pair;
    if (before !== undefined || after === undefined || scopeOf(after) === undefined) return pair;
    const twin = removed.find((item) => !found.has(item) && (costOf(item, after) ?? 1) < renamedCost);
    if (twin === undefined) return pair;
    found.add(twin);
    return { before: twin, after };
  });
  return joined.filter(({ before, after }) => after !== undefined || !found.has(before));
}

function outputOf(item: Item): string {
  const last = cardsIn([item]).at(-1)?.tensors.at(-1);
  return last === undefined ? '' : describeShape(last);
}

function reasonsFor(before: Item, after: Item): readonly Reason[] {
  const [older, newer] = [factsOf(before), factsOf(after)];
  const isCardPair = before.kind === 'card' && after.kind === 'card';
  const isReshaped = isCardPair && outputOf(before) !== outputOf(after);
  const isSame = older.label === newer.label;
  const isOther = isCardPair && isSame && !isReshaped && workOf(before) !== workOf(after);
  // A model is written as its layers are; its own label tells only how it is called.
  const hasOptions = !isSame && !(before.kind === 'group' && older.name !== newer.name);
  return [
    ...(hasOptions ? ['options' as const] : []),
    ...(isReshaped ? ['shape' as const] : []),
    ...(isOther ? ['operations' as const] : []),
    ...(older.name === newer.name ? [] : ['name' as const]),
  ];
}

/** What a card computes, apart from the names of leaves and of random streams. */
function workOf({ tensors }: Card): string {
  return tensors
    .map((tensor) => {
      const { op, attrs, inputs } = tensor;
      const kept = Object.entries(attrs).filter(([name]) => name !== 'name' && name !== 'path');
      const numbers = inputs.map((input) => numberIn(input) ?? '');
      return `${op.name} ${attributeKey(Object.fromEntries(kept))} ${numbers.join()}`;
    })
    .join('\n');
}

/** Finds layers that read from elsewhere than they did; what was put in between or taken out does not count. */
function withSources(items: readonly MergedItem[], reasonsOf: Map<MergedItem, readonly Reason[]>): Merged {
  const cards = mergedCards(items);
  const [older, newer] = [sourcesOn(cards, 'before'), sourcesOn(cards, 'after')];
  const rewired = new Set(
    cards.filter((card) => {
      if (card.before === undefined || card.after === undefined) return false;
      const [was, is] = [older(card), newer(card)];
      const isLost = [...was.direct].some((source) => !is.all.has(source));
      return isLost || [...is.direct].some((source) => !was.all.has(source));
    }),
  );
  const mark = (inside: readonly MergedItem[]): readonly MergedItem[] =>
    inside.map((item): MergedItem => {
      const reasons = reasonsOf.get(item) ?? [];
      if (item.kind === 'group') {
        const marked = { ...item, items: mark(item.items) };
        reasonsOf.set(marked, reasons);
        return marked;
      }
      if (!rewired.has(item)) return item;
      const marked: MergedItem = { ...item, difference: 'changed' };
      reasonsOf.set(marked, [...reasons, 'sources']);
      return marked;
    });
  return { items: mark(items), reasonsOf };
}

type MergedCard = ReturnType<typeof mergedCards>[number];

type Source = MergedCard | string;

/** Inputs by name and cards of both sides that a card reads: with no card of one side between, and in all. */
interface Sources {
  readonly direct: ReadonlySet<Source>;
  readonly all: ReadonlySet<Source>;
}

const none: Sources = { direct: new Set(), all: new Set() };

function sourcesOn(cards: readonly MergedCard[], side: 'before' | 'after'): (card: MergedCard) => Sources {
  const mergedOf = new Map<Card, MergedCard>();
  for (const merged of cards) {
    const own = merged[side];
    if (own !== undefined) mergedOf.set(own, merged);
  }
  const into = new Map<Card, (Card | Tensor)[]>();
  for (const { from, to } of flowsBetween([...mergedOf.keys()])) {
    const known = into.get(to);
    if (known === undefined) into.set(to, [from]);
    else known.push(from);
  }
  const other = side === 'before' ? 'after' : 'before';
  const found = new Map<Card, Sources>();
  const sources = (card: Card): Sources => {
    const known = found.get(card);
    if (known !== undefined) return known;
    found.set(card, none);
    const direct = new Set<Source>();
    const beyond = new Set<Source>();
    for (const from of into.get(card) ?? []) {
      const merged = isCard(from) ? mergedOf.get(from) : undefined;
      if (!isCard(from)) {
        if (isLeafOf(inputOp, from)) direct.add(nameOf(from));
      } else if (merged?.[other] !== undefined) direct.add(merged);
      else for (const each of sources(from).all) beyond.add(each);
    }
    const result = { direct, all: new Set([...direct, ...beyond]) };
    found.set(card, result);
    return result;
  };
  return (merged) => {
    const own = merged[side];
    return own === undefined ? none : sources(own);
  };
}
