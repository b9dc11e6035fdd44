// Trains the digits as the lab asks: validation drawn anew every epoch, early stopping, and the mistakes at the end.
import { evaluate, fit, misclassified, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { reshuffledMnistData } from './data.ts';
import { program, training } from './model.ts';

export async function trainMnist(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, test, pixels } = await reshuffledMnistData({ seed });
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, seed, progress });
  const measures = await evaluate(session, test);
  const { logits } = await predictAll(session, test);
  return { session, history, measures, mistakes: misclassified(test.columns.y, logits), pixels };
}
