import { expect, test } from 'vitest';
import { relu } from '../../src/nn/activation.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input } from '../../src/ops/leaf.ts';
import { adadelta } from '../../src/optim/adadelta.ts';
import { adafactor } from '../../src/optim/adafactor.ts';
import { adagrad } from '../../src/optim/adagrad.ts';
import { adam, adamW } from '../../src/optim/adam.ts';
import { adamax } from '../../src/optim/adamax.ts';
import { asgd } from '../../src/optim/asgd.ts';
import { ema } from '../../src/optim/average.ts';
import { centralise, clipNorm, clipValue } from '../../src/optim/clip.ts';
import { lamb } from '../../src/optim/lamb.ts';
import { lion } from '../../src/optim/lion.ts';
import { nadam } from '../../src/optim/nadam.ts';
import type { Optimizer } from '../../src/optim/optimizer.ts';
import { radam } from '../../src/optim/radam.ts';
import { rmsprop } from '../../src/optim/rmsprop.ts';
import { rprop } from '../../src/optim/rprop.ts';
import { cosineAnnealingLr } from '../../src/optim/schedule/cosine.ts';
import { cyclic, oneCycle } from '../../src/optim/schedule/cycle.ts';
import { warmUp } from '../../src/optim/schedule/sequence.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { numbersBetween } from '../support/values.ts';

const [rows, features] = [12, 9];
const x = input('x', [rows, features]);
const y = input('y', [rows, 3]);
const net = sequential('net', linear(features, 13), relu(), linear(13, 3));
const loss = mse(net(x), y);
const feeds = {
  x: Float32Array.from(numbersBetween(-2, 2, rows * features)),
  y: Float32Array.from(numbersBetween(-1, 1, rows * 3, 2)),
};

const lr = warmUp(cosineAnnealingLr(0.1, { tMax: 7 }), { steps: 3 });
const { momentum } = cyclic({ baseLr: 0, maxLr: 1, stepSizeUp: 3, mode: 'triangular2' });

test.each<[string, Optimizer]>([
  ['adadelta', adadelta({ lr, weightDecay: 0.1 })],
  ['adafactor', adafactor({ lr, weightDecay: 0.1 })],
  ['adagrad', adagrad({ lr, lrDecay: 0.1 })],
  ['adam', adam({ lr, betas: [momentum, 0.99], amsgrad: true })],
  ['adamW', adamW({ lr })],
  ['adamax', adamax({ lr })],
  ['asgd', asgd({ lr, t0: 3, lambd: 0.1 })],
  ['lamb', lamb({ lr, weightDecay: 0.1 })],
  ['lion', lion({ lr, weightDecay: 0.1 })],
  ['nadam', nadam({ lr, decoupledWeightDecay: true, weightDecay: 0.1 })],
  ['radam', radam({ lr })],
  ['rmsprop', rmsprop({ lr, centered: true, momentum })],
  ['rprop', rprop()],
  ['sgd', sgd({ ...oneCycle({ maxLr: 0.1, totalSteps: 9 }), nesterov: true })],
])('%s leaves the same bits in JavaScript and in WebAssembly', (_, optimizer) => {
  const states = (['js', 'wasm'] as const).map((target) => {
    const session = compile(
      {
        loss,
        optimizer,
        gradients: [centralise(), clipValue(0.3), clipNorm(0.5)],
        accumulate: 2,
        average: ema({ decay: 0.8 }),
      },
      { target },
    ).start({ seed: 3 });
    for (let step = 0; step < 16; step++) session.step(feeds);
    return session.snapshot().values;
  });
  expect(states[1]).toEqual(states[0]);
  expect(
    Object.values(states[0] ?? {})
      .flatMap((each) => [...each])
      .filter(Number.isNaN),
  ).toEqual([]);
});
