// Local response normalisation: by neighbouring channels.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import { add, div, mul, pow } from '../ops/arithmetic.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { numericSize } from '../ops/movement.ts';
import { checkNames, checkOption, finite, positiveWhole } from '../ops/option.ts';
import { sum } from '../ops/reduce.ts';
import { square } from '../ops/unary.ts';
import { windows } from '../ops/windows.ts';
import { requireFloats } from './spatial.ts';

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

/**
 * `x / (k + alpha / size · Σ x²)^beta`, the sum running over `size` neighbouring channels, axis 1, with zeros beyond the
 * ends (Krizhevsky et al. 2012; PyTorch's `local_response_norm`). `x` has at least three axes.
 * @throws {ShapeError} `E_RANK` @throws {DeclarationError} `E_OPTION`
 */
export function localResponseNorm(x: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  const call = 'localResponseNorm';
  checkNames(call, options, ['alpha', 'beta', 'k']);
  requireFloats(call, x);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  checkOption(call, 'size', size, positiveWhole);
  for (const [name, value] of Object.entries({ alpha, beta, k })) checkOption(call, name, value, finite);
  if (x.shape.length < 3) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: call,
      problem: `the input has shape ${printShape(x.shape)}`,
      expectation: 'takes [N, C, ...] of rank 3 or more',
      operands: [x],
    });
  }
  const count = numericSize(call, x, 1);
  return composite(call, () => {
    const near = windows(square(x), [
      { axis: 1, count, kernel: size, stride: 1, dilation: 1, offset: -Math.floor(size / 2) },
    ]);
    const squares = div(sum(near, x.shape.length), size);
    return div(x, pow(add(mul(squares, alpha), k), beta));
  });
}
