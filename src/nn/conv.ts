// Convolutions, each in two forms: `conv2d(3, 8, 3)` is a layer that owns its weight, `conv2d(x, weight)` is a tensor.
import { isFloat, type FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape } from '../ir/size.ts';
import type { Convolved, Spatial } from '../ir/types/spatial.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import { pad } from '../ops/pad.ts';
import {
  convolve,
  convolveTransposed,
  geometryNames,
  paddingOf,
  transposedNames,
  type ConvolutionGeometry,
  type ConvolutionOptions,
  type TransposedConvolutionOptions,
} from './convolution.ts';
import { kaimingUniform, uniform, type Initialiser } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, chosen, positiveWhole } from '../ops/option.ts';
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
export interface ConvolutionLayerOptions extends ConvolutionGeometry, OwnedParameters {
  /** What stands in the padding: zeros (default), or elements of the input as `pad` takes them. */
  readonly paddingMode?: 'zeros' | 'reflect' | 'replicate' | 'circular';
}

/** Options of `convTranspose2d(inChannels, outChannels, kernel)` and its kin. */
export interface TransposedConvolutionLayerOptions
  extends Omit<TransposedConvolutionOptions, 'bias'>, OwnedParameters {}

const ownedNames = ['bias', 'name', 'weightInit', 'biasInit'] as const;

/** What tells one family of layers from another. */
interface Family {
  readonly call: string;
  readonly rank: number;
  readonly names: readonly string[];
  /** Options of the layer alone. */
  readonly layerNames: readonly string[];
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
    layerNames: ['paddingMode'],
    weight: (inputs, outputs, groups) => [outputs, inputs / groups],
    apply: (x, weight, options) => convolve(call, rank, x, weight, options),
  };
}

function transposed(call: string, rank: number): Family {
  return {
    call,
    rank,
    names: transposedNames,
    layerNames: [],
    weight: (inputs, outputs, groups) => [inputs, outputs / groups],
    apply: (x, weight, options) => convolveTransposed(call, rank, x, weight, options),
  };
}

type AnyOptions = ConvolutionLayerOptions & Omit<TransposedConvolutionOptions, 'bias'>;

function layerOf(
  { call, rank, names, layerNames, weight: weightSizes, apply }: Family,
  inChannels: number,
  outChannels: number,
  kernelSize: PerAxis,
  options: AnyOptions,
): Layer {
  checkNames(call, options, [...names, ...layerNames, ...ownedNames]);
  checkOption(call, 'inChannels', inChannels, positiveWhole);
  checkOption(call, 'outChannels', outChannels, positiveWhole);
  const kernel = perAxis(call, 'kernelSize', kernelSize, rank, positiveWhole);
  const {
    bias = true,
    name,
    weightInit = kaimingUniform({ a: Math.sqrt(5) }),
    biasInit,
    paddingMode = 'zeros',
    ...geometry
  } = options;
  chosen(call, 'paddingMode', paddingMode, paddingModes);
  const { groups = 1 } = geometry;
  checkOption(call, 'groups', groups, positiveWhole);
  for (const [what, channels] of Object.entries({ inChannels, outChannels })) {
    if (channels % groups !== 0)
      throw badOption(call, `${what} is ${channels}`, `has to be a multiple of groups, ${groups}`);
  }
  const shape = [...weightSizes(inChannels, outChannels, groups), ...kernel];
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const bound = 1 / Math.sqrt(fanIn);
  const given = Object.entries({ ...geometry, ...(paddingMode === 'zeros' ? {} : { paddingMode }) }).map(
    ([option, value]) => `${option}: ${printPerAxis(value)}`,
  );
  const rest = [...given, ...(bias ? [] : ['bias: false'])];
  return defineLayer({
    type: call,
    label: `${call}(${inChannels}, ${outChannels}, ${printPerAxis(kernelSize)}${rest.length === 0 ? '' : `, { ${rest.join(', ')} }`})`,
    name,
    apply: (x, { title, parameter }) => {
      const dtype = checkInput(title, x, rank, inChannels);
      const weight = parameter('weight', shape, weightInit, dtype);
      const surrounded = paddingMode === 'zeros' ? x : surround(call, x, kernel, geometry, paddingMode);
      return apply(surrounded, weight, {
        ...geometry,
        ...(paddingMode === 'zeros' ? {} : { padding: 0 }),
        bias: bias ? parameter('bias', [outChannels], biasInit ?? uniform(-bound, bound), dtype) : null,
      });
    },
  });
}

const paddingModes = { zeros: true, reflect: true, replicate: true, circular: true } as const;

/** The input with elements of its own around it. */
function surround(
  call: string,
  x: Tensor,
  kernel: readonly number[],
  { padding = 0, dilation = 1, stride = 1 }: ConvolutionGeometry,
  mode: Exclude<keyof typeof paddingModes, 'zeros'>,
): Tensor {
  const rank = kernel.length;
  const dilations = perAxis(call, 'dilation', dilation, rank, positiveWhole);
  const strides = perAxis(call, 'stride', stride, rank, positiveWhole);
  const reach = kernel.map((each, at) => (dilations[at] ?? 1) * (each - 1) + 1);
  const before = x.shape.slice(0, x.shape.length - rank).map((): readonly [number, number] => [0, 0]);
  const widths: readonly (readonly [number, number])[] = [
    ...before,
    ...paddingOf(call, padding, reach, strides),
  ];
  return pad(x, widths, { mode });
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

function dual<F>(family: Family): F {
  // The overloads of the type say what the two forms take and give; the family does it.
  return ((first: unknown, second: unknown, third?: unknown, fourth?: AnyOptions) =>
    either(family, first, second, third, fourth)) as F;
}

/**
 * A convolution in both forms. With channels it is a layer that holds `weight [out, in / groups, …kernel]` and
 * `bias [out]`, named and initialised as PyTorch's.
 */
interface Convolution<Call extends string, Rank extends number> {
  <
    In extends number,
    Out extends number,
    const K extends PerAxis,
    const O extends ConvolutionLayerOptions = object,
  >(
    inChannels: In,
    outChannels: Out,
    kernelSize: K,
    options?: O,
  ): Layer<Spatial<'convolved', Call, Rank, In, Out, K, O>>;
  <X extends Tensor, W extends Tensor, const O extends ConvolutionOptions = object>(
    x: X,
    weight: Checked<W, Convolved<'convolved', Call, Rank, X, W, O>>,
    options?: O,
  ): Result<Convolved<'convolved', Call, Rank, X, W, O>>;
}

/** A transposed convolution in both forms; the layer's `weight` is `[in, out / groups, …kernel]`. */
interface TransposedConvolution<Call extends string, Rank extends number> {
  <
    In extends number,
    Out extends number,
    const K extends PerAxis,
    const O extends TransposedConvolutionLayerOptions = object,
  >(
    inChannels: In,
    outChannels: Out,
    kernelSize: K,
    options?: O,
  ): Layer<Spatial<'transposed', Call, Rank, In, Out, K, O>>;
  <X extends Tensor, W extends Tensor, const O extends TransposedConvolutionOptions = object>(
    x: X,
    weight: Checked<W, Convolved<'transposed', Call, Rank, X, W, O>>,
    options?: O,
  ): Result<Convolved<'transposed', Call, Rank, X, W, O>>;
}

/**
 * `out[n, o, t] = bias[o] + Σ_c Σ_k weight[o, c, k] · x[n, c, t · stride + k · dilation - padding]`, with zeros outside
 * (cross-correlation, PyTorch's `conv1d` and `Conv1d`). `x` is `[N, C, L]` or `[C, L]`, the result as long as windows
 * fit: `⌊(L + 2 · padding - dilation · (kernel - 1) - 1) / stride⌋ + 1`.
 *
 * `conv1d(inChannels, outChannels, kernelSize, options)` is a layer, `conv1d(x, weight, options)` a tensor. With groups,
 * output channels of a group see the input channels of that group only.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for channels that do not fit or a kernel larger than the padded input,
 * `E_RANK`, `E_UNBOUND_DIM` for a spatial axis of a named size
 * @throws {DeclarationError} `E_OPTION`
 */
export const conv1d: Convolution<'conv1d', 1> = dual(direct('conv1d', 1));
/** {@link conv1d} over two axes: `x` is `[N, C, H, W]` or `[C, H, W]` (PyTorch's `conv2d`). */
export const conv2d: Convolution<'conv2d', 2> = dual(direct('conv2d', 2));
/** {@link conv1d} over three axes: `x` is `[N, C, D, H, W]` or `[C, D, H, W]` (PyTorch's `conv3d`). */
export const conv3d: Convolution<'conv3d', 3> = dual(direct('conv3d', 3));

/**
 * The gradient of {@link conv1d} by its input, as a function (PyTorch's `conv_transpose1d` and `ConvTranspose1d`):
 * `x[n, c, t]` adds `weight[c, o, k] · x[n, c, t]` to `out[n, o, t · stride + k · dilation - padding]`. The result has
 * `(L - 1) · stride - 2 · padding + dilation · (kernel - 1) + outputPadding + 1` elements.
 *
 * `convTranspose1d(inChannels, outChannels, kernelSize, options)` is a layer, `convTranspose1d(x, weight, options)` a
 * tensor.
 * @throws {ShapeError} as {@link conv1d} @throws {DeclarationError} `E_OPTION`, also for an `outputPadding` that is not
 * below stride or dilation
 */
export const convTranspose1d: TransposedConvolution<'convTranspose1d', 1> = dual(
  transposed('convTranspose1d', 1),
);
/** {@link convTranspose1d} over two axes (PyTorch's `conv_transpose2d`). */
export const convTranspose2d: TransposedConvolution<'convTranspose2d', 2> = dual(
  transposed('convTranspose2d', 2),
);
/** {@link convTranspose1d} over three axes (PyTorch's `conv_transpose3d`). */
export const convTranspose3d: TransposedConvolution<'convTranspose3d', 3> = dual(
  transposed('convTranspose3d', 3),
);
