import { describe, expect, test } from 'vitest';
import { cotangentDerivative, digamma, lgamma, polygamma } from '../../../src/ops/functions/gamma.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';

const functions = {
  lgamma: { single: compileScalar(lgamma.f32), double: compileScalar(lgamma.f64) },
  digamma: { single: compileScalar(digamma.f32), double: compileScalar(digamma.f64) },
  trigamma: { single: compileScalar(polygamma(1).f32), double: compileScalar(polygamma(1).f64) },
  tetragamma: { single: compileScalar(polygamma(2).f32), double: compileScalar(polygamma(2).f64) },
  fifth: { single: compileScalar(polygamma(5).f32), double: compileScalar(polygamma(5).f64) },
} as const;

/** To 17 digits, by mpmath 1.3 with 60 digits. */
const table = [
  ['lgamma', 0.015625, 4.150063373653939],
  ['lgamma', 0.25, 1.2880225246980774],
  ['lgamma', 0.75, 0.20328095143129538],
  ['lgamma', 1.25, -0.09827183642181316],
  ['lgamma', 1.4375, -0.12120242719902266],
  ['lgamma', 2.5, 0.2846828704729192],
  ['lgamma', 3.75, 1.4868155785934172],
  ['lgamma', 7.9375, 8.399444525124958],
  ['lgamma', 8.5, 9.549267257300997],
  ['lgamma', 20.25, 40.08411059791735],
  ['lgamma', 1000.5, 5908.674175848678],
  ['lgamma', -0.5, 1.2655121234846454],
  ['lgamma', -1.75, 1.0160888092144358],
  ['lgamma', -4.25, -2.070072434257324],
  ['digamma', 0.015625, -64.55180297316785],
  ['digamma', 0.25, -4.2274535333762655],
  ['digamma', 0.75, -1.0858608797864722],
  ['digamma', 1.25, -0.22745353337626542],
  ['digamma', 1.4375, -0.023613544005297898],
  ['digamma', 2.5, 0.7031566406452432],
  ['digamma', 3.75, 1.1825373886117962],
  ['digamma', 7.9375, 2.0072856526575245],
  ['digamma', 8.5, 2.08009081757942],
  ['digamma', 20.25, 2.983260263975308],
  ['digamma', 1000.5, 6.907755320648796],
  ['digamma', -0.5, 0.03648997397857652],
  ['digamma', -1.75, -2.3226916286143604],
  ['digamma', -4.25, 4.701569989997338],
  ['trigamma', 0.015625, 4097.6081469812325],
  ['trigamma', 0.25, 17.197329154507113],
  ['trigamma', 0.75, 2.5418796476716063],
  ['trigamma', 1.25, 1.1973291545071107],
  ['trigamma', 1.4375, 0.9895029178956272],
  ['trigamma', 2.5, 0.49035775610023485],
  ['trigamma', 3.75, 0.3053398526902531],
  ['trigamma', 7.9375, 0.13425249264731706],
  ['trigamma', 8.5, 0.12483811891892602],
  ['trigamma', 20.25, 0.050622103814419776],
  ['trigamma', 1000.5, 0.0009999999166666958],
  ['trigamma', -0.5, 8.934802200544679],
  ['trigamma', -1.75, 19.301637544529786],
  ['trigamma', -4.25, 19.529448389881463],
  ['tetragamma', 0.015625, -524290.3056080249],
  ['tetragamma', 0.25, -129.32773993753693],
  ['tetragamma', 0.75, -5.3026332163376395],
  ['tetragamma', 1.25, -1.3277399375369203],
  ['tetragamma', 1.4375, -0.9241320031823456],
  ['tetragamma', 2.5, -0.2362040516417274],
  ['tetragamma', 3.75, -0.09254633851589927],
  ['tetragamma', 7.9375, -0.01799696235677167],
  ['tetragamma', 8.5, -0.015564511795903922],
  ['tetragamma', 20.25, -0.002562051037602933],
  ['tetragamma', 1000.5, -9.999997500001458e-7],
  ['tetragamma', -0.5, -0.82879664423432],
  ['tetragamma', -1.75, -124.21382135423057],
  ['tetragamma', -4.25, 123.98126436732758],
  ['fifth', 0.015625, 8246337208431.33],
  ['fifth', 0.25, 491552.5137676813],
  ['fifth', 0.75, 678.7533428745797],
  ['fifth', 1.25, 32.513767681292045],
  ['fifth', 1.4375, 14.268238090113522],
  ['fifth', 2.5, 0.5785691785671835],
  ['fifth', 3.75, 0.05935845545024451],
  ['fifth', 7.9375, 0.0010314169835999878],
  ['fifth', 8.5, 0.0007184689728767378],
  ['fifth', 20.25, 7.961365671533324e-6],
  ['fifth', 1000.5, 2.3999970000049e-14],
  ['fifth', -0.5, 15371.113548602434],
  ['fifth', -1.75, 492230.9303018743],
  ['fifth', -4.25, 492231.2576989982],
] as const;

describe('values to all digits but a few', () => {
  test.each(table)('%s of %d is %d', (name, x, expected) => {
    const scale = Math.max(Math.abs(expected), 1);
    expect(Math.abs(functions[name].double(x) - expected) / scale).toBeLessThanOrEqual(64 * 2 ** -53);
    expect(Math.abs(functions[name].single(x) - expected) / scale).toBeLessThanOrEqual(64 * 2 ** -24);
  });
});

describe('special values', () => {
  test.each([
    ['lgamma', 0, Infinity],
    ['lgamma', -0, Infinity],
    ['lgamma', -3, Infinity],
    ['lgamma', 1, 0.0],
    ['lgamma', 2, 0.0],
    ['lgamma', Infinity, Infinity],
    ['lgamma', -Infinity, Infinity],
    ['lgamma', -(2 ** 100), Infinity],
    ['lgamma', NaN, NaN],
    ['digamma', 0, -Infinity],
    ['digamma', -0, Infinity],
    ['digamma', -2, NaN],
    ['digamma', Infinity, Infinity],
    ['digamma', NaN, NaN],
    ['trigamma', 0, Infinity],
    ['trigamma', -2, Infinity],
    ['trigamma', Infinity, 0],
    ['trigamma', NaN, NaN],
    ['tetragamma', 0, -Infinity],
    ['tetragamma', -0, -Infinity],
    ['tetragamma', Infinity, -0],
  ] as const)('%s of %d is %d in both formats', (name, x, expected) => {
    expect(functions[name].double(x)).toBe(expected);
    expect(functions[name].single(x)).toBe(expected);
  });
});

test('lgamma keeps relative accuracy next to its zeros at 1 and 2', () => {
  // Its Taylor series: -γ(x - 1) + π²/12 (x - 1)².
  const step = 2 ** -20;
  const expected =
    -0.5772156649015329 * step + (Math.PI ** 2 / 12) * step ** 2 - 0.40068563438653143 * step ** 3;
  expect(functions.lgamma.double(1 + step) / expected - 1).toBeLessThan(1e-14);
  expect(Math.abs(functions.lgamma.single(1 + step) / expected - 1)).toBeLessThan(1e-6);
});

test('the derivatives of the cotangent are polynomials in it', () => {
  expect(cotangentDerivative(0)).toEqual([0, 1]);
  expect(cotangentDerivative(1).slice(0, 3)).toEqual([-1, -0, -1]);
  // d/dc (-1 - c²) = -2c, times -(1 + c²).
  expect(cotangentDerivative(2).map((each) => each + 0)).toEqual([
    0,
    2,
    0,
    2,
    ...cotangentDerivative(2).slice(4),
  ]);
});

test('polygamma of one order is one function', () => {
  expect(polygamma(3)).toBe(polygamma(3));
  expect(polygamma(3).f32.name).not.toBe(polygamma(4).f32.name);
});
