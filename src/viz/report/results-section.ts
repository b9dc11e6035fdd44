// What the model gets right and wrong: the confusion matrix with the scores of every class, curves of scores,
// misclassified images, and predictions of a regression.
import { classScores, type ClassScore } from '../../metrics/class-scores.ts';
import { confusionMatrix } from '../confusion.ts';
import { misclassifiedGrid } from '../image-grid.ts';
import { regressionScatter } from '../regression.ts';
import { reliabilityDiagram } from '../reliability.ts';
import { residualHistogram } from '../residuals.ts';
import { precisionRecallCurves, rocCurves } from '../score-curves.ts';
import { formatValue } from '../scale.ts';
import { tag, type Markup } from './html.ts';
import { printCount } from './measures.ts';
import type { ReportOptions, ReportedMistakes } from './options.ts';
import { pair, type FigureMaker, type Section } from './section.ts';
import { tableCard, type Row } from './table.ts';

const share = (value: number): string => (Number.isNaN(value) ? '–' : formatValue(value, 'percent'));

function scoreRow(name: string, { precision, recall, f1, support }: ClassScore): Row {
  return { cells: [name, share(precision), share(recall), share(f1), printCount(support)] };
}

function classTable(
  counts: ArrayLike<number> | readonly ArrayLike<number>[],
  names: readonly string[] = [],
): Markup {
  const { classes, macro, weighted } = classScores(counts);
  return tableCard({
    caption: 'Scores by class',
    isTall: classes.length > 14,
    columns: [
      { name: 'class' },
      { name: 'precision', kind: 'number' },
      { name: 'recall', kind: 'number' },
      { name: 'F1', kind: 'number' },
      { name: 'samples', kind: 'number' },
    ],
    rows: classes.map((score, index) => scoreRow(names[index] ?? String(index), score)),
    footer: [scoreRow('mean of classes', macro), scoreRow('mean of samples', weighted)],
  });
}

function mistakesPicture({ samples, classNames, ...look }: ReportedMistakes): string {
  const named = (label: number | string): number | string =>
    typeof label === 'number' ? (classNames?.[label] ?? label) : label;
  return misclassifiedGrid(
    samples.map((sample) => ({ ...sample, truth: named(sample.truth), guess: named(sample.guess) })),
    look,
  );
}

/** What can be said of scores at all thresholds. */
function scoreFigures(
  { roc, precisionRecall, calibration }: ReportOptions,
  figure: FigureMaker,
): readonly Markup[] {
  return [
    ...(roc === undefined ? [] : [figure(rocCurves(roc), 'ROC curves')]),
    ...(precisionRecall === undefined
      ? []
      : [figure(precisionRecallCurves(precisionRecall), 'Precision and recall')]),
    ...(calibration === undefined
      ? []
      : [figure(reliabilityDiagram(calibration), 'Reliability of probabilities')]),
  ];
}

/** Confusion, mistakes and regression. */
export function resultsSection(options: ReportOptions, figure: FigureMaker): Section {
  const { confusion, mistakes, regression } = options;
  const curves = scoreFigures(options, figure);
  return {
    id: 'results',
    title: 'Results',
    content: [
      ...(confusion === undefined
        ? []
        : [
            tag(
              'div',
              { class: 'beside large' },
              figure(
                confusionMatrix(confusion.counts, { classNames: confusion.classNames }),
                'Confusion matrix',
              ),
              classTable(confusion.counts, confusion.classNames),
            ),
          ]),
      ...(curves.length === 0 ? [] : [pair(curves)]),
      ...(regression === undefined
        ? []
        : [
            pair([
              figure(regressionScatter(regression), 'Predicted over true values'),
              figure(residualHistogram(regression), 'Residuals'),
            ]),
          ]),
      ...(mistakes === undefined ? [] : [figure(mistakesPicture(mistakes), 'Misclassified samples')]),
    ],
  };
}
