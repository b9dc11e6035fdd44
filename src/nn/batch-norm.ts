// Batch normalisation: features are standardised by the statistics of the batch while training and by running
// statistics otherwise, which training keeps up to date.
import { isFloat, type DType, type FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { elementCount, printShape, printSize } from '../ir/size.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import type { Channels } from '../ir/types/layer.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode, scalar, sizeOf, withUpdate } from '../ops/leaf.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import { filled } from '../ops/random.ts';
import { sum } from '../ops/reduce.ts';
import { cast } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import { ones, zeros } from './initialiser.ts';
import { defineLayer, type Layer, type LayerContext } from './layer.ts';
import { checkNames, checkOption, finite, nonNegative, positiveWhole } from './option.ts';

/** Options of {@link batchNorm1d}. */
export interface BatchNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Share of the newest batch in the running statistics, default 0.1; null: the average over all batches. */
  readonly momentum?: number | null;
  /** Whether a learned weight and bias follow, default true. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, default true; without them every mode uses those of its batch. */
  readonly trackRunningStats?: boolean;
  /** Name of the layer, in scopes and of its leaves. */
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
  const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, name } = options;
  checkNames('batchNorm1d', options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'name']);
  checkOption('batchNorm1d', 'features', features, positiveWhole);
  checkOption('batchNorm1d', 'eps', eps, nonNegative);
  if (momentum !== null) checkOption('batchNorm1d', 'momentum', momentum, finite);
  return defineLayer<Channels<C>>({
    type: 'batchNorm',
    label: `batchNorm1d(${features})`,
    name,
    apply: (x, context) => {
      const dtype = checkInput(context.title, x, features);
      const normalise: Normalisation = (statistics) => {
        const scale = affine ? context.parameter('weight', [features], ones, dtype) : 1;
        const deviation = sqrt(add(statistics.variance, eps));
        const standardised = mul(statistics.centred, perFeature(div(scale, deviation), x));
        return affine
          ? add(standardised, perFeature(context.parameter('bias', [features], zeros, dtype), x))
          : standardised;
      };
      const training = batchStatistics(context.title, x);
      if (!trackRunningStats) return normalise(training);
      const running = runningStatistics(context, features, dtype);
      const updated = updateRunning(
        normalise(training),
        training,
        running,
        shareOfBatch(momentum, context, dtype),
      );
      const evaluation = normalise({
        centred: sub(x, perFeature(running.mean, x)),
        variance: running.variance,
      });
      return byMode(updated, evaluation);
    },
  });
}

interface Statistics {
  /** `x` less its mean. */
  readonly centred: Tensor;
  readonly variance: Tensor;
}

type Normalisation = (statistics: Statistics) => Tensor;

interface BatchStatistics extends Statistics {
  readonly mean: Tensor;
  readonly unbiased: Tensor;
}

function checkInput(title: string, x: Tensor, features: number): FloatDType {
  const rank = x.shape.length;
  if ((rank !== 2 && rank !== 3) || x.shape[1] !== features) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the input has shape ${printShape(x.shape)}, the layer normalises ${features} features on axis 1`,
      expectation: `takes [N, ${features}] or [N, ${features}, L]`,
      operands: [x],
    });
  }
  if (isFloat(x.dtype)) return x.dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
  });
}

/** One number a feature, repeated over batch and positions. */
function perFeature(values: Tensor, x: Tensor): Tensor {
  return broadcastAlong(values, x.shape, [1]);
}

function batchStatistics(title: string, x: Tensor): BatchStatistics {
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const count = elementCount(axes.map((axis) => x.shape[axis] ?? 1));
  if (count === 1) {
    throw shapeMismatch({
      code: 'E_SINGLE_VALUE',
      operation: title,
      problem: `${printSize(count)} value a feature has no variance`,
      expectation: 'takes batches with at least two values a feature',
      operands: [x],
    });
  }
  const size = sizeOf(count, x.dtype);
  const mean = div(sum(x, axes), size);
  const centred = sub(x, perFeature(mean, x));
  const squares = sum(mul(centred, centred), axes);
  return { mean, centred, variance: div(squares, size), unbiased: div(squares, sub(size, 1)) };
}

interface Running {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

function runningStatistics({ state }: LayerContext, features: number, dtype: FloatDType): Running {
  return {
    mean: state('running_mean', filled([features], 0, dtype)),
    variance: state('running_var', filled([features], 1, dtype)),
  };
}

/** The weight of the newest batch in the running statistics, and what counts the batches where it is needed. */
interface Share {
  readonly newest: Operand;
  readonly count: { readonly leaf: Tensor; readonly next: Tensor } | null;
}

function shareOfBatch(momentum: number | null, { state }: LayerContext, dtype: DType): Share {
  if (momentum !== null) return { newest: momentum, count: null };
  const leaf = state('num_batches_tracked', scalar(0, 'i32'));
  const next = add(leaf, 1);
  return { newest: div(1, cast(next, dtype)), count: { leaf, next } };
}

/** The output of training, with the updates of the running statistics attached. */
function updateRunning(output: Tensor, batch: BatchStatistics, running: Running, share: Share): Tensor {
  const oldest = typeof share.newest === 'number' ? 1 - share.newest : sub(1, share.newest);
  const mixed = (old: Tensor, latest: Tensor): Tensor => add(mul(old, oldest), mul(latest, share.newest));
  const withMean = withUpdate(output, running.mean, mixed(running.mean, batch.mean));
  const withBoth = withUpdate(withMean, running.variance, mixed(running.variance, batch.unbiased));
  return share.count === null ? withBoth : withUpdate(withBoth, share.count.leaf, share.count.next);
}
