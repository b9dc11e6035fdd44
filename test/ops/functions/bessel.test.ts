import { describe, expect, test } from 'vitest';
import { i0e, i1e } from '../../../src/ops/functions/bessel.ts';
import { erfcx } from '../../../src/ops/functions/error-function.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';

const functions = {
  i0e: { single: compileScalar(i0e.f32), double: compileScalar(i0e.f64) },
  i1e: { single: compileScalar(i1e.f32), double: compileScalar(i1e.f64) },
  erfcx: { single: compileScalar(erfcx.f32), double: compileScalar(erfcx.f64) },
} as const;

/** To 17 digits, by mpmath 1.3 with 40 digits. */
const table = [
  ['i0e', 0.015625, 0.9845565268161586],
  ['i0e', 0.5, 0.6450352704491501],
  ['i0e', -2.5, 0.27004644161220276],
  ['i0e', 7.9375, 0.14401592325441198],
  ['i0e', 8.0625, 0.14285471410685902],
  ['i0e', -20.25, 0.08921713516232105],
  ['i0e', 700.5, 0.015075910433922871],
  ['i1e', 0.015625, 0.007691613138734125],
  ['i1e', 0.5, 0.1564208031848717],
  ['i1e', -2.5, -0.20658464953126657],
  ['i1e', 7.9375, 0.13461229691952453],
  ['i1e', 8.0625, 0.13367745553376245],
  ['i1e', -20.25, -0.08698558783389894],
  ['i1e', 700.5, 0.015065145766868984],
  ['erfcx', 0.015625, 0.9826103760470094],
  ['erfcx', 0.75, 0.5069376502931449],
  ['erfcx', -1.25, 9.173643447482844],
  ['erfcx', 3.5, 0.1552936556088943],
  ['erfcx', 9.9375, 0.056490603076982],
  ['erfcx', -4.5, 1245928884.2744062],
  ['erfcx', 26.5, 0.021275046685371106],
  ['erfcx', 40.25, 0.014012810401273165],
  ['erfcx', 100.5, 0.0056135488378954365],
] as const;

describe('values to all digits but a few', () => {
  test.each(table)('%s of %d is %d', (name, x, expected) => {
    expect(Math.abs(functions[name].double(x) / expected - 1)).toBeLessThanOrEqual(16 * 2 ** -53);
    // Beyond the largest single number.
    if (expected > 1e38) expect(functions[name].single(x)).toBe(Infinity);
    else expect(Math.abs(functions[name].single(x) / expected - 1)).toBeLessThanOrEqual(32 * 2 ** -24);
  });
});

describe('special values', () => {
  test.each([
    ['i0e', 0, 1],
    ['i0e', -0, 1],
    ['i0e', Infinity, 0],
    ['i0e', -Infinity, 0],
    ['i1e', 0, 0],
    ['i1e', -0, -0],
    ['i1e', Infinity, 0],
    ['i1e', -Infinity, -0],
    ['erfcx', 0, 1],
    ['erfcx', Infinity, 0],
    ['erfcx', -Infinity, Infinity],
  ] as const)('%s of %d is %d in both formats', (name, x, expected) => {
    expect(functions[name].double(x)).toBeCloseTo(expected, 14);
    expect(functions[name].single(x)).toBeCloseTo(expected, 6);
    if (expected === 0) expect(Object.is(functions[name].double(x), expected)).toBe(true);
  });
});

test.each(Object.entries(functions))('%s of NaN is NaN', (_, { single, double }) => {
  expect([single(NaN), double(NaN)]).toEqual([NaN, NaN]);
});
