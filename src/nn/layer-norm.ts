// Normalisation of every example by itself, over its last axes: layer normalisation and its form without a mean.
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { Application, AsShape, Trailing } from '../ir/types/layer.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { mul } from '../ops/arithmetic.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { mean } from '../ops/reduce.ts';
import { square } from '../ops/unary.ts';
import { ones, zeros } from './initialiser.ts';
import { defineLayer, type Layer, type LayerContext } from './layer.ts';
import { badOption, checkNames, checkOption, finite, nonNegative, describeValue } from '../ops/option.ts';
import {
  affine,
  alongOthers,
  checkPart,
  floatDType,
  inverseDeviation,
  statisticsOf,
  type AffineParts,
} from './standardise.ts';

/** Options of {@link layerNorm} as a layer. */
export interface LayerNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Whether a learned weight, and a bias, of the normalised shape follow; default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias where there is a weight, default true. */
  readonly bias?: boolean;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/** Options of {@link layerNorm} as a function; tensors have the normalised shape. */
export interface LayerNormCall {
  /** Factor, default 1. */
  readonly weight?: Tensor;
  /** Offset, default 0. */
  readonly bias?: Tensor;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

type NormalizedShape = number | readonly number[];

/**
 * `(x - mean) / √(variance + eps) · weight + bias` with mean and biased variance over the last axes, those of
 * `normalizedShape` (Ba et al. 2016; PyTorch's `LayerNorm`): `[…, ...normalizedShape]`, kept. The same in every mode.
 * Leaves are named as PyTorch's: `weight` and `bias`, of the normalised shape, starting at 1 and 0.
 * @throws {DeclarationError} `E_OPTION` for sizes that are not whole numbers, or options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the input has other last axes
 */
export function layerNorm<const N extends NormalizedShape>(
  normalizedShape: N,
  options?: LayerNormOptions,
): Layer<Trailing<'layerNorm', AsShape<N>>>;
/** Layer normalisation with a given weight and bias (PyTorch's `layer_norm`). Without the tensor it is a layer. */
export function layerNorm<T extends Tensor, const N extends NormalizedShape>(
  x: Checked<T, Application<Trailing<'layerNorm', AsShape<N>>, T>>,
  normalizedShape: N,
  options?: LayerNormCall,
): Result<Application<Trailing<'layerNorm', AsShape<N>>, T>>;
export function layerNorm(
  first: Tensor | NormalizedShape,
  second: NormalizedShape | LayerNormOptions = {},
  call: LayerNormCall = {},
): Layer | Tensor {
  if (isTensor(first)) {
    const sizes = sizesOf('layerNorm', second);
    const { weight, bias, eps = 1e-5 } = call;
    checkNames('layerNorm', call, ['weight', 'bias', 'eps']);
    checkOption('layerNorm', 'eps', eps, finite);
    return composite('layerNorm', () => {
      const axes = lastAxes('layerNorm', first, sizes);
      checkPart('layerNorm', first, 'weight', weight, sizes);
      checkPart('layerNorm', first, 'bias', bias, sizes);
      return standardised(first, axes, eps, { weight, bias });
    });
  }
  const sizes = sizesOf('layerNorm', first);
  // A layer has its options second.
  const options = second as LayerNormOptions;
  checkNames('layerNorm', options, ['eps', 'elementwiseAffine', 'bias', 'name']);
  const { eps = 1e-5, elementwiseAffine = true, bias = true, name } = options;
  checkOption('layerNorm', 'eps', eps, nonNegative);
  return defineLayer({
    type: 'layerNorm',
    label: `layerNorm(${printSizes(sizes)})`,
    name,
    apply: (x, context) => {
      const axes = lastAxes(context.title, x, sizes);
      return standardised(x, axes, eps, learned(x, sizes, elementwiseAffine, bias, context));
    },
  });
}

function standardised(x: Tensor, axes: readonly number[], eps: number, parts: AffineParts): Tensor {
  const { centred, variance } = statisticsOf(x, axes);
  return affine(mul(centred, alongOthers(inverseDeviation(variance, eps), x, axes)), axes, parts);
}

function learned(
  x: Tensor,
  sizes: readonly number[],
  elementwiseAffine: boolean,
  bias: boolean,
  { title, parameter }: LayerContext,
): AffineParts {
  const dtype = floatDType(title, x);
  return {
    weight: elementwiseAffine ? parameter('weight', sizes, ones, dtype) : undefined,
    bias: elementwiseAffine && bias ? parameter('bias', sizes, zeros, dtype) : undefined,
  };
}

/** @throws {DeclarationError} `E_OPTION` unless they are whole numbers, one or more */
function sizesOf(call: string, given: unknown): readonly number[] {
  const sizes: readonly unknown[] = Array.isArray(given) ? given : [given];
  const whole = sizes.filter(
    (size): size is number => typeof size === 'number' && Number.isInteger(size) && size >= 0,
  );
  if (whole.length === sizes.length && sizes.length > 0) return whole;
  throw badOption(
    call,
    `normalizedShape is ${describeValue(given)}`,
    'has to be a whole number of at least 0, or a list of them',
  );
}

function printSizes(sizes: readonly number[]): string {
  return sizes.length === 1 ? String(sizes[0]) : printShape(sizes);
}

/** The axes of the given sizes. @throws {ShapeError} `E_SHAPE_MISMATCH` unless the input ends with them */
function lastAxes(title: string, x: Tensor, sizes: readonly number[]): readonly number[] {
  floatDType(title, x);
  const rank = x.shape.length;
  if (rank >= sizes.length && shapesEqual(x.shape.slice(rank - sizes.length), sizes)) {
    return sizes.map((_, position) => rank - sizes.length + position);
  }
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: title,
    problem: `the input has shape ${printShape(x.shape)}, normalised are ${printShape(sizes)}`,
    expectation: `takes [..., ${sizes.join(', ')}]`,
    operands: [x],
  });
}

/** Options of {@link rmsNorm} as a layer. */
export interface RmsNormOptions {
  /** Added to the mean square; default: the distance from 1 to the next number of the dtype, as in PyTorch. */
  readonly eps?: number;
  /** Whether a learned weight of the normalised shape follows, default true. */
  readonly elementwiseAffine?: boolean;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/** Options of {@link rmsNorm} as a function. */
export interface RmsNormCall {
  /** Factor of the normalised shape, default 1. */
  readonly weight?: Tensor;
  /** Added to the mean square; default: the distance from 1 to the next number of the dtype. */
  readonly eps?: number;
}

/**
 * `x / √(mean of x² + eps) · weight` over the last axes, those of `normalizedShape` (Zhang and Sennrich 2019; PyTorch's
 * `RMSNorm`). The same in every mode. The leaf `weight` has the normalised shape and starts at 1.
 * @throws {DeclarationError} `E_OPTION` for sizes that are not whole numbers, or options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the input has other last axes
 */
export function rmsNorm<const N extends NormalizedShape>(
  normalizedShape: N,
  options?: RmsNormOptions,
): Layer<Trailing<'rmsNorm', AsShape<N>>>;
/** Root mean square normalisation with a given weight (PyTorch's `rms_norm`). Without the tensor it is a layer. */
export function rmsNorm<T extends Tensor, const N extends NormalizedShape>(
  x: Checked<T, Application<Trailing<'rmsNorm', AsShape<N>>, T>>,
  normalizedShape: N,
  options?: RmsNormCall,
): Result<Application<Trailing<'rmsNorm', AsShape<N>>, T>>;
export function rmsNorm(
  first: Tensor | NormalizedShape,
  second: NormalizedShape | RmsNormOptions = {},
  call: RmsNormCall = {},
): Layer | Tensor {
  if (isTensor(first)) {
    const sizes = sizesOf('rmsNorm', second);
    checkNames('rmsNorm', call, ['weight', 'eps']);
    if (call.eps !== undefined) checkOption('rmsNorm', 'eps', call.eps, finite);
    return composite('rmsNorm', () => {
      const axes = lastAxes('rmsNorm', first, sizes);
      checkPart('rmsNorm', first, 'weight', call.weight, sizes);
      return ofUnitSquare(first, axes, call.eps, { weight: call.weight, bias: undefined });
    });
  }
  const sizes = sizesOf('rmsNorm', first);
  // A layer has its options second.
  const options = second as RmsNormOptions;
  checkNames('rmsNorm', options, ['eps', 'elementwiseAffine', 'name']);
  const { eps, elementwiseAffine = true, name } = options;
  if (eps !== undefined) checkOption('rmsNorm', 'eps', eps, nonNegative);
  return defineLayer({
    type: 'rmsNorm',
    label: `rmsNorm(${printSizes(sizes)})`,
    name,
    apply: (x, context) => {
      const axes = lastAxes(context.title, x, sizes);
      return ofUnitSquare(x, axes, eps, learned(x, sizes, elementwiseAffine, false, context));
    },
  });
}

function ofUnitSquare(
  x: Tensor,
  axes: readonly number[],
  eps: number | undefined,
  parts: AffineParts,
): Tensor {
  const least = eps ?? (x.dtype === 'f64' ? Number.EPSILON : 2 ** -23);
  return affine(mul(x, alongOthers(inverseDeviation(mean(square(x), axes), least), x, axes)), axes, parts);
}
