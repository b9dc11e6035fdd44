// Lengths, angles and distances of vectors along an axis.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, printSize, sizesEqual, type Size } from '../ir/size.ts';
import { add, div, less, mul, sub } from './arithmetic.ts';
import { align } from './broadcast.ts';
import { requireFloat } from './leaf.ts';
import { checkNames } from './option.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { norm } from './norm.ts';
import { sum } from './reduce.ts';
import { expandDims, reshape } from './reshape.ts';
import { stopGradient, where } from './select.ts';
import { sqrt, square } from './unary.ts';

/** `x` as a tensor with axes: PyTorch takes a scalar as a vector of one. */
function withAxes(x: Tensor): Tensor {
  return x.shape.length === 0 ? reshape(x, [1]) : x;
}

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Exponent of the norm, default 2. */
  readonly p?: number;
  /** The axis that vectors run along, default 1 as in PyTorch. */
  readonly axis?: number;
  /** The least length that is divided by, default 1e-12. */
  readonly eps?: number;
}

/**
 * `x / max(‖x‖ₚ, eps)`: vectors along an axis brought to length 1 (PyTorch's `normalize`).
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} for integers
 */
export function normalize<T extends Tensor>(x: T, options?: NormalizeOptions): Tensor<T['shape'], T['dtype']>;
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkNames('normalize', options, ['p', 'axis', 'eps']);
  const { p = 2, axis = 1, eps = 1e-12 } = options;
  requireTensors('normalize', x);
  requireFloat('normalize', x);
  return composite('normalize', () => {
    const vectors = withAxes(x);
    const length = norm(vectors, normaliseAxis('normalize', vectors, axis), { p, keepdims: true });
    return reshape(div(vectors, where(less(length, eps), eps, length)), x.shape);
  });
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The axis that vectors run along, default 1 as in PyTorch; of the broadcast shape. */
  readonly axis?: number;
  /** The least length that is divided by, default 1e-8. */
  readonly eps?: number;
}

/**
 * `a · b / (max(‖a‖, eps) · max(‖b‖, eps))` along an axis, shapes broadcast (PyTorch's `cosine_similarity`). Each vector
 * is divided by its own length, so that large ones do not overflow. Where `eps` is in force the gradient is PyTorch's:
 * that of a vector of length `eps` in the same direction, not that of a constant divisor.
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_AXIS` @throws {DTypeError} for integers and mixed dtypes
 */
export function cosineSimilarity<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
  options?: CosineSimilarityOptions,
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkNames('cosineSimilarity', options, ['axis', 'eps']);
  const { axis = 1, eps = 1e-8 } = options;
  requireTensors('cosineSimilarity', a, b);
  return composite('cosineSimilarity', () => {
    const [left, right] = aligned('cosineSimilarity', a, b);
    const position = normaliseAxis('cosineSimilarity', left, axis);
    const direction = (x: Tensor): Tensor => {
      const squares = sum(square(x), position, { keepdims: true });
      const missing = where(less(squares, eps * eps), sub(eps * eps, squares), 0);
      return div(x, sqrt(add(squares, stopGradient(missing))));
    };
    return sum(mul(direction(left), direction(right)), position);
  });
}

/** Two operands of one shape, with at least one axis. */
function aligned(operation: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const [left = a, right = b] = align(operation, [a, b]);
  requireFloat(operation, left);
  return [withAxes(left), withAxes(right)];
}

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** Exponent of the norm, default 2. */
  readonly p?: number;
  /** Added to every difference, default 1e-6. */
  readonly eps?: number;
  /** Keep the last axis with size 1; default false. */
  readonly keepdims?: boolean;
}

/**
 * `‖a - b + eps‖ₚ` along the last axis, shapes broadcast (PyTorch's `pairwise_distance`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} for integers and mixed dtypes
 */
export function pairwiseDistance<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
  options?: PairwiseDistanceOptions,
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function pairwiseDistance(a: Tensor, b: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  checkNames('pairwiseDistance', options, ['p', 'eps', 'keepdims']);
  const { p = 2, eps = 1e-6, keepdims = false } = options;
  requireTensors('pairwiseDistance', a, b);
  return composite('pairwiseDistance', () => {
    const [left, right] = aligned('pairwiseDistance', a, b);
    const last = left.shape.length - 1;
    return norm(add(sub(left, right), eps), last, { p, keepdims });
  });
}

/**
 * `‖a[…, i, :] - b[…, j, :]‖ₚ` for all pairs: `[…, n, k]` and `[…, m, k]` give `[…, n, m]`, leading axes broadcast
 * (PyTorch's `cdist`). The gradient of a distance of 0 is 0.
 * @throws {ShapeError} `E_RANK` for vectors, `E_SHAPE_MISMATCH` @throws {DTypeError} for integers and mixed dtypes
 */
export function cdist<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
  p?: number,
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function cdist(a: Tensor, b: Tensor, p = 2): Tensor {
  requireTensors('cdist', a, b);
  const [width, other] = [a.shape.at(-1) ?? 1, b.shape.at(-1) ?? 1];
  if (a.shape.length < 2 || b.shape.length < 2 || !sizesEqual(width, other)) {
    const isRank = a.shape.length < 2 || b.shape.length < 2;
    throw shapeMismatch({
      code: isRank ? 'E_RANK' : 'E_SHAPE_MISMATCH',
      operation: 'cdist',
      problem: isRank
        ? `${printShape(a.shape)} and ${printShape(b.shape)} are not both lists of vectors`
        : `vectors of ${printSize(width)} and of ${printSize(other)} elements have no distance`,
      expectation: 'takes [..., n, k] and [..., m, k]',
      operands: [a, b],
    });
  }
  return composite('cdist', () => {
    const [left, right] = aligned('cdist', expandDims(a, -2), expandDims(b, -3));
    return norm(sub(left, right), left.shape.length - 1, { p });
  });
}
