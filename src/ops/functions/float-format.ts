// What the families of scalar functions share: short names for arithmetic on expressions, and the two float formats
// with what their algorithms need to know of the bits. Relies on the scalar language only.
import type { FloatDType } from '../../ir/dtype.ts';
import type { Expression, FunctionBuilder, ScalarFunction } from '../../ir/scalar.ts';
import { binary, convert, literal, select, compare, unary } from '../../ir/scalar.ts';

/** A scalar function in both float formats. */
export type FloatFunction = Readonly<Record<FloatDType, ScalarFunction>>;

export const add = (left: Expression, right: Expression): Expression => binary('add', left, right);
export const sub = (left: Expression, right: Expression): Expression => binary('sub', left, right);
export const mul = (left: Expression, right: Expression): Expression => binary('mul', left, right);
export const div = (left: Expression, right: Expression): Expression => binary('div', left, right);
export const abs = (operand: Expression): Expression => unary('abs', operand);
export const word = (value: number): Expression => literal('i32', value | 0);

/** A finite float as significand · 2^exponent. */
export interface Decomposition {
  /** The exponent, as a float of the format. */
  readonly exponent: Expression;
  /** In [√½, √2). */
  readonly significand: Expression;
}

/** A float format: its constants, and its numbers as bits. */
export interface FloatFormat {
  readonly dtype: FloatDType;
  /** The name of a function in this format: `exp` for f32, `exp64` for f64. */
  named(name: string): string;
  /** The literal of this format nearest to `value`. */
  constant(value: number): Expression;
  /**
   * 1.5 · 2^(precision - 1): adding it to a number of moderate size rounds that number to an integer (ties to even),
   * which then stands in the low bits of the sum, so that no conversion instruction is needed.
   */
  readonly roundingShift: number;
  /** The low bits of a number, as i32. */
  lowBits(x: Expression): Expression;
  /** 2^exponent for an i32 exponent, of which only the bits of the exponent field count; must be a normal number. */
  powerOfTwo(exponent: Expression, offset?: number | Expression): Expression;
  /** `offset` as `powerOfTwo` takes it when it is computed: moved to the exponent field, bias included. */
  exponentField(exponent: number): Expression;
  /** Exponent and significand of a positive finite number, denormals included. */
  decompose(x: Expression, builder: FunctionBuilder): Decomposition;
  /** The number without the lower half of its significand, so that products of two such numbers are exact. */
  upperHalf(x: Expression): Expression;
  /** The sign bit alone, as i32. */
  signOf(x: Expression): Expression;
  /** `x` with its sign flipped where the sign bit of `sign` is set. */
  flipSign(x: Expression, sign: Expression, builder: FunctionBuilder): Expression;
}

const signBit = word(0x80000000);

/** The words of √½, the least significand: subtracting it splits off the exponent by a shift. */
const leastSignificandWord = { f32: word(0x3f3504f3), f64: word(0x3fe6a09e) };

const smallestNormal = { f32: 2 ** -126, f64: 2 ** -1022 };
const denormalShift = { f32: 24, f64: 54 };

/** Scales denormals into the normal range; gives the number and the exponent taken out of it. */
function normalized(format: FloatFormat, x: Expression, { bind }: FunctionBuilder) {
  const { dtype } = format;
  const isDenormal = bind('isDenormal', compare('lt', x, format.constant(smallestNormal[dtype])));
  const raised = mul(x, format.constant(2 ** denormalShift[dtype]));
  return {
    normal: bind('normal', select(isDenormal, raised, x)),
    shift: select(isDenormal, format.constant(denormalShift[dtype]), format.constant(0)),
  };
}

/** IEEE binary32. */
export const single: FloatFormat = {
  dtype: 'f32',
  named: (name) => name,
  constant: (value) => literal('f32', Math.fround(value)),
  roundingShift: 1.5 * 2 ** 23,
  lowBits: (x) => unary('bits', x),
  exponentField: (exponent) => word((127 + exponent) << 23),
  powerOfTwo: (exponent, offset = 0) => {
    const field = typeof offset === 'number' ? single.exponentField(offset) : offset;
    return unary('fromBits', add(binary('shiftLeft', exponent, word(23)), field));
  },
  decompose: (x, builder) => {
    const { bind } = builder;
    const { normal, shift } = normalized(single, x, builder);
    const least = leastSignificandWord.f32;
    const offset = bind('offset', sub(unary('bits', normal), least));
    const exponent = convert('f32', binary('shiftRight', offset, word(23)));
    return {
      exponent: bind('exponent', sub(exponent, shift)),
      significand: bind(
        'significand',
        unary('fromBits', add(binary('and', offset, word(0x007fffff)), least)),
      ),
    };
  },
  upperHalf: (x) => unary('fromBits', binary('and', unary('bits', x), word(0xfffff000))),
  signOf: (x) => binary('and', unary('bits', x), signBit),
  flipSign: (x, sign) => unary('fromBits', binary('xor', unary('bits', x), sign)),
};

/** IEEE binary64. */
export const double: FloatFormat = {
  dtype: 'f64',
  named: (name) => `${name}64`,
  constant: (value) => literal('f64', value),
  roundingShift: 1.5 * 2 ** 52,
  lowBits: (x) => unary('lowWord', x),
  exponentField: (exponent) => word((1023 + exponent) << 20),
  powerOfTwo: (exponent, offset = 0) => {
    const field = typeof offset === 'number' ? double.exponentField(offset) : offset;
    return binary('fromWords', add(binary('shiftLeft', exponent, word(20)), field), word(0));
  },
  decompose: (x, builder) => {
    const { bind } = builder;
    const { normal, shift } = normalized(double, x, builder);
    const least = leastSignificandWord.f64;
    const offset = bind('offset', sub(unary('highWord', normal), least));
    const exponent = convert('f64', binary('shiftRight', offset, word(20)));
    const high = add(binary('and', offset, word(0x000fffff)), least);
    return {
      exponent: bind('exponent', sub(exponent, shift)),
      significand: bind('significand', binary('fromWords', high, unary('lowWord', normal))),
    };
  },
  // The whole low word goes: 21 bits stay.
  upperHalf: (x) => binary('fromWords', unary('highWord', x), word(0)),
  signOf: (x) => binary('and', unary('highWord', x), signBit),
  flipSign: (x, sign, { bind }) => {
    const unsigned = x.kind === 'local' ? x : bind('unsigned', x);
    return binary('fromWords', binary('xor', unary('highWord', unsigned), sign), unary('lowWord', unsigned));
  },
};

/**
 * The smaller of a local and a bound; NaN stays NaN. A comparison and a select rather than `min`, whose care for NaN
 * and the sign of zero costs several machine instructions.
 */
export function atMost(format: FloatFormat, x: Expression, high: number): Expression {
  const bound = format.constant(high);
  return select(compare('lt', bound, x), bound, x);
}

/** Binds `name` to x cut to [low, high]; NaN stays NaN. */
export function clamp(
  format: FloatFormat,
  name: string,
  x: Expression,
  low: number,
  high: number,
  { bind }: FunctionBuilder,
): Expression {
  const given = x.kind === 'local' ? x : bind(`${name}Unclamped`, x);
  const bound = format.constant(low);
  const raised = bind(`${name}Raised`, select(compare('lt', given, bound), bound, given));
  return bind(name, atMost(format, raised, high));
}

/** Builds a function in both formats. */
export function inBothFormats(build: (format: FloatFormat) => ScalarFunction): FloatFunction {
  return { f32: build(single), f64: build(double) };
}

/** c₀ + c₁·x + c₂·x² + … by Horner's rule; `coefficients` has at least one. */
export function polynomial(format: FloatFormat, x: Expression, coefficients: readonly number[]): Expression {
  return coefficients
    .slice(0, -1)
    .reduceRight(
      (sum, coefficient) => add(mul(sum, x), format.constant(coefficient)),
      format.constant(coefficients.at(-1) ?? 0),
    );
}

/**
 * The same polynomial as even part plus x · odd part, each in x²: where x² is at hand anyway it takes no more
 * operations, and the chain of dependent ones is half as long.
 */
export function polynomialByParity(
  format: FloatFormat,
  x: Expression,
  squareOfX: Expression,
  coefficients: readonly number[],
): Expression {
  const even = coefficients.filter((_, index) => index % 2 === 0);
  const odd = coefficients.filter((_, index) => index % 2 === 1);
  return add(mul(polynomial(format, squareOfX, odd), x), polynomial(format, squareOfX, even));
}

/** x - multiple·p₀ - multiple·p₁ - …: Cody and Waite's reduction by a constant given in parts, largest first. */
export function subtractInParts(
  format: FloatFormat,
  x: Expression,
  multiple: Expression,
  parts: readonly number[],
): Expression {
  return parts.reduce((rest, part) => sub(rest, mul(multiple, format.constant(part))), x);
}
