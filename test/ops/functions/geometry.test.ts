import { describe, expect, test } from 'vitest';
import { copysign, hypot } from '../../../src/ops/functions/geometry.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { randomNumbers, ulpErrorF32 } from '../../support/ulp.ts';

describe('hypot', () => {
  const [single, double] = [compileScalar(hypot.f32), compileScalar(hypot.f64)];

  test('is within 2 ulp in both formats', () => {
    const exact = exactFunctions(200);
    const random = randomNumbers();
    for (let sample = 0; sample < 1000; sample++) {
      const [x, y] = [0, 0].map(() => (random() - 0.5) * 2 ** (10 * random()));
      if (x === undefined || y === undefined) throw new Error('two numbers were drawn');
      expect(exact.ulpError(double(x, y), exact.hypot(x, y))).toBeLessThanOrEqual(2);
      const [singleX, singleY] = [Math.fround(x), Math.fround(y)];
      expect(ulpErrorF32(single(singleX, singleY), Math.hypot(singleX, singleY))).toBeLessThanOrEqual(2);
    }
  });

  test.each([
    [0, 0, 0],
    [-0, 0, 0],
    [3, -4, 5],
    [2 ** 127, 0, 2 ** 127],
    [2 ** -149, 0, 2 ** -149],
    [Infinity, NaN, Infinity],
    [NaN, -Infinity, Infinity],
    [NaN, 1, NaN],
    [Infinity, -Infinity, Infinity],
  ])('of %d and %d is %d in both formats', (x, y, expected) => {
    expect([single(x, y), double(x, y)]).toEqual([expected, expected]);
  });

  test('does not overflow before the length does', () => {
    expect(single(2 ** 126, 2 ** 126)).toBeCloseTo(2 ** 126 * Math.SQRT2, -32);
    expect(double(2 ** 1022, 2 ** 1022)).toBeLessThan(Infinity);
  });
});

test.each([
  [3, -0, -3],
  [-3, 0, 3],
  [-0, 1, 0],
  [0, -2, -0],
  [Infinity, -1, -Infinity],
  [NaN, -1, NaN],
])('copysign of %d and %d is %d in both formats', (x, y, expected) => {
  expect(compileScalar(copysign.f32)(x, y)).toBe(expected);
  expect(compileScalar(copysign.f64)(x, y)).toBe(expected);
});
