// Products with something added, and factors of both: PyTorch's `addmm` and its kin.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual, type Shape, type Size } from '../ir/size.ts';
import type { MatrixProduct } from '../ir/types/contraction.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, mul } from './arithmetic.ts';
import { broadcastShapes } from './broadcast.ts';
import { checkContraction, contraction } from './contraction.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { checkNames } from './option.ts';
import { batchProduct, outer, ranked, requireRank, type OuterProduct } from './product.ts';

/** Options of products with something added. */
export interface AddedProductOptions {
  /** Factor of the product, default 1; a whole number for i32. */
  readonly alpha?: number;
  /** Factor of what is added, default 1; with 0 it is ignored, NaN and infinities included. */
  readonly beta?: number;
}

/** `beta · added + alpha · product`; what is added broadcasts to the product, not the other way round. */
function withAdded(operation: string, added: Tensor, product: Tensor, options: AddedProductOptions): Tensor {
  checkNames(operation, options, ['alpha', 'beta']);
  const { alpha = 1, beta = 1 } = options;
  const shape = broadcastShapes(added.shape, product.shape);
  if (shape === undefined || !shapesEqual(shape, product.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `${printShape(added.shape)} does not broadcast to the product, ${printShape(product.shape)}`,
      expectation: `adds what broadcasts to ${printShape(product.shape)}`,
      operands: [added],
    });
  }
  const scaled = alpha === 1 ? product : mul(product, alpha);
  if (beta === 0) return scaled;
  return add(scaled, beta === 1 ? added : mul(added, beta));
}

/**
 * `beta · added + alpha · a · b` of matrices `[n, k]` and `[k, m]` (PyTorch's `addmm`); `added` broadcasts to `[n, m]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function addmm<A extends Tensor, B extends Tensor>(
  added: Tensor<Shape, A['dtype']>,
  a: A,
  b: Checked<B, MatrixProduct<A, B>>,
  options?: AddedProductOptions,
): Result<MatrixProduct<A, B>>;
export function addmm(added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireTensors('addmm', added, a, b);
  return composite('addmm', () => withAdded('addmm', added, ranked('addmm', [2, 2], a, b), options));
}

/**
 * `beta · added + alpha · matrix · vector` (PyTorch's `addmv`); `added` broadcasts to `[n]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function addmv<A extends Tensor, B extends Tensor>(
  added: Tensor<Shape, A['dtype']>,
  matrix: A,
  vector: Checked<B, MatrixProduct<A, B>>,
  options?: AddedProductOptions,
): Result<MatrixProduct<A, B>>;
export function addmv(
  added: Tensor,
  matrix: Tensor,
  vector: Tensor,
  options: AddedProductOptions = {},
): Tensor {
  requireTensors('addmv', added, matrix, vector);
  return composite('addmv', () =>
    withAdded('addmv', added, ranked('addmv', [2, 1], matrix, vector), options),
  );
}

/**
 * `beta · added + alpha · a bᵀ` of two vectors (PyTorch's `addr`); `added` broadcasts to `[n, m]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function addr<A extends Tensor, B extends Tensor>(
  added: Tensor<Shape, A['dtype']>,
  a: A,
  b: Checked<B, OuterProduct<A, B>>,
  options?: AddedProductOptions,
): Result<OuterProduct<A, B>>;
export function addr(added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireTensors('addr', added, a, b);
  return composite('addr', () => withAdded('addr', added, outer(a, b), options));
}

/**
 * `beta · added + alpha · a · b` of batches `[b, n, k]` and `[b, k, m]` (PyTorch's `baddbmm`); `added` broadcasts to
 * `[b, n, m]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function baddbmm<A extends Tensor, B extends Tensor>(
  added: Tensor<Shape, A['dtype']>,
  a: A,
  b: Checked<B, MatrixProduct<A, B>>,
  options?: AddedProductOptions,
): Result<MatrixProduct<A, B>>;
export function baddbmm(added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireTensors('baddbmm', added, a, b);
  requireRank('baddbmm', [3, 3], a, b);
  return composite('baddbmm', () => withAdded('baddbmm', added, batchProduct('baddbmm', a, b), options));
}

/**
 * `beta · added + alpha · Σ_b a[b] · b[b]` of batches `[b, n, k]` and `[b, k, m]` (PyTorch's `addbmm`); `added`
 * broadcasts to `[n, m]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function addbmm<A extends Tensor, B extends Tensor>(
  added: Tensor<Shape, A['dtype']>,
  a: A,
  b: B,
  options?: AddedProductOptions,
): Tensor<[Size, Size], A['dtype'] & B['dtype']>;
export function addbmm(added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireTensors('addbmm', added, a, b);
  requireRank('addbmm', [3, 3], a, b);
  const axes = { batchLeft: [], batchRight: [], contractLeft: [0, 2], contractRight: [0, 1] };
  checkContraction('addbmm', a, b, axes);
  return composite('addbmm', () => withAdded('addbmm', added, contraction(a, b, axes), options));
}
