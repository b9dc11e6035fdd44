import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { exp2, pow } from '../../../src/ops/functions/power.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import {
  f32FromBits,
  randomNumbers,
  sweepBits,
  sweepF64,
  sweepInterval,
  ulpErrorF32,
} from '../../support/ulp.ts';

const single = compileScalar(pow.f32);
const double = compileScalar(pow.f64);

/** Math.pow with the special values of C99, which gives 1 where JavaScript gives NaN. */
function powerOfC99(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/** The worst error over `count` pairs made from uniform numbers. */
function worstOver(count: number, pair: (random: () => number) => readonly [number, number]): number {
  const random = randomNumbers();
  let worst = 0;
  for (let index = 0; index < count; index++) {
    const [x, y] = pair(random).map(Math.fround);
    if (x === undefined || y === undefined) throw new Error('unreachable: a pair has two numbers');
    worst = Math.max(worst, ulpErrorF32(single(x, y), powerOfC99(x, y)));
  }
  return worst;
}

describe('pow in f32', () => {
  test('is within 2 ulp of f64 over random bit patterns of both arguments', () => {
    const word = (random: () => number): number => f32FromBits(Math.floor(random() * 2 ** 32));
    expect(worstOver(2 ** 19, (random) => [word(random), word(random)])).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp over results of all exponents, denormal and overflowing ones included', () => {
    const worst = worstOver(2 ** 19, (random) => {
      const x = Math.fround(2 ** (252 * random() - 126) * (1 + random()));
      return [x, (300 * random() - 150) / Math.log2(x)];
    });
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp for bases next to 1 and large exponents', () => {
    const worst = worstOver(2 ** 19, (random) => {
      const x = Math.fround(1 + (random() - 0.5) * 2 ** (-22 * random()));
      return [x, (300 * random() - 150) / Math.log2(x)];
    });
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp for ordinary bases and exponents, and denormal bases', () => {
    expect(worstOver(2 ** 18, (random) => [4 * random(), 10 * random() - 5])).toBeLessThanOrEqual(2);
    expect(worstOver(2 ** 18, (random) => [2 ** -127 * random(), 2 * random() - 1])).toBeLessThanOrEqual(2);
  });

  test('is exact where the result is a small integer', () => {
    for (let base = 2; base <= 15; base++) {
      for (let exponent = 0; base ** exponent < 2 ** 24; exponent++) {
        expect(Math.abs(single(base, exponent) / base ** exponent - 1)).toBeLessThanOrEqual(2 ** -23);
      }
    }
    expect(single(2, 10)).toBe(1024);
    expect(single(2, -149)).toBe(2 ** -149);
  });
});

describe('pow in f64', () => {
  test('is within 2 ulp over results of all normal exponents and bases next to 1', () => {
    const exact = exactFunctions(1250);
    const random = randomNumbers();
    for (let index = 0; index < 600; index++) {
      const x = [
        2 ** (2000 * random() - 1000) * (1 + random()),
        1 + (random() - 0.5) * 2 ** (-45 * random()),
      ];
      const base = x[index % 2] ?? 1;
      const exponent = (2040 * random() - 1020) / Math.log2(base);
      expect(exact.ulpError(double(base, exponent), exact.pow(base, exponent))).toBeLessThanOrEqual(2);
    }
  });

  test('serves the bias correction of Adam: powers of 0.9 and 0.999 by the step', () => {
    const exact = exactFunctions(1250);
    for (const beta of [0.9, 0.99, 0.999]) {
      for (let step = 1; step < 5000; step += 83) {
        const exactPower = exact.pow(beta, step);
        expect(exact.ulpError(double(beta, step), exactPower)).toBeLessThanOrEqual(2);
      }
    }
  });

  test('gives denormals, zero and infinity at the ends', () => {
    expect(double(2, -1074)).toBe(5e-324);
    expect(double(2, -1075.5)).toBe(0);
    expect(double(2, 1024)).toBe(Infinity);
    expect(double(10, -310) / 1e-310).toBeCloseTo(1, 12);
  });
});

const cases: readonly (readonly [number, number])[] = [
  -Infinity,
  -3,
  -2.5,
  -1,
  -0.5,
  -0,
  0,
  0.5,
  1,
  2,
  2.5,
  3,
  Infinity,
  NaN,
].flatMap((x) =>
  [-Infinity, -3, -2, -1.5, -1, -0, 0, 0.5, 1, 2, 3, 3.5, 2 ** 30, Infinity, NaN].map((y) => [x, y] as const),
);

describe('the special values of pow', () => {
  test.each([
    [NaN, 0, 1],
    [NaN, -0, 1],
    [1, NaN, 1],
    [-1, Infinity, 1],
    [-1, -Infinity, 1],
    [1, Infinity, 1],
    [-0, -3, -Infinity],
    [-0, -2, Infinity],
    [-0, 3, -0],
    [-0, 2, 0],
    [-0, -Infinity, Infinity],
    [-Infinity, 3, -Infinity],
    [-Infinity, -3, -0],
    [-Infinity, 0.5, Infinity],
    [-2, 3, -8],
    [-2, 2, 4],
    [-2, 0.5, NaN],
    [0.5, Infinity, 0],
    [0.5, -Infinity, Infinity],
    [2, Infinity, Infinity],
    [NaN, 2, NaN],
    [2, NaN, NaN],
    [-1, 2 ** 24 + 2, 1],
    [-1, 2 ** 23 + 1, -1],
  ])('of %d to the power %d is %d in both formats', (x, y, expected) => {
    expect(single(x, y)).toBe(expected);
    expect(double(x, y)).toBe(expected);
  });

  test('agree with C99 for all pairs of notable numbers', () => {
    for (const [x, y] of cases) {
      const expected = powerOfC99(x, y);
      const isExtreme = !Number.isFinite(expected) || expected === 0;
      for (const [name, result] of [
        ['f32', single(x, y)],
        ['f64', double(x, y)],
      ] as const) {
        const where = `${name}: pow(${String(x)}, ${String(y)})`;
        if (isExtreme) expect(result, where).toBe(expected);
        else expect(Math.abs(result / expected - 1), where).toBeLessThanOrEqual(2 ** -22);
      }
    }
  });

  property.prop([fc.float({ noNaN: true }), fc.integer({ min: -40, max: 40 })])(
    'a negative base only adds the sign of an odd power',
    (x, n) => {
      const sign = n % 2 === 0 ? 1 : -1;
      fc.pre(x !== 0);
      expect(single(-x, n)).toBe(sign * single(x, n));
    },
  );
});

describe('exp2', () => {
  const [raised, raised64] = [compileScalar(exp2.f32), compileScalar(exp2.f64)];

  test('is within 1.5 ulp of f64 over all f32 bit patterns, denormal results included', () => {
    expect(sweepBits(raised, (x) => 2 ** x).ulp).toBeLessThanOrEqual(1.5);
    expect(sweepInterval(raised, (x) => 2 ** x, -1, -151).ulp).toBeLessThanOrEqual(1.5);
  });

  test('is within 1.5 ulp in f64', () => {
    const exact = exactFunctions(1200);
    expect(
      sweepF64(raised64, exact.exp2, exact.ulpError, { low: -1000, high: 1000, samples: 300 }).ulp,
    ).toBeLessThanOrEqual(1.5);
  });

  test('is exact for whole numbers', () => {
    for (let power = -149; power < 128; power++) expect(raised(power)).toBe(2 ** power);
    for (let power = -1074; power < 1024; power++) expect(raised64(power)).toBe(2 ** power);
  });

  test.each([
    [Infinity, Infinity],
    [-Infinity, 0],
    [2000, Infinity],
    [-2000, 0],
    [NaN, NaN],
  ])('of %d is %d in both formats', (x, expected) => {
    expect([raised(x), raised64(x)]).toEqual([expected, expected]);
  });
});
