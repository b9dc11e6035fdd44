// TensorFlow.js as its users train a model of their own: variables and `optimizer.minimize`. `tensorflow.ts <backend>`
// with backend `wasm` (SIMD; it has no threads in Node) or `cpu`. The packages are installed in this folder only, so
// what is used of them is declared here.
import { createRequire } from 'node:module';
import { readTraining, type TrainingData } from './harness/problem.ts';
import { checkedSteps } from './harness/protocol.ts';
import { serve, type Workbench } from './harness/serve.ts';
import type { Workload } from './workloads.ts';

interface Tensor {
  readonly size: number;
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
  transpose(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: number): Tensor;
  relu(x: Tensor): Tensor;
  dropout(x: Tensor, rate: number): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  oneHot(labels: Tensor, depth: number): Tensor;
  moments(x: Tensor, axis: number): { readonly mean: Tensor; readonly variance: Tensor };
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

/** Initial values of a weight; matMul takes them as `[inputs, outputs]`. */
function weightOf({ weight, inputs, outputs }: TrainingData['layers'][number]): Tensor {
  return tf.tidy(() => tf.transpose(tf.tensor(weight, [outputs, inputs])));
}

function normalise(x: Tensor, { scale, offset, runningMean, runningVariance }: Normalisation): Tensor {
  const { mean, variance } = tf.moments(x, 0);
  const follow = (running: Variable, latest: Tensor): void =>
    running.assign(tf.add(tf.mul(running, 0.9), tf.mul(latest, 0.1)));
  follow(runningMean, mean);
  follow(runningVariance, variance);
  return tf.batchNorm(x, mean, variance, offset, scale, 1e-5);
}

async function prepare(workload: Workload, file: string): Promise<Workbench> {
  const data = await readTraining(file, workload);
  const x = tf.tensor(data.x, [workload.batch, workload.widths[0] ?? 0]);
  const labels = tf.tidy(() =>
    tf.oneHot(tf.tensor(data.y, [workload.batch], 'int32'), workload.widths.at(-1) ?? 0),
  );
  const layers = data.layers.map((layer, index): LayerVariables => {
    const isHidden = index < data.layers.length - 1;
    return {
      weight: tf.variable(weightOf(layer)),
      bias: tf.variable(tf.tensor(layer.bias, [layer.outputs])),
      normalisation: workload.batchNorm && isHidden ? makeNormalisation(layer.outputs) : undefined,
    };
  });
  const trained = layers.flatMap(({ weight, bias, normalisation }) => [
    weight,
    bias,
    ...(normalisation === undefined ? [] : [normalisation.scale, normalisation.offset]),
  ]);

  const loss = (): Tensor => {
    const logits = layers.reduce((value, { weight, bias, normalisation }, index) => {
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
          weight.assign(weightOf(given));
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
