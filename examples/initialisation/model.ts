// Ten hidden layers, and whether a gradient finds its way back through them. It depends on the activation and on the
// first weights; both are all that differs between these programs.
import {
  accuracy,
  compile,
  crossEntropy,
  dim,
  grad,
  input,
  kaimingNormal,
  linear,
  norm,
  normal,
} from 'tapeless';
import { parametersOf, relu, sgd, sigmoid, tanh, xavierNormal, zeros } from 'tapeless';
import type { Initialiser, Tensor } from 'tapeless';

export const depth = 10;
const width = 64;

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

function deep(activation: (x: Tensor) => Tensor, weightInit: Initialiser) {
  const layer = (inputs: number, outputs: number, name: string) =>
    linear(inputs, outputs, { name, weightInit, biasInit: zeros });

  const outputs: Record<string, Tensor> = {};
  let hidden: Tensor = x;
  for (let level = 1; level <= depth; level++) {
    hidden = activation(layer(level === 1 ? 784 : width, width, `hidden${level}`)(hidden));
    outputs[`activation${level}`] = hidden;
  }
  const logits = layer(width, 10, 'head')(hidden);
  outputs['logits'] = logits;
  const loss = crossEntropy(logits, y);

  // Gradients are tensors like any other, so how long they are can be a metric.
  const weights = parametersOf(loss).filter(({ shape }) => shape.length === 2);
  const metrics: Record<string, Tensor> = { accuracy: accuracy(logits, y) };
  grad(loss, weights).forEach((gradient, at) => (metrics[`gradient${at + 1}`] = norm(gradient)));

  return compile({
    loss,
    optimizer: sgd({ lr: 0.01, momentum: 0.9 }),
    outputs,
    metrics,
    name: 'deep',
  });
}

export const variants = {
  'sigmoid, Xavier': deep(sigmoid, xavierNormal()),
  'tanh, too small': deep(tanh, normal(0, 0.02)),
  'tanh, Xavier': deep(tanh, xavierNormal()),
  'ReLU, Xavier': deep(relu, xavierNormal()),
  'ReLU, Kaiming': deep(relu, kaimingNormal({ nonlinearity: 'relu' })),
};

export const program = variants['ReLU, Kaiming'];

export { initialisationData as data } from './data.ts';
export const training = { epochs: 15, batchSize: 50 };
