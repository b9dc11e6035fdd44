// Runs side by side, such as optimizers or regularisers, as an SVG card: a panel a metric, a bar a run, the best one
// marked; runs of several seeds show their mean and each seed. Relies on card.ts and scale.ts, and prints a spread as
// crossValidate does.
import { printSpread, spreadOf } from '../metrics/spread.ts';
import { card, cardPadding, type Headline } from './card.ts';
import { messageCard } from './message-card.ts';
import { checkCount, checkWidth, optionError } from './refusal.ts';
import { formatValue, linearAxis, type Axis, type ValueFormat } from './scale.ts';
import { coordinate, element, escapeXml, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** One run, or several of one recipe with other seeds. */
export interface Run {
  readonly name: string;
  /** Each metric's value, or one value a seed. A metric that is missing leaves a gap. */
  readonly values: Readonly<Record<string, number | readonly number[]>>;
}

/** How one metric is shown. */
export interface MetricOptions {
  /** Default: the metric's name with a capital. */
  readonly label?: string | undefined;
  /** Default: `'percent'` for a metric whose name contains `accuracy`, otherwise `'number'`. */
  readonly format?: ValueFormat | undefined;
  /** Which end is best. Default: `'higher'` for a metric in percent, otherwise `'lower'`; `'neither'` marks none. */
  readonly better?: 'higher' | 'lower' | 'neither' | undefined;
  /** The value at which bars begin. Default 0; a near one shows small differences, and the axis says so. */
  readonly from?: number | undefined;
}

/** Options of {@link compareRuns}; only `runs` is needed. */
export interface CompareRunsOptions {
  readonly runs: readonly Run[];
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  readonly metrics?: Readonly<Record<string, MetricOptions>> | undefined;
  /** Panels side by side. Default 2. */
  readonly columns?: number | undefined;
  /** Width of the card in pixels, at least 400 a column. Default 960 for two or more columns, 560 for one. */
  readonly width?: number | undefined;
}

const call = 'compareRuns';
const titleHeight = 30;
const rowHeight = 30;
const barHeight = 16;
const axisHeight = 24;
const panelGap = 34;
const nameSize = 12.5;
const valueSize = 12.5;
const longestName = 150;

interface Bar {
  readonly name: string;
  /** Finite values, one a seed. */
  readonly seeds: readonly number[];
  /** What stands behind the bar where there is no finite value. */
  readonly lack: string;
  readonly mean: number;
}

function barOf(run: Run, metric: string, format: ValueFormat): Bar {
  const given = run.values[metric];
  const all = given === undefined ? [] : typeof given === 'number' ? [given] : given;
  const seeds = all.filter((value) => Number.isFinite(value));
  const lack = all.length === 0 ? 'not measured' : formatValue(all[0] ?? NaN, format);
  return { name: run.name, seeds, lack, mean: seeds.reduce((sum, value) => sum + value, 0) / seeds.length };
}

/** The run whose mean is best; undefined if none is, or all are equal. */
function bestOf(bars: readonly Bar[], better: 'higher' | 'lower' | 'neither'): Bar | undefined {
  const measured = bars.filter((bar) => bar.seeds.length > 0);
  if (better === 'neither' || new Set(measured.map((bar) => bar.mean)).size < 2) return undefined;
  const sign = better === 'higher' ? -1 : 1;
  return measured.reduce((best, bar) => (sign * bar.mean < sign * best.mean ? bar : best));
}

function textOf({ seeds, lack, mean }: Bar, format: ValueFormat): string {
  if (seeds.length === 0) return lack;
  if (seeds.length === 1) return formatValue(mean, format);
  const spread = spreadOf(seeds);
  if (format === 'number') return printSpread(spread).replaceAll('-', '−');
  return `${formatValue(mean, format).replace(/ %$/, '')} ± ${formatValue(spread.std, format)}`;
}

function drawBar(
  bar: Bar,
  isBest: boolean,
  format: ValueFormat,
  axis: Axis,
  start: number,
  row: { readonly left: number; readonly right: number; readonly y: number },
): readonly string[] {
  const { line, ink } = light.roles[isBest ? 'accent' : 'forward'];
  const place = (value: number): number =>
    row.left + Math.min(1, Math.max(0, axis.position(value))) * (row.right - row.left);
  const [zero, end] = [place(start), place(bar.mean)];
  const text = textOf(bar, format);
  const farthest = Math.max(zero, end, ...bar.seeds.map(place));
  const middle = row.y + rowHeight / 2;
  const shown = fitText(bar.name, longestName, nameSize);
  return [
    textElement(shown, {
      x: row.left - 10,
      y: middle + 4,
      'text-anchor': 'end',
      'font-size': nameSize,
      'font-weight': isBest ? 700 : undefined,
      fill: isBest ? ink : light.ink,
    }),
    ...(bar.seeds.length === 0
      ? []
      : [
          element(
            'rect',
            {
              x: Math.min(zero, end),
              y: middle - barHeight / 2,
              width: Math.max(1, Math.abs(end - zero)),
              height: barHeight,
              rx: 3,
              fill: line,
              'fill-opacity': 0.85,
            },
            [tooltip(`${bar.name}: ${text}`)],
          ),
        ]),
    ...(bar.seeds.length < 2
      ? []
      : bar.seeds.map((value) =>
          element('circle', {
            cx: place(value),
            cy: middle,
            r: 3.25,
            fill: light.surface,
            stroke: ink,
            'stroke-width': 1.25,
          }),
        )),
    textElement(text, {
      x: (bar.seeds.length === 0 ? row.left : farthest) + 8,
      y: middle + 4,
      'font-size': valueSize,
      'font-weight': isBest ? 700 : undefined,
      fill: bar.seeds.length === 0 ? light.muted : isBest ? ink : light.ink,
    }),
  ];
}

/** An axis from where bars begin; a beginning other than 0 is the first tick. */
function axisOf(start: number, values: readonly number[], format: ValueFormat): Axis {
  const round = linearAxis([start, ...values], format);
  const position = (value: number): number => (value - start) / (round.high - start);
  if (start === 0 || !values.every((value) => value > start) || values.length === 0) return round;
  const first = { value: start, text: formatValue(start, format) };
  const rest = round.ticks.filter(({ value }) => position(value) > 0.12);
  return { ...round, low: start, position, ticks: [first, ...rest] };
}

function drawPanel(
  runs: readonly Run[],
  metric: string,
  options: MetricOptions,
  width: number,
  nameWidth: number,
): readonly string[] {
  const isPercent = options.format === undefined ? /accuracy/i.test(metric) : options.format === 'percent';
  const format = isPercent ? 'percent' : 'number';
  const better = options.better ?? (isPercent ? 'higher' : 'lower');
  const bars = runs.map((run) => barOf(run, metric, format));
  const best = bestOf(bars, better);
  const start = options.from ?? 0;
  const axis = axisOf(
    start,
    bars.flatMap((bar) => bar.seeds),
    format,
  );
  const textWidth = Math.max(...bars.map((bar) => estimateTextWidth(textOf(bar, format), valueSize) * 1.08));
  const left = nameWidth + 10;
  const right = Math.max(left + 60, width - textWidth - 12);
  // Ticks of narrow panels keep their distance.
  const widest = Math.max(...axis.ticks.map(({ text }) => estimateTextWidth(text, 11)));
  const stride = Math.ceil(((widest + 6) * (axis.ticks.length - 1)) / (right - left));
  const ticks = axis.ticks.filter((_, index) => index % stride === 0);
  const bottom = titleHeight + runs.length * rowHeight;
  const label = options.label ?? metric.charAt(0).toUpperCase() + metric.slice(1);
  const note = better === 'neither' ? '' : `${better} is better`;
  return [
    element('text', { x: 0, y: 12, 'font-size': 14, 'font-weight': 600, fill: light.ink }, [
      escapeXml(fitText(label, width - estimateTextWidth(note, 11) - 10, 14)),
      ...(note === ''
        ? []
        : [element('tspan', { 'font-weight': 400, 'font-size': 11, fill: light.muted, dx: 8 }, [note])]),
    ]),
    ...ticks.flatMap(({ value, text }) => {
      const x = left + axis.position(value) * (right - left);
      return [
        element('path', {
          d: `M${coordinate(x)} ${titleHeight}V${bottom}`,
          fill: 'none',
          stroke: value === start ? light.border : light.grid,
        }),
        textElement(text, { x, y: bottom + 16, 'text-anchor': 'middle', 'font-size': 11, fill: light.muted }),
      ];
    }),
    ...bars.flatMap((bar, index) =>
      drawBar(bar, bar === best, format, axis, start, { left, right, y: titleHeight + index * rowHeight }),
    ),
  ];
}

function checkOptions(
  { runs, metrics = {}, columns, width }: CompareRunsOptions,
  names: readonly string[],
): void {
  checkCount(call, 'columns', columns);
  checkWidth(call, width, 400 * Math.min(columns ?? 2, Math.max(1, names.length)));
  const unknown = Object.keys(metrics).find((name) => !names.includes(name));
  if (unknown !== undefined && runs.length > 0) {
    throw optionError(
      call,
      `metrics has an entry "${unknown}", but no run has that metric`,
      `the metrics are ${names.map((name) => `"${name}"`).join(', ')}`,
    );
  }
  for (const [name, { from }] of Object.entries(metrics)) {
    if (from === undefined || Number.isFinite(from)) continue;
    throw optionError(call, `from of "${name}" is ${from}`, 'give a finite number');
  }
}

/**
 * Draws runs side by side: a panel a metric, a bar a run in the order given, with the best run marked. Runs of several
 * seeds show the mean, every seed as a dot, and the standard deviation (of a sample) behind the mean.
 *
 * @example
 * compareRuns({
 *   title: 'Optimizers',
 *   runs: [
 *     { name: 'sgd', values: { loss: 0.42, accuracy: [0.88, 0.9, 0.89] } },
 *     { name: 'adam', values: { loss: 0.31, accuracy: [0.92, 0.93, 0.91] } },
 *   ],
 * });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   there are no runs.
 * @throws DeclarationError `E_OPTION` for options of an unknown metric, and for numbers that are not sensible.
 */
export function compareRuns(options: CompareRunsOptions): string {
  const { runs, title = 'Comparison of runs', subtitle, headline, metrics = {} } = options;
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.values)))];
  checkOptions(options, names);
  if (names.length === 0) return messageCard({ title, subtitle, headline }, 'There are no runs to compare');
  const columns = Math.min(options.columns ?? 2, names.length);
  const width = (options.width ?? (columns === 1 ? 560 : 480 * columns)) - 2 * cardPadding;
  const panelWidth = (width - (columns - 1) * panelGap) / columns;
  const panelHeight = titleHeight + runs.length * rowHeight + axisHeight;
  const rows = Math.ceil(names.length / columns);
  const nameWidth = Math.min(
    longestName,
    Math.max(...runs.map((run) => estimateTextWidth(run.name, nameSize) * 1.08)),
  );
  return card(
    { title, subtitle, headline },
    width,
    rows * panelHeight + (rows - 1) * panelGap,
    names.map((name, index) => {
      const x = (index % columns) * (panelWidth + panelGap);
      const y = Math.floor(index / columns) * (panelHeight + panelGap);
      return element(
        'g',
        { transform: `translate(${coordinate(x)} ${coordinate(y)})` },
        drawPanel(runs, name, metrics[name] ?? {}, panelWidth, nameWidth),
      );
    }),
    [title, subtitle, `${names.join(', ')} of ${runs.map((run) => run.name).join(', ')}`]
      .filter(Boolean)
      .join('. '),
  );
}
