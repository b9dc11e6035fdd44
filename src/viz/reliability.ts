// Whether probabilities mean what they say, as an SVG card: how often the event came about over how likely it was said
// to be, and below how many samples were given each probability. Relies on plot.ts.
import type { CalibrationCurve } from '../metrics/calibration.ts';
import { card, cardPadding, type Headline } from './card.ts';
import { messageCard } from './message-card.ts';
import { drawFrame, nameSize, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkWidth } from './refusal.ts';
import { formatValue, linearAxis } from './scale.ts';
import { coordinate, element, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Options of {@link reliabilityDiagram}; all have defaults. */
export interface ReliabilityOptions {
  readonly title?: string | undefined;
  /** Default: the Brier score and the number of samples. */
  readonly subtitle?: string | undefined;
  /** Default: the expected calibration error. */
  readonly headline?: Headline | undefined;
  /** Width of the card in pixels, at least 360. Default 520. */
  readonly width?: number | undefined;
}

const call = 'reliabilityDiagram';
const countsHeight = 64;
const countsGap = 14;

/**
 * Draws a reliability diagram: bars end where the event came about as often as their range of probabilities says, on the
 * dashed diagonal. Bars below it are too sure, bars above it too cautious; the difference is shaded red.
 *
 * @example
 * reliabilityDiagram(calibrationCurve(labels, probabilities));
 * @param calibration what `calibrationCurve` of tapeless/train makes.
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if there
 *   is no sample.
 * @throws DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function reliabilityDiagram(calibration: CalibrationCurve, options: ReliabilityOptions = {}): string {
  checkWidth(call, options.width, 360);
  const { title = 'Reliability of probabilities' } = options;
  const bins = calibration.bins.filter(({ count }) => count > 0);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) {
    return messageCard(
      { title, subtitle: options.subtitle, headline: options.headline },
      'There is no sample',
    );
  }
  const samples = total === 1 ? '1 sample' : `${total} samples`;
  const { subtitle = `Brier score ${formatValue(calibration.brier, 'number')}, ${samples}` } = options;
  const error = formatValue(calibration.expectedError, 'percent');
  const { headline = { value: error, label: 'expected error' } } = options;
  const width = (options.width ?? 520) - 2 * cardPadding;
  const axis = linearAxis([0, 1], 'percent');
  const left = yAxisWidth(axis);
  const right = width - 12;
  const bottom = 6 + Math.min(right - left, 400);
  const plot: Plot = { x: axis, y: axis, left, right, top: 6, bottom };
  const most = Math.max(...bins.map(({ count }) => count));
  const countsTop = bottom + xAxisHeight + countsGap;
  const { forward, loss } = light.roles;
  const content = [
    ...drawFrame(plot, 'predicted probability', 'observed frequency'),
    ...bins.flatMap((bin) => {
      const [start, end] = [xOf(plot, bin.low) + 1, xOf(plot, bin.high) - 1];
      const [observed, expected] = [yOf(plot, bin.frequency), yOf(plot, bin.probability)];
      const says = `said ${formatValue(bin.probability, 'percent')}, came ${formatValue(bin.frequency, 'percent')}, ${bin.count} of ${total}`;
      const box = { x: start, width: Math.max(1, end - start) };
      return [
        element(
          'rect',
          {
            ...box,
            y: observed,
            height: Math.max(1, bottom - observed),
            fill: forward.line,
            'fill-opacity': 0.75,
          },
          [tooltip(says)],
        ),
        element('rect', {
          ...box,
          y: Math.min(observed, expected),
          height: Math.abs(observed - expected),
          fill: loss.line,
          'fill-opacity': 0.25,
          stroke: loss.line,
          'stroke-width': 1,
        }),
        element('circle', {
          cx: xOf(plot, bin.probability),
          cy: observed,
          r: 4,
          fill: light.surface,
          stroke: forward.ink,
          'stroke-width': 2,
        }),
        element(
          'rect',
          {
            ...box,
            y: countsTop + countsHeight * (1 - bin.count / most),
            height: Math.max(1, (countsHeight * bin.count) / most),
            fill: light.roles.data.line,
            'fill-opacity': 0.6,
          },
          [tooltip(says)],
        ),
      ];
    }),
    element('path', {
      d: `M${coordinate(left)} ${coordinate(bottom)}L${coordinate(right)} ${plot.top}`,
      fill: 'none',
      stroke: light.muted,
      'stroke-width': 1.25,
      'stroke-dasharray': '4 4',
    }),
    element('path', {
      d: `M${coordinate(left)} ${coordinate(countsTop + countsHeight)}H${coordinate(right)}`,
      fill: 'none',
      stroke: light.border,
    }),
    textElement('samples', {
      transform: `translate(11 ${coordinate(countsTop + countsHeight / 2)}) rotate(-90)`,
      'text-anchor': 'middle',
      'font-size': nameSize,
      'font-weight': 600,
      fill: light.muted,
    }),
    textElement(String(most), {
      x: left - 8,
      y: countsTop + 9,
      'text-anchor': 'end',
      'font-size': 11,
      fill: light.muted,
    }),
  ];
  return card(
    { title, subtitle, headline },
    width,
    countsTop + countsHeight + 4,
    content,
    [title, subtitle, `expected error ${error}`].filter(Boolean).join('. '),
  );
}
