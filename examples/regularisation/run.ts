// Runs the five variants with three seeds each: a table, the curves of the first seed, and all seeds as bars.
import { compareRuns, curves, seriesRoles } from 'tapeless/viz';
import { percent, table, type Example } from '../example.ts';
import { program, variants } from './model.ts';
import { trainVariant, type VariantName } from './train.ts';

const names = Object.keys(variants) as VariantName[];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const example: Example = {
  title: 'Regularisation: 500 digits and a network of 270 000 parameters; five variants, three seeds each',
  program,
  run: async ({ seed, progress }) => {
    const runs = [];
    for (const name of names) {
      const seeds: Awaited<ReturnType<typeof trainVariant>>[] = [];
      for (const each of [seed, seed + 1, seed + 2]) {
        seeds.push(await trainVariant(name, { seed: each, progress: progress(name) }));
      }
      const of = (part: 'train' | 'validation' | 'test') => seeds.map((run) => run[part].accuracy);
      const losses = seeds.map((run) => run.test.crossEntropy);
      runs.push({ name, first: seeds[0]!, of, losses });
    }
    const series = runs.flatMap(({ name, first: { history } }, index) => {
      const role = seriesRoles[index % seriesRoles.length]!;
      return [
        { name, values: history.series('crossEntropy'), panel: 'training loss', role },
        { name, values: history.series('validation.crossEntropy'), panel: 'validation loss', role },
      ];
    });
    return {
      result: table(
        ['variant', 'training', 'validation', 'test', 'test loss'],
        runs.map(({ name, of, losses }) => [
          name,
          ...(['train', 'validation', 'test'] as const).map((part) => percent(mean(of(part)))),
          mean(losses).toFixed(3),
        ]),
      ),
      pictures: {
        'curves.svg': curves({
          title: 'Regularisation',
          subtitle: 'cross-entropy without penalties, 500 digits to train on',
          series,
        }),
        'comparison.svg': compareRuns({
          title: 'What each variant is worth',
          subtitle: 'mean and standard deviation of three seeds',
          runs: runs.map(({ name, of, losses }) => ({
            name,
            values: { 'test accuracy': of('test'), 'test loss': losses },
          })),
          metrics: { 'test accuracy': { from: 0.75 } },
        }),
      },
      report: { history: runs[0]!.first.history },
    };
  },
};
