// Samples of categories that have a gradient.
import type { Tensor } from '../ir/node.ts';
import { composite, currentScope, scopePath } from '../ir/origin.ts';
import { add, div, maximum } from '../ops/arithmetic.ts';
import { oneHot } from '../ops/gather.ts';
import { requireFloat } from '../ops/leaf.ts';
import { normaliseAxis, requireTensors } from '../ops/mismatch.ts';
import { randomUniform } from '../ops/random.ts';
import { argmax } from '../ops/reduce.ts';
import { cast, straightThrough } from '../ops/select.ts';
import { log, neg } from '../ops/unary.ts';
import { checkNames, checkOption, positive } from '../ops/option.ts';
import { softmax } from './softmax.ts';

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions {
  /** Default 1: the lower, the nearer samples are to a single category (PyTorch's `tau`). */
  readonly temperature?: number;
  /** Whether samples are one-hot, with the gradient of those that are not; default false. */
  readonly hard?: boolean;
  /** The axis of categories, default -1. */
  readonly axis?: number;
  /** Name of the random stream, default: the scope that the call is in. */
  readonly name?: string;
}

/**
 * A sample of the categories that logits stand for, one that has a gradient: `softmax((x + g) / temperature)`, `g` being
 * Gumbel noise `-log(-log u)` (Jang, Gu and Poole 2017; PyTorch's `gumbel_softmax`). Every step draws anew.
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 * @throws {DeclarationError} `E_OPTION` unless the temperature is above 0
 */
export function gumbelSoftmax<T extends Tensor>(
  logits: T,
  options?: GumbelSoftmaxOptions,
): Tensor<T['shape'], T['dtype']>;
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  requireTensors('gumbelSoftmax', logits);
  requireFloat('gumbelSoftmax', logits);
  checkNames('gumbelSoftmax', options, ['temperature', 'hard', 'axis', 'name']);
  const { temperature = 1, hard = false, axis = -1, name = scopePath(currentScope()) } = options;
  checkOption('gumbelSoftmax', 'temperature', temperature, positive);
  const position = normaliseAxis('gumbelSoftmax', logits, axis);
  return composite('gumbelSoftmax', () => {
    // Draws are multiples of 2^-24: between 0 and the least of them is half of it, so that the noise is finite.
    const draws = maximum(randomUniform(logits.shape, { name }), 2 ** -25);
    const noise = cast(neg(log(neg(log(draws)))), logits.dtype);
    const soft: Tensor = softmax(div(add(logits, noise), temperature), position);
    if (!hard) return soft;
    const classes = Number(logits.shape[position]);
    return straightThrough(oneHot(argmax(soft, position), classes, logits.dtype, { axis: position }), soft);
  });
}
