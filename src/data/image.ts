// Images as arrays of reals, channels first, as convolutions read them. Relies on the PNG decoder and the dense array.

import type { NumericArray } from './array.ts';
import { withShape } from './array.ts';
import { dataError } from './data-error.ts';
import type { BinaryOptions } from './npy.ts';
import { decodePng } from './png.ts';

/** Options of `parsePng`. */
export interface PngOptions extends BinaryOptions {
  /** One channel, three, or four with alpha; default what the image has, without alpha. */
  readonly colour?: 'grey' | 'rgb' | 'rgba';
  /** Whether samples are divided by the largest that there is (255 or 65535); default true. */
  readonly normalised?: boolean;
}

/**
 * Reads a PNG image as f32 of shape `[channels, height, width]` with values of `[0, 1]`, as torchvision's `ToTensor`
 * gives it; with `normalised: false` values are 0 … 255 (65535 at 16 bits a sample). Colour becomes grey as Pillow's
 * `convert('L')` has it: 0.299 red, 0.587 green and 0.114 blue, rounded. Alpha is left out unless it is asked for.
 *
 * @throws DataError with the file and the offset: `E_PNG_MAGIC`, `E_PNG_CHUNK`, `E_PNG_TYPE`, `E_PNG_CONTENT`
 */
export async function parsePng(
  content: Uint8Array | ArrayBuffer,
  options: PngOptions = {},
): Promise<NumericArray> {
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content);
  const { width, height, channels, largest, samples } = await decodePng(bytes, options.file);
  const isColour = channels > 2;
  const { colour = isColour ? 'rgb' : 'grey', normalised = true } = options;
  const planes = { grey: 1, rgb: 3, rgba: 4 }[colour];
  const pixels = width * height;
  const scale = normalised ? largest : 1;
  const data = new Float32Array(planes * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const sample = (channel: number): number => samples[pixel * channels + channel] ?? 0;
    for (let plane = 0; plane < planes; plane++) {
      const isAlpha = plane === 3;
      const value = isAlpha
        ? channels % 2 === 0
          ? sample(channels - 1)
          : largest
        : !isColour
          ? sample(0)
          : colour === 'grey'
            ? luma(sample(0), sample(1), sample(2))
            : sample(plane);
      data[plane * pixels + pixel] = value / scale;
    }
  }
  return withShape(data, [planes, height, width]);
}

/**
 * Images of one shape as one array with the image on axis 0: `[images, channels, height, width]`.
 * @throws DataError `E_DATA_EMPTY` (no images), `E_DATA_SHAPE` (images of different shapes)
 */
export function stackImages(images: readonly NumericArray[]): NumericArray {
  const [first] = images;
  if (first === undefined) {
    throw dataError('E_DATA_EMPTY', 'there are no images to stack', 'pass at least one image');
  }
  const data = new Float32Array(images.length * first.data.length);
  images.forEach((image, index) => {
    if (image.shape.join() !== first.shape.join()) {
      throw dataError(
        'E_DATA_SHAPE',
        `image ${index} has the shape [${image.shape.join(', ')}], image 0 has [${first.shape.join(', ')}]`,
        'bring all images to one size, and read them with one "colour"',
        [image.shape, first.shape],
      );
    }
    data.set(image.data, index * first.data.length);
  });
  return withShape(data, [images.length, ...first.shape]);
}

/** Pillow's integers: the weights in 65536ths. */
function luma(red: number, green: number, blue: number): number {
  return Math.floor((red * 19595 + green * 38470 + blue * 7471 + 32768) / 65536);
}
