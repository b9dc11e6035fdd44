// Precision, recall and F1 of every class as bars, as an SVG card. A thin face of run-bars.ts.
import type { ClassScores } from '../metrics/class-scores.ts';
import type { Headline } from './card.ts';
import { optionError } from './refusal.ts';
import { compareRuns } from './run-bars.ts';
import { formatValue } from './scale.ts';

/** Options of {@link classScoreBars}; all have defaults. */
export interface ClassScoreBarsOptions {
  /** Names of the classes in order. Default: their numbers. */
  readonly classNames?: readonly string[] | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Default: the mean F1 of all classes. */
  readonly headline?: Headline | undefined;
  /** Width of the card in pixels, at least 1200. Default 1200. */
  readonly width?: number | undefined;
}

/**
 * Draws the scores of every class: a panel each for precision, recall and F1. A score without a value says so.
 *
 * @example
 * classScoreBars(classScores(confusion), { classNames });
 * @param scores what `classScores` of tapeless/train makes.
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if there
 *   is no class.
 * @throws DeclarationError `E_OPTION` for a number of names other than that of the classes, and for a width that is not
 *   sensible.
 */
export function classScoreBars(scores: ClassScores, options: ClassScoreBarsOptions = {}): string {
  const { classNames, title = 'Scores by class', subtitle, headline, width = 1200 } = options;
  const { classes, macro } = scores;
  if (classNames !== undefined && classNames.length !== classes.length) {
    const help = 'give one name a class';
    throw optionError(
      'classScoreBars',
      `${classNames.length} class names for ${classes.length} classes`,
      help,
    );
  }
  const percent = { format: 'percent', better: 'neither' } as const;
  return compareRuns({
    runs: classes.map(({ precision, recall, f1, support }, index) => ({
      name: `${classNames?.[index] ?? index} (${support})`,
      values: { precision, recall, F1: f1 },
    })),
    title,
    subtitle,
    headline:
      headline ??
      (classes.length === 0 ? undefined : { value: formatValue(macro.f1, 'percent'), label: 'mean F1' }),
    metrics: classes.length === 0 ? {} : { precision: percent, recall: percent, F1: percent },
    columns: 3,
    width,
  });
}
