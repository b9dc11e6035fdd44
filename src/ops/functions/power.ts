// pow and exp2. Rely on the scaling of the exponential and on the float formats.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { binary, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import { scaleByPowerOfTwo } from './exponential.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, clamp, div, inBothFormats, mul, polynomial, sub, word } from './float-format.ts';

/** Remez fit of (3·atanh(s)/s - 3 - s²)/s⁴ in s², for |s| ≤ (√2 - 1)/(√2 + 1). */
const logarithmCoefficients = {
  f32: [0.6000023, 0.42820626, 0.3512973],
  f64: [
    0.5999999999999996, 0.4285714285716783, 0.33333333326265824, 0.2727272831024628, 0.2307683498039226,
    0.20004488691140707, 0.1751197239406168, 0.17985649564225445,
  ],
} as const;

/** 2/(3·ln 2): whole, and in two parts of which the first has half the digits. */
const twoThirdsOfLog2E = {
  f32: { whole: 0.9617966939259756, high: 0.9619140625, low: -0.00011736857402439509 },
  f64: { whole: 0.9617966939259756, high: 0.961796760559082, low: -6.663310642634338e-8 },
} as const;

/** Remez fit of (2ʳ - 1)/r for |r| ≤ ½. */
const powerOfTwoCoefficients = {
  f32: [0.6931472, 0.2402265, 0.05550326, 0.009618001, 0.0013400939, 0.0001547703],
  f64: [
    0.6931471805599453, 0.24022650695910072, 0.05550410866482157, 0.009618129107628754, 0.0013333558146429829,
    0.00015403530392520966, 1.5252733808837408e-5, 1.321548783486367e-6, 1.0178075011330562e-7,
    7.054380511467415e-9, 4.452539344714807e-10, 2.66292253997778e-11,
  ],
} as const;

/**
 * Exponents of the result: where it vanishes, where it may be denormal, where it overflows; and a bound on |y| beyond
 * which no base but 1 gives anything between.
 */
const powerRange = {
  f32: { vanishing: -151, denormal: -124, overflow: 128, largestPower: 2 ** 40 },
  f64: { vanishing: -1076, denormal: -1020, overflow: 1024, largestPower: 2 ** 64 },
} as const;

/** An unevaluated sum, whose `high` has half the digits of the format. */
interface DoubleLength {
  readonly high: Expression;
  readonly low: Expression;
}

/** log₂ of a positive finite number with half as many digits again as the format has, as in fdlibm's pow. */
function logarithmBase2(format: FloatFormat, x: Expression, builder: FunctionBuilder): DoubleLength {
  const { bind } = builder;
  const { exponent, significand } = format.decompose(x, builder);
  const [one, three] = [format.constant(1), format.constant(3)];
  const scale = twoThirdsOfLog2E[format.dtype];

  // s = f/(significand + 1) in two parts; the products of upper halves are exact.
  const f = bind('f', sub(significand, one));
  const sum = bind('sum', add(significand, one));
  const inverse = bind('inverse', div(one, sum));
  const s = bind('s', mul(f, inverse));
  const sHigh = bind('sHigh', format.upperHalf(s));
  const sumHigh = bind('sumHigh', format.upperHalf(sum));
  const sumLow = sub(significand, sub(sumHigh, one));
  const sLow = bind('sLow', mul(sub(sub(f, mul(sHigh, sumHigh)), mul(sHigh, sumLow)), inverse));

  // 3 + s² + s⁴·P(s²) in two parts.
  const square = bind('square', mul(s, s));
  const series = mul(polynomial(format, square, logarithmCoefficients[format.dtype]), mul(square, square));
  const rest = bind('rest', add(series, mul(sLow, add(sHigh, s))));
  const squareHigh = bind('squareHigh', mul(sHigh, sHigh));
  const factorHigh = bind('factorHigh', format.upperHalf(add(add(squareHigh, three), rest)));
  const factorLow = sub(rest, sub(sub(factorHigh, three), squareHigh));

  // s times that, then times 2/(3·ln 2).
  const productHigh = bind('productHigh', mul(sHigh, factorHigh));
  const productLow = bind('productLow', add(mul(sLow, factorHigh), mul(factorLow, s)));
  const high = bind('high', format.upperHalf(add(productHigh, productLow)));
  const low = sub(productLow, sub(high, productHigh));
  const scaledHigh = bind('scaledHigh', mul(high, format.constant(scale.high)));
  const scaledLow = bind(
    'scaledLow',
    add(mul(high, format.constant(scale.low)), mul(low, format.constant(scale.whole))),
  );
  const total = bind('total', format.upperHalf(add(add(scaledHigh, scaledLow), exponent)));
  return { high: total, low: bind('totalLow', sub(scaledLow, sub(sub(total, exponent), scaledHigh))) };
}

/** 2^(high + low), with underflow and overflow. */
function exponentialBase2(
  format: FloatFormat,
  { high, low }: DoubleLength,
  builder: FunctionBuilder,
): Expression {
  const { bind } = builder;
  const range = powerRange[format.dtype];
  const roundingShift = format.constant(format.roundingShift);
  const bounded = clamp(format, 'bounded', add(high, low), range.vanishing, range.overflow, builder);
  const shifted = bind('shifted', add(bounded, roundingShift));
  const nearest = sub(shifted, roundingShift);
  // Beyond the bounds the remainder would be large; each small one gives 0 or infinity.
  const remainder = clamp(format, 'remainder', add(sub(high, nearest), low), -0.501, 0.501, builder);
  const significand = add(
    mul(polynomial(format, remainder, powerOfTwoCoefficients[format.dtype]), remainder),
    format.constant(1),
  );
  const isSmall = compare('lt', bounded, format.constant(range.denormal));
  return scaleByPowerOfTwo(format, significand, format.lowBits(shifted), isSmall, builder);
}

/** xʸ with the special values of C99. */
export const pow: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('pow'),
    'xʸ, within 2 ulp, special values as in C99: 2^(y·log₂|x|), the logarithm and product in two parts as in fdlibm.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, builder) => {
      const { bind } = builder;
      const [zero, one] = [format.constant(0), format.constant(1)];
      const magnitude = bind('magnitude', abs(x));
      const logarithm = logarithmBase2(format, magnitude, builder);

      const { largestPower } = powerRange[format.dtype];
      const power = clamp(format, 'power', y, -largestPower, largestPower, builder);
      const powerHigh = bind('powerHigh', format.upperHalf(power));
      const exponentHigh = bind('exponentHigh', mul(powerHigh, logarithm.high));
      const exponentLow = bind(
        'exponentLow',
        add(mul(sub(power, powerHigh), logarithm.high), mul(power, logarithm.low)),
      );
      const regular = exponentialBase2(format, { high: exponentHigh, low: exponentLow }, builder);

      // 0 and ∞, and no other number, are their own double.
      const isExtreme = compare('eq', magnitude, add(magnitude, magnitude));
      const extreme = select(compare('lt', y, zero), div(one, magnitude), magnitude);
      const size = bind('size', select(isExtreme, extreme, regular));

      const halfPower = bind('halfPower', mul(y, format.constant(0.5)));
      const isInteger = bind('isInteger', compare('eq', unary('floor', y), y));
      const isOdd = binary('and', isInteger, compare('ne', unary('floor', halfPower), halfPower));
      const signed = format.flipSign(size, select(isOdd, format.signOf(x), word(0)), builder);
      const isFiniteNegative = binary(
        'and',
        compare('lt', x, zero),
        compare('gt', x, format.constant(-Infinity)),
      );
      const isUndefined = binary(
        'or',
        binary('and', isFiniteNegative, unary('not', isInteger)),
        binary('or', compare('ne', x, x), compare('ne', y, y)),
      );
      const isOne = binary('or', compare('eq', y, zero), compare('eq', x, one));
      return select(isOne, one, select(isUndefined, format.constant(NaN), signed));
    },
  ),
);

/** 2ˣ. */
export const exp2: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('exp2'),
    '2ˣ, within 1 ulp, exact for whole numbers, denormal results included: Remez polynomial of x less the nearest integer.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const range = powerRange[format.dtype];
      const roundingShift = format.constant(format.roundingShift);
      const bounded = clamp(format, 'bounded', x, range.vanishing, range.overflow, builder);
      const shifted = bind('shifted', add(bounded, roundingShift));
      const remainder = bind('remainder', sub(bounded, sub(shifted, roundingShift)));
      const series = polynomial(format, remainder, powerOfTwoCoefficients[format.dtype]);
      const significand = bind('significand', add(mul(series, remainder), format.constant(1)));
      const isSmall = compare('lt', bounded, format.constant(range.denormal));
      return scaleByPowerOfTwo(format, significand, format.lowBits(shifted), isSmall, builder);
    },
  ),
);
