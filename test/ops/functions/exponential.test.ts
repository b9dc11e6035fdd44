import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { exp, expm1 } from '../../../src/ops/functions/exponential.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { sweepBits, sweepF64, sweepInterval } from '../../support/ulp.ts';

const exp32 = compileScalar(exp.f32);
const exp64 = compileScalar(exp.f64);
const expm1Single = compileScalar(expm1.f32);
const expm1Double = compileScalar(expm1.f64);

const smallestDenormal32 = 2 ** -149;

describe('exp', () => {
  test('is within 1.1 ulp of f64 over all f32 bit patterns', () => {
    expect(sweepBits(exp32, Math.exp).ulp).toBeLessThanOrEqual(1.1);
  });

  test('is within 1.1 ulp where results are ordinary, denormal and about to overflow', () => {
    expect(sweepInterval(exp32, Math.exp, 0.01, 88).ulp).toBeLessThanOrEqual(1.1);
    expect(sweepInterval(exp32, Math.exp, -0.01, -87).ulp).toBeLessThanOrEqual(1.1);
    expect(sweepInterval(exp32, Math.exp, -86, -104.5).ulp).toBeLessThanOrEqual(1.1);
    expect(sweepInterval(exp32, Math.exp, 88, 89).ulp).toBeLessThanOrEqual(1.1);
  });

  test.each([
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [NaN, NaN],
    [1e30, Infinity],
    [-1e30, 0],
    [-103.9, smallestDenormal32],
    [-104, 0],
  ])('of %d in f32 is %d', (x, expected) => {
    expect(exp32(Math.fround(x))).toBe(expected);
  });

  test.each([
    [0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [NaN, NaN],
    [710, Infinity],
    [-745.1, 5e-324],
    [-746, 0],
  ])('of %d in f64 is %d', (x, expected) => {
    expect(exp64(x)).toBe(expected);
  });

  test('is within 1.1 ulp in f64', () => {
    const exact = exactFunctions(1250);
    const worst = sweepF64(exp64, exact.exp, exact.ulpError, { low: -745, high: 709.7 });
    expect(worst.ulp).toBeLessThanOrEqual(1.1);
  });

  property.prop([fc.float({ noNaN: true }), fc.float({ noNaN: true })])(
    'does not fall where the argument rises by more than its rounding',
    (first, second) => {
      const [low, high] = first < second ? [first, second] : [second, first];
      fc.pre(high - low > 1e-6 * Math.max(1, Math.abs(high)));
      expect(exp32(low)).toBeLessThanOrEqual(exp32(high));
    },
  );
});

describe('expm1', () => {
  test('is within 2 ulp of f64 over all f32 bit patterns', () => {
    expect(sweepBits(expm1Single, Math.expm1).ulp).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp near 0 and where powers of two change', () => {
    expect(sweepInterval(expm1Single, Math.expm1, 2 ** -26, 2).ulp).toBeLessThanOrEqual(2);
    expect(sweepInterval(expm1Single, Math.expm1, -(2 ** -26), -19).ulp).toBeLessThanOrEqual(2);
    expect(sweepInterval(expm1Single, Math.expm1, 2, 89).ulp).toBeLessThanOrEqual(2);
  });

  test.each([
    [0, 0],
    [-0, -0],
    [Infinity, Infinity],
    [-Infinity, -1],
    [NaN, NaN],
    [-50, -1],
    [smallestDenormal32, smallestDenormal32],
    [-3 * smallestDenormal32, -3 * smallestDenormal32],
  ])('of %d in f32 is %d', (x, expected) => {
    expect(expm1Single(x)).toBe(expected);
  });

  test('keeps zeros, infinities and denormals in f64', () => {
    expect([0, -0, 5e-324, Infinity, -Infinity, NaN].map((x) => expm1Double(x))).toEqual([
      0,
      -0,
      5e-324,
      Infinity,
      -1,
      NaN,
    ]);
  });

  test('is within 2 ulp in f64', () => {
    const exact = exactFunctions(300);
    const worst = sweepF64(expm1Double, exact.expm1, exact.ulpError, { low: -40, high: 709.7 });
    expect(worst.ulp).toBeLessThanOrEqual(2);
  });
});
