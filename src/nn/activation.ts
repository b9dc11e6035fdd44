// Activations, each in two forms: `relu()` is a layer, `relu(x)` is a tensor.
import type { DType, FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape } from '../ir/size.ts';
import type { AlongAxis } from '../ir/types/axes.ts';
import type { Same } from '../ir/types/layer.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { div, greater, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { requireFloat } from '../ops/leaf.ts';
import { normaliseAxis } from '../ops/mismatch.ts';
import { max, sum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { stopGradient, where } from '../ops/select.ts';
import * as unary from '../ops/unary.ts';
import type { ElementFunction } from '../ops/elementwise.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, finite, wholeNumber } from './option.ts';

/** An activation without options: a layer without an argument, a tensor of a tensor. */
interface Activation<Name extends string, Takes extends DType> {
  (): Layer<Same>;
  <S extends Shape, D extends DType>(x: Unless<DTypeProblem<D, Takes, Name>, Tensor<S, D>>): Tensor<S, D>;
}

function activation<Name extends string, Takes extends DType>(
  type: Name,
  apply: ElementFunction<Name, Takes> & ((x: Tensor) => Tensor),
): Activation<Name, Takes> {
  function dual(): Layer<Same>;
  function dual(x: Tensor): Tensor;
  function dual(x?: Tensor): Layer | Tensor {
    return x === undefined
      ? defineLayer<Same>({ type, label: `${type}()`, apply: (value) => apply(value) })
      : apply(x);
  }
  // What the type says of the result, the shape and dtype rules of the op do.
  return dual as Activation<Name, Takes>;
}

/** `max(x, 0)`; NaN stays NaN; the gradient at 0 is 0. */
export const relu: Activation<'relu', NumberDType> = activation('relu', unary.relu);
/** `1 / (1 + e^-x)` */
export const sigmoid: Activation<'sigmoid', FloatDType> = activation('sigmoid', unary.sigmoid);
/** Hyperbolic tangent. */
export const tanh: Activation<'tanh', FloatDType> = activation('tanh', unary.tanh);

const defaultSlope = 0.01;

/**
 * `x > 0 ? x : slope · x`; the slope is 0.01 unless given. `leakyRelu(0.2)` is a layer, `leakyRelu(x, 0.2)` a tensor.
 * @throws {DeclarationError} `E_OPTION` for a slope that is not finite
 */
export function leakyRelu(slope?: number): Layer<Same>;
/** `x > 0 ? x : slope · x`; the slope is 0.01 unless given. Without the tensor it is a layer. */
export function leakyRelu<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'leakyRelu'>, Tensor<S, D>>,
  slope?: number,
): Tensor<S, D>;
export function leakyRelu(first: Tensor | number = defaultSlope, slope = defaultSlope): Layer | Tensor {
  if (typeof first === 'number') {
    checkOption('leakyRelu', 'slope', first, finite);
    const label = first === defaultSlope ? 'leakyRelu()' : `leakyRelu(${first})`;
    return defineLayer<Same>({ type: 'leakyRelu', label, apply: (x) => leaky(x, first) });
  }
  checkOption('leakyRelu', 'slope', slope, finite);
  return composite('leakyRelu', () => leaky(first, slope));
}

function leaky(x: Tensor, slope: number): Tensor {
  requireFloat('leakyRelu', x);
  return where(greater(x, 0), x, mul(x, slope));
}

/**
 * `e^x / Σ e^x` along an axis, the last one unless given. `softmax()` and `softmax(1)` are layers, `softmax(x)` and
 * `softmax(x, 1)` tensors. The maximum is subtracted first, so that large scores do not overflow.
 * @throws {ShapeError} `E_AXIS` for an axis that the tensor does not have
 */
export function softmax(axis?: number): Layer<Same>;
/** `e^x / Σ e^x` along an axis, the last one unless given. Without the tensor it is a layer. */
export function softmax<T extends Tensor, A extends number = -1>(
  x: T,
  axis?: Checked<A, AlongAxis<T, A>>,
): Result<AlongAxis<T, A>>;
export function softmax(first: Tensor | number = -1, axis = -1): Layer | Tensor {
  return alongAxis('softmax', first, axis, (x, position) => {
    const exponentials = unary.exp(shifted(x, position));
    return div(exponentials, restored(sum(exponentials, position), x, position));
  });
}

/**
 * `x - log Σ e^x` along an axis, the last one unless given: the logarithm of softmax without its overflow and loss of
 * digits. Forms as {@link softmax}.
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
    return sub(scores, restored(unary.log(sum(unary.exp(scores), position)), x, position));
  });
}

function alongAxis(
  type: string,
  first: Tensor | number,
  axis: number,
  apply: (x: Tensor, position: number) => Tensor,
): Layer | Tensor {
  const at = (x: Tensor, wanted: number): Tensor => {
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
  return sub(x, restored(stopGradient(max(x, axis)), x, axis));
}

/** A tensor that was reduced along `axis`, repeated along it. */
function restored(reduced: Tensor, x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, position) => position).filter((position) => position !== axis);
  return broadcastAlong(reduced, x.shape, others);
}
