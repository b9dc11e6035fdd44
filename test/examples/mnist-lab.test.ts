import { describe, expect, test } from 'vitest';
import { program } from '../../examples/mnist-lab/model.ts';
import { trainMnist } from '../../examples/mnist-lab/train.ts';
import { goldenOf } from '../support/golden-program.ts';

describe('the MNIST example', () => {
  // All of ten seeds are above 0.90; two keep the suite short, the one that was lowest among them.
  test.for([0, 9])(
    'is right on more than 90 of 100 test images with seed %i',
    { timeout: 240_000 },
    async (seed) => {
      const { measures, mistakes, history } = await trainMnist({ seed });
      expect(measures.accuracy).toBeGreaterThan(0.9);
      expect(mistakes).toHaveLength(Math.round(100 * (1 - measures.accuracy)));
      expect(history.series('validation.accuracy').length).toBe(history.epochs.length);
    },
  );

  test.for(goldenOf(program))('has the recorded $name', async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`golden/mnist-lab/${name}`);
  });
});
