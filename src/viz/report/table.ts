// Tables of a report as HTML, and the compiler's tables of text read back into rows.
import { tag, type Content, type Markup } from './html.ts';

/** A column: its head, and whether its cells are numbers, which stand to the right. */
export interface Column {
  readonly name: string;
  readonly kind?: 'text' | 'number' | 'code' | undefined;
}

/** One row of cells; the best one may be marked. */
export interface Row {
  readonly cells: readonly Content[];
  readonly isBest?: boolean;
}

export interface TableParts {
  /** What the table holds. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Rows below a line: sums and means. */
  readonly footer?: readonly Row[];
  /** Whether a long table scrolls by itself. */
  readonly isTall?: boolean;
}

const classOf = ({ kind }: Column): string | undefined =>
  kind === 'number' ? 'r' : kind === 'code' ? 'm' : undefined;

function rowOf({ cells, isBest = false }: Row, columns: readonly Column[]): Markup {
  return tag(
    'tr',
    { class: isBest && 'best' },
    ...columns.map((column, index) =>
      index === 0
        ? tag('th', { scope: 'row', class: classOf(column) }, cells[index])
        : tag('td', { class: classOf(column) }, cells[index]),
    ),
  );
}

/** A table on a card that scrolls sideways where the page is narrow. The first cell of every row names it. */
export function tableCard({ caption, columns, rows, footer = [], isTall = false }: TableParts): Markup {
  const heads = columns.map((column) => tag('th', { scope: 'col', class: classOf(column) }, column.name));
  return tag(
    'div',
    // What scrolls has to be reached by keyboard.
    { class: isTall ? 'card table tall' : 'card table', tabindex: 0, role: 'group', 'aria-label': caption },
    tag(
      'table',
      {},
      tag('caption', {}, caption),
      tag('thead', {}, tag('tr', {}, ...heads)),
      tag('tbody', {}, ...rows.map((row) => rowOf(row, columns))),
      footer.length > 0 && tag('tfoot', {}, ...footer.map((row) => rowOf(row, columns))),
    ),
  );
}

/** A table of text: its head and its rows. */
export interface TextTable {
  readonly before: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly after: readonly string[];
}

/** The first table in a text as the compiler prints them, by the rule below its head; undefined if there is none. */
export function parseTable(text: string): TextTable | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^─+(?: {2}─+)*$/.test(line));
  const rule = lines[at];
  if (rule === undefined || at === 0) return undefined;
  const places = [...rule.matchAll(/─+/g)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  const cellsOf = (line: string): readonly string[] =>
    places.map(([start, end]) => line.slice(start, end).trim());
  const isRow = (line: string): boolean =>
    places.slice(1).every(([start]) => line.slice(start - 2, start).trim() === '');
  const below = lines.slice(at + 1);
  // A line after the table runs across its columns or fills but the first.
  const stop = below.findIndex((line) => !isRow(line) || line.trimEnd().length <= (places[0]?.[1] ?? 0));
  const count = stop < 0 ? below.length : stop;
  return {
    before: lines.slice(0, at - 1),
    head: cellsOf(lines[at - 1] ?? ''),
    rows: below.slice(0, count).map(cellsOf),
    after: below.slice(count),
  };
}
