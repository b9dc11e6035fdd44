// Tensors of few axes with axes added in NumPy's order, and tensors side by side in rows, columns and depth.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, type Size } from '../ir/size.ts';
import { ShapeError } from '../ir/errors.ts';
import { concat } from './concat.ts';
import { requireTensorList, requireTensors } from './mismatch.ts';
import { reshape } from './reshape.ts';

/** A tensor of the dtype of another, of a shape that types do not follow. */
type Same<T extends Tensor> = Tensor<Size[], T['dtype']>;

/**
 * `[]` as `[1]`, any other tensor as it is (NumPy's and PyTorch's `atleast_1d`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function atleast1d<T extends Tensor>(x: T): Same<T>;
export function atleast1d(x: Tensor): Tensor {
  requireTensors('atleast1d', x);
  return x.shape.length === 0 ? reshape(x, [1]) : x;
}

/**
 * `[n]` as `[1, n]`, a scalar as `[1, 1]` (NumPy's and PyTorch's `atleast_2d`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function atleast2d<T extends Tensor>(x: T): Same<T>;
export function atleast2d(x: Tensor): Tensor {
  requireTensors('atleast2d', x);
  return x.shape.length < 2 ? reshape(x, [1, ...atleast1d(x).shape]) : x;
}

/**
 * `[m, n]` as `[m, n, 1]`, `[n]` as `[1, n, 1]`, a scalar as `[1, 1, 1]` (NumPy's and PyTorch's `atleast_3d`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function atleast3d<T extends Tensor>(x: T): Same<T>;
export function atleast3d(x: Tensor): Tensor {
  requireTensors('atleast3d', x);
  return x.shape.length < 3 ? reshape(x, [...atleast2d(x).shape, 1]) : x;
}

function joined(
  operation: string,
  tensors: readonly Tensor[],
  prepare: (x: Tensor) => Tensor,
  axisOf: (first: Tensor) => number,
): Tensor {
  requireTensorList(operation, tensors);
  return composite(operation, () => {
    const [first, ...others] = tensors.map(prepare);
    if (first === undefined) throw new ShapeError('E_EMPTY', `${operation}: takes at least one tensor`);
    return concat([first, ...others], axisOf(first));
  });
}

/**
 * `[n, a], [n, b] → [n, a + b]`: tensors one after the other along the second axis, vectors along their only one
 * (PyTorch's and NumPy's `hstack`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function hstack<T extends Tensor>(tensors: readonly T[]): Same<T>;
export function hstack(tensors: readonly Tensor[]): Tensor {
  return joined('hstack', tensors, atleast1d, (first) => (first.shape.length === 1 ? 0 : 1));
}

/**
 * `[a, n], [b, n] → [a + b, n]`: tensors one after the other along the first axis, vectors as rows (PyTorch's and
 * NumPy's `vstack`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function vstack<T extends Tensor>(tensors: readonly T[]): Same<T>;
export function vstack(tensors: readonly Tensor[]): Tensor {
  return joined('vstack', tensors, atleast2d, () => 0);
}

/**
 * Tensors one after the other along the third axis, to which fewer axes are brought as by {@link atleast3d} (PyTorch's and
 * NumPy's `dstack`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function dstack<T extends Tensor>(tensors: readonly T[]): Same<T>;
export function dstack(tensors: readonly Tensor[]): Tensor {
  return joined('dstack', tensors, atleast3d, () => 2);
}

/**
 * `out[i, j] = tensors[j][i]`: vectors as the columns of a matrix, beside matrices (PyTorch's and NumPy's
 * `column_stack`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function columnStack<T extends Tensor>(tensors: readonly T[]): Same<T>;
export function columnStack(tensors: readonly Tensor[]): Tensor {
  const asColumn = (x: Tensor): Tensor => (x.shape.length < 2 ? reshape(x, [elementCount(x.shape), 1]) : x);
  return joined('columnStack', tensors, asColumn, () => 1);
}
