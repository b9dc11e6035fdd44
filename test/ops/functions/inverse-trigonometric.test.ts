import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { acos, asin, atan, atan2 } from '../../../src/ops/functions/inverse-trigonometric.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { randomNumbers, sweepBits, sweepF64, sweepInterval, ulpErrorF32 } from '../../support/ulp.ts';

const functions = {
  asin: { single: compileScalar(asin.f32), double: compileScalar(asin.f64), reference: Math.asin },
  acos: { single: compileScalar(acos.f32), double: compileScalar(acos.f64), reference: Math.acos },
  atan: { single: compileScalar(atan.f32), double: compileScalar(atan.f64), reference: Math.atan },
} as const;

const names = ['asin', 'acos', 'atan'] as const;
const halfPi = Math.PI / 2;
const exact = exactFunctions(200);

describe.each(names)('%s', (name) => {
  const { single, double, reference } = functions[name];

  test('is within 2.5 ulp of f64 over all f32 bit patterns, and where it bends', () => {
    expect(sweepBits(single, reference).ulp).toBeLessThanOrEqual(2.5);
    for (const sign of [1, -1]) {
      expect(sweepInterval(single, reference, sign * 2 ** -13, sign * 0.5).ulp).toBeLessThanOrEqual(2.5);
      expect(sweepInterval(single, reference, sign * 0.5, sign).ulp).toBeLessThanOrEqual(2.5);
    }
  });

  test('is within 2.5 ulp in f64', () => {
    const range = name === 'atan' ? { low: -50, high: 50 } : { low: -1, high: 1 };
    expect(sweepF64(double, exact[name], exact.ulpError, { ...range, samples: 600 }).ulp).toBeLessThanOrEqual(
      2.5,
    );
  });

  test('of NaN is NaN', () => {
    expect([single(NaN), double(NaN)]).toEqual([NaN, NaN]);
  });
});

describe('special values', () => {
  test.each([
    ['asin', 0, 0],
    ['asin', -0, -0],
    ['asin', 1, halfPi],
    ['asin', -1, -halfPi],
    ['asin', 1.0000002384185791, NaN],
    ['asin', -Infinity, NaN],
    ['asin', 2 ** -149, 2 ** -149],
    ['acos', 1, 0],
    ['acos', -1, Math.PI],
    ['acos', 0, halfPi],
    ['acos', -2, NaN],
    ['atan', 0, 0],
    ['atan', -0, -0],
    ['atan', Infinity, halfPi],
    ['atan', -Infinity, -halfPi],
    ['atan', 1, Math.PI / 4],
    ['atan', 2 ** -149, 2 ** -149],
  ] as const)('%s of %d is %d in both formats', (name, x, expected) => {
    expect(functions[name].double(x)).toBe(expected);
    expect(functions[name].single(x)).toBe(Math.fround(expected));
  });

  property.prop([fc.float({ noNaN: true })])('asin and atan are odd, to the bit', (x) => {
    expect(functions.asin.single(-x)).toEqual(-functions.asin.single(x));
    expect(functions.atan.single(-x)).toBe(-functions.atan.single(x));
  });
});

describe('atan2', () => {
  const single = compileScalar(atan2.f32);
  const double = compileScalar(atan2.f64);
  const grid = [
    0,
    -0,
    1,
    -1,
    0.5,
    -3,
    Infinity,
    -Infinity,
    NaN,
    2 ** -149,
    -(2 ** 127),
    2 ** 127,
    2 ** 126.5,
  ];

  test('is in the quadrant of the point for zeros, infinities and all between, in both formats', () => {
    const rounded = grid.map(Math.fround);
    for (const y of rounded) {
      for (const x of rounded) {
        expect(ulpErrorF32(single(y, x), Math.atan2(y, x)), `${y}, ${x}`).toBeLessThanOrEqual(2.5);
        expect(Object.is(single(y, x), -0), `${y}, ${x}`).toBe(Object.is(Math.atan2(y, x), -0));
        const error = Math.abs(double(y, x) - Math.atan2(y, x));
        expect(error < 1e-15 || Number.isNaN(Math.atan2(y, x)), `${y}, ${x}`).toBe(true);
      }
    }
  });

  test('is within 2.5 ulp in both formats', () => {
    const random = randomNumbers();
    for (let sample = 0; sample < 400; sample++) {
      const [y, x] = [0, 0].map(() => (random() - 0.5) * 2 ** (20 * random() - 10));
      if (y === undefined || x === undefined) throw new Error('two numbers were drawn');
      expect(exact.ulpError(double(y, x), exact.atan2(y, x))).toBeLessThanOrEqual(2.5);
      const [singleY, singleX] = [Math.fround(y), Math.fround(x)];
      expect(ulpErrorF32(single(singleY, singleX), Math.atan2(singleY, singleX))).toBeLessThanOrEqual(2.5);
    }
  });

  test('does not overflow where the coordinates are the largest numbers', () => {
    expect(double(1.7e308, 1.6e308)).toBeCloseTo(Math.atan2(1.7, 1.6), 14);
    expect(single(Math.fround(3.4e38), Math.fround(2e38))).toBeCloseTo(Math.atan2(3.4, 2), 6);
  });
});
