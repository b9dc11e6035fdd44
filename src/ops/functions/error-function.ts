// erf. Relies on the reduced exponential and the float formats.
import { compare, defineFunction, select } from '../../ir/scalar.ts';
import { reduceByLn2, reducedExpm1 } from './exponential.ts';
import type { FloatFunction } from './float-format.ts';
import { abs, add, atMost, inBothFormats, mul, polynomial, sub } from './float-format.ts';

/** Where the polynomial near 0 gives way to 1 - erfc, and where erf rounds to 1. */
const erfRange = { f32: { near: 0.9, one: 3.93 }, f64: { near: 0.9, one: 5.93 } } as const;

/** Remez fit of erf(x)/x - 1 in x², for |x| ≤ 0.9. */
const nearCoefficients = {
  f32: [0.12837915, -0.37612534, 0.1128223, -0.026781958, 0.0050162286, -0.0006111294],
  f64: [
    0.1283791670955126, -0.3761263890318373, 0.1128379167095382, -0.0268661706448288, 0.005223977621820401,
    -0.0008548326767347317, 0.00012055321485895482, -1.4925309919625862e-5, 1.6455364055550543e-6,
    -1.6276851404457564e-7, 1.4053170037821252e-8, -8.49778517942939e-10,
  ],
} as const;

/** Remez fit of log(erfc(t))/t + 1 for t from 0.9 to where erf rounds to 1, weighted by t·erfc(t). */
const farCoefficients = {
  f32: [-0.12864096, -0.6351815, -0.10618761, 0.023720186, -0.0036229196, 0.00031806002, -1.0763225e-5],
  f64: [
    -0.1283791602779213, -0.6366197917328288, -0.10277282176975229, 0.01913028232103272,
    0.0002022570084498005, -0.0016794438987380261, 0.0005612299967229136, 1.157729199473704e-5,
    -0.00010204521128594014, 5.923524979068123e-5, -2.1578958705016682e-5, 5.7545439779025495e-6,
    -1.1640942842373543e-6, 1.7818376294026109e-7, -2.0086657714028743e-8, 1.5764083898187523e-9,
    -7.697578246495495e-11, 1.7607526921090993e-12,
  ],
} as const;

/** The error function, 2/√π · ∫₀ˣ e^(-t²) dt. */
export const erf: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('erf'),
    'Error function, within 2 ulp: x + x·P(x²) near 0, else 1 - e^(t·Q(t) - t) with t = |x| (after Juffa), Remez fits.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const range = erfRange[format.dtype];
      const squareOfX = bind('squareOfX', mul(x, x));
      const near = bind(
        'near',
        add(mul(polynomial(format, squareOfX, nearCoefficients[format.dtype]), x), x),
      );
      const magnitude = bind('magnitude', abs(x));
      const t = bind('t', atMost(format, magnitude, range.one));
      const logarithm = sub(mul(polynomial(format, t, farCoefficients[format.dtype]), t), t);
      const logarithmOfErfc = bind('logarithmOfErfc', logarithm);
      const { exponentBits, remainder } = reduceByLn2(format, logarithmOfErfc, builder);
      const significand = add(reducedExpm1(format, remainder, builder), format.constant(1));
      const far = sub(format.constant(1), mul(significand, format.powerOfTwo(exponentBits)));
      const isFar = compare('gt', magnitude, format.constant(range.near));
      return select(isFar, format.flipSign(far, format.signOf(x), builder), near);
    },
  ),
);
