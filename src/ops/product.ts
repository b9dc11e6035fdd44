// Products by their names in PyTorch: of vectors, matrices and batches of matrices. All are contractions, or elementwise
// where nothing is summed.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { multiplySizes, printShape, sizesEqual, type Shape, type Size } from '../ir/size.ts';
import type { EqualDType, WithDType } from '../ir/types/broadcast.ts';
import type { MatrixProduct } from '../ir/types/contraction.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { mul, sub } from './arithmetic.ts';
import { broadcastShapes, broadcastTo } from './broadcast.ts';
import { concat } from './concat.ts';
import { checkContraction, contraction, matmul, productsSummed } from './contraction.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { reshape } from './reshape.ts';

/** Refuses operands of other ranks. @throws {ShapeError} `E_RANK` */
export function requireRank(
  operation: string,
  ranks: readonly number[],
  ...operands: readonly Tensor[]
): void {
  requireTensors(operation, ...operands);
  const position = operands.findIndex((operand, at) => operand.shape.length !== ranks[at]);
  if (position < 0) return;
  const wanted = ranks.map((rank) => (rank === 1 ? 'a vector' : rank === 2 ? 'a matrix' : `rank ${rank}`));
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: `operand ${position + 1} has shape ${printShape(operands[position]?.shape ?? [])}`,
    expectation: `takes ${wanted.join(' and ')}`,
    operands,
  });
}

/** The scalar that two operands of one dtype give. */
type ScalarProduct<A extends Tensor, B extends Tensor> = WithDType<[], EqualDType<A['dtype'], B['dtype']>>;

/**
 * Scalar product of two vectors of one length, `Σ aᵢ bᵢ` (PyTorch's `dot`).
 * @throws {ShapeError} `E_RANK` for what is no vector, `E_SHAPE_MISMATCH` for two lengths
 */
export function dot<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, ScalarProduct<A, B>>,
): Result<ScalarProduct<A, B>>;
export function dot(a: Tensor, b: Tensor): Tensor {
  return scalarProduct('dot', a, b);
}

/** {@link dot}: of real numbers, which need no conjugate, it is the same (PyTorch's `vdot`). */
export function vdot<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, ScalarProduct<A, B>>,
): Result<ScalarProduct<A, B>>;
export function vdot(a: Tensor, b: Tensor): Tensor {
  return scalarProduct('vdot', a, b);
}

function scalarProduct(operation: string, a: Tensor, b: Tensor): Tensor {
  requireRank(operation, [1, 1], a, b);
  const axes = { batchLeft: [], batchRight: [], contractLeft: [0], contractRight: [0] };
  checkContraction(operation, a, b, axes);
  return composite(operation, () => productsSummed(a, b, axes));
}

/**
 * Sum of products over the last axes, `out[i…, j…] = Σₖ a[i…, k] b[j…, k]`; with a scalar it is the elementwise product
 * (PyTorch's `inner`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the last sizes differ
 */
export function inner<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function inner(a: Tensor, b: Tensor): Tensor {
  requireTensors('inner', a, b);
  if (a.shape.length === 0 || b.shape.length === 0) return mul(a, b);
  const axes = {
    batchLeft: [],
    batchRight: [],
    contractLeft: [a.shape.length - 1],
    contractRight: [b.shape.length - 1],
  };
  checkContraction('inner', a, b, axes);
  const isDot = a.shape.length === 1 && b.shape.length === 1;
  return composite('inner', () => (isDot ? productsSummed : contraction)(a, b, axes));
}

/** The shape of an outer product: the sizes of two vectors. */
export type OuterProduct<A extends Tensor, B extends Tensor> = WithDType<
  [A['shape'], B['shape']] extends [readonly [infer N extends Size], readonly [infer M extends Size]]
    ? [N, M]
    : number extends A['shape']['length'] | B['shape']['length']
      ? [Size, Size]
      : 'outer takes two vectors',
  EqualDType<A['dtype'], B['dtype']>
>;

/**
 * Products of all pairs of two vectors, `out[i, j] = aᵢ bⱼ` (PyTorch's `outer`).
 * @throws {ShapeError} `E_RANK` for what is no vector
 */
export function outer<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, OuterProduct<A, B>>,
): Result<OuterProduct<A, B>>;
export function outer(a: Tensor, b: Tensor): Tensor {
  requireRank('outer', [1, 1], a, b);
  return composite('outer', () => {
    const axes = { batchLeft: [], batchRight: [], contractLeft: [], contractRight: [] };
    checkContraction('outer', a, b, axes);
    return productsSummed(a, b, axes);
  });
}

/** A product of operands of fixed ranks. */
export function ranked(operation: string, ranks: readonly number[], a: Tensor, b: Tensor): Tensor {
  requireRank(operation, ranks, a, b);
  return composite(operation, () => matmul(a, b));
}

/**
 * Matrix by vector: `[n, k]` by `[k]` is `[n]` (PyTorch's `mv`).
 * @throws {ShapeError} `E_RANK` for other ranks, `E_SHAPE_MISMATCH` when the inner sizes differ
 */
export function mv<A extends Tensor, B extends Tensor>(
  matrix: A,
  vector: Checked<B, MatrixProduct<A, B>>,
): Result<MatrixProduct<A, B>>;
export function mv(matrix: Tensor, vector: Tensor): Tensor {
  return ranked('mv', [2, 1], matrix, vector);
}

/**
 * Matrix by matrix: `[n, k]` by `[k, m]` is `[n, m]` (PyTorch's `mm`); {@link matmul} takes other ranks too.
 * @throws {ShapeError} `E_RANK` for other ranks, `E_SHAPE_MISMATCH` when the inner sizes differ
 */
export function mm<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, MatrixProduct<A, B>>,
): Result<MatrixProduct<A, B>>;
export function mm(a: Tensor, b: Tensor): Tensor {
  return ranked('mm', [2, 2], a, b);
}

/**
 * Products of two batches of matrices: `[b, n, k]` by `[b, k, m]` is `[b, n, m]`, without broadcasting (PyTorch's `bmm`).
 * @throws {ShapeError} `E_RANK` for other ranks, `E_SHAPE_MISMATCH` when batches or inner sizes differ
 */
export function bmm<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, MatrixProduct<A, B>>,
): Result<MatrixProduct<A, B>>;
export function bmm(a: Tensor, b: Tensor): Tensor {
  requireRank('bmm', [3, 3], a, b);
  return composite('bmm', () => batchProduct('bmm', a, b));
}

/** The product of two batches of one size. */
export function batchProduct(operation: string, a: Tensor, b: Tensor): Tensor {
  const axes = { batchLeft: [0], batchRight: [0], contractLeft: [2], contractRight: [1] };
  checkContraction(operation, a, b, axes);
  return contraction(a, b, axes);
}

/**
 * `out[i · m + k, j · n + l] = a[i, j] · b[k, l]`: Kronecker product: every element of `a` times the whole of `b`,
 * as blocks (PyTorch's `kron`). The shorter shape is filled up with sizes of 1 from the left; sizes multiply axis by
 * axis.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for two dtypes
 */
export function kron<A extends Tensor, B extends Tensor>(a: A, b: B): Tensor<Size[], A['dtype'] & B['dtype']>;
export function kron(a: Tensor, b: Tensor): Tensor {
  requireTensors('kron', a, b);
  return composite('kron', () => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const padded = (x: Tensor): Shape => [...Array<number>(rank - x.shape.length).fill(1), ...x.shape];
    const [left, right] = [padded(a), padded(b)];
    const blocks = mul(
      reshape(
        a,
        left.flatMap((size) => [size, 1]),
      ),
      reshape(
        b,
        right.flatMap((size) => [1, size]),
      ),
    );
    return reshape(
      blocks,
      left.map((size, axis) => multiplySizes(size, right[axis] ?? 1)),
    );
  });
}

/**
 * `(a₁b₂ - a₂b₁, a₂b₀ - a₀b₂, a₀b₁ - a₁b₀)`: cross product of vectors of three along `axis`, the last one unless
 * given; other axes broadcast (PyTorch's `linalg.cross`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for vectors of another length or shapes that do not broadcast
 */
export function crossProduct<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
  axis?: number,
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function crossProduct(a: Tensor, b: Tensor, axis = -1): Tensor {
  requireTensors('crossProduct', a, b);
  return composite('crossProduct', () => {
    const shape = broadcastShapes(a.shape, b.shape);
    const position = shape === undefined ? -1 : axis < 0 ? axis + shape.length : axis;
    if (shape === undefined || !sizesEqual(shape[position] ?? -1, 3)) {
      throw shapeMismatch({
        code: 'E_SHAPE_MISMATCH',
        operation: 'crossProduct',
        problem: `${printShape(a.shape)} and ${printShape(b.shape)} along axis ${axis}`,
        expectation: 'takes shapes that broadcast, with three elements along the axis',
        operands: [a, b],
      });
    }
    const [left, right] = [broadcastTo(a, shape), broadcastTo(b, shape)];
    const next = (x: Tensor): Tensor =>
      concat([sliceAxis(x, position, 1, 2), sliceAxis(x, position, 0, 1)], position);
    return sub(mul(next(left), next(next(right))), mul(next(next(left)), next(right)));
  });
}
