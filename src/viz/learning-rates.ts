// Learning rates over steps, one curve a schedule, as an SVG card. A thin face of curves.ts.
import type { Headline } from './card.ts';
import { curves, type Series } from './curves.ts';
import { messageCard } from './message-card.ts';
import { checkCount, optionError } from './refusal.ts';

/** Options of {@link learningRateCurve}; only `schedules` is needed. */
export interface LearningRateCurveOptions {
  /** By name: the rate of every step, or a function that gives it. */
  readonly schedules: Readonly<Record<string, ArrayLike<number> | ((step: number) => number)>>;
  /** Steps that functions are asked for, needed if there are any. */
  readonly steps?: number | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  /** Default `'step'`. */
  readonly xLabel?: string | undefined;
  /** Number of the first step. Default 0. */
  readonly firstStep?: number | undefined;
  /** Default `'linear'`. */
  readonly scale?: 'linear' | 'log' | undefined;
  /** Width of the card in pixels, at least 320. Default 720. */
  readonly width?: number | undefined;
}

/** The schedules as curves of one panel, `rate`. @throws DeclarationError `E_OPTION` */
export function rateSeries({
  schedules,
  steps,
  firstStep = 0,
}: Pick<LearningRateCurveOptions, 'schedules' | 'steps' | 'firstStep'>): readonly Series[] {
  checkCount('learningRateCurve', 'steps', steps);
  return Object.entries(schedules).map(([name, schedule]) => {
    if (typeof schedule !== 'function') return { name, values: schedule, panel: 'rate' };
    if (steps === undefined) {
      const help = 'give their number as steps';
      throw optionError(
        'learningRateCurve',
        `"${name}" is a function, but of how many steps is not said`,
        help,
      );
    }
    const values = Array.from({ length: steps }, (_, index) => schedule(firstStep + index));
    return { name, values, panel: 'rate' };
  });
}

/**
 * Draws the learning rate by step: that of a run as it was, or of schedules side by side.
 *
 * @example
 * learningRateCurve({ schedules: { cosine: (step) => 0.05 * (1 + Math.cos((Math.PI * step) / 100)) }, steps: 100 });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   there is no schedule.
 * @throws DeclarationError `E_OPTION` for a function without `steps`, and for numbers that are not sensible.
 */
export function learningRateCurve(options: LearningRateCurveOptions): string {
  const { title = 'Learning rate', subtitle, headline, xLabel = 'step', firstStep = 0 } = options;
  const series = rateSeries(options);
  if (series.length === 0) {
    return messageCard({ title, subtitle, headline }, 'There is no schedule to show');
  }
  return curves({
    series,
    title,
    subtitle,
    headline,
    xLabel,
    firstEpoch: firstStep,
    width: options.width ?? 720,
    panels: { rate: { label: 'Rate', scale: options.scale ?? 'linear' } },
  });
}
