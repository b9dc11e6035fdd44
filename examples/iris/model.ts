// The lab's network for Iris, as declared in tapeless: four measurements in, three species out.
import { accuracy, adam, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');

const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: 0.025 }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
  sizes: { batch: 90 },
});

export { irisData as data } from './data.ts';
export const training = { epochs: 25, batchSize: 'full' } as const;
