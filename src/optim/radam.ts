// RAdam: Adam that waits with adapting until the variance of its second moment is bounded (Liu et al. 2020).
import { add, div, greater, mul, pow, sub } from '../ops/arithmetic.ts';
import { cast, where } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import type { Tensor } from '../ir/node.ts';
import { checkNames, checkOption, nonNegative, properFraction } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  movingAverage,
  movingSquare,
  zerosLike,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { biasCorrection, decayed, doubleAt, stepNumber } from './scalar.ts';

/** Options of {@link radam}. */
export interface RadamOptions {
  /** Default 0.001. */
  readonly lr?: Scheduled;
  /** Decay of the running first and second moments, default `[0.9, 0.999]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Added to the root of the second moment, default 1e-8. */
  readonly eps?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Take weight decay off the parameter instead of adding it to the gradient, default false. */
  readonly decoupledWeightDecay?: boolean;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/** Rectification needs more than so many effective observations (PyTorch; the paper has 4). */
const leastLength = 5;

/**
 * With `m` and `v` the running means of the gradient and of its square, `ρ∞ = 2 / (1 - β₂) - 1` and
 * `ρₜ = ρ∞ - 2 · t · β₂ᵗ / (1 - β₂ᵗ)`: where `ρₜ > 5`,
 * `p ← p - lr · m / (1 - β₁ᵗ) · √(1 - β₂ᵗ) / (√v + eps) · √((ρₜ-4)(ρₜ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρₜ))`; before that
 * `p ← p - lr · m / (1 - β₁ᵗ)`. As PyTorch's `RAdam`. State: `exp_avg`, `exp_avg_sq`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function radam(options: RadamOptions = {}): Optimizer {
  checkNames('radam', options, ['lr', 'betas', 'eps', 'weightDecay', 'decoupledWeightDecay', 'maximize']);
  const { lr = 0.001, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
  const { decoupledWeightDecay = false, maximize = false } = options;
  checkScheduled('radam', 'lr', lr, nonNegative);
  checkScheduled('radam', 'betas[0]', betas[0], properFraction);
  checkScheduled('radam', 'betas[1]', betas[1], properFraction);
  checkOption('radam', 'eps', eps, nonNegative);
  checkOption('radam', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'radam',
    options: { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: decoupledWeightDecay ? 0 : weightDecay });
      const first = context.state('exp_avg', zerosLike(parameter));
      const second = context.state('exp_avg_sq', zerosLike(parameter));
      const rate = doubleAt('radam', 'lr', lr, step);
      const firstRate = doubleAt('radam', 'betas[0]', betas[0], step);
      const secondRate = doubleAt('radam', 'betas[1]', betas[1], step);
      const t = stepNumber(step);
      const nextFirst = movingAverage(first, decayOf(firstRate, dtype), gradient);
      const nextSecond = movingSquare(second, decayOf(secondRate, dtype), gradient);
      const stepSize = div(rate, biasCorrection(firstRate, t));
      const { isRectified, rectification } = rectificationAt(secondRate, t);
      const adaptive = div(cast(mul(stepSize, rectification), dtype), add(sqrt(nextSecond), eps));
      const scale = where(isRectified, adaptive, cast(stepSize, dtype));
      const kept = decoupledWeightDecay ? decayed(parameter, rate, weightDecay) : parameter;
      return [
        { leaf: parameter, next: sub(kept, mul(nextFirst, scale)) },
        { leaf: first, next: nextFirst },
        { leaf: second, next: nextSecond },
      ];
    },
  });
}

/** The factor on an adaptive step, the second moment's bias correction included; used where it is rectified only. */
function rectificationAt(
  decay: Tensor,
  t: Tensor,
): { readonly isRectified: Tensor; readonly rectification: Tensor } {
  const correction = biasCorrection(decay, t);
  const limit = sub(div(2, sub(1, decay)), 1);
  const length = sub(limit, div(mul(mul(t, 2), pow(decay, t)), correction));
  const numerator = mul(mul(sub(length, 4), sub(length, 2)), limit);
  const denominator = mul(mul(sub(limit, 4), sub(limit, 2)), length);
  return {
    isRectified: greater(length, leastLength),
    rectification: mul(sqrt(div(numerator, denominator)), sqrt(correction)),
  };
}
