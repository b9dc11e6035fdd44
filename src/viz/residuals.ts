// What a regression is off by, as an SVG card: a histogram of predicted minus true values. Relies on histogram.ts and
// plot.ts.
import { card, cardPadding, type Headline } from './card.ts';
import { histogram } from './histogram.ts';
import { messageCard } from './message-card.ts';
import { drawFrame, tickSize, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkCount, checkWidth, dataError } from './refusal.ts';
import { formatValue, isDrawable, linearAxis } from './scale.ts';
import { coordinate, element, estimateTextWidth, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Options of {@link residualHistogram}; `truth` and `predicted` are needed. */
export interface ResidualHistogramOptions {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** What is predicted, with its unit, for example `'miles per gallon'`. */
  readonly quantity?: string | undefined;
  readonly title?: string | undefined;
  /** Default: mean, standard deviation and number of the residuals. */
  readonly subtitle?: string | undefined;
  /** Default: the mean of their absolute values. */
  readonly headline?: Headline | undefined;
  /** Number of ranges. Default: about the square root of the number of samples, from 8 to 40. */
  readonly bins?: number | undefined;
  /** Width of the card in pixels, at least 360. Default 560. */
  readonly width?: number | undefined;
}

const call = 'residualHistogram';
const plotHeight = 260;
const top = 22;

/**
 * Draws how residuals, predicted minus true values, are distributed. A good fit is a narrow hill about the line at 0;
 * the dashed line is the mean, which says whether the model predicts too much or too little on the whole. Residuals that
 * are not finite are counted in the subtitle and not drawn.
 *
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if there
 *   is nothing to draw.
 * @throws DataError `E_LENGTH` if truths and predictions differ in number.
 * @throws DeclarationError `E_OPTION` for a width or a number of bins that is not sensible.
 */
export function residualHistogram(options: ResidualHistogramOptions): string {
  const { truth, predicted, quantity, title = 'Residuals', headline } = options;
  checkWidth(call, options.width, 360);
  checkCount(call, 'bins', options.bins);
  if (truth.length !== predicted.length) {
    const message = `${predicted.length} predictions for ${truth.length} true values`;
    throw dataError('E_LENGTH', call, message, 'give one prediction a true value');
  }
  const residuals = Array.from(truth, (value, index) => (predicted[index] ?? NaN) - value).filter(isDrawable);
  const count = residuals.length;
  if (count === 0) {
    const message = truth.length === 0 ? 'There are no residuals to show' : 'No residual is a finite number';
    return messageCard({ title, subtitle: options.subtitle, headline }, message);
  }
  // Sums of shares cannot overflow.
  const mean = residuals.reduce((sum, value) => sum + value / count, 0);
  const absolute = residuals.reduce((sum, value) => sum + Math.abs(value) / count, 0);
  const deviation = Math.hypot(
    ...residuals.map((value) => value / Math.sqrt(count) - mean / Math.sqrt(count)),
  );
  const missing = truth.length - count;
  const {
    subtitle = `mean ${formatValue(mean, 'number')}, deviation ${formatValue(deviation, 'number')}, ${count === 1 ? '1 sample' : `${count} samples`}${missing === 0 ? '' : `, ${missing} not finite`}`,
  } = options;
  // Both sides are equally wide, so that a bias is seen.
  const farthest = residuals.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const x = linearAxis([-farthest, farthest], 'number');
  const bins = options.bins ?? Math.min(40, Math.max(8, Math.ceil(Math.sqrt(count))));
  const { low, high, counts } = histogram(residuals, { bins, range: [x.low, x.high] });
  const axis = linearAxis([0, Math.max(...counts)], 'number');
  const y = {
    ...axis,
    ticks: axis.ticks
      .filter(({ value }) => Number.isInteger(value))
      .map(({ value }) => ({ value, text: String(value) })),
  };
  const width = (options.width ?? 560) - 2 * cardPadding;
  const plot: Plot = { x, y, left: yAxisWidth(y), right: width - 12, top, bottom: top + plotHeight };
  const { line } = light.roles.forward;
  const { accent } = light.roles;
  const zero = xOf(plot, 0);
  const middle = xOf(plot, mean);
  const label = `mean ${formatValue(mean, 'number')}`;
  const half = estimateTextWidth(label, tickSize) / 2;
  const bars = counts.flatMap((bar, index) => {
    if (bar === 0) return [];
    const start = low + ((high - low) / bins) * index;
    const end = low + ((high - low) / bins) * (index + 1);
    const left = xOf(plot, start);
    return [
      element(
        'rect',
        {
          x: left + 0.5,
          y: yOf(plot, bar),
          width: Math.max(1, xOf(plot, end) - left - 1),
          height: Math.max(1, plot.bottom - yOf(plot, bar)),
          rx: 1.5,
          fill: line,
          'fill-opacity': 0.8,
        },
        [tooltip(`${formatValue(start, 'number')} to ${formatValue(end, 'number')}: ${bar}`)],
      ),
    ];
  });
  const name = quantity === undefined ? 'predicted − true' : `predicted − true ${quantity}`;
  return card(
    {
      title,
      subtitle,
      headline: headline ?? { value: formatValue(absolute, 'number'), label: 'mean absolute error' },
    },
    width,
    plot.bottom + xAxisHeight,
    [
      ...drawFrame(plot, name, 'samples'),
      ...bars,
      element('path', {
        d: `M${coordinate(zero)} ${top}V${coordinate(plot.bottom)}`,
        fill: 'none',
        stroke: light.ink,
        'stroke-width': 1.25,
      }),
      element('path', {
        d: `M${coordinate(middle)} ${top - 6}V${coordinate(plot.bottom)}`,
        fill: 'none',
        stroke: accent.line,
        'stroke-width': 1.5,
        'stroke-dasharray': '4 3',
      }),
      textElement(label, {
        x: Math.min(plot.right - half, Math.max(plot.left + half, middle)),
        y: top - 10,
        'text-anchor': 'middle',
        'font-size': tickSize,
        fill: accent.ink,
      }),
    ],
    [title, subtitle].join('. '),
  );
}
