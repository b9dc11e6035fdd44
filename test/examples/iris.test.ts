import { describe, expect, test } from 'vitest';
import { irisData } from '../../examples/iris/data.ts';
import { program } from '../../examples/iris/model.ts';
import { trainIris } from '../../examples/iris/train.ts';
import { goldenOf } from '../support/golden-program.ts';

describe('the Iris example', () => {
  test('splits the 150 flowers 90, 30 and 30', () => {
    const { train, validation, test: held } = irisData();
    expect([train.size, validation.size, held.size]).toEqual([90, 30, 30]);
  });

  test('reaches the lab’s accuracy on average over 20 seeds', async () => {
    const accuracies: number[] = [];
    for (let seed = 0; seed < 20; seed++) accuracies.push((await trainIris({ seed })).measures.accuracy);
    const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
    expect(mean).toBeGreaterThanOrEqual(0.93);
    expect(Math.min(...accuracies)).toBeGreaterThanOrEqual(0.86);
  });

  test('gives the same bits for the same seed', async () => {
    const [first, second] = [await trainIris({ seed: 3 }), await trainIris({ seed: 3 })];
    expect(first.session.snapshot()).toEqual(second.session.snapshot());
    expect(first.history.series('loss')).toEqual(second.history.series('loss'));
  });

  test('takes at most 14 kernels a step', () => {
    const step = program.at({}).compilation.plans.find((plan) => plan.program.name === 'step');
    expect(step?.kernels.length).toBeLessThanOrEqual(14);
  });

  test.for(goldenOf(program))('has the recorded $name', async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`golden/iris/${name}`);
  });
});
