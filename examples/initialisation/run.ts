// Runs the five variants: gradients by layer, activations by layer, and what came of them.
import { curves, histogram, histogramRidges } from 'tapeless/viz';
import { percent, table, type Example } from '../example.ts';
import { program, variants } from './model.ts';
import { trainDeep, type VariantName } from './train.ts';

export const example: Example = {
  title: 'Initialisation and activations: ten hidden layers, five ways to begin',
  program,
  run: async ({ seed, progress }) => {
    const runs: ({ name: string } & Awaited<ReturnType<typeof trainDeep>>)[] = [];
    for (const name of Object.keys(variants) as VariantName[]) {
      runs.push({ name, ...(await trainDeep(name, { seed, progress: progress(name) })) });
    }
    return {
      result: table(
        ['variant', 'gradient, layer 1', 'gradient, layer 10', 'training loss', 'validation accuracy'],
        runs.map(({ name, gradients, history }) => [
          name,
          gradients.at(0)!.toExponential(1),
          gradients.at(-1)!.toExponential(1),
          history.series('loss').at(-1)!.toFixed(3),
          percent(history.series('validation.accuracy').at(-1)!),
        ]),
      ),
      pictures: {
        'gradients.svg': curves({
          title: 'Vanishing gradients',
          subtitle: 'norm of the gradient of each layer’s weight, before the first step',
          xLabel: 'layer',
          series: runs.map(({ name, gradients }) => ({ name, values: gradients, panel: 'gradient' })),
          panels: { gradient: { label: 'Gradient norm', scale: 'log' } },
          width: 720,
        }),
        'activations.svg': histogramRidges({
          title: 'Activations, layer by layer',
          subtitle: 'of 500 digits, before the first step: a needle carries no signal',
          quantity: 'activation',
          momentName: 'layer',
          sharedAxis: false,
          layers: runs.map(({ name, activations }) => ({
            name,
            histograms: activations.map((values) => histogram(Float32Array.from(values))),
          })),
        }),
        'curves.svg': curves({
          title: 'What came of them',
          series: runs.flatMap(({ name, history }) => [
            { name, values: history.series('loss'), panel: 'training loss' },
            { name, values: history.series('validation.accuracy'), panel: 'accuracy' },
          ]),
          panels: { accuracy: { label: 'Validation accuracy' } },
        }),
      },
      report: { history: runs.at(-1)!.history },
    };
  },
};
