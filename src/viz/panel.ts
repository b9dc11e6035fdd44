// One panel of training curves: grid, axes, lines with gaps, the marked epoch, and labels at the line ends that keep
// out of each other's way. Relies on scale.ts for axes and on svg.ts and theme.ts for drawing.
import { coordinate, element, escapeXml, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { epochAxis, formatValue, linearAxis, logAxis, type Axis, type ValueFormat } from './scale.ts';
import { light, type Role } from './theme.ts';

/** A curve as a panel draws it. */
export interface PanelLine {
  readonly name: string;
  readonly values: readonly number[];
  readonly role: Role;
}

/** Everything a panel needs; all options resolved. Positions and sizes are in pixels. */
export interface Panel {
  readonly lines: readonly PanelLine[];
  readonly label: string;
  readonly scale: 'linear' | 'log' | 'auto';
  readonly format: ValueFormat;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xLabel: string;
  readonly firstEpoch: number;
  readonly epochs: number;
  readonly best: { readonly epoch: number; readonly label: string } | undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A value that the axis cannot show, and the edge of the panel where its cross stands. */
interface Gap extends Point {
  readonly epoch: number;
  readonly value: number;
}

/** Where the curves are, inside the panel. */
interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const tickSize = 11;
const labelValueSize = 14;
const labelNameSize = 11.5;
const labelHeight = 32;
const longestLabel = 110;
const endLabelGap = 12;

function chooseAxis(panel: Panel): Axis {
  const values = panel.lines.flatMap((line) => line.values);
  if (panel.scale === 'log') return logAxis(values, panel.format);
  if (panel.scale === 'linear' || panel.format === 'percent') return linearAxis(values, panel.format);
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return least > 0 && greatest / least >= 100
    ? logAxis(values, panel.format)
    : linearAxis(values, panel.format);
}

/** Runs of drawable neighbours, and the gaps between them. */
function trace(line: PanelLine, firstEpoch: number, xAxis: Axis, yAxis: Axis, plot: Plot) {
  const runs: Point[][] = [];
  const gaps: Gap[] = [];
  let run: Point[] = [];
  for (const [index, value] of line.values.entries()) {
    const epoch = firstEpoch + index;
    const x = plot.left + xAxis.position(epoch) * (plot.right - plot.left);
    const height = yAxis.position(value);
    if (Number.isNaN(height)) {
      run = [];
      const edge = value > 0 || Number.isNaN(value) ? plot.top : plot.bottom;
      gaps.push({ epoch, value, x, y: edge });
      continue;
    }
    if (run.length === 0) runs.push(run);
    run.push({ x, y: plot.bottom - height * (plot.bottom - plot.top) });
  }
  return { runs, gaps };
}

/** Keeps the first, highest, lowest and last point of every pixel column, so that long runs lose no extreme. */
function thinned(run: readonly Point[]): readonly Point[] {
  const columns: Point[][] = [];
  let current: Point[] = [];
  let column = NaN;
  for (const point of run) {
    if (Math.floor(point.x) !== column) {
      column = Math.floor(point.x);
      current = [];
      columns.push(current);
    }
    current.push(point);
  }
  return columns.flatMap((points) => {
    if (points.length <= 4) return points;
    let lowest = 0;
    let highest = 0;
    for (const [index, point] of points.entries()) {
      if (point.y > (points[lowest]?.y ?? point.y)) lowest = index;
      if (point.y < (points[highest]?.y ?? point.y)) highest = index;
    }
    const kept = new Set([0, lowest, highest, points.length - 1]);
    return points.filter((_, index) => kept.has(index));
  });
}

function pathOf(run: readonly Point[]): string {
  return run
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${coordinate(point.x)} ${coordinate(point.y)}`)
    .join('');
}

function drawLine(line: PanelLine, panel: Panel, xAxis: Axis, yAxis: Axis, plot: Plot): readonly string[] {
  const stroke = light.roles[line.role].line;
  const { runs, gaps } = trace(line, panel.firstEpoch, xAxis, yAxis, plot);
  // A diverged run is one long gap: a cross a few pixels apart says as much as thousands.
  const crosses = gaps.filter(
    (gap, index) => index === 0 || Math.floor(gap.x / 6) !== Math.floor((gaps[index - 1]?.x ?? 0) / 6),
  );
  return [
    ...runs.map((run) =>
      run.length === 1 && run[0] !== undefined
        ? element('circle', { cx: run[0].x, cy: run[0].y, r: 3, fill: stroke })
        : element('path', {
            d: pathOf(thinned(run)),
            fill: 'none',
            stroke,
            'stroke-width': 2.25,
            'stroke-linejoin': 'round',
            'stroke-linecap': 'round',
          }),
    ),
    ...crosses.map((gap) =>
      element(
        'path',
        {
          d: `M${coordinate(gap.x - 3.5)} ${coordinate(gap.y - 3.5)}l7 7m0 -7l-7 7`,
          fill: 'none',
          stroke,
          'stroke-width': 1.75,
          'stroke-linecap': 'round',
        },
        [tooltip(`${line.name}, ${panel.xLabel} ${gap.epoch}: ${formatValue(gap.value, panel.format)}`)],
      ),
    ),
  ];
}

/** Moves label centres apart to at least `height`, in the order of their wishes, inside `top … bottom`. */
export function spreadLabels(
  wishes: readonly number[],
  height: number,
  top: number,
  bottom: number,
): readonly number[] {
  const step = Math.min(height, (bottom - top) / Math.max(1, wishes.length));
  const order = wishes
    .map((wish, index) => ({ wish, index }))
    .sort((a, b) => a.wish - b.wish || a.index - b.index);
  const placed: number[] = [];
  for (const { wish } of order) {
    placed.push(Math.max(wish, (placed.at(-1) ?? -Infinity) + step, top + step / 2));
  }
  let limit = bottom - step / 2;
  for (let index = placed.length - 1; index >= 0; index--) {
    placed[index] = Math.min(placed[index] ?? limit, limit);
    limit = (placed[index] ?? limit) - step;
  }
  const centres = new Array<number>(wishes.length).fill(0);
  for (const [rank, { index }] of order.entries()) centres[index] = placed[rank] ?? 0;
  return centres;
}

/** Top and bottom of the curves; the label of a marked epoch stands above them. */
function verticalExtent(panel: Panel): Pick<Plot, 'top' | 'bottom'> {
  return { top: panel.best === undefined ? 34 : 50, bottom: panel.height - 40 };
}

/** Whether all labels at the line ends can have the value above the name; otherwise both share a line. */
function hasRoomForTwoLines(panel: Panel): boolean {
  const { top, bottom } = verticalExtent(panel);
  return panel.lines.length * labelHeight <= bottom - top;
}

function drawEndLabels(panel: Panel, xAxis: Axis, yAxis: Axis, plot: Plot): readonly string[] {
  const ends = panel.lines.map((line) => {
    const last = line.values.at(-1);
    const shown = line.values.findLastIndex((value) => !Number.isNaN(yAxis.position(value)));
    const height = yAxis.position(line.values[shown] ?? NaN);
    return {
      line,
      text: last === undefined ? '–' : formatValue(last, panel.format),
      x: plot.left + xAxis.position(panel.firstEpoch + Math.max(shown, 0)) * (plot.right - plot.left),
      y: Number.isNaN(height) ? plot.top : plot.bottom - height * (plot.bottom - plot.top),
      hasPoint: shown >= 0,
    };
  });
  const isTwoLines = hasRoomForTwoLines(panel);
  const centres = spreadLabels(
    ends.map((end) => end.y),
    isTwoLines ? labelHeight : 15,
    plot.top - 10,
    plot.bottom,
  );
  return ends.flatMap(({ line, text, x, y, hasPoint }, index) => {
    const colours = light.roles[line.role];
    const centre = centres[index] ?? y;
    const left = plot.right + endLabelGap;
    const value = { x: left, fill: colours.ink, 'font-weight': 700, 'font-size': labelValueSize };
    const name = { x: left, fill: colours.ink, 'font-size': labelNameSize };
    return [
      ...(hasPoint
        ? [
            element('circle', {
              cx: x,
              cy: y,
              r: 3.5,
              fill: colours.line,
              stroke: light.surface,
              'stroke-width': 1.5,
            }),
          ]
        : []),
      ...(hasPoint && isTwoLines && Math.abs(centre - y) > labelHeight / 2
        ? [
            element('path', {
              d: `M${coordinate(x + 5)} ${coordinate(y)}L${coordinate(left - 3)} ${coordinate(centre)}`,
              fill: 'none',
              stroke: colours.line,
              'stroke-opacity': 0.5,
            }),
          ]
        : []),
      ...(isTwoLines
        ? [
            textElement(text, { ...value, y: centre + 1 }),
            textElement(fitText(line.name, longestLabel, labelNameSize), { ...name, y: centre + 14 }),
          ]
        : [
            textElement(fitText(`${text}  ${line.name}`, longestLabel + 10, labelNameSize), {
              ...name,
              y: centre + 4,
            }),
          ]),
    ];
  });
}

/** Room that the labels at the line ends take. */
function endLabelWidth(panel: Panel): number {
  const isTwoLines = hasRoomForTwoLines(panel);
  const widths = panel.lines.map((line) => {
    const last = line.values.at(-1);
    const text = last === undefined ? '–' : formatValue(last, panel.format);
    const value = estimateTextWidth(text, labelValueSize) * 1.08;
    const name = estimateTextWidth(line.name, labelNameSize);
    return isTwoLines
      ? Math.max(value, Math.min(name, longestLabel))
      : Math.min(longestLabel + 10, estimateTextWidth(`${text}  ${line.name}`, labelNameSize));
  });
  return Math.max(0, ...widths) + endLabelGap;
}

function drawBest(panel: Panel, xAxis: Axis, yAxis: Axis, plot: Plot): readonly string[] {
  const { best } = panel;
  if (best === undefined) return [];
  const x = plot.left + xAxis.position(best.epoch) * (plot.right - plot.left);
  const half = estimateTextWidth(best.label, tickSize) / 2;
  const anchor = x - half < plot.left ? 'start' : x + half > plot.right ? 'end' : 'middle';
  const { line, ink } = light.roles.accent;
  const dots = panel.lines.flatMap((one) => {
    const value = one.values[best.epoch - panel.firstEpoch];
    const height = yAxis.position(value ?? NaN);
    return Number.isNaN(height)
      ? []
      : [
          element('circle', {
            cx: x,
            cy: plot.bottom - height * (plot.bottom - plot.top),
            r: 4,
            fill: light.surface,
            stroke: light.roles[one.role].line,
            'stroke-width': 2,
          }),
        ];
  });
  return [
    element('path', {
      d: `M${coordinate(x)} ${coordinate(plot.top - 6)}V${coordinate(plot.bottom)}`,
      fill: 'none',
      stroke: line,
      'stroke-width': 1.25,
      'stroke-dasharray': '3 3',
    }),
    textElement(best.label, {
      x: anchor === 'start' ? x - 2 : anchor === 'end' ? x + 2 : x,
      y: plot.top - 11,
      'text-anchor': anchor,
      'font-size': tickSize,
      fill: ink,
    }),
    ...dots,
  ];
}

function drawAxes(panel: Panel, xAxis: Axis, yAxis: Axis, plot: Plot): readonly string[] {
  const tickText = { 'font-size': tickSize, fill: light.muted };
  return [
    ...yAxis.ticks.flatMap((tick) => {
      const y = plot.bottom - yAxis.position(tick.value) * (plot.bottom - plot.top);
      return [
        element('path', {
          d: `M${coordinate(plot.left)} ${coordinate(y)}H${coordinate(plot.right)}`,
          fill: 'none',
          stroke: light.grid,
        }),
        textElement(tick.text, { x: plot.left - 10, y: y + 4, 'text-anchor': 'end', ...tickText }),
      ];
    }),
    element('path', {
      d: `M${coordinate(plot.left)} ${coordinate(plot.bottom)}H${coordinate(plot.right)}`,
      fill: 'none',
      stroke: light.border,
    }),
    ...xAxis.ticks.map((tick) =>
      textElement(tick.text, {
        x: plot.left + xAxis.position(tick.value) * (plot.right - plot.left),
        y: plot.bottom + 18,
        'text-anchor': 'middle',
        ...tickText,
      }),
    ),
    textElement(panel.xLabel, {
      x: (plot.left + plot.right) / 2,
      y: plot.bottom + 36,
      'text-anchor': 'middle',
      ...tickText,
    }),
  ];
}

function drawTitle(label: string, kind: Axis['kind']): string {
  const note = { 'font-weight': 400, 'font-size': tickSize, fill: light.muted, dx: 8 };
  return element('text', { x: 0, y: 12, 'font-size': 14, 'font-weight': 600, fill: light.ink }, [
    escapeXml(label),
    ...(kind === 'log' ? [element('tspan', note, ['logarithmic'])] : []),
  ]);
}

/** The panel as a group of elements at its place in the card. */
export function drawPanel(panel: Panel): string {
  const yAxis = chooseAxis(panel);
  const xAxis = epochAxis(panel.firstEpoch, panel.epochs);
  const tickWidth = Math.max(...yAxis.ticks.map((tick) => estimateTextWidth(tick.text, tickSize)));
  const plot: Plot = {
    left: tickWidth + 10,
    right: panel.width - endLabelWidth(panel),
    ...verticalExtent(panel),
  };
  return element('g', { transform: `translate(${coordinate(panel.x)} ${coordinate(panel.y)})` }, [
    drawTitle(panel.label, yAxis.kind),
    ...drawAxes(panel, xAxis, yAxis, plot),
    ...panel.lines.flatMap((line) => drawLine(line, panel, xAxis, yAxis, plot)),
    ...drawBest(panel, xAxis, yAxis, plot),
    ...drawEndLabels(panel, xAxis, yAxis, plot),
  ]);
}
