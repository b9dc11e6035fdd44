// Convolution and pooling as PyTorch's OpInfo calls them.
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  maxPoolWithIndices,
  type AdaptiveSize,
  type AveragePoolingOptions,
  type ConvolutionOptions,
  type PerAxis,
  type Tensor,
  type TransposedConvolutionOptions,
} from 'tapeless';
import { named, optionsOf, tensorOf } from './arguments.ts';
import type { OpinfoOperator } from './opinfo.ts';

const ourNames = {
  output_padding: 'outputPadding',
  ceil_mode: 'ceilMode',
  count_include_pad: 'countIncludePad',
  divisor_override: 'divisorOverride',
} as const;

type Apply<Second, Options> = (x: Tensor, second: Second, options: Options) => Tensor;

export function convolution<Options>(apply: Apply<Tensor, Options>, last: readonly string[]): OpinfoOperator {
  return (call) => {
    const given = named(call, ['input', 'weight', 'bias', 'stride', 'padding', ...last]);
    // What the call gives by name are the options of these functions.
    const options = optionsOf(given, ['input', 'weight'], ourNames) as Options;
    return [apply(tensorOf(given, 'input'), tensorOf(given, 'weight'), options)];
  };
}

const average = ['ceil_mode', 'count_include_pad', 'divisor_override'] as const;

export function averagePooling(apply: Apply<PerAxis, AveragePoolingOptions>): OpinfoOperator {
  return (call) => {
    const given = named(call, ['input', 'kernel_size', 'stride', 'padding', ...average]);
    const options = optionsOf(given, ['input', 'kernel_size'], ourNames) as AveragePoolingOptions;
    return [apply(tensorOf(given, 'input'), given.kernel_size as PerAxis, options)];
  };
}

const maximum = ['dilation', 'ceil_mode', 'return_indices'] as const;

export function maxPooling(rank: number): OpinfoOperator {
  return (call) => {
    const given = named(call, ['input', 'kernel_size', 'stride', 'padding', ...maximum]);
    const { kernel_size: kernel, return_indices: withIndices } = given;
    const options = optionsOf(given, ['input', 'kernel_size', 'return_indices'], ourNames);
    const size = [kernel].flat() as readonly number[];
    const { values, indices } = maxPoolWithIndices(
      tensorOf(given, 'input'),
      Array.from({ length: rank }, (_, at) => size[at] ?? size[0] ?? 0),
      options,
    );
    return withIndices === true ? [values, indices] : [values];
  };
}

export function adaptive(apply: (x: Tensor, size: AdaptiveSize) => Tensor): OpinfoOperator {
  return (call) => {
    const given = named(call, ['input', 'output_size']);
    return [apply(tensorOf(given, 'input'), given.output_size as AdaptiveSize)];
  };
}

const direct = ['dilation', 'groups'] as const;
export const transposed = ['output_padding', 'groups', 'dilation'] as const;

export const convolutionOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  'nn.functional.conv1d': convolution<ConvolutionOptions>(conv1d, direct),
  'nn.functional.conv2d': convolution<ConvolutionOptions>(conv2d, direct),
  'nn.functional.conv_transpose1d': convolution<TransposedConvolutionOptions>(convTranspose1d, transposed),
  'nn.functional.conv_transpose2d': convolution<TransposedConvolutionOptions>(convTranspose2d, transposed),
  'nn.functional.avg_pool1d': averagePooling(avgPool1d),
  'nn.functional.avg_pool2d': averagePooling(avgPool2d),
  'nn.functional.max_pool1d': maxPooling(1),
  'nn.functional.max_pool2d': maxPooling(2),
  'nn.functional.adaptive_avg_pool1d': adaptive(adaptiveAvgPool1d),
  'nn.functional.adaptive_avg_pool2d': adaptive(adaptiveAvgPool2d),
};
