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
import type { Argument, Call, OpinfoOperator } from './opinfo.ts';

/** Arguments by our names: PyTorch's parameters in order, then those given by name. */
function named(call: Call, parameters: Readonly<Record<string, string>>): Record<string, Argument> {
  const order = Object.values(parameters);
  const positional = call.args.map((value, position) => [order[position] ?? '', value] as const);
  const keywords = Object.entries(call.kwargs).map(
    ([name, value]) => [parameters[name] ?? name, value] as const,
  );
  return Object.fromEntries([...positional, ...keywords]);
}

type Apply<Second, Options> = (x: Tensor, second: Second, options: Options) => Tensor;

const geometry = { stride: 'stride', padding: 'padding' } as const;
const operands = { input: 'x', weight: 'weight', bias: 'bias', ...geometry } as const;

function convolution<Options>(
  apply: Apply<Tensor, Options>,
  rest: Readonly<Record<string, string>>,
): OpinfoOperator {
  return (call) => {
    const { x, weight, ...options } = named(call, { ...operands, ...rest });
    return [apply(x as Tensor, weight as Tensor, options as Options)];
  };
}

function pooling<Options>(apply: Apply<PerAxis, Options>): OpinfoOperator {
  return (call) => {
    const { x, kernelSize, ...options } = named(call, {
      input: 'x',
      kernel_size: 'kernelSize',
      ...geometry,
      ceil_mode: 'ceilMode',
      count_include_pad: 'countIncludePad',
      divisor_override: 'divisorOverride',
    });
    return [apply(x as Tensor, kernelSize as PerAxis, options as Options)];
  };
}

/** A size for every one of the last axes. */
function maxPooling(rank: number): OpinfoOperator {
  return (call) => {
    const { x, kernelSize, returnIndices, ...options } = named(call, {
      input: 'x',
      kernel_size: 'kernelSize',
      ...geometry,
      dilation: 'dilation',
      ceil_mode: 'ceilMode',
      return_indices: 'returnIndices',
    });
    const sizes = typeof kernelSize === 'number' ? [kernelSize] : (kernelSize as readonly number[]);
    const all = sizes.length === rank ? sizes : Array.from({ length: rank }, () => sizes[0] ?? 0);
    const { values, indices } = maxPoolWithIndices(x as Tensor, all, options);
    return returnIndices === true ? [values, indices] : [values];
  };
}

function adaptive(apply: (x: Tensor, size: AdaptiveSize) => Tensor): OpinfoOperator {
  return (call) => {
    const { x, size } = named(call, { input: 'x', output_size: 'size' });
    return [apply(x as Tensor, size as AdaptiveSize)];
  };
}

const direct = { dilation: 'dilation', groups: 'groups' } as const;
const transposed = { output_padding: 'outputPadding', groups: 'groups', dilation: 'dilation' } as const;

export const convolutionOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  'nn.functional.conv1d': convolution<ConvolutionOptions>(conv1d, direct),
  'nn.functional.conv2d': convolution<ConvolutionOptions>(conv2d, direct),
  'nn.functional.conv_transpose1d': convolution<TransposedConvolutionOptions>(convTranspose1d, transposed),
  'nn.functional.conv_transpose2d': convolution<TransposedConvolutionOptions>(convTranspose2d, transposed),
  'nn.functional.avg_pool1d': pooling<AveragePoolingOptions>(avgPool1d),
  'nn.functional.avg_pool2d': pooling<AveragePoolingOptions>(avgPool2d),
  'nn.functional.max_pool1d': maxPooling(1),
  'nn.functional.max_pool2d': maxPooling(2),
  'nn.functional.adaptive_avg_pool1d': adaptive(adaptiveAvgPool1d),
  'nn.functional.adaptive_avg_pool2d': adaptive(adaptiveAvgPool2d),
};
