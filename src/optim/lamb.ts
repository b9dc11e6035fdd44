// LAMB: Adam's direction, scaled layer by layer to the norm of the weights (You et al. 2020).
import type { Tensor } from '../ir/node.ts';
import { add, div, greater, logicalAnd, mul, sub } from '../ops/arithmetic.ts';
import { sum } from '../ops/reduce.ts';
import { cast, where } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
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
import { biasCorrection, doubleAt, stepNumber } from './scalar.ts';

/** Options of {@link lamb}. */
export interface LambOptions {
  /** Default 0.001. */
  readonly lr?: Scheduled;
  /** Decay of the running first and second moments, default `[0.9, 0.999]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Added to the root of the second moment, default 1e-6. */
  readonly eps?: number;
  /** Added to the direction, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `r = m̂ / (√v̂ + eps) + weightDecay · p` with the bias-corrected moments of Adam, `p ← p - lr · (‖p‖ / ‖r‖) · r`
 * (You et al. 2020); the ratio is 1 where either norm is 0. State: `exp_avg`, `exp_avg_sq`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function lamb(options: LambOptions = {}): Optimizer {
  checkNames('lamb', options, ['lr', 'betas', 'eps', 'weightDecay', 'maximize']);
  const { lr = 0.001, betas = [0.9, 0.999], eps = 1e-6, weightDecay = 0, maximize = false } = options;
  checkScheduled('lamb', 'lr', lr, nonNegative);
  checkScheduled('lamb', 'betas[0]', betas[0], properFraction);
  checkScheduled('lamb', 'betas[1]', betas[1], properFraction);
  checkOption('lamb', 'eps', eps, nonNegative);
  checkOption('lamb', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'lamb',
    options: { lr, betas, eps, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: 0 });
      const first = context.state('exp_avg', zerosLike(parameter));
      const second = context.state('exp_avg_sq', zerosLike(parameter));
      const firstRate = doubleAt('lamb', 'betas[0]', betas[0], step);
      const secondRate = doubleAt('lamb', 'betas[1]', betas[1], step);
      const nextFirst = movingAverage(first, decayOf(firstRate, dtype), gradient);
      const nextSecond = movingSquare(second, decayOf(secondRate, dtype), gradient);
      const t = stepNumber(step);
      const mean = mul(nextFirst, cast(div(1, biasCorrection(firstRate, t)), dtype));
      const root = mul(sqrt(nextSecond), cast(div(1, sqrt(biasCorrection(secondRate, t))), dtype));
      const adaptive = div(mean, add(root, eps));
      const along = weightDecay === 0 ? adaptive : add(adaptive, mul(parameter, weightDecay));
      const rate = mul(trust(parameter, along), cast(doubleAt('lamb', 'lr', lr, step), dtype));
      return [
        { leaf: parameter, next: sub(parameter, mul(along, rate)) },
        { leaf: first, next: nextFirst },
        { leaf: second, next: nextSecond },
      ];
    },
  });
}

/** `‖parameter‖ / ‖along‖`, or 1 where either is 0. */
function trust(parameter: Tensor, along: Tensor): Tensor {
  const [weight, change] = [norm(parameter), norm(along)];
  return where(logicalAnd(greater(weight, 0), greater(change, 0)), div(weight, change), 1);
}

function norm(x: Tensor): Tensor {
  return sqrt(sum(mul(x, x)));
}
