// Pictures inside a page. Those of this package become part of it and follow its light and dark look; any other SVG is
// an image, in which no script runs and from which nothing is fetched.
import { pixelStyle } from '../image-grid.ts';
import { dataError } from '../refusal.ts';
import { withoutDarkMode } from '../theme.ts';
import { markup, tag, type Markup } from './html.ts';

/** Elements that do nothing but show. */
const still: ReadonlySet<string> = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon text tspan title desc image defs linearGradient ' +
    'radialGradient stop clipPath mask marker pattern'
  ).split(' '),
);

const tagPattern = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const attributePattern = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Whether an SVG only shows: nothing in it acts, fetches, or styles what is around it. */
function isStill(svg: string): boolean {
  let isSafe = true;
  const text = svg.replaceAll(tagPattern, (_, _end: string, name: string, attributes: string) => {
    isSafe &&= still.has(name);
    for (const [, key = '', double, single] of attributes.matchAll(attributePattern)) {
      const value = double ?? single ?? '';
      const isReference = /(?:^|:)(?:href|src)$/i.test(key);
      isSafe &&= !/^on/i.test(key) && !/url\((?!['"]?#)/i.test(value);
      isSafe &&= !isReference || /^(?:#|data:image\/png;base64,)/.test(value);
    }
    return '';
  });
  // What is no tag of the plain kind is none that is taken over.
  return isSafe && !text.includes('<');
}

/** Prefixes all identifiers of an SVG and the references to them, so that pictures of a page do not share any. */
function withOwnIds(svg: string, prefix: string): string {
  return svg
    .replaceAll(/\bid="([^"]*)"/g, `id="${prefix}-$1"`)
    .replaceAll(/\burl\((['"]?)#/g, `url($1#${prefix}-`)
    .replaceAll(/\b((?:xlink:)?href)="#/g, `$1="#${prefix}-`)
    .replaceAll(/\b(aria-(?:labelledby|describedby))="([^"]*)"/g, (_, name: string, ids: string) => {
      const own = ids.split(' ').map((id) => `${prefix}-${id}`);
      return `${name}="${own.join(' ')}"`;
    });
}

/**
 * An SVG as a part of a page.
 * @param prefix what its identifiers begin with; every picture of a page has its own.
 * @param name what it shows, for those who do not see it.
 * @throws DataError `E_VALUE` for text that is no SVG.
 */
export function embedded(svg: string, prefix: string, name: string): Markup {
  const text = svg
    .replace(/^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>]*>\s*)?(?:<!--[^]*?-->\s*)*/, '')
    .trim();
  if (!/^<svg\b[^]*<\/svg>$/.test(text)) {
    throw dataError(
      'E_VALUE',
      'htmlReport',
      `the picture "${name}" is no SVG`,
      'give the text of a whole SVG, as the functions of tapeless/viz return it',
    );
  }
  const plain = withoutDarkMode(text).replace(pixelStyle, '');
  if (isStill(plain)) return markup(withOwnIds(plain, prefix));
  const encoded = encodeURIComponent(/\sxmlns=/.test(text) ? text : withNamespace(text));
  return tag('img', { src: `data:image/svg+xml,${encoded}`, alt: name });
}

/** Inside a page the namespace may be left out; an image needs it. */
function withNamespace(svg: string): string {
  return svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}
