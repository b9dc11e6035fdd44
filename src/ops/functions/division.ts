// What is left of a division, and quotients in whole numbers. Relies on the float formats only.
import type { Expression, ScalarFunction } from '../../ir/scalar.ts';
import { binary, call, compare, convert, defineFunction, literal, select, unary } from '../../ir/scalar.ts';
import type { FloatFunction } from './float-format.ts';
import { abs, add, div, double, inBothFormats, mul, sub } from './float-format.ts';

const f64 = (value: number): Expression => literal('f64', value);

/**
 * f32 in f64: a multiple below 2²⁹ of a 24-bit divisor is exact, and so is what it leaves; ten steps of 28 bits are
 * enough for the largest number by the smallest.
 */
const single: ScalarFunction = defineFunction(
  'fmod',
  'x - y·trunc(x/y), exact for all numbers, with the sign of x: in double precision, 28 bits of the quotient at a time.',
  { x: 'f32', y: 'f32' },
  'f32',
  ({ x, y }, { bind }) => {
    const divisor = bind('divisor', abs(convert('f64', y)));
    let rest = bind('start', abs(convert('f64', x)));
    for (let step = 9; step >= 0; step--) {
      const scaled = bind(`divisor${step}`, mul(divisor, f64(2 ** (28 * step))));
      rest = bind(`rest${step}`, sub(rest, mul(unary('trunc', div(rest, scaled)), scaled)));
    }
    const isWhole = compare('lt', abs(x), abs(y));
    const size = bind('size', convert('f32', rest));
    const signed = select(compare('lt', x, literal('f32', 0)), unary('neg', size), size);
    // What is smaller than the divisor stays as it is, -0 and numbers below infinity included.
    return select(isWhole, x, signed);
  },
);

/** Steps of 20 bits: products of 20 bits with either part of the divisor are exact, and so is what they leave. */
const doubleSteps = 6;

const doubled: ScalarFunction = defineFunction(
  'fmod64',
  'x - y·trunc(x/y), exact for |x/y| < 2¹²⁰, with the sign of x: 20 bits of the quotient at a time, the divisor in two parts.',
  { x: 'f64', y: 'f64' },
  'f64',
  ({ x, y }, { bind }) => {
    const divisor = bind('divisor', abs(y));
    const upper = bind('upper', double.upperHalf(divisor));
    const lower = bind('lower', sub(divisor, upper));
    let rest = bind('start', abs(x));
    for (let step = doubleSteps - 1; step >= 0; step--) {
      const scale = 2 ** (20 * step);
      const quotient = unary('round', div(mul(rest, f64(1 / scale)), divisor));
      const multiple = bind(`multiple${step}`, mul(quotient, f64(scale)));
      rest = bind(`rest${step}`, sub(sub(rest, mul(multiple, upper)), mul(multiple, lower)));
    }
    const size = bind('size', select(compare('lt', rest, f64(0)), add(rest, divisor), rest));
    const signed = select(compare('lt', x, f64(0)), unary('neg', size), size);
    return select(compare('lt', abs(x), divisor), x, signed);
  },
);

/** The remainder of a division that truncates. */
export const fmod: FloatFunction = { f32: single, f64: doubled };

const differsInSign = (format: { constant(value: number): Expression }, a: Expression, b: Expression) =>
  binary('xor', compare('lt', a, format.constant(0)), compare('lt', b, format.constant(0)));

/** The remainder of a division that rounds down. */
export const remainder: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('modulo'),
    'x - y·floor(x/y), with the sign of y: fmod, and y more where its sign is that of x and not of y, as in Python.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, { bind }) => {
      const rest = bind('rest', call(fmod[format.dtype], x, y));
      const isOff = binary('and', compare('ne', rest, format.constant(0)), differsInSign(format, rest, y));
      return select(isOff, add(rest, y), rest);
    },
  ),
);

/** The quotient, rounded down. */
export const floorDivide: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('floorDivide'),
    'floor(x/y), so that y times it and the remainder are x: by fmod, as in Python; x/y where y is 0.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, builder) => {
      const { bind } = builder;
      const [zero, one] = [format.constant(0), format.constant(1)];
      const plain = bind('plain', div(x, y));
      const rest = bind('rest', call(fmod[format.dtype], x, y));
      const exact = bind('exact', div(sub(x, rest), y));
      const isOff = binary('and', compare('ne', rest, zero), differsInSign(format, rest, y));
      const quotient = bind('quotient', select(isOff, sub(exact, one), exact));
      const whole = bind('whole', unary('floor', quotient));
      const isAbove = compare('gt', sub(quotient, whole), format.constant(0.5));
      const nearest = select(isAbove, add(whole, one), whole);
      const signedZero = format.flipSign(zero, format.signOf(plain), builder);
      const value = select(compare('eq', quotient, zero), signedZero, nearest);
      return select(compare('eq', y, zero), plain, value);
    },
  ),
);
