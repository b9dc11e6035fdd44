import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { contract, freeAxes, matmul } from '../../src/ops/contraction.ts';
import { constant } from '../../src/ops/leaf.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const batch = dim('batch');

describe('matmul', () => {
  test('multiplies matrices', () => {
    const a = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
    const b = constant([1, 0, 0, 1, 1, 1], [3, 2], 'f64');
    expect(evaluate(matmul(a, b))).toEqual([4, 5, 10, 11]);
  });

  test.each([
    [[3], [3], []],
    [[2, 3], [3], [2]],
    [[3], [3, 4], [4]],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
    [
      [5, 1, 2, 3],
      [6, 3, 4],
      [5, 6, 2, 4],
    ],
    [[3], [5, 3, 4], [5, 4]],
    [
      [batch, 3],
      [3, 4],
      [batch, 4],
    ],
    [
      [2, 0],
      [0, 3],
      [2, 3],
    ],
  ])('of %j by %j has shape %j', (left, right, expected) => {
    expect(matmul(input('a', left), input('b', right)).shape).toEqual(expected);
  });

  test('over an empty axis is zero; NaN and infinities spread', () => {
    expect(evaluate(matmul(constant([], [2, 0], 'f64'), constant([], [0, 1], 'f64')))).toEqual([0, 0]);
    const a = constant([Infinity, 0, 1, 1], [2, 2], 'f64');
    expect(evaluate(matmul(a, constant([0, 1], [2], 'f64')))).toEqual([Number.NaN, 1]);
  });

  test.each([
    [[2, 3], [2, 3], 'ShapeError E_SHAPE_MISMATCH'],
    [[2, 3, 4], [3, 4, 2], 'ShapeError E_SHAPE_MISMATCH'],
    [[3], [4], 'ShapeError E_SHAPE_MISMATCH'],
    [[batch, 3], [batch, 3], 'ShapeError E_SHAPE_MISMATCH'],
    [[], [3], 'ShapeError E_RANK'],
  ])('refuses %j by %j', (left, right, expected) => {
    expect(refusal(() => matmul(input('a', left), input('b', right)))).toBe(expected);
  });

  test('multiplies integers, and wraps at 32 bits', () => {
    const a = constant([1, 2, 3, 4, 5, 6], [2, 3], 'i32');
    const b = constant([1, 0, -1, 1, 1, 1], [3, 2], 'i32');
    expect(matmul(a, b).dtype).toBe('i32');
    expect(evaluate(matmul(a, b))).toEqual([2, 5, 5, 11]);
    const large = constant([2 ** 30, 2 ** 30], [2], 'i32');
    expect(evaluate(matmul(large, constant([1, 1], [2], 'i32')))).toEqual([-(2 ** 31)]);
  });

  test('multiplies batches of integers', () => {
    const a = constant([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], 'i32');
    const b = constant([1, 2, 3, 4], [2, 2], 'i32');
    expect(evaluate(matmul(a, b))).toEqual([7, 10, 15, 22, 23, 34, 31, 46]);
    expect(evaluate(matmul(b, a))).toEqual([7, 10, 15, 22, 19, 22, 43, 50]);
  });

  test('refuses booleans and mixed dtypes', () => {
    const truths = input('b', [2, 2], 'bool');
    expect(refusal(() => matmul(truths, truths))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => matmul(input('a', [2, 2]), input('b', [2, 2], 'f64')))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });

  test('an error shows the shapes that the user passed, not the promoted ones', () => {
    expect(() => matmul(input('a', [3]), input('b', [4]))).toThrow('matmul: [3] by [4]');
  });
});

describe('contract', () => {
  test('orders axes: batch, free axes of left, free axes of right', () => {
    const a = input('a', [2, 3, 4, 5]);
    const b = input('b', [5, 2, 6, 3]);
    const axes = { batchLeft: [0], batchRight: [1], contractLeft: [1, 3], contractRight: [3, 0] };
    expect(contract(a, b, axes).shape).toEqual([2, 4, 6]);
  });

  test('without contracted axes is the outer product', () => {
    const none = { batchLeft: [], batchRight: [], contractLeft: [], contractRight: [] };
    const a = constant([1, 2], [2], 'f64');
    expect(evaluate(contract(a, constant([3, 5], [2], 'f64'), none))).toEqual([3, 5, 6, 10]);
  });

  test('refuses pairs of two sizes, missing partners and axes given twice', () => {
    const a = input('a', [2, 3]);
    const none = { batchLeft: [], batchRight: [], contractLeft: [], contractRight: [] };
    const mismatch = 'ShapeError E_SHAPE_MISMATCH';
    expect(refusal(() => contract(a, a, { ...none, contractLeft: [0], contractRight: [1] }))).toBe(mismatch);
    expect(refusal(() => contract(a, a, { ...none, contractLeft: [0] }))).toBe(mismatch);
    expect(refusal(() => contract(a, a, { ...none, contractRight: [0] }))).toBe(mismatch);
    expect(
      refusal(() =>
        contract(a, a, { batchLeft: [0], batchRight: [0], contractLeft: [0], contractRight: [0] }),
      ),
    ).toBe('ShapeError E_AXIS');
    expect(refusal(() => contract(a, a, { ...none, contractLeft: [2], contractRight: [0] }))).toBe(
      'ShapeError E_AXIS',
    );
  });

  test('free axes are what is neither batch nor contracted', () => {
    expect(freeAxes(4, [0], [2])).toEqual([1, 3]);
  });
});
