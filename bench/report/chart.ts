// The chart of a run: how many times as fast as PyTorch each configuration is, on a logarithmic axis whose bars stand on
// one. Relies on the charts of src/viz for axes, text and the card, so that it looks like every picture of the project.
import { card } from '../../src/viz/card.ts';
import { logAxis, type Axis } from '../../src/viz/scale.ts';
import { element, estimateTextWidth, textElement, tooltip } from '../../src/viz/svg.ts';
import { light, type Role } from '../../src/viz/theme.ts';
import { describeConfiguration, type Configuration } from '../harness/roster.ts';
import type { Results } from '../results.ts';
import type { TrainingRow } from '../suites/training.ts';
import { describeWorkload, workloads } from '../workloads.ts';
import { formatRatio } from './markdown.ts';

const axisWidth = 44;
const groupWidth = 172;
const barWidth = 33;
const barGap = 5;
const legendHeight = 40;
const plotHeight = 300;
const footHeight = 76;
const labelSize = 11;

/** Numerics by colour; several threads are drawn solid, one thread soft. */
const roles: Readonly<Record<Configuration['numerics'], Role>> = { strict: 'forward', fast: 'backward' };

function colours({ numerics, threads }: Configuration) {
  const { line, fill } = light.roles[roles[numerics]];
  return { fill: threads === 1 ? fill : line, stroke: line, 'stroke-width': 1.25 };
}

function isCharted(row: TrainingRow): boolean {
  return row.target === 'wasm' && row.ratios.pytorch !== undefined;
}

/** The chart as SVG, or `undefined` where no row can be compared with PyTorch. */
export function ratioChart(results: Results): string | undefined {
  const rows = results.workloads.filter(isCharted);
  if (rows.length === 0) return undefined;
  const ratios = rows.map((row) => row.ratios.pytorch ?? 1);
  const axis = logAxis([...ratios, 1], 'number');
  const groups = workloads.filter(({ id }) => rows.some((row) => row.id === id));
  const width = axisWidth + groups.length * groupWidth;
  const content = [
    ...legend(rows),
    element('g', { transform: `translate(0 ${legendHeight})` }, [
      ...grid(axis, width),
      ...groups.flatMap((workload, index) => {
        const own = rows.filter(({ id }) => id === workload.id);
        const left = axisWidth + index * groupWidth;
        return [
          ...bars(own, axis, left),
          ...foot(describeWorkload(workload), workload.id, left + groupWidth / 2),
        ];
      }),
    ]),
  ];
  const { machine, versions } = results;
  return card(
    {
      title: 'How many times as fast as PyTorch',
      subtitle: `One training step, PyTorch ${versions['pytorch'] ?? ''} at as many threads. ${machine.cpu}, ${machine.cores} cores`,
    },
    width,
    legendHeight + plotHeight + footHeight,
    content,
    `Speed of tapeless relative to PyTorch: ${rows.map((row) => `${row.id} ${describeConfiguration(row)} ${formatRatio(row.ratios.pytorch)}`).join('; ')}`,
  );
}

/** From a ratio to pixels below the top of the plot. */
function heightOf(axis: Axis, ratio: number): number {
  return plotHeight * (1 - axis.position(ratio));
}

function legend(rows: readonly TrainingRow[]): readonly string[] {
  const configurations = new Map(rows.map((row) => [describeConfiguration(row), row]));
  let left = 0;
  return [...configurations].flatMap(([title, row]) => {
    const x = left;
    left += 22 + estimateTextWidth(title, 12) + 18;
    return [
      element('rect', { x: x + 0.5, y: 3.5, width: 13, height: 13, rx: 3, ...colours(row) }),
      textElement(title, { x: x + 22, y: 14, 'font-size': 12, fill: light.ink }),
    ];
  });
}

function grid(axis: Axis, width: number): readonly string[] {
  return axis.ticks.flatMap(({ value, text }) => {
    const y = heightOf(axis, value);
    const isParity = value === 1;
    return [
      element('path', {
        d: `M${axisWidth} ${y.toFixed(1)}H${width}`,
        stroke: isParity ? light.muted : light.grid,
        'stroke-width': isParity ? 1.5 : 1,
        fill: 'none',
      }),
      textElement(`${text}×`, {
        x: axisWidth - 10,
        y: y + 4,
        'text-anchor': 'end',
        'font-size': labelSize,
        fill: isParity ? light.ink : light.muted,
      }),
    ];
  });
}

function bars(rows: readonly TrainingRow[], axis: Axis, left: number): readonly string[] {
  const used = rows.length * (barWidth + barGap) - barGap;
  const base = heightOf(axis, 1);
  return rows.flatMap((row, index) => {
    const ratio = row.ratios.pytorch ?? 1;
    const x = left + (groupWidth - used) / 2 + index * (barWidth + barGap);
    const y = heightOf(axis, ratio);
    return [
      element(
        'rect',
        {
          x,
          y: Math.min(y, base),
          width: barWidth,
          height: Math.max(1, Math.abs(base - y)),
          rx: 3,
          ...colours(row),
        },
        [tooltip(`${row.id}, ${describeConfiguration(row)}: ${formatRatio(ratio)}`)],
      ),
      textElement(formatRatio(ratio), {
        x: x + barWidth / 2,
        y: ratio >= 1 ? y - 6 : y + 14,
        'text-anchor': 'middle',
        'font-size': labelSize,
        'font-weight': 600,
        fill: light.roles[roles[row.numerics]].ink,
      }),
    ];
  });
}

/** What the workload is, below its bars: the name, then widths, batch, and what else there is. */
function foot(description: string, id: string, x: number): readonly string[] {
  const [widths = '', batch = '', ...rest] = description.split(', ');
  const lines = [
    { text: id, size: 14, weight: 700, fill: light.ink },
    ...[widths, batch, rest.join(', ')]
      .filter((text) => text !== '')
      .map((text) => ({ text, size: labelSize, weight: 400, fill: light.muted })),
  ];
  return lines.map(({ text, size, weight, fill }, index) =>
    textElement(text, {
      x,
      y: plotHeight + 24 + index * 17,
      'text-anchor': 'middle',
      'font-size': size,
      'font-weight': weight,
      fill,
    }),
  );
}
