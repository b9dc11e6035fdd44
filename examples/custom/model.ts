// A layer and an optimizer that the library does not have, each in about ten lines.
import {
  add,
  cast,
  compile,
  concat,
  cos,
  cosineAnnealingLr,
  defineLayer,
  defineOptimizer,
  dim,
} from 'tapeless';
import {
  input,
  linear,
  matmul,
  mse,
  mul,
  normal,
  relu,
  sequential,
  sigmoid,
  sign,
  sin,
  squeeze,
} from 'tapeless';
import { adam, sub, zerosLike } from 'tapeless';
import type { Layer, Optimizer, Schedule } from 'tapeless';

/** Places as waves of random directions and lengths (Tancik et al. 2020); the waves themselves are not trained. */
const fourierFeatures = (waves: number, deviation: number) =>
  defineLayer({
    type: 'fourierFeatures',
    label: `fourierFeatures(${waves}, ${deviation})`,
    apply: (x, { state, path }) => {
      const directions = state('directions', normal(0, deviation)([2, waves], { name: path }));
      const phases = matmul(x, directions);
      return concat([sin(phases), cos(phases)], 1);
    },
  });

/** A step along the sign of a momentum: as long for a small gradient as for a large one. */
const signStep = (lr: Schedule, momentum = 0.9) =>
  defineOptimizer({
    name: 'signStep',
    options: { lr, momentum },
    update: ({ parameter, gradient, step, state }) => {
      const mean = state('mean', zerosLike(parameter));
      const next = add(mul(mean, momentum), mul(gradient, 1 - momentum));
      const moved = { leaf: parameter, next: sub(parameter, mul(sign(next), cast(lr(step), 'f32'))) };
      return [moved, { leaf: mean, next }];
    },
  });

export { digitData as data } from './data.ts';
export const training = { epochs: 600, batchSize: 'full' } as const;

const batch = dim('batch');
const x = input('x', [batch, 2]);
const y = input('y', [batch]);

function painter(first: Layer, optimizer: Optimizer) {
  const net = sequential('painter', first, relu(), linear(64, 64), relu(), linear(64, 1), sigmoid());
  const brightness = squeeze(net(x), 1);
  return compile({ loss: mse(brightness, y), optimizer, outputs: { brightness }, sizes: { batch: 784 } });
}

const fourier = () => sequential('waves', fourierFeatures(32, 4), linear(64, 64));
const falling = (lr: number) => cosineAnnealingLr(lr, { tMax: training.epochs });

export const variants = {
  'linear, adam': painter(linear(2, 64), adam({ lr: falling(0.01) })),
  'linear, signStep': painter(linear(2, 64), signStep(falling(0.003))),
  'Fourier, adam': painter(fourier(), adam({ lr: falling(0.01) })),
  'Fourier, signStep': painter(fourier(), signStep(falling(0.003))),
};

export const program = variants['Fourier, signStep'];
