// asinh, acosh and atanh, all by log1p. Rely on logarithm.ts and the float formats.
import { call, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, sub } from './float-format.ts';
import { log1p } from './logarithm.ts';

/** From here on asinh(x) and acosh(x) are ln(2x) to all digits, and 1 + x is x. */
const large = { f32: 2 ** 26, f64: 2 ** 56 } as const;

/** Inverse hyperbolic sine. */
export const asinh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('asinh'),
    'Inverse hyperbolic sine, within 3 ulp: log1p(|x| + x²/(1 + √(1 + x²))), beyond 2²⁶ (2⁵⁶) ln|x| + ln 2, as in fdlibm.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const one = format.constant(1);
      const magnitude = bind('magnitude', abs(x));
      const isLarge = bind('isLarge', compare('gt', magnitude, format.constant(large[format.dtype])));
      const square = bind('square', mul(x, x));
      const rest = div(square, add(unary('sqrt', add(square, one)), one));
      const argument = select(isLarge, magnitude, add(magnitude, rest));
      const logarithm = call(log1p[format.dtype], argument);
      const value = add(logarithm, select(isLarge, format.constant(Math.LN2), format.constant(0)));
      return format.flipSign(value, format.signOf(x), builder);
    },
  ),
);

/** Inverse hyperbolic cosine. */
export const acosh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('acosh'),
    'Inverse hyperbolic cosine, within 3 ulp: with t = x - 1, log1p(t + √(2t + t²)), beyond 2²⁶ (2⁵⁶) ln x + ln 2; NaN below 1.',
    { x: format.dtype },
    format.dtype,
    ({ x }, { bind }) => {
      const one = format.constant(1);
      const isLarge = bind('isLarge', compare('gt', x, format.constant(large[format.dtype])));
      const t = bind('t', sub(x, one));
      const root = unary('sqrt', add(mul(t, t), add(t, t)));
      const argument = select(isLarge, x, add(t, root));
      const logarithm = call(log1p[format.dtype], argument);
      const value = add(logarithm, select(isLarge, format.constant(Math.LN2), format.constant(0)));
      return select(compare('lt', x, one), format.constant(NaN), value);
    },
  ),
);

/** Inverse hyperbolic tangent. */
export const atanh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('atanh'),
    'Inverse hyperbolic tangent, within 3 ulp: ½·log1p(2|x| + 2x²/(1 - |x|)), from ½ on ½·log1p(2|x|/(1 - |x|)), as in fdlibm.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const half = format.constant(0.5);
      const magnitude = bind('magnitude', abs(x));
      const doubled = bind('doubled', add(magnitude, magnitude));
      const isSmall = bind('isSmall', compare('lt', magnitude, half));
      const numerator = select(isSmall, mul(doubled, magnitude), doubled);
      const quotient = bind('quotient', div(numerator, sub(format.constant(1), magnitude)));
      const argument = select(isSmall, add(doubled, quotient), quotient);
      const value = mul(call(log1p[format.dtype], argument), half);
      return format.flipSign(value, format.signOf(x), builder);
    },
  ),
);
