// Adagrad: steps divided by the root of the sum of all squared gradients (Duchi, Hazan and Singer 2011).
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { scalar } from '../ops/leaf.ts';
import { cast } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative } from '../ops/option.ts';
import { checkScheduled, defineOptimizer, direction, type Optimizer, type Scheduled } from './optimizer.ts';
import { doubleAt } from './scalar.ts';

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  /** Default 0.01. */
  readonly lr?: Scheduled;
  /** The rate of step `t`, counted from 0, is divided by `1 + lrDecay · t`; default 0. */
  readonly lrDecay?: number;
  /** Added to the gradient, times the parameter, default 0. */
  readonly weightDecay?: number;
  /** What the sum of squares starts at, default 0. */
  readonly initialAccumulatorValue?: number;
  /** Added to the root, default 1e-10. */
  readonly eps?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * `s ← s + g²`, `p ← p - lr / (1 + lrDecay · t) · g / (√s + eps)`. As PyTorch's `Adagrad`. State: `sum`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { lr = 0.01, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } = options;
  const { maximize = false } = options;
  const numbers = { lrDecay, weightDecay, initialAccumulatorValue, eps };
  checkNames('adagrad', options, ['lr', 'maximize', ...Object.keys(numbers)]);
  checkScheduled('adagrad', 'lr', lr, nonNegative);
  for (const [option, value] of Object.entries(numbers)) checkOption('adagrad', option, value, nonNegative);
  return defineOptimizer({
    name: 'adagrad',
    options: { lr, ...numbers, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype, shape } = parameter;
      const gradient = direction(context, { maximize, weightDecay });
      const initial = broadcastAlong(scalar(initialAccumulatorValue, dtype), shape, []);
      const squares = context.state('sum', initial);
      const nextSquares = add(squares, mul(gradient, gradient));
      const rate = doubleAt('adagrad', 'lr', lr, step);
      const slowed = lrDecay === 0 ? rate : div(rate, add(mul(cast(step, 'f64'), lrDecay), 1));
      const change = div(mul(gradient, cast(slowed, dtype)), add(sqrt(nextSquares), eps));
      return [
        { leaf: parameter, next: sub(parameter, change) },
        { leaf: squares, next: nextSquares },
      ];
    },
  });
}
