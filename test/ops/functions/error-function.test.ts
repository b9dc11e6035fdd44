import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { erf } from '../../../src/ops/functions/error-function.ts';
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
