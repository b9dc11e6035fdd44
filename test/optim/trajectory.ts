// Training runs recorded from PyTorch, and the same runs by our graphs in the double-precision interpreter: the
// state is carried from step to step by hand, so that only layers, losses, gradients and optimizers are on trial.
import { readFileSync } from 'node:fs';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import type { Value } from '../../src/ir/value.ts';
import { relu, tanh } from '../../src/nn/activation.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { parametersOf, type Layer } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { add, mul, pow } from '../../src/ops/arithmetic.ts';
import {
  initialValueOf,
  input,
  isLeafOf,
  nameOf,
  parameterOp,
  stepCounter,
  updateOp,
} from '../../src/ops/leaf.ts';
import { cast } from '../../src/ops/select.ts';
import { neg } from '../../src/ops/unary.ts';
import { adadelta } from '../../src/optim/adadelta.ts';
import { adam, adamW } from '../../src/optim/adam.ts';
import { clipNorm, clipValue } from '../../src/optim/clip.ts';
import { updatesOf, type Optimizer, type Scheduled, type Update } from '../../src/optim/optimizer.ts';
import { l1, l2 } from '../../src/optim/penalty.ts';
import { rmsprop } from '../../src/optim/rmsprop.ts';
import { sgd } from '../../src/optim/sgd.ts';

export interface Numbers {
  readonly s: readonly number[];
  readonly d: readonly number[];
}

export type RecordedLayer =
  | { readonly t: 'linear'; readonly in: number; readonly out: number; readonly bias: boolean }
  | { readonly t: 'bn'; readonly n: number; readonly momentum: number; readonly eps: number }
  | { readonly t: 'relu' | 'tanh' };

/** PyTorch's names. */
interface RecordedOptions {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weight_decay?: number;
  readonly amsgrad?: boolean;
  readonly maximize?: boolean;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly alpha?: number;
  readonly centered?: boolean;
  readonly rho?: number;
}

export interface Trajectory {
  readonly opt: 'SGD' | 'Adam' | 'AdamW' | 'RMSprop' | 'Adadelta';
  readonly options: RecordedOptions;
  readonly model: string;
  readonly data: string;
  readonly loss: 'ce' | 'mse';
  readonly steps: number;
  /** Rows of a step, which takes the slice `t mod (rows / batch)`. */
  readonly batch?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly clip_norm?: number;
  readonly clip_value?: number;
  readonly label_smoothing?: number;
  /** Options of weights, and of the rest. */
  readonly groups?: readonly [RecordedOptions, RecordedOptions];
  readonly sched?: { readonly name: 'ExponentialLR'; readonly gamma: number };
  readonly init: Readonly<Record<string, Numbers>>;
  readonly loss64: readonly number[];
  readonly final64: Readonly<Record<string, readonly number[]>>;
  readonly stats64?: Readonly<Record<string, readonly number[]>>;
  readonly eval64: { readonly d: readonly number[] };
}

export interface Recording {
  readonly models: Readonly<Record<string, { readonly layers: readonly RecordedLayer[] }>>;
  readonly data: Readonly<
    Record<string, { readonly x: Numbers; readonly y: Numbers; readonly xtest: Numbers }>
  >;
  readonly cases: readonly Trajectory[];
}

const file = `${import.meta.dirname}/../fixtures/trajectories.json`;
// A fixture of this repository in the format above.
export const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
export const trajectories = recording.cases;

/** Numbers by name, in the order in which they were compared: losses, parameters, running statistics, outputs. */
export type Outcome = Readonly<Record<string, readonly number[]>>;

export function recordedOutcome(run: Trajectory): Outcome {
  return { loss: run.loss64, ...run.final64, ...run.stats64, evaluation: run.eval64.d };
}

export function found<T>(table: Readonly<Record<string, T>>, key: string): T {
  const value = table[key];
  if (value === undefined) throw new Error(`the recording has no "${key}"`);
  return value;
}

export function layerOf(recorded: RecordedLayer, position: number): Layer {
  const name = String(position);
  switch (recorded.t) {
    case 'linear':
      return linear(recorded.in, recorded.out, { bias: recorded.bias, name });
    case 'bn':
      return batchNorm1d(recorded.n, { momentum: recorded.momentum, eps: recorded.eps, name });
    case 'relu':
      return relu();
    case 'tanh':
      return tanh();
  }
}

/** `0.w` for `net/0.weight`: what the recording calls a leaf. */
export function recordedName(leaf: Tensor, model: readonly RecordedLayer[]): string {
  const [, position = '', name = ''] = /^net\/(\d+)\.(\w+)$/.exec(nameOf(leaf)) ?? [];
  const weight = model[Number(position)]?.t === 'bn' ? 'g' : 'w';
  const names: Readonly<Record<string, string>> = {
    weight,
    bias: 'b',
    running_mean: 'rm',
    running_var: 'rv',
  };
  return `${position}.${found(names, name)}`;
}

export function optimizerOf({ opt, options, sched }: Trajectory, group: RecordedOptions): Optimizer {
  const { weight_decay: weightDecay, lr, ...others } = { ...options, ...group };
  const rate: Scheduled | undefined =
    sched === undefined || lr === undefined ? lr : (step) => mul(pow(sched.gamma, cast(step, 'f64')), lr);
  const given = {
    ...others,
    ...(rate === undefined ? {} : { lr: rate }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  };
  switch (opt) {
    case 'SGD':
      return sgd({ lr: 0.001, ...given });
    case 'Adam':
      return adam(given);
    case 'AdamW':
      return adamW(given);
    case 'RMSprop':
      return rmsprop(given);
    case 'Adadelta':
      return adadelta(given);
  }
}

function lossOf(run: Trajectory, output: Tensor, target: Tensor): Tensor {
  const { label_smoothing: labelSmoothing = 0 } = run;
  const parameters = parametersOf(output);
  const penalties = [
    ...(run.l1 === undefined ? [] : [l1(run.l1)]),
    ...(run.l2 === undefined ? [] : [l2(run.l2)]),
  ];
  const loss = run.loss === 'ce' ? crossEntropy(output, target, { labelSmoothing }) : mse(output, target);
  const total = penalties.reduce<Tensor>((sum, penalty) => add(sum, penalty.apply(parameters)), loss);
  // Runs that maximize were given the negated loss.
  return run.options.maximize === true ? neg(total) : total;
}

function updatesFor(run: Trajectory, loss: Tensor): readonly Update[] {
  const parameters = parametersOf(loss);
  const clipped = [
    ...(run.clip_norm === undefined ? [] : [clipNorm(run.clip_norm)]),
    ...(run.clip_value === undefined ? [] : [clipValue(run.clip_value)]),
  ].reduce<readonly Tensor[]>((gradients, clip) => clip(gradients), grad(loss, parameters));
  return parameters.flatMap((parameter, position) => {
    const gradient = clipped[position];
    if (gradient === undefined) throw new Error('a gradient is missing');
    const group = run.groups?.[parameter.shape.length >= 2 ? 0 : 1] ?? {};
    return updatesOf(optimizerOf(run, group), { parameter, gradient, step: stepCounter() });
  });
}

/** The updates that layers attached to the loss: running statistics. */
function attachedUpdates(loss: Tensor): readonly Update[] {
  return topologicalOrder([loss]).flatMap((node) => {
    const [, leaf, next] = node.inputs;
    return node.op === updateOp && leaf && next ? [{ leaf, next }] : [];
  });
}

function feed(numbers: Numbers, like: Tensor, rows: number, start: number): Value {
  const width = numbers.s.slice(1).reduce((product, size) => product * size, 1);
  const round = like.dtype === 'i32' ? Number : Math.fround;
  const data = Float64Array.from(numbers.d.slice(start * width, (start + rows) * width), round);
  return { shape: [rows, ...numbers.s.slice(1)], dtype: like.dtype, data };
}

/** Runs the training that a trajectory records. */
export function retrace(run: Trajectory): Outcome {
  const data = found(recording.data, run.data);
  const { layers } = found(recording.models, run.model);
  const [rows = 0, ...features] = data.x.s;
  const { batch = rows } = run;
  const x: Tensor = input('x', [batch, ...features], 'f64');
  const y: Tensor = input('y', [batch, ...data.y.s.slice(1)], run.loss === 'ce' ? 'i32' : 'f64');
  const test: Tensor = input('test', data.xtest.s, 'f64');
  const net = sequential('net', ...layers.map(layerOf));
  const loss = lossOf(run, net(x), y);
  const evaluated = net(test);
  const attached = attachedUpdates(loss);
  const updates = [...updatesFor(run, loss), ...attached];
  const training = specialiseMode([loss, ...updates.map(({ next }) => next)], 'train');
  const roots = [loss, ...updates.map(({ next }) => next)].map((root) => training.get(root) ?? root);

  const bindings = new Map<Tensor, Value>();
  for (const { leaf } of updates) {
    const recorded = isLeafOf(parameterOp, leaf) ? found(run.init, recordedName(leaf, layers)) : undefined;
    const [initial] = recorded === undefined ? interpret([initialValueOf(leaf)], new Map()) : [];
    const value = recorded ? feed(recorded, leaf, recorded.s[0] ?? 0, 0) : initial;
    if (value !== undefined) bindings.set(leaf, value);
  }
  const losses: number[] = [];
  for (let step = 0; step < run.steps; step++) {
    const start = (step % Math.floor(rows / batch)) * batch;
    bindings.set(x, feed(data.x, x, batch, start));
    bindings.set(y, feed(data.y, y, batch, start));
    bindings.set(stepCounter(), { shape: [], dtype: 'i32', data: Float64Array.of(step) });
    const [value, ...nexts] = interpret(roots, bindings);
    losses.push(...(value?.data ?? []));
    updates.forEach(({ leaf }, position) => {
      const next = nexts[position];
      if (next !== undefined) bindings.set(leaf, next);
    });
  }
  bindings.set(test, feed(data.xtest, test, data.xtest.s[0] ?? 0, 0));
  const evaluation = specialiseMode([evaluated], 'evaluate').get(evaluated) ?? evaluated;
  const [output] = interpret([evaluation], bindings);
  const leaves = [...parametersOf(loss), ...attached.map(({ leaf }) => leaf)];
  return {
    loss: losses,
    ...Object.fromEntries(
      leaves.map((leaf) => [recordedName(leaf, layers), [...(bindings.get(leaf)?.data ?? [])]]),
    ),
    evaluation: [...(output?.data ?? [])],
  };
}
