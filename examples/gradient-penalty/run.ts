// Runs both classifiers: accuracy under attack, images that fool one of them, and the slopes that the penalty is on.
import { argmaxRows } from 'tapeless/data';
import { curves, imageGrid } from 'tapeless/viz';
import { percent, table, type Example } from '../example.ts';
import { program, unprotected } from './model.ts';
import { trainAndAttack } from './train.ts';

const strengths = [0, 0.05, 0.1, 0.15];
const shown = 8;

export const example: Example = {
  title: 'Gradient penalty: a classifier whose gradient is part of its loss, under attack',
  program,
  run: async ({ seed, progress }) => {
    const plain = await trainAndAttack(unprotected, { seed, progress: progress('no penalty') });
    const safe = await trainAndAttack(program, { seed, progress: progress('gradient penalty') });
    const both = Object.entries({ 'no penalty': plain, 'gradient penalty': safe });
    const { test } = plain;
    const guess = both.map(([, run]) => argmaxRows(run.guesses(0.1)));
    const images = (of: (run: (typeof both)[number][1], index: number) => Float32Array) =>
      both.flatMap(([, run]) => Array.from({ length: shown }, (_, index) => of(run, index)));
    const row = (data: ArrayLike<number>, index: number) =>
      Float32Array.from(Array.prototype.slice.call(data, 784 * index, 784 * (index + 1)) as number[]);
    return {
      result: table(
        ['model', 'slope²', ...strengths.map((epsilon) => `ε = ${epsilon}`)],
        both.map(([name, { measures, accuracyAt }]) => [
          name,
          measures.steepness.toFixed(3),
          ...strengths.map((epsilon) => percent(accuracyAt(epsilon))),
        ]),
      ),
      pictures: {
        'robustness.svg': curves({
          title: 'Accuracy under attack',
          subtitle: 'every pixel moves by ε, of a range of 1, in the direction that hurts most',
          xLabel: 'ε in hundredths',
          firstEpoch: 0,
          series: both.map(([name, { accuracyAt }]) => ({
            name,
            panel: 'accuracy',
            values: Array.from({ length: 21 }, (_, hundredth) => accuracyAt(hundredth / 100)),
          })),
          panels: { accuracy: { label: 'Test accuracy' } },
        }),
        'attacked.svg': imageGrid(
          images((run, index) => row(run.attacked(0.1).feeds.x, index)),
          {
            title: 'The first test images, attacked with ε = 0.1',
            subtitle: 'above: no penalty, below: gradient penalty',
            width: 28,
            height: 28,
            columns: shown,
            captions: guess.flatMap((guesses) =>
              Array.from({ length: shown }, (_, index) => {
                const [truth, said] = [test.feeds.y[index], guesses[index]];
                return [
                  { text: `taken for ${said}`, role: truth === said ? 'forward' : 'backward' },
                ] as const;
              }),
            ),
          },
        ),
        'slopes.svg': imageGrid(
          images((run, index) => row(run.slope.data, index)),
          {
            title: 'The slope of the loss at each pixel',
            subtitle: 'above: no penalty, below: gradient penalty; each image on its own scale',
            width: 28,
            height: 28,
            columns: shown,
            colours: 'diverging',
            range: 'each',
          },
        ),
      },
      report: { history: safe.history, measures: safe.measures },
    };
  },
};
