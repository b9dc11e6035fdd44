// Iris with a wider first layer and another rate: what `tapeless diff` compares iris.ts with.
import { accuracy, adam, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');

const net = sequential('iris', linear(4, 40), relu(), linear(40, 3));
const logits = net(x);

export default compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: 0.01 }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});
