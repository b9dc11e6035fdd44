// Adafactor: a second moment kept as rows and columns only, and steps relative to the size of the parameter (Shazeer and
// Stern 2018; the rule and the defaults are those of PyTorch's `Adafactor`, from 2.5 on).
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { div, maximum, minimum, mul, pow, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { scalar, sizeOf } from '../ops/leaf.ts';
import { mean, sum } from '../ops/reduce.ts';
import { cast } from '../ops/select.ts';
import { rsqrt, sqrt } from '../ops/unary.ts';
import { elementCount } from '../ir/size.ts';
import { checkNames, checkOption, nonNegative, positive, type AllowedRange } from '../ops/option.ts';
import {
  checkScheduled,
  decayOf,
  defineOptimizer,
  direction,
  movingAverage,
  zerosLike,
  type Decay,
  type Optimizer,
  type Scheduled,
  type Update,
  type UpdateContext,
} from './optimizer.ts';
import { decayed, doubleAt, stepNumber } from './scalar.ts';

/** Options of {@link adafactor}. */
export interface AdafactorOptions {
  /** Default 0.01. */
  readonly lr?: Scheduled;
  /** The running mean forgets `t ^ beta2Decay` in step `t`, default -0.8. */
  readonly beta2Decay?: number;
  /**
   * The least second moment's root, and the least size of a parameter that steps are relative to; default: the
   * precision of the parameter's dtype, and 0.001.
   */
  readonly eps?: readonly [number | null, number];
  /** The largest root mean square of an update before the rate, default 1. */
  readonly d?: number;
  /** Taken off the parameter (decoupled), default 0. */
  readonly weightDecay?: number;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

const nonPositive: AllowedRange = {
  text: 'a finite number of at most 0',
  holds: (value) => value <= 0 && value > -Infinity,
};

/**
 * `v` is the running mean of `g²` with decay `1 - t^beta2Decay` (Shazeer and Stern 2018; PyTorch's `Adafactor`): of
 * matrices, the product of its row means and column means over their mean; `u = g / √max(v, eps₁²)`, then `p ← p ·
 * (1 - lr · weightDecay) - max(eps₂, rms(p)) · min(lr, 1 / √t) / max(1, rms(u) / d) · u`. State: `row_var` and
 * `col_var` for two axes or more, `variance` otherwise.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  checkNames('adafactor', options, ['lr', 'beta2Decay', 'eps', 'd', 'weightDecay', 'maximize']);
  const {
    lr = 0.01,
    beta2Decay = -0.8,
    eps = [null, 1e-3],
    d = 1,
    weightDecay = 0,
    maximize = false,
  } = options;
  checkScheduled('adafactor', 'lr', lr, nonNegative);
  checkOption('adafactor', 'beta2Decay', beta2Decay, nonPositive);
  checkOption('adafactor', 'eps[0]', eps[0] ?? 0, nonNegative);
  checkOption('adafactor', 'eps[1]', eps[1], nonNegative);
  checkOption('adafactor', 'd', d, positive);
  checkOption('adafactor', 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name: 'adafactor',
    options: { lr, beta2Decay, 'eps[0]': eps[0] ?? 'precision', 'eps[1]': eps[1], d, weightDecay, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: 0 });
      const t = stepNumber(step);
      const decay = decayOf(sub(1, pow(t, beta2Decay)), dtype);
      const leastRoot = eps[0] ?? precision(dtype);
      const { estimate, updates } = secondMoment(context, gradient, decay, leastRoot);
      const along = mul(gradient, rsqrt(maximum(estimate, leastRoot ** 2)));
      const rate = doubleAt('adafactor', 'lr', lr, step);
      const relative = cast(minimum(rate, rsqrt(t)), dtype);
      const size = mul(maximum(rootMeanSquare(parameter), eps[1]), relative);
      const stepSize = div(size, maximum(div(rootMeanSquare(along), d), 1));
      const next = sub(decayed(parameter, rate, weightDecay), mul(along, stepSize));
      return [{ leaf: parameter, next }, ...updates];
    },
  });
}

/** The distance from 1 to the next number. */
function precision(dtype: DType): number {
  return dtype === 'f64' ? Number.EPSILON : 2 ** -23;
}

function rootMeanSquare(x: Tensor): Tensor {
  return sqrt(div(sum(mul(x, x)), sizeOf(elementCount(x.shape), x.dtype)));
}

function secondMoment(
  context: UpdateContext,
  gradient: Tensor,
  decay: Decay,
  leastMean: number,
): { readonly estimate: Tensor; readonly updates: readonly Update[] } {
  const squares = mul(gradient, gradient);
  if (gradient.shape.length < 2) {
    const variance = context.state('variance', zerosLike(context.parameter));
    const next = movingAverage(variance, decay, squares);
    return { estimate: next, updates: [{ leaf: variance, next }] };
  }
  const averaged = (name: string, axis: number): Update => {
    const means = mean(squares, axis, { keepdims: true });
    const leaf = context.state(name, broadcastAlong(scalar(0, means.dtype), means.shape, []));
    return { leaf, next: movingAverage(leaf, decay, means) };
  };
  const rows = averaged('row_var', -1);
  const columns = averaged('col_var', -2);
  const total = maximum(mean(rows.next, -2, { keepdims: true }), leastMean);
  return { estimate: div(mul(rows.next, columns.next), total), updates: [rows, columns] };
}
