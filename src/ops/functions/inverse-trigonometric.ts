// asin, acos, atan and atan2. Rely on the float formats only.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { binary, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, polynomial, sub, word } from './float-format.ts';

/** Remez fit of (asin(x) - x)/x³ in x², for |x| ≤ ½. */
const arcsineCoefficients = {
  f32: [0.16666754, 0.07495252, 0.045476042, 0.02415208, 0.042211894],
  f64: [
    0.16666666666665383, 0.07500000000343052, 0.04464285682348287, 0.030381959331056196, 0.022371753531192196,
    0.017359770955381937, 0.013884600159083039, 0.012173267633011929, 0.006510904526652218,
    0.01957376718317314, -0.016293859911485867, 0.03195882319859092,
  ],
} as const;

/** Remez fit of (atan(t) - t)/t³ in t², for |t| ≤ tan(π/8). */
const arctangentCoefficients = {
  f32: [-0.33332956, 0.19977944, -0.13880011, 0.08060774],
  f64: [
    -0.333333333333332, 0.19999999999954082, -0.14285714280248507, 0.11111110786135507, -0.09090897836347053,
    0.0769206163492233, -0.06663120356203042, 0.05848008702170831, -0.05039844513830553, 0.038078295216101815,
    -0.01792225102181832,
  ],
} as const;

/** π/4 in two parts, the first so short that its products with 0 … 4 are exact. */
const quarterPi = {
  f32: { high: 0.785398006439209, low: 1.5695823932524066e-7 },
  f64: { high: 0.7853981633974483, low: 3.061616997868383e-17 },
} as const;

/** count · π/4 + (angle or -angle), the sum of the small parts first; `count` is a whole number up to 4. */
function plusEighths(format: FloatFormat, count: Expression, angle: Expression): Expression {
  const { high, low } = quarterPi[format.dtype];
  return add(mul(count, format.constant(high)), add(mul(count, format.constant(low)), angle));
}

/** What |asin| and acos have in common: asin(root) = root + root · square · P(square), root = |x| or √(½(1 - |x|)). */
function arcsineOfRoot(format: FloatFormat, x: Expression, { bind }: FunctionBuilder) {
  const half = format.constant(0.5);
  const magnitude = bind('magnitude', abs(x));
  const isLarge = bind('isLarge', compare('gt', magnitude, half));
  const square = bind(
    'square',
    select(isLarge, mul(sub(format.constant(1), magnitude), half), mul(magnitude, magnitude)),
  );
  const root = bind('root', select(isLarge, unary('sqrt', square), magnitude));
  const series = mul(polynomial(format, square, arcsineCoefficients[format.dtype]), square);
  const angle = bind('angle', add(mul(series, root), root));
  return { isLarge, angle, doubled: bind('doubled', add(angle, angle)) };
}

/** Arcsine. */
export const asin: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('asin'),
    'Arcsine, within 2 ulp: Remez polynomial up to ½, beyond π/2 - 2·asin(√(½(1 - |x|))) as in fdlibm; NaN above 1.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { isLarge, angle, doubled } = arcsineOfRoot(format, x, builder);
      const large = plusEighths(format, format.constant(2), unary('neg', doubled));
      return format.flipSign(select(isLarge, large, angle), format.signOf(x), builder);
    },
  ),
);

/** Arccosine. */
export const acos: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('acos'),
    'Arccosine, within 2 ulp: π/2 - asin(x) up to ½, beyond 2·asin(√(½(1 - |x|))) or π minus it; NaN above 1.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const { isLarge, angle, doubled } = arcsineOfRoot(format, x, builder);
      const isNegative = bind('isNegative', compare('lt', x, format.constant(0)));
      const [zero, two, four] = [format.constant(0), format.constant(2), format.constant(4)];
      const eighths = bind('eighths', select(isLarge, select(isNegative, four, zero), two));
      const size = bind('size', select(isLarge, doubled, angle));
      // Added where |x| is large and x above 0, or |x| small and x below it.
      const adds = binary('xor', isLarge, isNegative);
      return plusEighths(format, eighths, select(adds, size, unary('neg', size)));
    },
  ),
);

/** atan(low/high) for 0 ≤ low ≤ high, high not 0, as angle, or as π/4 + angle where it is steep. */
function arctangentOfRatio(
  format: FloatFormat,
  low: Expression,
  high: Expression,
  { bind }: FunctionBuilder,
): { readonly isSteep: Expression; readonly angle: Expression } {
  const isSteep = bind('isSteep', compare('gt', low, mul(high, format.constant(Math.tan(Math.PI / 8)))));
  const numerator = select(isSteep, sub(low, high), low);
  const ratio = bind('ratio', div(numerator, select(isSteep, add(low, high), high)));
  const square = bind('square', mul(ratio, ratio));
  const series = mul(polynomial(format, square, arctangentCoefficients[format.dtype]), square);
  return { isSteep, angle: bind('angle', add(mul(series, ratio), ratio)) };
}

const method = 'by (y - x)/(y + x) between the eighths of a turn, Remez polynomial';

/** Arctangent. */
export const atan: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('atan'),
    `Arctangent, within 2 ulp: of x or 1/x, ${method}.`,
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const [zero, one, two] = [format.constant(0), format.constant(1), format.constant(2)];
      const magnitude = bind('magnitude', abs(x));
      const isLarge = bind('isLarge', compare('gt', magnitude, one));
      const low = bind('low', select(isLarge, one, magnitude));
      const high = bind('high', select(isLarge, magnitude, one));
      const { isSteep, angle } = arctangentOfRatio(format, low, high, builder);
      const eighths = bind('eighths', select(isSteep, one, select(isLarge, two, zero)));
      const value = plusEighths(format, eighths, select(isLarge, unary('neg', angle), angle));
      return format.flipSign(value, format.signOf(x), builder);
    },
  ),
);

/** Above: both sides are made smaller, so that their sum does not overflow. */
const large = { f32: 2 ** 100, f64: 2 ** 1000 } as const;

/** The angle of the point (x, y). */
export const atan2: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('atan2'),
    `The angle of the point (x, y), within 2 ulp, special values as in C99: ${method}.`,
    { y: format.dtype, x: format.dtype },
    format.dtype,
    ({ y, x }, builder) => {
      const { bind } = builder;
      const [zero, one, two] = [format.constant(0), format.constant(1), format.constant(2)];
      const infinity = format.constant(Infinity);
      const height = bind('height', abs(y));
      const width = bind('width', abs(x));
      const isTall = bind('isTall', compare('gt', height, width));
      const shorter = bind('shorter', select(isTall, width, height));
      const longer = bind('longer', select(isTall, height, width));
      // Infinities count as 1 beside numbers that count as 0; a point at the origin has the angle of (1, 0).
      const isEndless = bind('isEndless', compare('eq', longer, infinity));
      const isLong = compare('gt', longer, format.constant(large[format.dtype]));
      const scale = bind('scale', select(isLong, format.constant(2 ** -64), one));
      const endless = select(compare('eq', shorter, infinity), one, mul(shorter, zero));
      const low = bind('low', select(isEndless, endless, mul(shorter, scale)));
      const isUnit = binary('or', isEndless, compare('eq', longer, zero));
      const high = bind('high', select(isUnit, one, mul(longer, scale)));
      const { isSteep, angle } = arctangentOfRatio(format, low, high, builder);

      const isLeft = bind('isLeft', compare('ne', format.signOf(x), word(0)));
      const right = bind('right', select(isSteep, one, select(isTall, two, zero)));
      const eighths = bind('eighths', select(isLeft, sub(format.constant(4), right), right));
      const turned = select(binary('xor', isTall, isLeft), unary('neg', angle), angle);
      return format.flipSign(plusEighths(format, eighths, turned), format.signOf(y), builder);
    },
  ),
);
