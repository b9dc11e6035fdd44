// Numbers that layers take for every spatial axis (kernel, stride, padding, dilation), as PyTorch takes them: one for all
// axes or a list with one for each. Relies on checks of options only.
import { isFloat } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape } from '../ir/size.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { numericSize } from '../ops/movement.ts';
import { type AllowedRange, badOption, checkOption, describeValue, isList } from '../ops/option.ts';

/** One number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

/** The numbers of every axis. A list of one stands for all of them. @throws {DeclarationError} `E_OPTION` */
export function perAxis(
  call: string,
  option: string,
  given: PerAxis,
  rank: number,
  allowed: AllowedRange,
): readonly number[] {
  const list = typeof given === 'number' ? [given] : given;
  if (!isList(list)) {
    throw badOption(call, `${option} is ${printPerAxis(given)}`, `takes a number or a list of ${rank}`);
  }
  if (list.length !== 1 && list.length !== rank) {
    throw badOption(call, `${option} is [${list.join(', ')}]`, `takes a number or a list of ${rank}`);
  }
  for (const number of list) checkOption(call, option, number, allowed);
  return list.length === rank ? list : Array.from({ length: rank }, () => list[0] ?? 0);
}

/** `2` or `[2, 3]`, as a user writes it. */
export function printPerAxis(given: unknown): string {
  return typeof given === 'number' ? String(given) : describeValue(given);
}

/**
 * Sizes of the last `rank` axes of `x`, which has `before` axes before them, or one less where there is no batch.
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM`
 */
export function spatialSizes(operation: string, x: Tensor, rank: number): readonly number[] {
  const isBatched = x.shape.length === rank + 2;
  if (!isBatched && x.shape.length !== rank + 1) {
    const axes = ['L', 'H, W', 'D, H, W'][rank - 1] ?? '…';
    throw shapeMismatch({
      code: 'E_RANK',
      operation,
      problem: `the input has shape ${printShape(x.shape)}`,
      expectation: `takes [N, C, ${axes}] or [C, ${axes}]`,
      operands: [x],
    });
  }
  const first = x.shape.length - rank;
  return Array.from({ length: rank }, (_, at) => numericSize(operation, x, first + at));
}

/** @throws {DTypeError} for what is no tensor of floats */
export function requireFloats(call: string, x: Tensor): void {
  requireTensors(call, x);
  if (isFloat(x.dtype)) return;
  throw dtypeMismatch({
    operation: call,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
  });
}
