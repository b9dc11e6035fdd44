// Adam and AdamW: steps scaled by running moments of the gradient (Kingma and Ba 2015; Loshchilov and Hutter 2019).
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import { checkNames, checkOption, nonNegative, properFraction } from '../ops/option.ts';
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
  type UpdateContext,
} from './optimizer.ts';
import { biasCorrection, decayed, stepNumber } from './scalar.ts';

/** Options of {@link adam} and {@link adamW}. */
export interface AdamOptions {
  /** Default 0.001. */
  readonly lr?: Scheduled;
  /** Decay of the running first and second moments, default `[0.9, 0.999]`. */
  readonly betas?: readonly [Scheduled, Scheduled];
  /** Added to the root of the second moment, default 1e-8. */
  readonly eps?: number;
  /** Default 0 for Adam (added to the gradient), 0.01 for AdamW (taken off the parameter). */
  readonly weightDecay?: number;
  /** Take weight decay off the parameter instead of adding it to the gradient; default false, AdamW: true. */
  readonly decoupledWeightDecay?: boolean;
  /** Divide by the largest second moment so far (Reddi et al. 2018), default false. */
  readonly amsgrad?: boolean;
  /** Ascend instead of descend, default false. */
  readonly maximize?: boolean;
}

/**
 * Adam, as PyTorch computes it: `p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + eps)`, where `m` and `v` are running
 * means of the gradient and of its square. State: `exp_avg`, `exp_avg_sq`, and `max_exp_avg_sq` with AMSGrad.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamFamily('adam', { weightDecay: 0, decoupledWeightDecay: false, ...options });
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019; PyTorch's `AdamW`): `p ← p · (1 - lr · weightDecay)`
 * before the step of {@link adam}.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function adamW(options: Omit<AdamOptions, 'decoupledWeightDecay'> = {}): Optimizer {
  checkNames('adamW', options, ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad', 'maximize']);
  return adamFamily('adamW', { weightDecay: 0.01, ...options, decoupledWeightDecay: true });
}

type GivenOptions = AdamOptions & Required<Pick<AdamOptions, 'weightDecay' | 'decoupledWeightDecay'>>;

const names = ['lr', 'betas', 'eps', 'weightDecay', 'decoupledWeightDecay', 'amsgrad', 'maximize'];

function adamFamily(name: 'adam' | 'adamW', given: GivenOptions): Optimizer {
  const { lr = 0.001, betas = [0.9, 0.999], eps = 1e-8, amsgrad = false, maximize = false } = given;
  const { weightDecay, decoupledWeightDecay } = given;
  checkNames(name, given, names);
  checkScheduled(name, 'lr', lr, nonNegative);
  checkScheduled(name, 'betas[0]', betas[0], properFraction);
  checkScheduled(name, 'betas[1]', betas[1], properFraction);
  checkOption(name, 'eps', eps, nonNegative);
  checkOption(name, 'weightDecay', weightDecay, nonNegative);
  return defineOptimizer({
    name,
    options: { lr, betas, eps, weightDecay, decoupledWeightDecay, amsgrad, maximize },
    update: (context) => {
      const { parameter, step } = context;
      const { dtype } = parameter;
      const gradient = direction(context, { maximize, weightDecay: decoupledWeightDecay ? 0 : weightDecay });
      const first = context.state('exp_avg', zerosLike(parameter));
      const second = context.state('exp_avg_sq', zerosLike(parameter));
      // Scalars are taken in double precision as in PyTorch, and rounded where they meet tensors.
      const double = { step, dtype: 'f64' } as const;
      const rates = {
        first: valueAt(name, 'betas[0]', betas[0], double),
        second: valueAt(name, 'betas[1]', betas[1], double),
      };
      const nextFirst = movingAverage(first, decayOf(rates.first, dtype), gradient);
      const nextSecond = movingSquare(second, decayOf(rates.second, dtype), gradient);
      const largest = amsgrad ? largestMoment(context, nextSecond) : null;
      const rate = valueAt(name, 'lr', lr, double);
      const { stepSize, correction } = corrections(rate, rates, step, dtype);
      const deviation = add(mul(sqrt(largest?.next ?? nextSecond), correction), eps);
      const kept = decoupledWeightDecay ? decayed(parameter, rate, weightDecay) : parameter;
      const updates: readonly Update[] = [
        { leaf: parameter, next: sub(kept, div(mul(nextFirst, stepSize), deviation)) },
        { leaf: first, next: nextFirst },
        { leaf: second, next: nextSecond },
      ];
      return largest === null ? updates : [...updates, largest];
    },
  });
}

function largestMoment(context: UpdateContext, second: Tensor): Update {
  const leaf = context.state('max_exp_avg_sq', zerosLike(context.parameter));
  return { leaf, next: maximum(leaf, second) };
}

/**
 * Bias corrections of step `t`, in double precision and rounded once at the end. The second moment's is the reciprocal:
 * a division for every element of every parameter costs a quarter of the whole update.
 */
function corrections(
  rate: Operand,
  decays: { readonly first: Operand; readonly second: Operand },
  step: Tensor,
  dtype: DType,
): { readonly stepSize: Tensor; readonly correction: Tensor } {
  const t = stepNumber(step);
  return {
    stepSize: composite('stepSize', () => cast(div(rate, biasCorrection(decays.first, t)), dtype)),
    correction: composite('correction', () => cast(div(1, sqrt(biasCorrection(decays.second, t))), dtype)),
  };
}
