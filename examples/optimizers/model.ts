// One network, and every optimizer of the library.
import { accuracy, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';
import { adadelta, adafactor, adagrad, adam, adamax, adamW, asgd, lamb, lion } from 'tapeless';
import { nadam, radam, rmsprop, rprop, sgd, type Optimizer } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

const net = sequential('mnist', linear(784, 64), relu(), linear(64, 10));
const logits = net(x);

export const trainedBy = (optimizer: Optimizer) =>
  compile({
    loss: crossEntropy(logits, y),
    optimizer,
    outputs: { logits },
    metrics: { accuracy: accuracy(logits, y) },
  });

/** Each optimizer with a learning rate of the order that is usual for it. */
export const optimizers: Readonly<Record<string, readonly [usual: number, (lr: number) => Optimizer]>> = {
  sgd: [0.1, (lr) => sgd({ lr })],
  momentum: [0.03, (lr) => sgd({ lr, momentum: 0.9 })],
  nesterov: [0.03, (lr) => sgd({ lr, momentum: 0.9, nesterov: true })],
  asgd: [0.1, (lr) => asgd({ lr })],
  adagrad: [0.01, (lr) => adagrad({ lr })],
  adadelta: [1, (lr) => adadelta({ lr })],
  rmsprop: [0.001, (lr) => rmsprop({ lr })],
  rprop: [0.0003, (lr) => rprop({ lr })],
  adam: [0.003, (lr) => adam({ lr })],
  adamW: [0.003, (lr) => adamW({ lr, weightDecay: 0.1 })],
  adamax: [0.003, (lr) => adamax({ lr })],
  nadam: [0.003, (lr) => nadam({ lr })],
  radam: [0.003, (lr) => radam({ lr })],
  adafactor: [0.01, (lr) => adafactor({ lr })],
  lamb: [0.01, (lr) => lamb({ lr })],
  lion: [0.0003, (lr) => lion({ lr })],
};

export const program = trainedBy(adam({ lr: 0.003 }));

export { optimizerData as data } from './data.ts';
export const training = { epochs: 10, batchSize: 32 };
