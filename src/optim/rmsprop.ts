// RMSprop: steps divided by the root of the running mean of squared gradients (Tieleman and Hinton 2012).
import type { Tensor } from '../ir/node.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  valueAt,
  movingAverage,
  movingSquare,
  zerosLike,
  type Scheduled,
  type Optimizer,
  type Update,
} from './optimizer.ts';

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  /** Default 0.01. */
  readonly lr?: Scheduled;
  /** Decay of the running mean of squares, default 0.99. */
  readonly alpha?: number;
  /** Added to the root, default 1e-8. */
  readonly eps?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** Share of the last step that is kept, default 0. */
  readonly momentum?: Scheduled;
  /** Divide by the standard deviation of the gradient instead of its root mean square, default false. */
  readonly centered?: boolean;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `p ← p - lr · g / (√v + eps)`, where `v` is the running mean of `g²`, less the squared running mean of `g` where
 * centered (Graves 2013); with momentum the steps run through a buffer. As PyTorch's `RMSprop`.
 * State: `square_avg`, `grad_avg` where centered, `momentum_buffer` with momentum.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkNames('rmsprop', options, ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered', 'maximize']);
  const { lr = 0.01, alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0 } = options;
  const { centered = false, maximize = false } = options;
  checkScheduled('rmsprop', 'lr', lr, nonNegative);
  for (const [option, value] of Object.entries({ alpha, eps, weightDecay })) {
    checkOption('rmsprop', option, value, nonNegative);
  }
  checkScheduled('rmsprop', 'momentum', momentum, nonNegative);
  return defineOptimizer({
    name: 'rmsprop',
    options: { lr, alpha, eps, weightDecay, momentum, centered, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const rate = valueAt('rmsprop', 'lr', lr, { step, dtype });
      const decay = decayOf(alpha, dtype);
      const kept = valueAt('rmsprop', 'momentum', momentum, { step, dtype });
      const moment = (name: string, next: (leaf: Tensor) => Tensor): Update => {
        const leaf = context.state(name, zerosLike(parameter));
        return { leaf, next: next(leaf) };
      };
      const square = moment('square_avg', (leaf) => movingSquare(leaf, decay, gradient));
      const mean = centered ? moment('grad_avg', (leaf) => movingAverage(leaf, decay, gradient)) : null;
      const variance = mean === null ? square.next : sub(square.next, mul(mean.next, mean.next));
      const deviation = add(sqrt(variance), eps);
      const buffer =
        momentum === 0
          ? null
          : moment('momentum_buffer', (leaf) => add(mul(leaf, kept), div(gradient, deviation)));
      const change = buffer === null ? div(mul(gradient, rate), deviation) : mul(buffer.next, rate);
      const moments = [square, mean, buffer].filter((update) => update !== null);
      return [{ leaf: parameter, next: sub(parameter, change) }, ...moments];
    },
  });
}
