// Losses that are likelihoods of distributions: Kullback and Leibler's divergence, Poisson and normal.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { DivergenceReduction, ElementLoss, Reduction } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, div, lessEqual, maximum, mul, sub } from '../ops/arithmetic.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { sizeOf } from '../ops/leaf.ts';
import { xlogy } from '../ops/logarithm.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sum } from '../ops/reduce.ts';
import { expandDims } from '../ops/reshape.ts';
import { stopGradient, where } from '../ops/select.ts';
import { exp, log, square } from '../ops/unary.ts';
import { checkNames, checkOption, finite, positive } from '../ops/option.ts';
import { checkPair, reducer, type LossOptions } from './reduction.ts';

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** Default `mean`: over all elements. `batchmean`, the sum divided by the size of the first axis, is the divergence. */
  readonly reduction?: DivergenceReduction;
  /** Whether the target is logarithms of probabilities as well, default false. */
  readonly logTarget?: boolean;
}

/**
 * Kullback-Leibler divergence of a target from log-probabilities `x` (PyTorch's `kl_div`):
 * `target · (log target - x)`, where `0 · log 0` is 0; with `logTarget` `e^target · (target - x)`. Reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function klDiv<P extends Tensor, T extends Tensor, R extends DivergenceReduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: { readonly reduction?: R; readonly logTarget?: boolean },
): Result<ElementLoss<P, T, R>>;
export function klDiv(x: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkNames('klDiv', options, ['reduction', 'logTarget']);
  const { reduction, logTarget = false } = options;
  return composite('klDiv', () => {
    const reduce =
      reduction === 'batchmean'
        ? (losses: Tensor): Tensor => div(sum(losses), sizeOf(x.shape[0] ?? 1, x.dtype))
        : reducer('klDiv', reduction);
    checkPair('klDiv', x, target);
    if (logTarget) return reduce(mul(exp(target), sub(target, x)));
    return reduce(sub(xlogy(target, target), mul(target, x)));
  });
}

/** Options of {@link poissonNll}. */
export interface PoissonNllOptions extends LossOptions {
  /** Whether `x` is the logarithm of the rate (default) or the rate. */
  readonly logInput?: boolean;
  /** Whether Stirling's approximation of `log(target!)` is added, default false. */
  readonly full?: boolean;
  /** Added to the rate before its logarithm where `logInput` is false, default 1e-8. */
  readonly eps?: number;
}

/**
 * Negative log-likelihood of counts under Poisson distributions (PyTorch's `poisson_nll_loss`): `e^x - target · x`, or
 * `x - target · log(x + eps)` with `logInput: false`; `full` adds `t · log t - t + log(2π t) / 2` where `t > 1`. Reduced.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 * @throws {DeclarationError} `E_OPTION` for an eps that is not finite
 */
export function poissonNll<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  options?: PoissonNllOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function poissonNll(x: Tensor, target: Tensor, options: PoissonNllOptions = {}): Tensor {
  checkNames('poissonNll', options, ['reduction', 'logInput', 'full', 'eps']);
  const { reduction, logInput = true, full = false, eps = 1e-8 } = options;
  checkOption('poissonNll', 'eps', eps, finite);
  return composite('poissonNll', () => {
    const reduce = reducer('poissonNll', reduction);
    checkPair('poissonNll', x, target);
    const losses = logInput ? sub(exp(x), mul(target, x)) : sub(x, mul(target, log(add(x, eps))));
    return reduce(full ? add(losses, logFactorial(target)) : losses);
  });
}

/** Stirling's approximation of `log(t!)`, 0 up to 1. */
function logFactorial(t: Tensor): Tensor {
  const series = add(sub(mul(t, log(t)), t), mul(log(mul(t, 2 * Math.PI)), 0.5));
  return where(lessEqual(t, 1), 0, series);
}

/** Options of {@link gaussianNll}. */
export interface GaussianNllOptions extends LossOptions {
  /** Whether the constant `log(2π) / 2` is added, default false. */
  readonly full?: boolean;
  /** The least variance, default 1e-6: smaller ones count as this, with the gradient that they would have. */
  readonly eps?: number;
}

/**
 * Negative log-likelihood under normal distributions (PyTorch's `gaussian_nll_loss`):
 * `(log v + (x - target)² / v) / 2` with `v = max(variance, eps)`, reduced. The variance has the shape of `x`, or holds for
 * all of the last axis: of size 1 there, or without it.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless `x` and target have one shape that the variance fits
 * @throws {DeclarationError} `E_OPTION` unless `eps > 0`
 */
export function gaussianNll<P extends Tensor, T extends Tensor, R extends Reduction = 'mean'>(
  x: P,
  target: Checked<T, ElementLoss<P, T, R>>,
  variance: Tensor,
  options?: GaussianNllOptions & { readonly reduction?: R },
): Result<ElementLoss<P, T, R>>;
export function gaussianNll(
  x: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllOptions = {},
): Tensor {
  checkNames('gaussianNll', options, ['reduction', 'full', 'eps']);
  const { reduction, full = false, eps = 1e-6 } = options;
  checkOption('gaussianNll', 'eps', eps, positive);
  return composite('gaussianNll', () => {
    const reduce = reducer('gaussianNll', reduction);
    checkPair('gaussianNll', x, target);
    const given = fittingVariance(x, variance);
    // The clamp has no gradient of its own.
    const clamped = add(given, stopGradient(sub(maximum(given, eps), given)));
    const losses = mul(add(log(clamped), div(square(sub(x, target)), clamped)), 0.5);
    return reduce(full ? add(losses, Math.log(2 * Math.PI) / 2) : losses);
  });
}

function fittingVariance(x: Tensor, variance: Tensor): Tensor {
  requireTensors('gaussianNll', x, variance);
  if (shapesEqual(x.shape, variance.shape)) return variance;
  const perRow = x.shape.slice(0, -1);
  if (x.shape.length > 0 && shapesEqual(variance.shape, perRow)) {
    return broadcastTo(expandDims(variance, -1), x.shape);
  }
  if (shapesEqual(variance.shape, [...perRow, 1])) return broadcastTo(variance, x.shape);
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: 'gaussianNll',
    problem: `the prediction is ${printShape(x.shape)}, the variance ${printShape(variance.shape)}`,
    expectation:
      'takes a variance of the shape of the prediction, with size 1 on the last axis, or without it',
    operands: [x, variance],
  });
}
