// Stochastic gradient descent with momentum, dampening, Nesterov's look-ahead and weight decay (PyTorch's `SGD`).
import { add, equal, mul, sub } from '../ops/arithmetic.ts';
import { scalar } from '../ops/leaf.ts';
import { where } from '../ops/select.ts';
import type { Tensor } from '../ir/node.ts';
import { checkNames, badOption, checkOption, finite, nonNegative } from '../ops/option.ts';
import {
  checkScheduled,
  defineOptimizer,
  direction,
  valueAt,
  zerosLike,
  type Scheduled,
  type Optimizer,
  type UpdateContext,
} from './optimizer.ts';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** The rate: a number, or an expression of the step counter. */
  readonly lr: Scheduled;
  /** Share of the last direction that is kept, default 0. */
  readonly momentum?: Scheduled;
  /** Share of the gradient that momentum leaves out from the second step on, default 0. */
  readonly dampening?: number;
  /** Added to the gradient, times the parameter: an L2 penalty of half this factor; default 0. */
  readonly weightDecay?: number;
  /** Look one step of momentum ahead, default false. */
  readonly nesterov?: boolean;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `buffer ← momentum · buffer + (1 - dampening) · g` (the first step: `buffer ← g`), `p ← p - lr · buffer`; with
 * Nesterov `p ← p - lr · (g + momentum · buffer)` (Sutskever et al. 2013). State: `momentum_buffer`.
 * @throws {DeclarationError} `E_OPTION` for options out of range, or Nesterov without momentum or with dampening
 */
export function sgd(options: SgdOptions): Optimizer {
  checkNames('sgd', options, ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'maximize']);
  const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options;
  checkScheduled('sgd', 'lr', lr, nonNegative);
  checkScheduled('sgd', 'momentum', momentum, nonNegative);
  checkOption('sgd', 'dampening', dampening, finite);
  checkOption('sgd', 'weightDecay', weightDecay, nonNegative);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    const given = `momentum is ${typeof momentum === 'number' ? momentum : 'a schedule'} and dampening ${dampening}`;
    throw badOption('sgd', given, 'needs momentum above 0 and dampening 0 for Nesterov');
  }
  return defineOptimizer({
    name: 'sgd',
    options: { lr, momentum, dampening, weightDecay, nesterov, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const rate = valueAt('sgd', 'lr', lr, { step, dtype });
      const descend = (along: Tensor): Tensor => sub(parameter, mul(along, rate));
      if (momentum === 0) return [{ leaf: parameter, next: descend(gradient) }];
      const buffer = context.state('momentum_buffer', zerosLike(parameter));
      const latest = dampening === 0 ? gradient : mul(gradient, shareOfGradient(dampening, context));
      const kept = valueAt('sgd', 'momentum', momentum, { step, dtype });
      const next = add(mul(buffer, kept), latest);
      const along = nesterov ? add(gradient, mul(next, kept)) : next;
      return [
        { leaf: parameter, next: descend(along) },
        { leaf: buffer, next },
      ];
    },
  });
}

/** The first gradient enters the buffer whole. */
function shareOfGradient(dampening: number, { parameter, step }: UpdateContext): Tensor {
  return where(equal(step, 0), scalar(1, parameter.dtype), 1 - dampening);
}
