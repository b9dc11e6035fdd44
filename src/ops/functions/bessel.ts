// Modified Bessel functions of the first kind, scaled against overflow. Rely on the float formats only.
import type { FloatDType } from '../../ir/dtype.ts';
import type { Expression, FunctionBuilder } from '../../ir/scalar.ts';
import { compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFormat, FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul, sub } from './float-format.ts';

type Coefficients = Readonly<Record<FloatDType, readonly number[]>>;

/** Chebyshev series of e⁻ˣ·I₀(x) in x/4 - 1, for x from 0 to 8; by mpmath. */
const nearZero: Coefficients = {
  f32: [
    0.338397637, -0.304682672, 0.171620902, -0.094901097, 0.0493052842, -0.0237374148, 0.0105464604,
    -0.00432431, 0.00163947562, -0.000576375575, 0.000188502885, -5.75419501e-5, 1.64484481e-5,
    -4.41673836e-6, 1.11738754e-6, -2.67079385e-7, 6.04699502e-8, -1.30002501e-8, 2.65982372e-9,
  ],
  f64: [
    0.33839763720473803, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071,
    -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357,
    -0.0005763755745385824, 0.00018850288509584165, -5.754195010082104e-5, 1.6448448070728896e-5,
    -4.4167383584587505e-6, 1.1173875391201037e-6, -2.670793853940612e-7, 6.046995022541919e-8,
    -1.300025009986248e-8, 2.6598237246823866e-9, -5.189795601635263e-10, 9.675809035373237e-11,
    -1.726826291441556e-11, 2.95505266312964e-12, -4.856446783111929e-13, 7.676185498604936e-14,
    -1.1685332877993451e-14, 1.715391285555133e-15, -2.431279846547955e-16, 3.3307945188222384e-17,
    -4.4153416464793395e-18,
  ],
} as const;

/** Chebyshev series of √x·e⁻ˣ·I₀(x) in 16/x - 1, for x from 8 on. */
const farZero: Coefficients = {
  f32: [
    0.402245206, 0.00336911648, 6.88975835e-5, 2.89137052e-6, 2.04891859e-7, 2.26666899e-8, 3.39623203e-9,
  ],
  f64: [
    0.4022452055070544, 0.0033691164782556943, 6.889758346916825e-5, 2.8913705208347567e-6,
    2.0489185894690638e-7, 2.266668990498178e-8, 3.3962320257083865e-9, 4.94060238822497e-10,
    1.1889147107846439e-11, -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12,
    7.180124451383666e-13, 3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14,
    -9.554846698828307e-15, 3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16,
    -2.8276239805165836e-16, 3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944182e-18,
    -7.233180487874754e-18,
  ],
} as const;

/** Chebyshev series of e⁻ˣ·I₁(x)/x in x/4 - 1, for x from 0 to 8. */
const nearOne: Coefficients = {
  f32: [
    0.126293593, -0.176416518, 0.102643659, -0.0529459812, 0.024726449, -0.0105640849, 0.00415642294,
    -0.00151357245, 0.000512285956, -0.000161760816, 4.78156511e-5, -1.32731637e-5, 3.47025131e-6,
    -8.56872026e-7, 2.00329475e-7, -4.44505913e-8, 9.38153739e-9, -1.88724975e-9, 3.62559028e-10,
  ],
  f64: [
    0.12629359322181682, -0.17641651835783406, 0.1026436586898471, -0.05294598120809499, 0.024726449030626516,
    -0.010564084894626197, 0.004156422944312888, -0.0015135724506312532, 0.0005122859561685758,
    -0.00016176081582589674, 4.781565107550054e-5, -1.3273163656039436e-5, 3.4702513081376785e-6,
    -8.568720264695455e-7, 2.0032947535521353e-7, -4.445059128796328e-8, 9.381537386495773e-9,
    -1.8872497517228294e-9, 3.625590281552117e-10, -6.663489723502027e-11, 1.1736186298890901e-11,
    -1.9839743977649436e-12, 3.223793365945575e-13, -5.042185504727912e-14, 7.600684294735408e-15,
    -1.1055969477353862e-15, 1.5536319577362005e-16, -2.111421214358166e-17, 2.7779141127610464e-18,
  ],
} as const;

/** Chebyshev series of √x·e⁻ˣ·I₁(x) in 16/x - 1, for x from 8 on. */
const farOne: Coefficients = {
  f32: [
    0.389288118, -0.00976109749, -0.000110588939, -3.88256481e-6, -2.51223624e-7, -2.63146885e-8,
    -3.83538039e-9,
  ],
  f64: [
    0.38928811750914005, -0.009761097491361469, -0.00011058893876262371, -3.882564808877691e-6,
    -2.512236237870209e-7, -2.6314688468895196e-8, -3.835380385964237e-9, -5.589743462196584e-10,
    -1.8974958123505413e-11, 3.2526035830154884e-11, 1.4125807436613782e-11, 2.0356285441470896e-12,
    -7.198551776245908e-13, -4.0835511110921974e-13, -2.1015418427726643e-14, 4.272440016711951e-14,
    1.0420276984128802e-14, -3.8144030724370075e-15, -1.8803547755107825e-15, 3.3082023109209285e-16,
    2.96262899764595e-16, -3.209525921993424e-17, -4.6503053684893586e-17, 4.414348323071708e-18,
    7.517296310842105e-18,
  ],
} as const;

/** Σ cₖ·Tₖ(t) by Clenshaw's recurrence. */
function chebyshev(
  format: FloatFormat,
  t: Expression,
  coefficients: readonly number[],
  name: string,
  { bind }: FunctionBuilder,
): Expression {
  const doubled = bind(`${name}Doubled`, add(t, t));
  let [later, latest] = [format.constant(0), format.constant(coefficients.at(-1) ?? 0)];
  for (let k = coefficients.length - 2; k > 0; k--) {
    const next = sub(add(mul(doubled, latest), format.constant(coefficients[k] ?? 0)), later);
    [later, latest] = [latest, bind(`${name}${k}`, next)];
  }
  return sub(add(mul(t, latest), format.constant(coefficients[0] ?? 0)), later);
}

/** Both series at |x|, the one chosen that holds there; near 0 the first takes `factor`. */
function scaledBessel(
  format: FloatFormat,
  x: Expression,
  [near, far]: readonly [Coefficients, Coefficients],
  factor: (magnitude: Expression, value: Expression) => Expression,
  builder: FunctionBuilder,
): Expression {
  const { bind } = builder;
  const number = (value: number): Expression => format.constant(value);
  const magnitude = bind('magnitude', abs(x));
  const isFar = bind('isFar', compare('gt', magnitude, number(8)));
  // Outside of their intervals the series would overflow.
  const inside = bind('inside', sub(mul(select(isFar, number(8), magnitude), number(0.25)), number(1)));
  const beyond = bind('beyond', sub(div(number(16), select(isFar, magnitude, number(8))), number(1)));
  const low = factor(magnitude, chebyshev(format, inside, near[format.dtype], 'near', builder));
  const high = div(chebyshev(format, beyond, far[format.dtype], 'far', builder), unary('sqrt', magnitude));
  // NaN is in neither: the comparison is false, and the first series keeps it.
  return select(isFar, high, low);
}

/** e^-|x|·I₀(x). */
export const i0e: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('i0e'),
    'e^-|x|·I₀(x), within 20 ulp: Chebyshev series up to 8, and of √x times it beyond (as in Cephes).',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => scaledBessel(format, x, [nearZero, farZero], (_, value) => value, builder),
  ),
);

/** e^-|x|·I₁(x). */
export const i1e: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('i1e'),
    'e^-|x|·I₁(x), within 20 ulp: Chebyshev series of 1/x times it up to 8, and of √x times it beyond (as in Cephes).',
    { x: format.dtype },
    format.dtype,
    ({ x }, builder) => {
      const value = scaledBessel(format, x, [nearOne, farOne], mul, builder);
      return format.flipSign(value, format.signOf(x), builder);
    },
  ),
);
