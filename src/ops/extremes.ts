// The largest and the smallest element along an axis together with where it stands.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Reduction } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { gather } from './gather.ts';
import { normaliseAxis } from './mismatch.ts';
import { checkNames } from './option.ts';
import type { ReduceOptions } from './reduce.ts';
import { argmax, argmin } from './arg-extreme.ts';
import { squeeze } from './reshape.ts';

/** Elements, and their positions along the axis. */
export interface ValuesAndIndices<V extends Tensor = Tensor, I extends Tensor = Tensor> {
  readonly values: V;
  readonly indices: I;
}

type Extremes<T extends Tensor, A extends number, K extends boolean> = ValuesAndIndices<
  Result<Reduction<T, A, K>>,
  Result<Reduction<T, A, K, 'i32'>>
>;

function withIndex(
  operation: string,
  locate: (x: Tensor, axis: number, options: ReduceOptions) => Tensor,
  x: Tensor,
  axis: number,
  options: ReduceOptions,
): ValuesAndIndices {
  checkNames(operation, options, ['keepdims']);
  const { keepdims = false } = options;
  const position = normaliseAxis(operation, x, axis);
  return composite(operation, () => {
    // `locate` gives i32; nodes are typed by their general dtype.
    const indices = locate(x, position, { keepdims: true }) as Tensor<Tensor['shape'], 'i32'>;
    const values = gather(x, indices, position);
    return keepdims
      ? { values, indices }
      : { values: squeeze(values, position), indices: squeeze(indices, position) };
  });
}

/**
 * The largest element along `axis` and its position, the first of equals; NaN counts as the largest (PyTorch's
 * `max(dim)`). The whole gradient goes to that position, where {@link max} divides it among equals.
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function maxWithIndex<T extends Tensor, const A extends number, K extends boolean = false>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'maxWithIndex'>, T>,
  axis: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Extremes<T, A, K>;
export function maxWithIndex(x: Tensor, axis: number, options: ReduceOptions = {}): ValuesAndIndices {
  return withIndex('maxWithIndex', argmax, x, axis, options);
}

/** The smallest element along `axis` and its position (PyTorch's `min(dim)`), otherwise like {@link maxWithIndex}. */
export function minWithIndex<T extends Tensor, const A extends number, K extends boolean = false>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'minWithIndex'>, T>,
  axis: Checked<A, Reduction<T, A, K>>,
  options?: { readonly keepdims?: K },
): Extremes<T, A, K>;
export function minWithIndex(x: Tensor, axis: number, options: ReduceOptions = {}): ValuesAndIndices {
  return withIndex('minWithIndex', argmin, x, axis, options);
}
