// Softmax and its kin along one axis, each in two forms: `softmax()` is a layer, `softmax(x)` is a tensor.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { AlongAxis } from '../ir/types/axes.ts';
import type { Same } from '../ir/types/layer.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { div, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { requireFloat } from '../ops/leaf.ts';
import { normaliseAxis, requireTensors } from '../ops/mismatch.ts';
import { reduceOver, sum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { stopGradient } from '../ops/select.ts';
import { exp, log, neg } from '../ops/unary.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, wholeNumber } from '../ops/option.ts';

/**
 * `e^x / Σ e^x` along an axis, the last one unless given (PyTorch's `softmax`). `softmax()` and `softmax(1)` are
 * layers, `softmax(x)` and `softmax(x, 1)` tensors. The maximum is subtracted first, so that large scores do not
 * overflow.
 * @throws {ShapeError} `E_AXIS` for an axis that the tensor does not have
 */
export function softmax(axis?: number): Layer<Same>;
/** `e^x / Σ e^x` along an axis, the last one unless given. Without the tensor it is a layer. */
export function softmax<T extends Tensor, A extends number = -1>(
  x: T,
  axis?: Checked<A, AlongAxis<T, A>>,
): Result<AlongAxis<T, A>>;
export function softmax(first: Tensor | number = -1, axis = -1): Layer | Tensor {
  return alongAxis('softmax', first, axis, softmaxOf);
}

function softmaxOf(x: Tensor, axis: number): Tensor {
  const exponentials = exp(shifted(x, axis));
  return div(exponentials, restored(sum(exponentials, axis), x, axis));
}

/**
 * `e^-x / Σ e^-x` along an axis, the last one unless given (PyTorch's `softmin`): the softmax of `-x`. Forms as
 * {@link softmax}.
 * @throws {ShapeError} `E_AXIS` for an axis that the tensor does not have
 */
export function softmin(axis?: number): Layer<Same>;
/** `e^-x / Σ e^-x` along an axis, the last one unless given. Without the tensor it is a layer. */
export function softmin<T extends Tensor, A extends number = -1>(
  x: T,
  axis?: Checked<A, AlongAxis<T, A>>,
): Result<AlongAxis<T, A>>;
export function softmin(first: Tensor | number = -1, axis = -1): Layer | Tensor {
  return alongAxis('softmin', first, axis, (x, position) => softmaxOf(neg(x), position));
}

/**
 * `x - log Σ e^x` along an axis, the last one unless given (PyTorch's `log_softmax`): the logarithm of softmax
 * without its overflow and loss of digits. Forms as {@link softmax}.
 * @throws {ShapeError} `E_AXIS` for an axis that the tensor does not have
 */
export function logSoftmax(axis?: number): Layer<Same>;
/** `x - log Σ e^x` along an axis, the last one unless given. Without the tensor it is a layer. */
export function logSoftmax<T extends Tensor, A extends number = -1>(
  x: T,
  axis?: Checked<A, AlongAxis<T, A>>,
): Result<AlongAxis<T, A>>;
export function logSoftmax(first: Tensor | number = -1, axis = -1): Layer | Tensor {
  return alongAxis('logSoftmax', first, axis, (x, position) => {
    const scores = shifted(x, position);
    return sub(scores, restored(log(sum(exp(scores), position)), x, position));
  });
}

function alongAxis(
  type: string,
  first: Tensor | number,
  axis: number,
  apply: (x: Tensor, position: number) => Tensor,
): Layer | Tensor {
  const at = (x: Tensor, wanted: number): Tensor => {
    requireTensors(type, x);
    requireFloat(type, x);
    // PyTorch takes a scalar as a vector of one.
    if (x.shape.length === 0) return reshape(at(reshape(x, [1]), wanted), []);
    return apply(x, normaliseAxis(type, x, wanted));
  };
  if (typeof first !== 'number') return composite(type, () => at(first, axis));
  checkOption(type, 'axis', first, wholeNumber);
  const label = first === -1 ? `${type}()` : `${type}(${first})`;
  return defineLayer<Same>({ type, label, apply: (x) => at(x, first) });
}

/** Scores with their maximum moved to 0. The result does not depend on the shift, so it gets no gradient. */
function shifted(x: Tensor, axis: number): Tensor {
  // Not `max`, which refuses an axis of size 0: of nothing, softmax is nothing.
  return sub(x, restored(stopGradient(reduceOver(x, [axis], 'max')), x, axis));
}

/** A tensor that was reduced along `axis`, repeated along it. */
function restored(reduced: Tensor, x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, position) => position).filter((position) => position !== axis);
  return broadcastAlong(reduced, x.shape, others);
}
