// Runs the lab's assignment: the table of epochs, the curves, and the images that were misclassified.
import { epochTable, percent, type Example } from '../example.ts';
import { accuracyCurves, digitMistakes } from '../pictures.ts';
import { program } from './model.ts';
import { trainMnist } from './train.ts';

export const example: Example = {
  title: 'MNIST lab: 1000 training and 100 test images, validation drawn anew every epoch, early stopping',
  program,
  run: async ({ seed, progress }) => {
    const { history, measures, mistakes, pixels } = await trainMnist({ seed, progress: progress('mnist') });
    const { best } = history;
    const kept =
      best === undefined ? '' : `kept the parameters of epoch ${best.epoch}, the best by ${best.monitor}\n`;
    return {
      result: `${epochTable(history)}\n\n${kept}test accuracy ${percent(measures.accuracy, 2)}`,
      pictures: {
        'curves.svg': accuracyCurves('MNIST lab', history, measures),
        'mistakes.svg': digitMistakes(mistakes, pixels),
      },
      report: { history, measures },
    };
  },
};
