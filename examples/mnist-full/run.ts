// Runs full MNIST: the table of epochs, the curves, the confusion matrix and the surest mistakes.
import { epochTable, percent, type Example } from '../example.ts';
import { accuracyCurves, confusion, digitMistakes } from '../pictures.ts';
import { program } from './model.ts';
import { trainMnistFull } from './train.ts';

export const example: Example = {
  title: 'All of MNIST: 55 000 images to train on, 5 000 to validate, 10 000 to test; a minute or two',
  program,
  isLong: true,
  run: async ({ seed, progress, checkpoint }) => {
    const { history, test, measures, logits, mistakes } = await trainMnistFull({
      seed,
      progress: progress('mnist-full'),
      checkpoint,
    });
    const surest = mistakes.toSorted((a, b) => b.probability - a.probability);
    const time = `${history.seconds.toFixed(0)} seconds`;
    return {
      result: `${epochTable(history)}\n\ntest accuracy ${percent(measures.accuracy, 2)} after ${time}`,
      pictures: {
        'curves.svg': accuracyCurves('All of MNIST', history, measures),
        'confusion.svg': confusion('MNIST, test images', test.feeds.y, logits, test.classNames.y ?? []),
        'mistakes.svg': digitMistakes(surest, test.columns.x, 24),
      },
      report: { history, measures },
    };
  },
};
