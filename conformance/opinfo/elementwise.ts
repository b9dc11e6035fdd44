// Elementwise operators and activations of PyTorch's OpInfo cases, as calls of public functions.
import * as tl from 'tapeless';
import type { Operand, Tensor } from 'tapeless';
import type { Argument, Call, OpinfoOperator } from './opinfo.ts';

/** A positional argument, or the keyword one where it is not given by position. */
function argument({ args, kwargs }: Call, position: number, name = ''): Argument | undefined {
  return args[position] ?? kwargs[name];
}

function isTensorArgument(value: Argument | undefined): value is Tensor {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function tensor(call: Call, position: number, name?: string): Tensor {
  const value = argument(call, position, name);
  if (!isTensorArgument(value)) throw new Error(`argument ${position} is not a tensor`);
  return value;
}

/** Python's booleans are numbers; text spells those that JSON has none for. */
function number(value: Argument | undefined, absent: number): number {
  if (value === undefined || value === null) return absent;
  const given = Number(value);
  if (typeof value === 'object') throw new Error('the argument is not a number');
  return given;
}

function operand(value: Argument | undefined): Operand {
  return isTensorArgument(value) ? value : number(value, Number.NaN);
}

type Options = Readonly<Record<string, number>>;

/** Our options for those of a call that are given: positions of PyTorch's arguments, their names and ours. */
function options(call: Call, names: readonly (readonly [number, string, string])[]): Options {
  return Object.fromEntries(
    names.flatMap(([position, theirs, ours]) => {
      const value = argument(call, position, theirs);
      return value === undefined || value === null ? [] : [[ours, number(value, Number.NaN)]];
    }),
  );
}

const rank = { bool: 0, i32: 1, f32: 2, f64: 3 } as const;

/**
 * PyTorch's promotion of operands: the higher of their dtypes; a scalar tensor or a number counts only where it is of a
 * higher kind (bool, integer, float) than all tensors with axes.
 */
function promoted(operands: readonly Operand[], least: keyof typeof rank = 'bool'): readonly Operand[] {
  const tensors = operands.filter((each) => typeof each !== 'number');
  const withAxes = tensors.filter((each) => each.shape.length > 0);
  const highest = (list: readonly Tensor[], from: keyof typeof rank): keyof typeof rank =>
    list.reduce<keyof typeof rank>((best, { dtype }) => (rank[dtype] > rank[best] ? dtype : best), from);
  const ofAxes = highest(withAxes, 'bool');
  const ofAll = highest(tensors, least);
  const kind = (dtype: keyof typeof rank): number => Math.min(rank[dtype], 2);
  const isFraction = operands.some((each) => typeof each === 'number' && !Number.isInteger(each));
  const chosen = withAxes.length > 0 && kind(ofAxes) >= kind(ofAll) ? ofAxes : ofAll;
  const dtype = isFraction && rank[chosen] < rank.f32 ? 'f32' : chosen;
  return operands.map((each) => (typeof each === 'number' ? each : tl.cast(each, dtype)));
}

type Pair = (a: Operand, b: Operand) => Tensor;

/** A function of two operands that are promoted to one dtype first. */
const two =
  (build: Pair, least?: keyof typeof rank): OpinfoOperator =>
  (call) => {
    const [a = 0, b = 0] = promoted(
      [operand(argument(call, 0, 'input')), operand(argument(call, 1, 'other'))],
      least,
    );
    return [build(a, b)];
  };

const one =
  (build: (x: Tensor) => Tensor): OpinfoOperator =>
  (call) => [build(tensor(call, 0, 'input'))];

/** `a + alpha · b` and its kin. */
const scaledSum =
  (build: (a: Operand, b: Operand, alpha: number) => Tensor): OpinfoOperator =>
  (call) => {
    const alpha = number(call.kwargs['alpha'], 1);
    const [a = 0, b = 0] = promoted([operand(argument(call, 0)), operand(argument(call, 1, 'other'))]);
    return [build(a, b, alpha)];
  };

function times(x: Operand, factor: number): Operand {
  if (factor === 1) return x;
  return typeof x === 'number' ? x * factor : tl.mul(x, factor);
}

const division: OpinfoOperator = (call) => {
  const mode = call.kwargs['rounding_mode'];
  const [a = 0, b = 0] = promoted(
    [operand(argument(call, 0)), operand(argument(call, 1, 'other'))],
    mode === 'floor' || mode === 'trunc' ? 'i32' : 'f32',
  );
  return [mode === 'floor' || mode === 'trunc' ? tl.div(a, b, { rounding: mode }) : tl.div(a, b)];
};

/** One bound of a clamp, or both. */
const clamp =
  (lower: number | undefined, upper: number | undefined): OpinfoOperator =>
  (call) => {
    const bound = (position: number | undefined, name: string): Operand | undefined => {
      const value = position === undefined ? undefined : argument(call, position, name);
      return value === undefined || value === null ? undefined : operand(value);
    };
    const [min, max] = [bound(lower, 'min'), bound(upper, 'max')];
    const [x = 0, ...bounds] = promoted([
      tensor(call, 0),
      ...[min, max].filter((each) => each !== undefined),
    ]);
    const [low, high] = min === undefined ? [undefined, bounds[0]] : bounds;
    return [
      tl.clamp(x as Tensor, {
        ...(low === undefined ? {} : { min: low }),
        ...(high === undefined ? {} : { max: high }),
      }),
    ];
  };

/** `x` and a list of numbers by position or name, with their defaults. */
const withNumber =
  (build: (x: Tensor, value?: number) => Tensor, name: string): OpinfoOperator =>
  (call) => {
    const value = argument(call, 1, name);
    return [build(tensor(call, 0), value === undefined ? undefined : number(value, Number.NaN))];
  };

const combination =
  (build: (x: Operand, a: Operand, b: Operand, options: Options) => Tensor): OpinfoOperator =>
  (call) => [
    build(
      operand(argument(call, 0)),
      operand(argument(call, 1, 'tensor1')),
      operand(argument(call, 2, 'tensor2')),
      options(call, [[3, 'value', 'value']]),
    ),
  ];

/** Softmax and its kin, whose `dtype` is a cast. */
const alongAxis =
  (build: (x: Tensor, axis: number) => Tensor): OpinfoOperator =>
  (call) => [build(tensor(call, 0), number(argument(call, 1, 'dim'), -1))];

const filledLike =
  (value: (call: Call) => number): OpinfoOperator =>
  (call) => [tl.filledLike(tensor(call, 0), value(call))];

const unaryFunctions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  abs: tl.abs,
  acos: tl.acos,
  acosh: tl.acosh,
  asin: tl.asin,
  asinh: tl.asinh,
  atan: tl.atan,
  atanh: tl.atanh,
  ceil: tl.ceil,
  cos: tl.cos,
  cosh: tl.cosh,
  digamma: tl.digamma,
  erf: tl.erf,
  erfc: tl.erfc,
  erfinv: tl.erfinv,
  exp: tl.exp,
  exp2: tl.exp2,
  expm1: tl.expm1,
  floor: tl.floor,
  frac: tl.frac,
  i0: tl.i0,
  'special.i0e': tl.i0e,
  'special.i1': tl.i1,
  'special.i1e': tl.i1e,
  'special.modified_bessel_i0': tl.i0,
  'special.modified_bessel_i1': tl.i1,
  'special.entr': tl.entr,
  'special.erfcx': tl.erfcx,
  'special.ndtr': tl.ndtr,
  'special.ndtri': tl.ndtri,
  'special.log_ndtr': tl.logNdtr,
  isfinite: tl.isFinite,
  isinf: tl.isInf,
  isnan: tl.isNaN,
  lgamma: tl.lgamma,
  log: tl.log,
  log10: tl.log10,
  log1p: tl.log1p,
  log2: tl.log2,
  logical_not: tl.logicalNot,
  bitwise_not: tl.bitwiseNot,
  neg: tl.neg,
  positive: tl.positive,
  reciprocal: tl.reciprocal,
  rsqrt: tl.rsqrt,
  sgn: tl.sign,
  sigmoid: tl.sigmoid,
  sign: tl.sign,
  sin: tl.sin,
  sinc: tl.sinc,
  sinh: tl.sinh,
  sqrt: tl.sqrt,
  square: tl.square,
  tan: tl.tan,
  tanh: tl.tanh,
  trunc: tl.trunc,
  clone: (x) => x,
  contiguous: (x) => x,
  conj: (x) => x,
  conj_physical: (x) => x,
  resolve_conj: (x) => x,
  resolve_neg: (x) => x,
  real: (x) => x,
  'nn.functional.relu': tl.relu,
  'nn.functional.relu6': tl.relu6,
  'nn.functional.selu': tl.selu,
  'nn.functional.silu': tl.silu,
  'nn.functional.mish': tl.mish,
  'nn.functional.logsigmoid': tl.logSigmoid,
  'nn.functional.softsign': tl.softsign,
  'nn.functional.tanhshrink': tl.tanhshrink,
  'nn.functional.hardsigmoid': tl.hardsigmoid,
  'nn.functional.hardswish': tl.hardswish,
};

const binaryFunctions: Readonly<Record<string, Pair>> = {
  mul: tl.mul,
  maximum: tl.maximum,
  minimum: tl.minimum,
  fmax: tl.fmax,
  fmin: tl.fmin,
  remainder: tl.remainder,
  fmod: tl.fmod,
  floor_divide: tl.floorDivide,
  eq: tl.equal,
  ne: tl.notEqual,
  lt: tl.less,
  le: tl.lessEqual,
  gt: tl.greater,
  ge: tl.greaterEqual,
  logical_and: tl.logicalAnd,
  logical_or: tl.logicalOr,
  logical_xor: tl.logicalXor,
  bitwise_and: tl.bitwiseAnd,
  __rand__: tl.bitwiseAnd,
  __ror__: tl.bitwiseOr,
  __rxor__: tl.bitwiseXor,
  bitwise_or: tl.bitwiseOr,
  bitwise_xor: tl.bitwiseXor,
  bitwise_left_shift: tl.bitwiseLeftShift,
  bitwise_right_shift: tl.bitwiseRightShift,
  heaviside: tl.heaviside,
};

const floatFunctions: Readonly<Record<string, Pair>> = {
  pow: tl.pow,
  float_power: tl.pow,
  atan2: tl.atan2,
  hypot: tl.hypot,
  nextafter: tl.nextafter,
  copysign: tl.copysign,
  logaddexp: tl.logaddexp,
  logaddexp2: tl.logaddexp2,
  xlogy: tl.xlogy,
  'special.xlog1py': tl.xlog1py,
};

export const elementwiseOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  ...Object.fromEntries(Object.entries(unaryFunctions).map(([name, build]) => [name, one(build)])),
  ...Object.fromEntries(Object.entries(binaryFunctions).map(([name, build]) => [name, two(build)])),
  ...Object.fromEntries(Object.entries(floatFunctions).map(([name, build]) => [name, two(build, 'f32')])),
  add: scaledSum((a, b, alpha) => tl.add(a, times(b, alpha))),
  sub: scaledSum((a, b, alpha) => tl.sub(a, times(b, alpha))),
  rsub: scaledSum((a, b, alpha) => tl.sub(b, times(a, alpha))),
  div: division,
  true_divide: division,
  clamp: clamp(1, 2),
  clamp_min: clamp(1, undefined),
  clamp_max: clamp(undefined, 1),
  lerp: (call) => [
    tl.lerp(tensor(call, 0), operand(argument(call, 1, 'end')), operand(argument(call, 2, 'weight'))),
  ],
  addcmul: combination(tl.addcmul),
  addcdiv: combination(tl.addcdiv),
  round: (call) => [tl.round(tensor(call, 0), options(call, [[1, 'decimals', 'decimals']]))],
  nan_to_num: (call) => [
    tl.nanToNum(
      tensor(call, 0),
      options(call, [
        [1, 'nan', 'nan'],
        [2, 'posinf', 'posinf'],
        [3, 'neginf', 'neginf'],
      ]),
    ),
  ],
  polygamma: (call) =>
    // As a method, it has the order second.
    isTensorArgument(argument(call, 0, 'input'))
      ? [tl.polygamma(number(argument(call, 1, 'n'), 0), tensor(call, 0))]
      : [tl.polygamma(number(argument(call, 0, 'n'), 0), tensor(call, 1))],
  isclose: (call) => [
    tl.isClose(tensor(call, 0), tensor(call, 1), {
      ...options(call, [
        [2, 'rtol', 'rtol'],
        [3, 'atol', 'atol'],
      ]),
      equalNan: call.kwargs['equal_nan'] === true,
    }),
  ],
  // OpInfo puts what is chosen where the condition holds first.
  where: (call) => {
    const [x = 0, y = 0] = promoted([operand(argument(call, 0)), operand(argument(call, 2, 'other'))]);
    return [tl.where(tensor(call, 1, 'condition'), x, y)];
  },
  masked_fill: (call) => [
    tl.where(tensor(call, 1, 'mask'), operand(argument(call, 2, 'value')), tensor(call, 0)),
  ],
  fill: filledLike((call) => number(argument(call, 1, 'value'), 0)),
  full_like: filledLike((call) => number(argument(call, 1, 'fill_value'), 0)),
  zeros_like: filledLike(() => 0),
  ones_like: filledLike(() => 1),
  softmax: alongAxis(tl.softmax),
  log_softmax: alongAxis(tl.logSoftmax),
  'nn.functional.softmin': alongAxis(tl.softmin),
  'nn.functional.glu': alongAxis(tl.glu),
  'nn.functional.leaky_relu': withNumber(tl.leakyRelu, 'negative_slope'),
  'nn.functional.elu': withNumber(tl.elu, 'alpha'),
  'nn.functional.celu': withNumber(tl.celu, 'alpha'),
  'nn.functional.hardshrink': withNumber(tl.hardshrink, 'lambd'),
  'nn.functional.softshrink': withNumber(tl.softshrink, 'lambd'),
  'nn.functional.gelu': (call) => [
    tl.gelu(tensor(call, 0), { approximate: call.kwargs['approximate'] === 'tanh' ? 'tanh' : 'none' }),
  ],
  'nn.functional.softplus': (call) => [
    tl.softplus(
      tensor(call, 0),
      options(call, [
        [1, 'beta', 'beta'],
        [2, 'threshold', 'threshold'],
      ]),
    ),
  ],
  'nn.functional.hardtanh': (call) => [
    tl.hardtanh(
      tensor(call, 0),
      options(call, [
        [1, 'min_val', 'min'],
        [2, 'max_val', 'max'],
      ]),
    ),
  ],
  'nn.functional.threshold': (call) => [
    tl.threshold(
      tensor(call, 0),
      number(argument(call, 1, 'threshold'), 0),
      number(argument(call, 2, 'value'), 0),
    ),
  ],
  'nn.functional.prelu': (call) => [tl.prelu(tensor(call, 0), tensor(call, 1, 'weight'))],
};
