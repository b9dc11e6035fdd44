// Adadelta: steps scaled by the ratio of running squared steps and running squared gradients (Zeiler 2012).
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/unary.ts';
import { checkNames, checkOption, fraction, nonNegative } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  valueAt,
  movingSquare,
  zerosLike,
  type Scheduled,
  type Optimizer,
} from './optimizer.ts';

/** Options of {@link adadelta}. */
export interface AdadeltaOptions {
  /** Factor on the step, default 1. */
  readonly lr?: Scheduled;
  /** Decay of both running means, default 0.9. */
  readonly rho?: number;
  /** Added under both roots, default 1e-6. */
  readonly eps?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `Δ = √(u + eps) / √(v + eps) · g`, `p ← p - lr · Δ`, where `v` is the running mean of `g²` and `u` that of `Δ²`
 * before this step. As PyTorch's `Adadelta`. State: `square_avg`, `acc_delta`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkNames('adadelta', options, ['lr', 'rho', 'eps', 'weightDecay', 'maximize']);
  const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false } = options;
  checkScheduled('adadelta', 'lr', lr, nonNegative);
  checkOption('adadelta', 'rho', rho, fraction);
  checkOption('adadelta', 'eps', eps, nonNegative);
  checkOption('adadelta', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'adadelta',
    options: { lr, rho, eps, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const square = context.state('square_avg', zerosLike(parameter));
      const steps = context.state('acc_delta', zerosLike(parameter));
      const decay = decayOf(rho, dtype);
      const nextSquare = movingSquare(square, decay, gradient);
      const delta = mul(div(sqrt(add(steps, eps)), sqrt(add(nextSquare, eps))), gradient);
      const rate = valueAt('adadelta', 'lr', lr, { step, dtype });
      return [
        { leaf: parameter, next: sub(parameter, mul(delta, rate)) },
        { leaf: square, next: nextSquare },
        { leaf: steps, next: movingSquare(steps, decay, delta) },
      ];
    },
  });
}
