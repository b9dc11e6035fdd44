// NAdam: Adam that looks one step of momentum ahead, with a momentum that warms up (Dozat 2016).
import { add, div, mul, pow, sub } from '../ops/arithmetic.ts';
import { scalar } from '../ops/leaf.ts';
import { cast } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative, properFraction } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  movingAverage,
  movingSquare,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { biasCorrection, decayed, doubleAt, stepNumber } from './scalar.ts';
import { zerosLike } from '../ops/creation.ts';

/** Options of {@link nadam}. */
export interface NadamOptions {
  /** Default 0.002. */
  readonly lr?: Scheduled;
  /** Decay of the running first and second moments, default `[0.9, 0.999]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Added to the root of the second moment, default 1e-8. */
  readonly eps?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Take weight decay off the parameter instead of adding it to the gradient, default false. */
  readonly decoupledWeightDecay?: boolean;
  /** How fast momentum warms up, default 0.004. */
  readonly momentumDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/** The base of Dozat's warm-up of momentum. */
const warmUpBase = 0.96;

/**
 * `μₜ = β₁ · (1 - ½ · 0.96^(t · momentumDecay))`, `M ← M · μₜ`, and with `m` and `v` the running means of the gradient
 * and of its square, `d = √(v / (1 - β₂ᵗ)) + eps`:
 * `p ← p - lr · (1 - μₜ) / (1 - M) · g / d - lr · μₜ₊₁ / (1 - M · μₜ₊₁) · m / d`.
 * As PyTorch's `NAdam` (from 2.0 on; the default path of 1.13 squares `μₜ` by mistake). State: `exp_avg`, `exp_avg_sq`,
 * and `mu_product`, the scalar `M` in double precision.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  checkNames('nadam', options, [
    'lr',
    'betas',
    'eps',
    'weightDecay',
    'momentumDecay',
    'decoupledWeightDecay',
    'maximize',
  ]);
  const { lr = 0.002, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, momentumDecay = 0.004 } = options;
  const { decoupledWeightDecay = false, maximize = false } = options;
  const numbers = { eps, weightDecay, momentumDecay };
  checkScheduled('nadam', 'lr', lr, nonNegative);
  checkScheduled('nadam', 'betas[0]', betas[0], properFraction);
  checkScheduled('nadam', 'betas[1]', betas[1], properFraction);
  for (const [option, value] of Object.entries(numbers)) checkOption('nadam', option, value, nonNegative);
  return defineOptimizer({
    name: 'nadam',
    options: { lr, betas, ...numbers, decoupledWeightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: decoupledWeightDecay ? 0 : weightDecay });
      const first = context.state('exp_avg', zerosLike(parameter));
      const second = context.state('exp_avg_sq', zerosLike(parameter));
      const product = context.state('mu_product', scalar(1, 'f64'));
      const rate = doubleAt('nadam', 'lr', lr, step);
      const firstRate = doubleAt('nadam', 'betas[0]', betas[0], step);
      const secondRate = doubleAt('nadam', 'betas[1]', betas[1], step);
      const t = stepNumber(step);
      const momentumAt = (time: typeof t): typeof t =>
        mul(firstRate, sub(1, mul(pow(warmUpBase, mul(time, momentumDecay)), 0.5)));
      const momentum = momentumAt(t);
      const nextMomentum = momentumAt(add(t, 1));
      const nextProduct = mul(product, momentum);
      const nextFirst = movingAverage(first, decayOf(firstRate, dtype), gradient);
      const nextSecond = movingSquare(second, decayOf(secondRate, dtype), gradient);
      const correction = cast(div(1, sqrt(biasCorrection(secondRate, t))), dtype);
      const deviation = add(mul(sqrt(nextSecond), correction), eps);
      const alongGradient = div(mul(rate, sub(1, momentum)), sub(1, nextProduct));
      const alongMomentum = div(mul(rate, nextMomentum), sub(1, mul(nextProduct, nextMomentum)));
      const ahead = add(
        mul(gradient, cast(alongGradient, dtype)),
        mul(nextFirst, cast(alongMomentum, dtype)),
      );
      const kept = decoupledWeightDecay ? decayed(parameter, rate, weightDecay) : parameter;
      return [
        { leaf: parameter, next: sub(kept, div(ahead, deviation)) },
        { leaf: first, next: nextFirst },
        { leaf: second, next: nextSecond },
        { leaf: product, next: nextProduct },
      ];
    },
  });
}
