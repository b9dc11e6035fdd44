// The frame of a plot of numbers over numbers: grid, ticks and names of both axes, and where a value lies on it.
// Relies on scale.ts and svg.ts.
import type { Axis } from './scale.ts';
import { coordinate, element, estimateTextWidth, fitText, textElement } from './svg.ts';
import { light } from './theme.ts';

/** Where the marks of a plot are, and by what axes. Positions in pixels. */
export interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Sizes in pixels that all plots share. */
export const tickSize = 11;
export const nameSize = 12;

/** Room that ticks and name of the horizontal axis take below a plot. */
export const xAxisHeight = 42;

/** Room that ticks and name of the vertical axis take beside a plot. */
export function yAxisWidth(axis: Axis): number {
  return Math.ceil(Math.max(...axis.ticks.map((tick) => estimateTextWidth(tick.text, tickSize)))) + 10 + 20;
}

/** The pixel of a value on the horizontal axis; NaN where there is none. */
export function xOf(plot: Plot, value: number): number {
  return plot.left + plot.x.position(value) * (plot.right - plot.left);
}

/** The pixel of a value on the vertical axis; NaN where there is none. */
export function yOf(plot: Plot, value: number): number {
  return plot.bottom - plot.y.position(value) * (plot.bottom - plot.top);
}

/** Grid lines, ticks and the names of both axes. */
export function drawFrame(plot: Plot, xName: string, yName: string, hasGrid = true): readonly string[] {
  const { left, right, top, bottom } = plot;
  const tick = { 'font-size': tickSize, fill: light.muted };
  const name = { 'font-size': nameSize, fill: light.muted, 'text-anchor': 'middle', 'font-weight': 600 };
  const gridLine = (path: string): string =>
    element('path', { d: path, fill: 'none', stroke: hasGrid ? light.grid : light.border });
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    ...plot.x.ticks.flatMap(({ value, text }) => {
      const at = xOf(plot, value);
      return [
        gridLine(
          `M${coordinate(at)} ${coordinate(hasGrid ? top : bottom)}V${coordinate(bottom + (hasGrid ? 0 : 4))}`,
        ),
        textElement(text, { x: at, y: bottom + 17, 'text-anchor': 'middle', ...tick }),
      ];
    }),
    ...plot.y.ticks.flatMap(({ value, text }) => {
      const at = yOf(plot, value);
      return [
        gridLine(
          `M${coordinate(hasGrid ? left : left - 4)} ${coordinate(at)}H${coordinate(hasGrid ? right : left)}`,
        ),
        textElement(text, { x: left - 8, y: at + 4, 'text-anchor': 'end', ...tick }),
      ];
    }),
    textElement(fitText(xName, right - left, nameSize), { x, y: bottom + 37, ...name }),
    textElement(fitText(yName, bottom - top, nameSize), {
      transform: `translate(11 ${coordinate(y)}) rotate(-90)`,
      ...name,
    }),
  ];
}
