// The memory view: time runs down, a row for each kernel, and bytes run across. Every buffer is a box at its offset for
// as long as its contents matter. Positions are given, so the document asks for the layout engine that keeps them.
import { isPersistent } from '../../plan/lifetimes.ts';
import { printBytes, type EntryPlan, type Placement } from '../../plan/plan.ts';
import { digraph, node, type DotAttributes, type Label } from './document.ts';
import { light, roleOfPhase, type Role } from './palette.ts';

/** How the view is drawn. */
export interface MemoryOptions {
  /** What the picture is of; default the name of the entry. */
  readonly title?: string | undefined;
}

// Inches, as Graphviz has it.
const rowHeight = 0.34;
const gap = 0.03;
const stateWidth = 1.3;
const narrowest = 0.3;
const acrossWidth = 7;
const marginOfNames = 0.45;
const widthPerLetter = 0.078;
const widthOfTick = 0.62;
const widthOfUse = 1.15;

/** DOT of a plan: which bytes of the arena hold what, and when. */
export function memoryDot(plan: EntryPlan, options: MemoryOptions = {}): string {
  const { kernels, placements, arenaBytes, lowerBound, program } = plan;
  const moving = placements.filter(({ buffer, bytes }) => !isPersistent(buffer) && bytes > 0);
  const stateBytes = Math.min(...moving.map((placement) => placement.offset), arenaBytes);
  const longest = Math.max(0, ...kernels.map((kernel) => kernel.name.length));
  const left = longest * widthPerLetter + marginOfNames;
  const scale = scaleOf(moving, {
    from: stateBytes,
    to: arenaBytes,
    at: left + (stateBytes === 0 ? 0 : stateWidth),
  });
  const height = Math.max(1, kernels.length) * rowHeight;
  const right = scale.position(arenaBytes);
  const inUse = kernels.map((_, row) => bytesInUse(moving, row));
  const peak = Math.max(0, ...inUse);
  const least = arenaBytes > lowerBound ? `at least ${printBytes(lowerBound)}` : 'no layout takes less';
  const subtitle = `${printBytes(arenaBytes)} of memory, ${least}; time runs down, addresses run right, narrow buffers are drawn wider`;
  const box = (id: string, at: Rectangle, attributes: DotAttributes): string =>
    node(id, rectangle(at, attributes));
  return digraph(
    {
      title: options.title ?? program.name,
      subtitle,
      graph: { layout: 'neato', overlap: 'true', labelloc: 't' },
      node: { shape: 'box', fontsize: 9.5 },
    },
    [
      ...kernels.flatMap((kernel, row) => {
        const { ink } = light.roles[roleOfPhase[kernel.phase]];
        const at = { left: 0, right: right + 0.1, top: row * rowHeight, bottom: (row + 1) * rowHeight };
        const stripe = {
          style: 'filled',
          color: 'transparent',
          fillcolor: row % 2 === 0 ? light.grid : light.surface,
        };
        const label: Label = { lines: [` ${row + 1}  ${kernel.name}`], align: 'left' };
        return [
          box(`stripe${row + 1}`, at, { ...stripe, label: '' }),
          box(`name${row + 1}`, { ...at, right: left }, { color: 'transparent', fontcolor: ink, label }),
          box(
            `use${row + 1}`,
            { ...at, left: right + 0.1, right: right + 0.1 + widthOfUse },
            useLook(inUse[row] ?? 0, peak),
          ),
        ];
      }),
      ...(stateBytes === 0
        ? []
        : [
            box(
              'state',
              { left, right: left + stateWidth - gap, top: gap, bottom: height - gap },
              {
                ...filled('update'),
                label: { lines: ['parameters', 'and state', printBytes(stateBytes)] },
              },
            ),
          ]),
      ...moving.map((placement, position) =>
        box(`buffer${position + 1}`, boxOf(placement, moving, scale), {
          ...filled(roleOf(placement, plan)),
          label: labelOf(placement),
          tooltip: tooltipOf(placement),
        }),
      ),
      ...scale.ticks.map((bytes, position) => {
        const x = scale.position(bytes);
        const at = {
          left: x - widthOfTick / 2,
          right: x + widthOfTick / 2,
          top: height,
          bottom: height + 0.3,
        };
        return box(`tick${position + 1}`, at, {
          color: 'transparent',
          fontsize: 8.5,
          fontcolor: light.muted,
          label: `+${printBytes(bytes - stateBytes)}`,
        });
      }),
    ],
  );
}

/** Bytes beside the state that hold something while a kernel runs. */
function bytesInUse(placements: readonly Placement[], row: number): number {
  return placements
    .filter(
      ({ firstUse, lastUse, inPlaceOf }) => firstUse <= row && row <= lastUse && inPlaceOf === undefined,
    )
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What is in use in a row, with the most of all rows marked. */
function useLook(bytes: number, peak: number): DotAttributes {
  const isPeak = bytes === peak && peak > 0;
  const label: Label = { lines: [`  ${printBytes(bytes)}${isPeak ? ' peak' : ''}`], align: 'left' };
  const { ink } = light.roles.loss;
  return { color: 'transparent', fontcolor: isPeak ? ink : light.muted, label };
}

/** The name, and the size where there is room for it. */
function labelOf({ buffer, bytes, firstUse, lastUse }: Placement): Label {
  const hasRoom = lastUse - firstUse >= 2;
  return { lines: hasRoom ? [buffer.name, printBytes(bytes)] : [buffer.name] };
}

/** Inches from the upper left corner. */
interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function rectangle({ left, right, top, bottom }: Rectangle, attributes: DotAttributes): DotAttributes {
  const [x, y] = [(left + right) / 2, -(top + bottom) / 2];
  return {
    pos: `${inches(x)},${inches(y)}!`,
    width: inches(right - left),
    height: inches(bottom - top),
    fixedsize: 'true',
    ...attributes,
  };
}

function inches(length: number): number {
  return Math.round(length * 1000) / 1000;
}

/** From bytes to inches: growing, with every stretch between two boundaries wide enough to be seen. */
interface Scale {
  position(bytes: number): number;
  /** Boundaries with room for a label. */
  readonly ticks: readonly number[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** Where `from` is drawn. */
  readonly at: number;
}

function scaleOf(placements: readonly Placement[], { from: first, to: last, at }: Span): Scale {
  const ends = placements.flatMap(({ offset, bytes }) => [offset, offset + bytes]);
  const boundaries = [...new Set([first, ...ends, last])].toSorted((a, b) => a - b);
  const perByte = acrossWidth / Math.max(1, last - first);
  const widths = boundaries
    .slice(1)
    .map((end, position) => Math.max(narrowest, (end - (boundaries[position] ?? first)) * perByte));
  const within = ({ offset, bytes }: Placement): readonly [number, number] => [
    boundaries.indexOf(offset),
    boundaries.indexOf(offset + bytes),
  ];
  // Boxes are widened to hold their names, those with the least choice first.
  const byStretch = placements.toSorted((a, b) => a.bytes - b.bytes || a.offset - b.offset);
  for (const placement of byStretch) {
    const [start, end] = within(placement);
    const width = widths.slice(start, end).reduce((sum, each) => sum + each, 0);
    const longest = Math.max(...labelOf(placement).lines.map((line) => line.length));
    const missing = longest * widthPerLetter + 0.15 - width;
    if (missing > 0) {
      for (let stretch = start; stretch < end; stretch++) {
        widths[stretch] = (widths[stretch] ?? 0) + missing / (end - start);
      }
    }
  }
  const positions = new Map<number, number>();
  let x = at;
  boundaries.forEach((boundary, position) => {
    positions.set(boundary, x);
    x += widths[position] ?? 0;
  });
  const position = (bytes: number): number => positions.get(bytes) ?? at;
  const ticks = boundaries.reduce<readonly number[]>((kept, boundary) => {
    const before = kept.at(-1);
    const isFree = before === undefined || position(boundary) - position(before) >= widthOfTick;
    return isFree ? [...kept, boundary] : kept;
  }, []);
  return { position, ticks };
}

/** Where a buffer is drawn. What takes over its memory does so in the middle of a row. */
function boxOf(placement: Placement, all: readonly Placement[], scale: Scale): Rectangle {
  const { buffer, offset, bytes, firstUse, lastUse, inPlaceOf } = placement;
  const isTakenOver = all.some((other) => other.inPlaceOf === buffer);
  return {
    left: scale.position(offset) + gap / 2,
    right: scale.position(offset + bytes) - gap / 2,
    top: (firstUse + (inPlaceOf === undefined ? 0 : 0.5)) * rowHeight + gap,
    bottom: (lastUse + (isTakenOver ? 0.5 : 1)) * rowHeight - gap,
  };
}

function filled(role: Role): DotAttributes {
  const { line, fill, ink } = light.roles[role];
  return { style: 'filled', color: line, fillcolor: fill, fontcolor: ink };
}

/** The part of the step that makes a buffer's contents. */
function roleOf({ buffer }: Placement, { kernels }: EntryPlan): Role {
  const writer = kernels.find((kernel) => kernel.writes.includes(buffer));
  return writer === undefined ? 'data' : roleOfPhase[writer.phase];
}

function tooltipOf({ buffer, offset, bytes }: Placement): string {
  return `${buffer.name}: ${printBytes(bytes)} at ${offset}`;
}
