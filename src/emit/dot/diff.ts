// The picture of what differs between two models: the layers of both in one graph. What differs is told by a sign, by
// its line and by colours that readers with any colour vision tell apart; what is equal steps back.
import type { Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { inputOp, isLeafOf, nameOf } from '../../ops/leaf.ts';
import { card, cluster, digraph, edge, frameOf, node, pill, titled, type DotAttributes } from './document.ts';
import { operationWord } from './operation.ts';
import { flowsBetween, isCard, type Card, type Flow } from './outline.ts';
import { light, type Role } from './palette.ts';
import { describeShape } from './unit.ts';

/** What became of a part of a model. */
export type DifferenceKind = 'added' | 'removed' | 'changed' | 'renamed' | 'unchanged';

/** The trees of two models laid on each other. */
export type MergedItem =
  | {
      readonly kind: 'card';
      readonly difference: DifferenceKind;
      readonly before?: Card;
      readonly after?: Card;
    }
  | {
      readonly kind: 'group';
      readonly difference: DifferenceKind;
      readonly before?: Scope;
      readonly after?: Scope;
      readonly items: readonly MergedItem[];
    };

export interface DiffView {
  readonly title: string;
  readonly subtitle: string;
  readonly items: readonly MergedItem[];
}

const signs: Readonly<Record<DifferenceKind, string>> = {
  added: '+ ',
  removed: '− ',
  changed: '~ ',
  renamed: '→ ',
  unchanged: '',
};

const roles: Readonly<Record<Exclude<DifferenceKind, 'unchanged'>, Role>> = {
  added: 'forward',
  removed: 'backward',
  changed: 'accent',
  renamed: 'accent',
};

/** DOT of the difference of two models. */
export function diffDot({ title, subtitle, items }: DiffView): string {
  const cards = mergedCards(items);
  const idOf = new Map<Card, string>();
  cards.forEach(({ before, after }, position) => {
    for (const each of [before, after]) if (each !== undefined) idOf.set(each, `card${position + 1}`);
  });
  const links = linksOf(cards, idOf);
  return digraph({ title, subtitle, graph: { ranksep: 0.42 } }, [
    ...links.leaves.map(({ id, look }) => node(id, look)),
    ...linesOf(items, idOf),
    ...links.edges,
  ]);
}

type MergedCard = Extract<MergedItem, { kind: 'card' }>;

export function mergedCards(items: readonly MergedItem[]): readonly MergedCard[] {
  return items.flatMap((item) => (item.kind === 'card' ? [item] : mergedCards(item.items)));
}

function linesOf(items: readonly MergedItem[], idOf: ReadonlyMap<Card, string>): readonly string[] {
  let count = 0;
  const print = (inside: readonly MergedItem[]): readonly string[] =>
    inside.flatMap((item): readonly string[] => {
      if (item.kind === 'group') {
        const id = `frame${++count}`;
        return cluster(id, frameLook(item), print(item.items));
      }
      const drawn = item.after ?? item.before;
      return drawn === undefined ? [] : [node(idOf.get(drawn) ?? '', cardLook(item))];
    });
  return print(items);
}

function frameLook(item: Extract<MergedItem, { kind: 'group' }>): DotAttributes {
  const { difference, before, after } = item;
  const name = both(before?.name, after?.name);
  const look = frameOf(`${signs[difference]}${name}`);
  if (difference === 'unchanged') return look;
  const { line, ink } = light.roles[roles[difference]];
  const style = difference === 'removed' ? 'rounded,dashed' : 'rounded';
  return { ...look, style, color: line, fontcolor: ink, penwidth: difference === 'renamed' ? 1 : 2 };
}

function cardLook(item: MergedCard): DotAttributes {
  const { difference, before, after } = item;
  const title = `${signs[difference]}${both(labelOf(before), labelOf(after))}`;
  const name = both(before?.scope?.name, after?.scope?.name);
  const isNamed = (after ?? before)?.scope !== undefined && (after ?? before)?.scope?.kind !== 'function';
  const label = titled(title, isNamed ? name : '');
  if (difference === 'unchanged') {
    const quiet = { color: light.border, fillcolor: light.surface, fontcolor: light.muted };
    return { ...card('data'), ...quiet, ...label };
  }
  const look = { ...card(roles[difference]), ...label };
  switch (difference) {
    case 'added':
      return { ...look, penwidth: 2.4 };
    case 'removed':
      return { ...look, style: 'rounded,filled,dashed', penwidth: 1.6 };
    case 'changed':
      return { ...look, peripheries: 2 };
    case 'renamed':
      return { ...look, fillcolor: light.surface };
  }
}

function labelOf(drawn: Card | undefined): string | undefined {
  return drawn === undefined ? undefined : (drawn.scope?.label ?? operationWord(drawn.tensors[0]));
}

/** `linear(4, 30) → linear(4, 64)`, or what both sides say. */
export function both(before: string | undefined, after: string | undefined): string {
  if (before === undefined || before === after) return after ?? '';
  return after === undefined ? before : `${before} → ${after}`;
}

interface Link {
  readonly from: string;
  readonly to: string;
  before?: readonly Tensor[];
  after?: readonly Tensor[];
}

/** The edges of both models, one for each pair, and the inputs that they come from. */
function linksOf(
  cards: readonly MergedCard[],
  idOf: ReadonlyMap<Card, string>,
): {
  readonly leaves: readonly { readonly id: string; readonly look: DotAttributes }[];
  readonly edges: readonly string[];
} {
  const inputs = new Map<string, { id: string; before?: Tensor; after?: Tensor }>();
  const links = new Map<string, Link>();
  const gather = (side: 'before' | 'after'): void => {
    const flows = flowsBetween(cards.flatMap((each) => each[side] ?? []));
    const source = ({ from }: Flow): string | undefined => {
      if (isCard(from)) return idOf.get(from);
      if (!isLeafOf(inputOp, from)) return undefined;
      const known = inputs.get(nameOf(from)) ?? { id: `leaf${inputs.size + 1}` };
      inputs.set(nameOf(from), { ...known, [side]: from });
      return known.id;
    };
    for (const flow of flows) {
      const [from, to] = [source(flow), idOf.get(flow.to)];
      if (from === undefined || to === undefined) continue;
      const link: Link = links.get(`${from} ${to}`) ?? { from, to };
      links.set(`${from} ${to}`, link);
      link[side] = [...flow.tensors];
    }
  };
  gather('after');
  gather('before');
  return {
    leaves: [...inputs.values()].map(({ id, before, after }) => ({ id, look: inputLook(before, after) })),
    edges: [...links.values()].map(({ from, to, before, after }) => {
      const label = both(shapesOf(before), shapesOf(after));
      // An input says its own shape.
      const shown = label === '' || from.startsWith('leaf') ? undefined : { lines: [`  ${label}  `] };
      return edge(from, to, { ...edgeLook(before, after), label: shown });
    }),
  };
}

function shapesOf(tensors: readonly Tensor[] | undefined): string | undefined {
  return tensors === undefined ? undefined : [...new Set(tensors.map(describeShape))].join(', ');
}

function edgeLook(
  before: readonly Tensor[] | undefined,
  after: readonly Tensor[] | undefined,
): DotAttributes {
  if (before === undefined) {
    const { line, ink } = light.roles.forward;
    return { color: line, fontcolor: ink, penwidth: 1.8 };
  }
  if (after === undefined) {
    const { line, ink } = light.roles.backward;
    return { color: line, fontcolor: ink, style: 'dashed' };
  }
  if (shapesOf(before) !== shapesOf(after)) {
    const { line, ink } = light.roles.accent;
    return { color: line, fontcolor: ink, weight: 20 };
  }
  return { weight: 20 };
}

function inputLook(before: Tensor | undefined, after: Tensor | undefined): DotAttributes {
  const drawn = after ?? before;
  if (drawn === undefined) return {};
  const shape = both(before && describeShape(before), after && describeShape(after));
  const isEqual =
    before !== undefined && after !== undefined && describeShape(before) === describeShape(after);
  const difference = isEqual
    ? 'unchanged'
    : before === undefined
      ? 'added'
      : after === undefined
        ? 'removed'
        : 'changed';
  const label = { lines: [`${signs[difference]}${nameOf(drawn)} ${shape}`.trim()] };
  const look = pill(difference === 'unchanged' ? 'data' : roles[difference]);
  if (difference === 'unchanged') return { ...look, color: light.border, fontcolor: light.muted, label };
  return {
    ...look,
    style: difference === 'removed' ? 'rounded,dashed' : 'rounded,filled',
    penwidth: 2,
    label,
  };
}
