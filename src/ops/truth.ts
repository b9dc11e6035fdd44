// Reductions of truths and counts: whether any or all elements are other than zero, and how many are.
import { demand, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Axes, Reduction } from '../ir/types/axes.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { equal, greater, notEqual } from './arithmetic.ts';
import { normaliseAxes } from './mismatch.ts';
import { sum, type ReduceOptions } from './reduce.ts';
import { cast } from './select.ts';
import { logicalNot } from './unary.ts';

function isSet(x: Tensor): Tensor {
  return x.dtype === 'bool' ? x : notEqual(x, 0);
}

/** Counting is exact in any order, so that it runs in vectors and needs no special case for nothing. */
function count(truths: Tensor, axes: readonly number[], options: ReduceOptions): Tensor {
  demand('count', truths.dtype === 'bool', 'takes booleans');
  return sum(cast(truths, 'i32'), axes, options);
}

/**
 * `x[0] ∨ x[1] ∨ …`: whether any element over `axes` (default: all) is other than zero, bool (PyTorch's and
 * TensorFlow's `any`). Numbers count as they do in PyTorch, NaN as true. Of nothing: false.
 * @throws {ShapeError} `E_AXIS`
 */
export function any<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K, 'bool'>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K, 'bool'>>;
export function any(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  const positions = normaliseAxes('any', x, axes);
  return composite('any', () => greater(count(isSet(x), positions, options), 0));
}

/**
 * `x[0] ∧ x[1] ∧ …`: whether all elements over `axes` (default: all) are other than zero, bool (PyTorch's and
 * TensorFlow's `all`). Of nothing: true.
 * @throws {ShapeError} `E_AXIS`
 */
export function all<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K, 'bool'>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K, 'bool'>>;
export function all(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  const positions = normaliseAxes('all', x, axes);
  return composite('all', () => equal(count(logicalNot(isSet(x)), positions, options), 0));
}

/**
 * `Σ (x ≠ 0)`: how many elements over `axes` (default: all) are other than zero, i32 (PyTorch's `count_nonzero`).
 * NaN counts.
 * @throws {ShapeError} `E_AXIS`
 */
export function countNonzero<
  T extends Tensor,
  const A extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: T,
  axes?: Checked<A, Reduction<T, A, K, 'i32'>>,
  options?: { readonly keepdims?: K },
): Result<Reduction<T, A, K, 'i32'>>;
export function countNonzero(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  const positions = normaliseAxes('countNonzero', x, axes);
  return composite('countNonzero', () => count(isSet(x), positions, options));
}
