// Functions of shapes that are layers as well, without a tensor: their place is between layers that want other shapes.
import { isTensor, type Tensor } from '../ir/node.ts';
import type { Size } from '../ir/size.ts';
import type { AnyShape, Flatten } from '../ir/types/combinator.ts';
import type { Same } from '../ir/types/layer.ts';
import type { Flattened } from '../ir/types/reshape.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import * as reshaping from '../ops/reshape.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, wholeNumber } from './option.ts';

/** Options of {@link flatten} as a layer. */
export interface FlattenOptions<A extends number = number, B extends number = number> {
  /** The first axis that is merged, default 1. */
  readonly start?: A;
  /** The last axis that is merged, default -1. */
  readonly end?: B;
}

/**
 * Merges the axes from `start` to `end` into one (PyTorch's `flatten` and `Flatten`; defaults: all but the first). A
 * scalar becomes a vector of one element. `flatten()` and `flatten({ start: 2 })` are layers, `flatten(x, 2)` a tensor.
 * @throws {ShapeError} `E_AXIS` for axes that the tensor does not have
 */
export function flatten<const A extends number = 1, const B extends number = -1>(
  options?: FlattenOptions<A, B>,
): Layer<Flatten<A, B>>;
/** The tensor with the axes from `start` to `end` merged into one. Without the tensor it is a layer. */
export function flatten<T extends Tensor, A extends number = 1, B extends number = -1>(
  x: T,
  start?: Checked<A, Flattened<T, A, B>>,
  end?: B,
): Result<Flattened<T, A, B>>;
export function flatten(first: Tensor | FlattenOptions = {}, ...axes: readonly number[]): Layer | Tensor {
  if (isTensor(first)) return reshaping.flatten(first, ...axes);
  // What plain JavaScript may pass: numbers without a tensor.
  if (typeof first !== 'object' || axes.length > 0) return reshaping.flatten(first as never, ...axes);
  const { start = 1, end = -1 } = first;
  checkNames('flatten', first, ['start', 'end']);
  checkOption('flatten', 'start', start, wholeNumber);
  checkOption('flatten', 'end', end, wholeNumber);
  const label = start === 1 && end === -1 ? 'flatten()' : `flatten({ start: ${start}, end: ${end} })`;
  return defineLayer({ type: 'flatten', label, apply: (x) => reshaping.flatten(x, start, end) });
}

/**
 * Several axes in place of one, of `sizes` whose product is its size; one of them may be -1 and is computed (PyTorch's
 * `unflatten` and `Unflatten`). `unflatten(1, [4, 8])` is a layer, `unflatten(x, 1, [4, 8])` a tensor.
 * @throws {ShapeError} `E_AXIS`; `E_ELEMENT_COUNT` for another product; `E_SHAPE` for what are no sizes
 */
export function unflatten(axis: number, sizes: readonly Size[]): Layer<AnyShape>;
/** The tensor with several axes in place of one. Without the tensor it is a layer. */
export function unflatten<T extends Tensor>(
  x: T,
  axis: number,
  sizes: readonly Size[],
): Tensor<Size[], T['dtype']>;
export function unflatten(
  first: Tensor | number,
  second: number | readonly Size[],
  third: readonly Size[] = [],
): Layer | Tensor {
  // With a tensor the axis comes second.
  if (isTensor(first) || typeof first !== 'number')
    return reshaping.unflatten(first, second as number, third);
  checkOption('unflatten', 'axis', first, wholeNumber);
  // Without one it comes first.
  const sizes = second as readonly Size[];
  const label = `unflatten(${first}, [${sizes.map(String).join(', ')}])`;
  return defineLayer({ type: 'unflatten', label, apply: (x) => reshaping.unflatten(x, first, sizes) });
}

/** A layer that gives what it takes (PyTorch's `Identity`): a place that is kept free. */
export function identity(): Layer<Same> {
  return defineLayer<Same>({ type: 'identity', label: 'identity()', apply: (x) => x });
}
