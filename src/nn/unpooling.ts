// The partial inverse of max pooling: maxima back to the places where they were found, zeros elsewhere.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { scalar } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { badOption, checkNames, isList, nonNegativeWhole, positiveWhole } from '../ops/option.ts';
import { reshape } from '../ops/reshape.ts';
import { scatter } from '../ops/scatter.ts';
import { perAxis, requireFloats, spatialSizes, type PerAxis } from './spatial.ts';

/** Options of {@link maxUnpool1d} and its kin: those of the pooling that is undone. */
export interface UnpoolingOptions {
  /** Default: the size of the windows. */
  readonly stride?: PerAxis;
  /** What stood on both sides of every axis, default 0. */
  readonly padding?: PerAxis;
  /** Sizes of the spatial axes of the result, where several were pooled to one; default the smallest, given below. */
  readonly outputSize?: readonly number[];
}

function unpool(
  call: string,
  rank: number,
  x: Tensor,
  indices: Tensor,
  kernelSize: PerAxis,
  options: UnpoolingOptions,
): Tensor {
  requireTensors(call, x, indices);
  requireFloats(call, x);
  checkNames(call, options, ['stride', 'padding', 'outputSize']);
  if (indices.dtype !== 'i32') {
    throw dtypeMismatch({
      operation: call,
      problem: `the indices are ${indices.dtype}`,
      expectation: 'takes i32, as maxPoolWithIndices gives them',
      operands: [x, indices],
    });
  }
  if (!shapesEqual(x.shape, indices.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `values ${printShape(x.shape)} and indices ${printShape(indices.shape)} differ in shape`,
      expectation: 'takes one index for every value',
      operands: [x, indices],
    });
  }
  const pooled = spatialSizes(call, x, rank);
  const kernel = perAxis(call, 'kernelSize', kernelSize, rank, positiveWhole);
  const stride = perAxis(call, 'stride', options.stride ?? kernelSize, rank, positiveWhole);
  const padding = perAxis(call, 'padding', options.padding ?? 0, rank, nonNegativeWhole);
  const least = pooled.map(
    (size, at) => (size - 1) * (stride[at] ?? 1) - 2 * (padding[at] ?? 0) + (kernel[at] ?? 1),
  );
  const sizes = outputSizes(call, options.outputSize, least, stride);
  return composite(call, () => {
    const outer = x.shape.slice(0, -rank);
    const flat = [...outer, -1];
    const length = sizes.reduce((product, size) => product * size, 1);
    const nothing = broadcastAlong(scalar(0, x.dtype), [...outer, length], []);
    const placed = scatter(nothing, reshape(indices, flat), reshape(x, flat), outer.length);
    return reshape(placed, [...outer, ...sizes]);
  });
}

/** Sizes that are pooled to those of the input: less than a stride away from the default. */
function outputSizes(
  call: string,
  given: readonly number[] | undefined,
  least: readonly number[],
  stride: readonly number[],
): readonly number[] {
  if (given === undefined) return least.map((size) => Math.max(0, size));
  const fits =
    isList(given) &&
    given.length === least.length &&
    given.every((size, at) => {
      const distance = Math.abs(size - (least[at] ?? 0));
      return Number.isInteger(size) && size >= 0 && distance < (stride[at] ?? 1);
    });
  if (fits) return given;
  throw badOption(
    call,
    `outputSize is ${JSON.stringify(given)}`,
    `takes ${least.length} sizes that are less than a stride away from [${least.join(', ')}]`,
  );
}

/**
 * `out[indices[i]] = x[i]`, 0 elsewhere: maxima `[N, C, L]` or `[C, L]` at the places that `maxPoolWithIndices` found
 * them (PyTorch's `max_unpool1d`). The result has `(L - 1) · stride - 2 · padding + kernel` elements, or `outputSize`. Of
 * values for one place the last stands; the gradient goes to all of them.
 *
 * Indices lie inside the result: fed ones are refused otherwise, computed ones are clamped.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for indices of another shape, `E_RANK`, `E_UNBOUND_DIM`, `E_INDEX`
 * @throws {DTypeError} `E_DTYPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function maxUnpool1d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerAxis,
  options: UnpoolingOptions = {},
): Tensor {
  return unpool('maxUnpool1d', 1, x, indices, kernelSize, options);
}

/** {@link maxUnpool1d} over two axes (PyTorch's `max_unpool2d`). */
export function maxUnpool2d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerAxis,
  options: UnpoolingOptions = {},
): Tensor {
  return unpool('maxUnpool2d', 2, x, indices, kernelSize, options);
}

/** {@link maxUnpool1d} over three axes (PyTorch's `max_unpool3d`). */
export function maxUnpool3d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerAxis,
  options: UnpoolingOptions = {},
): Tensor {
  return unpool('maxUnpool3d', 3, x, indices, kernelSize, options);
}
