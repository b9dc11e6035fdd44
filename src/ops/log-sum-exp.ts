// The logarithm of a sum of exponentials, stable for logits of any size.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Axes, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { add, less, sub } from './arithmetic.ts';
import { requireFloat } from './leaf.ts';
import { normaliseAxes } from './mismatch.ts';
import { keepAxes, reduceOver, restore, sum, type ReduceOptions } from './reduce.ts';
import { stopGradient, where } from './select.ts';
import { abs, exp, log } from './unary.ts';

/** The largest number in single precision. */
const largestSingle = (2 - 2 ** -23) * 2 ** 127;

/**
 * `log(Σ exp(x))` over `axes` (default: all), without overflow: the largest element is taken out first, unless it is
 * infinite (PyTorch's `logsumexp`). Of nothing it is -Infinity. The gradient is the softmax, NaN where that is ∞ / ∞.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function logSumExp<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'logSumExp'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function logSumExp(x: Tensor, axes?: Axes, { keepdims = false }: ReduceOptions = {}): Tensor {
  const positions = normaliseAxes('logSumExp', x, axes);
  requireFloat('logSumExp', x);
  if (positions.length === 0) return x;
  return composite('logSumExp', () => {
    // Not `max`, which refuses an axis of size 0.
    const largest = reduceOver(x, positions, 'max');
    // Beside an infinite element the others count for nothing, however large they are.
    const most = x.dtype === 'f64' ? Number.MAX_VALUE : largestSingle;
    const shift = stopGradient(where(less(abs(largest), Infinity), largest, most));
    const reduced = add(log(sum(exp(sub(x, restore(shift, x, positions))), positions)), shift);
    return keepdims ? keepAxes(reduced, x, positions) : reduced;
  });
}
