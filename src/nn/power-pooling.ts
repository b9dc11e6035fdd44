// Pooling by the p-norm of windows.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import { mul, pow } from '../ops/arithmetic.ts';
import { requireTensors } from '../ops/mismatch.ts';
import { checkNames, checkOption, positive, positiveWhole } from '../ops/option.ts';
import { avgPool1d, avgPool2d } from './pooling.ts';
import { perAxis, type PerAxis } from './spatial.ts';

/** Options of {@link lpPool1d} and {@link lpPool2d}. */
export interface PowerPoolingOptions {
  /** Steps between windows; default their size. */
  readonly stride?: PerAxis;
  /** Whether a last window may reach beyond the input, which then counts as its mean would; default false. */
  readonly ceilMode?: boolean;
}

/**
 * `(Σ x^p)^(1/p)` of each window of the last axis (PyTorch's `lp_pool1d`); `p` of 1 sums, a large one nears the maximum.
 * Powers are of `x` itself: a negative sum has no root and gives NaN unless `p` is 1. Shapes as `avgPool1d`.
 * @throws {DeclarationError} `E_OPTION`, unless `p` is above 0 @throws {ShapeError} as `avgPool1d`
 */
export function lpPool1d<T extends Tensor>(
  x: T,
  p: number,
  kernelSize: PerAxis,
  options?: PowerPoolingOptions,
): Tensor<Size[], T['dtype']>;
export function lpPool1d(
  x: Tensor,
  p: number,
  kernelSize: PerAxis,
  options: PowerPoolingOptions = {},
): Tensor {
  return powerOf('lpPool1d', 1, x, p, kernelSize, options);
}

/** {@link lpPool1d} over the last two axes (PyTorch's `lp_pool2d`). */
export function lpPool2d<T extends Tensor>(
  x: T,
  p: number,
  kernelSize: PerAxis,
  options?: PowerPoolingOptions,
): Tensor<Size[], T['dtype']>;
export function lpPool2d(
  x: Tensor,
  p: number,
  kernelSize: PerAxis,
  options: PowerPoolingOptions = {},
): Tensor {
  return powerOf('lpPool2d', 2, x, p, kernelSize, options);
}

function powerOf(
  call: string,
  rank: 1 | 2,
  x: Tensor,
  p: number,
  kernelSize: PerAxis,
  options: PowerPoolingOptions,
): Tensor {
  requireTensors(call, x);
  checkNames(call, options, ['stride', 'ceilMode']);
  checkOption(call, 'p', p, positive);
  const kernel = perAxis(call, 'kernelSize', kernelSize, rank, positiveWhole);
  return composite(call, () => {
    const powers = p === 1 ? x : pow(x, p);
    const means: Tensor =
      rank === 1 ? avgPool1d(powers, kernel, options) : avgPool2d(powers, kernel, options);
    const sums = mul(
      means,
      kernel.reduce((product, each) => product * each, 1),
    );
    return p === 1 ? sums : pow(sums, 1 / p);
  });
}
