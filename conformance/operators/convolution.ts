// Convolution and pooling of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose2d,
  maxPool1d,
  maxPool2d,
  type AveragePoolingOptions,
  type ConvolutionOptions,
  type MaxPoolingOptions,
  type TransposedConvolutionOptions,
} from 'tapeless';
import type { CorpusAttributes } from '../corpus.ts';
import { at, type Inputs, type Operator } from './operator.ts';

/** Attributes by our names; they hold what the options of the same meaning do. */
function renamed<Options>(attrs: CorpusAttributes, names: Readonly<Record<string, string>>): Options {
  const pairs = Object.entries(names).flatMap(([theirs, ours]) =>
    attrs[theirs] === undefined ? [] : [[ours, attrs[theirs]] as const],
  );
  return Object.fromEntries(pairs) as Options;
}

const shared = { stride: 'stride', padding: 'padding', dilation: 'dilation' } as const;
const convolutionNames = { ...shared, groups: 'groups', output_padding: 'outputPadding' } as const;
const poolingNames = {
  ...shared,
  ceil_mode: 'ceilMode',
  count_include_pad: 'countIncludePad',
  divisor_override: 'divisorOverride',
} as const;

type Size = number | readonly number[];

function convolution<Options>(
  apply: (x: ReturnType<typeof at>, weight: ReturnType<typeof at>, options: Options) => ReturnType<typeof at>,
): Operator {
  return (inputs: Inputs, attrs) => [
    apply(at(inputs, 0), at(inputs, 1), {
      ...renamed<Options>(attrs, convolutionNames),
      bias: inputs[2] ?? null,
    }),
  ];
}

function pooling<Options>(
  apply: (x: ReturnType<typeof at>, size: Size, options: Options) => ReturnType<typeof at>,
): Operator {
  return (inputs, attrs) => [
    apply(at(inputs, 0), attrs.kernel as Size, renamed<Options>(attrs, poolingNames)),
  ];
}

export const convolutionOperators: Readonly<Record<string, Operator>> = {
  conv1d: convolution<ConvolutionOptions>(conv1d),
  conv2d: convolution<ConvolutionOptions>(conv2d),
  conv_transpose2d: convolution<TransposedConvolutionOptions>(convTranspose2d),
  max_pool1d: pooling<MaxPoolingOptions>(maxPool1d),
  max_pool2d: pooling<MaxPoolingOptions>(maxPool2d),
  avg_pool1d: pooling<AveragePoolingOptions>(avgPool1d),
  avg_pool2d: pooling<AveragePoolingOptions>(avgPool2d),
  adaptive_avg_pool2d: (inputs, attrs) => [adaptiveAvgPool2d(at(inputs, 0), attrs.out as Size)],
};
