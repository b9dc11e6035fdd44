// Runs all optimizers on the same digits: a table, bars with every seed, curves of some, and their ways through a valley.
import { adagrad, adam, lion, rmsprop, sgd } from 'tapeless';
import { compareRuns, curves } from 'tapeless/viz';
import { percent, table, type Example } from '../example.ts';
import { optimizerData } from './data.ts';
import { valleyMap } from './map.ts';
import { optimizers, program } from './model.ts';
import { trainOptimizer } from './train.ts';
import { height, lowest, walk } from './valley.ts';

const steps = 60;
const walkers = {
  sgd: sgd({ lr: 0.008 }),
  momentum: sgd({ lr: 0.003, momentum: 0.9 }),
  adagrad: adagrad({ lr: 0.5 }),
  rmsprop: rmsprop({ lr: 0.05 }),
  adam: adam({ lr: 0.15 }),
  lion: lion({ lr: 0.05 }),
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const example: Example = {
  title: 'Optimizers: the same network, digits and seeds, the best of three learning rates each',
  program,
  run: async ({ seed, progress }) => {
    const digits = await optimizerData();
    const results: ({ name: string } & Awaited<ReturnType<typeof trainOptimizer>>)[] = [];
    for (const name of Object.keys(optimizers)) {
      results.push({ name, ...(await trainOptimizer(name, digits, { seed, progress: progress(name) })) });
    }
    const measured = results.map(({ name, lr, runs }) => ({
      name,
      lr,
      losses: runs.map(({ history }) => history.series('loss').at(-1)!),
      accuracies: runs.map(({ accuracy }) => accuracy),
    }));
    const shown = ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam', 'lion'];
    return {
      result: table(
        ['optimizer', 'learning rate', 'training loss', 'test accuracy'],
        measured.map(({ name, lr, losses, accuracies }) => [
          name,
          Number(lr.toPrecision(2)),
          mean(losses).toFixed(3),
          percent(mean(accuracies)),
        ]),
      ),
      pictures: {
        'comparison.svg': compareRuns({
          title: 'Optimizers',
          subtitle:
            '1000 digits, 10 epochs, the best of three learning rates; mean and deviation of three seeds',
          runs: measured
            .filter(({ name }) => name !== 'rprop') // made for full batches: its bar would dwarf all others
            .map(({ name, losses, accuracies }) => ({
              name,
              values: { 'training loss': losses, 'test accuracy': accuracies },
            })),
          metrics: { 'test accuracy': { from: 0.7 } },
        }),
        'curves.svg': curves({
          title: 'Optimizers',
          subtitle: 'training loss by epoch, mean of three seeds',
          width: 720,
          series: results
            .filter(({ name }) => shown.includes(name))
            .map(({ name, runs }) => {
              const losses = runs.map(({ history }) => history.series('loss'));
              const values = losses[0]!.map((_, epoch) => mean(losses.map((each) => each[epoch]!)));
              return { name, values, panel: 'training loss' };
            }),
          panels: { 'training loss': { scale: 'log' } },
        }),
        'valley.svg': valleyMap(
          {
            title: 'Ways through a valley',
            subtitle: `${steps} steps from the left, a point each; the lowest place is violet`,
          },
          {
            height,
            lowest,
            from: [-1.8, -0.6],
            to: [1.8, 2.28],
            levels: [0.2, 0.6, 1.5, 4, 10, 25, 60, 120],
            ways: Object.entries(walkers).map(([name, optimizer]) => {
              const places = walk(optimizer, steps);
              return { name, places, note: `ends at height ${height(...places.at(-1)!).toPrecision(2)}` };
            }),
          },
        ),
      },
    };
  },
};
