// The embedding layer: a table of vectors, looked up by label.
import type { Tensor } from '../ir/node.ts';
import type { Labels } from '../ir/types/layer.ts';
import { equal } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { embeddingLookup, type EmbeddingLookupOptions } from '../ops/embedding.ts';
import { iota } from '../ops/random.ts';
import { where } from '../ops/select.ts';
import { normal, type Initialiser } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, positiveWhole } from '../ops/option.ts';

/** Options of {@link embedding}. */
export interface EmbeddingOptions extends EmbeddingLookupOptions {
  /** Name of the layer, in scopes and of its parameter; default: its type and a number. */
  readonly name?: string;
  /** First values of the weight, default standard normal; the row of `paddingIdx` starts at 0. */
  readonly weightInit?: Initialiser;
}

const optionNames = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq', 'name', 'weightInit'];

/**
 * `[…]` i32 labels → `[…, features]`: rows of `weight [count, features]`, which is named and initialised as PyTorch's
 * `Embedding`, in f32. Labels lie in `0 … count - 1`: fed ones are refused otherwise. See {@link embeddingLookup} for the options.
 * @throws {DeclarationError} `E_OPTION` for counts and features that are not whole numbers of at least 1, and for a `paddingIdx`
 * that is no row
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when it is applied to what are no i32 labels
 */
export function embedding<F extends number>(
  count: number,
  features: F,
  options: EmbeddingOptions = {},
): Layer<Labels<F>> {
  checkNames('embedding', options, optionNames);
  checkOption('embedding', 'count', count, positiveWhole);
  checkOption('embedding', 'features', features, positiveWhole);
  const { name, weightInit = normal(), ...lookup } = options;
  const { paddingIdx } = lookup;
  const padding = paddingIdx === undefined ? null : paddingIdx < 0 ? paddingIdx + count : paddingIdx;
  if (padding !== null && !(Number.isInteger(padding) && padding >= 0 && padding < count)) {
    const allowed = `has to be a row, from ${-count} to ${count - 1}`;
    throw badOption('embedding', `paddingIdx is ${paddingIdx}`, allowed);
  }
  const initialiser: Initialiser = (shape, context) => {
    const initial = weightInit(shape, context);
    if (padding === null) return initial;
    const isPadding: Tensor = equal(broadcastAlong(iota(count), shape, [0]), padding);
    return where(isPadding, 0, initial);
  };
  const hint = paddingIdx === undefined ? '' : `, { paddingIdx: ${paddingIdx} }`;
  return defineLayer<Labels<F>>({
    type: 'embedding',
    label: `embedding(${count}, ${features}${hint})`,
    name,
    apply: (labels, { parameter }) => {
      const weight = parameter('weight', [count, features], initialiser, 'f32');
      return embeddingLookup(labels, weight, lookup);
    },
  });
}
