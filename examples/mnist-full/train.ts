// Trains on all of MNIST and shows what the network still gets wrong among the 10 000 test images.
import { evaluate, fit, misclassified, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { mnistFullData } from './data.ts';
import { program, training } from './model.ts';

export async function trainMnistFull(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = await mnistFullData();
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, progress });
  const measures = await evaluate(session, test);
  const { logits } = await predictAll(session, test);
  return { session, history, test, measures, logits, mistakes: misclassified(test.columns.y, logits) };
}
