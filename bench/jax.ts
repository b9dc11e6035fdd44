// jax-js on its WebAssembly backend: the whole training step under one `jit`. It has threads in browsers only. Arrays are
// counted by reference: every use consumes one, `.ref` adds one. The package is installed in this folder only, so what
// is used of it is declared here.
import { readTraining, type TrainingData } from './harness/problem.ts';
import { installedVersion } from './harness/peers.ts';
import { checkedSteps } from './harness/protocol.ts';
import { serve, type Workbench } from './harness/serve.ts';
import { convolutionSizes, inputShape, kernelSize, type Sequences, type Workload } from './workloads.ts';

interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  readonly size: number;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  neg(): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  dispose(): void;
  item(): number;
}
interface Jax {
  readonly numpy: {
    array(values: Float32Array | Int32Array | number): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    full(shape: readonly number[], value: number): JaxArray;
    transpose(x: JaxArray, permutation?: readonly number[]): JaxArray;
    split(x: JaxArray, parts: number, axis: number): readonly JaxArray[];
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    mean(x: JaxArray, axis?: number): JaxArray;
    sum(x: JaxArray, axis?: number): JaxArray;
    max(x: JaxArray, axes: readonly number[]): JaxArray;
    square(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    power(base: number, exponent: JaxArray): JaxArray;
    where(condition: JaxArray, yes: JaxArray, no: JaxArray | number): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    oneHot(labels: JaxArray, depth: number): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, weight: JaxArray, strides: readonly number[], padding: string): JaxArray;
  };
  readonly random: {
    key(seed: number): JaxArray;
    split(key: JaxArray, count: 2): readonly [JaxArray, JaxArray];
    bernoulli(key: JaxArray, probability: number, shape: readonly number[]): JaxArray;
  };
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<F>(body: F): F;
  valueAndGrad<P, R extends readonly unknown[]>(
    body: (parameters: P, ...rest: R) => readonly [loss: JaxArray, rest: readonly JaxArray[]],
    options: { hasAux: true },
  ): (parameters: P, ...rest: R) => readonly [readonly [JaxArray, readonly JaxArray[]], P];
  readonly tree: { dispose(tree: unknown): void };
  blockUntilReady(tree: unknown): Promise<unknown>;
}

const packageName: string = '@jax-js/jax';
// The interface declares the few functions that are called here.
const jax = (await import(packageName)) as Jax;
const { lax, numpy, nn, random } = jax;

/** All that changes from step to step; lists are parallel. */
interface State {
  /** Weight `[inputs, outputs]` and bias of each layer, then scale and offset of each normalisation. */
  readonly parameters: readonly JaxArray[];
  readonly first: readonly JaxArray[];
  readonly second: readonly JaxArray[];
  /** Mean and variance of each batch normalisation. */
  readonly running: readonly JaxArray[];
  readonly steps: JaxArray;
  /** The key of random numbers, where any are drawn. */
  readonly keys: readonly JaxArray[];
}

function initialState(workload: Workload, { layers }: TrainingData): State {
  const convolutions = convolutionSizes(workload);
  const hidden = workload.batchNorm ? layers.slice(0, -1) : [];
  // In a block of attention the second and the fourth layer end what a residual is added to.
  const normalised =
    workload.sequences === null ? [] : layers.filter((_, index) => index === 1 || index === 3);
  const filled = (value: number, { outputs }: { readonly outputs: number }): JaxArray =>
    numpy.full([outputs], value);
  const parameters = [
    ...layers.flatMap(({ weight, bias, inputs, outputs }, index) => {
      const channels = convolutions[index]?.[0];
      const values = numpy.array(weight);
      return [
        channels === undefined
          ? numpy.transpose(values.reshape([outputs, inputs]))
          : values.reshape([outputs, channels, kernelSize, kernelSize]),
        numpy.array(bias),
      ];
    }),
    ...[...hidden, ...normalised].flatMap((layer) => [filled(1, layer), filled(0, layer)]),
  ];
  const zeros = (): readonly JaxArray[] => parameters.map((each) => numpy.zeros(each.shape));
  return {
    parameters,
    first: zeros(),
    second: zeros(),
    running: hidden.flatMap((layer) => [filled(0, layer), filled(1, layer)]),
    steps: numpy.array(0),
    keys: workload.dropout > 0 ? [random.key(0)] : [],
  };
}

/** Standardises columns; gives the statistics of the batch, too. */
function normalise(x: JaxArray, scale: JaxArray, offset: JaxArray): readonly [JaxArray, JaxArray, JaxArray] {
  const mean = numpy.mean(x.ref, 0);
  const centred = x.sub(mean.ref);
  const variance = numpy.mean(numpy.square(centred.ref), 0);
  const deviation = numpy.sqrt(variance.ref.add(1e-5));
  return [centred.mul(scale.div(deviation)).add(offset), mean, variance];
}

/** The convolutions of a workload with what follows each, flattened. */
function convolve(workload: Workload, x: JaxArray, at: (index: number) => JaxArray): JaxArray {
  let value = x;
  convolutionSizes(workload).forEach(([, outputs], index) => {
    const bias = at(2 * index + 1).reshape([outputs, 1, 1]);
    const active = nn.relu(lax.conv(value, at(2 * index), [1, 1], 'SAME').add(bias));
    const [batch = 0, , height = 0, width = 0] = active.shape;
    // Windows that do not overlap: each has two axes of its own.
    value = numpy.max(active.reshape([batch, outputs, height / 2, 2, width / 2, 2]), [3, 5]);
  });
  return value.reshape([workload.batch, workload.widths[0] ?? 0]);
}

/** Standardises rows. */
function normaliseRows(x: JaxArray, scale: JaxArray, offset: JaxArray): JaxArray {
  const [rows = 0] = x.shape;
  const centred = x.ref.sub(numpy.mean(x, 1).reshape([rows, 1]));
  const variance = numpy.mean(numpy.square(centred.ref), 1).reshape([rows, 1]);
  return centred
    .div(numpy.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(offset);
}

/** The logits of sequences `[batch, steps, width]`; products are done on all steps as rows. */
function encode({ heads }: Sequences, x: JaxArray, at: (index: number) => JaxArray): JaxArray {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  const apply = (layer: number, value: JaxArray): JaxArray =>
    numpy.matmul(value, at(2 * layer)).add(at(2 * layer + 1));
  const rows = x.reshape([batch * steps, width]);
  const [queries, keys, values] = numpy
    .split(apply(0, rows.ref), 3, 1)
    .map((part) => part.reshape([batch, steps, heads, width / heads]));
  if (!queries || !keys || !values) throw new Error('a projection has three parts');
  const scores = numpy
    .matmul(numpy.transpose(queries, [0, 2, 1, 3]), numpy.transpose(keys, [0, 2, 3, 1]))
    .mul(1 / Math.sqrt(width / heads));
  const mixed = numpy.matmul(nn.softmax(scores, 3), numpy.transpose(values, [0, 2, 1, 3]));
  const attended = apply(1, numpy.transpose(mixed, [0, 2, 1, 3]).reshape([batch * steps, width]));
  const between = normaliseRows(rows.add(attended), at(10), at(11));
  const fed = apply(3, nn.relu(apply(2, between.ref)));
  const encoded = normaliseRows(between.add(fed), at(12), at(13));
  return apply(4, numpy.mean(encoded.reshape([batch, steps, width]), 1));
}

/** The loss of a batch, with the statistics of each batch normalisation. */
function lossOf(workload: Workload) {
  const convolutions = convolutionSizes(workload).length;
  const layerCount = convolutions + workload.widths.length - 1;
  const keptShare = 1 - workload.dropout;
  return (
    parameters: readonly JaxArray[],
    x: JaxArray,
    labels: JaxArray,
    keys: readonly JaxArray[],
  ): readonly [JaxArray, readonly JaxArray[]] => {
    const at = (index: number): JaxArray => parameters[index] ?? numpy.array(Number.NaN);
    const statistics: JaxArray[] = [];
    const entropy = (logits: JaxArray): JaxArray =>
      numpy.mean(numpy.sum(labels.mul(nn.logSoftmax(logits, 1)), 1)).neg();
    if (workload.sequences !== null) return [entropy(encode(workload.sequences, x, at)), statistics];
    let value = workload.images === null ? x : convolve(workload, x, at);
    for (let layer = convolutions; layer < layerCount; layer++) {
      value = numpy.matmul(value, at(2 * layer)).add(at(2 * layer + 1));
      if (layer === layerCount - 1) break;
      if (workload.batchNorm) {
        const scale = 2 * layerCount + 2 * layer;
        const [normalised, mean, variance] = normalise(value, at(scale), at(scale + 1));
        statistics.push(mean, variance);
        value = normalised;
      }
      value = nn.relu(value);
      for (const key of keys) {
        const kept = random.bernoulli(key.ref, keptShare, value.shape);
        value = numpy.where(kept, value.div(keptShare), 0);
      }
    }
    keys.forEach((key) => key.dispose());
    return [entropy(value), statistics];
  };
}

function trainingStep(workload: Workload) {
  const differentiate = jax.valueAndGrad(lossOf(workload), { hasAux: true });
  return jax.jit((state: State, x: JaxArray, labels: JaxArray): readonly [JaxArray, State] => {
    const split = state.keys.map((key) => {
      // Taken apart once: the iterator consumes the pair.
      const [now, later] = random.split(key, 2);
      return { now, later };
    });
    const [[loss, statistics], gradients] = differentiate(
      state.parameters.map((each) => each.ref),
      x,
      labels,
      split.map(({ now }) => now),
    );
    const steps = state.steps.add(1);
    const correction = (decay: number): JaxArray => numpy.array(1).sub(numpy.power(decay, steps.ref));
    const [firstCorrection, secondCorrection] = [correction(0.9), correction(0.999)];
    const next = state.parameters.map((parameter, index) => {
      const gradient = gradients[index] ?? numpy.array(Number.NaN);
      const first = state.first[index]?.mul(0.9).add(gradient.ref.mul(0.1)) ?? gradient.ref;
      const second = state.second[index]?.mul(0.999).add(numpy.square(gradient).mul(0.001)) ?? first.ref;
      const deviation = numpy.sqrt(second.ref.div(secondCorrection.ref)).add(1e-8);
      const change = first.ref.div(firstCorrection.ref).mul(1e-3).div(deviation);
      return { parameter: parameter.sub(change), first, second };
    });
    firstCorrection.dispose();
    secondCorrection.dispose();
    return [
      loss,
      {
        parameters: next.map((each) => each.parameter),
        first: next.map((each) => each.first),
        second: next.map((each) => each.second),
        running: state.running.map((old, index) => old.mul(0.9).add(statistics[index]?.mul(0.1) ?? 0)),
        steps,
        keys: split.map(({ later }) => later),
      },
    ];
  });
}

async function prepare(workload: Workload, file: string): Promise<Workbench> {
  const data = await readTraining(file, workload);
  const x = numpy.array(data.x).reshape([workload.batch, ...inputShape(workload)]);
  const labels = nn.oneHot(numpy.array(data.y), workload.widths.at(-1) ?? 0);
  const take = trainingStep(workload);
  let state = initialState(workload, data);
  const step = (): JaxArray => {
    const [loss, next] = take(state, x.ref, labels.ref);
    state = next;
    return loss;
  };
  return {
    parameters: state.parameters.reduce((sum, each) => sum + each.size, 0),
    version: await installedVersion(packageName),
    outcome: Array.from({ length: checkedSteps }, () => step().item()),
    run: (steps) => {
      // Reading the loss makes it do what it has put off; unread, the work that is pending grows from step to step.
      for (let taken = 0; taken < steps; taken++) step().item();
      return Promise.resolve();
    },
    restart: async () => {
      jax.tree.dispose(state);
      state = initialState(workload, data);
      await jax.blockUntilReady(state);
    },
  };
}

await jax.init('wasm');
jax.defaultDevice('wasm');
await serve((task) => {
  if (task.kind !== 'training') throw new Error(`jax-js is not asked for a ${task.kind}`);
  return prepare(task, task.data);
});
