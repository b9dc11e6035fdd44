// sin, cos and tan. Rely on the float formats only.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { binary, compare, convert, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, clamp, div, inBothFormats, mul, polynomial, single, sub, word } from './float-format.ts';

/**
 * π/2 in parts (Cody and Waite), largest first, all but the last so short that their products with multiples of 16 bits
 * (f32) or 20 bits (f64) are exact: arguments up to 10⁵ or 10⁶ keep all their digits even next to a multiple of π/2.
 * Subtracting the `exact` parts does not round; what subtracting the `rounded` ones loses is kept. All parts are
 * positive, which keeps the sign of zero.
 */
const halfPiParts = {
  f32: {
    exact: [1.5703125, 0.0004825592041015625],
    rounded: [1.2665987014770508e-6, 9.89530235528946e-10, 2.5579538487363607e-12],
    last: 5.390302953474238e-15,
  },
  f64: { exact: [1.5707963267341256], rounded: [6.077100506303966e-11], last: 2.0222662487959506e-21 },
} as const;

/** (sin(r) - r)/r³ in r², for |r| ≤ π/4: Cephes (f32), fdlibm (f64). */
const sineCoefficients = {
  f32: [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4],
  f64: [
    -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
    2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
  ],
} as const;

/** (cos(r) - 1 + r²/2)/r⁴ in r², for |r| ≤ π/4: Cephes (f32), fdlibm (f64). */
const cosineCoefficients = {
  f32: [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5],
  f64: [
    4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
    -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
  ],
} as const;

/** Remez fit of (tan(r) - r)/r³ in r², for |r| ≤ π/4. */
const tangentCoefficients = {
  f32: [0.33333352, 0.133326, 0.054066755, 0.021248583, 0.010919248, -1.2294293e-5, 0.0044248407],
  f64: [
    0.3333333333333333, 0.13333333333334121, 0.05396825396774033, 0.02186948855317547, 0.008863235193326302,
    0.003592132382848935, 0.0014557956473460467, 0.0005902743530909338, 0.0002379789727785743,
    0.00010087573713089807, 2.917734405281909e-5, 3.48469126194769e-5, -1.9054361059664095e-5,
    2.629317318599759e-5, -1.2828187283636028e-5, 4.586028018098281e-6,
  ],
} as const;

/** x = quarters · π/2 + angle. */
interface ReducedAngle {
  /** The number of quarter turns in its low bits, as i32. */
  readonly quarterBits: Expression;
  /** |angle| ≤ π/4. */
  readonly angle: Expression;
  /** By how much the rounded angle is too large. */
  readonly excess: Expression;
}

function reduceByQuarterTurns(format: FloatFormat, x: Expression, builder: FunctionBuilder): ReducedAngle {
  const { bind } = builder;
  const { exact, rounded, last } = halfPiParts[format.dtype];
  const roundingShift = format.constant(format.roundingShift);
  const shifted = bind('shifted', add(mul(x, format.constant(2 / Math.PI)), roundingShift));
  const quarters = bind('quarters', sub(shifted, roundingShift));
  const product = (part: number): Expression => mul(quarters, format.constant(part));

  const start = exact.reduce((difference, part) => sub(difference, product(part)), x);
  let rest = bind('rest', start);
  // Kept as an excess to be subtracted, so that an angle of -0 stays one.
  let excess = product(last);
  for (const [index, part] of rounded.entries()) {
    const step = String(index + 1);
    const subtrahend = bind(`subtrahend${step}`, product(part));
    const difference = bind(`rest${step}`, sub(rest, subtrahend));
    excess = bind(`excess${step}`, sub(excess, sub(sub(rest, difference), subtrahend)));
    rest = difference;
  }
  if (format.dtype === 'f32') {
    const far = reduceFarAngle(x, builder);
    const isFar = bind('isFar', compare('gt', abs(x), format.constant(reach)));
    const angle = bind('angle', select(isFar, far.angle, sub(rest, excess)));
    return {
      quarterBits: select(isFar, far.quarters, format.lowBits(shifted)),
      angle,
      excess: select(isFar, format.constant(0), sub(excess, sub(rest, angle))),
    };
  }
  // Beyond the reach of the reduction the angle is inexact, but still an angle.
  const angle = clamp(format, 'angle', sub(rest, excess), -0.8, 0.8, builder);
  return { quarterBits: format.lowBits(shifted), angle, excess: sub(excess, sub(rest, angle)) };
}

/** Up to here the reduction in parts is exact enough in f32. */
const reach = 1e5;

/** What 2^(24j - 7) radians are beyond whole turns, for j from 0 on: a 32-bit fraction of a turn, and what it lacks. */
const fractionsOfTurn: readonly (readonly [word: number, lacking: number])[] = [
  [0x00517cc1, 0.7154408717951741],
  [0xc1b72722, 0.04133594494115648],
  [0x220a94fe, 0.0768418895553924],
  [0xfe13abe8, 0.9789189622803792],
  [0xe8fa9a6e, 0.8766737754455041],
  [0x6ee06db1, 0.29218471836805193],
];

/**
 * The reduction of f32 numbers above `reach`, in fixed point (after Payne and Hanek 1983): |x| is two digits to the base
 * 2²⁴, the fraction of a turn that each stands for is a constant, and products of 32-bit integers drop whole turns by
 * themselves. The angle is within 10⁻⁸ of the true one for all numbers; NaN where x is infinite.
 */
function reduceFarAngle(
  x: Expression,
  { bind }: FunctionBuilder,
): { quarters: Expression; angle: Expression } {
  const magnitude = bind('magnitude', abs(x));
  const levels = [1, 2, 3, 4].map((level) => ({
    level,
    isAbove: bind(`isAbove${level}`, compare('ge', magnitude, single.constant(2 ** (17 + 24 * level)))),
  }));
  const atLevel = (of: (level: number) => Expression): Expression =>
    levels.reduce((below, { level, isAbove }) => select(isAbove, of(level), below), of(0));

  const scaled = bind(
    'scaled',
    mul(
      magnitude,
      atLevel((level) => single.constant(2 ** (-17 - 24 * level))),
    ),
  );
  const highDigit = bind('highDigit', unary('floor', scaled));
  const lowDigit = bind('lowDigit', mul(sub(scaled, highDigit), single.constant(2 ** 24)));
  const turns = (digit: Expression, position: number): Expression => {
    const fraction = (level: number) => fractionsOfTurn[level + position] ?? [0, 0];
    const whole = mul(
      convert('i32', digit),
      atLevel((level) => word(fraction(level)[0])),
    );
    const lacking = mul(
      digit,
      atLevel((level) => single.constant(fraction(level)[1])),
    );
    return add(whole, convert('i32', lacking));
  };
  const turn = bind('turn', add(turns(highDigit, 1), turns(lowDigit, 0)));
  const sign = bind('sign', binary('shiftRight', single.signOf(x), word(31)));
  const signedTurn = bind('signedTurn', sub(binary('xor', turn, sign), sign));
  const fraction = convert('f32', binary('shiftLeft', signedTurn, word(2)));
  return {
    quarters: binary('shiftRight', add(signedTurn, word(2 ** 29)), word(30)),
    // x - x is NaN for infinities and 0 for all others.
    angle: add(mul(fraction, single.constant((Math.PI / 2) * 2 ** -32)), sub(x, x)),
  };
}

/** sin(angle + quarters · π/2). */
function sineOfQuarterTurns(
  format: FloatFormat,
  angle: Expression,
  quarters: Expression,
  builder: FunctionBuilder,
): Expression {
  const { bind } = builder;
  const one = format.constant(1);
  const square = bind('square', mul(angle, angle));
  // Adding 0 makes the series +0 at ±0, so that the sum keeps the sign of zero.
  const sineSeries = mul(polynomial(format, square, sineCoefficients[format.dtype]), square);
  const sine = bind('sine', add(mul(angle, add(sineSeries, format.constant(0))), angle));
  const cosineSeries = mul(polynomial(format, square, cosineCoefficients[format.dtype]), square);
  const versine = mul(square, sub(format.constant(0.5), cosineSeries));
  const cosine = bind('cosine', sub(one, versine));
  const bits = bind('quarterBits', quarters);
  const isOdd = compare('ne', binary('and', bits, word(1)), word(0));
  const halfTurnSign = binary('shiftLeft', binary('and', bits, word(2)), word(30));
  return format.flipSign(select(isOdd, cosine, sine), halfTurnSign, builder);
}

const accuracy = (format: FloatFormat): string =>
  format.dtype === 'f32'
    ? 'within 2 ulp for |x| ≤ 10⁵ and 2·10⁻⁷ beyond: reduction by π/2 in parts (Cody and Waite) or in fixed point'
    : 'within 2 ulp for |x| ≤ 10⁶: reduction by π/2 in parts (Cody and Waite)';

/**
 * Sine. In f32 it is good for all numbers. In f64 the absolute error beyond 10⁶ grows with the argument, to 10⁻⁷ at 10⁹
 * and 0.1 at 10¹⁵, and beyond only |sin x| ≤ 1 holds. So for `cos` and `tan`.
 */
export const sin: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('sin'),
    `Sine, ${accuracy(format)}, polynomials of Cephes and fdlibm.`,
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { angle, quarterBits } = reduceByQuarterTurns(format, x, builder);
      return sineOfQuarterTurns(format, angle, quarterBits, builder);
    },
  ),
);

/** Cosine. */
export const cos: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('cos'),
    `Cosine, as sine a quarter turn ahead, ${accuracy(format)}, polynomials of Cephes and fdlibm.`,
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { angle, quarterBits } = reduceByQuarterTurns(format, x, builder);
      return sineOfQuarterTurns(format, angle, add(quarterBits, word(1)), builder);
    },
  ),
);

/** Tangent. */
export const tan: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('tan'),
    `Tangent, or minus its inverse at odd quarter turns, ${accuracy(format)}, Remez polynomial.`,
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const { angle, quarterBits, excess } = reduceByQuarterTurns(format, x, builder);
      const square = bind('square', mul(angle, angle));
      const series = mul(polynomial(format, square, tangentCoefficients[format.dtype]), square);
      const correction = bind('correction', sub(mul(angle, series), excess));
      const tangent = bind('tangent', add(angle, correction));
      // The inverse would double the rounding of the tangent: its first-order effect is taken out.
      const error = add(sub(angle, tangent), correction);
      const inverse = bind('inverse', div(format.constant(-1), tangent));
      const opposite = add(inverse, mul(mul(inverse, inverse), error));
      const isEven = compare('eq', binary('and', quarterBits, word(1)), word(0));
      return select(isEven, tangent, opposite);
    },
  ),
);
