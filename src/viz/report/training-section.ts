// How training went: curves of every measure, the learning rate, and the history as a table.
import { curves, type Series } from '../curves.ts';
import { rateSeries, type LearningRateCurveOptions } from '../learning-rates.ts';
import { parallelCoordinates } from '../parallel-coordinates.ts';
import type { Markup } from './html.ts';
import { capitalised, formatOf, printCount, printMeasure, printSeconds } from './measures.ts';
import type { ReportOptions, ReportedEpoch, ReportedHistory } from './options.ts';
import { folded, pair, type FigureMaker, type Section } from './section.ts';
import { tableCard } from './table.ts';

/** Measures of any epoch, in order of appearance. */
function measureNames(epochs: readonly ReportedEpoch[]): readonly string[] {
  return [
    ...new Set(
      epochs.flatMap(({ training, validation = {} }) => [
        ...Object.keys(training),
        ...Object.keys(validation),
      ]),
    ),
  ];
}

function seriesOf(epochs: readonly ReportedEpoch[], name: string): readonly Series[] {
  const parts = [
    { name: 'training', role: 'forward', of: ({ training }: ReportedEpoch) => training[name] },
    { name: 'validation', role: 'backward', of: ({ validation }: ReportedEpoch) => validation?.[name] },
  ] as const;
  return parts.flatMap(({ name: part, role, of }) => {
    const values = epochs.map(of);
    if (values.every((value) => value === undefined)) return [];
    return [{ name: part, role, panel: name, values: values.map((value) => value ?? NaN) }];
  });
}

function measureCurves({ epochs, best }: ReportedHistory, name: string): string {
  const first = epochs[0]?.epoch ?? 1;
  const isShown = best !== undefined && epochs.some(({ epoch }) => epoch === best.epoch);
  return curves({
    series: seriesOf(epochs, name),
    firstEpoch: first,
    width: 500,
    panels: { [name]: { label: capitalised(name), format: formatOf(name) } },
    ...(isShown ? { best: { epoch: best.epoch } } : {}),
  });
}

function ratePicture(options: Omit<LearningRateCurveOptions, 'title'>): string {
  const { firstStep = 0, scale = 'linear', xLabel = 'step' } = options;
  return curves({
    series: rateSeries(options),
    firstEpoch: firstStep,
    xLabel,
    width: 500,
    panels: { rate: { label: 'Learning rate', scale } },
  });
}

function historyTable({ epochs, best }: ReportedHistory): Markup {
  const columns = (['training', 'validation'] as const).flatMap((part) => {
    const names = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch[part] ?? {})))];
    return names.map((name) => ({ part, name }));
  });
  return tableCard({
    caption: 'History',
    isTall: true,
    columns: [
      { name: 'epoch', kind: 'number' },
      ...columns.map(({ part, name }) => ({ name: `${part} ${name}`, kind: 'number' as const })),
      { name: 'steps', kind: 'number' },
      { name: 'time', kind: 'number' },
    ],
    rows: epochs.map((record) => ({
      isBest: record.epoch === best?.epoch,
      cells: [
        printCount(record.epoch),
        ...columns.map(({ part, name }) => {
          const value = record[part]?.[name];
          return value === undefined ? '–' : printMeasure(name, value);
        }),
        printCount(record.steps),
        printSeconds(record.seconds),
      ],
    })),
  });
}

/** Curves, learning rate and history. */
export function trainingSection(options: ReportOptions, figure: FigureMaker): Section {
  const { history, learningRate, search } = options;
  const epochs = history?.epochs ?? [];
  const panels =
    history === undefined || epochs.length === 0
      ? []
      : measureNames(epochs).map((name) => figure(measureCurves(history, name), `${name} by epoch`));
  const rate =
    learningRate === undefined || Object.keys(learningRate.schedules).length === 0
      ? []
      : [figure(ratePicture(learningRate), 'Learning rate by step')];
  const pictures = [...panels, ...rate];
  const count = epochs.length === 1 ? '1 epoch' : `${printCount(epochs.length)} epochs`;
  return {
    id: 'training',
    title: 'Training',
    content: [
      ...(search === undefined
        ? []
        : [
            figure(parallelCoordinates({ ...search, title: 'Search over hyper-parameters' }), 'Search', {
              fit: 'full',
            }),
          ]),
      ...(pictures.length === 0 ? [] : [pair(pictures)]),
      ...(history === undefined || epochs.length === 0
        ? []
        : [folded('Every epoch as a table', count, [historyTable(history)])]),
    ],
  };
}
