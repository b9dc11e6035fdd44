// Adamax: Adam with the largest recent magnitude in place of the second moment (Kingma and Ba 2015, section 7.1).
import { add, div, maximum, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/select.ts';
import { abs } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative, properFraction } from '../ops/option.ts';
import {
  castOperand,
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  movingAverage,
  zerosLike,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { biasCorrection, doubleAt, stepNumber } from './scalar.ts';

/** Options of {@link adamax}. */
export interface AdamaxOptions {
  /** Default 0.002. */
  readonly lr?: Scheduled;
  /** Decay of the running mean and of the running maximum, default `[0.9, 0.999]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Added to the magnitude of the gradient, default 1e-8. */
  readonly eps?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `m ← β₁ · m + (1 - β₁) · g`, `u ← max(β₂ · u, |g| + eps)`, `p ← p - lr / (1 - β₁ᵗ) · m / u`. As PyTorch's `Adamax`.
 * State: `exp_avg`, `exp_inf`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkNames('adamax', options, ['lr', 'betas', 'eps', 'weightDecay', 'maximize']);
  const { lr = 0.002, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, maximize = false } = options;
  checkScheduled('adamax', 'lr', lr, nonNegative);
  checkScheduled('adamax', 'betas[0]', betas[0], properFraction);
  checkScheduled('adamax', 'betas[1]', betas[1], properFraction);
  checkOption('adamax', 'eps', eps, nonNegative);
  checkOption('adamax', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'adamax',
    options: { lr, betas, eps, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const mean = context.state('exp_avg', zerosLike(parameter));
      const largest = context.state('exp_inf', zerosLike(parameter));
      const first = doubleAt('adamax', 'betas[0]', betas[0], step);
      const second = doubleAt('adamax', 'betas[1]', betas[1], step);
      const nextMean = movingAverage(mean, decayOf(first, dtype), gradient);
      const nextLargest = maximum(mul(largest, castOperand(second, dtype)), add(abs(gradient), eps));
      const rate = doubleAt('adamax', 'lr', lr, step);
      const stepSize = cast(div(rate, biasCorrection(first, stepNumber(step))), dtype);
      return [
        { leaf: parameter, next: sub(parameter, div(mul(nextMean, stepSize), nextLargest)) },
        { leaf: mean, next: nextMean },
        { leaf: largest, next: nextLargest },
      ];
    },
  });
}
