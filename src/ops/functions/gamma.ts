// ln|Γ|, and its derivatives digamma and polygamma. Rely on log, sin, tan and the float formats.
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { binary, call, compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, polynomial, sub } from './float-format.ts';
import { log } from './logarithm.ts';
import { sin, tan } from './trigonometric.ts';

/** Remez fit of ln Γ(2 + z)/z for |z| ≤ ½. */
const logarithmCoefficients = {
  f32: [
    0.42278433, 0.32246703, -0.06735228, 0.020580735, -0.0073861587, 0.0028917338, -0.0011859575,
    0.0005015135, -0.0002536225, 0.00012236694,
  ],
  f64: [
    0.42278433509846713, 0.3224670334241132, -0.06735230105319814, 0.020580808427784925,
    -0.0073855510286683955, 0.002890510330713658, -0.0011927539119911, 0.000509669525687787,
    -0.00022315475094928538, 9.945749518991026e-5, -4.492634874726863e-5, 2.0507409029389042e-5,
    -9.438474696616777e-6, 4.373503478929414e-6, -2.0448569965538494e-6, 9.6105321694342e-7,
    -4.304904459550072e-7, 1.9667445168764639e-7, -1.3400871118495364e-7, 6.91576250407376e-8,
  ],
} as const;

/** The Bernoulli numbers B₂, B₄, … */
const bernoulli: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
];

/** How many terms of a series in 1/x² give all digits from `large` on. */
const terms = { f32: 4, f64: 9 } as const;

/** From here on Stirling's series is used. */
const large = 8;

const coefficientsOf = (
  format: FloatFormat,
  term: (number: number, order: number) => number,
): readonly number[] =>
  bernoulli.slice(0, terms[format.dtype]).map((number, index) => term(number, 2 * (index + 1)));

/** x less the nearest whole number: functions of πx depend on it alone, but for the sign. */
function fromNearest(x: Expression): Expression {
  return sub(x, unary('round', x));
}

/** ln Γ of numbers that are not negative. */
function logarithmOfGamma(format: FloatFormat, x: Expression, { bind }: FunctionBuilder): Expression {
  const number = (value: number): Expression => format.constant(value);
  const isLarge = bind('isLarge', compare('ge', x, number(large)));

  // Γ(x) is a product, or one over a product, times Γ(2 + z) with |z| ≤ ½.
  const isTiny = bind('isTiny', compare('lt', x, number(0.5)));
  const isLow = bind('isLow', compare('lt', x, number(1.5)));
  let rest = bind('rest', x);
  let product = bind('product', select(isTiny, mul(x, add(x, number(1))), select(isLow, x, number(1))));
  for (let step = 1; step <= large - 2; step++) {
    const isAbove = bind(`isAbove${step}`, compare('ge', rest, number(2.5)));
    rest = bind(`rest${step}`, select(isAbove, sub(rest, number(1)), rest));
    product = bind(`product${step}`, select(isAbove, mul(product, rest), product));
  }
  const z = bind('z', select(isTiny, x, sub(rest, select(isLow, number(1), number(2)))));
  const fit = polynomial(format, z, logarithmCoefficients[format.dtype]);
  const reduced = bind('reduced', mul(fit, z));

  const logarithm = bind('logarithm', call(log[format.dtype], select(isLarge, x, product)));
  const inverse = bind('inverse', div(number(1), x));
  const series = polynomial(
    format,
    bind('inverseSquare', mul(inverse, inverse)),
    coefficientsOf(format, (each, order) => each / (order * (order - 1))),
  );
  const base = mul(sub(x, number(0.5)), sub(logarithm, number(1)));
  const stirling = add(add(mul(series, inverse), number(0.5 * Math.log(2 * Math.PI) - 0.5)), base);
  const small = select(isLow, sub(reduced, logarithm), add(reduced, logarithm));
  return bind('positive', select(isLarge, stirling, small));
}

/** The logarithm of the magnitude of Γ. */
export const lgamma: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('lgamma'),
    'ln|Γ(x)|, within 5 ulp or as many of 1: Remez fit about 2, products up to 8, Stirling beyond; ln(π/|x·sin πx|) - ln Γ(-x) below 0.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const magnitude = bind('magnitude', abs(x));
      const positive = logarithmOfGamma(format, magnitude, builder);
      const angle = mul(fromNearest(magnitude), format.constant(Math.PI));
      const sine = abs(call(sin[format.dtype], angle));
      const height = bind('height', mul(sine, magnitude));
      const reflected = sub(
        sub(format.constant(Math.log(Math.PI)), call(log[format.dtype], height)),
        positive,
      );
      const value = select(compare('lt', x, format.constant(0)), reflected, positive);
      const infinity = format.constant(Infinity);
      // Far below 0 every number is whole, and a pole.
      const isPole = binary(
        'and',
        compare('lt', x, format.constant(0)),
        compare('eq', height, format.constant(0)),
      );
      return select(binary('or', isPole, compare('eq', magnitude, infinity)), infinity, value);
    },
  ),
);

/** The derivative of ln Γ. */
export const digamma: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('digamma'),
    'The derivative of ln Γ, within 5 ulp or as many of 1: eight steps of the recurrence below 8, Stirling beyond; ψ(1 - x) - π/tan(πx) below 0.',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const number = (value: number): Expression => format.constant(value);
      const isNegative = bind('isNegative', compare('lt', x, number(0)));
      const start = bind('start', select(isNegative, sub(number(1), x), x));
      const isSmall = bind('isSmall', compare('lt', start, number(large)));

      // 1/x + 1/(x + 1) + … as one fraction.
      let numerator: Expression = number(1);
      let denominator = start;
      for (let step = 1; step < large; step++) {
        const factor = bind(`factor${step}`, add(start, number(step)));
        numerator = bind(`numerator${step}`, add(mul(numerator, factor), denominator));
        denominator = bind(`denominator${step}`, mul(denominator, factor));
      }
      const steps = bind('steps', select(isSmall, div(numerator, denominator), number(0)));

      const shifted = bind('shifted', select(isSmall, add(start, number(large)), start));
      const inverse = bind('inverse', div(number(1), shifted));
      const square = bind('square', mul(inverse, inverse));
      const series = polynomial(
        format,
        square,
        coefficientsOf(format, (each, order) => each / order),
      );
      const small = add(mul(series, square), mul(inverse, number(0.5)));
      const positive = bind('positive', sub(sub(call(log[format.dtype], shifted), small), steps));
      const tangent = call(tan[format.dtype], mul(fromNearest(x), number(Math.PI)));
      const reflected = sub(positive, div(number(Math.PI), tangent));
      const isPole = binary('and', isNegative, compare('eq', unary('floor', x), x));
      return select(isPole, number(NaN), select(isNegative, reflected, positive));
    },
  ),
);

/** n! */
export function factorial(n: number): number {
  let product = 1;
  for (let each = 2; each <= n; each++) product *= each;
  return product;
}

/** Coefficients in c = cot πx of the n-th derivative of cot πx, over πⁿ: from one to the next by -(1 + c²)·d/dc. */
export function cotangentDerivative(n: number): readonly number[] {
  let coefficients: readonly number[] = [0, 1];
  for (let order = 0; order < n; order++) {
    const derivative = coefficients.slice(1).map((each, index) => each * (index + 1));
    coefficients = Array.from(
      { length: derivative.length + 2 },
      (_, index) => -(derivative[index] ?? 0) - (derivative[index - 2] ?? 0),
    );
  }
  return coefficients;
}

function power(x: Expression, exponent: number): Expression {
  return Array.from({ length: exponent }, () => x).reduce((product, each) => mul(product, each));
}

const polygammas = new Map<number, FloatFunction>();

/** The n-th derivative of digamma, for n from 1 on. */
export function polygamma(n: number): FloatFunction {
  const known = polygammas.get(n);
  if (known !== undefined) return known;
  const made = inBothFormats((format) => definePolygamma(format, n));
  polygammas.set(n, made);
  return made;
}

function definePolygamma(format: FloatFormat, n: number) {
  return defineFunction(
    format.named(`polygamma${n}Of`),
    `Derivative ${n} of digamma, within about 10 ulp: ${n}!·Σ 1/(x + k)^${n + 1}, the rest by Euler and Maclaurin; reflected below 0.`,
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const { bind } = builder;
      const number = (value: number): Expression => format.constant(value);
      const isNegative = bind('isNegative', compare('lt', x, number(0)));
      // -0 is 0 here.
      const start = bind('start', select(isNegative, sub(number(1), x), add(x, number(0))));

      const steps = large + n;
      const shifted = bind('shifted', add(start, number(steps)));
      const inverse = bind('inverse', div(number(1), shifted));
      const square = bind('square', mul(inverse, inverse));
      const series = polynomial(
        format,
        square,
        coefficientsOf(format, (each, order) => (each * factorial(order + n - 1)) / factorial(order)),
      );
      const rest = add(
        add(mul(series, square), mul(inverse, number(factorial(n) / 2))),
        number(factorial(n - 1)),
      );
      let sum = bind('rest', mul(rest, power(inverse, n)));
      // The smallest first.
      for (let step = steps - 1; step >= 0; step--) {
        const term = bind(`term${step}`, div(number(1), step === 0 ? start : add(start, number(step))));
        sum = bind(`sum${step}`, add(sum, mul(power(term, n + 1), number(factorial(n)))));
      }
      const sign = n % 2 === 1 ? 1 : -1;
      const positive = sign === 1 ? sum : unary('neg', sum);
      const tangent = call(tan[format.dtype], mul(fromNearest(x), number(Math.PI)));
      const cotangent = bind('cotangent', div(number(1), tangent));
      const scale = Math.PI ** (n + 1);
      const derivative = polynomial(
        format,
        cotangent,
        cotangentDerivative(n).map((each) => each * scale),
      );
      // (-1)ⁿ times what stands for 1 - x.
      const reflected = sub(unary('neg', sum), derivative);
      return select(isNegative, reflected, positive);
    },
  );
}
