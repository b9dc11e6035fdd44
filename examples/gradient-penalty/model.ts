// A classifier that is not easily fooled: the slope of its loss, with respect to the pixels, is part of its loss. To
// train it, a gradient is differentiated again (double backpropagation, Drucker and LeCun 1992).
import { accuracy, add, adam, compile, crossEntropy, dim, grad, input, linear, mean } from 'tapeless';
import { mul, sequential, softplus, square, sum } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

function classifier(penalty: number) {
  // Softplus, since ReLU has no second derivative to learn from.
  const net = sequential('mnist', linear(784, 128), softplus(), linear(128, 10));
  const logits = net(x);
  const [slope] = grad(crossEntropy(logits, y, { reduction: 'sum' }), [x]); // a slope for each image
  const steepness = mean(sum(square(slope), 1));
  return compile({
    loss: add(crossEntropy(logits, y), mul(steepness, penalty)),
    optimizer: adam({ lr: 0.002 }),
    outputs: { logits, slope },
    metrics: { accuracy: accuracy(logits, y), steepness },
  });
}

export const unprotected = classifier(0);
export const program = classifier(3);

export { gradientPenaltyData as data } from './data.ts';
export const training = { epochs: 15, batchSize: 50 };
