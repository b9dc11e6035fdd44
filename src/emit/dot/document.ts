// Writing Graphviz DOT as text: attributes, labels, nodes, edges, clusters, and the look that all diagrams share. Plain
// labels only, since small Graphviz builds have no HTML ones. Equal input gives equal bytes.
import { light, type Role } from './palette.ts';

/** Lines of text in a node or on an edge. The first line of a card is its title. */
export interface Label {
  readonly lines: readonly string[];
  /** Default: centred. */
  readonly align?: 'left' | 'centre';
}

/** Attribute values by name; `undefined` leaves the attribute out. */
export type DotAttributes = Readonly<Record<string, string | number | Label | undefined>>;

/**
 * Graphviz measures text with the widths of Helvetica, whatever is there to show it. Other viewers substitute what they
 * have for it.
 */
const dotFont = 'Helvetica';

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;').replaceAll(/\s/g, ' ');
}

function printValue(value: string | number | Label): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${escape(value)}"`;
  const { lines, align = 'centre' } = value;
  const escaped = lines.map(escape);
  return align === 'left' ? `"${escaped.map((line) => `${line}\\l`).join('')}"` : `"${escaped.join('\\n')}"`;
}

function printAttributes(attributes: DotAttributes): string {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${printValue(value)}`],
  );
  return written.length === 0 ? '' : ` [${written.join(', ')}]`;
}

export function node(id: string, attributes: DotAttributes): string {
  return `${id}${printAttributes(attributes)};`;
}

export function edge(from: string, to: string, attributes: DotAttributes = {}): string {
  return `${from} -> ${to}${printAttributes(attributes)};`;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** A framed group of nodes. */
export function cluster(
  id: string,
  attributes: DotAttributes,
  content: readonly string[],
): readonly string[] {
  return [`subgraph cluster_${id} {`, ...indented([`graph${printAttributes(attributes)};`, ...content]), '}'];
}

/** Nodes side by side. */
export function sameRank(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? [] : [`{ rank=same; ${ids.join('; ')} }`];
}

/** Title and page of a diagram, and what differs from the look of all diagrams. */
export interface Page {
  readonly title: string;
  /** A second line, said more quietly. */
  readonly subtitle?: string | undefined;
  readonly graph?: DotAttributes;
  readonly node?: DotAttributes;
  readonly edge?: DotAttributes;
}

/** A whole DOT document. */
export function digraph(page: Page, content: readonly string[]): string {
  const { title, subtitle } = page;
  const graph = {
    label: subtitle === undefined ? title : { lines: [title, subtitle], align: 'left' as const },
    labelloc: 't',
    labeljust: 'l',
    fontname: dotFont,
    fontsize: 16,
    fontcolor: light.ink,
    bgcolor: light.surface,
    pad: 0.35,
    nodesep: 0.3,
    ranksep: 0.35,
    ...page.graph,
  };
  const nodes = { fontname: dotFont, fontsize: 11, fontcolor: light.ink, ...page.node };
  const edges = {
    fontname: dotFont,
    fontsize: 9,
    fontcolor: light.muted,
    color: light.muted,
    penwidth: 1.1,
    arrowsize: 0.6,
    ...page.edge,
  };
  return [
    `digraph ${printValue(subtitle === undefined ? title : `${title}: ${subtitle}`)} {`,
    ...indented([
      `graph${printAttributes(graph)};`,
      `node${printAttributes(nodes)};`,
      `edge${printAttributes(edges)};`,
      ...content,
    ]),
    '}',
    '',
  ].join('\n');
}

/**
 * The label of a card: its title is shown in a bolder, wider face than layout measures, so it is given room; the blanks
 * are not drawn.
 */
export function titled(title: string, ...lines: readonly string[]): { readonly label: Label } {
  const room = ' '.repeat(Math.ceil(title.length / 8));
  return { label: { lines: [`${room}${title}${room}`, ...lines.filter((line) => line !== '')] } };
}

/** The look of a card, soft with a coloured edge: a layer, a group of operations, a kernel. */
export function card(role: Role): DotAttributes {
  const { line, fill, ink } = light.roles[role];
  return {
    class: 'card',
    shape: 'box',
    style: 'rounded,filled',
    margin: '0.18,0.1',
    color: line,
    fillcolor: fill,
    fontcolor: ink,
  };
}

/** The look of what is fed or handed out. */
export function pill(role: Role): DotAttributes {
  const { line, ink } = light.roles[role];
  return {
    class: 'pill',
    shape: 'box',
    style: 'rounded,filled',
    height: 0.33,
    margin: '0.16,0.03',
    color: line,
    fillcolor: light.surface,
    fontcolor: ink,
  };
}

/** The look of a single operation: small, so that a graph of many stays readable. */
export function operator(role: Role): DotAttributes {
  return { ...card(role), class: 'operator', height: 0.3, width: 0.4, margin: '0.12,0.04' };
}

/** The look of what lives from step to step: parameters and state. */
export function store(role: Role): DotAttributes {
  const { line, fill, ink } = light.roles[role];
  return {
    class: 'store',
    shape: 'cylinder',
    style: 'filled',
    margin: '0.12,0.06',
    color: line,
    fillcolor: fill,
    fontcolor: ink,
  };
}

/** The frame around a group. */
export function frameOf(title: string): DotAttributes {
  return {
    ...titled(title),
    labeljust: 'l',
    style: 'rounded',
    color: light.border,
    fontcolor: light.muted,
    fontsize: 10,
    margin: 10,
  };
}
