// Sums and means of what is not NaN.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Axes, Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { div } from './arithmetic.ts';
import { requireFloat } from './leaf.ts';
import { sum, type ReduceOptions } from './reduce.ts';
import { cast, where } from './select.ts';
import { isNaN, logicalNot } from './unary.ts';

/**
 * `Σ x` over `axes` (default: all) of what is not NaN (PyTorch's `nansum`); of nothing it is 0. NaN gets no
 * gradient.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function nansum<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'nansum'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function nansum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireFloat('nansum', x);
  return composite('nansum', () => sum(where(isNaN(x), 0, x), axes, options));
}

/**
 * `Σ x / n` over the `n` elements of `axes` (default: all) that are not NaN (PyTorch's `nanmean`); NaN where nothing
 * else is.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function nanmean<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'nanmean'>, T>,
  axes?: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K>>;
export function nanmean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireFloat('nanmean', x);
  return composite('nanmean', () => {
    const count = sum(cast(logicalNot(isNaN(x)), x.dtype), axes, options);
    return div(sum(where(isNaN(x), 0, x), axes, options), count);
  });
}
