import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { gather, oneHot, scatterAdd } from '../../src/ops/gather.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');

describe('gather', () => {
  test('reads at positions along an axis, repeated ones included', () => {
    expect(evaluate(gather(x, constant([2, 2, 0, 1], [2, 2], 'i32'), 1))).toEqual([3, 3, 4, 5]);
    expect(evaluate(gather(x, constant([1, 0, 1], [1, 3], 'i32'), -2))).toEqual([4, 2, 6]);
  });

  test('clamps positions outside', () => {
    expect(evaluate(gather(x, constant([-7, 9], [2, 1], 'i32'), 1))).toEqual([1, 6]);
  });

  test('refuses indices of another dtype, rank or size', () => {
    expect(refusal(() => gather(x, input('i', [2, 1]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [2], 'i32'), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [3, 1], 'i32'), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [2, 1], 'i32'), 2))).toBe('ShapeError E_AXIS');
  });
});

describe('scatterAdd', () => {
  test('adds updates where the indices say; repeated positions accumulate', () => {
    const target = constant([10, 20, 30], [3], 'f64');
    const indices = constant([2, 0, 2, 9], [4], 'i32');
    expect(evaluate(scatterAdd(target, indices, constant([1, 2, 3, 4], [4], 'f64'), 0))).toEqual([
      12, 20, 38,
    ]);
  });

  test('refuses updates that do not fit', () => {
    const indices = input('i', [2, 1], 'i32');
    expect(refusal(() => scatterAdd(x, indices, input('u', [2, 2], 'f64'), 1))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => scatterAdd(x, indices, input('u', [2, 1]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => scatterAdd(x, input('i', [1, 1], 'i32'), input('u', [1, 1], 'f64'), 1))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => scatterAdd(x, input('i', [2, 1]), input('u', [2, 1], 'f64'), 1))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });
});

test('indices into an empty axis are refused, for there is no position that they could have', () => {
  const empty = constant([], [2, 0], 'f64');
  const indices = input('i', [2, 3], 'i32');
  expect(refusal(() => gather(empty, indices, 1))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => scatterAdd(empty, indices, input('u', [2, 3], 'f64'), 1))).toBe(
    'ShapeError E_SHAPE_MISMATCH',
  );
  expect(gather(empty, input('j', [2, 0], 'i32'), 1).shape).toEqual([2, 0]);
});

describe('oneHot', () => {
  test('puts 1 where the label says', () => {
    expect(evaluate(oneHot(constant([2, 0], [2], 'i32'), 3))).toEqual([0, 0, 1, 1, 0, 0]);
    const batch = dim('batch');
    expect(oneHot(input('y', [batch], 'i32'), 3, 'f64')).toMatchObject({ shape: [batch, 3], dtype: 'f64' });
  });

  test('refuses labels that are not i32', () => {
    expect(refusal(() => oneHot(input('y', [2]), 3))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
