// Instance normalisation: every channel of every example by itself.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { Channels } from '../ir/types/layer.ts';
import { mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode } from '../ops/leaf.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { mean } from '../ops/reduce.ts';
import { expandDims, squeeze } from '../ops/reshape.ts';
import { ones, zeros } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, finite, nonNegative, positiveWhole } from '../ops/option.ts';
import {
  given,
  mixed,
  runningOf,
  runningState,
  withRunningUpdate,
  type RunningStatistics,
} from './running-statistics.ts';
import {
  affine,
  alongOthers,
  checkChannels,
  countOf,
  floatDType,
  inverseDeviation,
  refuseSingleValue,
  statisticsOf,
  type AffineParts,
} from './standardise.ts';

/** Options of {@link instanceNorm1d}, {@link instanceNorm2d} and {@link instanceNorm3d}. */
export interface InstanceNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the newest batch in the running statistics, default 0.1; null: the average over all batches. */
  readonly momentum?: number | null;
  /** Whether a learned weight and bias follow, default false. */
  readonly affine?: boolean;
  /** Whether running statistics are kept and used in evaluate and predict, default false. */
  readonly trackRunningStats?: boolean;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

type InstanceNormForm = 'instanceNorm1d' | 'instanceNorm2d' | 'instanceNorm3d';

const positionsOf: Readonly<Record<InstanceNormForm, string>> = {
  instanceNorm1d: 'L',
  instanceNorm2d: 'H, W',
  instanceNorm3d: 'D, H, W',
};

/**
 * `(x - mean) / √(variance + eps) · weight + bias` with mean and biased variance of every channel of every example (Ulyanov
 * et al. 2016; PyTorch's `InstanceNorm1d`): `x` is `[N, features, L]` or `[features, L]`, kept. With
 * `trackRunningStats` the means over the batch of both update the state `running_mean` and `running_var` (of unbiased
 * variances), which evaluate and predict use.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for another rank or number of features, `E_SINGLE_VALUE` for one position
 */
export function instanceNorm1d<C extends number>(
  features: C,
  options: InstanceNormOptions = {},
): Layer<Channels<C, 'instanceNorm1d'>> {
  return instanceNormLayer('instanceNorm1d', features, options);
}

/** {@link instanceNorm1d} of images `[N, features, H, W]` or `[features, H, W]` (PyTorch's `InstanceNorm2d`). */
export function instanceNorm2d<C extends number>(
  features: C,
  options: InstanceNormOptions = {},
): Layer<Channels<C, 'instanceNorm2d'>> {
  return instanceNormLayer('instanceNorm2d', features, options);
}

/** {@link instanceNorm1d} of volumes `[N, features, D, H, W]` or without `N` (PyTorch's `InstanceNorm3d`). */
export function instanceNorm3d<C extends number>(
  features: C,
  options: InstanceNormOptions = {},
): Layer<Channels<C, 'instanceNorm3d'>> {
  return instanceNormLayer('instanceNorm3d', features, options);
}

function instanceNormLayer<C extends number, F extends InstanceNormForm>(
  form: F,
  features: C,
  options: InstanceNormOptions,
): Layer<Channels<C, F>> {
  checkNames(form, options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'name']);
  const { eps = 1e-5, momentum = 0.1, affine: learned = false, trackRunningStats = false, name } = options;
  checkOption(form, 'features', features, positiveWhole);
  checkOption(form, 'eps', eps, nonNegative);
  if (momentum !== null) checkOption(form, 'momentum', momentum, finite);
  return defineLayer<Channels<C, F>>({
    type: 'instanceNorm',
    label: `${form}(${features})`,
    name,
    apply: (whole, context) => {
      const { title, parameter } = context;
      const dtype = floatDType(title, whole);
      const single = isSingle(title, form, whole, features);
      const x = single ? expandDims(whole, 0) : whole;
      const parts: AffineParts = {
        weight: learned ? parameter('weight', [features], ones, dtype) : undefined,
        bias: learned ? parameter('bias', [features], zeros, dtype) : undefined,
      };
      const { output, latest } = byOwnStatistics(title, x, eps, parts);
      const restored = (result: Tensor): Tensor => (single ? squeeze(result, 0) : result);
      if (!trackRunningStats) return restored(output);
      const running = runningState(context, features, dtype);
      const updated = withRunningUpdate(restored(output), running, latest, momentum, context);
      return byMode(updated, restored(byRunning(x, running, eps, parts)));
    },
  });
}

/** Whether the input is one example instead of a batch. @throws {ShapeError} `E_SHAPE_MISMATCH` if it is neither */
function isSingle(title: string, form: InstanceNormForm, x: Tensor, features: number): boolean {
  const positions = positionsOf[form];
  const rank = positions.split(',').length + 2;
  const single = x.shape.length === rank - 1;
  if ((single || x.shape.length === rank) && x.shape.at(1 - rank) === features) return single;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: title,
    problem: `the input has shape ${printShape(x.shape)}, the layer normalises ${features} features`,
    expectation: `takes [N, ${features}, ${positions}] or [${features}, ${positions}]`,
    operands: [x],
  });
}

/** The axes of positions: all but those of examples and channels. */
function positionAxes(x: Tensor): readonly number[] {
  return x.shape.map((_, axis) => axis).slice(2);
}

function byOwnStatistics(
  call: string,
  x: Tensor,
  eps: number,
  parts: AffineParts,
): { readonly output: Tensor; readonly latest: RunningStatistics } {
  const axes = positionAxes(x);
  refuseSingleValue(call, x, countOf(x, axes), 'channel');
  const own = statisticsOf(x, axes);
  const standardised = mul(own.centred, alongOthers(inverseDeviation(own.variance, eps), x, axes));
  return {
    output: affine(standardised, [1], parts),
    latest: { mean: mean(own.mean, 0), variance: mean(own.unbiased, 0) },
  };
}

function byRunning(x: Tensor, running: RunningStatistics, eps: number, parts: AffineParts): Tensor {
  const repeated = (values: Tensor): Tensor => broadcastAlong(values, x.shape, [1]);
  const centred = sub(x, repeated(running.mean));
  return affine(mul(centred, repeated(inverseDeviation(running.variance, eps))), [1], parts);
}

/** Options of {@link instanceNorm}; all tensors are `[C]`. */
export interface InstanceNormCall {
  /** What stands in for means where `useInputStats` is false; needed there, together with `runningVar`. */
  readonly runningMean?: Tensor;
  /** What stands in for variances where `useInputStats` is false; needed there. */
  readonly runningVar?: Tensor;
  /** Factor of every channel, default 1. */
  readonly weight?: Tensor;
  /** Offset of every channel, default 0. */
  readonly bias?: Tensor;
  /** Whether every channel of every example is standardised by its own statistics, default true. */
  readonly useInputStats?: boolean;
  /** Share of the batch in the new running statistics, default 0.1. */
  readonly momentum?: number;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/** What {@link instanceNorm} gives: the normalised tensor and, where there are any, the new running statistics. */
export interface InstanceNormResult<T extends Tensor = Tensor> {
  readonly output: T;
  readonly runningMean?: Tensor;
  readonly runningVar?: Tensor;
}

/**
 * Instance normalisation as a function of all that it needs (PyTorch's `instance_norm`): `x` is `[N, C, …]`. The new running
 * statistics are `(1 - momentum) · running + momentum · (mean over the batch)`, of means and of unbiased variances.
 * @throws {ShapeError} `E_RANK` below rank 2, `E_SHAPE_MISMATCH` for tensors that are not `[C]`, `E_SINGLE_VALUE` for one
 * position
 * @throws {DeclarationError} `E_OPTION` for one running statistic without the other, none where they are used, or options
 * out of range
 */
export function instanceNorm<T extends Tensor>(x: T, options?: InstanceNormCall): InstanceNormResult<T>;
export function instanceNorm(x: Tensor, options: InstanceNormCall = {}): InstanceNormResult {
  const known = ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps'];
  checkNames('instanceNorm', options, known);
  const { runningMean, runningVar, weight, bias } = options;
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  checkOption('instanceNorm', 'momentum', momentum, finite);
  checkOption('instanceNorm', 'eps', eps, finite);
  return composite('instanceNorm', () => {
    floatDType('instanceNorm', x);
    checkChannels('instanceNorm', x, { runningMean, runningVar, weight, bias });
    const running = runningOf('instanceNorm', options);
    if (useInputStats) {
      const { output, latest } = byOwnStatistics('instanceNorm', x, eps, { weight, bias });
      if (running === undefined) return { output };
      return { output, ...given(mixed(running, latest, momentum)) };
    }
    if (running === undefined) {
      throw badOption('instanceNorm', 'useInputStats is false', 'takes running statistics then');
    }
    return { output: byRunning(x, running, eps, { weight, bias }), ...given(running) };
  });
}
