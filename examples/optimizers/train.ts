// Gives every optimizer the best of three learning rates, by the validation loss, and two more seeds with that rate.
import { evaluate, fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import type { optimizerData } from './data.ts';
import { optimizers, trainedBy, training } from './model.ts';

type Digits = Awaited<ReturnType<typeof optimizerData>>;

export async function trainOptimizer(
  name: string,
  { train, validation, test }: Digits,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed: first = 0, progress = false } = options;
  const [usual, make] = optimizers[name]!;

  const run = async (lr: number, seed: number) => {
    const session = trainedBy(make(lr)).start({ seed });
    const history = await fit(session, train, { ...training, validation, seed, progress });
    return { lr, history, accuracy: (await evaluate(session, test)).accuracy };
  };
  const lastLoss = ({ history }: Awaited<ReturnType<typeof run>>) =>
    history.series('validation.loss').at(-1)!;

  const tried = [await run(usual / 3, first), await run(usual, first), await run(3 * usual, first)];
  const best = tried.toSorted((a, b) => lastLoss(a) - lastLoss(b))[0]!;
  return { lr: best.lr, runs: [best, await run(best.lr, first + 1), await run(best.lr, first + 2)] };
}
