// Elementwise operators and activations of the corpora, in PyTorch's conventions, as calls of public functions.
import * as tl from 'tapeless';
import { at, one, two, numberAttribute, type Operator } from './operator.ts';

/** A number that the case may leave out, which leaves it to our own default. */
function optionalNumber(attrs: Parameters<Operator>[1], name: string): number | undefined {
  return attrs[name] === undefined || attrs[name] === null ? undefined : numberAttribute(attrs, name);
}

/** The options that a case gives, by our names. */
function given(attrs: Parameters<Operator>[1], names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = optionalNumber(attrs, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  neg: one(tl.neg),
  abs: one(tl.abs),
  exp: one(tl.exp),
  log: one(tl.log),
  log1p: one(tl.log1p),
  expm1: one(tl.expm1),
  sqrt: one(tl.sqrt),
  rsqrt: one(tl.rsqrt),
  square: one(tl.square),
  reciprocal: one(tl.reciprocal),
  sin: one(tl.sin),
  cos: one(tl.cos),
  tan: one(tl.tan),
  asin: one(tl.asin),
  acos: one(tl.acos),
  atan: one(tl.atan),
  sinh: one(tl.sinh),
  cosh: one(tl.cosh),
  asinh: one(tl.asinh),
  acosh: one(tl.acosh),
  atanh: one(tl.atanh),
  exp2: one(tl.exp2),
  log2: one(tl.log2),
  log10: one(tl.log10),
  sign: one(tl.sign),
  floor: one(tl.floor),
  ceil: one(tl.ceil),
  round: one((x) => tl.round(x)),
  trunc: one(tl.trunc),
  frac: one(tl.frac),
  erf: one(tl.erf),
  erfc: one(tl.erfc),
  erfinv: one(tl.erfinv),
  lgamma: one(tl.lgamma),
  digamma: one(tl.digamma),
  sinc: one(tl.sinc),
  isnan: one(tl.isNaN),
  isfinite: one(tl.isFinite),
  isinf: one(tl.isInf),
  sigmoid: one(tl.sigmoid),
  tanh: one(tl.tanh),
  relu: one(tl.relu),
  relu6: one(tl.relu6),
  silu: one(tl.silu),
  mish: one(tl.mish),
  selu: one(tl.selu),
  logsigmoid: one(tl.logSigmoid),
  softsign: one(tl.softsign),
  tanhshrink: one(tl.tanhshrink),
  hardsigmoid: one(tl.hardsigmoid),
  hardswish: one(tl.hardswish),
  log_of_sigmoid: one((x) => tl.log(tl.sigmoid(x))),
  leaky_relu: (inputs, attrs) => [tl.leakyRelu(at(inputs, 0), optionalNumber(attrs, 'slope'))],
  elu: (inputs, attrs) => [tl.elu(at(inputs, 0), optionalNumber(attrs, 'alpha'))],
  celu: (inputs, attrs) => [tl.celu(at(inputs, 0), optionalNumber(attrs, 'alpha'))],
  gelu: (inputs, { approximate }) => [
    tl.gelu(at(inputs, 0), { approximate: approximate === 'tanh' ? 'tanh' : 'none' }),
  ],
  softplus: (inputs, attrs) => [tl.softplus(at(inputs, 0), given(attrs, ['beta', 'threshold']))],
  hardtanh: (inputs, attrs) => [tl.hardtanh(at(inputs, 0), given(attrs, ['min', 'max']))],
  clamp: (inputs, attrs) => [tl.clamp(at(inputs, 0), given(attrs, ['min', 'max']))],
  add: two(tl.add),
  sub: two(tl.sub),
  mul: two(tl.mul),
  div: two((a, b) => tl.div(a, b)),
  pow: two(tl.pow),
  maximum: two(tl.maximum),
  minimum: two(tl.minimum),
  fmax: two(tl.fmax),
  fmin: two(tl.fmin),
  remainder: two(tl.remainder),
  fmod: two(tl.fmod),
  floor_divide: two(tl.floorDivide),
  atan2: two(tl.atan2),
  hypot: two(tl.hypot),
  copysign: two(tl.copysign),
  logaddexp: two(tl.logaddexp),
  logaddexp2: two(tl.logaddexp2),
  xlogy: two(tl.xlogy),
  eq: two(tl.equal),
  ne: two(tl.notEqual),
  lt: two(tl.less),
  le: two(tl.lessEqual),
  gt: two(tl.greater),
  ge: two(tl.greaterEqual),
  logical_and: two(tl.logicalAnd),
  logical_or: two(tl.logicalOr),
  logical_xor: two(tl.logicalXor),
  logical_not: one(tl.logicalNot),
  where: (inputs) => [tl.where(at(inputs, 0), at(inputs, 1), at(inputs, 2))],
  masked_fill: (inputs, attrs) => [tl.where(at(inputs, 1), numberAttribute(attrs, 'value'), at(inputs, 0))],
  lerp: (inputs) => [tl.lerp(at(inputs, 0), at(inputs, 1), at(inputs, 2))],
  addcmul: (inputs, attrs) => [
    tl.addcmul(at(inputs, 0), at(inputs, 1), at(inputs, 2), given(attrs, ['value'])),
  ],
  addcdiv: (inputs, attrs) => [
    tl.addcdiv(at(inputs, 0), at(inputs, 1), at(inputs, 2), given(attrs, ['value'])),
  ],
};
