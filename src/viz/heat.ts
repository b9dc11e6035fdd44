// Cells coloured by a share of a whole: the line colour of a role over the card, more opaque the larger the share. That
// way one SVG serves light and dark. Relies on theme.ts.
import type { Attributes } from './svg.ts';
import { light, type Role } from './theme.ts';

/** Above it text on a cell is dark on light pages and on dark ones alike. */
const darkTextFrom = 0.62;
const mostOpaque = 0.8;

/** Not a colour of the palette, so that the style sheet of dark pages leaves it as it is. */
const textOnFullCell = '#0b0f17';

/** How opaque the cell of a share between 0 and 1 is; small shares are lifted, so that rare cells are seen. */
function opacityOf(share: number): number {
  return share > 0 ? 0.1 + (mostOpaque - 0.1) * Math.min(1, share) ** 0.7 : 0;
}

/** The colour of a cell. */
export function heatFill(role: Role, share: number): Attributes {
  return { fill: light.roles[role].line, 'fill-opacity': opacityOf(share) };
}

/** The colour of text on such a cell. */
export function heatInk(share: number): string {
  return opacityOf(share) > darkTextFrom ? textOnFullCell : share > 0 ? light.ink : light.muted;
}
