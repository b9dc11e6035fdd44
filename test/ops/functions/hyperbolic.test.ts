import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cosh, sigmoid, sinh, tanh } from '../../../src/ops/functions/hyperbolic.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import { sweepBits, sweepF64, sweepInterval } from '../../support/ulp.ts';

const functions = {
  tanh: { single: compileScalar(tanh.f32), double: compileScalar(tanh.f64), reference: Math.tanh },
  sigmoid: {
    single: compileScalar(sigmoid.f32),
    double: compileScalar(sigmoid.f64),
    reference: (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  },
  sinh: { single: compileScalar(sinh.f32), double: compileScalar(sinh.f64), reference: Math.sinh },
  cosh: { single: compileScalar(cosh.f32), double: compileScalar(cosh.f64), reference: Math.cosh },
} as const;

const names = ['tanh', 'sigmoid', 'sinh', 'cosh'] as const;

describe.each(names)('%s', (name) => {
  const { single, double, reference } = functions[name];

  test('is within 2 ulp of f64 over all f32 bit patterns', () => {
    expect(sweepBits(single, reference).ulp).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp where it bends, in f32', () => {
    for (const sign of [1, -1]) {
      expect(sweepInterval(single, reference, sign * 2 ** -13, sign * 0.25).ulp).toBeLessThanOrEqual(2);
      expect(sweepInterval(single, reference, sign * 0.25, sign * 2).ulp).toBeLessThanOrEqual(2);
      expect(sweepInterval(single, reference, sign * 2, sign * 128).ulp).toBeLessThanOrEqual(2);
    }
  });

  test('is within 2 ulp in f64', () => {
    const range = {
      tanh: { low: -22, high: 22 },
      sigmoid: { low: -708, high: 40, samples: 600 },
      sinh: { low: -710, high: 710 },
      cosh: { low: -710, high: 710 },
    }[name];
    const exact = exactFunctions(name === 'sigmoid' ? 1250 : 300);
    expect(sweepF64(double, exact[name], exact.ulpError, range).ulp).toBeLessThanOrEqual(2);
  });

  test('of NaN is NaN', () => {
    expect([single(NaN), double(NaN)]).toEqual([NaN, NaN]);
  });
});

describe('tanh', () => {
  const { single, double } = functions.tanh;

  test.each([
    [0, 0],
    [-0, -0],
    [Infinity, 1],
    [-Infinity, -1],
    [30, 1],
    [-30, -1],
    [2 ** -149, 2 ** -149],
    [-(2 ** -149), -(2 ** -149)],
  ])('of %d is %d in both formats', (x, expected) => {
    expect(single(x)).toBe(expected);
    expect(double(x)).toBe(expected);
  });

  property.prop([fc.float({ noNaN: true })])('is odd, to the bit, and within [-1, 1]', (x) => {
    expect(single(-x)).toBe(-single(x));
    expect(Math.abs(single(x))).toBeLessThanOrEqual(1);
  });

  property.prop([fc.float({ noNaN: true }), fc.float({ noNaN: true })])(
    'does not fall where the argument rises by more than its rounding',
    (first, second) => {
      const [low, high] = first < second ? [first, second] : [second, first];
      fc.pre(high - low > 1e-6 * Math.max(1, Math.abs(high)));
      expect(single(low)).toBeLessThanOrEqual(single(high));
    },
  );
});

describe('sigmoid', () => {
  const { single, double } = functions.sigmoid;

  test('has denormal values far below 0', () => {
    expect(sweepInterval(single, functions.sigmoid.reference, -88, -105).ulp).toBeLessThanOrEqual(1);
    expect(single(-100)).toBe(Math.fround(Math.exp(-100)));
    expect(double(-740)).toBe(Math.exp(-740));
  });

  test.each([
    [0, 0.5],
    [-0, 0.5],
    [Infinity, 1],
    [-Infinity, 0],
    [1000, 1],
    [-1000, 0],
  ])('of %d is %d in both formats', (x, expected) => {
    expect(single(x)).toBe(expected);
    expect(double(x)).toBe(expected);
  });

  property.prop([fc.float({ noNaN: true })])('and its mirror image add up to 1', (x) => {
    expect(Math.abs(single(x) + single(-x) - 1)).toBeLessThanOrEqual(2 ** -23);
  });
});

describe('sinh and cosh', () => {
  test.each([
    [0, 0, 1],
    [-0, -0, 1],
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, Infinity],
    [1000, Infinity, Infinity],
    [2 ** -149, 2 ** -149, 1],
  ])('of %d are %d and %d in both formats', (x, sine, cosine) => {
    expect([functions.sinh.single(x), functions.cosh.single(x)]).toEqual([sine, cosine]);
    expect([functions.sinh.double(x), functions.cosh.double(x)]).toEqual([sine, cosine]);
  });

  test('do not overflow before their values do', () => {
    expect(functions.sinh.single(Math.fround(89.41))).toBeLessThan(Infinity);
    expect(functions.cosh.single(Math.fround(89.41))).toBeLessThan(Infinity);
    expect(functions.sinh.single(Math.fround(89.42))).toBe(Infinity);
    expect(functions.cosh.double(710.47)).toBeLessThan(Infinity);
    expect(functions.cosh.double(710.48)).toBe(Infinity);
  });

  property.prop([fc.float({ noNaN: true })])('are odd and even, to the bit', (x) => {
    expect(functions.sinh.single(-x)).toBe(-functions.sinh.single(x));
    expect(functions.cosh.single(-x)).toBe(functions.cosh.single(x));
  });
});
