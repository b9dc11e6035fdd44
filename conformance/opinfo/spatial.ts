// Pooling and convolution over three axes, adaptive maxima, windows and resampling of PyTorch's OpInfo cases, as calls of
// public functions.
import {
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  adaptiveMaxPoolWithIndices,
  affineGrid,
  avgPool3d,
  convTranspose3d,
  gridSample,
  interpolate,
  localResponseNorm,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  pixelShuffle,
  pixelUnshuffle,
  unfold,
  type AdaptiveSize,
  type InterpolationMode,
  type PerAxis,
  type Tensor,
} from 'tapeless';
import { optionsOf, tensorOf, type NamedArguments } from './arguments.ts';
import { calling, numberOf, numbersOf } from './calling.ts';
import { adaptive, averagePooling, convolution, maxPooling, transposed } from './convolution.ts';
import type { OpinfoOperator } from './opinfo.ts';

const adaptiveMaximum = (rank: number, apply: (x: Tensor, size: AdaptiveSize) => Tensor): OpinfoOperator =>
  calling(['output_size', 'return_indices'], (x, given) => {
    const size = given.output_size as AdaptiveSize;
    if (given.return_indices !== true) return apply(x, size);
    const each = typeof size === 'number' ? Array.from({ length: rank }, () => size) : size;
    const { values, indices } = adaptiveMaxPoolWithIndices(x, each);
    return [values, indices];
  });

const unpooling = (apply: typeof maxUnpool1d): OpinfoOperator =>
  calling(['indices', 'kernel_size', 'stride', 'padding', 'output_size'], (x, given) => {
    const options = optionsOf(given, ['input', 'indices', 'kernel_size', 'output_size'], {});
    // Sizes of all axes, or of the spatial ones.
    const { output_size: size } = given;
    const rank = x.shape.length - 2;
    const outputSize = Array.isArray(size) ? { outputSize: (size as readonly number[]).slice(-rank) } : {};
    return apply(x, tensorOf(given, 'indices'), given.kernel_size as PerAxis, { ...options, ...outputSize });
  });

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
  'nn.functional.adaptive_max_pool1d': adaptiveMaximum(1, adaptiveMaxPool1d),
  'nn.functional.adaptive_max_pool2d': adaptiveMaximum(2, adaptiveMaxPool2d),
  'nn.functional.adaptive_max_pool3d': adaptiveMaximum(3, adaptiveMaxPool3d),
  'nn.functional.max_unpool1d': unpooling(maxUnpool1d),
  'nn.functional.max_unpool2d': unpooling(maxUnpool2d),
  'nn.functional.max_unpool3d': unpooling(maxUnpool3d),
  'nn.functional.grid_sample': calling(['grid', 'mode', 'padding_mode', 'align_corners'], (x, given) =>
    gridSample(
      x,
      tensorOf(given, 'grid'),
      optionsOf(given, ['input', 'grid'], { padding_mode: 'padding', align_corners: 'alignCorners' }),
    ),
  ),
  'nn.functional.affine_grid': calling(['size', 'align_corners'], (theta, given) =>
    affineGrid(theta, numbersOf(given, 'size'), { alignCorners: given.align_corners === true }),
  ),
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
