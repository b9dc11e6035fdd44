// The recorded training runs of PyTorch, declared as a user would and taken step by step by a session in f32.
import { dim } from '../../src/ir/size.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input, nameOf } from '../../src/ops/leaf.ts';
import { neg } from '../../src/ops/unary.ts';
import { clipNorm, clipValue, type GradientTransform } from '../../src/optim/clip.ts';
import { defineOptimizer, type Optimizer } from '../../src/optim/optimizer.ts';
import { l1, l2 } from '../../src/optim/penalty.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { compile } from '../../src/runtime/program.ts';
import type { FeedArray } from '../../src/runtime/instantiate.ts';
import {
  found,
  layerOf,
  optimizerOf,
  recordedName,
  recording,
  type Numbers,
  type Outcome,
  type Trajectory,
} from '../optim/trajectory.ts';

/** Weights with one set of options, everything else with the other. */
function grouped(run: Trajectory): Optimizer {
  const [weights = {}, others = {}] = run.groups ?? [];
  const [forWeights, forOthers] = [optimizerOf(run, weights), optimizerOf(run, others)];
  return defineOptimizer({
    ...forWeights,
    update: (context) => (context.parameter.shape.length >= 2 ? forWeights : forOthers).update(context),
  });
}

function clipping(run: Trajectory): { readonly gradients?: GradientTransform } {
  if (run.clip_norm !== undefined) return { gradients: clipNorm(run.clip_norm) };
  return run.clip_value === undefined ? {} : { gradients: clipValue(run.clip_value) };
}

function rows(numbers: Numbers, start: number, count: number): readonly number[] {
  const width = numbers.s.slice(1).reduce((product, size) => product * size, 1);
  return numbers.d.slice(start * width, (start + count) * width);
}

/** Compiles the recorded model, starts from the recorded parameters, and takes the recorded steps. */
export function train(run: Trajectory): Outcome {
  const data = found(recording.data, run.data);
  const { layers } = found(recording.models, run.model);
  const [all = 0, ...features] = data.x.s;
  const { batch: count = all } = run;
  const batch = dim('batch');
  const x = input('x', [batch, ...features]);
  const y = input('y', [batch, ...data.y.s.slice(1)], run.loss === 'ce' ? 'i32' : 'f32');
  const output = sequential('net', ...layers.map(layerOf))(x);
  const { label_smoothing: labelSmoothing = 0 } = run;
  const loss = run.loss === 'ce' ? crossEntropy(output, y, { labelSmoothing }) : mse(output, y);
  const program = compile({
    // Runs that maximize were given the negated loss.
    loss: run.options.maximize === true ? neg(loss) : loss,
    optimizer: grouped(run),
    outputs: { output },
    penalties: [...(run.l1 === undefined ? [] : [l1(run.l1)]), ...(run.l2 === undefined ? [] : [l2(run.l2)])],
    ...clipping(run),
  });
  const session = program.start();
  const names = new Map(parametersOf(loss).map((leaf) => [nameOf(leaf), recordedName(leaf, layers)]));
  const start = session.snapshot();
  const initial = Object.entries(start.values).map(([name, values]): [string, FeedArray] => {
    const recorded = names.get(name);
    return [name, recorded === undefined ? values : Float32Array.from(found(run.init, recorded).d)];
  });
  session.restore({ ...start, values: Object.fromEntries(initial) });

  const losses = Array.from({ length: run.steps }, (_, step) => {
    const first = (step % Math.floor(all / count)) * count;
    const labels = rows(data.y, first, count);
    return (
      session.step({
        x: Float32Array.from(rows(data.x, first, count)),
        y: run.loss === 'ce' ? Int32Array.from(labels) : Float32Array.from(labels),
      }).loss ?? Number.NaN
    );
  });
  const statistics = Object.entries(session.snapshot().values).flatMap(([name, values]) => {
    const [, position, which] = /^net\/(\d+)\.running_(mean|var)$/.exec(name) ?? [];
    return position === undefined
      ? []
      : [[`${position}.${which === 'mean' ? 'rm' : 'rv'}`, [...values]] as const];
  });
  const parameters = Object.entries(session.parameters()).map(
    ([name, { data: values }]) => [names.get(name) ?? name, [...values]] as const,
  );
  return {
    loss: losses,
    ...Object.fromEntries([...parameters, ...statistics]),
    evaluation: [...session.predict({ x: Float32Array.from(data.xtest.d) }).output.data],
  };
}
