import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import type { ValuesAndIndices } from '../../src/ops/extremes.ts';
import { constant, scalar } from '../../src/ops/leaf.ts';
import { median, mode, nanmedian, nanquantile, quantile } from '../../src/ops/quantile.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const vector = (...numbers: readonly number[]): Tensor => constant(numbers, [numbers.length], 'f64');

function both({ values, indices }: ValuesAndIndices): readonly (readonly number[])[] {
  return [evaluate(values), evaluate(indices)];
}

// Expected values are those of PyTorch 1.13.
describe('the median', () => {
  test('is the lower of two in the middle', () => {
    expect(both(median(vector(4, 1, 3, 2), 0))).toEqual([[2], [3]]);
    expect(both(median(vector(4, 1, 3)))).toEqual([[3], [2]]);
  });

  test('is NaN where there is one, unless it is left out', () => {
    expect(both(median(vector(4, nan, 3, nan), 0))).toEqual([[nan], [1]]);
    expect(both(nanmedian(vector(4, nan, 3, 1), 0))).toEqual([[3], [2]]);
    expect(both(nanmedian(vector(nan, nan, 3, 1), 0))).toEqual([[1], [3]]);
    expect(both(nanmedian(vector(nan, nan), 0))).toEqual([[nan], [0]]);
  });

  test('runs along axes or over the whole tensor', () => {
    const x = constant([5, 1, 3, 2, 9, 4], [2, 3], 'f64');
    expect(both(median(x, 1))).toEqual([
      [3, 4],
      [2, 2],
    ]);
    expect(both(median(x, 0, { keepdims: true }))).toEqual([
      [2, 1, 3],
      [1, 0, 0],
    ]);
    expect(both(median(x))).toEqual([[3], [2]]);
    expect(median(x, undefined, { keepdims: true }).values.shape).toEqual([1, 1]);
    expect(both(median(constant([7, 5, 6], [3], 'i32')))).toEqual([[6], [2]]);
    expect(median(input('x', [dim('batch'), 3]), 0).values.shape).toEqual([3]);
  });
});

describe('quantiles', () => {
  const x = vector(4, 1, 3, 2);

  test('lie between elements', () => {
    expect(evaluate(quantile(x, 0.5))).toEqual([2.5]);
    const several = quantile(x, [0, 0.3, 1]);
    expect(several.shape).toEqual([3]);
    expect(evaluate(several).map((each) => Number(each.toFixed(12)))).toEqual([1, 1.9, 4]);
    expect(evaluate(quantile(vector(4, nan), 0.5))).toEqual([nan]);
  });

  test.each([
    ['linear', 2.5],
    ['lower', 2],
    ['higher', 3],
    ['midpoint', 2.5],
    ['nearest', 3],
  ] as const)('by interpolation %s', (interpolation, expected) => {
    expect(evaluate(quantile(x, 0.5, 0, { interpolation }))).toEqual([expected]);
  });

  test('may be tensors, which are clamped to 0 … 1', () => {
    expect(evaluate(quantile(x, vector(0.5, 2)))).toEqual([2.5, 4]);
    expect(quantile(x, scalar(0.5, 'f64')).shape).toEqual([]);
    expect(quantile(x, constant([0.5], [1], 'f64')).shape).toEqual([1]);
  });

  test('are of an axis of any size, also one that only a program knows', () => {
    const y = input('y', [dim('n')], 'f64');
    const session = compile({ outputs: { q: quantile(y, 0.25) } }).start();
    expect(session.predict({ y: Float64Array.of(5, 1, 2, 3, 4) }).q.data).toEqual(Float64Array.of(2));
    expect(session.predict({ y: Float64Array.of(5, 1, 3) }).q.data).toEqual(Float64Array.of(2));
  });

  test('leave out NaN where they are told to', () => {
    const lines = constant([4, nan, 2, nan, nan, nan], [2, 3], 'f64');
    expect(evaluate(nanquantile(lines, [0.25, 1], 1))).toEqual([2.5, nan, 4, nan]);
    expect(evaluate(nanquantile(lines, 0.5))).toEqual([3]);
    expect(evaluate(quantile(lines, 0, 1))).toEqual([nan, nan]);
  });

  test('keep axes behind that of a list', () => {
    const matrix = input('x', [2, 3]);
    expect(quantile(matrix, [0.1, 0.9], 1).shape).toEqual([2, 2]);
    expect(quantile(matrix, [0.1], 0, { keepdims: true }).shape).toEqual([1, 1, 3]);
    expect(quantile(matrix, 0.1, 0).shape).toEqual([3]);
  });
});

test('the mode is the smallest of the most frequent, at its last place', () => {
  expect(both(mode(vector(3, 1, 3, 1, 2)))).toEqual([[1], [3]]);
  expect(both(mode(constant([1, 1, 2, 2, 2, 3], [6], 'i32'), 0, { keepdims: true }))).toEqual([[2], [4]]);
  expect(evaluate(mode(vector(nan, nan, 1)).values)).toEqual([1]);
});

describe('statistics of order refuse', () => {
  test.each([
    ['an axis that does not exist', () => median(input('x', [3]), 1), 'ShapeError E_AXIS'],
    ['nothing', () => median(input('x', [0])), 'ShapeError E_EMPTY'],
    ['booleans', () => mode(input('x', [3], 'bool')), 'DTypeError E_DTYPE_MISMATCH'],
    ['quantiles of integers', () => quantile(input('x', [3], 'i32'), 0.5), 'DTypeError E_DTYPE_MISMATCH'],
    ['a quantile above 1', () => quantile(input('x', [3]), [0.5, 1.5]), 'DeclarationError E_OPTION'],
    ['no quantiles', () => quantile(input('x', [3]), []), 'DeclarationError E_OPTION'],
    [
      'another interpolation',
      () => quantile(input('x', [3]), 0.5, 0, { interpolation: 'cubic' as never }),
      'DeclarationError E_OPTION',
    ],
    [
      'quantiles of another type',
      () => quantile(input('x', [3]), constant([0.5], [1], 'f64')),
      'DTypeError E_DTYPE_MISMATCH',
    ],
    [
      'a matrix of quantiles',
      () => quantile(input('x', [3]), input('q', [1, 1])),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    [
      'as many quantiles as a batch has',
      () => quantile(input('x', [3]), input('q', [dim('n')])),
      'ShapeError E_UNBOUND_DIM',
    ],
    ['what is no tensor', () => median(3 as never), 'DTypeError E_NOT_A_TENSOR'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
