// Parts of a tensor scaled down to a largest norm.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { badOption } from './option.ts';
import { add, div, greater, mul } from './arithmetic.ts';
import { requireFloat } from './leaf.ts';
import { normaliseAxis } from './mismatch.ts';
import { norm } from './norm.ts';
import { where } from './select.ts';

/**
 * Every part of a tensor along an axis whose p-norm is above `most`, times `most / (norm + 1e-7)`; other parts as they are
 * (PyTorch's `renorm`).
 * @throws {ShapeError} `E_AXIS` @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 * @throws {DeclarationError} `E_OPTION` unless `p` is above 0 and `most` at least 0
 */
export function renorm<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'renorm'>, T>,
  p: number,
  axis: number,
  most: number,
): Tensor<Size[], T['dtype']>;
export function renorm(x: Tensor, p: number, axis: number, most: number): Tensor {
  requireFloat('renorm', x);
  const position = normaliseAxis('renorm', x, axis);
  if (!(p > 0)) throw badOption('renorm', `p is ${p}`, 'has to be above 0');
  if (!(most >= 0)) throw badOption('renorm', `most is ${most}`, 'has to be at least 0');
  return composite('renorm', () => {
    const others = x.shape.map((_, each) => each).filter((each) => each !== position);
    const norms = norm(x, others, { p, keepdims: true });
    return mul(x, where(greater(norms, most), div(most, add(norms, 1e-7)), 1));
  });
}
