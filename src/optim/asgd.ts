// Averaged stochastic gradient descent (Polyak and Juditsky 1992; the schedules are Bottou's, as in PyTorch's `ASGD`).
import type { Tensor } from '../ir/node.ts';
import { add, div, equal, less, maximum, mul, pow, sub } from '../ops/arithmetic.ts';
import { scalar } from '../ops/leaf.ts';
import { cast, where } from '../ops/select.ts';
import { checkNames, checkOption, finite, nonNegative } from '../ops/option.ts';
import {
  checkScheduled,
  defineOptimizer,
  direction,
  zerosLike,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { doubleAt } from './scalar.ts';

/** Options of {@link asgd}. */
export interface AsgdOptions {
  /** Default 0.01. */
  readonly lr?: Scheduled;
  /** Decay of parameters and rate, default 1e-4. */
  readonly lambd?: number;
  /** Power of the decay of the rate, default 0.75. */
  readonly alpha?: number;
  /** The step after which parameters are averaged, default 1e6. */
  readonly t0?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * With `t` steps taken before, `η = lr / (1 + lambd · lr · t)^alpha` and `μ = 1 / max(1, t - t0)`:
 * `p ← p · (1 - lambd · η) - η · g`, `ax ← ax + μ · (p - ax)`. As PyTorch's `ASGD`, which takes a scheduled `lr` from
 * the step before, too. State: `ax`, the average of the parameter from step `t0` on and the parameter itself before;
 * `eta`, the rate of the next step.
 * (Any optimizer's parameters can be averaged, and the program be evaluated with that: {@link swa}.)
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function asgd(options: AsgdOptions = {}): Optimizer {
  checkNames('asgd', options, ['lr', 'lambd', 'alpha', 't0', 'weightDecay', 'maximize']);
  const { lr = 0.01, lambd = 1e-4, alpha = 0.75, t0 = 1e6, weightDecay = 0, maximize = false } = options;
  checkScheduled('asgd', 'lr', lr, nonNegative);
  for (const [option, value] of Object.entries({ lambd, alpha, t0 })) {
    checkOption('asgd', option, value, finite);
  }
  checkOption('asgd', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'asgd',
    options: { lr, lambd, alpha, t0, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const average = context.state('ax', zerosLike(parameter));
      const taken = cast(step, 'f64');
      const rate = doubleAt('asgd', 'lr', lr, step);
      const rateAfter = (steps: Tensor): Tensor =>
        div(rate, pow(add(mul(mul(rate, steps), lambd), 1), alpha));
      // What no step has prepared yet is negative.
      const prepared = context.state('eta', scalar(-1, 'f64'));
      const eta = where(less(prepared, 0), rateAfter(taken), prepared);
      const next = sub(mul(parameter, cast(sub(1, mul(eta, lambd)), dtype)), mul(gradient, cast(eta, dtype)));
      const share = div(1, maximum(sub(taken, t0), 1));
      return [
        { leaf: parameter, next },
        { leaf: average, next: averaged(average, next, share) },
        { leaf: prepared, next: rateAfter(add(taken, 1)) },
      ];
    },
  });
}

/** A share of 1 gives the newest value exactly. */
function averaged(average: Tensor, newest: Tensor, share: Tensor): Tensor {
  const moved = add(average, mul(sub(newest, average), cast(share, average.dtype)));
  return where(equal(share, 1), newest, moved);
}
