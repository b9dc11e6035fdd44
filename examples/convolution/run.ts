// Runs the convolutional network: the table of epochs, its kernels, what they find in a digit, and the mistakes.
import { imageGrid, weightImages } from 'tapeless/viz';
import { epochTable, percent, type Example } from '../example.ts';
import { accuracyCurves, digitMistakes } from '../pictures.ts';
import { program } from './model.ts';
import { trainConvolution } from './train.ts';

export const example: Example = {
  title: 'Convolution: 6000 digits, two convolutions with pooling, 7 000 parameters',
  program,
  run: async ({ seed, progress }) => {
    const { history, test, measures, mistakes, kernels, maps } = await trainConvolution({
      seed,
      progress: progress('convolution'),
    });
    const captions = Array.from({ length: 8 }, (_, index) => `kernel ${index + 1}`);
    const surest = mistakes.toSorted((a, b) => b.probability - a.probability);
    return {
      result: `${epochTable(history)}\n\ntest accuracy ${percent(measures.accuracy, 2)}`,
      pictures: {
        'curves.svg': accuracyCurves('Convolution', history, measures),
        'kernels.svg': weightImages(Float32Array.from(kernels.data), {
          title: 'Kernels of the first layer',
          subtitle: 'blue adds, orange takes away',
          width: 5,
          height: 5,
          captions,
          columns: 8,
          tileSize: 80,
        }),
        'maps.svg': imageGrid(Float32Array.from(maps.data), {
          title: 'What they find in a 7',
          subtitle: 'after ReLU and pooling; bright is found',
          width: 14,
          height: 14,
          captions,
          columns: 8,
          tileSize: 80,
        }),
        'mistakes.svg': digitMistakes(surest, test.columns.x, 24),
      },
      report: { history, measures },
    };
  },
};
