// JSON that gives every number back: NaN, the infinities and −0 are written as texts that begin with a sign for it, all
// others as shortest decimals, which are exact. Relies on nothing.

const mark = '\u0000';
const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** The text of a value of objects, lists, texts, numbers and truth values; `toJSON` is heard. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== 'number') return entry;
    if (Object.is(entry, -0)) return `${mark}-0`;
    return Number.isFinite(entry) ? entry : `${mark}${entry}`;
  });
}

/** The value of such a text. @throws SyntaxError as `JSON.parse` does */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, entry: unknown) =>
    typeof entry === 'string' && entry.startsWith(mark) ? (special[entry.slice(1)] ?? entry) : entry,
  ) as unknown;
}
