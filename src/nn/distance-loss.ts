// Losses of embeddings: vectors on the last axis that are to be near each other or far from each other.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { Reduction, RowLoss } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add, div, equal, minimum, mul, sub } from '../ops/arithmetic.ts';
import { clamp } from '../ops/clamp.ts';
import { pairwiseDistance } from '../ops/distance.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sum } from '../ops/reduce.ts';
import { where } from '../ops/select.ts';
import { sqrt } from '../ops/unary.ts';
import type { MarginOptions } from './margin-loss.ts';
import { badOption, checkNames, checkOption, finite } from '../ops/option.ts';
import { checkPair, reducer } from './reduction.ts';

/** Keeps the cosine of a zero vector finite, as in PyTorch. */
const leastSquare = 1e-12;

/**
 * Asks for the same direction where `target` is 1 and for a cosine of at most `margin` (default 0) where it is -1
 * (PyTorch's `cosine_embedding_loss`): `1 - cos(a, b)` and `max(0, cos(a, b) - margin)`, one loss a row, reduced. Vectors
 * `[…, D]`, targets `[…]` of integers or floats; other targets give 0.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless the vectors have one shape and there is one target a vector
 * @throws {DeclarationError} `E_OPTION` for a margin that is not finite
 */
export function cosineEmbedding<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  first: A,
  second: Checked<B, RowLoss<A, B, R>>,
  target: Tensor,
  options?: MarginOptions & { readonly reduction?: R },
): Result<RowLoss<A, B, R>>;
export function cosineEmbedding(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkNames('cosineEmbedding', options, ['reduction', 'margin']);
  const { margin = 0, reduction } = options;
  checkOption('cosineEmbedding', 'margin', margin, finite);
  return composite('cosineEmbedding', () => {
    const reduce = reducer('cosineEmbedding', reduction);
    checkVectors('cosineEmbedding', first, second);
    checkTargets(first, target);
    const product = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b), -1);
    const squares = mul(add(product(first, first), leastSquare), add(product(second, second), leastSquare));
    const cosine = div(product(first, second), sqrt(squares));
    const far = where(equal(target, -1), clamp(sub(cosine, margin), { min: 0 }), 0);
    return reduce(where(equal(target, 1), sub(1, cosine), far));
  });
}

function checkVectors(call: string, first: Tensor, ...others: readonly Tensor[]): void {
  for (const other of others) checkPair(call, first, other, 'other vector');
  if (first.shape.length > 0) return;
  throw shapeMismatch({
    code: 'E_RANK',
    operation: call,
    problem: 'a scalar is no vector',
    expectation: 'takes vectors on the last axis, […, D]',
    operands: [first],
  });
}

function checkTargets(vectors: Tensor, target: Tensor): void {
  requireTensors('cosineEmbedding', target);
  const wanted = vectors.shape.slice(0, -1);
  if (shapesEqual(target.shape, wanted)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: 'cosineEmbedding',
    problem: `targets ${printShape(target.shape)} for vectors ${printShape(vectors.shape)}`,
    expectation: `takes targets ${printShape(wanted)}`,
    operands: [vectors, target],
  });
}

/** Options of {@link tripletMargin}. */
export interface TripletMarginOptions extends MarginOptions {
  /** Which norm measures distances, default 2. */
  readonly p?: number;
  /** Added to every difference, default 1e-6. */
  readonly eps?: number;
  /** Whether the negative may also be measured from the positive, if that is nearer; default false. */
  readonly swap?: boolean;
}

/**
 * Asks that an anchor is nearer to a positive than to a negative, by `margin` (default 1; Balntas et al. 2016; PyTorch's
 * `triplet_margin_loss`): `max(0, d(a, p) - d(a, n) + margin)`, one loss a row, reduced, where `d(a, b)` is the p-norm of
 * `a - b + eps` over the last axis.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless all three have one shape `[…, D]`
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function tripletMargin<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  anchor: A,
  positive: Checked<B, RowLoss<A, B, R>>,
  negative: Tensor,
  options?: TripletMarginOptions & { readonly reduction?: R },
): Result<RowLoss<A, B, R>>;
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  checkNames('tripletMargin', options, ['reduction', 'margin', 'p', 'eps', 'swap']);
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction } = options;
  checkOption('tripletMargin', 'margin', margin, finite);
  checkOption('tripletMargin', 'eps', eps, finite);
  if (Number.isNaN(p)) throw badOption('tripletMargin', 'p is NaN', 'has to be a number');
  return composite('tripletMargin', () => {
    const reduce = reducer('tripletMargin', reduction);
    checkVectors('tripletMargin', anchor, positive, negative);
    const near = pairwiseDistance(anchor, positive, { p, eps });
    const far = pairwiseDistance(anchor, negative, { p, eps });
    const farthest = swap ? minimum(far, pairwiseDistance(positive, negative, { p, eps })) : far;
    return reduce(clamp(add(sub(near, farthest), margin), { min: 0 }));
  });
}
