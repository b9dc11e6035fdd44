// What normalisations have in common: mean and variance over some axes, the standardised tensor, and the checks of what
// scales it. A statistic lives on the axes that remain; `axes` always ascend.
import { isFloat, type FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { elementCount, printShape, printSize, shapesEqual, type Shape, type Size } from '../ir/size.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { sizeOf } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sum } from '../ops/reduce.ts';
import { sqrt } from '../ops/unary.ts';

/** Mean and variance over some axes of a tensor. */
export interface Statistics {
  readonly mean: Tensor;
  /** The mean square of what is centred: divided by the number of elements. */
  readonly variance: Tensor;
}

/** Statistics of a tensor itself. */
export interface OwnStatistics extends Statistics {
  /** `x` less its mean. */
  readonly centred: Tensor;
  /** The variance divided by one less than the number of elements. */
  readonly unbiased: Tensor;
}

/** Two passes: the squares are those of what is centred, so that a large mean costs no digits. */
export function statisticsOf(x: Tensor, axes: readonly number[]): OwnStatistics {
  const size = sizeOf(countOf(x, axes), x.dtype);
  const mean = div(sum(x, axes), size);
  const centred = sub(x, alongOthers(mean, x, axes));
  const squares = sum(mul(centred, centred), axes);
  return { mean, centred, variance: div(squares, size), unbiased: div(squares, sub(size, 1)) };
}

/** How many elements go into one statistic. */
export function countOf(x: Tensor, axes: readonly number[]): Size {
  return elementCount(axes.map((axis) => x.shape[axis] ?? 1));
}

/** A tensor over the axes that are not reduced, repeated along those that are. */
export function alongOthers(values: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return broadcastAlong(values, x.shape, others);
}

/** `1 / √(variance + eps)` */
export function inverseDeviation(variance: Tensor, eps: number): Tensor {
  return div(1, sqrt(add(variance, eps)));
}

/** Factor and offset that follow a standardisation; absent: 1 and 0. */
export interface AffineParts {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
}

/** `standardised · weight + bias`, both repeated from the given axes. */
export function affine(standardised: Tensor, axes: readonly number[], { weight, bias }: AffineParts): Tensor {
  const repeated = (part: Tensor): Tensor => broadcastAlong(part, standardised.shape, axes);
  const scaled = weight === undefined ? standardised : mul(standardised, repeated(weight));
  return bias === undefined ? scaled : add(scaled, repeated(bias));
}

/** The dtype of what is normalised. @throws {DTypeError} `E_DTYPE_MISMATCH` unless it is a float */
export function floatDType(call: string, x: Tensor): FloatDType {
  requireTensors(call, x);
  if (isFloat(x.dtype)) return x.dtype;
  throw dtypeMismatch({
    operation: call,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
  });
}

/** Checks what scales or shifts a tensor, or stands in for its statistics. @throws {ShapeError} `E_SHAPE_MISMATCH` */
export function checkPart(
  call: string,
  x: Tensor,
  what: string,
  part: Tensor | undefined,
  wanted: Shape,
): void {
  if (part === undefined) return;
  requireTensors(call, part);
  if (shapesEqual(part.shape, wanted)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: call,
    problem: `${what} has shape ${printShape(part.shape)} for an input ${printShape(x.shape)}`,
    expectation: `takes ${what} ${printShape(wanted)}`,
    operands: [x, part],
  });
}

/** Refuses batches of which every statistic has one value: their variance says nothing. @throws {ShapeError} */
export function refuseSingleValue(call: string, x: Tensor, count: Size, of: string): void {
  if (count !== 1) return;
  throw shapeMismatch({
    code: 'E_SINGLE_VALUE',
    operation: call,
    problem: `${printSize(count)} value a ${of} has no variance`,
    expectation: `takes batches with at least two values a ${of}`,
    operands: [x],
  });
}

/** What a call on channels is given: each `[C]`, or absent. */
interface ChannelParts extends AffineParts {
  readonly runningMean: Tensor | undefined;
  readonly runningVar: Tensor | undefined;
}

/**
 * Refuses an `x` that is not `[N, C, …]`, and parts that are not `[C]`.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH`
 */
export function checkChannels(call: string, x: Tensor, parts: ChannelParts): void {
  const [, channels] = x.shape;
  if (channels === undefined) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: call,
      problem: `the input has shape ${printShape(x.shape)}`,
      expectation: 'takes [N, C, …]',
      operands: [x],
    });
  }
  for (const [what, part] of Object.entries<Tensor | undefined>({ ...parts }))
    checkPart(call, x, what, part, [channels]);
}
