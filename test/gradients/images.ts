// Functions of images and signals, composed of gathers and products.
import type { Tensor } from '../../src/ir/node.ts';
import { concat } from '../../src/ops/concat.ts';
import { grayscaleToRgb, rgbToGrayscale } from '../../src/ops/image/colour.ts';
import { cropAndResize } from '../../src/ops/image/crop.ts';
import { resizeImages } from '../../src/ops/image/resize.ts';
import { transformImages } from '../../src/ops/image/transform.ts';
import { constant } from '../../src/ops/leaf.ts';
import { frame, stft } from '../../src/ops/signal.ts';
import { fft, ifft, irfft, rfft, type ComplexParts } from '../../src/ops/spectrum.ts';
import { square } from '../../src/ops/unary.ts';
import { single, variable, type GradientTable } from '../support/gradient-cases.ts';

const image = [1, 3, 4, 2] as const;
const boxes = constant([0.1, -0.2, 0.8, 0.9, 0.7, 0.6, 0.2, 0.1], [2, 4], 'f64');
const first = constant([0, 0], [2], 'i32');
const shear = [0.9, 0.2, 0.13, -0.1, 1.1, 0.27, 0.01, -0.02] as const;

/** Both parts as one tensor. */
const joined = ({ real, imaginary }: ComplexParts): Tensor => concat([real, imaginary], 0);

const parts = (build: (parts: ComplexParts) => Tensor) => {
  const [real, imaginary] = [variable('real', [2, 5], -1, 1, 3), variable('imaginary', [2, 5], -1, 1, 4)];
  const result = square(build({ real: real.leaf, imaginary: imaginary.leaf }));
  return { result, variables: [real, imaginary], order: 2 as const };
};

export const checks: GradientTable = {
  resizeImages: [
    single(image, (x) => square(resizeImages(x, [5, 3]))),
    single(image, (x) => square(resizeImages(x, [2, 6], { halfPixelCenters: true }))),
    single(image, (x) => square(resizeImages(x, [4, 4], { mode: 'nearest', alignCorners: true }))),
  ],
  cropAndResize: [
    single(image, (x) => square(cropAndResize(x, boxes, first, [3, 2]))),
    single(image, (x) => square(cropAndResize(x, boxes, first, [1, 2], { mode: 'nearest', outside: 1 }))),
  ],
  transformImages: [
    ...(['constant', 'reflect', 'wrap', 'nearest'] as const).map((fill) =>
      single(image, (x) =>
        square(transformImages(x, constant(shear, [1, 8], 'f64'), { mode: 'bilinear', fill })),
      ),
    ),
    single(image, (x) => square(transformImages(x, constant(shear, [1, 8], 'f64'), { value: 2 }))),
  ],
  rgbToGrayscale: [single([2, 3], (x) => square(rgbToGrayscale(x)))],
  grayscaleToRgb: [single([2, 1], (x) => square(grayscaleToRgb(x)))],
  frame: [single([7], (x) => square(frame(x, 3, 2, { padEnd: true, value: 1 })))],
  stft: [single([8], (x) => square(joined(stft(x, 4, 2))))],
  rfft: [
    single([2, 5], (x) => square(joined(rfft(x)))),
    single([2, 5], (x) => square(joined(rfft(x, 3)))),
    single([3], (x) => square(joined(rfft(x, 6)))),
  ],
  irfft: [parts((x) => irfft(x)), parts((x) => irfft(x, 5))],
  fft: [parts((x) => joined(fft(x)))],
  ifft: [parts((x) => joined(ifft(x)))],
};
