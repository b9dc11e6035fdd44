// A small training with everything that a checkpoint has to carry: dropout, batch normalisation, momentum, an average,
// accumulated gradients that epochs do not complete, a rate that falls on plateaus, early stopping, ragged batches.
import { accuracy, adjustable, batchNorm1d, compile, crossEntropy, dim, dropout, ema, input } from 'tapeless';
import { linear, relu, sequential, sgd } from 'tapeless';
import { dataset, generator, withShape } from 'tapeless/data';
import type { FitOptions, History, HistoryJson } from 'tapeless/train';

const batch = dim('batch');
const x = input('x', [batch, 6]);
const y = input('y', [batch], 'i32');
const net = sequential('net', linear(6, 12), batchNorm1d(12), relu(), dropout(0.3), linear(12, 3));
const logits = net(x);

export function resumableProgram({ momentum = 0.9, width = 1 } = {}) {
  return compile(
    {
      loss: crossEntropy(logits, y),
      optimizer: sgd({ lr: adjustable('lr', 0.5), momentum }),
      outputs: { logits },
      average: ema({ decay: 0.8 }),
      accumulate: 1 + width,
      metrics: { accuracy: accuracy(logits, y) },
    },
    { target: 'js' },
  );
}

/** Rows at random, with labels that depend on them. */
export function rowsOf(size: number, seed: number) {
  const random = generator(seed);
  const values = Float32Array.from({ length: size * 6 }, () => random.uniform() * 2 - 1);
  const labels = Int32Array.from({ length: size }, (_, row) => {
    const [a = 0, b = 0, c = 0] = values.subarray(row * 6);
    return random.below(5) === 0 ? random.below(3) : a > Math.max(b, c) ? 0 : b > c ? 1 : 2;
  });
  return dataset({ x: withShape(values, [size, 6]), y: labels });
}

export const train = rowsOf(37, 1);
export const validation = rowsOf(20, 2);

/** Epochs of five batches, of which the fourth is the best and the seventh the last. */
export const options = {
  epochs: 8,
  batchSize: 8,
  seed: 4,
  validation,
  earlyStopping: { patience: 3 },
  reduceOnPlateau: { patience: 0, factor: 0.5 },
} satisfies FitOptions<typeof train.feeds, 'accuracy'>;

/** A history without what a clock says. */
export function timeless(history: History): HistoryJson {
  const { epochs, ...rest } = history.toJSON();
  return {
    ...rest,
    seconds: 0,
    epochs: epochs.map((record) => ({ ...record, seconds: 0, samplesPerSecond: 0 })),
  };
}
