import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { sum } from '../../src/ops/reduce.ts';
import { scatter, scatterAdd, scatterReduce, type ScatterReduction } from '../../src/ops/scatter.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');

describe('scatterAdd', () => {
  test('adds updates where the indices say; repeated positions accumulate', () => {
    const target = constant([10, 20, 30], [3], 'f64');
    const indices = constant([2, 0, 2], [3], 'i32');
    expect(evaluate(scatterAdd(target, indices, constant([1, 2, 3], [3], 'f64'), 0))).toEqual([12, 20, 34]);
  });

  test('changes a corner where the indices are smaller, and takes the first of more updates', () => {
    const indices = constant([2], [1, 1], 'i32');
    const updates = constant([10, 20, 30, 40], [2, 2], 'f64');
    expect(evaluate(scatterAdd(x, indices, updates, 1))).toEqual([1, 2, 13, 4, 5, 6]);
  });

  test('refuses updates that do not fit', () => {
    const indices = input('i', [2, 1], 'i32');
    const update = (shape: readonly number[]) => input('u', shape, 'f64');
    expect(refusal(() => scatterAdd(x, indices, update([1, 1]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => scatterAdd(x, indices, update([2]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => scatterAdd(x, indices, input('u', [2, 1]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
    const tall = input('i', [3, 1], 'i32');
    expect(refusal(() => scatterAdd(x, tall, update([3, 1]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => scatterAdd(x, input('i', [2, 1]), update([2, 1]), 1))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    const flags = input('b', [2, 1], 'bool');
    expect(refusal(() => scatterAdd(flags, indices, flags, 1))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});

describe('scatter', () => {
  test('puts updates in place of elements; the last one of a position stands', () => {
    const indices = constant([2, 0, 2, 1, 1, 1], [2, 3], 'i32');
    const updates = constant([10, 20, 30, 40, 50, 60], [2, 3], 'f64');
    expect(evaluate(scatter(x, indices, updates, 1))).toEqual([20, 2, 30, 4, 60, 6]);
  });

  test('puts one number, booleans too', () => {
    expect(evaluate(scatter(x, constant([0, 1], [2, 1], 'i32'), -1, 1))).toEqual([-1, 2, 3, 4, -1, 6]);
    const flags = constant([0, 0, 1], [3], 'bool');
    expect(evaluate(scatter(flags, constant([0, 2], [2], 'i32'), constant([1, 0], [2], 'bool'), 0))).toEqual([
      1, 0, 0,
    ]);
  });

  test('takes a scalar for a vector of one element', () => {
    const single = constant([7], [], 'f64');
    const replaced = scatter(single, constant([0], [], 'i32'), constant([3], [], 'f64'), 0);
    expect(replaced.shape).toEqual([]);
    expect(evaluate(replaced)).toEqual([3]);
  });

  test('gives what it replaces no gradient, and the updates theirs', () => {
    const target = fed('t', [3], [1, 2, 3]);
    const updates = fed('u', [2], [4, 5]);
    const result = scatter(target.leaf, constant([2, 0], [2], 'i32'), updates.leaf, 0);
    const weighted = sum(result);
    const [ofTarget, ofUpdates] = grad(weighted, [target.leaf, updates.leaf]);
    if (ofTarget === undefined || ofUpdates === undefined) throw new Error('a gradient is missing');
    expect(evaluate(ofTarget, [target, updates])).toEqual([0, 1, 0]);
    expect(evaluate(ofUpdates, [target, updates])).toEqual([1, 1]);
  });
});

describe('scatterReduce', () => {
  const target = constant([1, 2, 3, 4], [4], 'f64');
  const indices = constant([0, 1, 0, 1, 2, 1], [6], 'i32');
  const updates = constant([1, 2, 3, 4, 5, 6], [6], 'f64');
  // torch.tensor([1., 2, 3, 4]).scatter_reduce(0, indices, torch.arange(1., 7), reduce, include_self=…)
  test.each<[ScatterReduction, boolean, readonly number[]]>([
    ['sum', true, [5, 14, 8, 4]],
    ['sum', false, [4, 12, 5, 4]],
    ['prod', true, [3, 96, 15, 4]],
    ['prod', false, [3, 48, 5, 4]],
    ['mean', true, [5 / 3, 3.5, 4, 4]],
    ['mean', false, [2, 4, 5, 4]],
    ['amax', true, [3, 6, 5, 4]],
    ['amax', false, [3, 6, 5, 4]],
    ['amin', true, [1, 2, 3, 4]],
    ['amin', false, [1, 2, 5, 4]],
  ])('%s, with the elements themselves: %s', (reduce, includeSelf, expected) => {
    expect(evaluate(scatterReduce(target, indices, updates, 0, reduce, { includeSelf }))).toEqual(expected);
  });

  test('passes NaN on, and starts extremes of integers at their ends', () => {
    const withNaN = constant([Number.NaN, 2], [2], 'f64');
    const pair = constant([0, 1], [2], 'i32');
    expect(evaluate(scatterReduce(target, pair, withNaN, 0, 'amax'))).toEqual([Number.NaN, 2, 3, 4]);
    const whole = constant([7, 8], [2], 'i32');
    const least = scatterReduce(whole, constant([1], [1], 'i32'), constant([9], [1], 'i32'), 0, 'amin', {
      includeSelf: false,
    });
    expect(evaluate(least)).toEqual([7, 9]);
  });

  test('refuses other reductions, and a mean of integers', () => {
    const other = 'median' as ScatterReduction;
    expect(refusal(() => scatterReduce(target, indices, updates, 0, other))).toBe(
      'DeclarationError E_OPTION',
    );
    const whole = constant([7, 8], [2], 'i32');
    expect(refusal(() => scatterReduce(whole, whole, whole, 0, 'mean'))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
