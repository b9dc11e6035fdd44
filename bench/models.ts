// The models whose compilation is timed: the workloads and the two of examples/, declared here without compiling them. A
// test compares the latter with the examples.
import {
  accuracy,
  adam,
  adamW,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  relu,
  sequential,
  type Declaration,
} from '../src/index.ts';
import { declare, inputSize, workloads } from './workloads.ts';

/** A model to compile. */
export interface Model {
  readonly declare: () => Declaration;
  /** Features of `x`, and classes of `y`. */
  readonly features: number;
  readonly classes: number;
  readonly batch: number;
}

export const modelNames = ['iris', 'mnist-lab', 'a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
export type ModelName = (typeof modelNames)[number];

function iris(): Declaration {
  const batch = dim('batch');
  const x = input('x', [batch, 4]);
  const y = input('y', [batch], 'i32');
  const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
  const logits = net(x);
  return {
    loss: crossEntropy(logits, y),
    optimizer: adam({ lr: 0.025 }),
    outputs: { logits },
    metrics: { accuracy: accuracy(logits, y) },
    sizes: { batch: 90 },
  };
}

function mnistLab(): Declaration {
  const batch = dim('batch');
  const x = input('x', [batch, 784]);
  const y = input('y', [batch], 'i32');
  const net = sequential('mnist', dropout(0.2), linear(784, 160), relu(), dropout(0.5), linear(160, 10));
  const logits = net(x);
  return {
    loss: crossEntropy(logits, y),
    optimizer: adamW({ lr: 0.0015, weightDecay: 0.5 }),
    outputs: { logits },
    metrics: { accuracy: accuracy(logits, y) },
  };
}

/** The model of a name. */
export function modelNamed(name: ModelName): Model {
  if (name === 'iris') return { declare: iris, features: 4, classes: 3, batch: 90 };
  if (name === 'mnist-lab') return { declare: mnistLab, features: 784, classes: 10, batch: 32 };
  const workload = workloads.find(({ id }) => id === name);
  if (workload === undefined) throw new Error(`no model is called ${name}`);
  const { widths, batch } = workload;
  return {
    declare: () => declare(workload),
    features: inputSize(workload),
    classes: widths.at(-1) ?? 0,
    batch,
  };
}
