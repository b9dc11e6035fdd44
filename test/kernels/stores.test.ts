import { describe, expect, test } from 'vitest';
import {
  adadelta,
  adam,
  adamW,
  batchNorm1d,
  compile,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  relu,
  rmsprop,
  sequential,
  sgd,
  type Optimizer,
} from 'tapeless';

const batch = dim('batch');

const optimizers: Readonly<Record<string, Optimizer>> = {
  'sgd with Nesterov momentum and decay': sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  'adam with decay': adam({ weightDecay: 0.01, amsgrad: true }),
  adamW: adamW({ weightDecay: 0.1 }),
  'centred rmsprop with momentum and decay': rmsprop({ momentum: 0.9, centered: true, weightDecay: 0.01 }),
  'adadelta with decay': adadelta({ weightDecay: 0.01 }),
};

describe('what kernels store', () => {
  test.for(Object.entries(optimizers))('is read by a later kernel, with %s', ([, optimizer]) => {
    const x = input('x', [batch, 6]);
    const net = sequential('net', linear(6, 5), batchNorm1d(5), relu(), dropout(0.2), linear(5, 3));
    const program = compile({ loss: crossEntropy(net(x), input('y', [batch], 'i32')), optimizer });
    const { programs } = program.at({}).compilation;
    const unread = programs.flatMap(({ buffers, kernels }) =>
      buffers.filter(
        (buffer) => buffer.role === 'temporary' && !kernels.some((kernel) => kernel.reads.includes(buffer)),
      ),
    );
    expect(unread.map((buffer) => buffer.name)).toEqual([]);
  });
});
