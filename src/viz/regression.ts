// What a regression predicted over what was true, as an SVG card: points around the line where both are equal.
// Relies on plot.ts.
import { card, cardPadding, type Headline } from './card.ts';
import { messageCard } from './message-card.ts';
import { drawFrame, nameSize, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkWidth, dataError } from './refusal.ts';
import { formatValue, isDrawable, linearAxis } from './scale.ts';
import { coordinate, element, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Options of {@link regressionScatter}; `truth` and `predicted` are needed. */
export interface RegressionScatterOptions {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** What is predicted, with its unit, for example `'miles per gallon'`. */
  readonly quantity?: string | undefined;
  readonly title?: string | undefined;
  /** Default: RMSE, MAE and the number of samples. */
  readonly subtitle?: string | undefined;
  /** Default: the coefficient of determination R². */
  readonly headline?: Headline | undefined;
  /** Width of the card in pixels, at least 360. Default 560. */
  readonly width?: number | undefined;
}

const call = 'regressionScatter';

interface Sample {
  readonly truth: number;
  readonly predicted: number;
}

function subtitleOf(samples: readonly Sample[], missing: number): string {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const rmse = Math.sqrt(mean(({ truth, predicted }) => (predicted - truth) ** 2));
  const mae = mean(({ truth, predicted }) => Math.abs(predicted - truth));
  const count = samples.length === 1 ? '1 sample' : `${samples.length} samples`;
  const left = missing === 0 ? '' : `, ${missing} not finite`;
  return `RMSE ${formatValue(rmse, 'number')}, MAE ${formatValue(mae, 'number')}, ${count}${left}`;
}

/** `1 − Σ(predicted − truth)² / Σ(truth − mean)²`; NaN where all truths are equal. */
function determination(samples: readonly Sample[]): number {
  const mean = samples.reduce((sum, { truth }) => sum + truth, 0) / samples.length;
  const residual = samples.reduce((sum, { truth, predicted }) => sum + (predicted - truth) ** 2, 0);
  const total = samples.reduce((sum, { truth }) => sum + (truth - mean) ** 2, 0);
  return total === 0 ? NaN : 1 - residual / total;
}

/**
 * Draws predictions of a regression over the true values, on equal axes: a perfect model puts all points on the
 * diagonal. Pairs with a number that is not finite are counted in the subtitle and not drawn.
 *
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   there is nothing to draw.
 * @throws DataError `E_LENGTH` if truths and predictions differ in number.
 * @throws DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function regressionScatter(options: RegressionScatterOptions): string {
  const { truth, predicted, quantity, title = 'Predicted and true values' } = options;
  checkWidth(call, options.width, 360);
  if (truth.length !== predicted.length) {
    const help = 'give one prediction a true value';
    throw dataError(
      'E_LENGTH',
      call,
      `${predicted.length} predictions for ${truth.length} true values`,
      help,
    );
  }
  const samples = Array.from(truth, (value, index) => ({
    truth: value,
    predicted: predicted[index] ?? NaN,
  })).filter((sample) => isDrawable(sample.truth) && isDrawable(sample.predicted));
  if (samples.length === 0) {
    const message =
      truth.length === 0 ? 'There are no predictions to show' : 'No prediction is a finite number';
    return messageCard({ title, subtitle: options.subtitle, headline: options.headline }, message);
  }
  const width = (options.width ?? 560) - 2 * cardPadding;
  const axis = linearAxis(
    samples.flatMap((sample) => [sample.truth, sample.predicted]),
    'number',
  );
  const left = yAxisWidth(axis);
  const right = width - 12;
  const plot: Plot = { x: axis, y: axis, left, right, top: 8, bottom: 8 + (right - left) };
  const suffix = quantity === undefined ? '' : ` ${quantity}`;
  // Many points are fainter, so that their density shows.
  const opacity = Math.max(0.15, Math.min(0.75, 12 / Math.sqrt(samples.length)));
  const { forward, accent } = light.roles;
  const score = determination(samples);
  return card(
    {
      title,
      subtitle: options.subtitle ?? subtitleOf(samples, truth.length - samples.length),
      headline:
        options.headline ??
        (Number.isNaN(score) ? undefined : { value: formatValue(score, 'number'), label: 'R²' }),
    },
    width,
    plot.bottom + xAxisHeight,
    [
      ...drawFrame(plot, `true${suffix}`, `predicted${suffix}`),
      ...samples.map((sample) =>
        element(
          'circle',
          {
            cx: xOf(plot, sample.truth),
            cy: yOf(plot, sample.predicted),
            r: samples.length > 2000 ? 2.5 : 4,
            fill: forward.line,
            'fill-opacity': opacity,
          },
          [
            tooltip(
              `true ${formatValue(sample.truth, 'number')}, predicted ${formatValue(sample.predicted, 'number')}`,
            ),
          ],
        ),
      ),
      element('path', {
        d: `M${coordinate(plot.left)} ${coordinate(plot.bottom)}L${coordinate(plot.right)} ${coordinate(plot.top)}`,
        fill: 'none',
        stroke: accent.line,
        'stroke-width': 1.75,
        'stroke-dasharray': '6 4',
      }),
      // Few models predict the least of the greatest: that corner is free.
      element('path', {
        d: `M${coordinate(plot.right - 148)} ${coordinate(plot.bottom - 16)}h28`,
        fill: 'none',
        stroke: accent.line,
        'stroke-width': 1.75,
        'stroke-dasharray': '6 4',
      }),
      textElement('predicted = true', {
        x: plot.right - 112,
        y: plot.bottom - 12,
        'font-size': nameSize,
        fill: accent.ink,
      }),
    ],
    [title, `${samples.length} samples`].join('. '),
  );
}
