// Running statistics: what training remembers of the batches that it saw, for evaluation.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { scalar, withUpdate } from '../ops/leaf.ts';
import { filled } from '../ops/random.ts';
import { cast } from '../ops/select.ts';
import type { LayerContext } from './layer.ts';
import { badOption } from '../ops/option.ts';

/** Mean and variance that stand in for those of a batch. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The state leaves `running_mean` and `running_var` of a layer, starting at 0 and 1. */
export function runningState(
  { state }: LayerContext,
  features: number,
  dtype: FloatDType,
): RunningStatistics {
  return {
    mean: state('running_mean', filled([features], 0, dtype)),
    variance: state('running_var', filled([features], 1, dtype)),
  };
}

/** `(1 - share) · running + share · latest` */
export function mixed(
  running: RunningStatistics,
  latest: RunningStatistics,
  share: Operand,
): RunningStatistics {
  const oldest = typeof share === 'number' ? 1 - share : sub(1, share);
  const mix = (old: Tensor, newest: Tensor): Tensor => add(mul(old, oldest), mul(newest, share));
  return { mean: mix(running.mean, latest.mean), variance: mix(running.variance, latest.variance) };
}

/**
 * The output of training with the updates of the running statistics attached. Without a momentum every batch counts the
 * same: the state `num_batches_tracked` says how many there were.
 */
export function withRunningUpdate(
  output: Tensor,
  running: RunningStatistics,
  latest: RunningStatistics,
  momentum: number | null,
  { state }: LayerContext,
): Tensor {
  if (momentum !== null) return updated(output, running, latest, momentum);
  const count = state('num_batches_tracked', scalar(0, 'i32'));
  const next = add(count, 1);
  return withUpdate(updated(output, running, latest, div(1, cast(next, output.dtype))), count, next);
}

function updated(
  output: Tensor,
  running: RunningStatistics,
  latest: RunningStatistics,
  share: Operand,
): Tensor {
  const next = mixed(running, latest, share);
  return withUpdate(withUpdate(output, running.mean, next.mean), running.variance, next.variance);
}

/** The running statistics of a call. @throws {DeclarationError} `E_OPTION` where only one is given */
export function runningOf(
  call: string,
  options: {
    readonly runningMean?: Tensor;
    readonly runningVar?: Tensor;
  },
): RunningStatistics | undefined {
  const { runningMean: mean, runningVar: variance } = options;
  if (mean !== undefined && variance !== undefined) return { mean, variance };
  if (mean === undefined && variance === undefined) return undefined;
  const [there, missing] = mean === undefined ? ['runningVar', 'runningMean'] : ['runningMean', 'runningVar'];
  throw badOption(call, `${there} is given without ${missing}`, 'takes both or none');
}

/** The running statistics as results of a call. */
export function given(running: RunningStatistics | undefined): {
  readonly runningMean?: Tensor;
  readonly runningVar?: Tensor;
} {
  return running === undefined ? {} : { runningMean: running.mean, runningVar: running.variance };
}
