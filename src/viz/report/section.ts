// The parts that sections of a report are put together from: figures, cards, facts, and the numbers of their pictures.
import type { DiagramView } from '../../compiler/diagram.ts';
import { withoutDarkMode } from '../theme.ts';
import { embedded } from './embed.ts';
import { all, markup, tag, type Content, type Markup } from './html.ts';

/** A section of the page; one without content is left out. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: readonly Markup[];
}

/** A diagram: a picture, or a figure of our own making that is HTML already; `view` says what it was made of here. */
export interface DrawnDiagram {
  readonly view?: DiagramView;
  readonly title: string;
  readonly note?: string | undefined;
  readonly svg?: string;
  readonly figure?: string;
}

/** The diagram as a part of the page. */
export function diagramFigure({ title, note, svg, figure }: DrawnDiagram, make: FigureMaker): Markup {
  return figure === undefined
    ? make(svg ?? '', title, { note, fit: 'scroll' })
    : tag('div', { class: 'p diagram' }, markup(withoutDarkMode(figure)));
}

/** How wide a picture may be shown: as it is, over the whole column, or as it is in a frame that scrolls. */
export type FigureFit = 'natural' | 'full' | 'scroll';

/** Makes figures whose identifiers do not collide. */
export interface FigureMaker {
  (
    svg: string,
    name: string,
    options?: { readonly fit?: FigureFit; readonly note?: string | undefined },
  ): Markup;
}

export function figureMaker(): FigureMaker {
  let count = 0;
  return (svg, name, { fit = 'natural', note } = {}) => {
    count++;
    const picture = embedded(svg, `p${count}`, name);
    const caption: Content = note === undefined ? undefined : tag('figcaption', {}, note);
    return fit === 'scroll'
      ? tag(
          'figure',
          { class: 'p' },
          tag('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': name }, picture),
          caption,
        )
      : tag('figure', { class: fit === 'full' ? 'p full' : 'p' }, picture, caption);
  };
}

/** Pictures side by side where there is room. */
export function pair(figures: readonly Markup[]): Markup {
  return tag('div', { class: 'pair' }, ...figures);
}

/** A part that is opened by who wants it. */
export function folded(title: string, note: string, content: readonly Content[], isOpen = false): Markup {
  return tag(
    'details',
    { class: 'card', open: isOpen },
    tag('summary', {}, title, note === '' ? undefined : tag('small', {}, note)),
    ...content,
  );
}

/** Names and what they are. */
export function facts(entries: readonly (readonly [string, Content])[]): Markup {
  return tag(
    'dl',
    { class: 'card facts' },
    ...entries.flatMap(([name, value]) => [tag('dt', {}, name), tag('dd', {}, value)]),
  );
}

/** Text in one width, as it is. */
export function plainText(text: string, label: string): Markup {
  return tag('pre', { tabindex: 0, 'aria-label': label }, text);
}

/** A heading inside a section, before what it is about; nothing if there is nothing. */
export function titled(title: string, content: readonly Markup[]): readonly Markup[] {
  return content.length === 0 ? [] : [tag('h3', {}, title), ...content];
}

/** The section as HTML. */
export function printSection({ id, title, content }: Section): Markup {
  return tag(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    tag('h2', { id: `${id}-title` }, title),
    tag('div', { class: 'flow' }, all(content)),
  );
}
