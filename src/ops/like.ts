// Constant tensors of the shape and dtype of another.
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import type { Shape } from '../ir/size.ts';
import { broadcastAlong } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { requireTensors } from './mismatch.ts';

/** What a constant tensor may have other than its model. */
export interface LikeOptions<D extends DType> {
  /** Element type; default: that of the model. */
  readonly dtype?: D;
}

/** One number in the shape of `x`, in its dtype unless another is given. */
export function fullLike<S extends Shape, D extends DType, E extends DType = D>(
  x: Tensor<S, D>,
  value: number,
  options?: LikeOptions<E>,
): Tensor<S, E>;
export function fullLike(x: Tensor, value: number, options: LikeOptions<DType> = {}): Tensor {
  requireTensors('fullLike', x);
  const { dtype = x.dtype } = options;
  return broadcastAlong(scalar(value, dtype), x.shape, []);
}

/** Zeros in the shape of `x`, in its dtype unless another is given. */
export function zerosLike<S extends Shape, D extends DType, E extends DType = D>(
  x: Tensor<S, D>,
  options?: LikeOptions<E>,
): Tensor<S, E>;
export function zerosLike(x: Tensor, options: LikeOptions<DType> = {}): Tensor {
  return fullLike(x, 0, options);
}

/** Ones in the shape of `x`, in its dtype unless another is given. */
export function onesLike<S extends Shape, D extends DType, E extends DType = D>(
  x: Tensor<S, D>,
  options?: LikeOptions<E>,
): Tensor<S, E>;
export function onesLike(x: Tensor, options: LikeOptions<DType> = {}): Tensor {
  return fullLike(x, 1, options);
}
