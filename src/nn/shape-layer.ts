// Functions of shapes that are layers as well, without a tensor: their place is between layers that want other shapes.
import { isTensor, type Tensor } from '../ir/node.ts';
import type { Size } from '../ir/size.ts';
import type { AnyShape } from '../ir/types/combinator.ts';
import type { Same } from '../ir/types/layer.ts';
import * as reshaping from '../ops/reshape.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, wholeNumber, requireList } from '../ops/option.ts';

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
  requireList('unflatten', 'sizes', sizes, 'sizes');
  const label = `unflatten(${first}, [${sizes.map(String).join(', ')}])`;
  return defineLayer({ type: 'unflatten', label, apply: (x) => reshaping.unflatten(x, first, sizes) });
}

/** `y = x`: a place that is kept free (PyTorch's `Identity`). */
export function identity(): Layer<Same> {
  return defineLayer<Same>({ type: 'identity', label: 'identity()', apply: (x) => x });
}
