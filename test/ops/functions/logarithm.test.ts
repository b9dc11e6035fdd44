import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { log, log10, log1p, log2 } from '../../../src/ops/functions/logarithm.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { sweepBits, sweepF64, sweepInterval } from '../../support/ulp.ts';

const logSingle = compileScalar(log.f32);
const logDouble = compileScalar(log.f64);
const log1pSingle = compileScalar(log1p.f32);
const log1pDouble = compileScalar(log1p.f64);

describe('log', () => {
  test('is within 1 ulp of f64 over all f32 bit patterns, denormals included', () => {
    expect(sweepBits(logSingle, Math.log).ulp).toBeLessThanOrEqual(1);
  });

  test('is within 1 ulp near 1, where it vanishes', () => {
    expect(sweepInterval(logSingle, Math.log, 0.5, 1).ulp).toBeLessThanOrEqual(1);
    expect(sweepInterval(logSingle, Math.log, 1, 2).ulp).toBeLessThanOrEqual(1);
    expect(sweepInterval(logSingle, Math.log, 0.999, 1).ulp).toBeLessThanOrEqual(1);
  });

  test.each([
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [-(2 ** -149), NaN],
    [Infinity, Infinity],
    [-Infinity, NaN],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect(logSingle(x)).toBe(expected);
    expect(logDouble(x)).toBe(expected);
  });

  test('is within 1 ulp in f64, denormals included', () => {
    const exact = exactFunctions(1300);
    const worst = sweepF64(logDouble, exact.log, exact.ulpError, {
      low: 2 ** -1000,
      high: 1e6,
      samples: 400,
    });
    expect(worst.ulp).toBeLessThanOrEqual(1);
    for (const x of [5e-324, 1.7e-309, 2.2e-308, 1.7e308]) {
      expect(exact.ulpError(logDouble(x), exact.log(x))).toBeLessThanOrEqual(1);
    }
  });

  property.prop([fc.float({ min: 0, noNaN: true }), fc.float({ min: 0, noNaN: true })])(
    'does not fall where the argument rises by a thousandth',
    (first, second) => {
      const [low, high] = first < second ? [first, second] : [second, first];
      fc.pre(high > 1.001 * low);
      expect(logSingle(low)).toBeLessThanOrEqual(logSingle(high));
    },
  );
});

describe('log1p', () => {
  test('is within 1 ulp of f64 over all f32 bit patterns', () => {
    expect(sweepBits(log1pSingle, Math.log1p).ulp).toBeLessThanOrEqual(1);
  });

  test('is within 1 ulp near 0 and towards its pole', () => {
    expect(sweepInterval(log1pSingle, Math.log1p, 2 ** -26, 4).ulp).toBeLessThanOrEqual(1);
    expect(sweepInterval(log1pSingle, Math.log1p, -(2 ** -26), -0.9999).ulp).toBeLessThanOrEqual(1);
  });

  test.each([
    [0, 0],
    [-0, -0],
    [2 ** -149, 2 ** -149],
    [-1, -Infinity],
    [-1.5, NaN],
    [Infinity, Infinity],
    [-Infinity, NaN],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect(log1pSingle(x)).toBe(expected);
    expect(log1pDouble(x)).toBe(expected);
  });

  test('is within 1 ulp in f64', () => {
    const exact = exactFunctions(300);
    const worst = sweepF64(log1pDouble, exact.log1p, exact.ulpError, { low: -0.99999, high: 1e4 });
    expect(worst.ulp).toBeLessThanOrEqual(1);
  });
});

describe.each([
  ['log2', compileScalar(log2.f32), compileScalar(log2.f64), Math.log2],
  ['log10', compileScalar(log10.f32), compileScalar(log10.f64), Math.log10],
] as const)('%s', (name, single, double, reference) => {
  test('is within 1 ulp of f64 over all f32 bit patterns, and near 1', () => {
    expect(sweepBits(single, reference).ulp).toBeLessThanOrEqual(1);
    expect(sweepInterval(single, reference, 0.5, 2).ulp).toBeLessThanOrEqual(1);
  });

  test('is within 1.5 ulp in f64', () => {
    const exact = exactFunctions(250);
    const { ulp, samples } = sweepF64(double, exact[name], exact.ulpError, {
      low: 0,
      high: 1e6,
      samples: 600,
    });
    expect(ulp).toBeLessThanOrEqual(1.5);
    expect(samples).toBeGreaterThan(250);
  });

  test.each([
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [Infinity, Infinity],
    [-Infinity, NaN],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect([single(x), double(x)]).toEqual([expected, expected]);
  });
});

test('log2 is exact for powers of 2, log10 for powers of 10', () => {
  const [two, ten, ten64] = [compileScalar(log2.f32), compileScalar(log10.f32), compileScalar(log10.f64)];
  for (let power = -149; power < 128; power++) expect(two(2 ** power)).toBe(power);
  for (let power = 0; power <= 10; power++) expect(ten(10 ** power)).toBe(power);
  for (let power = 0; power <= 22; power++) expect(ten64(10 ** power)).toBe(power);
});
