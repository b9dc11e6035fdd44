// The networks that diagrams are tested on, taken by hand through the stages that diagrams look at: the declared graph,
// the rewritten entry, its kernels and its plan.
import { specialiseMode } from '../../../src/autodiff/mode.ts';
import { grad } from '../../../src/autodiff/grad.ts';
import type { ModelView } from '../../../src/emit/dot/model.ts';
import { inputOf, topologicalOrder, type Tensor } from '../../../src/ir/node.ts';
import { rebuild, withSizes } from '../../../src/ir/rebuild.ts';
import { dim, type Sizes } from '../../../src/ir/size.ts';
import type { EntryGraph } from '../../../src/kernels/anchors.ts';
import type { KernelProgram, Phase } from '../../../src/kernels/kernel.ts';
import { lower } from '../../../src/kernels/lower.ts';
import { accuracy } from '../../../src/nn/accuracy.ts';
import { relu } from '../../../src/nn/activation.ts';
import { batchNorm1d } from '../../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../../src/nn/cross-entropy.ts';
import { dropout } from '../../../src/nn/dropout.ts';
import { parametersOf } from '../../../src/nn/layer.ts';
import { linear } from '../../../src/nn/linear.ts';
import { sequential } from '../../../src/nn/sequential.ts';
import { add } from '../../../src/ops/arithmetic.ts';
import { input, scalar, updateOp } from '../../../src/ops/leaf.ts';
import { programCounters } from '../../../src/ops/counters.ts';
import { streamNumber, streamOp } from '../../../src/ops/random.ts';
import { adam } from '../../../src/optim/adam.ts';
import { updatesOf, type Optimizer } from '../../../src/optim/optimizer.ts';
import { l2 } from '../../../src/optim/penalty.ts';
import { sgd } from '../../../src/optim/sgd.ts';
import type { EntryPlan } from '../../../src/plan/plan.ts';
import { layoutState, planEntry } from '../../../src/plan/planner.ts';
import { applyRules } from '../../../src/rewrite/driver.ts';
import { rulesOfPhase } from '../../../src/rewrite/phases.ts';

export interface Example {
  readonly model: ModelView;
  readonly entry: EntryGraph;
  readonly program: KernelProgram;
  readonly plan: EntryPlan;
}

/** A network with a connection past its layers, one layer that stands twice, and a penalty on its weights. */
export function residual(): Example {
  const x = input('x', [dim('batch'), 8]);
  const y = input('y', [dim('batch')], 'i32');
  const mixing = linear(8, 8, { name: 'mixing' });
  const body = sequential('body', mixing, relu(), mixing);
  const logits = sequential('head', linear(8, 3))(add(body(x), x));
  const penalty = l2(0.01).apply(parametersOf([logits]));
  const loss = add(crossEntropy(logits, y), penalty);
  const declared = { name: 'residual', logits, loss, metric: accuracy(logits, y) };
  return compileByHand(declared, sgd({ lr: 0.1 }), { batch: 16 });
}

interface Declared {
  readonly name: string;
  readonly logits: Tensor;
  readonly loss: Tensor;
  readonly metric: Tensor;
}

/** The lab's Iris network, 4-30-10-3 with Adam. */
export function iris(): Example {
  const x = input('x', [dim('batch'), 4]);
  const y = input('y', [dim('batch')], 'i32');
  const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
  const logits = net(x);
  const declared = { name: 'iris', logits, loss: crossEntropy(logits, y), metric: accuracy(logits, y) };
  return compileByHand(declared, adam({ lr: 0.025 }), { batch: 90 });
}

/** A digit classifier with a nested block, batch normalisation and dropout. */
export function digits(): Example {
  const x = input('pixels', [dim('batch'), 784]);
  const y = input('label', [dim('batch')], 'i32');
  const net = sequential(
    'digits',
    sequential('features', linear(784, 256), batchNorm1d(256), relu(), dropout(0.3)),
    linear(256, 128),
    batchNorm1d(128),
    relu(),
    dropout(0.3),
    linear(128, 10),
  );
  const logits = net(x);
  const declared = { name: 'digits', logits, loss: crossEntropy(logits, y), metric: accuracy(logits, y) };
  return compileByHand(declared, adam(), { batch: 32 });
}

function compileByHand(declared: Declared, optimizer: Optimizer, sizes: Sizes): Example {
  const { name, logits, loss, metric } = declared;
  const parameters = parametersOf([loss]);
  const { step } = programCounters();
  const gradients = grad(loss, parameters);
  const trained = parameters.flatMap((parameter, position) => {
    const gradient = gradients[position];
    return gradient === undefined ? [] : updatesOf(optimizer, { parameter, gradient, step });
  });
  const given = [
    logits,
    loss,
    metric,
    ...gradients,
    ...trained.flatMap(({ leaf, next }) => [leaf, next]),
    step,
    add(step, 1),
  ];
  const training = specialiseMode(given, 'train');
  const inTraining = given.map((tensor) => training.get(tensor) ?? tensor);
  const carried = topologicalOrder(inTraining)
    .filter((node) => node.op === updateOp)
    .flatMap((node) => [inputOf(node, 1), inputOf(node, 2)]);
  const all = [...inTraining, ...carried];
  const mapping = rebuild(all, (node, inputs) => {
    if (node.op === updateOp) return inputs[0];
    const { path } = node.attrs;
    if (node.op.name === streamOp.name && typeof path === 'string') return scalar(streamNumber(path), 'i32');
    return withSizes(node, inputs, sizes);
  });
  const bound = all.map((tensor) => mapping.get(tensor) ?? tensor);
  const roots = (['specialise', 'canonicalise', 'stabilise'] as const).reduce<readonly Tensor[]>(
    (before, phase) => applyRules(before, rulesOfPhase[phase]).roots,
    bound,
  );
  const [logitsOf, lossOf, metricOf] = roots;
  if (logitsOf === undefined || lossOf === undefined || metricOf === undefined)
    throw new TypeError('no roots');
  const pairs = roots.slice(3 + gradients.length);
  const updates = pairs.flatMap((next, position) => {
    const leaf = position % 2 === 1 ? pairs[position - 1] : undefined;
    return leaf === undefined ? [] : [{ leaf, next }];
  });
  const phases = new Map<Tensor, Phase>();
  const mark = (tensors: readonly Tensor[], phase: Phase): void => {
    for (const node of topologicalOrder(tensors)) if (!phases.has(node)) phases.set(node, phase);
  };
  mark([logitsOf], 'forward');
  mark([lossOf], 'loss');
  mark([metricOf], 'metric');
  mark(roots.slice(3, 3 + gradients.length), 'backward');
  const entry: EntryGraph = {
    name: 'step',
    outputs: [
      { name: 'loss', tensor: lossOf },
      { name: 'accuracy', tensor: metricOf },
    ],
    updates,
    phaseOf: (tensor) => phases.get(tensor) ?? 'update',
    labels: new Map([
      [logitsOf, 'logits'],
      [lossOf, 'loss'],
      [metricOf, 'accuracy'],
    ]),
  };
  const program = lower(entry);
  const state = layoutState(
    program.buffers.filter((buffer) => buffer.role === 'parameter' || buffer.role === 'state'),
  );
  return {
    model: {
      name,
      outputs: [{ name: 'logits', tensor: logits }],
      loss,
      metrics: [{ name: 'accuracy', tensor: metric }],
    },
    entry,
    program,
    plan: planEntry(program, state),
  };
}
