// TensorFlow.js as its users train a model of their own: variables and `optimizer.minimize`. `tensorflow.ts <backend>`
// with backend `wasm` (SIMD; it has no threads in Node) or `cpu`. The packages are installed in this folder only, so
// what is used of them is declared here.
import { createRequire } from 'node:module';
import { readTraining, type TrainingData } from './harness/problem.ts';
import { checkedSteps } from './harness/protocol.ts';
import { serve, type Workbench } from './harness/serve.ts';
import { convolutionSizes, inputShape, kernelSize, type Sequences, type Workload } from './workloads.ts';

interface Tensor {
  readonly size: number;
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}
interface Variable extends Tensor {
  assign(value: Tensor): void;
}
interface Optimizer {
  minimize(loss: () => Tensor, returnCost: boolean, variables: readonly Variable[]): Tensor | null;
  dispose(): void;
}
interface TensorFlow {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(body: () => T): T;
  keep(x: Tensor): Tensor;
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype?: string): Tensor;
  variable(initial: Tensor, trainable?: boolean): Variable;
  fill(shape: readonly number[], value: number): Tensor;
  transpose(x: Tensor, permutation?: readonly number[]): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  conv2d(x: Tensor, filter: Tensor, strides: number, padding: 'same'): Tensor;
  conv3d(x: Tensor, filter: Tensor, strides: number, padding: 'same'): Tensor;
  maxPool(x: Tensor, size: number, strides: number, padding: 'valid'): Tensor;
  add(a: Tensor, b: Tensor | number): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  relu(x: Tensor): Tensor;
  dropout(x: Tensor, rate: number): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  split(x: Tensor, parts: number, axis: number): readonly Tensor[];
  softmax(x: Tensor): Tensor;
  mean(x: Tensor, axis: number): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  oneHot(labels: Tensor, depth: number): Tensor;
  moments(x: Tensor, axis: number, keepDims?: boolean): { readonly mean: Tensor; readonly variance: Tensor };
  batchNorm(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    offset: Tensor,
    scale: Tensor,
    epsilon: number,
  ): Tensor;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
  readonly train: { adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer };
}

const [backend = 'wasm'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
// Each interface declares the few functions that are called here.
const tf = require('@tensorflow/tfjs') as TensorFlow;
if (backend === 'wasm') require('@tensorflow/tfjs-backend-wasm');
await tf.setBackend(backend);
await tf.ready();

/** A linear layer, with what follows it. */
interface LayerVariables {
  readonly weight: Variable;
  readonly bias: Variable;
  readonly normalisation: Normalisation | undefined;
}

interface Normalisation {
  readonly scale: Variable;
  readonly offset: Variable;
  readonly runningMean: Variable;
  readonly runningVariance: Variable;
}

function makeNormalisation(features: number): Normalisation {
  const filled = (value: number, trainable: boolean): Variable =>
    tf.variable(tf.fill([features], value), trainable);
  return {
    scale: filled(1, true),
    offset: filled(0, true),
    runningMean: filled(0, false),
    runningVariance: filled(1, false),
  };
}

/**
 * Initial values of a weight. matMul takes `[inputs, outputs]`; convolutions have channels last, so the first linear layer
 * after them meets its inputs in another order.
 */
function weightOf(workload: Workload, data: TrainingData, index: number): Tensor {
  const layer = data.layers[index];
  if (layer === undefined) throw new Error(`there is no layer ${index + 1}`);
  const { weight, inputs, outputs } = layer;
  const convolutions = convolutionSizes(workload);
  const [channels] = convolutions[index] ?? [];
  const filters = index === convolutions.length ? convolutions.at(-1)?.[1] : undefined;
  return tf.tidy(() => {
    if (channels !== undefined) {
      const kernel = tf.tensor(weight, [outputs, channels, kernelSize, kernelSize]);
      return tf.transpose(kernel, [2, 3, 1, 0]);
    }
    if (filters === undefined) return tf.transpose(tf.tensor(weight, [outputs, inputs]));
    const channelsLast = tf.transpose(tf.tensor(weight, [outputs, filters, inputs / filters]), [0, 2, 1]);
    return tf.transpose(tf.reshape(channelsLast, [outputs, inputs]));
  });
}

/**
 * A convolution that the backend can train: `wasm` has no gradient of conv2d by its filter, but it has that of conv3d,
 * which is the same with a depth of 1.
 */
function convolve(x: Tensor, filter: Tensor): Tensor {
  if (backend !== 'wasm') return tf.conv2d(x, filter, 1, 'same');
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = filter.shape;
  const deep = tf.conv3d(
    tf.reshape(x, [batch, 1, height, width, channels]),
    tf.reshape(filter, [1, rows, columns, inputs, outputs]),
    1,
    'same',
  );
  return tf.reshape(deep, [batch, height, width, outputs]);
}

function normalise(x: Tensor, { scale, offset, runningMean, runningVariance }: Normalisation): Tensor {
  const { mean, variance } = tf.moments(x, 0);
  const follow = (running: Variable, latest: Tensor): void =>
    running.assign(tf.add(tf.mul(running, 0.9), tf.mul(latest, 0.1)));
  follow(runningMean, mean);
  follow(runningVariance, variance);
  return tf.batchNorm(x, mean, variance, offset, scale, 1e-5);
}

/** Standardises rows. */
function normaliseRows(x: Tensor, { scale, offset }: Normalisation): Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), offset);
}

function apply({ weight, bias }: LayerVariables, x: Tensor): Tensor {
  return tf.add(tf.matMul(x, weight), bias);
}

/** The logits of sequences `[batch, steps, width]`; products are done on all steps as rows. */
function encode(
  x: Tensor,
  { heads }: Sequences,
  [inProjection, outProjection, widen, narrow, last]: readonly LayerVariables[],
): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  const first = outProjection?.normalisation;
  const second = narrow?.normalisation;
  if (!inProjection || !outProjection || !widen || !narrow || !last || !first || !second) {
    throw new Error('the network has five linear layers');
  }
  const rows = tf.reshape(x, [batch * steps, width]);
  const [queries, keys, values] = tf
    .split(apply(inProjection, rows), 3, 1)
    .map((part) => tf.transpose(tf.reshape(part, [batch, steps, heads, width / heads]), [0, 2, 1, 3]));
  if (!queries || !keys || !values) throw new Error('a projection has three parts');
  const scores = tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(width / heads));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), values), [0, 2, 1, 3]);
  const attended = apply(outProjection, tf.reshape(mixed, [batch * steps, width]));
  const between = normaliseRows(tf.add(rows, attended), first);
  const encoded = normaliseRows(tf.add(between, apply(narrow, tf.relu(apply(widen, between)))), second);
  return apply(last, tf.mean(tf.reshape(encoded, [batch, steps, width]), 1));
}

async function prepare(workload: Workload, file: string): Promise<Workbench> {
  const data = await readTraining(file, workload);
  const { images, sequences } = workload;
  const fed = tf.tensor(data.x, [workload.batch, ...inputShape(workload)]);
  const x = images === null ? fed : tf.transpose(fed, [0, 2, 3, 1]);
  const convolutions = convolutionSizes(workload).length;
  const labels = tf.tidy(() =>
    tf.oneHot(tf.tensor(data.y, [workload.batch], 'int32'), workload.widths.at(-1) ?? 0),
  );
  const layers = data.layers.map((layer, index): LayerVariables => {
    const isHidden = index < data.layers.length - 1;
    // In a block of attention the second and the fourth layer end what a residual is added to.
    const isNormalised = sequences === null ? workload.batchNorm && isHidden : index === 1 || index === 3;
    return {
      weight: tf.variable(weightOf(workload, data, index)),
      bias: tf.variable(tf.tensor(layer.bias, [layer.outputs])),
      normalisation: isNormalised ? makeNormalisation(layer.outputs) : undefined,
    };
  });
  const trained = layers.flatMap(({ weight, bias, normalisation }) => [
    weight,
    bias,
    ...(normalisation === undefined ? [] : [normalisation.scale, normalisation.offset]),
  ]);

  const loss = (): Tensor => {
    if (sequences !== null) return tf.losses.softmaxCrossEntropy(labels, encode(x, sequences, layers));
    const logits = layers.reduce((given, { weight, bias, normalisation }, index) => {
      if (index < convolutions) {
        return tf.maxPool(tf.relu(tf.add(convolve(given, weight), bias)), 2, 2, 'valid');
      }
      const isFlat = convolutions === 0 || index > convolutions;
      const value = isFlat ? given : tf.reshape(given, [workload.batch, workload.widths[0] ?? 0]);
      const sum = tf.add(tf.matMul(value, weight), bias);
      if (index === layers.length - 1) return sum;
      const active = tf.relu(normalisation === undefined ? sum : normalise(sum, normalisation));
      return workload.dropout > 0 ? tf.dropout(active, workload.dropout) : active;
    }, x);
    return tf.losses.softmaxCrossEntropy(labels, logits);
  };

  const newOptimizer = (): Optimizer => tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  let optimizer = newOptimizer();
  const checkedStep = (): number => {
    const cost = optimizer.minimize(loss, true, trained);
    const [value = Number.NaN] = cost?.dataSync() ?? [];
    cost?.dispose();
    return value;
  };
  return {
    parameters: trained.reduce((sum, variable) => sum + variable.size, 0),
    version: tf.version_core,
    outcome: Array.from({ length: checkedSteps }, checkedStep),
    run: (steps) => {
      for (let taken = 0; taken < steps; taken++) optimizer.minimize(loss, false, trained);
      return Promise.resolve();
    },
    restart: () => {
      optimizer.dispose();
      optimizer = newOptimizer();
      for (const [index, { weight, bias, normalisation }] of layers.entries()) {
        const given = data.layers[index];
        if (given === undefined) continue;
        tf.tidy(() => {
          weight.assign(weightOf(workload, data, index));
          bias.assign(tf.tensor(given.bias, [given.outputs]));
          normalisation?.scale.assign(tf.fill([given.outputs], 1));
          normalisation?.offset.assign(tf.fill([given.outputs], 0));
        });
      }
      return Promise.resolve();
    },
  };
}

await serve((task) => {
  if (task.kind !== 'training') throw new Error(`TensorFlow.js is not asked for a ${task.kind}`);
  return prepare(task, task.data);
});
