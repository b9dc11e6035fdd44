// Elementwise functions and activations, away from their kinks.
import * as tl from 'tapeless';
import type { Tensor } from '../../src/ir/node.ts';
import { exponentialLinear } from '../../src/ops/activation.ts';
import { square } from '../../src/ops/unary.ts';
import type { GradientCheck } from '../support/finite-differences.ts';
import { single, smooth, smoothPair, variable, type GradientTable } from '../support/gradient-cases.ts';

/** Checks on several intervals that have no kink inside. */
function between(
  intervals: readonly (readonly [number, number])[],
  build: (x: Tensor) => Tensor,
): readonly GradientCheck[] {
  return intervals.flatMap(([low, high]) => smooth((x) => square(build(x)), low, high));
}

const bothSides = [
  [0.1, 2],
  [-2, -0.1],
] as const;

function three(build: (a: Tensor, b: Tensor, c: Tensor) => Tensor, low = 0.2, high = 2): GradientCheck {
  const [a, b, c] = [
    variable('a', [2, 3], low, high, 4),
    variable('b', [3], low, high, 5),
    variable('c', [2, 1], low, high, 6),
  ];
  return { result: build(a.leaf, b.leaf, c.leaf), variables: [a, b, c], order: 2 };
}

/** A tensor among bounds that broadcast with it, of which some hold and some do not. */
function clampedBetween(min: number, max: number): GradientCheck {
  const x = variable('x', [4, 3], -2, 2, 4);
  const low = variable('low', [3], min - 0.1, min + 0.1, 5);
  const high = variable('high', [4, 1], max - 0.1, max + 0.1, 6);
  const result = square(tl.clamp(x.leaf, { min: low.leaf, max: high.leaf }));
  return { result, variables: [x, low, high], order: 2 };
}

export const checks: GradientTable = {
  tan: smooth(tl.tan, -1.2, 1.2),
  asin: smooth(tl.asin, -0.8, 0.8),
  acos: smooth(tl.acos, -0.8, 0.8),
  atan: smooth(tl.atan),
  atan2: [
    ...smoothPair(tl.atan2, [0.3, 2], [0.3, 2]),
    ...smoothPair(tl.atan2, [-2, -0.3], [0.3, 2]),
    ...smoothPair(tl.atan2, [0.3, 2], [-2, -0.3]),
    ...smoothPair((a, b) => tl.atan2(tl.mul(a, 2 ** -60), tl.mul(b, 2 ** -60)), [0.3, 2], [0.3, 2]),
  ],
  sinc: [...smooth(tl.sinc, -0.4, 0.4), ...smooth(tl.sinc, 0.6, 2.5), ...smooth(tl.sinc, -2.5, -0.6)],
  sinh: smooth(tl.sinh),
  cosh: smooth(tl.cosh),
  asinh: smooth(tl.asinh),
  acosh: smooth(tl.acosh, 1.3, 3),
  atanh: smooth(tl.atanh, -0.8, 0.8),
  exp2: smooth(tl.exp2),
  log2: smooth(tl.log2, 0.3, 3),
  log10: smooth(tl.log10, 0.3, 3),
  logaddexp: smoothPair(tl.logaddexp),
  logaddexp2: smoothPair(tl.logaddexp2),
  xlogy: smoothPair(tl.xlogy, [-2, 2], [0.3, 2]),
  xlog1py: smoothPair(tl.xlog1py, [-2, 2], [-0.6, 2]),
  erfc: smooth(tl.erfc),
  erfinv: smooth(tl.erfinv, -0.8, 0.8),
  lgamma: [...smooth(tl.lgamma, 0.4, 4), ...smooth(tl.lgamma, -1.8, -1.2)],
  i0: smooth(tl.i0),
  i1: [...smooth(tl.i1, 0.3, 2), ...smooth(tl.i1, -2, -0.3)],
  i0e: [...smooth(tl.i0e, 0.3, 2), ...smooth(tl.i0e, -12, -8.5)],
  i1e: [...smooth(tl.i1e, 0.3, 2), ...smooth(tl.i1e, -12, -8.5)],
  erfcx: smooth(tl.erfcx),
  ndtr: smooth(tl.ndtr),
  logNdtr: [...smooth(tl.logNdtr, -0.9, 2), ...smooth(tl.logNdtr, -3, -1.1)],
  ndtri: [...smooth(tl.ndtri, 0.1, 0.45), ...smooth(tl.ndtri, 0.55, 0.9)],
  entr: smooth(tl.entr, 0.2, 2),
  frexp: [
    single([4], (x) => square(tl.frexp(x).mantissa), 1.1, 1.9),
    single([2, 2], (x) => square(tl.frexp(x).mantissa), -7.9, -4.1),
  ],
  ldexp: smoothPair((a, b) => tl.ldexp(a, b)),
  digamma: [...smooth(tl.digamma, 0.4, 4), ...smooth(tl.digamma, -1.8, -1.2)],
  polygamma: [
    single([5], (x) => tl.polygamma(1, x), 0.6, 4),
    single([5], (x) => tl.polygamma(2, x), 0.8, 4),
    single([5], (x) => tl.polygamma(1, x), -1.7, -1.3),
  ],
  fmod: [
    ...smoothPair((a, b) => square(tl.fmod(a, b)), [2.1, 2.9], [0.96, 1.04]),
    ...smoothPair((a, b) => square(tl.fmod(a, b)), [-2.9, -2.1], [0.96, 1.04]),
  ],
  remainder: [
    ...smoothPair((a, b) => square(tl.remainder(a, b)), [2.1, 2.9], [0.96, 1.04]),
    ...smoothPair((a, b) => square(tl.remainder(a, b)), [-2.9, -2.1], [0.96, 1.04]),
  ],
  divNoNan: smoothPair(tl.divNoNan, [-2, 2], [0.5, 2]),
  clamp: [clampedBetween(-1, 1), clampedBetween(-3, 0.5), clampedBetween(3, 5)],
  clampMin: smoothPair((a, b) => square(tl.clamp(a, { min: b })), [-2, -0.1], [0.1, 2]),
  clampMax: smoothPair((a, b) => square(tl.clamp(a, { max: b })), [-2, -0.1], [0.1, 2]),
  fmax: smoothPair((a, b) => square(tl.fmax(a, b)), [-2, -0.1], [0.1, 2]),
  fmin: smoothPair((a, b) => square(tl.fmin(a, b)), [-2, -0.1], [0.1, 2]),
  hypot: smoothPair(tl.hypot, [0.3, 2], [-2, -0.3]),
  copysign: smoothPair((a, b) => square(tl.copysign(a, b)), [0.1, 2], [-2, -0.1]),
  lerp: [three(tl.lerp, 0.1, 0.4), three(tl.lerp, 0.6, 2)],
  addcmul: [three((a, b, c) => tl.addcmul(a, b, c, { value: -0.5 }))],
  addcdiv: [three((a, b, c) => tl.addcdiv(a, b, c, { value: -0.5 }))],
  squaredDifference: smoothPair(tl.squaredDifference),
  heaviside: smoothPair((a, b) => tl.mul(tl.heaviside(a, b), square(b)), [0.1, 2]),
  frac: between(
    [
      [0.1, 0.9],
      [-0.9, -0.1],
    ],
    tl.frac,
  ),
  nanToNum: between(bothSides, tl.nanToNum),
  logSigmoid: [...smooth(tl.logSigmoid), ...smooth(tl.logSigmoid, -0.01, 0.01)],
  softplus: [
    ...smooth((x) => tl.softplus(x)),
    ...smooth((x) => tl.softplus(x, { beta: 3, threshold: 100 }), -0.01, 0.01),
    ...smooth((x) => square(tl.softplus(x, { beta: 2, threshold: 1 })), 0.6, 2),
  ],
  silu: smooth(tl.silu, -4, 4),
  mish: smooth(tl.mish, -4, 4),
  gelu: [...smooth((x) => tl.gelu(x), -3, 3), ...smooth((x) => tl.gelu(x, { approximate: 'tanh' }), -3, 3)],
  softsign: between(bothSides, tl.softsign),
  tanhshrink: smooth(tl.tanhshrink),
  relu6: between(
    [
      [0.1, 5.9],
      [-2, -0.1],
      [6.1, 8],
    ],
    tl.relu6,
  ),
  hardsigmoid: between(
    [
      [-2.9, 2.9],
      [3.1, 5],
    ],
    tl.hardsigmoid,
  ),
  hardswish: between(
    [
      [-2.9, 2.9],
      [3.1, 5],
      [-5, -3.1],
    ],
    tl.hardswish,
  ),
  leakyRelu: between(bothSides, (x) => tl.leakyRelu(x, 0.3)),
  elu: between(bothSides, (x) => tl.elu(x, 0.7)),
  exponentialLinear: between(bothSides, (x) => exponentialLinear(x, { alpha: 0.7, scale: 1.5, divisor: 2 })),
  celu: between(bothSides, (x) => tl.celu(x, 1.5)),
  selu: between(bothSides, tl.selu),
  hardtanh: between(
    [
      [-0.9, 0.9],
      [1.1, 2],
    ],
    (x) => tl.hardtanh(x),
  ),
  threshold: between(
    [
      [0.6, 2],
      [-2, 0.4],
    ],
    (x) => tl.threshold(x, 0.5, 3),
  ),
  hardshrink: between(
    [
      [0.6, 2],
      [-0.4, 0.4],
    ],
    (x) => tl.hardshrink(x),
  ),
  softshrink: between(
    [
      [0.6, 2],
      [-0.4, 0.4],
      [-2, -0.6],
    ],
    (x) => tl.softshrink(x),
  ),
  prelu: [
    ((): GradientCheck => {
      const x = variable('x', [2, 3, 2], -2, 2, 4);
      const weight = variable('weight', [3], 0.1, 0.5, 5);
      return { result: square(tl.prelu(x.leaf, weight.leaf)), variables: [x, weight], order: 2 };
    })(),
    ...smoothPair((a, b) => square(tl.prelu(a, tl.mean(b))), [-2, -0.1], [0.1, 0.5]),
  ],
  glu: [
    single([4], (x) => tl.glu(x)),
    single([2, 3, 2], (x) => tl.glu(x, 0)),
    single([1, 2], (x) => tl.glu(x, -1)),
  ],
  softmin: [single([2, 3], (x) => tl.softmin(x)), single([2, 3], (x) => tl.softmin(x, 0))],
};
