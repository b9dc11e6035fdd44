import { describe, expect, test } from 'vitest';
import { dim, printShape } from '../../src/ir/size.ts';
import { expand, repeat, repeatInterleave, roll, tile } from '../../src/ops/repeat.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4], [2, 2], 'f64');
const named = input('named', [dim('batch'), 3]);

describe('expand', () => {
  test('keeps sizes that are -1 and stretches from 1', () => {
    expect(expand(input('x', [2, 1]), [4, -1, 3]).shape).toEqual([4, 2, 3]);
    expect(printShape(expand(named, [-1, -1]).shape)).toBe('[batch, 3]');
    expect(refusal(() => expand(x, [-1, 2, 2]))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => expand(x, [2]))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => expand(x, [3, 2]))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('tile and repeat', () => {
  test('put the tensor side by side', () => {
    expect(evaluate(tile(x, [2]))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(evaluate(tile(x, [2, 1]))).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(tile(x, [3, 1, 2]).shape).toEqual([3, 2, 4]);
    expect(tile(x, [0, 1]).shape).toEqual([0, 2]);
    expect(tile(x, [])).toBe(x);
    expect(printShape(tile(named, [2, 1]).shape)).toBe('[2·batch, 3]');
    expect(evaluate(repeat(x, [1, 2]))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  });

  test('refuse negative numbers, and repeat a list that is too short', () => {
    expect(refusal(() => tile(x, [-1]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => repeat(x, [2]))).toBe('ShapeError E_AXIS');
  });
});

describe('repeatInterleave', () => {
  test('repeats every element in a row, of the flattened tensor without an axis', () => {
    expect(evaluate(repeatInterleave(x, 2))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(evaluate(repeatInterleave(x, 2, 0))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(evaluate(repeatInterleave(x, [0, 3], 1))).toEqual([2, 2, 2, 4, 4, 4]);
    expect(repeatInterleave(x, 0, 1).shape).toEqual([2, 0]);
    expect(repeatInterleave(x, [0, 0], 1).shape).toEqual([2, 0]);
    expect(printShape(repeatInterleave(named, 2, 0).shape)).toBe('[2·batch, 3]');
  });

  test('takes repeats from data, and the size from the caller', () => {
    const repeats = fed('repeats', [2], [1, 2], 'i32');
    const repeated = (size: number) => repeatInterleave(x, repeats.leaf, 0, { size });
    expect(evaluate(repeated(3), [repeats])).toEqual([1, 2, 3, 4, 3, 4]);
    expect(evaluate(repeated(1), [repeats])).toEqual([1, 2]);
    expect(evaluate(repeated(4), [repeats])).toEqual([1, 2, 3, 4, 3, 4, 3, 4]);
    expect(refusal(() => repeatInterleave(x, repeats.leaf, 0))).toBe('DeclarationError E_OPTION');
  });

  test('refuses lists of another length and negative numbers', () => {
    expect(refusal(() => repeatInterleave(x, [1], 0))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => repeatInterleave(x, -1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => repeatInterleave(x, input('r', [3], 'i32'), 0, { size: 3 }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
  });
});

describe('roll', () => {
  test('brings back at one end what leaves the other', () => {
    expect(evaluate(roll(x, 1, 1))).toEqual([2, 1, 4, 3]);
    expect(evaluate(roll(x, 1))).toEqual([4, 1, 2, 3]);
    expect(evaluate(roll(x, -5))).toEqual([2, 3, 4, 1]);
    expect(evaluate(roll(x, [1, 1], [0, -1]))).toEqual([4, 3, 2, 1]);
    expect(roll(x, 4, 0)).toBe(x);
    expect(printShape(roll(named, 4, 0).shape)).toBe('[batch, 3]');
    expect(roll(constant([], [0, 2], 'f64'), 3, 0).shape).toEqual([0, 2]);
  });

  test('refuses shifts that do not pair with axes', () => {
    expect(refusal(() => roll(x, [1, 1]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => roll(x, [1], [0, 1]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => roll(x, 1, 2))).toBe('ShapeError E_AXIS');
  });
});
