// Rectifiers beyond ReLU: activations that are linear above 0, or nearly so. Forms as in ./activation.ts.
import type { FloatDType, DType } from '../ir/dtype.ts';
import { isTensor, makeNode, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape } from '../ir/size.ts';
import type { Same } from '../ir/types/layer.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { add, greater, lessEqual, mul } from '../ops/arithmetic.ts';
import { floats } from '../ops/elementwise-parts.ts';
import { alignOf } from '../ops/elementwise.ts';
import { exponentialLinear, geluOp, softplus as stableSoftplus } from '../ops/activation.ts';
import { byMode, requireFloat } from '../ops/leaf.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { randomUniform } from '../ops/random.ts';
import { reshape } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import {
  activation,
  cut,
  numberActivation,
  optionActivation,
  type Activation,
  type NumberActivation,
  type OptionActivation,
} from './activation.ts';
import { constantInit } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import {
  badOption,
  checkNames,
  checkOption,
  chosen,
  finite,
  positiveWhole,
  type AllowedRange,
} from '../ops/option.ts';

/** `x > 0 ? x : slope · x` (PyTorch's `LeakyReLU`); the slope is 0.01 unless given, and the gradient at 0. */
export const leakyRelu: NumberActivation<'leakyRelu'> = numberActivation(
  'leakyRelu',
  { parameter: 'slope', absent: 0.01, allowed: finite },
  (x, slope) => where(greater(x, 0), x, mul(x, slope)),
);

const notZero: AllowedRange = {
  text: 'a finite number other than 0',
  holds: (value) => Number.isFinite(value) && value !== 0,
};

/**
 * `x > 0 ? x : alpha · (e^x - 1)`; alpha is 1 unless given, and the gradient at 0 (Clevert et al. 2015; PyTorch's
 * `ELU`).
 */
export const elu: NumberActivation<'elu'> = numberActivation(
  'elu',
  { parameter: 'alpha', absent: 1, allowed: finite },
  (x, alpha) => exponentialLinear(x, { alpha }),
);

/** `x > 0 ? x : alpha · (e^(x / alpha) - 1)`; alpha is 1 unless given (Barron 2017; PyTorch's `CELU`). */
export const celu: NumberActivation<'celu'> = numberActivation(
  'celu',
  { parameter: 'alpha', absent: 1, allowed: notZero },
  (x, alpha) => exponentialLinear(x, { alpha, divisor: alpha }),
);

/**
 * `1.0507 · (x > 0 ? x : 1.6733 · (e^x - 1))`, which keeps mean 0 and variance 1 (Klambauer et al. 2017; PyTorch's
 * `SELU`).
 */
export const selu: Activation<'selu'> = activation('selu', (x) =>
  exponentialLinear(x, { alpha: 1.6732632423543772, scale: 1.0507009873554805 }),
);

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `none`: the error function; `tanh`: an approximation by tanh. Default `none`. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * `x · ½(1 + erf(x/√2))`, or with tanh `x · ½(1 + tanh(√(2/π)(x + 0.044715·x³)))` (Hendrycks and Gimpel 2016; PyTorch's
 * `GELU`).
 */
export const gelu: OptionActivation<'gelu', GeluOptions> = optionActivation(
  'gelu',
  {
    names: ['approximate'],
    check: ({ approximate = 'none' }) => chosen('gelu', 'approximate', approximate, { none: 0, tanh: 0 }),
  },
  (x, { approximate = 'none' }: GeluOptions) => makeNode(geluOp, [x], { approximate }),
);

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** How sharp the bend is, default 1. */
  readonly beta?: number;
  /** Where `beta · x` is above it the result is `x`, default 20. */
  readonly threshold?: number;
}

/**
 * `ln(1 + e^(beta · x)) / beta`, without overflow, and `x` where `beta · x` is above the threshold (PyTorch's
 * `Softplus`).
 */
export const softplus: OptionActivation<'softplus', SoftplusOptions> = optionActivation(
  'softplus',
  {
    names: ['beta', 'threshold'],
    check: ({ beta = 1, threshold: limit = 20 }) => {
      checkOption('softplus', 'beta', beta, notZero);
      checkOption('softplus', 'threshold', limit, finite);
    },
  },
  (x, { beta = 1, threshold: limit = 20 }: SoftplusOptions) => stableSoftplus(x, beta, limit),
);

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** Default -1. */
  readonly min?: number;
  /** Default 1. */
  readonly max?: number;
}

/**
 * `min(max(x, options.min), options.max)`, ±1 unless given (PyTorch's `Hardtanh`); unlike `clamp`'s, the gradient at
 * the bounds is 0.
 */
export const hardtanh: OptionActivation<'hardtanh', HardtanhOptions> = optionActivation(
  'hardtanh',
  {
    names: ['min', 'max'],
    check: ({ min = -1, max = 1 }) => {
      checkOption('hardtanh', 'min', min, finite);
      checkOption('hardtanh', 'max', max, finite);
    },
  },
  (x, { min = -1, max = 1 }: HardtanhOptions) => cut(x, min, max),
);

/**
 * `x > limit ? x : value` (PyTorch's `Threshold`): what is up to a limit becomes one value. The gradient at the
 * limit is 0.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function threshold(limit: number, value: number): Layer<Same>;
/** `x > limit ? x : value`. Without the tensor it is a layer. */
export function threshold<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'threshold'>, Tensor<S, D>>,
  limit: number,
  value: number,
): Tensor<S, D>;
export function threshold(first: Tensor | number, second: number, third?: number): Layer | Tensor {
  const [limit, value] = typeof first === 'number' ? [first, second] : [second, third ?? Number.NaN];
  checkOption('threshold', 'limit', limit, finite);
  checkOption('threshold', 'value', value, finite);
  const formula = (x: Tensor): Tensor => {
    alignOf('threshold', [x], floats);
    return where(lessEqual(x, limit), value, x);
  };
  if (typeof first !== 'number') {
    requireTensors('threshold', first);
    return composite('threshold', () => formula(first));
  }
  return defineLayer<Same>({ type: 'threshold', label: `threshold(${limit}, ${value})`, apply: formula });
}

/** Options of {@link prelu} as a layer. */
export interface PreluOptions {
  /** How many slopes are learned: 1, or as many as axis 1 has. Default 1. */
  readonly numParameters?: number;
  /** The first value of all slopes, default 0.25. */
  readonly init?: number;
  /** Name of the layer, default: its type and a number. */
  readonly name?: string;
}

/**
 * `x > 0 ? x : weight · x` with learned slopes `weight [numParameters]`, one for all or one a channel of axis 1
 * (He et al. 2015, PyTorch's `PReLU`). At 0 the gradient is the slope.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function prelu(options?: PreluOptions): Layer<Same>;
/**
 * `x > 0 ? x : weight · x`, the weight being a scalar, `[1]`, or one number a channel of axis 1.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for another number of weights
 */
export function prelu<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'prelu'>, Tensor<S, D>>,
  weight: Tensor,
): Tensor<S, D>;
export function prelu(first: Tensor | PreluOptions = {}, weight?: Tensor): Layer | Tensor {
  if (weight !== undefined) {
    requireTensors('prelu', first, weight);
    // It is a tensor, or the line above would have refused it.
    const x = first as Tensor;
    return composite('prelu', () => learnedSlope('prelu', x, weight));
  }
  if (isTensor(first)) requireTensors('prelu', first, weight);
  // Without a weight it is the options of a layer.
  const options = first as PreluOptions;
  checkNames('prelu', options, ['numParameters', 'init', 'name']);
  const { numParameters = 1, init = 0.25, name } = options;
  checkOption('prelu', 'numParameters', numParameters, positiveWhole);
  checkOption('prelu', 'init', init, finite);
  return defineLayer<Same>({
    type: 'prelu',
    label: numParameters === 1 ? 'prelu()' : `prelu({ numParameters: ${numParameters} })`,
    name,
    apply: (x, { title, parameter }) => {
      requireFloat(title, x);
      const dtype = x.dtype === 'f64' ? 'f64' : 'f32';
      return learnedSlope(title, x, parameter('weight', [numParameters], constantInit(init), dtype));
    },
  });
}

function learnedSlope(title: string, x: Tensor, weight: Tensor): Tensor {
  alignOf(title, [x], floats);
  const count = weight.shape[0] ?? 1;
  const channels = x.shape.length > 1 ? x.shape[1] : 1;
  if (weight.shape.length > 1 || (count !== 1 && count !== channels)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: 'the weights are neither one nor one a channel',
      expectation: 'takes a scalar, [1], or as many weights as axis 1 of x has',
      operands: [x, weight],
    });
  }
  const isPositive = greater(x, 0);
  const slope =
    count === 1 ? reshape(weight, []) : reshape(weight, [count, ...x.shape.slice(2).map(() => 1)]);
  // What is above 0 is kept out of the product, so that no infinity meets a zero in the gradient of the weight.
  return where(isPositive, x, mul(where(isPositive, 0, x), slope));
}

/** Options of {@link rrelu}. */
export interface RreluOptions {
  /** Lowest slope, default 1/8. */
  readonly lower?: number;
  /** Highest slope, default 1/3. */
  readonly upper?: number;
}

/**
 * `x > 0 ? x : slope · x`; while training every element draws its slope anew from `lower … upper`, in evaluate and predict
 * it is their mean (Xu et al. 2015, PyTorch's `RReLU`).
 */
export const rrelu: OptionActivation<'rrelu', RreluOptions> = optionActivation(
  'rrelu',
  {
    names: ['lower', 'upper'],
    check: ({ lower = 1 / 8, upper = 1 / 3 }) => {
      checkOption('rrelu', 'lower', lower, finite);
      checkOption('rrelu', 'upper', upper, finite);
      if (lower > upper) throw badOption('rrelu', `lower is ${lower}`, `has to be at most upper, ${upper}`);
    },
  },
  (x, { lower = 1 / 8, upper = 1 / 3 }: RreluOptions) => {
    const uniform = cast(randomUniform(x.shape, { name: 'rrelu' }), x.dtype);
    const drawn = add(mul(uniform, upper - lower), lower);
    const sloped = byMode(mul(x, drawn), mul(x, (lower + upper) / 2));
    return where(greater(x, 0), x, sloped);
  },
);
