// Attention: weighted means of values, the weights being a softmax over how well queries and keys agree.
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual, sizesEqual, type Shape, type Size } from '../ir/size.ts';
import type { AttentionOutcome } from '../ir/types/contraction.ts';
import { add, div, equal, greaterEqual, logicalAnd, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from '../ops/broadcast.ts';
import { contraction } from '../ops/contraction.ts';
import { requireFloat, sizeOf } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { iota } from '../ops/random.ts';
import { max, sum } from '../ops/reduce.ts';
import { stopGradient, where } from '../ops/select.ts';
import { exp, sqrt } from '../ops/unary.ts';
import { dropout as dropElements } from './dropout.ts';
import { checkNames, checkOption, finite, fraction } from '../ops/option.ts';

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /**
   * Which keys a query sees, broadcast to `[..., L, S]`. A bool mask is true for what takes part; a float mask is added
   * to the scores, -Infinity takes a key out. Default: a query sees all.
   */
  readonly mask?: Tensor;
  /** Whether query `i` sees the keys `0 … i` only; default false. */
  readonly causal?: boolean;
  /** Probability with which a weight is dropped while training, default 0. */
  readonly dropout?: number;
  /** Factor of the scores, default `1/√E`. */
  readonly scale?: number;
}

/**
 * `softmax(queries · keysᵀ · scale + mask) · values` (Vaswani et al. 2017; PyTorch's `scaled_dot_product_attention`).
 * `queries [..., L, E]`, `keys [..., S, E]` and `values [..., S, V]` give `[..., L, V]`; leading axes broadcast.
 *
 * A query all of whose keys are masked attends to nothing and gives 0, as in PyTorch 2.5 and later; earlier versions
 * gave NaN. Unlike PyTorch's, `causal` and `mask` go together.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` for shapes that do not fit
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the tensors are not floats of one dtype
 */
export function scaledDotProductAttention<Q extends Tensor, K extends Tensor, V extends Tensor>(
  queries: Q,
  keys: K,
  values: V,
  options?: AttentionOptions,
): AttentionOutcome<Q, K, V>;
export function scaledDotProductAttention(
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const call = 'scaledDotProductAttention';
  checkNames(call, options, ['mask', 'causal', 'dropout', 'scale']);
  const { mask, causal = false, dropout = 0, scale } = options;
  checkOption(call, 'dropout', dropout, fraction);
  if (scale !== undefined) checkOption(call, 'scale', scale, finite);
  requireTensors(call, queries, keys, values, ...(mask === undefined ? [] : [mask]));
  const masks = mask === undefined ? [] : [mask];
  return composite(call, () => {
    const sides = checkedSides(call, queries, keys, values);
    return attend(call, sides, { masks, causal, dropout, scale, stream: 'attention' }).output;
  });
}

/** Queries, keys and values with equal leading axes. */
export interface AttentionSides {
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
}

function checkedSides(call: string, queries: Tensor, keys: Tensor, values: Tensor): AttentionSides {
  const operands = [queries, keys, values];
  requireFloat(call, queries);
  if (operands.some(({ dtype }) => dtype !== queries.dtype)) {
    throw dtypeMismatch({
      operation: call,
      problem: operands.map(({ dtype }) => dtype).join(', '),
      expectation: 'takes queries, keys and values of one dtype',
      operands,
    });
  }
  const leading = operands.map(({ shape }) => shape.slice(0, -2));
  const batch = leading.reduce<Shape | undefined>(
    (joined, shape) => (joined === undefined ? undefined : broadcastShapes(joined, shape)),
    [],
  );
  const fits =
    operands.every(({ shape }) => shape.length >= 2) &&
    sizesEqual(queries.shape.at(-1) ?? -1, keys.shape.at(-1) ?? -2) &&
    sizesEqual(keys.shape.at(-2) ?? -1, values.shape.at(-2) ?? -2);
  if (!fits || batch === undefined) {
    throw shapeMismatch({
      code: operands.every(({ shape }) => shape.length >= 2) ? 'E_SHAPE_MISMATCH' : 'E_RANK',
      operation: call,
      problem: `queries ${printShape(queries.shape)}, keys ${printShape(keys.shape)}, values ${printShape(values.shape)}`,
      expectation: 'takes [..., L, E], [..., S, E] and [..., S, V]',
      operands,
    });
  }
  const wide = (x: Tensor): Tensor => broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return { queries: wide(queries), keys: wide(keys), values: wide(values) };
}

/** What decides the weights, the options of the public function checked. */
export interface AttentionWeights {
  /** Bool masks, true for what takes part, and float masks that are added. */
  readonly masks: readonly Tensor[];
  readonly causal: boolean;
  readonly dropout: number;
  readonly scale: number | undefined;
  /** Name of the random numbers of dropout. */
  readonly stream: string;
}

/** Attention of sides with equal leading axes, and its weights `[..., L, S]`. */
export function attend(
  call: string,
  { queries, keys, values }: AttentionSides,
  { masks, causal, dropout, scale, stream }: AttentionWeights,
): { readonly output: Tensor; readonly weights: Tensor } {
  const rank = queries.shape.length;
  const batch = queries.shape.slice(0, -2).map((_, axis) => axis);
  const width = queries.shape[rank - 1];
  const factor =
    scale ??
    (typeof width === 'number' ? 1 / Math.sqrt(width) : div(1, sqrt(sizeOf(width ?? 1, queries.dtype))));
  const across = { batchLeft: batch, batchRight: batch, contractLeft: [rank - 1] };
  const scores = mul(contraction(queries, keys, { ...across, contractRight: [rank - 1] }), factor);
  const weights = dropElements(softmaxOf(masked(call, scores, masks, causal), masks.length > 0), dropout, {
    name: stream,
  });
  return { output: contraction(weights, values, { ...across, contractRight: [rank - 2] }), weights };
}

/** Scores with what does not take part at -Infinity, and with what is to be added. */
function masked(call: string, scores: Tensor, masks: readonly Tensor[], causal: boolean): Tensor {
  for (const mask of masks) checkMask(call, scores, mask);
  const added = masks.filter(({ dtype }) => isFloat(dtype)).reduce<Tensor>(add, scores);
  const conditions = [
    ...masks.filter(({ dtype }) => dtype === 'bool'),
    ...(causal ? [causalMask(scores)] : []),
  ];
  if (conditions.length === 0) return added;
  return where(conditions.reduce(logicalAnd), added, -Infinity);
}

function checkMask(call: string, scores: Tensor, mask: Tensor): void {
  const shape = broadcastShapes(mask.shape, scores.shape);
  if (shape === undefined || !shapesEqual(shape, scores.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `a mask ${printShape(mask.shape)} does not broadcast to the scores, ${printShape(scores.shape)}`,
      expectation: `takes a mask that broadcasts to ${printShape(scores.shape)}`,
      operands: [mask],
    });
  }
  if (mask.dtype === 'bool' || mask.dtype === scores.dtype) return;
  throw dtypeMismatch({
    operation: call,
    problem: `the mask is ${mask.dtype}`,
    expectation: `takes a mask of bool or ${scores.dtype}`,
    operands: [mask],
  });
}

/** True where the position of the key is at most that of the query. */
function causalMask(scores: Tensor): Tensor {
  const [rows = 1, columns = 1] = scores.shape.slice(-2);
  const along = (size: Size, axis: number): Tensor => broadcastAlong(iota(size), [rows, columns], [axis]);
  return greaterEqual(along(rows, 0), along(columns, 1));
}

/** Softmax along the last axis; where rows may be all -Infinity they become zeros instead of NaN. */
function softmaxOf(scores: Tensor, mayBeEmpty: boolean): Tensor {
  const last = scores.shape.length - 1;
  const restored = (reduced: Tensor): Tensor =>
    broadcastAlong(
      reduced,
      scores.shape,
      scores.shape.slice(0, -1).map((_, axis) => axis),
    );
  const guarded = (x: Tensor, gap: number, filler: number): Tensor =>
    mayBeEmpty ? where(equal(x, gap), filler, x) : x;
  // An empty axis of keys has no maximum, and nothing to shift.
  const isEmpty = scores.shape[last] === 0;
  const largest = isEmpty ? scores : restored(guarded(stopGradient(max(scores, last)), -Infinity, 0));
  const exponentials = exp(isEmpty ? scores : sub(scores, largest));
  return div(exponentials, restored(guarded(sum(exponentials, last), 0, 1)));
}
