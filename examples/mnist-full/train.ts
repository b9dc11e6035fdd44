// Trains on all of MNIST and shows what the network still gets wrong among the 10 000 test images.
import { evaluate, fit, misclassified, predictAll } from 'tapeless/train';
import type { CheckpointOptions, ProgressListener } from 'tapeless/train';
import { mnistFullData } from './data.ts';
import { program, training } from './model.ts';

interface Options {
  seed?: number;
  progress?: ProgressListener;
  /** Where to save after every epoch, and to go on from. */
  checkpoint?: CheckpointOptions;
}

export async function trainMnistFull({ seed = 0, ...options }: Options = {}) {
  const { train, validation, test } = await mnistFullData();
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, ...options });
  const measures = await evaluate(session, test);
  const { logits } = await predictAll(session, test);
  return { session, history, test, measures, logits, mistakes: misclassified(test.columns.y, logits) };
}
