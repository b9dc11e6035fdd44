// Histograms of layers over time as an SVG card: a panel a layer, a ridge a moment, the latest in front. Vanishing
// gradients and dying units show as ridges that shrink to a needle. Relies on histogram.ts and scale.ts.
import { card, cardPadding, type Headline } from './card.ts';
import type { Histogram } from './histogram.ts';
import { messageCard } from './message-card.ts';
import { checkCount, checkWidth, dataError } from './refusal.ts';
import { isDrawable, linearAxis, type Axis } from './scale.ts';
import { coordinate, element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light, type Role } from './theme.ts';

/** One layer's values over time. */
export interface LayerHistograms {
  readonly name: string;
  /** A histogram a moment, the earliest first. */
  readonly histograms: readonly Histogram[];
}

/** Options of {@link histogramRidges}; only `layers` is needed. */
export interface HistogramRidgesOptions {
  readonly layers: readonly LayerHistograms[];
  /** Numbers of the moments. Default: counted from 1. */
  readonly moments?: readonly number[] | undefined;
  /** What a moment is. Default `'epoch'`. */
  readonly momentName?: string | undefined;
  /** What the values are, for example `'gradient'`. Default `'value'`. */
  readonly quantity?: string | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  /** Whether all layers have one axis, so that widths compare. Default true. */
  readonly sharedAxis?: boolean | undefined;
  /** The colour. Default `'forward'`; gradients look well in `'backward'`. */
  readonly role?: Role | undefined;
  /** Most ridges a panel; moments between are left out. Default 24. */
  readonly ridges?: number | undefined;
  /** Panels side by side. Default: up to 3. */
  readonly columns?: number | undefined;
  /** Width of the card in pixels, at least 240 a column. Default 960, for one panel 560. */
  readonly width?: number | undefined;
}

const call = 'histogramRidges';
const titleHeight = 26;
const axisHeight = 44;
const panelGap = 28;
const ridgeHeight = 58;
const momentSize = 10.5;
const samples = 96;
/** Less than this share of a histogram at either end is beyond the axis: outliers would make needles of all ridges. */
const trimmed = 0.002;
/** Less than this share of the highest ridge is level ground. */
const thinnest = 0.004;

interface Ridge {
  readonly moment: number;
  readonly histogram: Histogram;
  readonly total: number;
}

function checkOptions({ layers, moments, ridges, columns, width }: HistogramRidgesOptions): void {
  checkCount(call, 'ridges', ridges, 2);
  checkCount(call, 'columns', columns);
  checkWidth(call, width, 240 * Math.min(columns ?? 3, Math.max(1, layers.length)));
  for (const { name, histograms } of layers) {
    if (moments !== undefined && moments.length !== histograms.length) {
      const help = 'give one number a histogram';
      throw dataError(
        'E_LENGTH',
        call,
        `${moments.length} moments for ${histograms.length} histograms of "${name}"`,
        help,
      );
    }
    const wrong = histograms.findIndex(
      ({ low, high, counts }) =>
        !(
          Number.isFinite(low) &&
          Number.isFinite(high) &&
          low <= high &&
          counts.every((count) => count >= 0)
        ),
    );
    if (wrong >= 0) {
      const help = 'give finite ends, the smaller one first, and counts of at least 0';
      throw dataError('E_VALUE', call, `histogram ${wrong} of "${name}" is none`, help);
    }
  }
}

/** At most `most` ridges, evenly chosen, the first and the last among them. */
function ridgesOf(
  layer: LayerHistograms,
  moments: readonly number[] | undefined,
  most: number,
): readonly Ridge[] {
  const count = Math.min(most, layer.histograms.length);
  return Array.from({ length: count }, (_, rank) => {
    const index = count === 1 ? 0 : Math.round((rank * (layer.histograms.length - 1)) / (count - 1));
    const histogram = layer.histograms[index] ?? { low: 0, high: 1, counts: [], missing: 0 };
    return {
      moment: moments?.[index] ?? index + 1,
      histogram,
      total:
        isDrawable(histogram.low) && isDrawable(histogram.high)
          ? histogram.counts.reduce((sum, value) => sum + value, 0)
          : 0,
    };
  });
}

/** The values between which all but a sliver of the histogram lies. */
function extentOf({ histogram, total }: Ridge): readonly number[] {
  const { low, high, counts } = histogram;
  if (total === 0) return [];
  const edge = (bin: number): number => low + (bin / counts.length) * (high - low);
  let below = 0;
  const first = counts.findIndex((count) => (below += count) > total * trimmed);
  let above = 0;
  const last = counts.findLastIndex((count) => (above += count) > total * trimmed);
  return [edge(Math.max(0, first)), edge(last + 1)];
}

/** An axis that ends where values do, since ridges need their width more than round ends. */
function tightAxis(values: readonly number[]): Axis {
  const round = linearAxis(values, 'number');
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  // Of (nearly) equal values the round axis knows what to show.
  if (!(high - low > (round.high - round.low) / 4)) return round;
  return {
    ...round,
    low,
    high,
    ticks: round.ticks.filter(({ value }) => value >= low && value <= high),
    position: (value) => (value - low) / (high - low),
  };
}

/** The share of the values in each of the equal pieces of the axis. */
function massOf({ histogram, total }: Ridge, axis: Axis): readonly number[] {
  const mass = new Array<number>(samples).fill(0);
  const { low, high, counts } = histogram;
  const piece = (axis.high - axis.low) / samples;
  const bin = (high - low) / counts.length;
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const start = (low + index * bin - axis.low) / piece;
    const end = Math.max(start + 1e-9, start + bin / piece);
    for (let at = Math.max(0, Math.floor(start)); at < Math.min(samples, Math.ceil(end)); at++) {
      const share = (Math.min(at + 1, end) - Math.max(at, start)) / (end - start);
      mass[at] = (mass[at] ?? 0) + (count / total) * Math.max(0, share);
    }
  }
  // A gentle bell over three pieces takes away the steps of bins that are wider than a pixel.
  return mass.map((value, at) => 0.25 * (mass[at - 1] ?? 0) + 0.5 * value + 0.25 * (mass[at + 1] ?? 0));
}

/** The mass that is as high as a ridge can be; a few needles do not flatten all others. */
function fullMass(masses: readonly (readonly number[])[]): number {
  const peaks = masses.map((mass) => Math.max(...mass)).sort((one, other) => one - other);
  const median = peaks[Math.floor(peaks.length / 2)] ?? 0;
  return Math.min(peaks.at(-1) ?? 0, median * 2) || 1;
}

function drawRidges(
  ridges: readonly Ridge[],
  axis: Axis,
  look: {
    readonly role: Role;
    readonly momentName: string;
    readonly width: number;
    readonly spacing: number;
  },
): readonly string[] {
  const { role, momentName, width, spacing } = look;
  const masses = ridges.map((ridge) => massOf(ridge, axis));
  const full = fullMass(masses.filter((_, index) => (ridges[index]?.total ?? 0) > 0));
  const { line, ink } = light.roles[role];
  const stride = Math.max(1, Math.ceil(13 / spacing));
  return ridges.flatMap((ridge, index) => {
    const base = titleHeight + ridgeHeight + index * spacing;
    const isNamed = index === ridges.length - 1 || (index % stride === 0 && index + stride < ridges.length);
    const name = isNamed
      ? [
          textElement(String(ridge.moment), {
            x: width + 6,
            y: base + 3.5,
            'font-size': momentSize,
            fill: ridge.total === 0 ? light.roles.loss.ink : light.muted,
          }),
        ]
      : [];
    const label = tooltip(
      `${momentName} ${ridge.moment}${ridge.histogram.missing > 0 ? `, ${ridge.histogram.missing} not finite` : ''}`,
    );
    if (ridge.total === 0) {
      return [
        element(
          'path',
          {
            d: `M0 ${coordinate(base)}H${coordinate(width)}`,
            fill: 'none',
            stroke: light.roles.loss.line,
            'stroke-dasharray': '3 3',
          },
          [label],
        ),
        ...name,
      ];
    }
    const mass = masses[index] ?? [];
    const at = (piece: number): string =>
      coordinate(Math.min(1, Math.max(0, (piece + 0.5) / samples)) * width);
    const first = mass.findIndex((value) => value > full * thinnest);
    const last = mass.findLastIndex((value) => value > full * thinnest);
    const points = mass
      .slice(first, last + 1)
      .map(
        (value, piece) =>
          `L${at(first + piece)} ${coordinate(base - Math.min(1, value / full) * ridgeHeight)}`,
      );
    const outline = `M${at(first - 1)} ${coordinate(base)}${points.join('')}L${at(last + 1)} ${coordinate(base)}`;
    const age = ridges.length === 1 ? 1 : index / (ridges.length - 1);
    return [
      element('path', {
        d: `M0 ${coordinate(base)}H${coordinate(width)}`,
        fill: 'none',
        stroke: light.border,
      }),
      element('path', { d: `${outline}z`, fill: light.surface }),
      element(
        'path',
        {
          d: outline,
          fill: line,
          'fill-opacity': 0.1 + 0.5 * age,
          stroke: age === 1 ? ink : line,
          'stroke-width': age === 1 ? 1.75 : 1,
          'stroke-linejoin': 'round',
        },
        [label],
      ),
      ...name,
    ];
  });
}

function drawPanel(
  layer: LayerHistograms,
  ridges: readonly Ridge[],
  axis: Axis,
  options: HistogramRidgesOptions,
  size: { readonly width: number; readonly height: number; readonly spacing: number },
): readonly string[] {
  const { momentName = 'epoch', quantity = 'value', role = 'forward' } = options;
  const momentWidth =
    12 + Math.max(0, ...ridges.map(({ moment }) => estimateTextWidth(String(moment), momentSize)));
  const width = size.width - momentWidth;
  const bottom = size.height - axisHeight + 6;
  // Ticks of narrow panels keep their distance.
  const widest = Math.max(...axis.ticks.map(({ text }) => estimateTextWidth(text, 11)));
  const stride = Math.ceil(((widest + 8) * (axis.ticks.length - 1)) / width);
  const ticks = axis.ticks.filter((_, index) => index % stride === 0);
  const half = (text: string): number => estimateTextWidth(text, 11) / 2;
  const isEmpty = ridges.every((ridge) => ridge.total === 0);
  return [
    textElement(fitText(layer.name, size.width - 16, 14), {
      x: 0,
      y: 12,
      'font-size': 14,
      'font-weight': 600,
      fill: light.ink,
    }),
    ...ticks.map(({ value }) =>
      element('path', {
        d: `M${coordinate(axis.position(value) * width)} ${titleHeight + 8}V${coordinate(bottom)}`,
        fill: 'none',
        stroke: light.grid,
      }),
    ),
    ...drawRidges(ridges, axis, { role, momentName, width, spacing: size.spacing }),
    ...(isEmpty
      ? [
          textElement(ridges.length === 0 ? 'no histogram' : 'no finite value', {
            x: width / 2,
            y: titleHeight + ridgeHeight - 18,
            'text-anchor': 'middle',
            'font-size': 12,
            fill: light.muted,
          }),
        ]
      : []),
    ...ticks.map(({ value, text }) =>
      textElement(text, {
        x: Math.min(width + momentWidth - half(text), Math.max(half(text) - 8, axis.position(value) * width)),
        y: bottom + 14,
        'text-anchor': 'middle',
        'font-size': 11,
        fill: light.muted,
      }),
    ),
    textElement(fitText(quantity, width, 11), {
      x: width / 2,
      y: bottom + 32,
      'text-anchor': 'middle',
      'font-size': 11,
      fill: light.muted,
    }),
    textElement(momentName, {
      x: size.width,
      y: titleHeight + 2,
      'text-anchor': 'end',
      'font-size': momentSize,
      fill: light.muted,
    }),
  ];
}

/**
 * Draws how the values of layers are distributed and how that changed: a panel a layer, a ridge a moment, from the
 * first at the back to the latest in front. For activations, gradients or weights, each counted by `histogram`.
 *
 * @example
 * const history = { linear1: [], linear2: [] };
 * // after every epoch: history.linear1.push(histogram(gradient1)), …
 * histogramRidges({
 *   title: 'Gradients', quantity: 'gradient', role: 'backward',
 *   layers: Object.entries(history).map(([name, histograms]) => ({ name, histograms })),
 * });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   there is no layer. Moments without any finite value are dashed lines.
 * @throws DataError `E_LENGTH` if moments and histograms differ in number, `E_VALUE` for a histogram without finite ends
 *   or with negative counts.
 * @throws DeclarationError `E_OPTION` for numbers that are not sensible.
 */
export function histogramRidges(options: HistogramRidgesOptions): string {
  checkOptions(options);
  const { layers, title = 'Distributions by layer', subtitle, headline, sharedAxis = true } = options;
  if (layers.length === 0) return messageCard({ title, subtitle, headline }, 'There are no layers to show');
  const columns = Math.min(options.columns ?? 3, layers.length);
  const width = (options.width ?? (columns === 1 ? 560 : 960)) - 2 * cardPadding;
  const panelWidth = (width - (columns - 1) * panelGap) / columns;
  const ridges = layers.map((layer) => ridgesOf(layer, options.moments, options.ridges ?? 24));
  const most = Math.max(1, ...ridges.map((some) => some.length));
  const spacing = Math.min(18, 200 / most);
  const height = titleHeight + ridgeHeight + (most - 1) * spacing + axisHeight;
  const extents = ridges.map((some) => some.flatMap(extentOf));
  const shared = tightAxis(extents.flat());
  const rows = Math.ceil(layers.length / columns);
  return card(
    { title, subtitle, headline },
    width,
    rows * height + (rows - 1) * panelGap,
    layers.map((layer, index) => {
      const axis = sharedAxis ? shared : tightAxis(extents[index] ?? []);
      const x = (index % columns) * (panelWidth + panelGap);
      const y = Math.floor(index / columns) * (height + panelGap);
      return element(
        'g',
        { transform: `translate(${coordinate(x)} ${coordinate(y)})` },
        drawPanel(layer, ridges[index] ?? [], axis, options, { width: panelWidth, height, spacing }),
      );
    }),
    [title, subtitle, layers.map((layer) => layer.name).join(', ')].filter(Boolean).join('. '),
  );
}
