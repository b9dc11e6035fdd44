import { expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { maxWithIndex, minWithIndex } from '../../src/ops/extremes.ts';
import { sum } from '../../src/ops/reduce.ts';
import { argmax, argmin } from '../../src/ops/arg-extreme.ts';
import { constant } from '../../src/ops/leaf.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const x = constant([3, 7, 7, nan, -1, nan], [2, 3], 'f64');

test('the extreme comes with the first position where it stands; NaN is extreme', () => {
  const largest = maxWithIndex(x, 1);
  expect([evaluate(largest.values), evaluate(largest.indices)]).toEqual([
    [7, nan],
    [1, 0],
  ]);
  const smallest = minWithIndex(x, -1, { keepdims: true });
  expect([evaluate(smallest.values), evaluate(smallest.indices)]).toEqual([
    [3, nan],
    [0, 0],
  ]);
  expect([smallest.values.shape, smallest.indices.shape, smallest.indices.dtype]).toEqual([
    [2, 1],
    [2, 1],
    'i32',
  ]);
});

test('the whole gradient goes to that position', () => {
  const tied = fed('tied', [3], [2, 5, 5]);
  const [gradient] = grad(sum(maxWithIndex(tied.leaf, 0).values), [tied.leaf]);
  expect(evaluate(gradient ?? tied.leaf, [tied])).toEqual([0, 1, 0]);
});

test('positions keep their axis on request, those of the flattened tensor all axes', () => {
  expect(argmax(x, 0, { keepdims: true }).shape).toEqual([1, 3]);
  expect(argmin(x, undefined, { keepdims: true }).shape).toEqual([1, 1]);
  expect(evaluate(argmin(constant([4, 1, 3, 2], [2, 2], 'f64'), undefined, { keepdims: true }))).toEqual([1]);
});

test('an empty axis, an axis that does not exist, booleans and what is no tensor are refused', () => {
  expect(refusal(() => maxWithIndex(input('x', [0]), 0))).toBe('ShapeError E_EMPTY');
  expect(refusal(() => minWithIndex(input('x', [2]), 1))).toBe('ShapeError E_AXIS');
  expect(refusal(() => maxWithIndex(input('x', [2], 'bool'), 0))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => argmax({} as never))).toBe('DTypeError E_NOT_A_TENSOR');
});
