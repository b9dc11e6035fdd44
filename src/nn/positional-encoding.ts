// Positions as waves of many lengths, added to the features of a sequence.
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { Same } from '../ir/types/layer.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { stack } from '../ops/concat.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import { sliceAxis } from '../ops/movement.ts';
import { outer } from '../ops/product.ts';
import { iota } from '../ops/random.ts';
import { reshape } from '../ops/reshape.ts';
import { cast } from '../ops/select.ts';
import { cos, exp, sin } from '../ops/unary.ts';
import { dropout as dropElements } from './dropout.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, fraction, positiveWhole } from '../ops/option.ts';

/** Options of {@link positionalEncoding}. */
export interface PositionalEncodingOptions {
  /** How many positions are kept, default: as many as the first input has. */
  readonly maxLength?: number;
  /** Probability of dropout after the addition, default 0. */
  readonly dropout?: number;
  /** Name of the layer, in scopes and of its state; default: its type and a number. */
  readonly name?: string;
}

/**
 * `x + encoding` on `[..., L, E]`, with `encoding[p, 2i] = sin(p / 10000^(2i/E))` and `encoding[p, 2i+1]` the cosine of
 * that (Vaswani et al. 2017). The encoding is a state `pe [maxLength, E]`, which is computed once.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for sequences longer than `maxLength` or of a length that has no number
 */
export function positionalEncoding(options: PositionalEncodingOptions = {}): Layer<Same> {
  checkNames('positionalEncoding', options, ['maxLength', 'dropout', 'name']);
  const { maxLength, dropout = 0, name } = options;
  if (maxLength !== undefined) checkOption('positionalEncoding', 'maxLength', maxLength, positiveWhole);
  checkOption('positionalEncoding', 'dropout', dropout, fraction);
  return defineLayer<Same>({
    type: 'positionalEncoding',
    label: 'positionalEncoding()',
    name,
    apply: (x, { title, path, state }) => {
      const [length, features] = x.shape.slice(-2);
      const isKnown = x.shape.length >= 2 && typeof length === 'number' && typeof features === 'number';
      if (!isKnown || length > (maxLength ?? length)) {
        throw shapeMismatch({
          code: 'E_SHAPE_MISMATCH',
          operation: title,
          problem: `the input has shape ${printShape(x.shape)}`,
          expectation: `takes [..., L, E] with numbers L${maxLength === undefined ? '' : ` up to ${maxLength}`} and E`,
          operands: [x],
        });
      }
      if (!isFloat(x.dtype)) {
        throw dtypeMismatch({
          operation: title,
          problem: `the input is ${x.dtype}`,
          expectation: 'takes f32 or f64',
          operands: [x],
        });
      }
      const all = state('pe', cast(sinusoids(maxLength ?? length, features), x.dtype));
      return dropElements(add(x, sliceAxis(all, 0, 0, length)), dropout, { name: path });
    },
  });
}

// ln 10000, whose digits engines compute differently.
const logOfLongest = 9.210340371976184;

/** The table of waves, f32: sines and cosines take turns along the features. */
function sinusoids(length: number, features: number): Tensor {
  return composite('sinusoids', () => {
    const pairs = Math.ceil(features / 2);
    const frequencies = exp(mul(cast(iota(pairs), 'f32'), (-2 * logOfLongest) / features));
    const angles: Tensor = outer(cast(iota(length), 'f32'), frequencies);
    const waves = reshape(stack([sin(angles), cos(angles)], 2), [length, 2 * pairs]);
    return sliceAxis(waves, 1, 0, features);
  });
}
