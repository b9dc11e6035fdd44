// Trains every variant on the same digits, with several seeds, and measures it on all three parts of the data.
import { evaluate, fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { fewDigits } from './data.ts';
import { training, variants } from './model.ts';

export type VariantName = keyof typeof variants;

export async function trainVariant(
  name: VariantName,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = await fewDigits();
  const { program, ...stopping } = variants[name];
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, ...stopping, validation, seed, progress });
  return {
    history,
    train: await evaluate(session, train),
    validation: await evaluate(session, validation),
    test: await evaluate(session, test),
  };
}
