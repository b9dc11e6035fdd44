// Scalars of an update rule: the number of the step, bias corrections and the share that weight decay leaves. They are
// taken in double precision as in PyTorch, and rounded once where they meet tensors.
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import { add, mul, pow, sub } from '../ops/arithmetic.ts';
import { scalar } from '../ops/leaf.ts';
import { cast } from '../ops/select.ts';
import { castOperand, complement, valueAt, type Scheduled } from './optimizer.ts';

/** The number of this step, counted from 1, in double precision. */
export function stepNumber(step: Tensor): Tensor {
  return cast(add(step, 1), 'f64');
}

/** A scheduled option as a scalar in double precision. @throws {ShapeError} `E_NOT_SCALAR` */
export function doubleAt(call: string, option: string, value: Scheduled, step: Tensor): Tensor {
  const operand = valueAt(call, option, value, { step, dtype: 'f64' });
  return typeof operand === 'number' ? scalar(operand, 'f64') : operand;
}

/** `1 - decayᵗ`: how much weight a running mean that started at 0 has given to what it has seen after `t` steps. */
export function biasCorrection(decay: Operand, t: Tensor): Tensor {
  return sub(1, pow(decay, t));
}

/** What decoupled weight decay leaves of a parameter: `1 - lr · weightDecay`. */
export function keptShare(rate: Operand, weightDecay: number, dtype: DType): Operand {
  const taken = typeof rate === 'number' ? rate * weightDecay : mul(rate, weightDecay);
  return castOperand(complement(taken), dtype);
}

/** The parameter after decoupled weight decay. */
export function decayed(parameter: Tensor, rate: Operand, weightDecay: number): Tensor {
  return weightDecay === 0 ? parameter : mul(parameter, keptShare(rate, weightDecay, parameter.dtype));
}
