import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cos, sin, tan } from '../../../src/ops/functions/trigonometric.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { exactFunctions } from '../../support/exact-functions.ts';
import {
  bitsOfF32,
  f32FromBits,
  randomNumbers,
  sweepF64,
  sweepInterval,
  ulpErrorF32,
} from '../../support/ulp.ts';

const functions = {
  sin: { single: compileScalar(sin.f32), double: compileScalar(sin.f64), reference: Math.sin },
  cos: { single: compileScalar(cos.f32), double: compileScalar(cos.f64), reference: Math.cos },
  tan: { single: compileScalar(tan.f32), double: compileScalar(tan.f64), reference: Math.tan },
} as const;

const names = ['sin', 'cos', 'tan'] as const;

/** The bound of the reduction in parts. */
const reach = 1e5;

describe.each(names)('%s', (name) => {
  const { single, double, reference } = functions[name];

  test('is within 2 ulp of f64 for all magnitudes up to 1e5', () => {
    for (const sign of [1, -1]) {
      expect(
        sweepInterval(single, reference, sign * 2 ** -149, sign * reach, 2 ** 19).ulp,
      ).toBeLessThanOrEqual(2);
      expect(sweepInterval(single, reference, sign * 0.1, sign * 50).ulp).toBeLessThanOrEqual(2);
      expect(sweepInterval(single, reference, sign * 50, sign * reach).ulp).toBeLessThanOrEqual(2);
    }
  });

  test('is within 2 ulp at the f32 numbers next to every multiple of a quarter turn up to 1e5', () => {
    let worst = 0;
    for (let quarter = 1; quarter * (Math.PI / 2) < reach; quarter++) {
      const nearest = bitsOfF32(Math.fround(quarter * (Math.PI / 2)));
      for (const bits of [nearest - 1, nearest, nearest + 1]) {
        const x = f32FromBits(bits);
        worst = Math.max(worst, ulpErrorF32(single(x), reference(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('is within 2 ulp in f64 up to 1e6, also next to multiples of a quarter turn', () => {
    const exact = exactFunctions(300);
    const range = { low: -10 * reach, high: 10 * reach };
    expect(sweepF64(double, exact[name], exact.ulpError, range).ulp).toBeLessThanOrEqual(2);
    for (let quarter = 1; quarter * (Math.PI / 2) < 10 * reach; quarter += 977) {
      const x = quarter * (Math.PI / 2);
      expect(exact.ulpError(double(x), exact[name](x))).toBeLessThanOrEqual(2);
    }
  });

  test('is within 2e-7 of f64 beyond, up to the largest numbers', () => {
    const random = randomNumbers();
    const far = [2 ** 41, 2 ** 65, 2 ** 89, 2 ** 113, 2 ** 127, 3.4e38].map(Math.fround);
    for (let sample = 0; sample < 20000; sample++) far.push(Math.fround(reach * 2 ** (111 * random())));
    for (const x of far) {
      // Where the tangent is steep, a small difference of angles is a large one of tangents.
      const steepness = name === 'tan' ? 1 + Math.tan(x) ** 2 : 1;
      expect(Math.abs(single(x) - reference(x)) / steepness, String(x)).toBeLessThanOrEqual(2e-7);
      expect(Math.abs(single(-x) - reference(-x)) / steepness, String(-x)).toBeLessThanOrEqual(2e-7);
    }
  });

  test.each([Infinity, -Infinity, NaN])('of %d is NaN', (x) => {
    expect([single(x), double(x)]).toEqual([NaN, NaN]);
  });
});

describe('sin and tan', () => {
  test('keep zeros and denormals', () => {
    for (const x of [0, -0, 2 ** -149, -(2 ** -149), 2 ** -130]) {
      expect(functions.sin.single(x)).toBe(x);
      expect(functions.tan.single(x)).toBe(x);
      expect(functions.sin.double(x)).toBe(x);
      expect(functions.tan.double(x)).toBe(x);
    }
    expect(functions.cos.single(-0)).toBe(1);
    expect(functions.cos.double(0)).toBe(1);
  });
});

describe('symmetry', () => {
  property.prop([fc.float({ min: -reach, max: reach, noNaN: true })])(
    'sin and tan are odd and cos is even, to the bit',
    (x) => {
      expect(functions.sin.single(-x)).toBe(-functions.sin.single(x));
      expect(functions.cos.single(-x)).toBe(functions.cos.single(x));
      expect(functions.tan.single(-x)).toBe(-functions.tan.single(x));
    },
  );

  property.prop([fc.float({ noNaN: true, noDefaultInfinity: true })])(
    'sin and cos stay within [-1, 1] for every finite number',
    (x) => {
      expect(Math.abs(functions.sin.single(x))).toBeLessThanOrEqual(1);
      expect(Math.abs(functions.cos.single(x))).toBeLessThanOrEqual(1);
      expect(Math.abs(functions.sin.double(x * 1e200))).toBeLessThanOrEqual(1);
    },
  );
});
