// Gradient clipping: functions from the gradients of all parameters to bounded ones.
import { InternalError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { callSite, inScope } from '../ir/origin.ts';
import { add, div, maximum, minimum, mul, pow } from '../ops/arithmetic.ts';
import { max, sum } from '../ops/reduce.ts';
import { cast } from '../ops/select.ts';
import { abs, sqrt } from '../ops/unary.ts';
import { badOption, checkOption, nonNegative } from '../nn/option.ts';

/** Changes the gradients of a step before the optimizer sees them; order and shapes stay. */
export type GradientTransform = (gradients: readonly Tensor[]) => readonly Tensor[];

function defineTransform(name: string, label: string, transform: GradientTransform): GradientTransform {
  const site = callSite();
  return (gradients) => inScope({ name, kind: 'function', label, site }, () => transform(gradients));
}

/** Options of {@link clipNorm}. */
export interface ClipNormOptions {
  /** Which norm: 2 (default), 1, any positive number, or Infinity for the largest magnitude. */
  readonly norm?: number;
}

/** Keeps the scale of tiny norms finite; PyTorch's constant. */
const normOffset = 1e-6;

/**
 * Scales all gradients by one factor, so that their common norm is at most `maxNorm` (Pascanu et al. 2013; PyTorch's
 * `clip_grad_norm_`): the factor is `min(1, maxNorm / (norm + 1e-6))`.
 * @throws {DeclarationError} `E_OPTION` unless `maxNorm ≥ 0` and `norm > 0`
 */
export function clipNorm(maxNorm: number, { norm = 2 }: ClipNormOptions = {}): GradientTransform {
  checkOption('clipNorm', 'maxNorm', maxNorm, nonNegative);
  if (!(norm > 0)) throw badOption('clipNorm', `norm is ${norm}`, 'has to be above 0; Infinity is allowed');
  return defineTransform('clipNorm', `clipNorm(${maxNorm})`, (gradients) => {
    const [first] = gradients;
    if (first === undefined) return [];
    const parts = gradients.map((gradient) => cast(partialNorm(gradient, norm), first.dtype));
    const total = rootOf(combine(parts, norm === Infinity ? maximum : add), norm);
    const factor = minimum(div(maxNorm, add(total, normOffset)), 1);
    return gradients.map((gradient) => mul(gradient, cast(factor, gradient.dtype)));
  });
}

/** What one gradient adds to the norm of all, before the root. */
function partialNorm(gradient: Tensor, norm: number): Tensor {
  if (norm === Infinity) return max(abs(gradient));
  if (norm === 2) return sum(mul(gradient, gradient));
  return sum(norm === 1 ? abs(gradient) : pow(abs(gradient), norm));
}

function rootOf(total: Tensor, norm: number): Tensor {
  if (norm === Infinity || norm === 1) return total;
  return norm === 2 ? sqrt(total) : pow(total, 1 / norm);
}

function combine(parts: readonly Tensor[], join: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const [first, ...others] = parts;
  if (first === undefined) throw new InternalError('E_ARITY', 'clipNorm has no gradients to combine');
  return others.reduce(join, first);
}

/**
 * Bounds every element of every gradient to `-maxValue … maxValue` (PyTorch's `clip_grad_value_`); NaN stays NaN.
 * @throws {DeclarationError} `E_OPTION` unless `maxValue ≥ 0`
 */
export function clipValue(maxValue: number): GradientTransform {
  checkOption('clipValue', 'maxValue', maxValue, nonNegative);
  return defineTransform('clipValue', `clipValue(${maxValue})`, (gradients) =>
    gradients.map((gradient) => minimum(maximum(gradient, -maxValue), maxValue)),
  );
}
