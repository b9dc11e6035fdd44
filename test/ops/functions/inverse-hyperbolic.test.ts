import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { acosh, asinh, atanh } from '../../../src/ops/functions/inverse-hyperbolic.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { sweepBits, sweepF64, sweepInterval } from '../../support/ulp.ts';

const functions = {
  asinh: { single: compileScalar(asinh.f32), double: compileScalar(asinh.f64), reference: Math.asinh },
  acosh: { single: compileScalar(acosh.f32), double: compileScalar(acosh.f64), reference: Math.acosh },
  atanh: { single: compileScalar(atanh.f32), double: compileScalar(atanh.f64), reference: Math.atanh },
} as const;

const names = ['asinh', 'acosh', 'atanh'] as const;

describe.each(names)('%s', (name) => {
  const { single, double, reference } = functions[name];

  test('is within 3 ulp of f64 over all f32 bit patterns, and where it bends', () => {
    expect(sweepBits(single, reference).ulp).toBeLessThanOrEqual(3);
    expect(sweepInterval(single, reference, 0.1, 4).ulp).toBeLessThanOrEqual(3);
    expect(sweepInterval(single, reference, -0.1, -4).ulp).toBeLessThanOrEqual(3);
  });

  test('is within 3 ulp in f64', () => {
    const exact = exactFunctions(250);
    const range = {
      asinh: { low: -1e4, high: 1e4 },
      acosh: { low: 1, high: 1e4 },
      atanh: { low: -1, high: 1 },
    }[name];
    const { ulp, samples } = sweepF64(double, exact[name], exact.ulpError, { ...range, samples: 600 });
    expect(ulp).toBeLessThanOrEqual(3);
    expect(samples).toBeGreaterThan(150);
  });
});

describe('special values', () => {
  test.each([
    ['asinh', -0, -0],
    ['asinh', Infinity, Infinity],
    ['asinh', -Infinity, -Infinity],
    ['asinh', NaN, NaN],
    ['asinh', 2 ** -149, 2 ** -149],
    ['acosh', 1, 0],
    ['acosh', 0.5, NaN],
    ['acosh', -3, NaN],
    ['acosh', Infinity, Infinity],
    ['acosh', NaN, NaN],
    ['atanh', -0, -0],
    ['atanh', 1, Infinity],
    ['atanh', -1, -Infinity],
    ['atanh', 2, NaN],
    ['atanh', -Infinity, NaN],
    ['atanh', NaN, NaN],
    ['atanh', 2 ** -149, 2 ** -149],
  ] as const)('%s of %d is %d in both formats', (name, x, expected) => {
    expect([functions[name].single(x), functions[name].double(x)]).toEqual([expected, expected]);
  });

  test('asinh and acosh of the largest numbers do not overflow', () => {
    expect(functions.asinh.single(2 ** 127)).toBeCloseTo(128 * Math.LN2, 4);
    expect(functions.acosh.double(2 ** 1023)).toBeCloseTo(1024 * Math.LN2, 10);
  });

  property.prop([fc.float({ noNaN: true })])('asinh and atanh are odd, to the bit', (x) => {
    expect(functions.asinh.single(-x)).toBe(-functions.asinh.single(x));
    expect(functions.atanh.single(-x)).toEqual(-functions.atanh.single(x));
  });
});
