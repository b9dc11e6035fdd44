// Runs the painters: each layer with each optimizer, as a table, as pictures and as curves.
import { curves, imageGrid } from 'tapeless/viz';
import { table, type Example } from '../example.ts';
import { digitData } from './data.ts';
import { program, variants } from './model.ts';
import { trainPainter } from './train.ts';

const size = 112;

export const example: Example = {
  title: 'Custom layer and optimizer: a network that learns one digit as a function of the place',
  program,
  run: async ({ seed, progress }) => {
    const runs: ({ name: string } & Awaited<ReturnType<typeof trainPainter>>)[] = [];
    for (const [name, model] of Object.entries(variants)) {
      runs.push({ name, ...(await trainPainter(model, { seed, progress: progress(name) })) });
    }
    const { y: digit } = (await digitData()).train.feeds;
    const enlarged = Float32Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return digit[28 * Math.floor((28 * row) / size) + Math.floor((28 * column) / size)] ?? NaN;
    });
    return {
      result: table(
        ['painter', 'mean squared error', 'PSNR (dB)'],
        runs.map(({ name, history, psnr }) => [
          name,
          history.series('loss').at(-1)!.toExponential(1),
          psnr.toFixed(1),
        ]),
      ),
      pictures: {
        'digit.svg': imageGrid([enlarged, ...runs.map(({ paint }) => paint(size))], {
          title: 'The first digit of MNIST, and what four networks made of it',
          subtitle: '28 × 28 pixels to learn from, painted at 112 × 112',
          width: size,
          height: size,
          range: [0, 1],
          tileSize: 144,
          columns: 5,
          captions: [
            '28 × 28 pixels',
            ...runs.map(({ name, psnr }) => [
              { text: name },
              { text: '\n' },
              { text: `${psnr.toFixed(1)} dB` },
            ]),
          ],
        }),
        'curves.svg': curves({
          title: 'Learning one digit',
          xLabel: 'step',
          width: 720,
          series: runs.map(({ name, history }) => ({ name, values: history.series('loss'), panel: 'loss' })),
          panels: { loss: { label: 'Mean squared error', scale: 'log' } },
        }),
      },
      report: { history: runs.at(-1)!.history },
    };
  },
};
