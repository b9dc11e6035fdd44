// erf and erfc. Rely on the reduced exponential and the float formats.
import { call, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import { exp, reduceByLn2, reducedExpm1, scaleByPowerOfTwo } from './exponential.ts';
import type { FloatFunction } from './float-format.ts';
import { abs, add, atMost, div, inBothFormats, mul, polynomial, sub } from './float-format.ts';

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

/** Remez fit of (1 + 2t)·e^(t²)·erfc(t) in (t - 4)/(t + 4), for t from 0 to where erfc underflows. */
const complementCoefficients = {
  f32: [
    1.2329952, -0.13962108, 0.015377387, 0.06809397, -0.10099058, 0.09381489, -0.066642806, 0.03642893,
    -0.015869614, 0.007043277, 0.00089044165,
  ],
  f64: [
    1.2329951186255526, -0.13962111684056286, 0.01537965210262014, 0.06809705425473354, -0.10103906603632355,
    0.09373283499691455, -0.06633036581203904, 0.03716751556070065, -0.016197734054718877,
    0.005031969770618571, -0.0007577733614385229, -0.00019925557958870116, 0.00015062229020398505,
    -2.4402953715264638e-5, -1.1224821576833852e-5, 5.717498219082305e-6, 3.0127341831822245e-7,
    -8.347657052259727e-7, 6.288817457676309e-8, 1.1516000365337333e-7, -7.842013437474381e-9,
    -1.3649900336776334e-8, -1.8001415903344814e-9,
  ],
} as const;

/** Where erfc(t) rounds to 0, and the exponent below which it may be denormal. */
const complementRange = {
  f32: { zero: 10.06, denormal: -80 },
  f64: { zero: 27.3, denormal: -700 },
} as const;

/** 1 - erf(x). */
export const erfc: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('erfc'),
    '1 - erf(x), within 4 ulp, in the tail too: P((t - 4)/(t + 4))/(1 + 2t)·e^(-t²) with t = |x| and t² in two parts (after Juffa), 1 - erf(x) near 0.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const [one, two, four] = [format.constant(1), format.constant(2), format.constant(4)];
      const range = complementRange[format.dtype];
      const magnitude = bind('magnitude', abs(x));
      const t = bind('t', atMost(format, magnitude, range.zero));
      const q = bind('q', div(sub(t, four), add(t, four)));
      const scaled = polynomial(format, q, complementCoefficients[format.dtype]);
      const factor = bind('factor', div(scaled, add(add(t, t), one)));
      const negative = bind('negative', unary('neg', mul(t, t)));
      const upper = bind('upper', format.upperHalf(t));
      const lower = bind('lower', sub(t, upper));
      // What rounding t² lost.
      const lost = add(add(mul(upper, upper), negative), mul(lower, add(upper, t)));
      const { exponentBits, remainder } = reduceByLn2(format, negative, builder);
      const significand = add(reducedExpm1(format, remainder, builder), one);
      const tail = bind('tail', mul(factor, significand));
      const corrected = sub(tail, mul(tail, lost));
      const isSmall = compare('lt', negative, format.constant(range.denormal));
      const value = bind('value', scaleByPowerOfTwo(format, corrected, exponentBits, isSmall, builder));
      const far = select(compare('lt', x, format.constant(0)), sub(two, value), value);
      const square = bind('squareOfX', mul(x, x));
      const series = mul(polynomial(format, square, nearCoefficients[format.dtype]), x);
      const isNear = compare('lt', magnitude, format.constant(0.5));
      return select(isNear, sub(one, add(series, x)), far);
    },
  ),
);

/** Factors of s, s², … in 1 - s + 3s² - 15s³ + …, the asymptotic series of √π·t·e^(t²)·erfc(t) in s = 1/(2t²). */
const asymptoticCoefficients = {
  f32: [1, -1, 3, -15, 105, -945],
  f64: [1, -1, 3, -15, 105, -945, 10395, -135135],
} as const;

/** e^(x²)·erfc(x). */
export const erfcx: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('erfcx'),
    'e^(x²)·erfc(x), within 5 ulp: P((t - 4)/(t + 4))/(1 + 2t) with t = |x|, its asymptotic series beyond; 2e^(x²) less that below 0.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const number = (value: number): ReturnType<typeof format.constant> => format.constant(value);
      const magnitude = bind('magnitude', abs(x));
      const { zero } = complementRange[format.dtype];
      const isFar = bind('isFar', compare('gt', magnitude, number(zero)));
      const t = bind('t', select(isFar, number(zero), magnitude));
      const q = bind('q', div(sub(t, number(4)), add(t, number(4))));
      const near = div(
        polynomial(format, q, complementCoefficients[format.dtype]),
        add(add(t, t), number(1)),
      );
      const inverse = bind('inverse', div(number(1), select(isFar, magnitude, number(zero))));
      const s = bind('s', mul(mul(inverse, inverse), number(0.5)));
      const series = polynomial(format, s, asymptoticCoefficients[format.dtype]);
      const far = mul(mul(series, inverse), number(1 / Math.sqrt(Math.PI)));
      const value = bind('value', select(isFar, far, near));
      // e^(x²) by parts of x², so that its rounding is not multiplied by it; beyond it is infinite.
      const reach = format.dtype === 'f32' ? 10 : 27;
      const bounded = bind('bounded', atMost(format, magnitude, reach));
      const upper = bind('upper', format.upperHalf(bounded));
      const lower = bind('lower', sub(bounded, upper));
      const exponential = mul(
        call(exp[format.dtype], mul(upper, upper)),
        call(exp[format.dtype], mul(lower, add(upper, bounded))),
      );
      const growth = select(compare('gt', magnitude, number(reach)), number(Infinity), exponential);
      const reflected = sub(mul(growth, number(2)), value);
      return select(compare('lt', x, number(0)), reflected, value);
    },
  ),
);
