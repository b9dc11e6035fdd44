import { describe, expect, test } from 'vitest';
import { exponentOf, nextafter } from '../../../src/ops/functions/representation.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';

const [exponent32, exponent64] = [compileScalar(exponentOf.f32), compileScalar(exponentOf.f64)];
const [next32, next64] = [compileScalar(nextafter.f32), compileScalar(nextafter.f64)];

describe('the exponent', () => {
  test.each([
    [1, 1],
    [-0.75, 0],
    [0.71, 0],
    [2 ** -149, -148],
    [3 * 2 ** 100, 102],
    [1 - 2 ** -24, 0],
    [0, 0],
    [-0, 0],
    [-Infinity, 0],
    [NaN, 0],
  ])('of %d is %d', (x, expected) => {
    expect(exponent32(Math.fround(x))).toBe(expected);
    expect(exponent64(x)).toBe(expected);
  });

  test('of the smallest double is -1073', () => {
    expect(exponent64(Number.MIN_VALUE)).toBe(-1073);
  });
});

describe('the next number', () => {
  const { MIN_VALUE: least, MAX_VALUE: most, EPSILON: epsilon } = Number;

  test.each([
    [1, 2, 1 + epsilon],
    [1, 0, 1 - epsilon / 2],
    [-1, -2, -1 - epsilon],
    [-1, 5, -1 + epsilon / 2],
    [0, 1, least],
    [0, -1, -least],
    [-0, 1, least],
    [least, -1, 0],
    [-least, 1, -0],
    [0, -0, -0],
    [most, Infinity, Infinity],
    [Infinity, 0, most],
    [-Infinity, 0, -most],
    [1 + (2 ** 32 - 1) * epsilon, 2, 1 + 2 ** 32 * epsilon],
    [1 + 2 ** 32 * epsilon, 0, 1 + (2 ** 32 - 1) * epsilon],
    [NaN, 1, NaN],
    [1, NaN, NaN],
  ])('to %d on the way to %d is %d', (x, y, expected) => {
    expect(next64(x, y)).toBe(expected);
  });

  test.each([
    [1, 2, 1 + 2 ** -23],
    [1, -Infinity, 1 - 2 ** -24],
    [-3, 0, -3 + 2 ** -22],
    [0, -3, -(2 ** -149)],
    [2 ** -149, 0, 0],
    [(2 - 2 ** -23) * 2 ** 127, Infinity, Infinity],
    [NaN, 0, NaN],
  ])('in single precision to %d on the way to %d is %d', (x, y, expected) => {
    expect(next32(x, y)).toBe(expected);
  });
});
