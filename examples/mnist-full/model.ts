// A deep network for all of MNIST: batch normalisation before each activation, dropout after it, and a learning rate
// that rises and falls once over the whole training.
import {
  accuracy,
  adam,
  batchNorm1d,
  compile,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  oneCycle,
  relu,
  sequential,
} from 'tapeless';

export { mnistFullData as data } from './data.ts';
export const training = { epochs: 20, batchSize: 128 };

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

const wide = sequential('wide', linear(784, 512), batchNorm1d(512), relu(), dropout(0.3));
const narrow = sequential('narrow', linear(512, 256), batchNorm1d(256), relu(), dropout(0.3));
const net = sequential('mnist', wide, narrow, linear(256, 10));
const logits = net(x);

const { lr } = oneCycle({ maxLr: 0.004, epochs: training.epochs, stepsPerEpoch: 430 });

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
  sizes: { batch: training.batchSize },
});
