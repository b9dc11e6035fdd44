// Trains the convolutional network, and takes out what its first layer has learned and what it sees of one digit.
import { evaluate, fit, misclassified, predictAll } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { convolutionData } from './data.ts';
import { program, training } from './model.ts';

export async function trainConvolution(options: { seed?: number; progress?: ProgressListener } = {}) {
  const { seed = 0, progress = false } = options;
  const { train, validation, test } = await convolutionData();
  const session = program.start({ seed });
  const history = await fit(session, train, { ...training, validation, seed, progress });
  const measures = await evaluate(session, test);
  const { logits } = await predictAll(session, test);
  return {
    history,
    test,
    measures,
    mistakes: misclassified(test.columns.y, logits),
    kernels: session.parameters()['strokes/conv2d1.weight']!,
    maps: session.predict(test.slice(0, 1).feeds).maps,
  };
}
