// The encoder block of transformers: self-attention and a small network for every position, each with a residual and a
// normalisation.
import { gelu } from './rectifier.ts';
import type { Tensor } from '../ir/node.ts';
import type { Sequences } from '../ir/types/layer.ts';
import { add } from '../ops/arithmetic.ts';
import { requireTensors } from '../ops/mismatch.ts';
import { relu } from './activation.ts';
import { dropout as drop, type DropoutCall } from './dropout.ts';
import { layerNorm } from './layer-norm.ts';
import { defineLayerWith, type Layer } from './layer.ts';
import { linear } from './linear.ts';
import { multiheadAttention, type MultiheadMasks } from './multihead-attention.ts';
import { checkNames, checkOption, chosen, fraction, positiveWhole } from '../ops/option.ts';

/** Options of {@link transformerEncoderLayer}. */
export interface TransformerEncoderOptions {
  /** Features between the two linear layers, default 2048. */
  readonly dimFeedforward?: number;
  /** Probability of dropout: of attention weights, inside the small network and before each residual; default 0.1. */
  readonly dropout?: number;
  /** What stands between the two linear layers, default relu. */
  readonly activation?: 'relu' | 'gelu';
  /** Added to the variances of the normalisations, default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether inputs of the two parts are normalised instead of their sums, default false. */
  readonly normFirst?: boolean;
  /** Whether a position sees only itself and those before it; default false. */
  readonly causal?: boolean;
  /** Name of the layer, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
}

/** An encoder block, which can be told what attention does not see. */
export type TransformerEncoderLayer<E extends number = number> = Layer<
  Sequences<'transformerEncoderLayer', E, E>
> & {
  /** The block with masks as those of {@link MultiheadMasks}: bool ones are true for what is left out. */
  readonly encode: (x: Tensor, masks?: MultiheadMasks) => Tensor;
};

/**
 * `y = norm1(x + attention(x))`, then `norm2(y + linear2(activation(linear1(y))))` on `[N, L, dModel]` (Vaswani et al. 2017;
 * PyTorch's `TransformerEncoderLayer`, the batch first). With `normFirst` it is `y = x + attention(norm1(x))` and
 * `y + linear2(activation(linear1(norm2(y))))`. Parameters are named as PyTorch's, inside `self_attn`, `linear1`, `linear2`,
 * `norm1` and `norm2`.
 * @param heads how many heads share the features; divides `dModel`
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for tensors or masks of another shape
 */
export function transformerEncoderLayer<E extends number>(
  dModel: E,
  heads: number,
  options: TransformerEncoderOptions = {},
): TransformerEncoderLayer<E> {
  const type = 'transformerEncoderLayer';
  checkNames(type, options, [
    'dimFeedforward',
    'dropout',
    'activation',
    'layerNormEps',
    'normFirst',
    'causal',
    'name',
  ]);
  const {
    dimFeedforward = 2048,
    dropout = 0.1,
    activation = 'relu',
    layerNormEps = 1e-5,
    normFirst = false,
    causal = false,
    name,
  } = options;
  checkOption(type, 'dimFeedforward', dimFeedforward, positiveWhole);
  checkOption(type, 'dropout', dropout, fraction);
  const activate = chosen(type, 'activation', activation, {
    relu: (x: Tensor): Tensor => relu(x),
    gelu: (x: Tensor): Tensor => gelu(x),
  });
  const attention = multiheadAttention(dModel, heads, { dropout, causal, name: 'self_attn' });
  const widen = linear(dModel, dimFeedforward, { name: 'linear1' }) as Layer;
  const narrow = linear(dimFeedforward, dModel, { name: 'linear2' }) as Layer;
  const [norm1, norm2] = ['norm1', 'norm2'].map(
    (each) => layerNorm(dModel, { eps: layerNormEps, name: each }) as Layer,
  ) as [Layer, Layer];
  const encode = (x: Tensor, masks: MultiheadMasks, path: string): Tensor => {
    const at = (place: string): DropoutCall => ({ name: `${path}/${place}` });
    const attend = (value: Tensor): Tensor =>
      drop(attention.attend(value, value, value, masks).output, dropout, at('dropout1'));
    const feed = (value: Tensor): Tensor =>
      drop(narrow(drop(activate(widen(value)), dropout, at('dropout'))), dropout, at('dropout2'));
    if (normFirst) {
      const between = add(x, attend(norm1(x)));
      return add(between, feed(norm2(between)));
    }
    const between = norm1(add(x, attend(x)));
    return norm2(add(between, feed(between)));
  };
  return defineLayerWith<Sequences<'transformerEncoderLayer', E, E>, Pick<TransformerEncoderLayer, 'encode'>>(
    {
      type,
      label: `transformerEncoderLayer(${dModel}, ${heads})`,
      name,
      scope: 'model',
      apply: (x, { path }) => encode(x, {}, path),
    },
    (within) => ({
      encode: (x, masks = {}) => {
        requireTensors(type, x);
        return within(({ path }) => encode(x, masks, path));
      },
    }),
  );
}
