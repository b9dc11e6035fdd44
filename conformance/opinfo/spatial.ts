// Pooling and convolution over three axes, adaptive maxima, windows and resampling of PyTorch's OpInfo cases, as calls of
// public functions.
import {
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool3d,
  convTranspose3d,
  interpolate,
  localResponseNorm,
  pixelShuffle,
  pixelUnshuffle,
  unfold,
  type InterpolationMode,
  type PerAxis,
  type Tensor,
} from 'tapeless';
import { optionsOf, type NamedArguments } from './arguments.ts';
import { calling, numberOf } from './calling.ts';
import { adaptive, averagePooling, convolution, maxPooling, transposed } from './convolution.ts';
import type { OpinfoOperator } from './opinfo.ts';

const adaptiveMaximum = (apply: (x: Tensor, size: PerAxis) => Tensor): OpinfoOperator =>
  calling(['output_size', 'return_indices'], (x, given) => apply(x, given.output_size as PerAxis));

const interpolationNames = {
  scale_factor: 'scaleFactor',
  align_corners: 'alignCorners',
  recompute_scale_factor: 'recomputeScaleFactor',
};

const resampled = (x: Tensor, given: NamedArguments, mode: InterpolationMode, more: object = {}): Tensor =>
  interpolate(x, { mode, ...more, ...optionsOf(given, ['input', 'mode'], interpolationNames) });

export const spatialOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  'nn.functional.conv_transpose3d': convolution(convTranspose3d, transposed),
  'nn.functional.avg_pool3d': averagePooling(avgPool3d),
  'nn.functional.max_pool3d': maxPooling(3),
  'nn.functional.adaptive_avg_pool3d': adaptive(adaptiveAvgPool3d),
  'nn.functional.adaptive_max_pool1d': adaptiveMaximum(adaptiveMaxPool1d),
  'nn.functional.adaptive_max_pool2d': adaptiveMaximum(adaptiveMaxPool2d),
  'nn.functional.adaptive_max_pool3d': adaptiveMaximum(adaptiveMaxPool3d),
  'nn.functional.local_response_norm': calling(['size', 'alpha', 'beta', 'k'], (x, given) =>
    localResponseNorm(x, numberOf(given, 'size'), optionsOf(given, ['input', 'size'], {})),
  ),
  'nn.functional.unfold': calling(['kernel_size', 'dilation', 'padding', 'stride'], (x, given) =>
    unfold(x, given.kernel_size as PerAxis, optionsOf(given, ['input', 'kernel_size'], {})),
  ),
  'nn.functional.pixel_shuffle': calling(['upscale_factor'], (x, given) =>
    pixelShuffle(x, numberOf(given, 'upscale_factor')),
  ),
  'nn.functional.pixel_unshuffle': calling(['downscale_factor'], (x, given) =>
    pixelUnshuffle(x, numberOf(given, 'downscale_factor')),
  ),
  'nn.functional.interpolate': calling(
    ['size', 'scale_factor', 'mode', 'align_corners', 'recompute_scale_factor'],
    (x, given) => resampled(x, given, (given.mode ?? 'nearest') as InterpolationMode),
  ),
  'nn.functional.upsample_nearest': calling(['size', 'scale_factor'], (x, given) =>
    resampled(x, given, 'nearest'),
  ),
  'nn.functional.upsample_bilinear': calling(['size', 'scale_factor'], (x, given) =>
    resampled(x, given, 'bilinear', { alignCorners: true }),
  ),
};
