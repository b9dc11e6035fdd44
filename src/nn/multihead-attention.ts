// Multi-head attention: queries, keys and values are projected, attend to each other head by head, and the heads are
// joined by a last projection.
import type { FloatDType } from '../ir/dtype.ts';
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { multiplySizes, printShape, sizesEqual, type Size } from '../ir/size.ts';
import type { Sequences } from '../ir/types/layer.ts';
import { add } from '../ops/arithmetic.ts';
import { contract } from '../ops/contraction.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sliceAxis, transpose } from '../ops/movement.ts';
import { mean } from '../ops/reduce.ts';
import { expandDims, reshape, squeeze } from '../ops/reshape.ts';
import { logicalNot } from '../ops/unary.ts';
import { attend } from './attention.ts';
import { kaimingUniform, xavierUniform, zeros } from './initialiser.ts';
import { defineLayerWith, type Layer, type LayerContext } from './layer.ts';
import { badOption, checkNames, checkOption, fraction, positiveWhole } from '../ops/option.ts';

/** Options of {@link multiheadAttention}. */
export interface MultiheadAttentionOptions {
  /** Probability with which an attention weight is dropped while training, default 0. */
  readonly dropout?: number;
  /** Whether the projections have biases, default true. */
  readonly bias?: boolean;
  /** Features of the keys, default `embedDim`. */
  readonly kdim?: number;
  /** Features of the values, default `embedDim`. */
  readonly vdim?: number;
  /** Whether a position sees only itself and those before it where the layer is applied to one tensor; default false. */
  readonly causal?: boolean;
  /** Name of the layer, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
}

/** Options of `attend` of {@link MultiheadAttention}, named and meant as PyTorch's: a bool mask is true for what is left out. */
export interface MultiheadMasks {
  /** `[L, S]`, `[N · heads, L, S]` or `[N, heads, L, S]`: bool, true where a query does not see a key, or float, added. */
  readonly attnMask?: Tensor;
  /** `[N, S]`: bool, true for keys that are ignored (padding), or float, added. */
  readonly keyPaddingMask?: Tensor;
  /** Whether query `i` sees the keys `0 … i` only; default: what the layer was made with. */
  readonly causal?: boolean;
}

/** What attention gives. */
export interface AttentionResult {
  /** `[N, L, embedDim]` */
  readonly output: Tensor;
  /** Attention weights averaged over the heads, `[N, L, S]`; computed only where they are used. */
  readonly weights: Tensor;
  /** Attention weights of each head, `[N, heads, L, S]`. */
  readonly headWeights: Tensor;
}

/** A layer of self-attention that can also attend to other sequences. */
export type MultiheadAttention<E extends number = number> = Layer<Sequences<'multiheadAttention', E, E>> & {
  /** Attention of queries `[N, L, embedDim]` to keys `[N, S, kdim]` with their values `[N, S, vdim]`. */
  readonly attend: (query: Tensor, key: Tensor, value: Tensor, masks?: MultiheadMasks) => AttentionResult;
};

interface Sizes {
  readonly embedDim: number;
  readonly heads: number;
  readonly kdim: number;
  readonly vdim: number;
}

/**
 * Multi-head attention (Vaswani et al. 2017; PyTorch's `MultiheadAttention`), the batch first: applied to one tensor
 * `[N, L, embedDim]` it is self-attention and keeps the shape; `layer.attend(query, key, value, masks)` takes three and
 * gives the weights as well. Sequences without a batch, `[L, embedDim]`, are taken too.
 *
 * Parameters are named and initialised as PyTorch's: `in_proj_weight [3 · embedDim, embedDim]` (Xavier uniform) or, where
 * `kdim` or `vdim` differ, `q_proj_weight`, `k_proj_weight` and `v_proj_weight`; `in_proj_bias [3 · embedDim]` and
 * `out_proj.bias [embedDim]` (zeros); `out_proj.weight [embedDim, embedDim]` (uniform in ±1/√embedDim). A query all of whose
 * keys are masked gives the bias of the last projection, as {@link scaledDotProductAttention} gives 0.
 * @param heads how many heads share the features; divides `embedDim`
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for tensors or masks of another shape
 */
export function multiheadAttention<E extends number>(
  embedDim: E,
  heads: number,
  options: MultiheadAttentionOptions = {},
): MultiheadAttention<E> {
  const type = 'multiheadAttention';
  checkNames(type, options, ['dropout', 'bias', 'kdim', 'vdim', 'causal', 'name']);
  const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, causal = false, name } = options;
  for (const [what, size] of Object.entries({ embedDim, heads, kdim, vdim })) {
    checkOption(type, what, size, positiveWhole);
  }
  checkOption(type, 'dropout', dropout, fraction);
  if (embedDim % heads !== 0) {
    throw badOption(type, `heads is ${heads}`, `has to divide embedDim, which is ${embedDim}`);
  }
  const sizes: Sizes = { embedDim, heads, kdim, vdim };
  const settings = { bias, dropout, causal };
  return defineLayerWith<Sequences<'multiheadAttention', E, E>, Pick<MultiheadAttention, 'attend'>>(
    {
      type,
      label: `multiheadAttention(${embedDim}, ${heads})`,
      name,
      apply: (x, context) => attendAll(context, sizes, settings, [x, x, x], {}).output,
    },
    (within) => ({
      attend: (query, key, value, masks = {}) => {
        requireTensors(type, query, key, value);
        checkNames(`${type}.attend`, masks, ['attnMask', 'keyPaddingMask', 'causal']);
        return within((context) => attendAll(context, sizes, settings, [query, key, value], masks));
      },
    }),
  );
}

interface Settings {
  readonly bias: boolean;
  readonly dropout: number;
  readonly causal: boolean;
}

type Three = readonly [query: Tensor, key: Tensor, value: Tensor];

function attendAll(
  context: LayerContext,
  sizes: Sizes,
  settings: Settings,
  given: Three,
  masks: MultiheadMasks,
): AttentionResult {
  const dtype = checkInputs(context.title, sizes, given);
  if (given[0].shape.length === 2) return withoutBatch(context, sizes, settings, given, masks);
  const { embedDim, heads } = sizes;
  const projected = project(context, sizes, settings, given, dtype);
  const [queries, keys, values] = projected.map((x) => {
    const [batch = 1, length = 1] = x.shape;
    return transpose(reshape(x, [batch, length, heads, embedDim / heads]), [0, 2, 1, 3]);
  });
  if (queries === undefined || keys === undefined || values === undefined) return missing();
  const { output, weights } = attend(
    context.title,
    { queries, keys, values },
    {
      masks: maskList(context.title, queries, keys, masks),
      causal: masks.causal ?? settings.causal,
      dropout: settings.dropout,
      scale: undefined,
      stream: context.path,
    },
  );
  const joined = reshape(transpose(output, [0, 2, 1, 3]), [...given[0].shape.slice(0, 2), embedDim]);
  const weight = context.parameter(
    'out_proj.weight',
    [embedDim, embedDim],
    kaimingUniform({ a: Math.sqrt(5) }),
    dtype,
  );
  const sums = contractFeatures(joined, weight);
  const result = settings.bias
    ? add(sums, context.parameter('out_proj.bias', [embedDim], zeros, dtype))
    : sums;
  return { output: result, weights: mean(weights, 1), headWeights: weights };
}

function missing(): never {
  throw new TypeError('attention takes queries, keys and values');
}

/** One sequence as a batch of one. */
function withoutBatch(
  context: LayerContext,
  sizes: Sizes,
  settings: Settings,
  [query, key, value]: Three,
  { keyPaddingMask, ...masks }: MultiheadMasks,
): AttentionResult {
  const batch: Three = [expandDims(query, 0), expandDims(key, 0), expandDims(value, 0)];
  const padding = keyPaddingMask === undefined ? {} : { keyPaddingMask: expandDims(keyPaddingMask, 0) };
  const result = attendAll(context, sizes, settings, batch, { ...masks, ...padding });
  return {
    output: squeeze(result.output, 0),
    weights: squeeze(result.weights, 0),
    headWeights: squeeze(result.headWeights, 0),
  };
}

function checkInputs(title: string, { embedDim, kdim, vdim }: Sizes, given: Three): FloatDType {
  const [query, key, value] = given;
  const rank = query.shape.length;
  const widths = [embedDim, kdim, vdim];
  const fits =
    given.every(({ shape }, position) => shape.length === rank && shape.at(-1) === widths[position]) &&
    sizesEqual(key.shape.at(-2) ?? -1, value.shape.at(-2) ?? -2) &&
    (rank === 2 ||
      (rank === 3 && given.every(({ shape }) => sizesEqual(shape[0] ?? -1, query.shape[0] ?? -2))));
  if (!fits) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem:
        query === key && key === value
          ? `the input has shape ${printShape(query.shape)}`
          : `queries ${printShape(query.shape)}, keys ${printShape(key.shape)}, values ${printShape(value.shape)}`,
      expectation: `takes [N, L, ${embedDim}], [N, S, ${kdim}] and [N, S, ${vdim}]`,
      operands: given,
    });
  }
  const { dtype } = query;
  if (isFloat(dtype) && given.every((each) => each.dtype === dtype)) return dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the inputs are ${given.map((each) => each.dtype).join(', ')}`,
    expectation: 'takes f32 or f64, all of one dtype',
    operands: given,
  });
}

/** The last axis multiplied by a weight `[out, in]`. */
function contractFeatures(x: Tensor, weight: Tensor): Tensor {
  return contract(x, weight, {
    batchLeft: [],
    batchRight: [],
    contractLeft: [x.shape.length - 1],
    contractRight: [1],
  });
}

/** Queries, keys and values after the first projection; of one tensor all three in one contraction. */
function project(
  { parameter }: LayerContext,
  { embedDim, kdim, vdim }: Sizes,
  { bias }: Settings,
  given: Three,
  dtype: FloatDType,
): readonly Tensor[] {
  const isJoint = kdim === embedDim && vdim === embedDim;
  const own = (letter: string, width: number): Tensor =>
    parameter(`${letter}_proj_weight`, [embedDim, width], xavierUniform(), dtype);
  const weights = isJoint
    ? [parameter('in_proj_weight', [3 * embedDim, embedDim], xavierUniform(), dtype)]
    : [own('q', embedDim), own('k', kdim), own('v', vdim)];
  const shift = bias ? parameter('in_proj_bias', [3 * embedDim], zeros, dtype) : undefined;
  const [joint] = weights;
  if (isJoint && joint !== undefined && given[0] === given[1] && given[1] === given[2]) {
    const sums = contractFeatures(given[0], joint);
    const all = shift === undefined ? sums : add(sums, shift);
    return given.map((_, position) => sliceAxis(all, 2, position * embedDim, embedDim));
  }
  return given.map((x, position) => {
    const weight =
      isJoint && joint !== undefined
        ? sliceAxis(joint, 0, position * embedDim, embedDim)
        : (weights[position] ?? missing());
    const sums = contractFeatures(x, weight);
    return shift === undefined ? sums : add(sums, sliceAxis(shift, 0, position * embedDim, embedDim));
  });
}

/** Masks as attention takes them: bool ones true for what takes part, all with the axes of the scores. */
function maskList(
  title: string,
  queries: Tensor,
  keys: Tensor,
  { attnMask, keyPaddingMask }: MultiheadMasks,
): readonly Tensor[] {
  const [batch = 1, heads = 1, length = 1] = queries.shape;
  const size: Size = keys.shape[2] ?? 1;
  const turned = (mask: Tensor): Tensor => (mask.dtype === 'bool' ? logicalNot(mask) : mask);
  const list: Tensor[] = [];
  if (attnMask !== undefined) {
    requireTensors(title, attnMask);
    const isJoint =
      attnMask.shape.length === 3 && sizesEqual(attnMask.shape[0] ?? -1, multiplySizes(batch, heads));
    list.push(turned(isJoint ? reshape(attnMask, [batch, heads, length, size]) : attnMask));
  }
  if (keyPaddingMask !== undefined) {
    requireTensors(title, keyPaddingMask);
    const [rows, columns] = keyPaddingMask.shape;
    if (
      keyPaddingMask.shape.length !== 2 ||
      !sizesEqual(rows ?? -1, batch) ||
      !sizesEqual(columns ?? -1, size)
    ) {
      throw shapeMismatch({
        code: 'E_SHAPE_MISMATCH',
        operation: title,
        problem: `the padding mask has shape ${printShape(keyPaddingMask.shape)}`,
        expectation: `takes ${printShape([batch, size])}`,
        operands: [keyPaddingMask],
      });
    }
    list.push(turned(reshape(keyPaddingMask, [batch, 1, 1, size])));
  }
  return list;
}
