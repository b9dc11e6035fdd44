// Runs the Iris example: the table of epochs, the curves, and which species were taken for which.
import { epochTable, percent, type Example } from '../example.ts';
import { accuracyCurves, confusion } from '../pictures.ts';
import { program } from './model.ts';
import { trainIris } from './train.ts';

export const example: Example = {
  title: 'Iris: 150 flowers, split 60/20/20, 25 epochs of one full batch',
  program,
  run: async ({ seed, progress }) => {
    const { history, measures, test, logits } = await trainIris({ seed, progress: progress('iris') });
    return {
      result: `${epochTable(history)}\n\ntest accuracy ${percent(measures.accuracy, 2)}`,
      pictures: {
        'curves.svg': accuracyCurves('Iris', history, measures),
        'confusion.svg': confusion('Iris, test flowers', test.feeds.y, logits, test.classNames.y ?? []),
      },
      report: { history, measures },
    };
  },
};
