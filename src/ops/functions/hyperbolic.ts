// tanh, sigmoid, sinh and cosh, all by the reduced exponential. Rely on exponential.ts and the float formats.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import { reduceByLn2, reducedExpm1, scaledExpm1 } from './exponential.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, atMost, clamp, div, inBothFormats, mul, polynomial, sub, word } from './float-format.ts';

/** Where the polynomial near 0 gives way to the exponential, and where tanh rounds to 1. */
const tanhRange = { f32: { near: 0.6, one: 10 }, f64: { near: 0.6, one: 20 } } as const;

/** Remez fit of (tanh(x) - x)/x³ in x², for |x| ≤ 0.6. */
const tanhCoefficients = {
  f32: [-0.333333, 0.13331959, -0.053786684, 0.020805385, -0.0059058685],
  f64: [
    -0.3333333333333313, 0.13333333333300904, -0.05396825394987466, 0.021869488015950723,
    -0.008863226955332662, 0.003592038840946362, -0.001455223039831667, 0.0005872142274809901,
    -0.00023045063087317818, 7.937724979641788e-5, -1.7210839771000852e-5,
  ],
} as const;

/** Hyperbolic tangent. */
export const tanh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('tanh'),
    'Hyperbolic tangent, within 2 ulp: 1 - 2/(e²ˣ + 1), or near 0 a Remez polynomial (after Cephes).',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const [one, two] = [format.constant(1), format.constant(2)];
      const range = tanhRange[format.dtype];
      const magnitude = bind('magnitude', abs(x));
      const squareOfX = bind('squareOfX', mul(x, x));
      const series = mul(polynomial(format, squareOfX, tanhCoefficients[format.dtype]), squareOfX);
      const near = add(mul(series, magnitude), magnitude);
      const bounded = atMost(format, magnitude, range.one);
      const doubled = bind('doubled', mul(bounded, two));
      const { exponentBits, remainder } = reduceByLn2(format, doubled, builder);
      const significand = add(reducedExpm1(format, remainder, builder), one);
      const exponential = mul(significand, format.powerOfTwo(exponentBits));
      const far = sub(one, div(two, add(exponential, one)));
      const isNear = compare('lt', magnitude, format.constant(range.near));
      return format.flipSign(select(isNear, near, far), format.signOf(x), builder);
    },
  ),
);

/** -x where the sigmoid vanishes, and -x where it is 1. */
const sigmoidRange = { f32: { vanishing: 104, one: -40 }, f64: { vanishing: 746, one: -60 } } as const;

/** 1/(1 + e⁻ˣ). */
export const sigmoid: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('sigmoid'),
    '1/(1 + e⁻ˣ), within 2 ulp, denormal results included: 2⁻ᵏ/(eʳ + 2⁻ᵏ) where e⁻ˣ = 2ᵏ·eʳ, the numerator lifted by 2⁶⁴.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const range = sigmoidRange[format.dtype];
      const negated = clamp(format, 'negated', unary('neg', x), range.one, range.vanishing, builder);
      const { exponentBits, remainder } = reduceByLn2(format, negated, builder);
      const reduced = reducedExpm1(format, remainder, builder);
      // e⁻ˣ = 2ᵏ(1 + reduced), so the quotient is 2⁻ᵏ/(1 + 2⁻ᵏ + reduced). Lifting keeps 2⁻ᵏ a normal number.
      const lifted = bind('lifted', format.powerOfTwo(sub(word(0), exponentBits), 64));
      const one = format.constant(1);
      const unlift = format.constant(2 ** -64);
      const power = bind('power', mul(lifted, unlift));
      const sum = bind('sum', add(power, one));
      const lost = sub(power, sub(sum, one));
      return mul(div(lifted, add(add(reduced, lost), sum)), unlift);
    },
  ),
);

/** From `overflow` on both are infinite; below `identity`, sinh(x) = x. */
const hyperbolicRange = {
  f32: { overflow: 89.5, identity: 2 ** -12 },
  f64: { overflow: 710.7, identity: 2 ** -27 },
} as const;

/** |x|, cut where both functions are infinite, reduced. */
function reduceMagnitude(format: FloatFormat, magnitude: Expression, builder: FunctionBuilder) {
  const { overflow } = hyperbolicRange[format.dtype];
  return reduceByLn2(format, builder.bind('bounded', atMost(format, magnitude, overflow)), builder);
}

/** Hyperbolic sine. */
export const sinh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('sinh'),
    'Hyperbolic sine, within 2 ulp: with t = expm1(|x|), ½(t + t/(t + 1)), or near 0 the equal t - ½t²/(t + 1); on t/4.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const [quarter, half] = [format.constant(0.25), format.constant(0.5)];
      const magnitude = bind('magnitude', abs(x));
      const reduced = reduceMagnitude(format, magnitude, builder);
      // A quarter of expm1, which does not overflow before the sine does.
      const { linear, curved } = scaledExpm1(format, reduced, -2, builder);
      const t = bind('t', add(linear, curved));
      const ratio = bind('ratio', div(t, add(t, quarter)));
      const large = mul(add(t, mul(ratio, quarter)), format.constant(2));
      const small = mul(add(linear, sub(curved, mul(mul(t, half), ratio))), format.constant(4));
      const value = select(compare('lt', t, quarter), small, large);
      const isIdentity = compare('lt', magnitude, format.constant(hyperbolicRange[format.dtype].identity));
      return format.flipSign(select(isIdentity, magnitude, value), format.signOf(x), builder);
    },
  ),
);

/** Hyperbolic cosine. */
export const cosh: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('cosh'),
    'Hyperbolic cosine, within 2 ulp: ½(eˣ + e⁻ˣ), computed on eˣ/4.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const { exponentBits, remainder } = reduceMagnitude(format, bind('magnitude', abs(x)), builder);
      const significand = add(reducedExpm1(format, remainder, builder), format.constant(1));
      const quarter = bind('quarter', mul(significand, format.powerOfTwo(exponentBits, -2)));
      return mul(add(quarter, div(format.constant(1 / 16), quarter)), format.constant(2));
    },
  ),
);
