import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { constant } from '../../src/ops/leaf.ts';
import { max, min, prod, sum } from '../../src/ops/reduce.ts';
import { cast } from '../../src/ops/select.ts';
import { all, any, countNonzero } from '../../src/ops/truth.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const mask = cast(constant([1, 0, 1, 0, 0, 1], [2, 3], 'i32'), 'bool');
const { NaN: nan } = Number;

describe('any and all', () => {
  test('reduce booleans over axes', () => {
    expect(evaluate(any(mask, 0))).toEqual([1, 0, 1]);
    expect(evaluate(all(mask, 0))).toEqual([0, 0, 1]);
    expect(evaluate(any(mask))).toEqual([1]);
    expect(evaluate(all(mask, [0, 1], { keepdims: true }))).toEqual([0]);
    expect(all(mask, 1, { keepdims: true }).shape).toEqual([2, 1]);
    expect(any(mask).dtype).toBe('bool');
  });

  test('take numbers other than 0 as true, NaN included', () => {
    const x = constant([0, -0, 0.5, nan], [2, 2], 'f64');
    expect(evaluate(any(x, 1))).toEqual([0, 1]);
    expect(evaluate(all(x, 1))).toEqual([0, 1]);
  });

  test('of nothing are false and true', () => {
    const nothing = constant([], [0, 2], 'f64');
    expect(evaluate(any(nothing, 0))).toEqual([0, 0]);
    expect(evaluate(all(nothing, 0))).toEqual([1, 1]);
  });

  test('reduce named sizes, and refuse axes that do not exist', () => {
    expect(any(input('x', [dim('batch'), 2]), 0).shape).toEqual([2]);
    expect(refusal(() => all(input('x', [2]), 1))).toBe('ShapeError E_AXIS');
    expect(refusal(() => any('x' as never))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});

test('what is not 0 is counted in i32', () => {
  expect(evaluate(countNonzero(constant([0, 2, nan, 0], [4], 'f64')))).toEqual([2]);
  expect(evaluate(countNonzero(mask, 1))).toEqual([2, 1]);
  expect(countNonzero(mask, 1, { keepdims: true }).dtype).toBe('i32');
});

test('sums and products of booleans are i32', () => {
  expect(evaluate(sum(mask, 0))).toEqual([1, 0, 2]);
  expect(evaluate(prod(mask, 0))).toEqual([0, 0, 1]);
  expect([sum(mask).dtype, prod(mask).dtype]).toEqual(['i32', 'i32']);
});

test('the largest and the smallest of booleans are booleans', () => {
  expect([evaluate(max(mask, 1)), evaluate(min(mask, 0))]).toEqual([
    [1, 1],
    [0, 0, 1],
  ]);
  expect([max(mask).dtype, min(mask).dtype]).toEqual(['bool', 'bool']);
});
