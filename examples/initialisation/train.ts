// Looks at gradients and activations before the first step, then trains and looks whether anything was learned.
import { fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { initialisationData } from './data.ts';
import { depth, training, variants } from './model.ts';

export type VariantName = keyof typeof variants;

const levels = Array.from({ length: depth }, (_, index) => index + 1);

export async function trainDeep(
  name: VariantName,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed = 0, progress = false } = options;
  const { train, validation } = await initialisationData();
  const session = variants[name].start({ seed });

  const some = train.slice(0, 500).feeds;
  const measures = session.evaluate(some);
  const gradients = levels.map((level) => measures[`gradient${level}`] ?? NaN);
  const outputs = session.predict(some);
  const activations = levels.map((level) => outputs[`activation${level}`]!.data);

  const history = await fit(session, train, { ...training, validation, seed, progress });
  return { gradients, activations, history };
}
