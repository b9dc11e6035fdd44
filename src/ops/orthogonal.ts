// Orthogonal factors of small matrices, unrolled over a static number of columns, and bands around their diagonal.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import { requireWhole } from './option.ts';
import { div, equal, greater, mul, sub } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { concat, stack } from './concat.ts';
import { dot } from './product.ts';
import { tril, triu } from './diagonal.ts';
import { requireFloat, scalar } from './leaf.ts';
import { matmul } from './contraction.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize, sliceAxis, transpose } from './movement.ts';
import { norm } from './norm.ts';
import { iota } from './random.ts';
import { reshape } from './reshape.ts';
import { cast, where } from './select.ts';
import { sum } from './reduce.ts';
import { square } from './unary.ts';

/**
 * `-lower ≤ j - i ≤ upper ? x[i, j] : 0`: the matrices in the last two axes with `lower` diagonals below the main
 * one, `upper` above it, and zeros elsewhere; a negative number keeps all of its side (TensorFlow's
 * `linalg.bandPart`).
 * @throws {ShapeError} `E_RANK` for fewer than two axes, `E_SHAPE_MISMATCH` for more diagonals than rows or columns
 * @throws {DeclarationError} `E_OPTION` for numbers that are not whole
 */
export function bandPart<T extends Tensor>(
  x: T,
  lower: number,
  upper: number,
): Tensor<T['shape'], T['dtype']>;
export function bandPart(x: Tensor, lower: number, upper: number): Tensor {
  requireMatrices('bandPart', x);
  requireWhole('bandPart', 'lower', lower);
  requireWhole('bandPart', 'upper', upper);
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const exceeds = (count: number, size: Size): boolean => typeof size === 'number' && count > size;
  if (exceeds(lower, rows) || exceeds(upper, columns)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'bandPart',
      problem: `${lower} diagonals below and ${upper} above the main one of ${printShape(x.shape)}`,
      expectation: 'takes at most as many as there are rows and columns',
      operands: [x],
    });
  }
  return composite('bandPart', () => {
    const above = lower < 0 ? x : triu(x, -lower);
    return upper < 0 ? above : tril(above, upper);
  });
}

function requireMatrices(operation: string, x: Tensor): void {
  requireTensors(operation, x);
  if (x.shape.length >= 2) return;
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: `${printShape(x.shape)} is no matrix`,
    expectation: 'takes a tensor of at least two axes',
    operands: [x],
  });
}

/**
 * Orthonormal vectors that span the same spaces, by the modified Gram–Schmidt process (TensorFlow's
 * `linalg.gramSchmidt`): the rows of a matrix `[n, d]` give a matrix, a list of `n` vectors `[d]` gives a list. Vectors that
 * depend on those before them give NaN.
 * @throws {ShapeError} `E_RANK` for other ranks or no vectors, `E_SHAPE_MISMATCH` for two lengths or more vectors than
 * dimensions
 * @throws {DTypeError} for integers
 */
export function gramSchmidt<T extends Tensor>(rows: T): Tensor<T['shape'], T['dtype']>;
/** Orthonormal vectors from a list of vectors. */
export function gramSchmidt<T extends Tensor>(
  vectors: readonly T[],
): readonly Tensor<T['shape'], T['dtype']>[];
export function gramSchmidt(given: Tensor | readonly Tensor[]): Tensor | readonly Tensor[] {
  if (Array.isArray(given)) return orthonormal(given as readonly Tensor[]);
  requireTensors('gramSchmidt', given);
  // What is no list is a tensor.
  const rows = given as Tensor;
  if (rows.shape.length !== 2) throw notVectors([rows], 'takes a matrix or a list of vectors', 'E_RANK');
  return composite('gramSchmidt', () => {
    const count = numericSize('gramSchmidt', rows, 0);
    const vectors = Array.from({ length: count }, (_, row) =>
      reshape(sliceAxis(rows, 0, row, 1), rows.shape.slice(1)),
    );
    return stack(orthonormal(vectors));
  });
}

function notVectors(vectors: readonly Tensor[], expectation: string, code: string): Error {
  return shapeMismatch({
    code,
    operation: 'gramSchmidt',
    problem: `given ${vectors.length === 0 ? 'nothing' : vectors.map(({ shape }) => printShape(shape)).join(', ')}`,
    expectation,
    operands: vectors,
  });
}

function orthonormal(vectors: readonly Tensor[]): readonly Tensor[] {
  requireTensors('gramSchmidt', ...vectors);
  const [first] = vectors;
  if (first === undefined || vectors.some(({ shape }) => shape.length !== 1)) {
    throw notVectors(vectors, 'takes a list of at least one vector', 'E_RANK');
  }
  const width = numericSize('gramSchmidt', first, 0);
  if (vectors.some(({ shape }) => shape[0] !== width) || vectors.length > width) {
    throw notVectors(
      vectors,
      'takes vectors of one length, at most as many as they have elements',
      'E_SHAPE_MISMATCH',
    );
  }
  requireFloat('gramSchmidt', first);
  return composite('gramSchmidt', () =>
    vectors.reduce<readonly Tensor[]>((done, vector) => {
      const rest = done.reduce((x, each) => sub(x, mul(dot(each, x), each)), vector);
      return [...done, div(rest, norm(rest))];
    }, []),
  );
}

/** Options of {@link qr}. */
export interface QrOptions {
  /** Whether `q` is square, `[…, m, m]`, where there are more rows than columns; default false. */
  readonly fullMatrices?: boolean;
}

/** An orthogonal and an upper triangular factor. */
export interface QrFactors {
  readonly q: Tensor;
  readonly r: Tensor;
}

/**
 * `x = q · r` with orthonormal columns of `q [..., m, k]` and an upper triangular `r [..., k, n]`, `k` the smaller of `m` and
 * `n` (TensorFlow's `linalg.qr`), by Householder's reflections. Every column is reflected so that the diagonal of `r`
 * gets the sign other than that of the element that was there, the last one too: LAPACK, and so PyTorch, leaves the last
 * column of a square matrix as it is.
 * @throws {ShapeError} `E_RANK` for fewer than two axes, `E_UNBOUND_DIM` for matrices of a named size
 * @throws {DTypeError} for integers
 */
export function qr(x: Tensor, { fullMatrices = false }: QrOptions = {}): QrFactors {
  requireMatrices('qr', x);
  requireFloat('qr', x);
  return composite('qr', () => {
    const rank = x.shape.length;
    const [rows, columns] = [numericSize('qr', x, rank - 2), numericSize('qr', x, rank - 1)];
    const batch = x.shape.slice(0, -2);
    let r = x;
    let q = identities(batch, rows, x.dtype);
    for (let column = 0; column < Math.min(rows, columns); column++) {
      const axis = reflectionAxis(sliceAxis(r, rank - 1, column, 1), rows, column);
      // H = I - 2 v vᵀ / vᵀv; of nothing but zeros there is nothing to reflect.
      const length = sum(square(axis), [rank - 2, rank - 1], { keepdims: true });
      const isZero = equal(length, 0);
      const factor = where(isZero, 0, div(2, where(isZero, 1, length)));
      const turned = transposed(axis);
      r = sub(r, mul(factor, mul(axis, matmul(turned, r))));
      q = sub(q, mul(factor, mul(matmul(q, axis), turned)));
    }
    const triangular = triu(r);
    if (fullMatrices || rows <= columns) return { q, r: triangular };
    return { q: sliceAxis(q, rank - 1, 0, columns), r: sliceAxis(triangular, rank - 2, 0, columns) };
  });
}

/** The axis `x - s ‖x‖ e` that reflects what a column has from `position` on to a multiple of `e`. */
function reflectionAxis(column: Tensor, rows: number, position: number): Tensor {
  const rowAxis = column.shape.length - 2;
  const rest = sliceAxis(column, rowAxis, position, rows - position);
  const head = sliceAxis(rest, rowAxis, 0, 1);
  const length = norm(rest, rowAxis, { keepdims: true });
  const reflected = sub(head, where(greater(head, 0), mul(length, -1), length));
  const tail = sliceAxis(rest, rowAxis, 1, rows - position - 1);
  const above = broadcastAlong(scalar(0, column.dtype), column.shape.with(rowAxis, position), []);
  return concat([above, reflected, tail], rowAxis);
}

function transposed(x: Tensor): Tensor {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

function identities(batch: readonly Size[], size: number, dtype: Tensor['dtype']): Tensor {
  const shape = [size, size];
  const along = (axis: number): Tensor => broadcastAlong(iota(size), shape, [axis]);
  const identity = cast(equal(along(0), along(1)), dtype);
  return broadcastAlong(identity, [...batch, ...shape], [batch.length, batch.length + 1]);
}
