// Marks of points by class: a colour and a shape each, so that classes are told apart without colours, too; and the
// legend that names them. Relies on svg.ts and theme.ts.
import { coordinate, element, estimateTextWidth, fitText, textElement, type Attributes } from './svg.ts';
import { light, seriesRoles, type Role } from './theme.ts';

/** Shapes as paths around the origin, of about equal area. */
const shapes = [
  undefined, // a circle
  'm-4 -4h8v8h-8z',
  'm0 -5.5l5.2 9.2h-10.4z',
  'm0 -5.8l5.8 5.8l-5.8 5.8l-5.8 -5.8z',
  'm0 5.5l5.2 -9.2h-10.4z',
] as const;

const textSize = 12;
const entryGap = 18;
const entryHeight = 22;
const longestEntry = 180;

/** The colour of a class. Six differ; then they repeat, with other shapes, since there are five of those. */
export function classRole(index: number): Role {
  // The index is taken modulo the length of a list that is never empty.
  return seriesRoles[index % seriesRoles.length] as Role;
}

/** The mark of a class at a place. */
export function drawMarker(index: number, x: number, y: number, rest: Attributes = {}): string {
  const shape = shapes[index % shapes.length];
  const attributes = {
    fill: light.roles[classRole(index)].line,
    stroke: light.surface,
    'stroke-width': 1,
    'stroke-linejoin': 'round',
    ...rest,
  };
  return shape === undefined
    ? element('circle', { cx: x, cy: y, r: 4.5, ...attributes })
    : element('path', { d: `M${coordinate(x)} ${coordinate(y)}${shape}`, ...attributes });
}

/** Names beside marks, in as many lines as the width asks for. */
export function drawLegend(
  entries: readonly { readonly name: string; readonly mark: (x: number, y: number) => string }[],
  width: number,
): { readonly elements: readonly string[]; readonly height: number } {
  let x = 0;
  let y = 8;
  const elements = entries.flatMap(({ name, mark }) => {
    const shown = fitText(name, Math.min(longestEntry, width - 16), textSize);
    const wide = 16 + estimateTextWidth(shown, textSize);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += entryHeight;
    }
    const left = x;
    x += wide + entryGap;
    return [
      mark(left + 6, y),
      textElement(shown, { x: left + 16, y: y + 4, 'font-size': textSize, fill: light.ink }),
    ];
  });
  return { elements, height: entries.length === 0 ? 0 : y + entryHeight / 2 + 8 };
}
