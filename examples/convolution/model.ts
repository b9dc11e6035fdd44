// A small convolutional network: eight kernels look for strokes, sixteen for combinations of them, and one layer of
// weights reads the digit from where they were found.
import { accuracy, adam, compile, conv2d, crossEntropy, dim, flatten, input } from 'tapeless';
import { linear, maxPool2d, relu, sequential, unflatten } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

const strokes = sequential('strokes', conv2d(1, 8, 5, { padding: 2 }), relu(), maxPool2d(2));
const shapes = sequential('shapes', conv2d(8, 16, 5), relu(), maxPool2d(2));
const digit = sequential('digit', flatten(), linear(16 * 5 * 5, 10));

const images = unflatten(x, 1, [1, 28, 28]);
const maps = strokes(images); // [batch, 8, 14, 14]
const logits = digit(shapes(maps));

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: 0.002 }),
  outputs: { logits, maps },
  metrics: { accuracy: accuracy(logits, y) },
});

export { convolutionData as data } from './data.ts';
export const training = { epochs: 6, batchSize: 32 };
