// First values of parameters, as graphs of random numbers that a session evaluates once when it starts: constants,
// uniform and normal draws, and the variance-preserving schemes with their gains and fans (as PyTorch's `nn.init`).
import { ShapeError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, multiplySizes, printShape, type Shape } from '../ir/size.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { scalar } from '../ops/leaf.ts';
import { filled, randomNormal, uniformBetween, type RandomOptions } from '../ops/random.ts';
import { checkNames, badOption, checkOption, chosen, finite, nonNegative } from '../ops/option.ts';

/** What an initialiser may know of the parameter that it fills. */
export interface InitialContext {
  /** Full name, for example `iris/linear1.weight`; it names the random stream. */
  readonly name: string;
}

/** The first value of a parameter of `shape`, as a float graph of that shape. */
export type Initialiser = (shape: Shape, context: InitialContext) => Tensor;

/** A stream of its own for every parameter; its numbers do not depend on the step at which a session starts. */
export function initialStream({ name }: InitialContext): RandomOptions {
  return { name: `init/${name}`, counter: scalar(0, 'i32') };
}

/**
 * `w = value` everywhere (PyTorch's `constant_`).
 * @throws {DeclarationError} `E_OPTION` for a value that is not finite
 */
export function constantInit(value: number): Initialiser {
  checkOption('constantInit', 'value', value, finite);
  return (shape) => composite('constantInit', () => filled(shape, value));
}

/** `w = 0` everywhere (PyTorch's `zeros_`). */
export const zeros: Initialiser = (shape) => composite('zeros', () => filled(shape, 0));

/** `w = 1` everywhere (PyTorch's `ones_`). */
export const ones: Initialiser = (shape) => composite('ones', () => filled(shape, 1));

/**
 * Uniform in `[low, high)` (PyTorch's `uniform_`); defaults 0 and 1.
 * @throws {DeclarationError} `E_OPTION` unless `low ≤ high`, both finite
 */
export function uniform(low = 0, high = 1): Initialiser {
  checkOption('uniform', 'low', low, finite);
  checkOption('uniform', 'high', high, finite);
  if (low > high) throw badOption('uniform', `low is ${low}`, `has to be at most high, which is ${high}`);
  return (shape, context) =>
    composite('uniform', () => uniformBetween(shape, low, high, initialStream(context)));
}

/**
 * Normal, `N(mean, std²)`; defaults: mean 0, standard deviation 1 (PyTorch's `normal_`).
 * @throws {DeclarationError} `E_OPTION` for a negative deviation
 */
export function normal(mean = 0, std = 1): Initialiser {
  checkOption('normal', 'mean', mean, finite);
  checkOption('normal', 'std', std, nonNegative);
  return (shape, context) =>
    composite('normal', () => add(mul(randomNormal(shape, initialStream(context)), std), mean));
}

/** Activations whose gain is known. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

const gains: Readonly<Record<Nonlinearity, (slope: number) => number>> = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/**
 * The factor by which weights before a nonlinearity are scaled to keep the variance (PyTorch's `calculate_gain`):
 * `√2` for relu, `√(2 / (1 + slope²))` for leakyRelu, `5 / 3` for tanh, `3 / 4` for selu, 1 otherwise.
 * @param slope negative slope of `leakyRelu`, default 0.01; the others ignore it
 * @throws {DeclarationError} `E_OPTION` for an unknown nonlinearity
 */
export function gain(nonlinearity: Nonlinearity, slope = 0.01): number {
  return chosen('gain', 'nonlinearity', nonlinearity, gains)(slope);
}

export interface Fans {
  readonly in: number;
  readonly out: number;
}

/** Inputs that feed an element of the output, and outputs that an element of the input feeds. */
export function fansOf(call: string, shape: Shape): Fans {
  const [outputs, inputs, ...window] = shape;
  const field = elementCount(window);
  const out = outputs === undefined ? undefined : multiplySizes(outputs, field);
  const into = inputs === undefined ? undefined : multiplySizes(inputs, field);
  if (typeof into !== 'number' || typeof out !== 'number') {
    throw new ShapeError(
      'E_RANK',
      `${call}: ${printShape(shape)} has no fan in and fan out; it takes [out, in, …] with sizes that are numbers`,
    );
  }
  return { in: into, out };
}

/** Options of the Xavier initialisers. */
export interface XavierOptions {
  /** Factor on the standard deviation, default 1; see {@link gain}. */
  readonly gain?: number;
}

function xavierDeviation(call: string, shape: Shape, factor: number): number {
  const fans = fansOf(call, shape);
  return factor * Math.sqrt(2 / (fans.in + fans.out));
}

/**
 * Uniform in `±gain · √(6 / (fan in + fan out))` (Glorot and Bengio 2010; PyTorch's `xavier_uniform_`).
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK`
 * for fewer than two axes
 */
export function xavierUniform(options: XavierOptions = {}): Initialiser {
  checkNames('xavierUniform', options, ['gain']);
  const { gain: factor = 1 } = options;
  checkOption('xavierUniform', 'gain', factor, nonNegative);
  return (shape, context) => {
    const bound = Math.sqrt(3) * xavierDeviation('xavierUniform', shape, factor);
    return composite('xavierUniform', () => uniformBetween(shape, -bound, bound, initialStream(context)));
  };
}

/**
 * Normal with standard deviation `gain · √(2 / (fan in + fan out))` (Glorot and Bengio 2010; PyTorch's
 * `xavier_normal_`).
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK`
 * for fewer than two axes
 */
export function xavierNormal(options: XavierOptions = {}): Initialiser {
  checkNames('xavierNormal', options, ['gain']);
  const { gain: factor = 1 } = options;
  checkOption('xavierNormal', 'gain', factor, nonNegative);
  return (shape, context) => {
    const deviation = xavierDeviation('xavierNormal', shape, factor);
    return composite('xavierNormal', () => mul(randomNormal(shape, initialStream(context)), deviation));
  };
}

/** Options of the Kaiming initialisers. */
export interface KaimingOptions {
  /** Negative slope of the leaky ReLU that follows, default 0: a ReLU. */
  readonly a?: number;
  /** Keep the variance of activations (`fanIn`, default) or of gradients (`fanOut`). */
  readonly mode?: 'fanIn' | 'fanOut';
  /** What follows the weights, default `leakyRelu`. */
  readonly nonlinearity?: Nonlinearity;
}

const fanOfMode: Readonly<Record<'fanIn' | 'fanOut', keyof Fans>> = { fanIn: 'in', fanOut: 'out' };

function kaimingDeviation(call: string, options: KaimingOptions): (shape: Shape) => number {
  checkNames(call, options, ['a', 'mode', 'nonlinearity']);
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  checkOption(call, 'a', a, finite);
  const factor = gain(nonlinearity, a);
  const fan = chosen(call, 'mode', mode, fanOfMode);
  return (shape) => factor / Math.sqrt(fansOf(call, shape)[fan]);
}

/**
 * Uniform in `±gain · √(3 / fan)` (He et al. 2015; PyTorch's `kaiming_uniform_`).
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK`
 * for fewer than two axes
 */
export function kaimingUniform(options: KaimingOptions = {}): Initialiser {
  const deviation = kaimingDeviation('kaimingUniform', options);
  return (shape, context) => {
    const bound = Math.sqrt(3) * deviation(shape);
    return composite('kaimingUniform', () => uniformBetween(shape, -bound, bound, initialStream(context)));
  };
}

/**
 * Normal with standard deviation `gain / √fan` (He et al. 2015; PyTorch's `kaiming_normal_`).
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK`
 * for fewer than two axes
 */
export function kaimingNormal(options: KaimingOptions = {}): Initialiser {
  const deviation = kaimingDeviation('kaimingNormal', options);
  return (shape, context) =>
    composite('kaimingNormal', () => mul(randomNormal(shape, initialStream(context)), deviation(shape)));
}
