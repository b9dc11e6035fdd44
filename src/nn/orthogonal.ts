// Random orthogonal matrices as a graph of matrix products (Saxe et al. 2014; as PyTorch's `orthogonal_`).
import { ShapeError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Shape } from '../ir/size.ts';
import { add, div, equal, greater, greaterEqual, less, maximum, mul, sub } from '../ops/arithmetic.ts';
import { matmul } from '../ops/contraction.ts';
import { scalar } from '../ops/leaf.ts';
import { sliceAxis, transpose } from '../ops/movement.ts';
import { pad } from '../ops/pad.ts';
import { iota, randomNormal } from '../ops/random.ts';
import { sum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import { abs, neg, sqrt } from '../ops/unary.ts';
import { initialStream, type Initialiser } from './initialiser.ts';
import { checkNames, checkOption, finite } from '../ops/option.ts';

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions {
  /** Factor on the matrix, default 1; see {@link gain}. */
  readonly gain?: number;
}

/**
 * `wᵀ · w = gain² · I`: a random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et
 * al. 2014; PyTorch's `orthogonal_`); further axes than two count as columns. All such matrices are equally likely
 * (Haar measure): it is the `Q` of a QR decomposition of normal numbers whose `R` has a positive diagonal, computed
 * in double precision.
 * @throws {DeclarationError} `E_OPTION` for a gain that is not finite; {@link ShapeError} `E_RANK` for fewer than
 * two axes
 */
export function orthogonal(options: OrthogonalOptions = {}): Initialiser {
  checkNames('orthogonal', options, ['gain']);
  const { gain: factor = 1 } = options;
  checkOption('orthogonal', 'gain', factor, finite);
  return (shape, context) => {
    const { rows, columns } = matrixSize(shape);
    return composite('orthogonal', () => {
      const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
      if (short === 0) return cast(randomNormal(shape, initialStream(context)), 'f32');
      const normal = cast(randomNormal([long, short], initialStream(context)), 'f64');
      const upright = orthonormalColumns(normal, long, short);
      const matrix = rows < columns ? transpose(upright) : upright;
      return cast(reshape(mul(matrix, factor), [...shape]), 'f32');
    });
  };
}

function matrixSize(shape: Shape): { readonly rows: number; readonly columns: number } {
  const sizes = shape.filter((size) => typeof size === 'number');
  const [rows, ...others] = sizes;
  if (rows === undefined || shape.length < 2 || sizes.length < shape.length) {
    throw new ShapeError(
      'E_RANK',
      `orthogonal: ${printShape(shape)} is no matrix; it takes two axes or more, with sizes that are numbers`,
    );
  }
  return { rows, columns: others.reduce((product, size) => product * size, 1) };
}

/** Reflections that are applied at once; wider blocks cost more than they save. */
const widestBlock = 64;

/**
 * A product of Householder reflections of independent normal vectors, each one element shorter than the one before, is
 * what QR of a normal matrix gives (Stewart 1980). Blocks of reflections `I - vᵢ·vᵢᵀ`, `|vᵢ|² = 2`, are `I - V·T·Vᵀ`,
 * where `T⁻¹` is 1 on the diagonal, `VᵀV` above it and 0 below (Puglisi 1992).
 */
function orthonormalColumns(normal: Tensor, rows: number, columns: number): Tensor {
  const { reflectors, signs } = reflections(normal, rows, columns);
  const width = Math.min(columns, widestBlock);
  const blocks = Math.ceil(columns / width);
  // A reflector of zeros reflects nothing.
  const padded = pad(reflectors, [
    [0, 0],
    [0, blocks * width - columns],
  ]);
  const stacked = transpose(reshape(padded, [rows, blocks, width]), [1, 0, 2]);
  const triangles = inverseOfUnitTriangle(matmul(transpose(stacked, [0, 2, 1]), stacked), width);
  const isDiagonal = equal(column(rows), row(columns));
  const identity = where(isDiagonal, signs, 0);
  return Array.from({ length: blocks }, (_, block) => blocks - 1 - block).reduce<Tensor>((matrix, block) => {
    const vectors = reshape(sliceAxis(stacked, 0, block, 1), [rows, width]);
    const triangle = reshape(sliceAxis(triangles, 0, block, 1), [width, width]);
    const projections = matmul(triangle, matmul(transpose(vectors), matrix));
    return sub(matrix, matmul(vectors, projections));
  }, identity);
}

/** So small that it changes no distribution, and keeps an exact zero from being reflected along nothing. */
const leastMagnitude = 1e-9;

/** For each column its reflector of squared length 2, which is 0 above the diagonal, and the sign that it gives to R. */
function reflections(
  normal: Tensor,
  rows: number,
  columns: number,
): { readonly reflectors: Tensor; readonly signs: Tensor } {
  const isDiagonal = equal(column(rows), row(columns));
  const below = where(greaterEqual(column(rows), row(columns)), normal, 0);
  const diagonal = sum(where(isDiagonal, below, 0), 0);
  const signs = where(less(diagonal, 0), scalar(-1, 'f64'), 1);
  const leading = maximum(abs(diagonal), leastMagnitude);
  const squares = sum(where(isDiagonal, 0, mul(below, below)), 0);
  const length = sqrt(add(squares, mul(leading, leading)));
  const reach = add(length, leading);
  const vectors = where(isDiagonal, mul(signs, reach), below);
  return { reflectors: div(vectors, sqrt(mul(length, reach))), signs: neg(signs) };
}

/** `(I + N)⁻¹` of batched matrices, where `N` is what stands above the diagonal: `(I - N)(I + N²)(I + N⁴)…` */
function inverseOfUnitTriangle(products: Tensor, width: number): Tensor {
  const above = greater(row(width), column(width));
  let power = where(above, neg(products), 0);
  let inverse: Tensor = add(power, cast(equal(row(width), column(width)), 'f64'));
  for (let reach = 2; reach < width; reach *= 2) {
    power = matmul(power, power);
    inverse = add(inverse, matmul(inverse, power));
  }
  return inverse;
}

/** Positions along rows as a column. */
function column(size: number): Tensor {
  return reshape(iota(size), [size, 1]);
}

/** Positions along columns as a row. */
function row(size: number): Tensor {
  return reshape(iota(size), [1, size]);
}
