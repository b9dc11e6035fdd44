import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { movedim, rot90, swapaxes } from '../../src/ops/axes.ts';
import { expandDims } from '../../src/ops/reshape.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const wide = input('wide', [2, 3, 4, 5]);

describe('axes', () => {
  test('swapaxes puts two in each other’s place', () => {
    expect(evaluate(swapaxes(x, 0, -1))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(swapaxes(input('named', [dim('batch'), 3]), 0, 1).shape).toEqual([3, dim('batch')]);
    expect(refusal(() => swapaxes(x, 0, 2))).toBe('ShapeError E_AXIS');
  });

  test('movedim moves some and keeps the order of the others', () => {
    expect(movedim(wide, [0, -1], [2, 0]).shape).toEqual([5, 3, 2, 4]);
    expect(movedim(wide, 1, -1).shape).toEqual([2, 4, 5, 3]);
    for (const [from, to] of [
      [
        [0, 0],
        [1, 2],
      ],
      [
        [0, 1],
        [2, 2],
      ],
      [[0], [1, 2]],
      [[4], [0]],
    ] as const) {
      expect(refusal(() => movedim(wide, from, to))).toBe('ShapeError E_AXIS');
    }
  });

  test('rot90 turns a plane by quarters', () => {
    expect(evaluate(rot90(x))).toEqual([3, 6, 2, 5, 1, 4]);
    expect(evaluate(rot90(x, -1))).toEqual([4, 1, 5, 2, 6, 3]);
    expect(evaluate(rot90(x, 2))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(rot90(x, 4)).toBe(x);
    expect(rot90(wide, 1, [1, 3]).shape).toEqual([2, 5, 4, 3]);
    expect(refusal(() => rot90(x, 1, [0, -2]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => rot90(x, 0.5))).toBe('DeclarationError E_OPTION');
  });

  test('expandDims puts several axes at places of the result', () => {
    expect(expandDims(x, [0, 2, -1]).shape).toEqual([1, 2, 1, 3, 1]);
    expect(expandDims(x, []).shape).toEqual([2, 3]);
    expect(refusal(() => expandDims(x, [0, 0]))).toBe('ShapeError E_AXIS');
    expect(refusal(() => expandDims(x, [4]))).toBe('ShapeError E_AXIS');
  });
});
