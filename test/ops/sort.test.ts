import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import type { ValuesAndIndices } from '../../src/ops/extremes.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { argsort, kthvalue, sort, topk } from '../../src/ops/sort.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;
const vector = (...numbers: readonly number[]): Tensor => constant(numbers, [numbers.length], 'f64');

function both({ values, indices }: ValuesAndIndices): readonly (readonly number[])[] {
  return [evaluate(values), evaluate(indices)];
}

describe('sorting', () => {
  test('keeps the order of equal elements and takes NaN for the largest', () => {
    expect(both(sort(vector(3, nan, 1, 3, -inf, inf)))).toEqual([
      [-inf, 1, 3, 3, inf, nan],
      [4, 2, 0, 3, 5, 1],
    ]);
    expect(both(sort(vector(3, nan, 1, 3, nan), 0, { descending: true }))).toEqual([
      [nan, nan, 3, 3, 1],
      [1, 4, 0, 3, 2],
    ]);
  });

  test.each([
    [0, [1, 2, 4, 9, 7, 6], [1, 1, 0, 0, 0, 1]],
    [1, [4, 7, 9, 1, 2, 6], [2, 1, 0, 0, 1, 2]],
  ])('runs along axis %d', (axis, values, indices) => {
    expect(both(sort(constant([9, 7, 4, 1, 2, 6], [2, 3], 'f64'), axis))).toEqual([values, indices]);
  });

  test('takes the middle axis of three', () => {
    const x = constant([3, 8, 1, 7, 2, 9, 6, 5, 4, 0, 5, 1], [2, 3, 2], 'f64');
    expect(evaluate(sort(x, 1).values)).toEqual([1, 7, 2, 8, 3, 9, 4, 0, 5, 1, 6, 5]);
    expect(evaluate(argsort(x, 1))).toEqual([1, 1, 2, 0, 0, 2, 1, 1, 2, 2, 0, 0]);
  });

  test('takes integers, booleans and nothing', () => {
    expect(both(sort(constant([2, -5, 2 ** 31 - 1, -(2 ** 31)], [4], 'i32')))).toEqual([
      [-(2 ** 31), -5, 2, 2 ** 31 - 1],
      [3, 1, 0, 2],
    ]);
    expect(sort(input('mask', [3], 'bool')).values.dtype).toBe('bool');
    expect(evaluate(sort(vector()).values)).toEqual([]);
    expect(argsort(input('x', [dim('batch'), 3])).dtype).toBe('i32');
  });

  test('gives the gradient to where elements came from', () => {
    const x = fed('x', [4], [3, 1, 3, 2]);
    const [gradient] = grad(sort(x.leaf).values, [x.leaf], { cotangent: vector(1, 2, 3, 4) });
    expect(evaluate(gradient ?? x.leaf, [x])).toEqual([3, 1, 4, 2]);
  });
});

describe('the k largest', () => {
  test('come in order, the first of equals first, NaN before all', () => {
    expect(both(topk(vector(1, nan, 5, 2, 5), 3))).toEqual([
      [nan, 5, 5],
      [1, 2, 4],
    ]);
    expect(both(topk(vector(1, nan, 5, 2), 3, { largest: false }))).toEqual([
      [1, 2, 5],
      [0, 3, 2],
    ]);
    expect(topk(input('x', [4, 5]), 2, { axis: 0 }).values.shape).toEqual([2, 5]);
    expect(topk(input('x', [4, 5]), 0).indices.shape).toEqual([4, 0]);
  });

  test('alone have a gradient', () => {
    const x = fed('x', [4], [3, 1, 5, 2]);
    const [gradient] = grad(sum(topk(x.leaf, 2).values), [x.leaf]);
    expect(evaluate(gradient ?? x.leaf, [x])).toEqual([1, 0, 1, 0]);
  });
});

test('the k-th smallest is counted from 1, NaN last', () => {
  expect(both(kthvalue(vector(5, 1, nan, 3), 2))).toEqual([[3], [3]]);
  expect(both(kthvalue(vector(5, 1, nan, 3), 4))).toEqual([[nan], [2]]);
  expect(kthvalue(input('x', [2, 3]), 1, 0, { keepdims: true }).values.shape).toEqual([1, 3]);
  expect(kthvalue(input('x', [2, 3]), 1).values.shape).toEqual([2]);
});

describe('the order of elements refuses', () => {
  test.each([
    ['an axis that does not exist', () => sort(input('x', [3]), 1), 'ShapeError E_AXIS'],
    ['more elements than there are', () => topk(input('x', [3]), 4), 'ShapeError E_SIZE'],
    ['a part of an element', () => topk(input('x', [3]), 1.5), 'DeclarationError E_OPTION'],
    ['the element before the first', () => kthvalue(input('x', [3]), 0), 'DeclarationError E_OPTION'],
    ['the element behind the last', () => kthvalue(input('x', [3]), 4), 'ShapeError E_SIZE'],
    ['the largest of booleans', () => topk(input('x', [3], 'bool'), 1), 'DTypeError E_DTYPE_MISMATCH'],
    ['what is no tensor', () => argsort([3, 1] as never), 'DTypeError E_NOT_A_TENSOR'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
