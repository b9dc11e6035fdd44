// Integer labels of classes, and a weight for every class: how losses check them against the scores.
import type { Tensor } from '../ir/node.ts';
import { printShape, printSize, shapesEqual, type Shape } from '../ir/size.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { constant, requireFloat } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { positions } from '../ops/positions.ts';

/** A factor for every class: numbers, or a tensor `[C]`. */
export type ClassWeights = readonly number[] | Tensor;

/**
 * Labels of the shape of the scores without the class axis; those of a constant are checked to lie in `0 … C - 1` at
 * once, those that are fed when they are fed.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` unless they are i32 @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX`
 */
export function checkedLabels(
  call: string,
  scores: Tensor,
  labels: Tensor,
  axis: number,
  ignoreIndex: number | null = null,
): Tensor {
  requireTensors(call, scores, labels);
  const wanted: Shape = scores.shape.toSpliced(axis, 1);
  if (labels.dtype !== 'i32') {
    throw dtypeMismatch({
      operation: call,
      problem: `the labels are ${labels.dtype}`,
      expectation: 'takes i32 labels',
      operands: [labels],
    });
  }
  if (!shapesEqual(labels.shape, wanted)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `labels ${printShape(labels.shape)} do not fit scores ${printShape(scores.shape)}`,
      expectation: `takes labels ${printShape(wanted)}`,
      operands: [scores, labels],
    });
  }
  return positions(call, labels, scores.shape[axis] ?? 1, {
    what: 'label',
    ...(ignoreIndex === null ? {} : { except: ignoreIndex }),
  });
}

/**
 * The axis of the classes of `[N, C, …]` or `[C]`.
 * @throws {ShapeError} `E_RANK` for a scalar @throws {DTypeError} `E_DTYPE_MISMATCH` unless scores are floats
 */
export function classAxis(call: string, scores: Tensor): number {
  requireTensors(call, scores);
  requireFloat(call, scores);
  if (scores.shape.length > 0) return scores.shape.length === 1 ? 0 : 1;
  throw shapeMismatch({
    code: 'E_RANK',
    operation: call,
    problem: 'a scalar has no classes',
    expectation: 'takes [N, C], [C] or [N, C, …]',
    operands: [scores],
  });
}

/** Class weights repeated to the shape of the scores. @throws {ShapeError} `E_SHAPE_MISMATCH` unless one a class */
export function weightsOf(
  call: string,
  scores: Tensor,
  axis: number,
  weight: ClassWeights | undefined,
): Tensor | undefined {
  if (weight === undefined) return undefined;
  const weights = 'op' in weight ? weight : constant(weight, [weight.length], scores.dtype);
  const classes = scores.shape[axis] ?? 1;
  if (!shapesEqual(weights.shape, [classes])) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `${printShape(weights.shape)} weights for ${printSize(classes)} classes`,
      expectation: `takes one weight for every class, [${printSize(classes)}]`,
      operands: [scores, weights],
    });
  }
  return broadcastAlong(weights, scores.shape, [axis]);
}
