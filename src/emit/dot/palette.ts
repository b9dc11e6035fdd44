// Colours by role, light and dark, for every picture of the project: diagrams are written in them here, charts take
// them from viz/theme.ts, which stands above. Plain data.
import type { Phase } from '../../kernels/kernel.ts';

/** What a coloured thing means. Charts and diagrams ask for a role, never for a colour. */
export type Role = 'forward' | 'backward' | 'update' | 'data' | 'loss' | 'accent';

/** The colours of one role: `line` for strokes and marks, `fill` for soft areas, `ink` for text on fill or surface. */
export interface RoleColours {
  readonly line: string;
  readonly fill: string;
  readonly ink: string;
}

/** All colours of one look. */
export interface Scheme {
  /** The card that every picture brings along, so that it is legible on any page. */
  readonly surface: string;
  readonly border: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly roles: Readonly<Record<Role, RoleColours>>;
}

/**
 * The light look; the one that pictures are written in, and that rasterisers show.
 * Colours are lower-case hex and never pure white or black, because Graphviz prints those two as names and
 * `adaptToDarkMode` of viz/theme.ts finds colours by their text. For the same reason all of them differ.
 */
export const light: Scheme = {
  surface: '#fefefe',
  border: '#dfe3ea',
  ink: '#1b2130',
  muted: '#616b7d',
  grid: '#eaedf2',
  roles: {
    forward: { line: '#2b6be6', fill: '#e8f0fe', ink: '#1b50b8' },
    backward: { line: '#e0661c', fill: '#fdeee2', ink: '#a8430b' },
    update: { line: '#12936a', fill: '#e1f5ed', ink: '#0c6b4d' },
    data: { line: '#64748b', fill: '#eff2f6', ink: '#46536a' },
    loss: { line: '#d22f57', fill: '#fde8ed', ink: '#b01f45' },
    accent: { line: '#7b4fd8', fill: '#f1ebfd', ink: '#5f36b5' },
  },
};

/** The dark look, swapped in by the style sheet of `adaptToDarkMode`. */
export const dark: Scheme = {
  surface: '#151a24',
  border: '#2d3546',
  ink: '#e9ecf3',
  muted: '#9ca6b9',
  grid: '#252c3a',
  roles: {
    forward: { line: '#6fa1ff', fill: '#1b2b4d', ink: '#a9c7ff' },
    backward: { line: '#f59357', fill: '#40281a', ink: '#ffc09a' },
    update: { line: '#45c795', fill: '#15382c', ink: '#8fe5c2' },
    data: { line: '#95a3ba', fill: '#262e3d', ink: '#c3cddd' },
    loss: { line: '#f5708f', fill: '#43202c', ink: '#ffa9bc' },
    accent: { line: '#ac8df7', fill: '#2e2549', ink: '#d0bdff' },
  },
};

/** The role of each part of a step. */
export const roleOfPhase: Readonly<Record<Phase, Role>> = {
  forward: 'forward',
  loss: 'loss',
  backward: 'backward',
  update: 'update',
  metric: 'data',
  initialise: 'accent',
};
