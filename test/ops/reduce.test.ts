import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { constant } from '../../src/ops/leaf.ts';
import { initialOf, max, mean, min, prod, sum, variance } from '../../src/ops/reduce.ts';
import { argmax, argmin } from '../../src/ops/arg-extreme.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;
const matrix = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');

describe('axes', () => {
  test.each([
    [undefined, [], [21]],
    [0, [3], [5, 7, 9]],
    [-1, [2], [6, 15]],
    [[1, 0], [], [21]],
    [[], [2, 3], [1, 2, 3, 4, 5, 6]],
  ])('sum over %j', (axes, shape, expected) => {
    expect(sum(matrix, axes).shape).toEqual(shape);
    expect(evaluate(sum(matrix, axes))).toEqual(expected);
  });

  test('stay with size 1 on request', () => {
    expect(sum(matrix, 0, { keepdims: true }).shape).toEqual([1, 3]);
    expect(sum(matrix, undefined, { keepdims: true }).shape).toEqual([1, 1]);
    expect(evaluate(max(matrix, 1, { keepdims: true }))).toEqual([3, 6]);
  });

  test('of named sizes are reduced like others', () => {
    const x = input('x', [dim('batch'), 3]);
    expect(sum(x, 0).shape).toEqual([3]);
    expect(mean(x).shape).toEqual([]);
  });
});

describe('values on edge cases', () => {
  test.each([
    ['sum of nothing is 0', sum, [], 0],
    ['product of nothing is 1', prod, [], 1],
    ['sum with both infinities is NaN', sum, [inf, -inf], nan],
    ['product with a zero', prod, [3, 0, 5], 0],
    ['max lets NaN win', max, [1, nan, 3], nan],
    ['min lets NaN win', min, [1, nan, 3], nan],
    ['max of -∞', max, [-inf, -inf], -inf],
    ['min of ∞', min, [inf], inf],
    ['mean', mean, [1, 2, 6], 3],
    ['mean of nothing is NaN', mean, [], nan],
    ['unbiased variance', variance, [1, 2, 6], 7],
    ['unbiased variance of one element is NaN', variance, [4], nan],
  ])('%s', (_, build, numbers, expected) => {
    expect(evaluate(build(constant(numbers, [numbers.length], 'f64')))).toEqual([expected]);
  });

  test('biased variance along an axis', () => {
    expect(evaluate(variance(matrix, 1, { correction: 0, keepdims: true }))).toEqual([2 / 3, 2 / 3]);
  });

  test('i32 sums and products wrap at 32 bits', () => {
    const x = constant([2 ** 31 - 1, 1], [2], 'i32');
    expect(evaluate(sum(x))).toEqual([-(2 ** 31)]);
    const factors = constant([123456789, 987654321, 1], [3], 'i32');
    expect(evaluate(prod(factors))).toEqual([Math.imul(123456789, 987654321)]);
    expect(evaluate(max(constant([-5, -7], [2], 'i32')))).toEqual([-5]);
  });

  test('the extremes of i32 stand in for infinities', () => {
    expect(initialOf('max', 'i32')).toBe(-(2 ** 31));
    expect(initialOf('min', 'i32')).toBe(2 ** 31 - 1);
    expect(initialOf('max', 'f32')).toBe(-Infinity);
  });
});

describe('positions of extremes', () => {
  test.each([
    ['argmax takes the first of equals', argmax, [1, 3, 3], 1],
    ['argmin takes the first of equals', argmin, [2, 1, 1], 1],
    ['argmax finds NaN', argmax, [5, nan, 9, nan], 1],
    ['argmin finds NaN', argmin, [5, nan, -9], 1],
    ['argmax of -∞', argmax, [-inf, -inf], 0],
    ['argmin of zeros ignores their signs', argmin, [0, -0], 0],
  ])('%s', (_, build, numbers, expected) => {
    expect(evaluate(build(constant(numbers, [numbers.length], 'f64')))).toEqual([expected]);
  });

  test('along an axis, or of the flattened tensor', () => {
    const x = constant([1, 9, 3, 7, 5, 8], [2, 3], 'f64');
    expect(evaluate(argmax(x, 1))).toEqual([1, 2]);
    expect(evaluate(argmax(x, -2))).toEqual([1, 0, 1]);
    expect(evaluate(argmax(x))).toEqual([1]);
    expect(argmin(x, 0).dtype).toBe('i32');
    expect(evaluate(argmin(x, 0))).toEqual([0, 1, 0]);
  });
});

describe('refusals', () => {
  const x = input('x', [2, 3]);

  test.each([
    ['sum', sum],
    ['prod', prod],
    ['max', max],
    ['min', min],
    ['mean', mean],
    ['variance', variance],
  ])(
    '%s refuses axes that do not exist or come twice, and booleans where they are no numbers',
    (name, build) => {
      expect(refusal(() => build(x, 2))).toBe('ShapeError E_AXIS');
      expect(refusal(() => build(x, -3))).toBe('ShapeError E_AXIS');
      expect(refusal(() => build(x, 0.5))).toBe('ShapeError E_AXIS');
      expect(refusal(() => build(x, [0, -2]))).toBe('ShapeError E_AXIS');
      const takesBooleans = name !== 'mean' && name !== 'variance';
      const expected = takesBooleans ? 'no error' : 'DTypeError E_DTYPE_MISMATCH';
      expect(refusal(() => build(input('b', [2], 'bool')))).toBe(expected);
    },
  );

  test('an empty axis has no extreme, but an empty tensor has extremes over its other axes', () => {
    const empty = input('e', [0, 3]);
    const extremes: readonly ((x: Tensor, axis: number) => Tensor)[] = [max, min, argmax, argmin];
    for (const build of extremes) {
      expect(refusal(() => build(empty, 0))).toBe('ShapeError E_EMPTY');
      expect(refusal(() => build(empty, 1))).toBe('no error');
    }
  });

  test('means of integers are refused', () => {
    expect(refusal(() => mean(input('i', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => argmax(input('b', [2], 'bool')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
