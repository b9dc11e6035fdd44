// The lower half of a profile's picture: how fast kernels are by how much they compute on each byte, under the roof of
// the fastest that any of them computes and moves (Williams, Waterman & Patterson 2009, "Roofline"). Both axes are
// logarithmic. Relies on scale.ts, svg.ts and theme.ts.
import type { KernelProfile, Profile } from '../compiler/profile.ts';
import { roleOfPhase } from '../emit/dot/palette.ts';
import { printRate } from '../ir/quantity.ts';
import { logAxis, type Axis } from './scale.ts';
import { coordinate, element, estimateTextWidth, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Height in pixels. */
export const rooflineHeight = 330;

const tickSize = 11;
const nameSize = 11.5;
const plotTop = 44;
const plotBottom = rooflineHeight - 40;

interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Dot extends Point {
  readonly kernel: KernelProfile;
  readonly radius: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Kernels that can stand in a roofline: those that compute, and of which time was seen to pass. */
export function rooflineKernels({ kernels }: Profile): readonly KernelProfile[] {
  return kernels.filter((kernel) => kernel.gflops > 0 && kernel.intensity > 0);
}

/** The roofline as elements, with the origin at its upper left corner. */
export function drawRoofline(profile: Profile, width: number): readonly string[] {
  const kernels = rooflineKernels(profile);
  const bandwidth = Math.max(...kernels.map((kernel) => kernel.gigabytesPerSecond));
  const fastest = Math.max(...kernels.map((kernel) => kernel.gflops));
  const y = logAxis(widened(kernels.map((kernel) => kernel.gflops)), 'number');
  const tickWidth = Math.max(...y.ticks.map((tick) => estimateTextWidth(tick.text, tickSize)));
  const plot: Plot = {
    x: logAxis(widened([...kernels.map((kernel) => kernel.intensity), fastest / bandwidth]), 'number'),
    y,
    left: tickWidth + 10,
    right: width - 6,
  };
  const dots = kernels
    .map((kernel): Dot => ({
      kernel,
      ...place(plot, kernel.intensity, kernel.gflops),
      radius: 3.5 + 10 * Math.sqrt(kernel.share),
    }))
    .toSorted((a, b) => b.radius - a.radius);
  const roof = roofOf(plot, fastest, bandwidth);
  return [
    textElement('Speed by arithmetic intensity', {
      x: 0,
      y: 12,
      'font-size': 14,
      'font-weight': 600,
      fill: light.ink,
    }),
    textElement(
      'GFLOP/s over FLOP per byte moved, both logarithmic; a dot is as large as its share of the time',
      {
        x: 0,
        y: 29,
        'font-size': tickSize,
        fill: light.muted,
      },
    ),
    ...drawAxes(plot),
    ...drawRoof(roof),
    ...dots.map(drawDot),
    ...drawNames(dots, plot, boxesOf(roof)),
  ];
}

/** As much room again around the least and the greatest. */
function widened(values: readonly number[]): readonly number[] {
  return [...values, Math.min(...values) / 2, Math.max(...values) * 2];
}

function place({ x, y, left, right }: Plot, intensity: number, gflops: number): Point {
  return {
    x: left + x.position(intensity) * (right - left),
    y: plotBottom - y.position(gflops) * (plotBottom - plotTop),
  };
}

function drawAxes(plot: Plot): readonly string[] {
  const { x, y, left, right } = plot;
  const tickText = { 'font-size': tickSize, fill: light.muted };
  return [
    ...y.ticks.flatMap((tick) => {
      const at = place(plot, x.low, tick.value).y;
      return [
        element('path', {
          d: `M${coordinate(left)} ${coordinate(at)}H${coordinate(right)}`,
          fill: 'none',
          stroke: light.grid,
        }),
        textElement(tick.text, { x: left - 10, y: at + 4, 'text-anchor': 'end', ...tickText }),
      ];
    }),
    ...x.ticks.flatMap((tick) => {
      const at = place(plot, tick.value, y.low).x;
      return [
        element('path', {
          d: `M${coordinate(at)} ${plotTop}V${plotBottom}`,
          fill: 'none',
          stroke: light.grid,
        }),
        textElement(tick.text, { x: at, y: plotBottom + 18, 'text-anchor': 'middle', ...tickText }),
      ];
    }),
    textElement('FLOP per byte', {
      x: (left + right) / 2,
      y: plotBottom + 36,
      'text-anchor': 'middle',
      ...tickText,
    }),
  ];
}

/** The slope of the most bytes a second, up to the level of the most operations a second: three corners. */
interface Roof {
  readonly corners: readonly [Point, Point, Point];
  readonly text: string;
}

function roofOf(plot: Plot, fastest: number, bandwidth: number): Roof {
  const { x, y, right } = plot;
  const ridge = Math.min(x.high, fastest / bandwidth);
  // Where the slope comes out of the floor or of the left wall.
  const start = Math.max(x.low, y.low / bandwidth);
  const top = place(plot, ridge, fastest);
  return {
    corners: [place(plot, start, start * bandwidth), top, { x: right, y: top.y }],
    text: `${printRate(fastest)} GFLOP/s and ${printRate(bandwidth)} GB/s: the most of any kernel`,
  };
}

function drawRoof({ corners, text }: Roof): readonly string[] {
  const [from, top, end] = corners;
  const { line, ink } = light.roles.accent;
  return [
    element('path', {
      d: `M${coordinate(from.x)} ${coordinate(from.y)}L${coordinate(top.x)} ${coordinate(top.y)}H${coordinate(end.x)}`,
      fill: 'none',
      stroke: line,
      'stroke-width': 1.5,
      'stroke-dasharray': '4 4',
    }),
    textElement(text, { x: end.x, y: end.y - 8, 'text-anchor': 'end', 'font-size': tickSize, fill: ink }),
  ];
}

/** Where the roof and its text leave no room for names. */
function boxesOf({ corners, text }: Roof): readonly Box[] {
  const [from, top, end] = corners;
  const pieces = 40;
  const slope = Array.from({ length: pieces }, (_, piece): Box => {
    const between = (a: number, b: number, part: number): number => a + (b - a) * (part / pieces);
    return {
      left: between(from.x, top.x, piece),
      right: between(from.x, top.x, piece + 1),
      top: between(from.y, top.y, piece + 1) - 1,
      bottom: between(from.y, top.y, piece) + 1,
    };
  });
  const level = { left: top.x, right: end.x, top: top.y - 1, bottom: top.y + 1 };
  const words = {
    left: end.x - estimateTextWidth(text, tickSize),
    right: end.x,
    top: end.y - 8 - tickSize,
    bottom: end.y - 4,
  };
  return [...slope, level, words];
}

function drawDot({ kernel, x, y, radius }: Dot): string {
  const role = light.roles[roleOfPhase[kernel.phase]];
  const what = `${printRate(kernel.gflops)} GFLOP/s, ${printRate(kernel.gigabytesPerSecond)} GB/s`;
  return element(
    'circle',
    {
      cx: x,
      cy: y,
      r: radius,
      fill: role.line,
      'fill-opacity': 0.85,
      stroke: light.surface,
      'stroke-width': 1.5,
    },
    [tooltip(`${kernel.name}: ${what}`)],
  );
}

/** Names beside their dots, those of the large ones first; where no side is free, the dot goes without. */
function drawNames(dots: readonly Dot[], plot: Plot, roof: readonly Box[]): readonly string[] {
  const taken: Box[] = [
    ...roof,
    ...dots.map(({ x, y, radius }) => ({
      left: x - radius,
      right: x + radius,
      top: y - radius,
      bottom: y + radius,
    })),
  ];
  return dots.flatMap(({ kernel, x, y, radius }) => {
    const width = estimateTextWidth(kernel.name, nameSize);
    const gap = radius + 5;
    const sides = [
      { x: x + gap, y: y + 4 },
      { x: x - gap - width, y: y + 4 },
      { x: x - width / 2, y: y - gap - 1 },
      { x: x - width / 2, y: y + gap + 9 },
    ];
    const free = sides.find((side) => isFree(boxOf(side, width), taken, plot));
    if (free === undefined) return [];
    taken.push(boxOf(free, width));
    const { ink } = light.roles[roleOfPhase[kernel.phase]];
    // The guessed width is an upper one: a name on the left ends at its dot.
    const isLeft = free === sides[1];
    return [
      textElement(kernel.name, {
        x: isLeft ? x - gap : free.x,
        y: free.y,
        'font-size': nameSize,
        'text-anchor': isLeft ? 'end' : undefined,
        fill: ink,
      }),
    ];
  });
}

function boxOf({ x, y }: Point, width: number): Box {
  return { left: x, right: x + width, top: y - nameSize + 2, bottom: y + 3 };
}

function isFree(box: Box, taken: readonly Box[], plot: Plot): boolean {
  const isInside =
    box.left >= plot.left && box.right <= plot.right && box.top >= plotTop && box.bottom <= plotBottom;
  return (
    isInside &&
    taken.every(
      (other) =>
        other.right <= box.left ||
        box.right <= other.left ||
        other.bottom <= box.top ||
        box.bottom <= other.top,
    )
  );
}
