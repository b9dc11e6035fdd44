import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { dim } from '../../src/ir/size.ts';
import {
  add,
  binaryOps,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mul,
  notEqual,
  pow,
  sub,
} from '../../src/ops/arithmetic.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import type { DType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;

function apply(
  build: (a: Tensor, b: Tensor) => Tensor,
  left: readonly number[],
  right: readonly number[],
  dtype: DType = 'f64',
): readonly number[] {
  return evaluate(build(constant(left, [left.length], dtype), constant(right, [right.length], dtype)));
}

describe('values on edge cases', () => {
  test.each([
    ['add', add, [1, -0, 0, inf, nan, 1e308], [2, -0, -0, -inf, 1, 1e308], [3, -0, 0, nan, nan, inf]],
    ['sub', sub, [1, 0, -0, inf, nan], [2, 0, 0, inf, 1], [-1, 0, -0, nan, nan]],
    ['mul', mul, [2, -0, 0, inf, 1e-200], [3, 5, inf, -2, 1e-200], [6, -0, nan, -inf, 0]],
    ['div', div, [1, 1, -1, 0, inf], [4, 0, 0, 0, inf], [0.25, inf, -inf, nan, nan]],
    ['maximum', maximum, [1, -0, 0, nan, 1, -inf], [2, 0, -0, 1, nan, -inf], [2, 0, 0, nan, nan, -inf]],
    ['minimum', minimum, [1, -0, 0, nan, 1, inf], [2, 0, -0, 1, nan, inf], [1, -0, -0, nan, nan, inf]],
    [
      'pow of finite numbers',
      pow,
      [2, 4, -2, -8, 0, 0, -0],
      [10, 0.5, 3, 1 / 3, 0, 2, 3],
      [1024, 2, -8, nan, 1, 0, -0],
    ],
    [
      'pow of extremes',
      pow,
      [1, 1, -1, -1, nan, inf, 0, -inf],
      [nan, inf, inf, -inf, 0, -1, -1, 3],
      [1, 1, 1, 1, 1, 0, inf, -inf],
    ],
    ['less', less, [1, 2, 2, nan, -0], [2, 1, 2, 1, 0], [1, 0, 0, 0, 0]],
    ['lessEqual', lessEqual, [1, 2, 2, nan, -0], [2, 1, 2, 1, 0], [1, 0, 1, 0, 1]],
    ['greater', greater, [1, 2, 2, nan, 0], [2, 1, 2, 1, -0], [0, 1, 0, 0, 0]],
    ['greaterEqual', greaterEqual, [1, 2, 2, nan, 0], [2, 1, 2, 1, -0], [0, 1, 1, 0, 1]],
    ['equal', equal, [1, 2, nan, -0, inf], [2, 2, nan, 0, inf], [0, 1, 0, 1, 1]],
    ['notEqual', notEqual, [1, 2, nan, -0, inf], [2, 2, nan, 0, inf], [1, 0, 1, 0, 0]],
  ])('%s', (_, build, left, right, expected) => {
    expect(apply(build, left, right)).toEqual(expected);
  });

  test.each([
    ['add wraps at 32 bits', add, 2 ** 31 - 1, 1, -(2 ** 31)],
    ['sub wraps at 32 bits', sub, -(2 ** 31), 1, 2 ** 31 - 1],
    ['mul keeps the low 32 bits', mul, 123456789, 987654321, Math.imul(123456789, 987654321)],
    ['maximum', maximum, -3, 2, 2],
    ['minimum', minimum, -3, 2, -3],
  ])('on i32, %s', (_, build, left, right, expected) => {
    expect(apply(build, [left], [right], 'i32')).toEqual([expected]);
  });

  test.each([
    ['logicalAnd', logicalAnd, [0, 0, 0, 1]],
    ['logicalOr', logicalOr, [0, 1, 1, 1]],
    ['logicalXor', logicalXor, [0, 1, 1, 0]],
    ['equal', equal, [1, 0, 0, 1]],
    ['notEqual', notEqual, [0, 1, 1, 0]],
  ])('on booleans, %s', (_, build, expected) => {
    expect(apply(build, [0, 0, 1, 1], [0, 1, 0, 1], 'bool')).toEqual(expected);
  });

  test('a number operand takes the dtype of the tensor beside it', () => {
    const x = constant([1, 2], [2], 'i32');
    expect(add(x, 1).dtype).toBe('i32');
    expect(evaluate(sub(10, x))).toEqual([9, 8]);
    expect(refusal(() => add(x, 0.5))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test('comparisons are bool, everything else keeps its dtype', () => {
    const x = input('x', [2], 'f64');
    expect(less(x, 1).dtype).toBe('bool');
    expect(pow(x, 2).dtype).toBe('f64');
  });
});

test('a power of 0 and its slopes of any order are finite at 0, as in PyTorch', () => {
  const x = constant([0, 2], [2], 'f64');
  const [slope] = grad(sum(pow(x, 0)), [x]) as [Tensor];
  const [curvature] = grad(sum(slope), [x]) as [Tensor];
  const [third] = grad(sum(curvature), [x]) as [Tensor];
  expect([slope, curvature, third].map((each) => evaluate(each).map((value) => value + 0))).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

describe('logic on numbers', () => {
  test('a number is true where it is not 0, which NaN is', () => {
    const left = [0, -0, 2, NaN, -1e-30];
    const right = [1, 0, 0, 1, 0];
    expect(apply(logicalAnd, left, right)).toEqual([0, 0, 0, 1, 0]);
    expect(apply(logicalOr, left, right)).toEqual([1, 0, 1, 1, 1]);
    expect(apply(logicalXor, left, right)).toEqual([1, 0, 1, 0, 1]);
  });

  test('dtypes may differ, literals are truth values, and the result is bool', () => {
    const x = constant([0, 3], [2], 'i32');
    expect(evaluate(logicalAnd(x, constant([0.5, 0.5], [2])))).toEqual([0, 1]);
    expect(evaluate(logicalOr(x, 2))).toEqual([1, 1]);
    expect(logicalXor(x, 0).dtype).toBe('bool');
  });
});

describe('broadcasting', () => {
  test('aligns shapes at the last axis and stretches sizes of 1', () => {
    const rows = constant([10, 20], [2, 1], 'f64');
    const columns = constant([1, 2, 3], [3], 'f64');
    expect(add(rows, columns).shape).toEqual([2, 3]);
    expect(evaluate(add(rows, columns))).toEqual([11, 12, 13, 21, 22, 23]);
  });

  test('keeps named dimensions and meets them with sizes of 1', () => {
    const batch = dim('batch');
    const x = input('x', [batch, 4]);
    expect(add(x, input('bias', [4])).shape).toEqual([batch, 4]);
    expect(add(x, input('column', [batch, 1])).shape).toEqual([batch, 4]);
    expect(refusal(() => add(x, input('other', [dim('rows'), 4])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => add(x, input('fixed', [3, 4])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('refusals', () => {
  const float = input('float', [2]);
  const double = input('double', [2], 'f64');
  const integer = input('integer', [2], 'i32');
  const boolean = input('boolean', [2], 'bool');

  test.each(Object.entries(binaryOps))(
    '%s refuses shapes that do not broadcast',
    (name, { apply: build }) => {
      const logical = name.startsWith('logical');
      const [left, right] = [2, 3].map((size) => input('x', [size], logical ? 'bool' : 'f32'));
      if (left === undefined || right === undefined) throw new Error('two inputs were declared');
      expect(refusal(() => build(left, right))).toBe('ShapeError E_SHAPE_MISMATCH');
    },
  );

  test.each(Object.entries(binaryOps))('%s refuses operands of two dtypes', (_, { apply: build }) => {
    expect(refusal(() => build(float, double))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => build(integer, float))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => build(boolean, integer))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test.each([
    ['div', div, integer],
    ['pow', pow, integer],
    ['add', add, boolean],
    ['maximum', maximum, boolean],
    ['less', less, boolean],
  ])('%s refuses a dtype that it has no meaning for', (_, build, x) => {
    expect(refusal(() => build(x, x))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
