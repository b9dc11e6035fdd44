// Rprop: steps that follow the sign of the gradient and grow while it stays (Riedmiller and Braun 1993).
import { equal, greater, less, maximum, minimum, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { scalar } from '../ops/leaf.ts';
import { cast, where } from '../ops/select.ts';
import { sign } from '../ops/unary.ts';
import { badOption, checkNames, nonNegative } from '../ops/option.ts';
import {
  checkScheduled,
  defineOptimizer,
  direction,
  zerosLike,
  type Optimizer,
  type Scheduled,
} from './optimizer.ts';
import { doubleAt } from './scalar.ts';

/** Options of {@link rprop}. */
export interface RpropOptions {
  /** The first step of every element, default 0.01. Of a schedule what it gives in the first step. */
  readonly lr?: Scheduled;
  /** Factors on a step whose gradient changed its sign or kept it, default `[0.5, 1.2]`. */
  readonly etas?: readonly [number, number];
  /** The smallest and the largest step, default `[1e-6, 50]`. */
  readonly stepSizes?: readonly [number, number];
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * Each element has a step of its own: times `etas[1]` while its gradient keeps its sign, times `etas[0]` when the sign
 * changes, bounded by `stepSizes`; `p ← p - step · sign(g)`, where a gradient that changed its sign counts as 0 in this
 * step and in the next comparison. As PyTorch's `Rprop`; meant for full batches. State: `prev`, `step_size`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function rprop(options: RpropOptions = {}): Optimizer {
  checkNames('rprop', options, ['lr', 'etas', 'stepSizes', 'maximize']);
  const { lr = 0.01, etas = [0.5, 1.2], stepSizes = [1e-6, 50], maximize = false } = options;
  checkScheduled('rprop', 'lr', lr, nonNegative);
  const [shrink, growth] = etas;
  const [smallest, largest] = stepSizes;
  if (!(shrink > 0 && shrink < 1 && growth > 1 && growth < Infinity)) {
    throw badOption(
      'rprop',
      `etas is [${shrink}, ${growth}]`,
      'has to be below 1 (and above 0), then above 1',
    );
  }
  if (!(smallest >= 0 && smallest <= largest)) {
    throw badOption(
      'rprop',
      `stepSizes is [${smallest}, ${largest}]`,
      'has to be the smaller one first, from 0 on',
    );
  }
  return defineOptimizer({
    name: 'rprop',
    options: { lr, etas, stepSizes, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype, shape } = parameter;
      const gradient = direction(context, { maximize, weightDecay: 0 });
      const before = context.state('prev', zerosLike(parameter));
      // Negative before the first step.
      const kept = context.state('step_size', broadcastAlong(scalar(-1, dtype), shape, []));
      const first = cast(doubleAt('rprop', 'lr', lr, step), dtype);
      const size = where(less(kept, 0), broadcastAlong(first, shape, []), kept);
      const agreement = sign(mul(gradient, before));
      // The sign of NaN is 0, so that such an element stands still in this step and the next.
      const grown = where(greater(agreement, 0), scalar(growth, dtype), 1);
      const factor = where(less(agreement, 0), shrink, grown);
      const nextSize = minimum(maximum(mul(size, factor), smallest), largest);
      const followed = where(equal(agreement, -1), 0, gradient);
      return [
        { leaf: parameter, next: sub(parameter, mul(sign(followed), nextSize)) },
        { leaf: before, next: followed },
        { leaf: kept, next: nextSize },
      ];
    },
  });
}
