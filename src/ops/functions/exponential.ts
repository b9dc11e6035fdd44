// exp and expm1, and the steps of them that other functions share: reduction by ln 2, the polynomial on what is left,
// scaling by a power of two. Relies on the float formats.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { compare, defineFunction, select } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import {
  abs,
  add,
  clamp,
  inBothFormats,
  mul,
  polynomialByParity,
  sub,
  subtractInParts,
} from './float-format.ts';

/** ln 2 in two parts, the first with so few bits that its products with exponents are exact. */
export const ln2Parts = {
  f32: [0.693359375, -0.00021219444005469057],
  f64: [6.9314718036912381649e-1, 1.90821492927058770002e-10],
} as const;

/** Remez fit of (eʳ - 1 - r)/r² on |r| ≤ ½·ln 2, relative to eʳ - 1. */
const exponentialCoefficients = {
  f32: [0.5, 0.1666654, 0.041666273, 0.008366911, 0.0013947019],
  f64: [
    0.5, 0.16666666666666669, 0.04166666666666667, 0.008333333333329267, 0.0013888888888880515,
    0.00019841269864399015, 2.4801587333866657e-5, 2.755726819205685e-6, 2.7557265202907394e-7,
    2.51000246791579e-8, 2.091761081157688e-9,
  ],
} as const;

/** Where exp underflows to 0, where results may be denormal, and where it overflows. */
const exponentialRange = {
  f32: { vanishing: -104, denormal: -86, overflow: 89 },
  f64: { vanishing: -746, denormal: -707, overflow: 710 },
} as const;

/** x = exponent · ln 2 + remainder. */
export interface ReducedExponent {
  /** The exponent in its low bits, for `powerOfTwo`. */
  readonly exponentBits: Expression;
  /** |remainder| ≤ ½·ln 2. */
  readonly remainder: Expression;
}

/** Splits off the power of two in eˣ. */
export function reduceByLn2(format: FloatFormat, x: Expression, { bind }: FunctionBuilder): ReducedExponent {
  const roundingShift = format.constant(format.roundingShift);
  const shifted = bind('shifted', add(mul(x, format.constant(Math.LOG2E)), roundingShift));
  const exponent = bind('exponent', sub(shifted, roundingShift));
  return {
    exponentBits: format.lowBits(shifted),
    remainder: bind('remainder', subtractInParts(format, x, exponent, ln2Parts[format.dtype])),
  };
}

/** eʳ - 1 - r for |r| ≤ ½·ln 2. */
function curvature(format: FloatFormat, remainder: Expression, { bind }: FunctionBuilder): Expression {
  const square = bind('square', mul(remainder, remainder));
  const series = polynomialByParity(format, remainder, square, exponentialCoefficients[format.dtype]);
  return bind('curvature', mul(series, square));
}

/** eʳ - 1 for |r| ≤ ½·ln 2. */
export function reducedExpm1(
  format: FloatFormat,
  remainder: Expression,
  builder: FunctionBuilder,
): Expression {
  return add(curvature(format, remainder, builder), remainder);
}

/** 2^offset · (eˣ - 1) as a sum of two, of which the second is small where the whole is small. */
export interface Expm1Terms {
  readonly linear: Expression;
  readonly curved: Expression;
}

/** 2^offset · (eˣ - 1), with no rounding of the linear term near 0. */
export function scaledExpm1(
  format: FloatFormat,
  { exponentBits, remainder }: ReducedExponent,
  offset: number,
  builder: FunctionBuilder,
): Expm1Terms {
  const { bind } = builder;
  const curve = curvature(format, remainder, builder);
  const scale = bind('scale', format.powerOfTwo(exponentBits, offset));
  const constantTerm = sub(scale, format.constant(2 ** offset));
  return {
    linear: bind('linear', add(mul(remainder, scale), constantTerm)),
    curved: bind('curved', mul(curve, scale)),
  };
}

/**
 * significand · 2^exponent, rounded once also where it is denormal. A power of two that is itself out of range is
 * applied in two steps.
 */
export function scaleByPowerOfTwo(
  format: FloatFormat,
  significand: Expression,
  exponentBits: Expression,
  isSmall: Expression,
  { bind }: FunctionBuilder,
): Expression {
  const small = bind('isSmall', isSmall);
  const field = select(small, format.exponentField(64), format.exponentField(-1));
  const scale = bind('scale', format.powerOfTwo(exponentBits, field));
  return mul(mul(significand, scale), select(small, format.constant(2 ** -64), format.constant(2)));
}

/** eˣ. */
export const exp: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('exp'),
    'eˣ, within 1.1 ulp, denormal results included: reduction by ln 2 in two parts (Cody and Waite), Remez polynomial.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const range = exponentialRange[format.dtype];
      const bounded = clamp(format, 'bounded', x, range.vanishing, range.overflow, builder);
      const { exponentBits, remainder } = reduceByLn2(format, bounded, builder);
      const significand = bind(
        'significand',
        add(reducedExpm1(format, remainder, builder), format.constant(1)),
      );
      const isSmall = compare('lt', bounded, format.constant(range.denormal));
      return scaleByPowerOfTwo(format, significand, exponentBits, isSmall, builder);
    },
  ),
);

/** Below: expm1(x) = -1; within: expm1(x) = x, which also keeps denormals and the sign of zero. */
const expm1Range = {
  f32: { minusOne: -18, identity: 2 ** -25 },
  f64: { minusOne: -38, identity: 2 ** -54 },
} as const;

/** eˣ - 1, accurate near 0. */
export const expm1: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('expm1'),
    'eˣ - 1, within 2 ulp, without cancellation near 0: with x = k·ln 2 + r, 2ᵏ·(eʳ - 1) + (2ᵏ - 1), halved against overflow.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const range = expm1Range[format.dtype];
      const { overflow } = exponentialRange[format.dtype];
      const bounded = clamp(format, 'bounded', x, range.minusOne, overflow, builder);
      const { linear, curved } = scaledExpm1(format, reduceByLn2(format, bounded, builder), -1, builder);
      const half = add(linear, curved);
      const isIdentity = compare('lt', abs(x), format.constant(range.identity));
      return select(isIdentity, x, mul(half, format.constant(2)));
    },
  ),
);
