// Elementwise functions of TensorFlow.js. Its float functions take integers, too, and two operands meet in the wider type.
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  bitwiseAnd,
  cast,
  ceil,
  clamp,
  cos,
  cosh,
  div,
  divNoNan,
  elu,
  erf,
  exp,
  expm1,
  floor,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNaN,
  leakyRelu,
  lessEqual,
  log,
  log1p,
  logSigmoid,
  logicalOr,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  relu6,
  remainder,
  round,
  rsqrt,
  sigmoid,
  sign,
  selu,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  squaredDifference,
  step,
  stopGradient,
  sub,
  tan,
  tanh,
  where,
  type DType,
  type Tensor,
} from 'tapeless';
import {
  demand,
  demandDtype,
  isList,
  isTensor,
  known,
  numberOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

/** A function of floats: integers and booleans are taken for floats. */
const ofFloat =
  (build: (x: Tensor) => Tensor): TracedCall =>
  ([x], context) =>
    build(asFloat(known(tensorOf(x, context)), context));

/** A function that takes floats only. */
const onlyFloat =
  (name: string, build: (x: Tensor) => Tensor): TracedCall =>
  ([value], context) => {
    const x = known(tensorOf(value, context));
    demandDtype(x, ['f32', 'f64'], name);
    return build(x);
  };

/** A function that keeps the type of its operand; booleans are taken for integers. */
const ofNumber =
  (build: (x: Tensor) => Tensor): TracedCall =>
  ([x], context) =>
    build(asNumber(known(tensorOf(x, context))));

export function asFloat(x: Tensor, context: Context): Tensor {
  return isTensor(x) && (x.dtype === 'i32' || x.dtype === 'bool') ? cast(x, context.float) : x;
}

export function asNumber(x: Tensor): Tensor {
  return isTensor(x) && x.dtype === 'bool' ? cast(x, 'i32') : x;
}

const widths: readonly DType[] = ['bool', 'i32', 'f32', 'f64'];

/** Operands in the wider of their types. */
export function matched(values: readonly (Value | undefined)[], context: Context): readonly Tensor[] {
  const tensors = values.map((value) => tensorOf(value, context));
  const widest = Math.max(...tensors.map((x) => (isTensor(x) ? widths.indexOf(x.dtype) : -1)));
  const dtype = widths[widest];
  return tensors.map((x) => (dtype !== undefined && isTensor(x) ? cast(x, dtype) : x));
}

/** A function of two operands that meet in the wider type; booleans are counted. */
const ofTwo =
  (build: (a: Tensor, b: Tensor) => Tensor): TracedCall =>
  (args, context) => {
    const [a, b] = matched(args.slice(0, 2), context).map(asNumber);
    // Two came in, so two come out.
    return build(a as Tensor, b as Tensor);
  };

/** What is ≥ 0 rounds down, as integers are divided. */
function floorDivide(a: Tensor, b: Tensor, context: Context): Tensor {
  const quotient = floor(div(asFloat(a, context), asFloat(b, context)));
  return isTensor(a) && a.dtype === 'i32' ? cast(quotient, 'i32') : quotient;
}

const divide: TracedCall = (args, context) => {
  const [a, b] = matched(args.slice(0, 2), context).map(asNumber) as [Tensor, Tensor];
  return isTensor(a) && a.dtype === 'i32' ? floorDivide(a, b, context) : div(a, b);
};

/** The gradient of equal operands goes to the first here; ours is shared. */
export function larger(a: Tensor, b: Tensor): Tensor {
  const isFirst = greaterEqual(a, b);
  return where(isFloat(a) ? logicalOr(isFirst, isNaN(a)) : isFirst, a, b);
}

function smaller(a: Tensor, b: Tensor): Tensor {
  const isFirst = lessEqual(a, b);
  return where(isFloat(a) ? logicalOr(isFirst, isNaN(a)) : isFirst, a, b);
}

function isFloat(x: Tensor): boolean {
  return isTensor(x) && (x.dtype === 'f32' || x.dtype === 'f64');
}

/** Powers of integers, as floats hold them. */
function integerPower(a: Tensor, b: Tensor): Tensor {
  return cast(round(pow(cast(a, 'f64'), cast(b, 'f64'))), 'i32');
}

/** The exponent of a base that is not above 0 has a gradient of 0 here, and NaN elsewhere. */
function power(a: Tensor, b: Tensor): Tensor {
  if (isTensor(a) && isTensor(b) && a.dtype === 'i32') return integerPower(a, b);
  if (!isFloat(a) || !isFloat(b)) return pow(a, b);
  const isPositive = greater(a, 0);
  return where(isPositive, pow(where(isPositive, a, 1), b), pow(a, stopGradient(b)));
}

const clip: TracedCall = ([x, low, high], context) => {
  const [from, to] = [numberOf(low), numberOf(high)];
  demand(from <= to, `clipByValue: ${from} is above ${to}`);
  return clamp(asNumber(tensorOf(x, context)), { min: from, max: to });
};

const preluCall: TracedCall = (args, context) => {
  const [x, alpha] = matched(args.slice(0, 2), context).map((each) => asFloat(each, context)) as [
    Tensor,
    Tensor,
  ];
  return where(greater(x, 0), x, mul(x, alpha));
};

const addAll: TracedCall = ([list], context) => {
  demand(isList(list) && list.length > 0, 'addN takes a list of tensors');
  const tensors = (isList(list) ? list : []).map((each) => tensorOf(each, context));
  const [first] = tensors as [Tensor, ...Tensor[]];
  for (const each of tensors) {
    demand(
      !isTensor(each) || (each.dtype === first.dtype && sizesOf(each).join() === sizesOf(first).join()),
      'addN takes tensors of one shape and type',
    );
  }
  return tensors.slice(1).reduce<Tensor>((total, each) => add(total, each), add(first, 0));
};

export const elementwiseCalls: CallTable = {
  abs: ofNumber(abs),
  neg: ofNumber(neg),
  sign: ofNumber(sign),
  square: ofNumber(square),
  relu: ofNumber(relu),
  ceil: onlyFloat('ceil', ceil),
  floor: onlyFloat('floor', floor),
  round: ofFloat(round),
  exp: ofFloat(exp),
  expm1: ofFloat(expm1),
  log: onlyFloat('log', log),
  log1p: ofFloat(log1p),
  sqrt: onlyFloat('sqrt', sqrt),
  rsqrt: onlyFloat('rsqrt', rsqrt),
  reciprocal: ofFloat(reciprocal),
  sin: onlyFloat('sin', sin),
  cos: onlyFloat('cos', cos),
  tanh: onlyFloat('tanh', tanh),
  sigmoid: onlyFloat('sigmoid', sigmoid),
  erf: ofFloat(erf),
  isNaN: ofFloat(isNaN),
  isInf: ofFloat(isInf),
  isFinite: ofFloat(isFinite),
  acos: ofFloat(acos),
  acosh: ofFloat(acosh),
  asin: ofFloat(asin),
  asinh: ofFloat(asinh),
  atan: ofFloat(atan),
  atanh: ofFloat(atanh),
  tan: onlyFloat('tan', tan),
  sinh: ofFloat(sinh),
  cosh: onlyFloat('cosh', cosh),
  elu: onlyFloat('elu', (x) => elu(known(x))),
  selu: ofFloat((x) => selu(known(x))),
  relu6: ofFloat((x) => relu6(known(x))),
  softplus: ofFloat((x) => softplus(known(x))),
  logSigmoid: ofFloat((x) => logSigmoid(known(x))),
  leakyRelu: ([x, slope = null], context) =>
    leakyRelu(known(asFloat(tensorOf(x, context), context)), numberOf(slope, 0.2)),
  step: ([x, alpha = null], context) => step(asFloat(tensorOf(x, context), context), numberOf(alpha, 0)),
  prelu: preluCall,
  clipByValue: clip,
  add: ofTwo(add),
  sub: ofTwo(sub),
  mul: ofTwo(mul),
  div: divide,
  floorDiv: (args, context) => {
    const [a, b] = matched(args.slice(0, 2), context).map(asNumber) as [Tensor, Tensor];
    return cast(floorDivide(a, b, context), 'i32');
  },
  divNoNan: (args, context) => {
    const [a, b] = matched(args.slice(0, 2), context).map((each) => asFloat(each, context)) as [
      Tensor,
      Tensor,
    ];
    return divNoNan(a, b);
  },
  pow: ofTwo(power),
  maximum: ofTwo(larger),
  minimum: ofTwo(smaller),
  squaredDifference: ofTwo(squaredDifference),
  bitwiseAnd: ([a, b], context) => {
    const [left, right] = [a, b].map((value) => known(tensorOf(value, context))) as [Tensor, Tensor];
    for (const each of [left, right]) demandDtype(each, ['i32'], 'bitwiseAnd');
    demand(sizesOf(left).join() === sizesOf(right).join(), 'bitwiseAnd takes one shape');
    return bitwiseAnd(left, right);
  },
  mod: ofTwo(remainder),
  atan2: (args, context) => {
    const [a, b] = matched(args.slice(0, 2), context).map((each) => asFloat(each, context)) as [
      Tensor,
      Tensor,
    ];
    return atan2(a, b);
  },
  addN: addAll,
};
