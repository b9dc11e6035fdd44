// The upper half of a profile's picture: a bar for every kernel in the order in which they run, coloured by phase,
// with its time, its share and its speed. Relies on svg.ts and theme.ts.
import type { Profile } from '../compiler/profile.ts';
import { roleOfPhase } from '../emit/dot/palette.ts';
import { printRate, printShare, printTime } from '../ir/quantity.ts';
import { element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light, type Role } from './theme.ts';

/** One bar with everything that is written beside it. */
interface Row {
  readonly name: string;
  readonly formula: string;
  readonly role: Role;
  readonly microseconds: number;
  readonly share: number;
  readonly gflops: string;
  readonly bytes: string;
  readonly note: string;
}

const rowHeight = 36;
const headHeight = 24;
const nameSize = 12.5;
const formulaSize = 10;
const valueSize = 12;
const headSize = 11;
/** Widths of the columns of rates on the right, and of the labels behind the bars. */
const rateWidth = 66;
const labelWidth = 118;
const columnGap = 20;

function rowsOf(profile: Profile): readonly Row[] {
  const rows = profile.kernels.map((kernel): Row => ({
    name: kernel.name,
    formula: kernel.formulas.join('; '),
    role: roleOfPhase[kernel.phase],
    microseconds: kernel.microseconds,
    share: kernel.share,
    gflops: printRate(kernel.gflops),
    bytes: printRate(kernel.gigabytesPerSecond),
    note: [kernel.phase, ...kernel.formulas, ...kernel.layers].join('\n'),
  }));
  const { waitingMicroseconds } = profile;
  if (waitingMicroseconds === 0) return rows;
  const share = 1 - profile.kernels.reduce((sum, kernel) => sum + kernel.share, 0);
  const waiting: Row = {
    name: 'waiting',
    formula: 'for other threads',
    role: 'data',
    microseconds: waitingMicroseconds,
    share,
    gflops: '',
    bytes: '',
    note: 'waiting for other threads',
  };
  return [...rows, waiting];
}

/** Height of the bars of a profile in pixels. */
export function barsHeight(profile: Profile): number {
  return headHeight + rowsOf(profile).length * rowHeight;
}

/** The bars as elements, with the origin at their upper left corner. */
export function drawBars(profile: Profile, width: number): readonly string[] {
  const rows = rowsOf(profile);
  const nameWidth = Math.min(0.4 * width, Math.max(140, ...rows.map((row) => widestText(row))));
  const left = nameWidth + columnGap;
  const right = width - 2 * rateWidth - labelWidth;
  const longest = Math.max(...rows.map((row) => row.microseconds), Number.MIN_VALUE);
  const head = { y: 11, 'font-size': headSize, fill: light.muted };
  return [
    textElement('time', { x: left, ...head }),
    textElement('GFLOP/s', { x: width - rateWidth, 'text-anchor': 'end', ...head }),
    textElement('GB/s', { x: width, 'text-anchor': 'end', ...head }),
    ...rows.flatMap((row, index) => {
      const top = headHeight + index * rowHeight;
      return [
        element('g', {}, [
          tooltip(row.note),
          ...drawNames(row, top, nameWidth),
          ...drawBar(row, top, left, (right - left) * (row.microseconds / longest)),
          ...[row.gflops, row.bytes].map((rate, column) =>
            textElement(rate, {
              x: width - (1 - column) * rateWidth,
              y: top + 21,
              'text-anchor': 'end',
              'font-size': valueSize,
              fill: light.ink,
            }),
          ),
        ]),
      ];
    }),
  ];
}

function widestText({ name, formula }: Row): number {
  return Math.max(estimateTextWidth(name, nameSize), estimateTextWidth(formula, formulaSize));
}

function drawNames({ name, formula, role }: Row, top: number, width: number): readonly string[] {
  return [
    textElement(fitText(name, width, nameSize), {
      x: 0,
      y: top + 14,
      'font-size': nameSize,
      'font-weight': 600,
      fill: light.roles[role].ink,
    }),
    textElement(fitText(formula, width, formulaSize), {
      x: 0,
      y: top + 28,
      'font-size': formulaSize,
      fill: light.muted,
    }),
  ];
}

function drawBar(
  { role, microseconds, share }: Row,
  top: number,
  x: number,
  length: number,
): readonly string[] {
  const width = Math.max(length, 2);
  return [
    element('rect', {
      x,
      y: top + 6,
      width,
      height: rowHeight - 14,
      rx: Math.min(4, width / 2),
      fill: light.roles[role].line,
    }),
    element('text', { x: x + width + 8, y: top + 21, 'font-size': valueSize, fill: light.ink }, [
      element('tspan', { 'font-weight': 700 }, [printTime(microseconds)]),
      element('tspan', { fill: light.muted, dx: 7 }, [printShare(share)]),
    ]),
  ];
}
