// Flattening in two forms: `flatten()` is a layer, which brings images to features; `flatten(x)` is a tensor.
import { isTensor, type Tensor } from '../ir/node.ts';
import type { Flattening } from '../ir/types/spatial.ts';
import type { Flattened } from '../ir/types/reshape.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { flatten as flattenTensor } from '../ops/reshape.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, wholeNumber } from '../ops/option.ts';

/**
 * Merges the axes from `start` to `end` into one (PyTorch's `Flatten`; defaults: all but the first). `flatten()` is a
 * layer, `flatten(x)` a tensor.
 * @throws {ShapeError} `E_AXIS` for axes that the tensor does not have
 * @throws {DeclarationError} `E_OPTION` for axes that are not whole numbers
 */
export function flatten<A extends number = 1, B extends number = -1>(
  start?: A,
  end?: B,
): Layer<Flattening<A, B>>;
/** Merges the axes from `start` to `end` into one; a scalar becomes a vector. Without the tensor it is a layer. */
export function flatten<T extends Tensor, A extends number = 1, B extends number = -1>(
  x: T,
  start?: Checked<A, Flattened<T, A, B>>,
  end?: B,
): Result<Flattened<T, A, B>>;
export function flatten(first: Tensor | number = 1, second?: number, third = -1): Layer | Tensor {
  if (isTensor(first)) return flattenTensor(first, second ?? 1, third);
  const [start, end] = [first, second ?? -1];
  checkOption('flatten', 'start', start, wholeNumber);
  checkOption('flatten', 'end', end, wholeNumber);
  const given = end === -1 ? (start === 1 ? '' : String(start)) : `${start}, ${end}`;
  return defineLayer({
    type: 'flatten',
    label: `flatten(${given})`,
    apply: (x) => flattenTensor(x, start, end),
  });
}
