// Writing SVG as text: elements, escaping, coordinates, and a guess of how wide text will be. No DOM, no ids, no
// clock: equal input gives equal bytes, and several pictures can be inlined in one page.

/** Attribute values by name; `undefined` leaves the attribute out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A number as SVG text with at most two decimals; finer than any screen, coarse enough to be equal everywhere. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

/** Text made safe for element content and attribute values. Control characters, which XML forbids, are dropped. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** One element; children are SVG text already. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) =>
      value === undefined
        ? []
        : [` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(value)}"`],
    )
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A run of text; `x`, `y` are its anchor and baseline. */
export function textElement(content: string, attributes: Attributes): string {
  return element('text', attributes, [escapeXml(content)]);
}

/** A native tooltip, also read by screen readers. */
export function tooltip(content: string): string {
  return element('title', {}, [escapeXml(content)]);
}

/** Widths in em of character groups in wide sans-serif faces (DejaVu Sans; Arial and Inter are narrower). */
const widthGroups: readonly (readonly [RegExp, number])[] = [
  [/[iIljtfr.,:;'|!()[\] ]/u, 0.38],
  [/[mwMW%@]/u, 0.95],
  [/[A-Z]/u, 0.7],
  [/[\u0020-\u024f]/u, 0.63],
];

/** An upper guess of the width of a line of text in pixels; Node has no font to measure with. */
export function estimateTextWidth(content: string, fontSize: number): number {
  const widthOf = (character: string): number =>
    widthGroups.find(([group]) => group.test(character))?.[1] ?? 1;
  return [...content].reduce((width, character) => width + widthOf(character), 0) * fontSize;
}

/** The text, cut with an ellipsis if it would not fit into `width` pixels. */
export function fitText(content: string, width: number, fontSize: number): string {
  if (estimateTextWidth(content, fontSize) <= width) return content;
  const characters = [...content];
  const fits = (length: number): boolean =>
    estimateTextWidth(`${characters.slice(0, length).join('')}…`, fontSize) <= width;
  let length = characters.length - 1;
  while (length > 1 && !fits(length)) length--;
  return `${characters.slice(0, length).join('').trimEnd()}…`;
}
