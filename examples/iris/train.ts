// Trains Iris as the lab does: 25 epochs, each one step on all 90 flowers, then the test accuracy.
import { evaluate, fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { irisData } from './data.ts';
import { program } from './model.ts';

export async function trainIris(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = irisData();
  const session = program.start({ seed });
  const history = await fit(session, train, { epochs: 25, batchSize: 'full', validation, seed, progress });
  return { program, session, history, test: await evaluate(session, test) };
}
