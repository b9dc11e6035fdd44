// One look for every picture of the project: fonts, and the style sheet that lets one SVG serve light and dark pages.
// String functions over the palette, which diagrams (emit/dot) and charts share.
import { dark, light, type Role } from '../emit/dot/palette.ts';

export { dark, light };
export type { Role, RoleColours, Scheme } from '../emit/dot/palette.ts';

/**
 * Font stacks; every one ends in a generic family, and none is downloaded. Names are not quoted, because resvg finds a
 * quoted name only at the head of a list.
 */
export const fonts = {
  sans: 'Inter, Segoe UI, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif',
  mono: 'JetBrains Mono, Menlo, Consolas, Liberation Mono, DejaVu Sans Mono, monospace',
} as const;

/** The order in which series without a role get theirs: neighbours are told apart with any colour vision. */
export const seriesRoles: readonly Role[] = ['forward', 'backward', 'update', 'accent', 'loss', 'data'];

/** Each colour of the light look with its partner of the dark look. */
export const darkPartners: ReadonlyMap<string, string> = new Map([
  [light.surface, dark.surface],
  [light.border, dark.border],
  [light.ink, dark.ink],
  [light.muted, dark.muted],
  [light.grid, dark.grid],
  ...seriesRoles.flatMap((role): [string, string][] => [
    [light.roles[role].line, dark.roles[role].line],
    [light.roles[role].fill, dark.roles[role].fill],
    [light.roles[role].ink, dark.roles[role].ink],
  ]),
]);

/**
 * Makes an SVG that is written in the colours of {@link light} follow the reader's `prefers-color-scheme`, by a
 * style sheet that swaps each `fill` and `stroke` it contains for its dark partner. Works for any SVG in these
 * colours, Graphviz output included. Renderers that ignore media queries (resvg) keep the light card.
 */
export function adaptToDarkMode(svg: string): string {
  const swaps = [...darkPartners].flatMap(([from, to]) =>
    ['fill', 'stroke']
      .filter((property) => svg.includes(`${property}="${from}"`))
      .map((property) => `[${property}="${from}"]{${property}:${to}}`),
  );
  if (swaps.length === 0) return svg;
  const style = `<style>@media (prefers-color-scheme:dark){${swaps.join('')}}</style>`;
  return svg.replace(/<svg\b[^>]*>/, (root) => `${root}${style}`);
}

/** The style sheet that `adaptToDarkMode` writes. */
const darkStyle = /<style>@media \(prefers-color-scheme:dark\)\{[^<]*<\/style>/;

/** The SVG in the colours of {@link light} alone, for pages that bring a style sheet of their own. */
export function withoutDarkMode(svg: string): string {
  return svg.replace(darkStyle, '');
}

/** An SVG that is written in the colours of {@link light}, in those of {@link dark} once and for all. */
export function inDarkColours(svg: string): string {
  return withoutDarkMode(svg).replaceAll(
    /\b(fill|stroke)="(#[0-9a-f]{6})"/g,
    (attribute, property: string, colour: string) => {
      const partner = darkPartners.get(colour);
      return partner === undefined ? attribute : `${property}="${partner}"`;
    },
  );
}
