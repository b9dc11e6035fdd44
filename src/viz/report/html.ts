// Writing HTML as text: elements and escaping, so that nothing that a caller passes is ever taken for markup. No DOM.
import { coordinate, escapeXml } from '../svg.ts';

/** HTML that is safe to put into a page, told apart from text that is still to be escaped. */
export interface Markup {
  readonly html: string;
}

/** What an element holds: markup, text, and nothing. */
export type Content = Markup | string | number | undefined | false;

/** Attribute values by name; `true` is an attribute without a value, `false` and `undefined` leave it out. */
export type HtmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Elements that have no end tag. */
const voidElements: ReadonlySet<string> = new Set(['meta', 'img', 'br', 'hr', 'col']);

/** Text made safe for content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return escapeXml(text).replaceAll("'", '&#39;');
}

/** Text that is HTML already. */
export function markup(html: string): Markup {
  return { html };
}

/** The HTML of content. */
export function htmlOf(content: Content): string {
  if (content === undefined || content === false) return '';
  return typeof content === 'object' ? content.html : escapeHtml(String(content));
}

/** One element. */
export function tag(name: string, attributes: HtmlAttributes, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes)
    .map(([key, value]) => {
      if (value === undefined || value === false) return '';
      if (value === true) return ` ${key}`;
      return ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeHtml(value)}"`;
    })
    .join('');
  if (voidElements.has(name)) return markup(`<${name}${written}>`);
  return markup(`<${name}${written}>${content.map(htmlOf).join('')}</${name}>`);
}

/** Several pieces as one. */
export function all(content: readonly Content[]): Markup {
  return markup(content.map(htmlOf).join(''));
}

/** Plain data inside a script element: no text in it can end the element, whatever it says. */
export function embeddedJson(value: unknown): string {
  const plain = JSON.stringify(
    value,
    (_, part: unknown): unknown =>
      ArrayBuffer.isView(part) && !(part instanceof DataView) ? Array.from(part as Float64Array) : part,
    1,
  );
  return plain
    .toWellFormed()
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
