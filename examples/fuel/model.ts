// Miles per gallon from six features of a car: a small network, and the straight line that it has to beat.
import { adamW, compile, dim, gelu, input, linear, mae, mse, r2, sequential, squeeze } from 'tapeless';
import type { Tensor } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 6]);
const y = input('y', [batch]);

const network = sequential('fuel', linear(6, 32), gelu(), linear(32, 16), gelu(), linear(16, 1));

function regression(prediction: Tensor) {
  return compile({
    loss: mse(prediction, y),
    optimizer: adamW({ lr: 0.003, weightDecay: 0.1 }),
    outputs: { prediction },
    metrics: { mae: mae(prediction, y), r2: r2(prediction, y) },
  });
}

export const program = regression(squeeze(network(x), 1));
export const straightLine = regression(squeeze(linear(6, 1)(x), 1));

export { fuelData as data } from './data.ts';
export const training = {
  epochs: 200,
  batchSize: 32,
  earlyStopping: { monitor: 'validation.loss', patience: 30 },
} as const;
