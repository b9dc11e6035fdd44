// What losses have in common: how the losses of the elements become the result, which shapes pair, and weights.
import type { Tensor } from '../ir/node.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { Reduction } from '../ir/types/loss.ts';
import { mul } from '../ops/arithmetic.ts';
import { broadcastShapes, broadcastTo } from '../ops/broadcast.ts';
import { requireFloat } from '../ops/leaf.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { mean, sum } from '../ops/reduce.ts';
import { chosen } from '../ops/option.ts';

/** Options common to losses. */
export interface LossOptions {
  /** Default `mean`: over all elements. */
  readonly reduction?: Reduction;
}

const reductions: Readonly<Record<Reduction, (losses: Tensor) => Tensor>> = {
  mean: (losses) => mean(losses),
  sum: (losses) => sum(losses),
  none: (losses) => losses,
};

/** The function that a reduction names. @throws {DeclarationError} `E_OPTION` for another name */
export function reducer(call: string, reduction: Reduction = 'mean'): (losses: Tensor) => Tensor {
  return chosen(call, 'reduction', reduction, reductions);
}

/**
 * Losses pair elements: a target of another shape would broadcast into a different loss without a word (PyTorch warns).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function checkPair(call: string, prediction: Tensor, target: Tensor, what = 'target'): void {
  requireTensors(call, prediction, target);
  requireFloat(call, prediction);
  if (shapesEqual(prediction.shape, target.shape)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `the prediction is ${printShape(prediction.shape)}, the ${what} ${printShape(target.shape)}`,
    expectation: `takes a ${what} of the shape of the prediction`,
    operands: [prediction, target],
    help: `reshape or repeat one of them, for example broadcastTo(${what}, ${printShape(prediction.shape)})`,
  });
}

/**
 * An argument repeated to the shape of what it belongs to: weights, margins, targets that hold for many elements.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when it does not broadcast to that shape
 */
export function repeated(call: string, what: string, x: Tensor, like: Tensor): Tensor {
  requireTensors(call, x);
  const shape = broadcastShapes(x.shape, like.shape);
  if (shape !== undefined && shapesEqual(shape, like.shape)) return broadcastTo(x, like.shape);
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `the ${what} ${printShape(x.shape)} does not broadcast to ${printShape(like.shape)}`,
    expectation: `takes a ${what} that broadcasts to ${printShape(like.shape)}`,
    operands: [like, x],
  });
}

/** Losses times their weights, where there are any. */
export function weighted(call: string, losses: Tensor, weight: Tensor | undefined): Tensor {
  return weight === undefined ? losses : mul(losses, repeated(call, 'weight', weight, losses));
}
