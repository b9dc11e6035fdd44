// Trains the digits as the lab asks: validation drawn anew every epoch, early stopping, and the mistakes at the end.
import { shuffledCrossValidation } from 'tapeless/data';
import { evaluate, fit, misclassified, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { mnistData } from './data.ts';
import { program } from './model.ts';

export async function trainMnist(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, test, pixels } = await mnistData();
  const session = program.start({ seed });
  const history = await fit(session, shuffledCrossValidation(train, { validationSize: 0.1, seed }), {
    epochs: 30,
    batchSize: 32,
    earlyStopping: { monitor: 'validation.loss', patience: 8 },
    seed,
    progress,
  });
  const { logits } = await predictAll(session, test);
  return {
    program,
    session,
    history,
    test: await evaluate(session, test),
    mistakes: misclassified(test.columns.y, logits),
    pixels,
  };
}
