// Pictures that several examples draw of a classifier: the curves of its training, what it took for what, and the images
// that it got wrong.
import type { NumericArray } from 'tapeless/data';
import { confusionCounts, type History, type MisclassifiedSample, type Prediction } from 'tapeless/train';
import { confusionMatrix, curves, misclassifiedGrid } from 'tapeless/viz';
import { percent } from './example.ts';

/** Loss and accuracy by epoch, with the test accuracy in the corner and the epoch that early stopping kept. */
export function accuracyCurves(
  title: string,
  history: History<'accuracy'>,
  test: { readonly accuracy: number },
): string {
  return curves({
    title,
    best: history.best?.restored === true ? history.best : undefined,
    headline: { value: percent(test.accuracy, test.accuracy > 0.97 ? 2 : 1), label: 'test accuracy' },
    series: [
      { name: 'training', values: history.series('loss'), panel: 'loss', role: 'forward' },
      { name: 'validation', values: history.series('validation.loss'), panel: 'loss', role: 'backward' },
      {
        name: 'validation',
        values: history.series('validation.accuracy'),
        panel: 'accuracy',
        role: 'backward',
      },
    ],
    panels: { accuracy: { format: 'percent' } },
  });
}

/** Which class was taken for which: a row a true class, a column a guess. */
export function confusion(
  title: string,
  truth: Int32Array,
  logits: Prediction,
  classNames: readonly string[],
): string {
  return confusionMatrix(confusionCounts(truth, logits), { title, classNames });
}

/** Misclassified digits, each with what it is, what it was taken for, and how surely. */
export function digitMistakes(
  mistakes: readonly MisclassifiedSample[],
  pixels: NumericArray,
  limit?: number,
): string {
  const samples = mistakes.map(({ index, truth, guess, probability }) => ({
    pixels: pixels.data.subarray(784 * index, 784 * (index + 1)),
    truth,
    guess,
    probability,
  }));
  return misclassifiedGrid(samples, { width: 28, height: 28, title: 'Misclassified test images', limit });
}
