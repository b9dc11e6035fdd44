// The distribution function of the standard normal distribution, its logarithm and its inverse, and the scaled complement
// of the error function that keeps their tails accurate.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { add, div, equal, greater, less, lessEqual, logicalAnd, mul, sub } from './arithmetic.ts';
import { callOf, floats } from './elementwise-parts.ts';
import { alignOf, composedOp, unaryOp, type ElementFunction } from './elementwise.ts';
import { erfcx as erfcxFunction } from './functions/error-function.ts';
import { referenceErfc, referenceErfcx } from './functions/reference.ts';
import { requireFloat, scalar } from './leaf.ts';
import { where } from './select.ts';
import { erfc } from './special.ts';
import { exp, log, log1p, neg, sqrt, square } from './unary.ts';

/** The op value of one operand. */
export const erfcxOps = {
  erfcx: unaryOp({
    name: 'erfcx',
    cost: 80,
    takes: floats,
    expression: callOf(erfcxFunction),
    evaluate: referenceErfcx,
    vjp: ({ x, result, g }) => mul(g, sub(mul(mul(x, result), 2), 2 / Math.sqrt(Math.PI))),
  }),
} as const;

/** `e^(x²) · erfc(x)`, which does not vanish for large `x` (PyTorch's `special.erfcx`); infinite far below 0. */
export const erfcx: ElementFunction<'erfcx', FloatDType> = erfcxOps.erfcx.apply;

/**
 * `½ · erfc(-x / √2)`: the share of a standard normal distribution below `x` (PyTorch's `special.ndtr`).
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function ndtr<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'ndtr'>, Tensor<S, D>>,
): Tensor<S, D>;
export function ndtr(x: Tensor): Tensor {
  requireFloat('ndtr', x);
  return composite('ndtr', () => mul(erfc(mul(x, -Math.SQRT1_2)), 0.5));
}

/** Far below 0 the logarithm of the share is that of `erfcx`, less `x²/2`. */
function logarithmOfShare(x: number): number {
  if (x < -1) return Math.log(referenceErfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2;
  return Math.log1p(-referenceErfc(x * Math.SQRT1_2) / 2);
}

/** Its derivative is the density over the share, `√(2/π) / erfcx(-x / √2)`. */
export const logNdtrOp = composedOp({
  name: 'logNdtr',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => logarithmOfShare(x),
  vjp: ({ inputs: [x], cotangent }) =>
    x === undefined ? [] : [div(mul(cotangent, Math.sqrt(2 / Math.PI)), erfcx(mul(x, -Math.SQRT1_2)))],
  expand: ([x]) => {
    const isLow = less(x, -1);
    // Neither side sees what would be infinite in it.
    const low = where(isLow, x, -1);
    const tail = sub(log(mul(erfcx(mul(low, -Math.SQRT1_2)), 0.5)), mul(square(low), 0.5));
    return where(isLow, tail, log1p(mul(erfc(mul(x, Math.SQRT1_2)), -0.5)));
  },
});

/**
 * `ln(½ · erfc(-x / √2))`, accurate where the share is small or nearly 1 (PyTorch's `special.log_ndtr`).
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function logNdtr<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'logNdtr'>, Tensor<S, D>>,
): Tensor<S, D>;
export function logNdtr(x: Tensor): Tensor {
  requireFloat('logNdtr', x);
  return makeNode(logNdtrOp, alignOf('logNdtr', [x], floats), {});
}

/** Abramowitz and Stegun's 26.2.23, within 4.5 · 10⁻⁴, in the order of powers of `√(-2 ln p)`. */
const numerator = [2.515517, 0.802853, 0.010328] as const;
const denominator = [1, 1.432788, 0.189269, 0.001308] as const;

/** The steps of Newton's method that bring the estimate to double precision. */
const steps = 3;

/** The place below 0 that a share of at most ½ belongs to, in plain numbers. */
function placeOfShare(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p > 0.5) return -placeOfShare(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const at = (coefficients: readonly number[]): number =>
    coefficients.reduceRight((sum, c) => sum * t + c, 0);
  let x = at(numerator) / at(denominator) - t;
  for (let step = 0; step < steps; step++) {
    const slope = Math.sqrt(2 / Math.PI) / referenceErfcx(-x * Math.SQRT1_2);
    x -= (logarithmOfShare(x) - Math.log(p)) / slope;
  }
  return x;
}

/** `Φ⁻¹(p)`; its derivative is one over the density, `√(2π) · e^(x²/2)`. */
export const ndtriOp = composedOp({
  name: 'ndtri',
  arity: 1,
  takes: floats,
  evaluate: ([p]) => placeOfShare(p),
  vjp: ({ node, cotangent }) => [mul(mul(cotangent, exp(mul(square(node), 0.5))), Math.sqrt(2 * Math.PI))],
  expand: ([p]) => {
    const isLow = lessEqual(p, 0.5);
    const share = where(isLow, p, sub(1, p));
    const isInside = logicalAnd(greater(share, 0), lessEqual(share, 0.5));
    const logarithm = log(where(isInside, share, 0.5));
    const t = sqrt(mul(logarithm, -2));
    const at = (coefficients: readonly number[]): Tensor =>
      coefficients.reduceRight<Tensor>((sum, c) => add(mul(sum, t), c), scalar(0, p.dtype));
    const start = sub(div(at(numerator), at(denominator)), t);
    const place = Array.from({ length: steps }).reduce<Tensor>((x) => {
      const inverseSlope = mul(erfcx(mul(x, -Math.SQRT1_2)), Math.sqrt(Math.PI / 2));
      return sub(x, mul(sub(logNdtr(x), logarithm), inverseSlope));
    }, start);
    const end = where(equal(share, 0), -Infinity, where(isInside, place, Number.NaN));
    return where(isLow, end, neg(end));
  },
});

/**
 * The number below which a standard normal distribution has the share `p`, the inverse of {@link ndtr}: `Φ⁻¹(p)`
 * (PyTorch's `special.ndtri`); infinite at 0 and 1, NaN beyond.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function ndtri<S extends Shape, D extends DType>(
  p: Unless<DTypeProblem<D, FloatDType, 'ndtri'>, Tensor<S, D>>,
): Tensor<S, D>;
export function ndtri(p: Tensor): Tensor {
  requireFloat('ndtri', p);
  return makeNode(ndtriOp, alignOf('ndtri', [p], floats), {});
}

/** The slope of `-x ln x` is that of its formula everywhere, infinite at 0. */
export const entropyOp = composedOp({
  name: 'entr',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => (x > 0 ? -x * Math.log(x) : x === 0 ? 0 : x < 0 ? -Infinity : x),
  vjp: ({ inputs: [x], cotangent }) => (x === undefined ? [] : [mul(cotangent, neg(add(log(x), 1)))]),
  expand: ([x]) => {
    const isPositive = greater(x, 0);
    const curve = neg(mul(x, log(where(isPositive, x, 1))));
    return where(isPositive, curve, where(equal(x, 0), 0, where(less(x, 0), -Infinity, x)));
  },
});

/**
 * `-x · ln x`, 0 at 0 and -∞ below (PyTorch's `special.entr`): what an event of probability `x` adds to an entropy.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function entr<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'entr'>, Tensor<S, D>>,
): Tensor<S, D>;
export function entr(x: Tensor): Tensor {
  requireFloat('entr', x);
  return makeNode(entropyOp, alignOf('entr', [x], floats), {});
}
