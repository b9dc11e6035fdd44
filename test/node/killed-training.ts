// A training like the lab's on MNIST, with data made up, dropout, batch normalisation, momentum, an average, a rate that
// falls on plateaus and early stopping. As a program it trains into the checkpoint that it is given.
import { accuracy, adjustable, batchNorm1d, compile, crossEntropy, dim, dropout, ema, input } from 'tapeless';
import { linear, relu, sequential, sgd } from 'tapeless';
import { dataset, generator, withShape } from 'tapeless/data';
import { fileStore } from 'tapeless/node';
import type { CheckpointOptions } from 'tapeless/train';
import { fit } from 'tapeless/train';

const pixels = 64;
const classes = 10;

/** Digits of a kind: every class has a pattern, from which rows differ by noise. */
function digits(size: number, seed: number) {
  const patterns = generator(0);
  const pattern = Float32Array.from({ length: classes * pixels }, () => patterns.uniform());
  const random = generator(seed);
  const y = Int32Array.from({ length: size }, () => random.below(classes));
  const values = Float32Array.from({ length: size * pixels }, (_, index) => {
    const label = y[Math.floor(index / pixels)] ?? 0;
    return (pattern[label * pixels + (index % pixels)] ?? 0) + 4 * random.uniform() - 2;
  });
  return dataset({ x: withShape(values, [size, pixels]), y });
}

function build() {
  const batch = dim('batch');
  const x = input('x', [batch, pixels]);
  const y = input('y', [batch], 'i32');
  const net = sequential(
    'digits',
    linear(pixels, 48),
    batchNorm1d(48),
    relu(),
    dropout(0.25),
    linear(48, classes),
  );
  const logits = net(x);
  return compile({
    loss: crossEntropy(logits, y),
    optimizer: sgd({ lr: adjustable('lr', 0.1), momentum: 0.9 }),
    outputs: { logits },
    average: ema({ decay: 0.95 }),
    metrics: { accuracy: accuracy(logits, y) },
  });
}

/** The training, with a checkpoint after every few steps where there is a store. */
export async function startTraining(checkpoint?: CheckpointOptions, pause = (): unknown => undefined) {
  const session = build().start({ seed: 5 });
  const history = await fit(session, digits(500, 1), {
    epochs: 60,
    batchSize: 32,
    seed: 2,
    validation: digits(200, 2),
    earlyStopping: { patience: 6 },
    reduceOnPlateau: { factor: 0.5, patience: 1 },
    onBatch: pause,
    ...(checkpoint === undefined ? {} : { checkpoint: { every: { steps: 3 }, ...checkpoint } }),
  });
  return { session, history };
}

/** All bits that a training leaves. */
export function resultOf({ session, history }: Awaited<ReturnType<typeof startTraining>>) {
  return { state: session.snapshot(), losses: history.series('validation.loss') };
}

const [, script = '', file] = process.argv;
if (file !== undefined && import.meta.filename === script) {
  // Slower than it could be, so that there is time to kill it; every step is heard of.
  const pause = () => {
    process.stdout.write('.');
    return new Promise((resolve) => setTimeout(resolve, 4));
  };
  await startTraining({ store: fileStore(file, { keepPrevious: true }) }, pause);
}
