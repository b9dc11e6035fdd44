// Trains a classifier and attacks it: every pixel moves by epsilon in the direction that raises the loss (the fast
// gradient sign method, Goodfellow et al. 2015).
import { withShape } from 'tapeless/data';
import { accuracyOf, evaluate, fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { gradientPenaltyData } from './data.ts';
import { training } from './model.ts';
import type { program } from './model.ts';

export async function trainAndAttack(
  model: typeof program,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = await gradientPenaltyData();
  const session = model.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, progress });
  const { slope } = session.predict(test.feeds);

  /** The test images after an attack. */
  const attacked = (epsilon: number) => {
    const { data, shape } = test.columns.x;
    const moved = data.map((pixel, at) =>
      Math.min(1, Math.max(0, pixel + epsilon * Math.sign(slope.data[at]!))),
    );
    return test.with({ x: withShape(moved, shape) });
  };
  const guesses = (epsilon: number) => session.predict(attacked(epsilon).feeds).logits;
  const accuracyAt = (epsilon: number) => accuracyOf(test.columns.y, guesses(epsilon));
  return { history, test, measures: await evaluate(session, test), slope, attacked, guesses, accuracyAt };
}
