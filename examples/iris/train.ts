// Trains Iris as the lab does: 25 epochs, each one step on all 90 flowers, then the test accuracy.
import { evaluate, fit, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { irisData } from './data.ts';
import { program, training } from './model.ts';

export async function trainIris(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = irisData();
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, progress });
  const measures = await evaluate(session, test);
  const { logits } = await predictAll(session, test);
  return { session, history, test, measures, logits };
}
