import { describe, expect, test } from 'vitest';
import { matmul } from '../../src/ops/contraction.ts';
import { transpose } from '../../src/ops/movement.ts';
import { bandPart, gramSchmidt, qr } from '../../src/ops/orthogonal.ts';
import { evaluate, numbersBetween, refusal } from '../support/values.ts';
import { constant, input } from '../support/untyped.ts';

function near(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, position) => expect(value).toBeCloseTo(expected[position] ?? Number.NaN, 10));
}

const identity = (size: number): readonly number[] =>
  Array.from({ length: size * size }, (_, position) => (position % (size + 1) === 0 ? 1 : 0));

describe('bandPart', () => {
  const x = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3], 'f64');

  test.each([
    [-1, -1, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [0, -1, [1, 2, 3, 0, 5, 6, 0, 0, 9]],
    [-1, 0, [1, 0, 0, 4, 5, 0, 7, 8, 9]],
    [1, 0, [1, 0, 0, 4, 5, 0, 0, 8, 9]],
    [0, 1, [1, 2, 0, 0, 5, 6, 0, 0, 9]],
    [0, 0, [1, 0, 0, 0, 5, 0, 0, 0, 9]],
  ])('keeps %d diagonals below and %d above', (lower, upper, expected) => {
    expect(evaluate(bandPart(x, lower, upper))).toEqual(expected);
  });

  test('refuses vectors, fractions, and more diagonals than there are', () => {
    expect(refusal(() => bandPart(input('v', [3]), 0, 0))).toBe('ShapeError E_RANK');
    expect(refusal(() => bandPart(x, 0.5, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => bandPart(x, 4, 0))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => bandPart(x, 0, 4))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('gramSchmidt', () => {
  const rows = constant(numbersBetween(-1, 1, 12, 5), [3, 4], 'f64');

  test('makes rows orthonormal, the first one in its direction', () => {
    const result = gramSchmidt(rows);
    near(evaluate(matmul(result, transpose(result))), identity(3));
    const [first, second] = [evaluate(result), evaluate(rows)];
    const ratio = (first[0] ?? 0) / (second[0] ?? 1);
    expect(ratio).toBeGreaterThan(0);
    near(
      first.slice(0, 4),
      second.slice(0, 4).map((value) => value * ratio),
    );
  });

  test('takes a list of vectors and gives a list', () => {
    const list = gramSchmidt([constant([3, 4], [2], 'f64'), constant([1, 0], [2], 'f64')]);
    near(
      list.flatMap((each) => evaluate(each)),
      [0.6, 0.8, 0.8, -0.6],
    );
  });

  test('refuses too many vectors, other ranks and different lengths', () => {
    expect(refusal(() => gramSchmidt(input('x', [3, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => gramSchmidt([]))).toBe('ShapeError E_RANK');
    expect(refusal(() => gramSchmidt(input('x', [3])))).toBe('ShapeError E_RANK');
    expect(refusal(() => gramSchmidt([input('x', [3]), input('y', [2])]))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => gramSchmidt(input('x', [2, 2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});

describe('qr', () => {
  // TensorFlow.js gives these.
  test.each([
    [
      [2, 2],
      [1, 3, -2, -4],
      [-0.4472, -0.8944, 0.8944, -0.4472],
      [-2.2361, -4.9193, 0, -0.8944],
    ],
    [
      [3, 2],
      [1, 2, 3, -3, -2, 1],
      [-0.2673, 0.9221, -0.8018, -0.3738, 0.5345, -0.0997],
      [-3.7417, 2.4054, 0, 2.8661],
    ],
    [[1, 1], [10], [-1], [-10]],
  ])('of a %j matrix is as in TensorFlow', (shape, elements, q, r) => {
    const factors = qr(constant(elements, shape, 'f64'));
    evaluate(factors.q).forEach((value, position) => expect(value).toBeCloseTo(q[position] ?? 0, 4));
    evaluate(factors.r).forEach((value, position) => expect(value).toBeCloseTo(r[position] ?? 0, 4));
  });

  test.each([
    [[4, 3], false, [4, 3], [3, 3]],
    [[4, 3], true, [4, 4], [4, 3]],
    [[3, 4], false, [3, 3], [3, 4]],
    [[2, 3, 3], false, [2, 3, 3], [2, 3, 3]],
  ])('of %j multiplies back, with orthonormal columns (full: %s)', (shape, fullMatrices, left, right) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const x = constant(numbersBetween(-1, 1, count, 9), shape, 'f64');
    const { q, r } = qr(x, { fullMatrices });
    expect([q.shape, r.shape]).toEqual([left, right]);
    near(evaluate(matmul(q, r)), evaluate(x));
    const turned = transpose(q, q.shape.length === 2 ? [1, 0] : [0, 2, 1]);
    const columns = left.at(-1) ?? 0;
    near(
      evaluate(matmul(turned, q)),
      Array.from({ length: shape.length === 2 ? 1 : 2 }, () => identity(columns)).flat(),
    );
  });

  test('of zeros reflects nothing', () => {
    const { q, r } = qr(constant([0, 0, 0, 0], [2, 2], 'f64'));
    expect(evaluate(q)).toEqual([1, 0, 0, 1]);
    expect(evaluate(r).map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  test('refuses vectors and integers', () => {
    expect(refusal(() => qr(input('x', [3])))).toBe('ShapeError E_RANK');
    expect(refusal(() => qr(input('x', [3, 3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
