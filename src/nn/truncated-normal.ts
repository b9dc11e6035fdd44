// Normal draws cut to an interval, by the inverse of the distribution function (as PyTorch's `trunc_normal_`).
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { add, less, maximum, minimum, mul, sub } from '../ops/arithmetic.ts';
import { referenceErf } from '../ops/functions/reference.ts';
import { uniformBetween } from '../ops/random.ts';
import { where } from '../ops/select.ts';
import { log, neg, sqrt } from '../ops/unary.ts';
import { initialStream, type Initialiser } from './initialiser.ts';
import { badOption, checkOption, finite, positive } from '../ops/option.ts';

/** Options of {@link truncatedNormal}. */
export interface TruncatedNormalOptions {
  /** Mean of the normal distribution before the cut, default 0. */
  readonly mean?: number;
  /** Standard deviation before the cut, default 1. */
  readonly std?: number;
  /** Lower bound of the values, absolute, default -2. */
  readonly low?: number;
  /** Upper bound of the values, absolute, default 2. */
  readonly high?: number;
}

/**
 * Normal draws that lie in `low … high` (PyTorch's `trunc_normal_`); the bounds are values, not multiples of `std`.
 * @throws {DeclarationError} `E_OPTION` unless `std > 0` and `low < high`
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initialiser {
  const { mean = 0, std = 1, low = -2, high = 2 } = options;
  checkOption('truncatedNormal', 'mean', mean, finite);
  checkOption('truncatedNormal', 'std', std, positive);
  if (!(low < high)) throw badOption('truncatedNormal', `low is ${low}`, `has to be below high, ${high}`);
  const errorFunctionAt = (bound: number): number => referenceErf((bound - mean) / (std * Math.SQRT2));
  return (shape, context) =>
    composite('truncatedNormal', () => {
      const drawn = uniformBetween(
        shape,
        errorFunctionAt(low),
        errorFunctionAt(high),
        initialStream(context),
      );
      const values = add(mul(inverseErrorFunction(drawn), std * Math.SQRT2), mean);
      return minimum(maximum(values, low), high);
    });
}

// Giles 2010, "Approximating the erfinv function", single precision: coefficients from the highest power down.
const central: readonly number[] = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const tail: readonly number[] = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];
/** The largest f32 below 1: the inverse is infinite at 1 itself. */
const largestArgument = 1 - 2 ** -24;

/** The `y` with `erf(y) = x`, to single precision; arguments are clamped into the open interval (-1, 1). */
export function inverseErrorFunction(x: Tensor): Tensor {
  return composite('inverseErrorFunction', () => {
    const inside = minimum(maximum(x, -largestArgument), largestArgument);
    const w = neg(log(mul(sub(1, inside), add(inside, 1))));
    const factor = where(less(w, 5), polynomial(sub(w, 2.5), central), polynomial(sub(sqrt(w), 3), tail));
    return mul(factor, inside);
  });
}

function polynomial(x: Tensor, [leading = 0, next = 0, ...others]: readonly number[]): Tensor {
  return others.reduce((value, coefficient) => add(mul(value, x), coefficient), add(mul(x, leading), next));
}
