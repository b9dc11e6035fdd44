// erfinv. Relies on erfc, exp, log and the float formats.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { call, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import { erfc } from './error-function.ts';
import { exp } from './exponential.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, polynomial, sub } from './float-format.ts';
import { log } from './logarithm.ts';

/** Remez fit of erfinv(x)/x in x², for |x| ≤ ¾. */
const nearCoefficients = {
  f32: [
    0.88622695, 0.23200563, 0.12792337, 0.080221355, 0.11868239, -0.1982054, 0.69897664, -0.89178234,
    0.60911554,
  ],
  f64: [
    0.886226925452758, 0.23201366653467514, 0.12755617529982316, 0.08655212988321773, 0.06495957999081955,
    0.05173264188899466, 0.04280402155761397, 0.03702136035662373, 0.02475937298039171, 0.09325271715653463,
    -0.4482841455253, 2.7003446110815084, -11.89844187032558, 41.92263200781858, -116.27569344091508,
    253.39041356916894, -428.38106720596363, 550.9436007974208, -521.2287716343106, 342.6022433989159,
    -140.06643983756473, 26.97645224094255,
  ],
} as const;

/** Remez fit of erfinv(x)/t in t - centre with t = √(-ln(1 - x²)), for |x| from ¾ to the number below 1. */
const farCoefficients = {
  f32: [
    0.93347585, 0.023653291, -0.003894141, -0.00085393653, 0.0008317824, -0.00019872187, -7.2140756e-5,
    5.9993963e-5, -9.25023258e-8, -9.6677395e-6, 6.469783e-7, 7.574111e-7,
  ],
  f64: [
    0.9529936395948043, 0.015551439461455633, -0.003555681692919555, 0.0005221816676525928,
    2.3758728850379205e-5, -5.184236953495828e-5, 2.589544684310709e-5, -1.1091781609373841e-5,
    1.3827218098795922e-6, 1.935448237406303e-6, -7.379631227153913e-7, -1.1673748619096294e-7,
    7.262238192163065e-8, 2.388859694036863e-9, -2.49721451473793e-9,
  ],
} as const;

const centre = { f32: 2.5, f64: 3.5 } as const;

/** In f64 the fit is a start: one step of Halley's method on erfc(z) = 1 - x, where 1 - x is exact, is all it takes. */
function refined(
  format: FloatFormat,
  z: Expression,
  magnitude: Expression,
  { bind }: FunctionBuilder,
): Expression {
  if (format.dtype === 'f32') return z;
  const excess = sub(call(erfc.f64, z), sub(format.constant(1), magnitude));
  const slope = mul(call(exp.f64, mul(z, z)), format.constant(Math.sqrt(Math.PI) / 2));
  const step = bind('step', mul(excess, slope));
  return add(z, div(step, sub(format.constant(1), mul(z, step))));
}

/** The number whose erf is x. */
export const erfinv: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('erfinv'),
    'The number whose erf is x, within 4 ulp: Remez fits in x² and, from ¾ on, in √(-ln(1 - x²)) (after Giles); ∞ at 1, NaN above.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const one = format.constant(1);
      const magnitude = bind('magnitude', abs(x));
      const square = bind('square', mul(x, x));
      const near = mul(polynomial(format, square, nearCoefficients[format.dtype]), magnitude);
      const complement = mul(sub(one, magnitude), add(magnitude, one));
      const t = bind('t', unary('sqrt', unary('neg', call(log[format.dtype], complement))));
      const offset = bind('offset', sub(t, format.constant(centre[format.dtype])));
      const start = bind('start', mul(polynomial(format, offset, farCoefficients[format.dtype]), t));
      const far = bind('far', refined(format, start, magnitude, builder));
      const inside = select(compare('le', magnitude, format.constant(0.75)), near, far);
      const value = select(compare('eq', magnitude, one), format.constant(Infinity), inside);
      return format.flipSign(value, format.signOf(x), builder);
    },
  ),
);
