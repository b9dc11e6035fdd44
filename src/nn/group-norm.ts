// Group normalisation: every example by itself, its channels in groups.
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, printShape, printSize } from '../ir/size.ts';
import type { Channels } from '../ir/types/layer.ts';
import { mul } from '../ops/arithmetic.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { reshape } from '../ops/reshape.ts';
import { ones, zeros } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, finite, nonNegative, positiveWhole } from '../ops/option.ts';
import {
  affine,
  alongOthers,
  checkPart,
  floatDType,
  inverseDeviation,
  refuseSingleValue,
  statisticsOf,
  type AffineParts,
} from './standardise.ts';

/** Options of {@link groupNorm} as a layer. */
export interface GroupNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
  /** Whether a learned weight and bias of every channel follow, default true. */
  readonly affine?: boolean;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/** Options of {@link groupNorm} as a function; tensors are `[C]`. */
export interface GroupNormCall {
  /** Factor of every channel, default 1. */
  readonly weight?: Tensor;
  /** Offset of every channel, default 0. */
  readonly bias?: Tensor;
  /** Added to the variance, default 1e-5. */
  readonly eps?: number;
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` with mean and biased variance of every example and group of channels
 * (Wu and He 2018; PyTorch's `GroupNorm`): `x` is `[N, channels, …]`, kept; consecutive channels make a group. The same in
 * every mode. Leaves `weight` and `bias` are `[channels]`, starting at 1 and 0.
 * @throws {DeclarationError} `E_OPTION` unless `groups` divides `channels`, or for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for another number of channels
 */
export function groupNorm<C extends number>(
  groups: number,
  channels: C,
  options?: GroupNormOptions,
): Layer<Channels<C, 'groupNorm'>>;
/** Group normalisation with a given weight and bias (PyTorch's `group_norm`). Without the tensor it is a layer. */
export function groupNorm<T extends Tensor>(x: T, groups: number, options?: GroupNormCall): T;
export function groupNorm(
  first: Tensor | number,
  second: number,
  third: GroupNormOptions | GroupNormCall = {},
): Layer | Tensor {
  if (isTensor(first)) {
    checkOption('groupNorm', 'groups', second, positiveWhole);
    checkNames('groupNorm', third, ['weight', 'bias', 'eps']);
    // The function has these options.
    const { weight, bias, eps = 1e-5 } = third as GroupNormCall;
    checkOption('groupNorm', 'eps', eps, finite);
    return composite('groupNorm', () => normalised('groupNorm', first, second, eps, { weight, bias }));
  }
  checkOption('groupNorm', 'groups', first, positiveWhole);
  checkOption('groupNorm', 'channels', second, positiveWhole);
  if (second % first !== 0)
    throw badOption('groupNorm', `groups is ${first}`, `has to divide ${second} channels`);
  checkNames('groupNorm', third, ['eps', 'affine', 'name']);
  // The layer has these options.
  const { eps = 1e-5, affine: learned = true, name } = third as GroupNormOptions;
  checkOption('groupNorm', 'eps', eps, nonNegative);
  return defineLayer({
    type: 'groupNorm',
    label: `groupNorm(${first}, ${second})`,
    name,
    apply: (x, { title, parameter }) => {
      const dtype = floatDType(title, x);
      if (x.shape[1] !== second) {
        throw shapeMismatch({
          code: 'E_SHAPE_MISMATCH',
          operation: title,
          problem: `the input has shape ${printShape(x.shape)}, the layer normalises ${second} channels on axis 1`,
          expectation: `takes [N, ${second}, ...]`,
          operands: [x],
        });
      }
      return normalised(title, x, first, eps, {
        weight: learned ? parameter('weight', [second], ones, dtype) : undefined,
        bias: learned ? parameter('bias', [second], zeros, dtype) : undefined,
      });
    },
  });
}

function normalised(
  call: string,
  x: Tensor,
  groups: number,
  eps: number,
  { weight, bias }: AffineParts,
): Tensor {
  floatDType(call, x);
  const [size = 1, channels, ...positions] = x.shape;
  if (typeof channels !== 'number' || channels % groups !== 0) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `${channels === undefined ? 'no' : printSize(channels)} channels do not make ${groups} groups`,
      expectation: `takes [N, C, ...] where ${groups} divides C`,
      operands: [x],
    });
  }
  checkPart(call, x, 'weight', weight, [channels]);
  checkPart(call, x, 'bias', bias, [channels]);
  const inGroup = channels / groups;
  // As PyTorch, which lets batches of several examples pass.
  if (size === 1) refuseSingleValue(call, x, elementCount([inGroup, ...positions]), 'group');
  const grouped = reshape(x, [size, groups, inGroup, ...positions]);
  const axes = grouped.shape.map((_, axis) => axis).slice(2);
  const { centred, variance } = statisticsOf(grouped, axes);
  const standardised = mul(centred, alongOthers(inverseDeviation(variance, eps), grouped, axes));
  const ofGroup = (part: Tensor | undefined): Tensor | undefined =>
    part === undefined ? undefined : reshape(part, [groups, inGroup]);
  return reshape(affine(standardised, [1, 2], { weight: ofGroup(weight), bias: ofGroup(bias) }), x.shape);
}
