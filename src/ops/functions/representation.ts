// Exponents of numbers, and the numbers next to them. Rely on the float formats and their bits.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { binary, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, inBothFormats, word } from './float-format.ts';

/** The exponent of x to a significand in [½, 1), as a float; 0 for what is 0 or no number. */
export const exponentOf: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('exponentOf'),
    'The exponent of x to a significand in [½, 1), exact; that of what is 0 or no number is 0.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const [zero, one] = [format.constant(0), format.constant(1)];
      const magnitude = bind('magnitude', abs(x));
      const isFinite = compare('lt', magnitude, format.constant(Infinity));
      const isNumber = bind('isNumber', binary('and', compare('gt', magnitude, zero), isFinite));
      const number = bind('number', select(isNumber, magnitude, one));
      const { significand, exponent } = format.decompose(number, builder);
      const above = select(compare('ge', significand, one), one, zero);
      return select(isNumber, add(exponent, above), zero);
    },
  ),
);

/** The number whose bits, as an integer, are one more or one less. */
function stepped(
  format: FloatFormat,
  x: Expression,
  isUp: Expression,
  { bind }: FunctionBuilder,
): Expression {
  if (format.dtype === 'f32') {
    return unary('fromBits', add(unary('bits', x), select(isUp, word(1), word(-1))));
  }
  const low = bind('low', unary('lowWord', x));
  const nextLow = bind('nextLow', add(low, select(isUp, word(1), word(-1))));
  // Carried where the low word ran over, borrowed where there was nothing to take from.
  const carried = select(compare('eq', nextLow, word(0)), word(1), word(0));
  const borrowed = select(compare('eq', low, word(0)), word(-1), word(0));
  return binary('fromWords', add(unary('highWord', x), select(isUp, carried, borrowed)), nextLow);
}

/** The neighbour of x on the way to y. */
export const nextafter: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('nextafter'),
    'The number of the format next to x on the way to y, exact: one step of its bits; y itself where they are equal.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, builder) => {
      const { bind } = builder;
      const zero = format.constant(0);
      const isPositive = compare('gt', x, zero);
      const isAbove = compare('gt', y, x);
      const isOutward = bind('isOutward', compare('eq', convertible(isPositive), convertible(isAbove)));
      const next = stepped(format, x, isOutward, builder);
      const least = bind('least', smallest(format));
      const first = format.flipSign(least, format.signOf(y), builder);
      const moved = select(compare('eq', x, zero), first, next);
      const isNaN = binary('or', compare('ne', x, x), compare('ne', y, y));
      return select(isNaN, add(x, y), select(compare('eq', x, y), y, moved));
    },
  ),
);

function convertible(condition: Expression): Expression {
  return select(condition, word(1), word(0));
}

/** The smallest denormal number. */
function smallest(format: FloatFormat): Expression {
  return format.dtype === 'f32' ? unary('fromBits', word(1)) : binary('fromWords', word(0), word(1));
}
