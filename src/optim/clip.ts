// Gradient clipping: functions from the gradients of all parameters to bounded ones.
import { InternalError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { callSite, composite, inScope } from '../ir/origin.ts';
import { add, div, maximum, minimum, mul, pow, sub } from '../ops/arithmetic.ts';
import { requireTensorList } from '../ops/mismatch.ts';
import { max, mean, sum } from '../ops/reduce.ts';
import { cast } from '../ops/select.ts';
import { abs, sqrt } from '../ops/unary.ts';
import { badOption, checkOption, nonNegative } from '../ops/option.ts';

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
 * `clip_grad_norm_`): the factor is `min(1, maxNorm / (norm + 1e-6))`. A norm that is NaN makes all gradients NaN, as in
 * PyTorch; what raises an error there (`error_if_nonfinite`) is to be seen in a metric here, {@link globalNorm}.
 * @throws {DeclarationError} `E_OPTION` unless `maxNorm ≥ 0` and `norm > 0`
 */
export function clipNorm(maxNorm: number, { norm = 2 }: ClipNormOptions = {}): GradientTransform {
  checkOption('clipNorm', 'maxNorm', maxNorm, nonNegative);
  if (!(norm > 0)) throw badOption('clipNorm', `norm is ${norm}`, 'has to be above 0; Infinity is allowed');
  return defineTransform('clipNorm', `clipNorm(${maxNorm})`, (gradients) => {
    if (gradients.length === 0) return [];
    const factor = minimum(div(maxNorm, add(commonNorm(gradients, norm), normOffset)), 1);
    return gradients.map((gradient) => mul(gradient, cast(factor, gradient.dtype)));
  });
}

/**
 * The common norm of several tensors, as {@link clipNorm} bounds it and PyTorch's `get_total_norm` gives it. As a metric
 * it tells how large gradients are, at no cost beside a clipping of the same norm:
 * `metrics: { gradientNorm: globalNorm(grad(loss, parametersOf(loss))) }`.
 * @throws {DeclarationError} `E_OPTION` for no tensors, or unless `norm > 0`
 */
export function globalNorm(tensors: readonly Tensor[], { norm = 2 }: ClipNormOptions = {}): Tensor {
  requireTensorList('globalNorm', tensors);
  if (!(norm > 0)) throw badOption('globalNorm', `norm is ${norm}`, 'has to be above 0; Infinity is allowed');
  if (tensors.length === 0) throw badOption('globalNorm', 'there are no tensors', 'takes one at least');
  return composite('globalNorm', () => commonNorm(tensors, norm));
}

function commonNorm(tensors: readonly Tensor[], norm: number): Tensor {
  const parts = tensors.map((each) => cast(partialNorm(each, norm), tensors[0]?.dtype ?? 'f32'));
  return rootOf(combine(parts, norm === Infinity ? maximum : add), norm);
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

/**
 * Gradient centralisation, `g - mean(g)`: takes off each gradient of two axes or more its mean over all axes but the
 * first, which is that of the outputs (Yong et al. 2020); others stay as they are.
 */
export function centralise(): GradientTransform {
  return defineTransform('centralise', 'centralise', (gradients) =>
    gradients.map((gradient) => {
      const [, ...others] = gradient.shape.map((_, axis) => axis);
      return others.length === 0 ? gradient : sub(gradient, mean(gradient, others, { keepdims: true }));
    }),
  );
}
