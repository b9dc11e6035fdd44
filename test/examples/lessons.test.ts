// What each example teaches is so: the effects that the READMEs show, measured.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { adam, sgd } from 'tapeless';
import { evaluate, fit } from 'tapeless/train';
import { convolutionData } from '../../examples/convolution/data.ts';
import { program as convolution } from '../../examples/convolution/model.ts';
import { variants as painters } from '../../examples/custom/model.ts';
import { trainPainter } from '../../examples/custom/train.ts';
import { fuelData } from '../../examples/fuel/data.ts';
import { models, trainFuel } from '../../examples/fuel/train.ts';
import { program as penalised, unprotected } from '../../examples/gradient-penalty/model.ts';
import { trainAndAttack } from '../../examples/gradient-penalty/train.ts';
import { trainDeep } from '../../examples/initialisation/train.ts';
import { mnist } from '../../examples/mnist.ts';
import { program as mnistFull } from '../../examples/mnist-full/model.ts';
import { height, lowest, start, walk } from '../../examples/optimizers/valley.ts';
import { trainVariant } from '../../examples/regularisation/train.ts';

describe('full MNIST', () => {
  // The whole training is a command, `npm run example -- mnist-full`; its README has the figures of three seeds.
  test(
    'is right on more than 90 % of 2000 test images after 300 steps, its rate still rising',
    { timeout: 240_000 },
    async () => {
      const session = mnistFull.start({ seed: 0 });
      await fit(session, await mnist('train', { to: 19_200 }), { epochs: 2, batchSize: 128 });
      expect(session.steps).toBe(300);
      const { accuracy } = await evaluate(session, await mnist('test', { to: 2000 }));
      expect(accuracy).toBeGreaterThan(0.9);
    },
  );
});

describe('the regression on fuel', () => {
  test('uses every car whose consumption is known', async () => {
    const { train, validation, test: held } = await fuelData();
    expect([train.size, validation.size, held.size]).toEqual([239, 80, 79]);
  });

  test('beats the straight line by half a mile a gallon', async () => {
    const [line, network] = [await trainFuel(models['straight line']), await trainFuel(models.network)];
    expect(network.mae).toBeLessThan(line.mae - 0.5);
    expect(network.r2).toBeGreaterThan(0.8);
  });
});

describe('regularisation', () => {
  test('lowers the loss on digits that were not trained on', { timeout: 120_000 }, async () => {
    const none = await trainVariant('none');
    expect(none.train.accuracy).toBe(1);
    for (const name of ['L2', 'early stopping'] as const) {
      const { test: held } = await trainVariant(name);
      expect(held.crossEntropy).toBeLessThan(none.test.crossEntropy - 0.15);
    }
  });
});

describe('initialisation', () => {
  test('makes gradients vanish or arrive', async () => {
    const [sigmoid, kaiming] = [await trainDeep('sigmoid, Xavier'), await trainDeep('ReLU, Kaiming')];
    const ratio = ({ gradients }: typeof sigmoid): number => gradients.at(0)! / gradients.at(-1)!;
    expect(ratio(sigmoid)).toBeLessThan(1e-3);
    expect(ratio(kaiming)).toBeGreaterThan(0.1);
    expect(sigmoid.history.series('validation.accuracy').at(-1)).toBeLessThan(0.2);
    expect(kaiming.history.series('validation.accuracy').at(-1)).toBeGreaterThan(0.85);
  });
});

describe('optimizers', () => {
  test('walk down the valley, those with a momentum further', () => {
    const ends = [sgd({ lr: 0.008 }), adam({ lr: 0.15 }), sgd({ lr: 0.003, momentum: 0.9 })].map(
      (optimizer) => height(...walk(optimizer, 60).at(-1)!),
    );
    expect(height(...start)).toBeGreaterThan(ends[0]!);
    expect(ends).toEqual(ends.toSorted((a, b) => b - a));
    expect(height(...lowest)).toBe(0);
  });
});

describe('the convolutional network', () => {
  test('is right on more than 90 % of 2000 test images after one epoch', { timeout: 120_000 }, async () => {
    const { train, test: held } = await convolutionData();
    const session = convolution.start({ seed: 0 });
    await fit(session, train, { epochs: 1, batchSize: 32 });
    expect((await evaluate(session, held.slice(0, 2000))).accuracy).toBeGreaterThan(0.9);
  });
});

describe('the gradient penalty', () => {
  test('keeps an attack from fooling the classifier', { timeout: 120_000 }, async () => {
    const [plain, safe] = [await trainAndAttack(unprotected), await trainAndAttack(penalised)];
    expect(plain.accuracyAt(0)).toBeGreaterThan(0.9);
    expect(safe.accuracyAt(0)).toBeGreaterThan(0.9);
    expect(plain.accuracyAt(0.1)).toBeLessThan(0.2);
    expect(safe.accuracyAt(0.1)).toBeGreaterThan(0.5);
  });
});

describe('the custom layer and optimizer', () => {
  // That the README shows what is in the model is the business of the test of the docs.
  test('are written in about ten lines each', async () => {
    const readme = await readFile(new URL('../../examples/custom/README.md', import.meta.url), 'utf8');
    const parts = /```ts\n([\s\S]*?)```/.exec(readme)?.[1]?.trim().split('\n\n') ?? [];
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      const code = part.split('\n').filter((line) => !/^\s*(\/\/|\/\*\*)/.test(line));
      expect(code.length).toBeLessThanOrEqual(11);
    }
  });

  test('paint the digit more than ten decibels better than a linear layer does', async () => {
    const linear = await trainPainter(painters['linear, signStep']);
    const fourier = await trainPainter(painters['Fourier, signStep']);
    expect(fourier.psnr).toBeGreaterThan(linear.psnr + 10);
    expect(fourier.paint(50)).toHaveLength(2500);
  });
});
