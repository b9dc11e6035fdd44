import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { matrixNorm, norm, vecdot } from '../../src/ops/norm.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;

function gradientAt(numbers: readonly number[], p: number): readonly number[] {
  const x = fed('x', [numbers.length], numbers);
  const [gradient] = grad(sum(norm(x.leaf, 0, { p })), [x.leaf]);
  return evaluate(gradient ?? x.leaf, [x]).map((each) => Number(each.toPrecision(6)) + 0);
}

describe('p-norms', () => {
  const x = constant([3, -4, 0], [3], 'f64');

  test.each([
    [2, 5],
    [1, 7],
    [0, 2],
    [inf, 4],
    [-inf, 0],
    [3, 91 ** (1 / 3)],
    [0.5, (Math.sqrt(3) + 2) ** 2],
    [-1, 0],
  ])('with p = %d', (p, expected) => {
    expect(evaluate(norm(x, 0, { p }))[0]).toBeCloseTo(expected, 12);
  });

  test('are Euclidean over all axes by default, and 0 of nothing', () => {
    expect(evaluate(norm(constant([1, 2, 2, 4], [2, 2], 'f64')))).toEqual([5]);
    expect(norm(input('x', [2, 3]), 1, { keepdims: true }).shape).toEqual([2, 1]);
    expect(evaluate(norm(constant([], [0], 'f64')))).toEqual([0]);
    expect(evaluate(norm(constant([], [0], 'f64'), 0, { p: 0.5 }))).toEqual([0]);
  });

  // What PyTorch 1.13's linalg.vector_norm gives.
  test.each([
    [2, [0, 0], [0, 0]],
    [1, [0, -2], [0, -1]],
    [0.5, [0, 2], [0, 1]],
    [3, [0, 0], [0, 0]],
    [-1, [0, 2], [0, 0]],
    [inf, [3, -3, 1], [0.5, -0.5, 0]],
    [-inf, [0, 2], [0, 0]],
    [inf, [nan, 1], [0, 0]],
    [1, [nan, 1], [0, 1]],
    [2, [nan, 1], [nan, nan]],
    [2, [inf, 1], [nan, 0]],
    [-2, [inf, 1], [0, 1]],
    [0.5, [inf, 1], [nan, inf]],
    [0, [1, 2], [0, 0]],
    [0.5, [0, inf], [nan, nan]],
    [0.5, [0, nan], [nan, nan]],
    [-1, [0, inf], [0, 0]],
  ])('with p = %d have at %j the gradient %j', (p, numbers, expected) => {
    expect(gradientAt(numbers, p)).toEqual(expected);
  });
});

describe('norms of matrices', () => {
  const x = constant([1, -2, 3, -4, 5, -6], [2, 3], 'f64');

  test.each([
    ['fro', Math.sqrt(91)],
    [1, 9],
    [-1, 5],
    [inf, 15],
    [-inf, 6],
  ] as const)('of order %s', (order, expected) => {
    expect(evaluate(matrixNorm(x, { order }))[0]).toBeCloseTo(expected, 12);
  });

  test('take the axes of rows and columns, in this order', () => {
    expect(evaluate(matrixNorm(x, { order: 1, axes: [1, 0] }))).toEqual([15]);
    expect(matrixNorm(input('x', [4, 2, 3]), { order: inf, keepdims: true }).shape).toEqual([4, 1, 1]);
    expect(matrixNorm(input('x', [4, 2, 3]), { axes: [0, 2] }).shape).toEqual([2]);
  });
});

test('dot products run along one axis and broadcast', () => {
  const a = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
  expect(evaluate(vecdot(a, a))).toEqual([14, 77]);
  expect(evaluate(vecdot(a, constant([1, 0, 2], [3], 'f64')))).toEqual([7, 16]);
  expect(evaluate(vecdot(a, a, 0))).toEqual([17, 29, 45]);
});

describe('a norm refuses', () => {
  test.each([
    ['integers', () => norm(input('n', [3], 'i32')), 'DTypeError E_DTYPE_MISMATCH'],
    ['an axis that does not exist', () => norm(input('x', [3]), 1), 'ShapeError E_AXIS'],
    ['the largest of nothing', () => norm(input('x', [0]), 0, { p: inf }), 'ShapeError E_EMPTY'],
    ['a power that is no number', () => norm(input('x', [3]), 0, { p: nan }), 'DeclarationError E_OPTION'],
    [
      'another order',
      () => matrixNorm(input('x', [3, 3]), { order: 2 as never }),
      'DeclarationError E_OPTION',
    ],
    ['a vector for a matrix', () => matrixNorm(input('x', [3])), 'ShapeError E_AXIS'],
    [
      'shapes that do not broadcast',
      () => vecdot(input('a', [3]), input('b', [2])),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    ['what is no tensor', () => norm(null as never), 'DTypeError E_NOT_A_TENSOR'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
