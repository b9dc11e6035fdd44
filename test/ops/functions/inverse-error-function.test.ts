import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { erfinv } from '../../../src/ops/functions/inverse-error-function.ts';
import { referenceErfinv } from '../../../src/ops/functions/reference.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { sweepBits, sweepInterval } from '../../support/ulp.ts';

const single = compileScalar(erfinv.f32);
const double = compileScalar(erfinv.f64);

describe('erfinv', () => {
  /** To 17 digits, by mpmath 1.3 with 60 digits. */
  test.each([
    [9.313225746154785e-10, 8.253631419062224e-10],
    [0.125, 0.11123545184094996],
    [0.5, 0.4769362762044699],
    [0.6875, 0.7141708976081284],
    [0.75, 0.8134198475976185],
    [0.8125, 0.9319744431610971],
    [0.96875, 1.523019401996956],
    [0.9990234375, 2.331467773621948],
    [0.9999990463256836, 3.465505025803331],
    [0.9999999990686774, 4.328028275800946],
    [0.9999999999990905, 5.05125408524939],
    [0.9999999999999999, 5.8635847487551676],
  ])('of %d is %d', (x, expected) => {
    expect(Math.abs(double(x) / expected - 1)).toBeLessThanOrEqual(8 * 2 ** -53);
    expect(Math.abs(referenceErfinv(x) / expected - 1)).toBeLessThanOrEqual(1e-13);
  });

  test('is within 4 ulp of f64 over all f32 bit patterns, and where it bends', () => {
    expect(sweepBits(single, double).ulp).toBeLessThanOrEqual(4);
    for (const sign of [1, -1]) {
      expect(sweepInterval(single, double, sign * 0.01, sign * 0.75).ulp).toBeLessThanOrEqual(4);
      expect(sweepInterval(single, double, sign * 0.75, sign).ulp).toBeLessThanOrEqual(4);
    }
  });

  test.each([
    [0, 0],
    [-0, -0],
    [1, Infinity],
    [-1, -Infinity],
    [1.5, NaN],
    [-Infinity, NaN],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect([single(x), double(x), referenceErfinv(x)]).toEqual([expected, expected, expected]);
  });

  property.prop([fc.float({ noNaN: true, min: -1, max: 1 })])('is odd, to the bit', (x) => {
    expect(single(-x)).toBe(-single(x));
  });
});
