// log and log1p. Rely on the float formats and on the parts of ln 2 of the exponential.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { compare, defineFunction, select } from '../../ir/scalar.ts';
import { ln2Parts } from './exponential.ts';
import type { Decomposition, FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, polynomial, sub } from './float-format.ts';

/** Remez fit of (2·atanh(s)/s - 2)/s² in s², for |s| ≤ (√2 - 1)/(√2 + 1). */
const logarithmCoefficients = {
  f32: [0.66666776, 0.39977497, 0.29873073],
  f64: [
    0.6666666666666735, 0.3999999999941109, 0.2857142874326269, 0.2222219847598521, 0.18183569739853522,
    0.15313903245641833, 0.14797507719057545,
  ],
} as const;

/**
 * exponent · ln 2 + log(significand) + correction, by log(1 + f) = 2·atanh(f/(2 + f)) with the terms ordered as in
 * fdlibm's log.
 */
function logarithmOf(
  format: FloatFormat,
  { exponent, significand }: Decomposition,
  correction: Expression | undefined,
  { bind }: FunctionBuilder,
): Expression {
  const [ln2High, ln2Low] = ln2Parts[format.dtype];
  const f = bind('f', sub(significand, format.constant(1)));
  const s = bind('s', div(f, add(f, format.constant(2))));
  const square = bind('square', mul(s, s));
  const halfSquare = bind('halfSquare', mul(mul(f, f), format.constant(0.5)));
  const series = mul(polynomial(format, square, logarithmCoefficients[format.dtype]), square);
  const low = mul(exponent, format.constant(ln2Low));
  const small = add(mul(s, add(series, halfSquare)), correction === undefined ? low : add(low, correction));
  return add(add(sub(small, halfSquare), f), mul(exponent, format.constant(ln2High)));
}

/** What a logarithm gives for arguments that have none: log 0 = -∞, log ∞ = ∞, NaN below 0. */
function withSpecialValues(format: FloatFormat, argument: Expression, value: Expression): Expression {
  const zero = format.constant(0);
  const infinity = format.constant(Infinity);
  return select(
    compare('gt', argument, zero),
    select(compare('lt', argument, infinity), value, argument),
    select(compare('eq', argument, zero), format.constant(-Infinity), format.constant(NaN)),
  );
}

/** Natural logarithm. */
export const log: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('log'),
    'Natural logarithm, within 1 ulp: exponent · ln 2 + 2·atanh(f/(2 + f)) as in fdlibm, Remez polynomial.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const value = logarithmOf(format, format.decompose(x, builder), undefined, builder);
      return withSpecialValues(format, x, value);
    },
  ),
);

/** Within: log1p(x) = x, which also keeps denormals and the sign of zero. */
const identityBound = { f32: 2 ** -25, f64: 2 ** -54 } as const;

/** log(1 + x), accurate near 0. */
export const log1p: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('log1p'),
    'log(1 + x), within 2 ulp: log of the rounded sum, plus what rounding lost over the sum, as in fdlibm.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const one = format.constant(1);
      const sum = bind('sum', add(x, one));
      const lost = select(compare('gt', x, one), sub(one, sub(sum, x)), sub(x, sub(sum, one)));
      const correction = bind('correction', div(lost, sum));
      const value = logarithmOf(format, format.decompose(sum, builder), correction, builder);
      const isIdentity = compare('lt', abs(x), format.constant(identityBound[format.dtype]));
      return select(isIdentity, x, withSpecialValues(format, sum, value));
    },
  ),
);
