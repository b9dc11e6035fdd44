// Activations that are ops with a gradient of their own: composed ones would lose it where parts of it overflow, or where
// kinks of parts cancel. nn/ has them in the forms that users call.
import { makeNode, type Attributes, type Tensor } from '../ir/node.ts';
import {
  add,
  div,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
} from './arithmetic.ts';
import { floats } from './elementwise-parts.ts';
import { alignOf, composedOp } from './elementwise.ts';
import { referenceErf, referenceSigmoid } from './functions/reference.ts';
import { requireTensors } from './mismatch.ts';
import { where } from './select.ts';
import { abs, erf, exp, expm1, log1p, neg, sigmoid, sign, square, tanh } from './unary.ts';

/** The gradient of an op with one input is its cotangent times a slope. */
const slopeOf =
  <A extends Attributes>(slope: (x: Tensor, attrs: A) => Tensor) =>
  ({ inputs: [x], attrs, cotangent }: { inputs: readonly Tensor[]; attrs: A; cotangent: Tensor }) =>
    x === undefined ? [] : [mul(cotangent, slope(x, attrs))];

/** `ln(1 + e^-|x|)` */
function softplusRest(x: Tensor): Tensor {
  return log1p(exp(neg(abs(x))));
}

/** The op is its own so that its gradient is σ(-x) at 0 too, where the composition has kinks that cancel. */
export const logSigmoidOp = composedOp({
  name: 'logSigmoid',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  vjp: ({ inputs: [x], cotangent }) => (x === undefined ? [] : [mul(cotangent, sigmoid(neg(x)))]),
  expand: ([x]) => sub(minimum(x, 0), softplusRest(x)),
});

/** `ln(1 / (1 + e^-x)) = min(x, 0) - ln(1 + e^-|x|)`, which neither overflows nor cancels. */
export function logSigmoid(x: Tensor): Tensor {
  requireTensors('logSigmoid', x);
  return makeNode(logSigmoidOp, alignOf('logSigmoid', [x], floats), {});
}

interface SoftplusAttributes extends Readonly<Record<string, number>> {
  readonly beta: number;
  readonly threshold: number;
}

/** As {@link logSigmoidOp}: the gradient is σ(beta · x) at 0 too. */
export const softplusOp = composedOp<SoftplusAttributes>({
  name: 'softplus',
  arity: 1,
  takes: floats,
  evaluate: ([x], { beta, threshold }) => {
    const scaled = x * beta;
    const stable = Math.max(scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled)));
    return scaled > threshold ? x : stable / beta;
  },
  vjp: ({ inputs: [x], attrs: { beta, threshold }, cotangent }) => {
    if (x === undefined) return [];
    const scaled = mul(x, beta);
    return [where(greater(scaled, threshold), cotangent, mul(cotangent, sigmoid(scaled)))];
  },
  expand: ([x], { beta, threshold }) => {
    const scaled = mul(x, beta);
    const stable = add(maximum(scaled, 0), softplusRest(scaled));
    return where(greater(scaled, threshold), x, div(stable, beta));
  },
});

/** `ln(1 + e^(beta · x)) / beta`, and `x` itself where `beta · x` is above the threshold. */
export function softplus(x: Tensor, beta: number, threshold: number): Tensor {
  requireTensors('softplus', x);
  return makeNode(softplusOp, alignOf('softplus', [x], floats), { beta, threshold });
}

const sigmoidSlope = (x: Tensor): Tensor => {
  const share = sigmoid(x);
  return mul(share, add(mul(x, sub(1, share)), 1));
};

/** `x · σ(x)` */
export const siluOp = composedOp({
  name: 'silu',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => x * referenceSigmoid(x),
  vjp: slopeOf(sigmoidSlope),
  expand: ([x]) => mul(x, sigmoid(x)),
});

/** `x · tanh(ln(1 + e^x))` */
export const mishOp = composedOp({
  name: 'mish',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  vjp: slopeOf((x) => {
    const level = tanh(softplus(x, 1, 20));
    return add(level, mul(mul(x, sigmoid(x)), sub(1, square(level))));
  }),
  expand: ([x]) => mul(x, tanh(add(maximum(x, 0), softplusRest(x)))),
});

interface GeluAttributes extends Attributes {
  readonly approximate: 'none' | 'tanh';
}

const cubic = 0.044715;
const rootOfTwoByPi = Math.sqrt(2 / Math.PI);

/** Half of one plus the error function, or the tanh that stands for it: the share of x that passes. */
function geluShare(x: Tensor, { approximate }: GeluAttributes): Tensor {
  const level = approximate === 'none' ? erf(mul(x, Math.SQRT1_2)) : geluLevel(bounded(x));
  return mul(add(level, 1), 0.5);
}

function geluLevel(x: Tensor): Tensor {
  return tanh(mul(add(x, mul(mul(square(x), x), cubic)), rootOfTwoByPi));
}

/** Beyond ±10 tanh is ±1 to all digits, and the cube of a finite number there might be infinite. */
function bounded(x: Tensor): Tensor {
  const size = abs(x);
  return where(logicalAnd(greater(size, 10), less(size, Infinity)), mul(sign(x), 10), x);
}

/** How fast the share grows with x: the normal density, or the derivative of the tanh. */
function geluDensity(x: Tensor, { approximate }: GeluAttributes): Tensor {
  if (approximate === 'none') return mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  const near = bounded(x);
  const inner = mul(add(mul(square(near), 3 * cubic), 1), rootOfTwoByPi / 2);
  return mul(sub(1, square(geluLevel(near))), inner);
}

/** `x · ½(1 + erf(x/√2))`, or with tanh. */
export const geluOp = composedOp<GeluAttributes>({
  name: 'gelu',
  arity: 1,
  takes: floats,
  evaluate: ([x], { approximate }) => {
    const level =
      approximate === 'none'
        ? referenceErf(x * Math.SQRT1_2)
        : Math.tanh(rootOfTwoByPi * (x + cubic * x ** 3));
    return x * 0.5 * (1 + level);
  },
  vjp: slopeOf<GeluAttributes>((x, attrs) => add(geluShare(x, attrs), mul(x, geluDensity(x, attrs)))),
  expand: ([x], attrs) => mul(x, geluShare(x, attrs)),
});

/** PyTorch's gradient holds a sixth in single precision, whatever the dtype is. */
const sixth = Math.fround(1 / 6);

/** `min(max(x / 6 + ½, 0), 1)` */
export const hardsigmoidOp = composedOp({
  name: 'hardsigmoid',
  arity: 1,
  takes: floats,
  evaluate: ([x]) => Math.min(Math.max(x + 3, 0), 6) / 6,
  vjp: ({ inputs: [x], cotangent }) =>
    x === undefined ? [] : [where(logicalAnd(greater(x, -3), less(x, 3)), mul(cotangent, sixth), 0)],
  expand: ([x]) => div(minimum(maximum(add(x, 3), 0), 6), 6),
});

interface ExponentialLinearAttributes extends Attributes {
  readonly alpha: number;
  readonly scale: number;
  readonly divisor: number;
}

/**
 * `x > 0 ? scale · x : scale · alpha · (e^(x / divisor) - 1)`. At 0 the gradient is that below, and the second derivative
 * is 0, as in PyTorch, whose gradient holds the divisor in single precision, whatever the dtype is.
 */
export const exponentialLinearOp = composedOp<ExponentialLinearAttributes>({
  name: 'exponentialLinear',
  arity: 1,
  takes: floats,
  evaluate: ([x], { alpha, scale, divisor }) => (x > 0 ? scale * x : scale * alpha * Math.expm1(x / divisor)),
  vjp: slopeOf<ExponentialLinearAttributes>((x, { alpha, scale, divisor }) => {
    const inverse = 1 / Math.fround(divisor);
    // What is above 0 does not reach the exponential, which might be infinite there.
    const below = where(greaterEqual(x, 0), 0, scaled(x, inverse));
    return where(greater(x, 0), scale, mul(exp(below), alpha * scale * inverse));
  }),
  expand: ([x], { alpha, scale, divisor }) => {
    const isPositive = greater(x, 0);
    const curved = mul(expm1(scaled(where(isPositive, 0, x), 1 / divisor)), alpha * scale);
    return where(isPositive, scaled(x, scale), curved);
  },
});

function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}

/** {@link exponentialLinearOp} of `x`: what elu, celu and selu are. */
export function exponentialLinear(x: Tensor, { alpha = 1, scale = 1, divisor = 1 }): Tensor {
  return makeNode(exponentialLinearOp, [x], { alpha, scale, divisor });
}
