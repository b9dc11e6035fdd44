// Lion: the sign of an interpolated momentum (Chen et al. 2023, "Symbolic discovery of optimization algorithms").
import { mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/select.ts';
import { sign } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative, properFraction } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  movingAverage,
  zerosLike,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { decayed, doubleAt } from './scalar.ts';

/** Options of {@link lion}. */
export interface LionOptions {
  /** Default 1e-4: a third to a tenth of what suits AdamW. */
  readonly lr?: Scheduled;
  /** Share of the momentum in the step, and its decay; default `[0.9, 0.99]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Taken off the parameter (decoupled), default 0: three to ten times what suits AdamW. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `p ← p · (1 - lr · weightDecay) - lr · sign(β₁ · m + (1 - β₁) · g)`, then `m ← β₂ · m + (1 - β₂) · g` (Chen et al.
 * 2023). State: `exp_avg`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function lion(options: LionOptions = {}): Optimizer {
  checkNames('lion', options, ['lr', 'betas', 'weightDecay', 'maximize']);
  const { lr = 1e-4, betas = [0.9, 0.99], weightDecay = 0, maximize = false } = options;
  checkScheduled('lion', 'lr', lr, nonNegative);
  checkScheduled('lion', 'betas[0]', betas[0], properFraction);
  checkScheduled('lion', 'betas[1]', betas[1], properFraction);
  checkOption('lion', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'lion',
    options: { lr, betas, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: 0 });
      const momentum = context.state('exp_avg', zerosLike(parameter));
      const rate = doubleAt('lion', 'lr', lr, step);
      const share = decayOf(doubleAt('lion', 'betas[0]', betas[0], step), dtype);
      const decay = decayOf(doubleAt('lion', 'betas[1]', betas[1], step), dtype);
      const along = sign(movingAverage(momentum, share, gradient));
      const next = sub(decayed(parameter, rate, weightDecay), mul(along, cast(rate, dtype)));
      return [
        { leaf: parameter, next },
        { leaf: momentum, next: movingAverage(momentum, decay, gradient) },
      ];
    },
  });
}
