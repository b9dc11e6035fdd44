import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { slide } from '../../src/ops/slide.ts';
import { overlapAdd, windows } from '../../src/ops/windows.ts';
import { positionOfMaximum, windowMaximum } from '../../src/ops/window-maximum.ts';
import { transpose } from '../../src/ops/movement.ts';
import { input, constant } from '../support/untyped.ts';
import { evaluate } from '../support/values.ts';

const x = constant([1, 2, 3, 4], [4], 'f64');
const plain = { axis: 0, window: null, stride: 1, dilation: 0, offset: 0, divisor: 1 };

describe('slide', () => {
  test('reads at (o · stride + k · dilation + offset) / divisor, and fills what is not whole or not inside', () => {
    expect(evaluate(slide(x, { ...plain, size: 6, offset: -1 }))).toEqual([0, 1, 2, 3, 4, 0]);
    expect(evaluate(slide(x, { ...plain, size: 5, divisor: 2 }, -1))).toEqual([1, -1, 2, -1, 3]);
    expect(evaluate(slide(x, { ...plain, size: 3, stride: -2, offset: 3 }))).toEqual([4, 2, 0]);
    const table = constant([1, 2, 3, 4, 5, 6, 7, 8], [4, 2], 'f64');
    const along = { ...plain, size: 2, window: 1, dilation: 2, stride: 1 };
    expect(evaluate(slide(table, along))).toEqual([1, 6, 3, 8]);
  });

  test('that never leaves its input is pure movement, the identity is nothing, others look', () => {
    expect(slide(x, { ...plain, size: 2, stride: 3 }).op.name).toBe('window');
    expect(slide(x, { ...plain, size: 4 })).toBe(x);
    expect(slide(x, { ...plain, size: 5 }).op.name).toBe('slide');
    expect(slide(x, { ...plain, size: 2, divisor: 2 }).op.name).toBe('slide');
  });

  test('of a transposed tensor is the transpose of a slide, so that both share a padded copy', () => {
    const y = input('y', [2, 3]);
    const geometry = { ...plain, size: 5, offset: -1 };
    expect(slide(transpose(y), geometry)).toBe(transpose(slide(y, { ...geometry, axis: 1 })));
  });
});

const axis = { axis: 0, count: 2, kernel: 3, stride: 2, dilation: 1, offset: -1 };

describe('windows and their sum', () => {
  test('windows stand where the axis was, their elements at the end', () => {
    const view = windows(x, [axis], -1);
    expect(view.shape).toEqual([2, 3]);
    expect(evaluate(view)).toEqual([-1, 1, 2, 2, 3, 4]);
  });

  test('overlapping windows add up, and what lies outside is lost', () => {
    const parts = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
    expect(evaluate(overlapAdd(parts, [axis], [4]))).toEqual([2, 7, 5, 6]);
  });
});

describe('windowMaximum', () => {
  const gradientOf = (numbers: readonly number[], geometry = axis): readonly number[] => {
    const y = input('y', [numbers.length], 'f64');
    const [slope] = grad(windowMaximum(y, [geometry]), [y], {
      cotangent: constant([1, 10], [2], 'f64'),
    });
    return slope === undefined ? [] : evaluate(slope, [{ leaf: y, numbers }]);
  };

  test('takes the largest element, NaN before all, and -∞ outside', () => {
    expect(evaluate(windowMaximum(constant([-3, -2, -1, NaN], [4], 'f64'), [axis]))).toEqual([-2, NaN]);
  });

  test('gives the gradient to the first of equal elements', () => {
    expect(gradientOf([5, 5, 5, 1])).toEqual([1, 10, 0, 0]);
    expect(gradientOf([1, NaN, NaN, 2])).toEqual([0, 11, 0, 0]);
  });

  test('a window of -∞ alone gives it to the first element inside', () => {
    const numbers = [-Infinity, -Infinity, -Infinity, -Infinity];
    expect(gradientOf(numbers)).toEqual([1, 10, 0, 0]);
    expect(evaluate(positionOfMaximum(constant(numbers, [4], 'f64'), [axis]))).toEqual([1, 0]);
  });
});
