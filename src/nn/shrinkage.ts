// Activations that pull numbers near 0 to it, and the gated linear unit. Forms as in ./activation.ts.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { add, greater, less, logicalOr, mul, sub } from '../ops/arithmetic.ts';
import { requireFloat } from '../ops/leaf.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sliceAxis } from '../ops/movement.ts';
import { stopGradient, where } from '../ops/select.ts';
import { sigmoid } from '../ops/unary.ts';
import { numberActivation, type NumberActivation } from './activation.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, finite, nonNegative, wholeNumber } from '../ops/option.ts';

/** `|x| > lambda ? x : 0` (PyTorch's `Hardshrink`); lambda is ½ unless given. NaN stays NaN, with gradient 0. */
export const hardshrink: NumberActivation<'hardshrink'> = numberActivation(
  'hardshrink',
  { parameter: 'lambda', absent: 0.5, allowed: finite },
  (x, lambda) => {
    const isOutside = logicalOr(greater(x, lambda), less(x, -lambda));
    return where(isOutside, x, stopGradient(mul(x, 0)));
  },
);

/**
 * `x - lambda` above lambda, `x + lambda` below -lambda, 0 between (PyTorch's `Softshrink`); lambda is ½ unless
 * given.
 */
export const softshrink: NumberActivation<'softshrink'> = numberActivation(
  'softshrink',
  { parameter: 'lambda', absent: 0.5, allowed: nonNegative },
  (x, lambda) => where(greater(x, lambda), sub(x, lambda), where(less(x, -lambda), add(x, lambda), 0)),
);

/**
 * The gated linear unit: one half of the tensor along an axis, the last one unless given, times the sigmoid of the other
 * (Dauphin et al. 2016, PyTorch's `GLU`). `glu(1)` is a layer, `glu(x, 1)` a tensor.
 * @throws {ShapeError} `E_AXIS` for an axis that the tensor does not have
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an axis of odd size
 */
export function glu(axis?: number): Layer;
/** The first half along an axis, the last one unless given, times the sigmoid of the second. */
export function glu(x: Tensor, axis?: number): Tensor;
export function glu(first: Tensor | number = -1, axis = -1): Layer | Tensor {
  if (typeof first !== 'number') {
    requireTensors('glu', first);
    return composite('glu', () => gated(first, axis));
  }
  checkOption('glu', 'axis', first, wholeNumber);
  const label = first === -1 ? 'glu()' : `glu(${first})`;
  return defineLayer({ type: 'glu', label, apply: (x) => gated(x, first) });
}

function gated(x: Tensor, axis: number): Tensor {
  requireFloat('glu', x);
  const position = normaliseAxis('glu', x, axis);
  const size = x.shape[position];
  if (typeof size !== 'number' || size % 2 !== 0) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'glu',
      problem: `axis ${axis} has no two halves`,
      expectation: 'takes an axis of an even number',
      operands: [x],
    });
  }
  const half = size / 2;
  return mul(sliceAxis(x, position, 0, half), sigmoid(sliceAxis(x, position, half, half)));
}
