// The lab's assignment: a network of one's own for 28 × 28 digits. Dropout and weight decay keep 1000 images from being
// learned by heart.
import {
  accuracy,
  adamW,
  compile,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  relu,
  sequential,
} from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

const net = sequential('mnist', dropout(0.2), linear(784, 160), relu(), dropout(0.5), linear(160, 10));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adamW({ lr: 0.0015, weightDecay: 0.5 }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

export { reshuffledMnistData as data } from './data.ts';
export const training = {
  epochs: 30,
  batchSize: 32,
  earlyStopping: { monitor: 'validation.loss', patience: 8 },
} as const;
