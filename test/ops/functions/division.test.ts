import { describe, expect, test } from 'vitest';
import { floorDivide, fmod, remainder } from '../../../src/ops/functions/division.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { randomNumbers } from '../../support/ulp.ts';

const [fmod32, fmod64] = [compileScalar(fmod.f32), compileScalar(fmod.f64)];
const [remainder32, remainder64] = [compileScalar(remainder.f32), compileScalar(remainder.f64)];
const [floor32, floor64] = [compileScalar(floorDivide.f32), compileScalar(floorDivide.f64)];

const random = randomNumbers();
const anyNumber = (exponent: number): number =>
  (random() < 0.5 ? -1 : 1) * 2 ** (exponent * (2 * random() - 1)) * (1 + random());

describe('fmod', () => {
  test('is exact in f32 for all magnitudes', () => {
    for (let sample = 0; sample < 20000; sample++) {
      const [x, y] = [Math.fround(anyNumber(126)), Math.fround(anyNumber(126))];
      expect(fmod32(x, y), `${x}, ${y}`).toBe(Math.fround(x % y));
    }
    expect(fmod32(Math.fround(3.4e38), 2 ** -149)).toBe(0);
    expect(fmod32(Math.fround(3.4e38), 3)).toBe(Math.fround(3.4e38) % 3);
  });

  test('is exact in f64 for quotients below 2^120', () => {
    for (let sample = 0; sample < 20000; sample++) {
      const y = anyNumber(300);
      const x = y * anyNumber(118);
      expect(fmod64(x, y), `${x}, ${y}`).toBe(x % y);
    }
  });

  test('has the values of C99 at zeros, infinities and NaN', () => {
    const grid = [0, -0, 1, -1, 2.5, -3, Infinity, -Infinity, NaN, 2 ** -149];
    for (const x of grid) {
      for (const y of grid) {
        expect(fmod32(x, y), `${x}, ${y}`).toBe(x % y);
        expect(fmod64(x, y), `${x}, ${y}`).toBe(x % y);
      }
    }
  });
});

describe('remainder and floorDivide', () => {
  test.each([
    [7, 3, 1, 2],
    [-7, 3, 2, -3],
    [7, -3, -2, -3],
    [-7, -3, -1, 2],
    [0, 5, 0, 0],
    [-0, 5, -0, -0],
    [1, Infinity, 1, 0],
    [-1, Infinity, Infinity, -1],
    [1, 0, NaN, Infinity],
    [-1, 0, NaN, -Infinity],
    [0, 0, NaN, NaN],
    [Infinity, 2, NaN, NaN],
    [NaN, 1, NaN, NaN],
  ])('of %d by %d are %d and %d, as in Python', (x, y, rest, quotient) => {
    expect([remainder32(x, y), floor32(x, y)]).toEqual([rest, quotient]);
    expect([remainder64(x, y), floor64(x, y)]).toEqual([rest, quotient]);
  });

  test('the quotient goes with the remainder, and not with the rounded division', () => {
    expect(1 / 0.1).toBe(10);
    expect(floor64(1, 0.1)).toBe(9);
    expect(remainder64(1, 0.1)).toBeCloseTo(0.1, 14);
  });

  test('together they are the dividend', () => {
    for (let sample = 0; sample < 2000; sample++) {
      const [x, y] = [anyNumber(10), anyNumber(10)];
      expect(floor64(x, y) * y + remainder64(x, y)).toBeCloseTo(x, 9);
      expect(remainder64(x, y) < 0).toBe(y < 0);
    }
  });
});
