// Trains both models on the same cars and measures them in miles per gallon.
import { evaluate, fit, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { fuelData } from './data.ts';
import { program, straightLine, training } from './model.ts';

export async function trainFuel(
  model: typeof program,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test, milesPerGallon } = await fuelData();
  const session = model.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, progress });

  const { mae, r2 } = await evaluate(session, test, { batchSize: 'full' });
  const { prediction } = await predictAll(session, test);
  return {
    history,
    r2,
    mae: mae * (milesPerGallon.scale[0] ?? NaN),
    truth: milesPerGallon.inverse(test.columns.y).data,
    predicted: milesPerGallon.inverse(prediction).data,
  };
}

export const models = { 'straight line': straightLine, network: program };
