// One network that is too large for its data, and what keeps it from learning the data by heart.
import {
  accuracy,
  adam,
  compile,
  crossEntropy,
  dim,
  dropout,
  input,
  l1,
  l2,
  linear,
  relu,
  sequential,
  type Penalty,
} from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 784]);
const y = input('y', [batch], 'i32');

interface Variant {
  /** Dropout before the first layer, and before the others. */
  readonly drop?: readonly [number, number];
  readonly penalties?: readonly Penalty[];
}

function classifier({ drop = [0, 0], penalties = [] }: Variant) {
  const net = sequential(
    'mnist',
    ...[dropout(drop[0]), linear(784, 256), relu()],
    ...[dropout(drop[1]), linear(256, 256), relu()],
    ...[dropout(drop[1]), linear(256, 10)],
  );
  const logits = net(x);
  const loss = crossEntropy(logits, y);
  return compile({
    loss,
    penalties,
    optimizer: adam({ lr: 0.001 }),
    outputs: { logits },
    // The loss that a program reports includes its penalties; the cross-entropy by itself can be compared.
    metrics: { accuracy: accuracy(logits, y), crossEntropy: loss },
  });
}

export const program = classifier({});

const patience = { monitor: 'validation.crossEntropy', mode: 'min', patience: 5 } as const;

export const variants = {
  none: { program },
  L1: { program: classifier({ penalties: [l1(3e-4)] }) },
  L2: { program: classifier({ penalties: [l2(4e-3)] }) },
  dropout: { program: classifier({ drop: [0.2, 0.5] }) },
  'early stopping': { program, earlyStopping: patience },
};

export { fewDigits as data } from './data.ts';
export const training = { epochs: 100, batchSize: 50 };
