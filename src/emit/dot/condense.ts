// Making a tree of cards smaller without losing what it says: an activation becomes part of the layer before it, and
// equal blocks that follow each other become one, with a count.
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { inputOp, isLeafOf, parameterOp } from '../../ops/leaf.ts';
import { kindOf } from './layer-kind.ts';
import { operationLabel } from './operation.ts';
import {
  cardsIn,
  chainOf,
  drawnCards,
  flowsBetween,
  isCard,
  type Card,
  type Flow,
  type Item,
} from './outline.ts';
import { describeShape } from './unit.ts';

/** The tree with every activation folded into the layer that it alone follows, within one model. */
export function foldActivations(items: readonly Item[]): readonly Item[] {
  const flows = flowsBetween(cardsIn(items));
  const readers = countReaders(flows);
  const target = new Map<Card, Card>();
  for (const { from, to } of flows) {
    if (!isCard(from) || from.scope?.kind !== 'layer' || to.scope === undefined) continue;
    const isActivation = kindOf(to.scope.label) === 'activation';
    const isAlone =
      readers.get(from) === 1 && flows.filter((flow) => flow.to === to && isCard(flow.from)).length === 1;
    const isNeighbour = from.scope.parent === to.scope.parent;
    const isFoldable = kindOf(from.scope.label) !== 'activation' && isNeighbour && !hasParameters(to);
    if (isActivation && isAlone && isFoldable) target.set(to, from);
  }
  const followers = new Map([...target].map(([follower, layer]) => [layer, follower] as const));
  const fold = (inside: readonly Item[]): readonly Item[] =>
    inside.flatMap((item): readonly Item[] => {
      if (item.kind === 'group') return [{ ...item, items: fold(item.items) }];
      if (item.kind === 'repeat') return [{ ...item, blocks: item.blocks.map(fold) }];
      if (target.has(item)) return [];
      const follower = followers.get(item);
      if (follower?.scope === undefined) return [item];
      return [{ ...item, tensors: [...item.tensors, ...follower.tensors], activations: [follower.scope] }];
    });
  return fold(items);
}

function countReaders(flows: readonly Flow[]): ReadonlyMap<Card | Tensor, number> {
  const counts = new Map<Card | Tensor, number>();
  for (const { from } of flows) counts.set(from, (counts.get(from) ?? 0) + 1);
  return counts;
}

function hasParameters({ tensors }: Card): boolean {
  return tensors.some(({ inputs }) => inputs.some((input) => isLeafOf(parameterOp, input)));
}

// Blocks of fewer cards than this, taken together, are as well read one by one.
const leastCards = 6;
// Two blocks are a repetition only where each of them is something.
const leastOfTwo = 3;

/** The tree with blocks that repeat drawn once: `× 12`. A block goes on from the one before it, and from nothing else. */
export function collapseRepeats(items: readonly Item[], roots: readonly Tensor[]): readonly Item[] {
  const flows = flowsBetween(cardsIn(items));
  const wiring = wiringOf(flows);
  const outside = new Set(roots);
  const collapse = (inside: readonly Item[]): readonly Item[] => {
    const signatures = inside.map(signatureOf);
    const result: Item[] = [];
    for (let start = 0; start < inside.length;) {
      const run = longestRun(inside, { signatures, start, wiring, outside });
      const item = inside[start];
      if (run !== undefined) {
        result.push({ kind: 'repeat', blocks: run.map((block) => collapse(block)) });
        start += run.reduce((sum, block) => sum + block.length, 0);
      } else {
        if (item !== undefined) {
          result.push(item.kind === 'group' ? { ...item, items: collapse(item.items) } : item);
        }
        start++;
      }
    }
    return result;
  };
  return collapse(items);
}

interface Search {
  readonly signatures: readonly string[];
  readonly start: number;
  readonly wiring: Wiring;
  readonly outside: ReadonlySet<Tensor>;
}

/** The blocks from `start` on that cover most, or undefined where nothing repeats. */
function longestRun(items: readonly Item[], search: Search): readonly (readonly Item[])[] | undefined {
  const { signatures, start, wiring, outside } = search;
  let best: readonly (readonly Item[])[] | undefined;
  let covered = 0;
  for (let period = 1; start + 2 * period <= items.length; period++) {
    const isEqual = (block: number): boolean =>
      Array.from({ length: period }, (_, at) => start + at).every(
        (at) => signatures[at] === signatures[at + block * period],
      );
    let count = 1;
    while (start + (count + 1) * period <= items.length && isEqual(count)) count++;
    if (count < 2 || count * period <= covered) continue;
    const blocks = Array.from({ length: count }, (_, block) =>
      items.slice(start + block * period, start + (block + 1) * period),
    );
    const chained = blocks.slice(0, chainLength(blocks, wiring, outside));
    const cards = drawnCards(chained[0] ?? []).length;
    const isWorthwhile =
      chained.length >= 3
        ? chained.length * cards >= leastCards
        : chained.length === 2 && cards >= leastOfTwo;
    if (!isWorthwhile || chained.length * period <= covered) continue;
    best = chained;
    covered = chained.length * period;
  }
  return best;
}

interface Wiring {
  readonly into: ReadonlyMap<Card, readonly Flow[]>;
  readonly outOf: ReadonlyMap<Card, readonly Flow[]>;
}

function wiringOf(flows: readonly Flow[]): Wiring {
  const into = new Map<Card, Flow[]>();
  const outOf = new Map<Card, Flow[]>();
  const put = (map: Map<Card, Flow[]>, card: Card, flow: Flow): void => {
    const known = map.get(card);
    if (known === undefined) map.set(card, [flow]);
    else known.push(flow);
  };
  for (const flow of flows) {
    put(into, flow.to, flow);
    if (isCard(flow.from)) put(outOf, flow.from, flow);
  }
  return { into, outOf };
}

/** How many of the blocks hang together as a chain. */
function chainLength(
  blocks: readonly (readonly Item[])[],
  { into, outOf }: Wiring,
  outside: ReadonlySet<Tensor>,
): number {
  const cards = blocks.map(cardsIn);
  const [first = []] = cards;
  let length = 1;
  for (; length < blocks.length; length++) {
    const [before = [], here = []] = [cards[length - 1], cards[length]];
    const beforeIndex = new Map(before.map((card, position) => [card, position]));
    const hereIndex = new Map(here.map((card, position) => [card, position]));
    const firstIndex = new Map(first.map((card, position) => [card, position]));
    const isWired = here.every((card, position) => {
      const counterpart = first[position];
      const flows = (into.get(card) ?? []).filter(isDrawn);
      const others = (counterpart === undefined ? [] : (into.get(counterpart) ?? [])).filter(isDrawn);
      if (flows.length !== others.length) return false;
      return flows.every((flow, at) => {
        const other = others[at];
        if (other === undefined) return false;
        const own = isCard(flow.from) ? hereIndex.get(flow.from) : undefined;
        const twin = isCard(other.from) ? firstIndex.get(other.from) : undefined;
        if (own !== undefined || twin !== undefined) return own === twin;
        // What comes in does so from the block before, or is read by all blocks.
        return (isCard(flow.from) && beforeIndex.has(flow.from)) || flow.from === other.from;
      });
    });
    // Blocks in the middle are read by the next block alone.
    const isClosed = before.every(
      (card) =>
        (outOf.get(card) ?? []).every(({ to }) => beforeIndex.has(to) || hereIndex.has(to)) &&
        card.tensors.every((tensor) => !outside.has(tensor)),
    );
    const isFed = here.some((card) =>
      (into.get(card) ?? []).some(({ from }) => isCard(from) && beforeIndex.has(from)),
    );
    if (!isWired || !isClosed || !isFed) break;
  }
  return length;
}

/** Parameters, state, constants and random numbers are the layer's own business. */
function isDrawn({ from }: Flow): boolean {
  return isCard(from) || topologicalOrder([from]).some((tensor) => isLeafOf(inputOp, tensor));
}

/** What an item is apart from names and places; equal for layers that were written alike and have equal shapes. */
function signatureOf(item: Item): string {
  switch (item.kind) {
    case 'card': {
      const [first] = item.tensors;
      const shape = describeShape(item.tensors.at(-1) ?? first);
      const followers = item.activations.map(({ label }) => label).join();
      return `${item.scope?.label ?? operationLabel(first)} ${followers} ${shape}`;
    }
    case 'group':
      return `${item.scope.label} {${item.items.map(signatureOf).join(';')}}`;
    case 'repeat':
      return `${item.blocks.length} × {${(item.blocks[0] ?? []).map(signatureOf).join(';')}}`;
  }
}

/** The scopes that stand where a scope of the first block stands, in all blocks of a repetition. */
export function twinsOf(blocks: readonly (readonly Item[])[], card: Card): readonly Scope[] {
  const position = cardsIn(blocks[0] ?? []).indexOf(card);
  return blocks.flatMap((block) => cardsIn(block)[position]?.scope ?? []);
}

/** Whether a tensor was made inside a scope. */
export function isInside(scope: Scope, tensor: Tensor): boolean {
  return chainOf(tensor).includes(scope);
}
