import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { erf, erfc } from '../../../src/ops/functions/error-function.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { sweepBits, sweepF64, sweepInterval } from '../../support/ulp.ts';

const single = compileScalar(erf.f32);
const double = compileScalar(erf.f64);

describe('erf', () => {
  test('is within 2 ulp in f64, judged by its series to 300 bits', () => {
    const exact = exactFunctions(300);
    expect(sweepF64(double, exact.erf, exact.ulpError, { low: -6, high: 6 }).ulp).toBeLessThanOrEqual(2);
  });

  // The f64 version, judged above, is the reference of the f32 version.
  test('is within 2 ulp of f64 over all f32 bit patterns', () => {
    expect(sweepBits(single, double).ulp).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp where it bends', () => {
    for (const sign of [1, -1]) {
      expect(sweepInterval(single, double, sign * 2 ** -13, sign * 0.5).ulp).toBeLessThanOrEqual(2);
      expect(sweepInterval(single, double, sign * 0.5, sign * 5).ulp).toBeLessThanOrEqual(2);
    }
  });

  test.each([
    [0, 0],
    [-0, -0],
    [Infinity, 1],
    [-Infinity, -1],
    [7, 1],
    [-7, -1],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect(single(x)).toBe(expected);
    expect(double(x)).toBe(expected);
  });

  property.prop([fc.float({ noNaN: true })])('is odd, to the bit, and within [-1, 1]', (x) => {
    expect(single(-x)).toBe(-single(x));
    expect(Math.abs(single(x))).toBeLessThanOrEqual(1);
  });
});

describe('erfc', () => {
  const [complement, complement64] = [compileScalar(erfc.f32), compileScalar(erfc.f64)];

  test('is within 4 ulp in f64, far into the tail, judged by its series', () => {
    const exact = exactFunctions(1100);
    for (let x = -6; x <= 26; x += 0.3671875) {
      expect(exact.ulpError(complement64(x), exact.erfc(x)), String(x)).toBeLessThanOrEqual(4);
    }
  });

  // The f64 version, judged above, is the reference of the f32 version.
  test('is within 4 ulp of f64 over all f32 bit patterns, denormal results included', () => {
    expect(sweepBits(complement, complement64).ulp).toBeLessThanOrEqual(4);
    expect(sweepInterval(complement, complement64, 0.25, 10.06).ulp).toBeLessThanOrEqual(4);
    expect(sweepInterval(complement, complement64, -0.25, -5).ulp).toBeLessThanOrEqual(4);
  });

  test.each([
    [0, 1],
    [-0, 1],
    [Infinity, 0],
    [-Infinity, 2],
    [30, 0],
    [-30, 2],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect([complement(x), complement64(x)]).toEqual([expected, expected]);
  });

  property.prop([fc.float({ noNaN: true })])('and that of -x add up to 2', (x) => {
    expect(Math.abs(complement64(x) + complement64(-x) - 2)).toBeLessThanOrEqual(2 ** -51);
  });
});
