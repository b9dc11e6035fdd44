// Runs the regression: both models in a table, the curves of the network, and its predictions beside the truth.
import { curves, regressionScatter } from 'tapeless/viz';
import { table, type Example } from '../example.ts';
import { program } from './model.ts';
import { models, trainFuel } from './train.ts';

export const example: Example = {
  title: 'Fuel: miles per gallon of 398 cars of 1970 to 1982, split 60/20/20, early stopping',
  program,
  run: async ({ seed, progress }) => {
    const line = await trainFuel(models['straight line'], { seed, progress: progress('line') });
    const network = await trainFuel(models.network, { seed, progress: progress('network') });
    const { history, truth, predicted } = network;
    const regression = { quantity: 'miles per gallon', truth, predicted };
    return {
      result: table(
        ['model', 'epochs', 'mean error (mpg)', 'R²'],
        Object.entries({ 'straight line': line, network }).map(([name, run]) => [
          name,
          run.history.epochs.length,
          run.mae.toFixed(2),
          run.r2.toFixed(3),
        ]),
      ),
      pictures: {
        'curves.svg': curves({
          title: 'Fuel',
          subtitle: 'standardised miles per gallon, mean squared error',
          headline: { value: network.mae.toFixed(2), label: 'mean error, mpg' },
          best: history.best && { epoch: history.best.epoch },
          series: [
            { name: 'training', values: history.series('loss'), panel: 'loss', role: 'forward' },
            {
              name: 'validation',
              values: history.series('validation.loss'),
              panel: 'loss',
              role: 'backward',
            },
            { name: 'line, validation', values: line.history.series('validation.loss'), panel: 'loss' },
            { name: 'validation', values: history.series('validation.r2'), panel: 'R²', role: 'backward' },
            { name: 'line, validation', values: line.history.series('validation.r2'), panel: 'R²' },
          ],
        }),
        'predictions.svg': regressionScatter({ title: 'Test cars', ...regression }),
      },
      report: {
        history,
        measures: { 'mean error (mpg)': network.mae, 'R²': network.r2 },
        regression,
      },
    };
  },
};
