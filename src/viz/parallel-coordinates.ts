// The results of a search over hyper-parameters as an SVG card: an axis a parameter, a line a trial that ends at its
// value, good ones strong and the best one marked. Relies on scale.ts.
import { card, cardPadding, type Headline } from './card.ts';
import { messageCard } from './message-card.ts';
import { checkWidth, dataError } from './refusal.ts';
import { formatValue, linearAxis, logAxis, type ValueFormat } from './scale.ts';
import { coordinate, element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** One trial: what was chosen, and what came of it. */
export interface Trial {
  readonly params: Readonly<Record<string, number | string | boolean>>;
  /** NaN for a trial that failed. */
  readonly value: number;
}

/** Options of {@link parallelCoordinates}; only `trials` is needed. */
export interface ParallelCoordinatesOptions {
  readonly trials: readonly Trial[];
  /** What the value is. Default `'value'`. */
  readonly valueName?: string | undefined;
  /** Default: `'percent'` for a name that contains `accuracy`, otherwise `'number'`. */
  readonly format?: ValueFormat | undefined;
  /** Which values are better. Default: `'higher'` in percent, otherwise `'lower'`. */
  readonly better?: 'higher' | 'lower' | undefined;
  readonly title?: string | undefined;
  /** Default: the parameters of the best trial. */
  readonly subtitle?: string | undefined;
  /** Default: the best value. */
  readonly headline?: Headline | undefined;
  /** Width of the card in pixels, at least 360. Default 150 an axis, from 560 to 1280. */
  readonly width?: number | undefined;
}

const call = 'parallelCoordinates';
const top = 34;
const plotHeight = 300;
const tickSize = 11;
const longestTick = 96;

/** One axis of the picture: where each trial is on it, from 0 below to 1 above. */
interface Coordinate {
  readonly name: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** NaN where a trial has no place. */
  readonly of: (trial: Trial) => number;
}

function numericCoordinate(
  name: string,
  values: readonly number[],
  of: (trial: Trial) => number,
  format: ValueFormat,
): Coordinate {
  const finite = values.filter(Number.isFinite);
  const least = Math.min(...finite);
  const isLog = format === 'number' && least > 0 && Math.max(...finite) / least >= 50;
  const axis = isLog ? logAxis(finite, format) : linearAxis(finite, format);
  return {
    name,
    ticks: axis.ticks.map(({ value, text }) => ({ at: axis.position(value), text })),
    of: (trial) => axis.position(of(trial)),
  };
}

function parameterCoordinate(name: string, trials: readonly Trial[]): Coordinate {
  const values = trials.flatMap(({ params }) => params[name] ?? []);
  if (values.every((value) => typeof value === 'number')) {
    return numericCoordinate(name, values, ({ params }) => Number(params[name] ?? NaN), 'number');
  }
  // Numbers among words, such as a batch size or 'full', stand before them, in order.
  const kinds = [...new Set(values)].sort((one, other) =>
    typeof one === 'number' && typeof other === 'number'
      ? one - other
      : Number(typeof one !== 'number') - Number(typeof other !== 'number'),
  );
  const at = (value: unknown): number => {
    const index = kinds.findIndex((kind) => kind === value);
    return index < 0 ? NaN : (index + 0.5) / kinds.length;
  };
  // Of very many words only so many fit.
  const stride = Math.ceil((kinds.length * 15) / plotHeight);
  return {
    name,
    ticks: kinds
      .filter((_, index) => index % stride === 0)
      .map((kind) => ({ at: at(kind), text: String(kind) })),
    of: ({ params }) => at(params[name]),
  };
}

function checkTrials(trials: readonly Trial[]): void {
  const known: readonly string[] = ['number', 'string', 'boolean'];
  for (const [index, { params }] of trials.entries()) {
    const wrong = Object.entries(params).find(([, value]) => !known.includes(typeof value));
    if (wrong === undefined) continue;
    const help = 'give numbers, texts and booleans';
    throw dataError('E_VALUE', call, `"${wrong[0]}" of trial ${index} is ${typeof wrong[1]}`, help);
  }
}

/** Text that lines may run behind. */
function haloed(content: string, attributes: Readonly<Record<string, string | number>>): readonly string[] {
  const halo = { ...attributes, stroke: light.surface, 'stroke-width': 4, 'stroke-linejoin': 'round' };
  return [textElement(content, { ...halo, fill: light.surface }), textElement(content, attributes)];
}

function drawAxis({ name, ticks }: Coordinate, x: number, room: number, isValue: boolean): readonly string[] {
  const bottom = top + plotHeight;
  return [
    element('path', {
      d: `M${coordinate(x)} ${top}V${bottom}`,
      fill: 'none',
      stroke: light.muted,
      'stroke-width': 1.25,
    }),
    ...ticks.flatMap(({ at, text }) => {
      const y = bottom - at * plotHeight;
      return [
        element('path', { d: `M${coordinate(x - 4)} ${coordinate(y)}h4`, fill: 'none', stroke: light.muted }),
        ...haloed(fitText(text, Math.min(longestTick, room - 14), tickSize), {
          x: x - 8,
          y: y + 4,
          'text-anchor': 'end',
          'font-size': tickSize,
          fill: light.muted,
        }),
      ];
    }),
    textElement(fitText(name, room - 8, 12.5), {
      x,
      y: top - 16,
      'text-anchor': isValue ? 'end' : 'middle',
      'font-size': 12.5,
      'font-weight': 600,
      fill: light.ink,
    }),
  ];
}

/** The share of trials that are no better, from 0 for the worst to 1 for the best; NaN for a trial that failed. */
function ranksOf(trials: readonly Trial[], sign: number): readonly number[] {
  const values = trials.map(({ value }) => sign * value).filter((value) => !Number.isNaN(value));
  const sorted = values.toSorted((one, other) => one - other);
  return trials.map(({ value }) =>
    Number.isNaN(value)
      ? NaN
      : sorted.length < 2
        ? 1
        : sorted.findLastIndex((one) => one <= sign * value) / (sorted.length - 1),
  );
}

/**
 * Draws the trials of a search over hyper-parameters in parallel coordinates: an axis a parameter, the value on the last
 * one, a line a trial. The better a trial the stronger its line, the best one in violet; trials that failed are dotted
 * and end before the last axis. Parameters that span a factor of 50 or more have a logarithmic axis.
 *
 * @example
 * parallelCoordinates({
 *   valueName: 'accuracy',
 *   trials: [
 *     { params: { lr: 0.001, optimizer: 'adam' }, value: 0.93 },
 *     { params: { lr: 0.1, optimizer: 'sgd' }, value: 0.9 },
 *   ],
 * });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if there
 *   are no trials.
 * @throws DataError `E_VALUE` for a parameter that is no number, text or boolean.
 * @throws DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function parallelCoordinates(options: ParallelCoordinatesOptions): string {
  const { trials, valueName = 'value', title = 'Search', headline } = options;
  checkWidth(call, options.width, 360);
  checkTrials(trials);
  if (trials.length === 0) {
    return messageCard({ title, subtitle: options.subtitle, headline }, 'There are no trials to show');
  }
  const format = options.format ?? (/accuracy/i.test(valueName) ? 'percent' : 'number');
  const better = options.better ?? (format === 'percent' ? 'higher' : 'lower');
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))];
  const coordinates = [
    ...names.map((name) => parameterCoordinate(name, trials)),
    numericCoordinate(
      valueName,
      trials.map(({ value }) => value),
      ({ value }) => value,
      format,
    ),
  ];
  const width = (options.width ?? Math.min(1280, Math.max(560, 150 * coordinates.length))) - 2 * cardPadding;
  const firstTicks =
    coordinates[0]?.ticks.map(({ text }) => Math.min(longestTick, estimateTextWidth(text, tickSize))) ?? [];
  const left =
    Math.max(0, ...firstTicks, Math.min(longestTick, estimateTextWidth(names[0] ?? '', 12.5)) / 2 - 8) + 10;
  const gap = (width - 8 - left) / Math.max(1, coordinates.length - 1);
  const place = (index: number): number => (coordinates.length === 1 ? width - 8 : left + index * gap);
  const ranks = ranksOf(trials, better === 'higher' ? 1 : -1);
  const best = ranks.findIndex((rank) => rank === 1);
  // The better ones are drawn last, above the others.
  const order = trials.map((_, index) => index).sort((one, other) => (ranks[one] || 0) - (ranks[other] || 0));
  const lines = [...order.filter((index) => index !== best), ...(best < 0 ? [] : [best])].flatMap((index) => {
    const trial = trials[index];
    if (trial === undefined) return [];
    let isOpen = false;
    const path = coordinates
      .map((one, at) => {
        const height = one.of(trial);
        const command = Number.isNaN(height)
          ? ''
          : `${isOpen ? 'L' : 'M'}${coordinate(place(at))} ${coordinate(top + (1 - height) * plotHeight)}`;
        isOpen = !Number.isNaN(height);
        return command;
      })
      .join('');
    const rank = ranks[index] ?? NaN;
    const isBest = index === best;
    const role = isBest ? 'accent' : Number.isNaN(rank) ? 'loss' : 'forward';
    return [
      element(
        'path',
        {
          d: path,
          fill: 'none',
          stroke: light.roles[role].line,
          'stroke-width': isBest ? 3 : 1.5,
          'stroke-opacity': isBest ? 1 : Number.isNaN(rank) ? 0.6 : 0.15 + 0.65 * rank ** 2,
          'stroke-dasharray': Number.isNaN(rank) ? '2 4' : undefined,
          'stroke-linejoin': 'round',
        },
        [tooltip(`${describe(trial)}: ${formatValue(trial.value, format)}`)],
      ),
    ];
  });
  const winner = best < 0 ? undefined : trials[best];
  const subtitle = options.subtitle ?? (winner === undefined ? 'every trial failed' : describe(winner));
  return card(
    {
      title,
      subtitle,
      headline:
        headline ??
        (winner === undefined
          ? undefined
          : { value: formatValue(winner.value, format), label: `best ${valueName} of ${trials.length}` }),
    },
    width,
    top + plotHeight + 8,
    [
      ...lines,
      ...coordinates.flatMap((one, index) =>
        drawAxis(
          one,
          place(index),
          index === 0 ? Math.min(gap, 2 * left) : gap,
          index === coordinates.length - 1,
        ),
      ),
    ],
    [title, `${trials.length} trials over ${names.join(', ')}`, subtitle].join('. '),
  );
}

/** `lr 0.001, optimizer adam` */
function describe({ params }: Trial): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatParameter(value) : String(value)}`)
    .join(', ');
}

/** A parameter as it was chosen, at most four digits. */
function formatParameter(value: number): string {
  return String(Number(value.toPrecision(4)));
}
