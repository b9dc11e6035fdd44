// log, log1p, log2 and log10. Rely on the float formats and on the parts of ln 2 of the exponential.
import type { FloatDType } from '../../ir/dtype.ts';
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

/** log(1 + f) = f - halfSquare + rest with f = significand - 1, by 2·atanh(f/(2 + f)), terms as in fdlibm. */
function logarithmTerms(format: FloatFormat, significand: Expression, { bind }: FunctionBuilder) {
  const f = bind('f', sub(significand, format.constant(1)));
  const s = bind('s', div(f, add(f, format.constant(2))));
  const square = bind('square', mul(s, s));
  const halfSquare = bind('halfSquare', mul(mul(f, f), format.constant(0.5)));
  const series = mul(polynomial(format, square, logarithmCoefficients[format.dtype]), square);
  return { f, halfSquare, rest: mul(s, add(series, halfSquare)) };
}

/** exponent · ln 2 + log(significand) + correction. */
function logarithmOf(
  format: FloatFormat,
  { exponent, significand }: Decomposition,
  correction: Expression | undefined,
  builder: FunctionBuilder,
): Expression {
  const [ln2High, ln2Low] = ln2Parts[format.dtype];
  const { f, halfSquare, rest } = logarithmTerms(format, significand, builder);
  const low = mul(exponent, format.constant(ln2Low));
  const small = add(rest, correction === undefined ? low : add(low, correction));
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

/** A constant in two parts, the first so short that its products with an upper half, or with an exponent, are exact. */
interface TwoParts {
  readonly high: number;
  readonly low: number;
}

/** 1/ln(base), and the logarithm of 2 where that is not 1. */
interface Base {
  readonly perLogarithm: Readonly<Record<FloatDType, TwoParts>>;
  readonly perExponent?: Readonly<Record<FloatDType, TwoParts>>;
}

/** Logarithms to another base, with the logarithm of the significand and all products in two parts, as in FreeBSD's. */
function logarithmToBase(name: string, what: string, { perLogarithm, perExponent }: Base): FloatFunction {
  return inBothFormats((format) =>
    defineFunction(
      format.named(name),
      `${what}, within 1 ulp, exact for powers of the base: logarithm and products in two parts as in FreeBSD.`,
      { x: format.dtype },
      format.dtype,
      ({ x }, builder) => {
        const { bind } = builder;
        const scale = perLogarithm[format.dtype];
        const step = perExponent?.[format.dtype];
        const { exponent, significand } = format.decompose(x, builder);
        const { f, halfSquare, rest } = logarithmTerms(format, significand, builder);
        const high = bind('high', format.upperHalf(bind('bent', sub(f, halfSquare))));
        const low = bind('low', add(sub(sub(f, high), halfSquare), rest));
        const scaled = bind('scaled', mul(high, format.constant(scale.high)));
        const whole = step ? bind('whole', mul(exponent, format.constant(step.high))) : exponent;
        const sum = bind('sum', add(whole, scaled));
        const parts = [
          ...(step ? [mul(exponent, format.constant(step.low))] : []),
          mul(add(low, high), format.constant(scale.low)),
          mul(low, format.constant(scale.high)),
          add(sub(whole, sum), scaled),
        ];
        return withSpecialValues(format, x, add(parts.reduce(add), sum));
      },
    ),
  );
}

/** Logarithm to the base 2. */
export const log2: FloatFunction = logarithmToBase('log2', 'Logarithm to the base 2', {
  perLogarithm: {
    f32: { high: 1.4428711, low: -0.00017605285 },
    f64: { high: 1.4426950407214463, low: 1.6751713164886512e-10 },
  },
});

/** Logarithm to the base 10. */
export const log10: FloatFunction = logarithmToBase('log10', 'Logarithm to the base 10', {
  perLogarithm: {
    f32: { high: 0.43432617, low: -3.168997e-5 },
    f64: { high: 0.4342944818781689, low: 2.5082946711645275e-11 },
  },
  perExponent: {
    f32: { high: 0.3010254, low: 4.605039e-6 },
    f64: { high: 0.3010299956640665, low: -8.532344317057107e-14 },
  },
});
