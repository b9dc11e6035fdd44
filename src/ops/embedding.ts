// Rows of a table looked up by label, with what PyTorch makes of their gradients.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, printShape, type Size } from '../ir/size.ts';
import { badOption, checkNames, requireWhole } from './option.ts';
import { add, div, equal, greater, mul, pow } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { requireFloat, scalar } from './leaf.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize } from './movement.ts';
import { requireIndices } from './positions.ts';
import { max, sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { scatterWith } from './scatter.ts';
import { stopGradient, straightThrough, where } from './select.ts';
import { takeSlices } from './take.ts';
import { abs, sqrt, square } from './unary.ts';

/** What {@link embeddingLookup} takes beside operands. */
export interface EmbeddingLookupOptions {
  /** The row that stands for nothing: it is looked up like all others and gets no gradient. May count from the end. Default: none. */
  readonly paddingIdx?: number;
  /**
   * Rows of a larger norm are scaled to it, `row · maxNorm / (norm + 1e-7)`; gradients pass as if they were not. Default:
   * no limit.
   */
  readonly maxNorm?: number;
  /** The p of the norm of {@link maxNorm}, default 2. */
  readonly normType?: number;
  /** Whether the gradient of a row is divided by how often it is looked up, default false. */
  readonly scaleGradByFreq?: boolean;
}

/**
 * Rows of `weight [rows, features]` at labels of any shape: `[…]` i32 → `[…, features]` (PyTorch's `nn.functional.embedding`).
 * Labels lie in `0 … rows - 1`: fed ones are refused otherwise. The gradient of a row is the sum over all its uses.
 *
 * PyTorch changes the rows of `weight` itself where `maxNorm` is given; here only what is looked up is scaled.
 * @throws {ShapeError} `E_RANK` for a weight that is no matrix; `E_INDEX` for a constant label outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for labels that are not i32
 * @throws {DeclarationError} `E_OPTION`
 */
export function embeddingLookup<I extends Tensor, W extends Tensor>(
  labels: I,
  weight: W,
  options?: EmbeddingLookupOptions,
): Tensor<[...I['shape'], Size], W['dtype']>;
export function embeddingLookup(
  labels: Tensor,
  weight: Tensor,
  options: EmbeddingLookupOptions = {},
): Tensor {
  requireTensors('embeddingLookup', labels, weight);
  requireIndices('embeddingLookup', labels);
  checkNames('embeddingLookup', options, ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq']);
  if (weight.shape.length !== 2) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'embeddingLookup',
      problem: `the weight ${printShape(weight.shape)} is no matrix`,
      expectation: 'takes a weight [rows, features]',
      operands: [weight],
    });
  }
  const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false } = options;
  const rows = numericSize('embeddingLookup', weight, 0);
  if (paddingIdx !== undefined) requireWhole('embeddingLookup', 'paddingIdx', paddingIdx, -rows, rows - 1);
  requirePositive('maxNorm', maxNorm);
  requirePositive('normType', normType);
  return composite('embeddingLookup', () => {
    const found = takeSlices('embeddingLookup', weight, labels, { axis: 0, what: 'label' });
    const perLabel = (values: Tensor): Tensor =>
      broadcastAlong(
        values,
        found.shape,
        labels.shape.map((_, axis) => axis),
      );
    const scaled = maxNorm === undefined ? found : limited(found, maxNorm, normType, perLabel);
    const shared = scaleGradByFreq
      ? straightThrough(scaled, div(scaled, perLabel(uses(labels, rows, weight))))
      : scaled;
    if (paddingIdx === undefined) return shared;
    const padding = equal(labels, paddingIdx < 0 ? paddingIdx + rows : paddingIdx);
    return where(perLabel(padding), stopGradient(shared), shared);
  });
}

function requirePositive(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value > 0)) return;
  throw badOption('embeddingLookup', `${name} is ${String(value)}`, 'has to be a number above 0');
}

function limited(
  rows: Tensor,
  maxNorm: number,
  normType: number,
  perLabel: (values: Tensor) => Tensor,
): Tensor {
  requireFloat('embeddingLookup with maxNorm', rows);
  const norm = normOf(rows, normType);
  const factor = div(maxNorm, add(norm, 1e-7));
  const scaled = where(perLabel(greater(norm, maxNorm)), mul(rows, perLabel(factor)), rows);
  return straightThrough(scaled, rows);
}

/** The p-norm over the last axis. */
function normOf(rows: Tensor, p: number): Tensor {
  if (p === 2) return sqrt(sum(square(rows), -1));
  if (p === 1) return sum(abs(rows), -1);
  return p === Infinity ? max(abs(rows), -1) : pow(sum(pow(abs(rows), p), -1), 1 / p);
}

/** How often each label occurs among all of them. */
function uses(labels: Tensor, rows: number, { dtype }: Tensor): Tensor {
  const flat = reshape(labels, [elementCount(labels.shape)]);
  const none = broadcastAlong(scalar(0, dtype), [rows], []);
  const counts = scatterWith('sum', none, flat, broadcastAlong(scalar(1, dtype), flat.shape, []), 0);
  return takeSlices('embeddingLookup', counts, labels, { axis: 0, what: 'label' });
}
