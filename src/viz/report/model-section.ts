// What was trained: the diagram of the model, the table of its layers, and what is inside of them.
import { gradientFlow } from '../gradient-flow.ts';
import { histogramRidges } from '../ridges.ts';
import { weightImages } from '../weight-images.ts';
import { tag, type Markup } from './html.ts';
import type { ReportOptions, ReportedHistograms, ReportedWeights } from './options.ts';
import { diagramFigure, plainText, type DrawnDiagram, type FigureMaker, type Section } from './section.ts';
import { parseTable, tableCard } from './table.ts';

/** The compiler's table of layers, with the part that each layer has of all parameters. */
function layerTable(summary: string): Markup {
  const table = parseTable(summary);
  if (table === undefined) return plainText(summary, 'Layers');
  const last = table.head.length - 1;
  const counts = table.rows.map((row) => Number(row[last]?.replaceAll(',', '') ?? 0));
  const most = Math.max(...counts, 1);
  return tableCard({
    caption: table.before.join(' '),
    columns: table.head.map((name, index) => ({ name, kind: index === last ? 'number' : 'code' })),
    rows: table.rows.map((row, index) => ({
      cells: row.map((cell, column) =>
        column === last
          ? tag(
              'span',
              {},
              cell,
              tag(
                'span',
                { class: 'track', 'aria-hidden': 'true' },
                (counts[index] ?? 0) > 0 &&
                  tag('span', {
                    class: 'bar',
                    style: `width:${Math.round((72 * (counts[index] ?? 0)) / most)}px`,
                  }),
              ),
            )
          : cell,
      ),
    })),
    footer: table.after.filter((line) => line !== '').map((line) => ({ cells: [line] })),
  });
}

function weightPictures(weights: ReportedWeights | readonly ReportedWeights[]): readonly string[] {
  // `isArray` does not narrow readonly arrays.
  const list = (Array.isArray(weights) ? weights : [weights]) as readonly ReportedWeights[];
  return list.map(({ values, ...look }) => weightImages(values, look));
}

function ridges({ layers, moments, momentName }: ReportedHistograms, isGradient: boolean): string {
  return histogramRidges({
    layers,
    moments,
    momentName,
    title: isGradient ? 'Gradients' : 'Activations',
    quantity: isGradient ? 'gradient' : 'activation',
    role: isGradient ? 'backward' : 'forward',
  });
}

function gradientFigures(gradients: ReportedHistograms, figure: FigureMaker): readonly Markup[] {
  const { layers, moments, momentName } = gradients;
  const normed = layers.flatMap(({ name, norms }) => (norms === undefined ? [] : [{ name, norms }]));
  return [
    ...(normed.length === 0
      ? []
      : [
          figure(gradientFlow({ layers: normed, moments, momentName }), 'Norms of gradients by layer', {
            fit: 'full',
          }),
        ]),
    figure(ridges(gradients, true), 'Gradients by layer over time', { fit: 'full' }),
  ];
}

/** Diagrams, layers, weights and histograms. */
export function modelSection(
  options: ReportOptions,
  diagrams: readonly DrawnDiagram[],
  figure: FigureMaker,
): Section {
  const { program, weights, activations, gradients } = options;
  const layers = program === undefined ? [] : [layerTable(program.summary())];
  const pictures = diagrams.map((one) => diagramFigure(one, figure));
  return {
    id: 'model',
    title: 'Model',
    content: [
      ...(pictures.length === 1
        ? [tag('div', { class: 'beside' }, ...pictures, ...layers)]
        : [...layers, ...pictures]),
      ...(weights === undefined
        ? []
        : weightPictures(weights).map((svg) => figure(svg, 'Weights as images'))),
      ...(activations === undefined
        ? []
        : [figure(ridges(activations, false), 'Activations by layer over time', { fit: 'full' })]),
      ...(gradients === undefined ? [] : gradientFigures(gradients, figure)),
    ],
  };
}
