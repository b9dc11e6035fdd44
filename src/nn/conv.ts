// Convolutions, each in two forms: `conv2d(3, 8, 3)` is a layer that owns its weight, `conv2d(x, weight)` is a tensor.
import { isFloat, type FloatDType } from '../ir/dtype.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { printShape } from '../ir/size.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import {
  convolve,
  convolveTransposed,
  geometryNames,
  transposedNames,
  type ConvolutionGeometry,
  type ConvolutionOptions,
  type TransposedConvolutionOptions,
} from './convolution.ts';
import { kaimingUniform, uniform, type Initialiser } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, positiveWhole } from './option.ts';
import { perAxis, printPerAxis, type PerAxis } from './spatial.ts';

interface OwnedParameters {
  /** Whether a bias is added, default true. */
  readonly bias?: boolean;
  /** Name of the layer, in scopes and of its parameters. */
  readonly name?: string;
  /** First values of the weight, default `kaimingUniform({ a: √5 })`. */
  readonly weightInit?: Initialiser;
  /** First values of the bias, default uniform in ±1/√(inputs of one output). */
  readonly biasInit?: Initialiser;
}

/** Options of `conv2d(inChannels, outChannels, kernel)` and its kin. */
export interface ConvolutionLayerOptions extends ConvolutionGeometry, OwnedParameters {}

/** Options of `convTranspose2d(inChannels, outChannels, kernel)` and its kin. */
export interface TransposedConvolutionLayerOptions
  extends Omit<TransposedConvolutionOptions, 'bias'>, OwnedParameters {}

const ownedNames = ['bias', 'name', 'weightInit', 'biasInit'] as const;

/** What tells one family of layers from another. */
interface Family {
  readonly call: string;
  readonly rank: number;
  readonly names: readonly string[];
  /** Leading sizes of the weight. */
  readonly weight: (inputs: number, outputs: number, groups: number) => readonly [number, number];
  readonly apply: (
    x: Tensor,
    weight: Tensor,
    options: ConvolutionOptions & TransposedConvolutionOptions,
  ) => Tensor;
}

function direct(call: string, rank: number): Family {
  return {
    call,
    rank,
    names: geometryNames,
    weight: (inputs, outputs, groups) => [outputs, inputs / groups],
    apply: (x, weight, options) => convolve(call, rank, x, weight, options),
  };
}

function transposed(call: string, rank: number): Family {
  return {
    call,
    rank,
    names: transposedNames,
    weight: (inputs, outputs, groups) => [inputs, outputs / groups],
    // Padding of a transposed convolution is numbers only, as its own options say.
    apply: (x, weight, options) => convolveTransposed(call, rank, x, weight, options),
  };
}

type AnyOptions = OwnedParameters & ConvolutionGeometry & Omit<TransposedConvolutionOptions, 'bias'>;

function layerOf(
  { call, rank, names, weight: weightSizes, apply }: Family,
  inChannels: number,
  outChannels: number,
  kernelSize: PerAxis,
  options: AnyOptions,
): Layer {
  checkNames(call, options, [...names, ...ownedNames]);
  checkOption(call, 'inChannels', inChannels, positiveWhole);
  checkOption(call, 'outChannels', outChannels, positiveWhole);
  const kernel = perAxis(call, 'kernelSize', kernelSize, rank, positiveWhole);
  const {
    bias = true,
    name,
    weightInit = kaimingUniform({ a: Math.sqrt(5) }),
    biasInit,
    ...geometry
  } = options;
  const { groups = 1 } = geometry;
  checkOption(call, 'groups', groups, positiveWhole);
  for (const [what, channels] of Object.entries({ inChannels, outChannels })) {
    if (channels % groups !== 0)
      throw badOption(call, `${what} is ${channels}`, `has to be a multiple of groups, ${groups}`);
  }
  const shape = [...weightSizes(inChannels, outChannels, groups), ...kernel];
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const bound = 1 / Math.sqrt(fanIn);
  const given = Object.entries(geometry).map(([option, value]) => `${option}: ${printPerAxis(value)}`);
  const rest = [...given, ...(bias ? [] : ['bias: false'])];
  return defineLayer({
    type: call,
    label: `${call}(${inChannels}, ${outChannels}, ${printPerAxis(kernelSize)}${rest.length === 0 ? '' : `, { ${rest.join(', ')} }`})`,
    name,
    apply: (x, { title, parameter }) => {
      const dtype = checkInput(title, x, rank, inChannels);
      const weight = parameter('weight', shape, weightInit, dtype);
      return apply(x, weight, {
        ...geometry,
        bias: bias ? parameter('bias', [outChannels], biasInit ?? uniform(-bound, bound), dtype) : null,
      });
    },
  });
}

function checkInput(title: string, x: Tensor, rank: number, inChannels: number): FloatDType {
  const channels = x.shape[x.shape.length - rank - 1];
  if (x.shape.length > rank + 2 || channels !== inChannels) {
    const axes = ['L', 'H, W', 'D, H, W'][rank - 1] ?? '…';
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the input has shape ${printShape(x.shape)}, the layer expects ${inChannels} channels`,
      expectation: `takes [N, ${inChannels}, ${axes}] or [${inChannels}, ${axes}]`,
      operands: [x],
    });
  }
  if (isFloat(x.dtype)) return x.dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
    help: "cast it, for example cast(x, 'f32')",
  });
}

/** Both forms of a family: a layer where channels are given, a tensor where tensors are. */
function either(
  family: Family,
  first: unknown,
  second: unknown,
  third: unknown,
  fourth: AnyOptions | undefined,
): Layer | Tensor {
  if (typeof first === 'number') {
    // What is no number is refused by the checks of the options.
    return layerOf(family, first, second as number, third as PerAxis, fourth ?? {});
  }
  const options = (third ?? {}) as ConvolutionOptions & TransposedConvolutionOptions;
  checkNames(family.call, options, [...family.names, 'bias']);
  return family.apply(first as Tensor, second as Tensor, options);
}

/** A convolution in both forms. */
interface Convolution {
  (inChannels: number, outChannels: number, kernelSize: PerAxis, options?: ConvolutionLayerOptions): Layer;
  (x: Tensor, weight: Tensor, options?: ConvolutionOptions): Tensor;
}

interface TransposedConvolution {
  (
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options?: TransposedConvolutionLayerOptions,
  ): Layer;
  (x: Tensor, weight: Tensor, options?: TransposedConvolutionOptions): Tensor;
}

function dual<F>(family: Family): F {
  return ((first: unknown, second: unknown, third?: unknown, fourth?: AnyOptions) =>
    either(family, first, second, third, fourth)) as F;
}

export const conv1d: Convolution = dual(direct('conv1d', 1));
export const conv2d: Convolution = dual(direct('conv2d', 2));
export const conv3d: Convolution = dual(direct('conv3d', 3));
export const convTranspose1d: TransposedConvolution = dual(transposed('convTranspose1d', 1));
export const convTranspose2d: TransposedConvolution = dual(transposed('convTranspose2d', 2));
export const convTranspose3d: TransposedConvolution = dual(transposed('convTranspose3d', 3));
void isTensor;
