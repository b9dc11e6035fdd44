// Batch normalisation: features are standardised by the statistics of the batch while training and by running
// statistics otherwise, which training keeps up to date.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { Channels, NormForm } from '../ir/types/layer.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode } from '../ops/leaf.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { sqrt } from '../ops/unary.ts';
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
  checkChannels,
  countOf,
  floatDType,
  refuseSingleValue,
  statisticsOf,
  type AffineParts,
  type OwnStatistics,
} from './standardise.ts';

/** Options of {@link batchNorm1d}, {@link batchNorm2d} and {@link batchNorm3d}. */
export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the newest batch in the running statistics, default 0.1; null: the average over all batches. */
  readonly momentum?: number | null;
  /** Whether a learned weight and bias follow, default true. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, default true; without them every mode uses those of its batch. */
  readonly trackRunningStats?: boolean;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for each of `features` features (Ioffe and Szegedy 2015); `x` is
 * `[N, features]` or `[N, features, L]`. Training takes mean and biased variance of the batch, and updates the state
 * `running_mean` and `running_var` (the unbiased variance); evaluate and predict use the running values. Leaves are
 * named as PyTorch's `BatchNorm1d`: `weight`, `bias`, `running_mean`, `running_var`, and `num_batches_tracked` where
 * `momentum` is null.
 *
 * The unbiased variance of a single value does not exist. A literal batch of that size is refused here; where the
 * batch is a named dimension, training needs at least two values a feature: one makes `running_var` NaN.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for another rank or number of features, `E_SINGLE_VALUE` for a batch with
 * one value a feature
 */
export function batchNorm1d<C extends number>(
  features: C,
  options: BatchNormOptions = {},
): Layer<Channels<C>> {
  return batchNormLayer('batchNorm1d', features, options);
}

/** {@link batchNorm1d} of images `[N, features, H, W]`, over batch and pixels (PyTorch's `BatchNorm2d`). */
export function batchNorm2d<C extends number>(
  features: C,
  options: BatchNormOptions = {},
): Layer<Channels<C, 'batchNorm2d'>> {
  return batchNormLayer('batchNorm2d', features, options);
}

/** {@link batchNorm1d} of volumes `[N, features, D, H, W]`, over batch and voxels (PyTorch's `BatchNorm3d`). */
export function batchNorm3d<C extends number>(
  features: C,
  options: BatchNormOptions = {},
): Layer<Channels<C, 'batchNorm3d'>> {
  return batchNormLayer('batchNorm3d', features, options);
}

type BatchNormForm = 'batchNorm1d' | 'batchNorm2d' | 'batchNorm3d';

const ranks: Readonly<Record<BatchNormForm, readonly number[]>> = {
  batchNorm1d: [2, 3],
  batchNorm2d: [4],
  batchNorm3d: [5],
};
const takes: Readonly<Record<BatchNormForm, (features: number) => string>> = {
  batchNorm1d: (features) => `[N, ${features}] or [N, ${features}, L]`,
  batchNorm2d: (features) => `[N, ${features}, H, W]`,
  batchNorm3d: (features) => `[N, ${features}, D, H, W]`,
};

function batchNormLayer<C extends number, F extends BatchNormForm & NormForm>(
  form: F,
  features: C,
  options: BatchNormOptions,
): Layer<Channels<C, F>> {
  checkNames(form, options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'name']);
  const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, name } = options;
  checkOption(form, 'features', features, positiveWhole);
  checkOption(form, 'eps', eps, nonNegative);
  if (momentum !== null) checkOption(form, 'momentum', momentum, finite);
  return defineLayer<Channels<C, F>>({
    type: 'batchNorm',
    label: `${form}(${features})`,
    name,
    apply: (x, context) => {
      const { title, parameter } = context;
      checkFeatures(title, form, x, features);
      const dtype = floatDType(title, x);
      const parts: AffineParts = {
        weight: affine ? parameter('weight', [features], ones, dtype) : undefined,
        bias: affine ? parameter('bias', [features], zeros, dtype) : undefined,
      };
      const batch = batchStatistics(title, x);
      const training = scaled(batch.centred, batch.variance, eps, parts);
      if (!trackRunningStats) return training;
      const running = runningState(context, features, dtype);
      const latest = { mean: batch.mean, variance: batch.unbiased };
      const updated = withRunningUpdate(training, running, latest, momentum, context);
      return byMode(updated, byRunning(x, running, eps, parts));
    },
  });
}

function checkFeatures(title: string, form: BatchNormForm, x: Tensor, features: number): void {
  if (ranks[form].includes(x.shape.length) && x.shape[1] === features) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: title,
    problem: `the input has shape ${printShape(x.shape)}, the layer normalises ${features} features on axis 1`,
    expectation: `takes ${takes[form](features)}`,
    operands: [x],
  });
}

/** All axes but that of the features. */
function axesOf(x: Tensor): readonly number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
}

function batchStatistics(title: string, x: Tensor): OwnStatistics {
  const axes = axesOf(x);
  refuseSingleValue(title, x, countOf(x, axes), 'feature');
  return statisticsOf(x, axes);
}

/** One number a feature, repeated over batch and positions. */
function perFeature(values: Tensor, x: Tensor): Tensor {
  return broadcastAlong(values, x.shape, [1]);
}

/** The weight goes into the factor of each feature, so that an element is multiplied once. */
function scaled(centred: Tensor, variance: Tensor, eps: number, { weight, bias }: AffineParts): Tensor {
  const factor = div(weight ?? 1, sqrt(add(variance, eps)));
  const standardised = mul(centred, perFeature(factor, centred));
  return bias === undefined ? standardised : add(standardised, perFeature(bias, centred));
}

function byRunning(x: Tensor, running: RunningStatistics, eps: number, parts: AffineParts): Tensor {
  return scaled(sub(x, perFeature(running.mean, x)), running.variance, eps, parts);
}

/** Options of {@link batchNorm}; all tensors are `[C]`. */
export interface BatchNormCall {
  /** What stands in for the mean of the batch in evaluation; given together with `runningVar`. Default: the batch's. */
  readonly runningMean?: Tensor;
  /** What stands in for the variance of the batch in evaluation; default: the batch's. */
  readonly runningVar?: Tensor;
  /** Factor of every feature, default 1. */
  readonly weight?: Tensor;
  /** Offset of every feature, default 0. */
  readonly bias?: Tensor;
  /** Whether the batch's own statistics count: true, false, or (default) while the program trains. */
  readonly training?: boolean;
  /** Share of the batch in the new running statistics, default 0.1. */
  readonly momentum?: number;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/** What {@link batchNorm} gives: the normalised tensor and, where there are any, the new running statistics. */
export interface BatchNormResult<T extends Tensor = Tensor> {
  readonly output: T;
  readonly runningMean?: Tensor;
  readonly runningVar?: Tensor;
}

/**
 * Batch normalisation as a function of all that it needs (PyTorch's `batch_norm`): `x` is `[N, C, …]`. In training it
 * standardises by the batch's mean and biased variance and gives
 * `runningMean' = (1 - momentum) · runningMean + momentum · mean`, likewise for the unbiased variance; in evaluation it
 * standardises by the running statistics and gives them back. Without running statistics every mode uses the batch's.
 * An empty tensor has no statistics: it and the running ones are given back.
 * @throws {ShapeError} `E_RANK` below rank 2, `E_SHAPE_MISMATCH` for tensors that are not `[C]`, `E_SINGLE_VALUE` for a
 * batch with one value a feature
 * @throws {DeclarationError} `E_OPTION` for one running statistic without the other, none in `training: false`, or
 * options out of range
 */
export function batchNorm<T extends Tensor>(x: T, options?: BatchNormCall): BatchNormResult<T>;
export function batchNorm(x: Tensor, options: BatchNormCall = {}): BatchNormResult {
  const known = ['runningMean', 'runningVar', 'weight', 'bias', 'training', 'momentum', 'eps'];
  checkNames('batchNorm', options, known);
  const { weight, bias, training, momentum = 0.1, eps = 1e-5 } = options;
  checkOption('batchNorm', 'momentum', momentum, finite);
  checkOption('batchNorm', 'eps', eps, finite);
  return composite('batchNorm', () => {
    floatDType('batchNorm', x);
    const running = runningOf('batchNorm', options);
    if (x.shape.includes(0)) return { output: x, ...given(running) };
    checkCall(x, options);
    const parts = { weight, bias };
    if (running !== undefined && training === false) {
      return { output: byRunning(x, running, eps, parts), ...given(running) };
    }
    const batch = batchStatistics('batchNorm', x);
    const output = scaled(batch.centred, batch.variance, eps, parts);
    if (running === undefined) return { output };
    const next = mixed(running, { mean: batch.mean, variance: batch.unbiased }, momentum);
    if (training === true) return { output, ...given(next) };
    return {
      output: byMode(output, byRunning(x, running, eps, parts)),
      runningMean: byMode(next.mean, running.mean),
      runningVar: byMode(next.variance, running.variance),
    };
  });
}

function checkCall(x: Tensor, options: BatchNormCall): void {
  const { training, runningMean, runningVar, weight, bias } = options;
  if (training === false && runningMean === undefined) {
    throw badOption('batchNorm', 'training is false', 'takes running statistics then');
  }
  checkChannels('batchNorm', x, { runningMean, runningVar, weight, bias });
}
