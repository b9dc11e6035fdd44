import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import { nonzero, unique } from '../../src/ops/distinct.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;

describe('distinct elements', () => {
  const x = constant([3, 1, 3, 2, 1, 3], [2, 3], 'f64');

  test('come in order, with places left over', () => {
    const found = unique(x, { size: 4, fill: -1 });
    expect(evaluate(found.values)).toEqual([1, 2, 3, -1]);
    expect(evaluate(found.indices)).toEqual([1, 3, 0, 0]);
    expect(evaluate(found.counts)).toEqual([2, 1, 3, 0]);
    expect(evaluate(found.inverse)).toEqual([2, 0, 2, 1, 0, 2]);
    expect(found.inverse.shape).toEqual([2, 3]);
    expect(evaluate(found.count)).toEqual([3]);
  });

  test('come as they appear on request', () => {
    const found = unique(x, { size: 3, order: 'appearance' });
    expect(evaluate(found.values)).toEqual([3, 1, 2]);
    expect(evaluate(found.inverse)).toEqual([0, 1, 0, 2, 1, 0]);
    expect(evaluate(found.counts)).toEqual([3, 2, 1]);
  });

  test('beyond the size are dropped, but counted', () => {
    const found = unique(x, { size: 2 });
    expect([evaluate(found.values), evaluate(found.counts), evaluate(found.count)]).toEqual([
      [1, 2],
      [2, 1],
      [3],
    ]);
  });

  test('are NaN, infinities and integers too', () => {
    const special = unique(constant([nan, -Infinity, nan, -Infinity], [4], 'f64'), { size: 4 });
    expect(evaluate(special.values)).toEqual([-Infinity, nan, nan, 0]);
    expect(evaluate(special.inverse)).toEqual([1, 0, 2, 0]);
    expect(evaluate(unique(constant([5, 5], [2], 'i32'), { size: 2 }).values)).toEqual([5, 0]);
    expect(evaluate(unique(constant([], [0], 'f64'), { size: 1 }).count)).toEqual([0]);
  });
});

describe('elements other than zero', () => {
  test('are named by their positions in row-major order', () => {
    const found = nonzero(constant([0, 4, 0, nan, -1, 0], [2, 3], 'f64'), { size: 4, fill: -1 });
    expect(found.indices.shape).toEqual([4, 2]);
    expect(evaluate(found.indices)).toEqual([0, 1, 1, 0, 1, 1, -1, -1]);
    expect(evaluate(found.count)).toEqual([3]);
  });

  test('beyond the size are dropped, but counted', () => {
    const found = nonzero(constant([1, 1, 0, 1], [4], 'i32'), { size: 2 });
    expect([evaluate(found.indices), evaluate(found.count)]).toEqual([[0, 1], [3]]);
  });
});

test('sizes that are none, other options, booleans, scalars and what is no tensor are refused', () => {
  const x = input('x', [3]);
  expect(refusal(() => unique(x, { size: 0 }))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => unique(x, { size: 2, order: 'reverse' as never }))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => nonzero(x, { size: 1.5 }))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => nonzero(x, { size: 2, fil: 1 } as never))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => unique(input('b', [3], 'bool'), { size: 2 }))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => nonzero(input('s', []), { size: 2 }))).toBe('ShapeError E_AXIS');
  expect(refusal(() => unique([1, 2] as never, { size: 2 }))).toBe('DTypeError E_NOT_A_TENSOR');
});
