// The weights of a layer that reads images, one small image a unit, in colours that diverge about zero, as an SVG card.
// A thin face of image-grid.ts.
import type { Caption } from './caption.ts';
import type { Headline } from './card.ts';
import { imageGrid } from './image-grid.ts';
import type { ImageSize, Pixels } from './pixels.ts';
import { dataError, optionError } from './refusal.ts';

/** Options of {@link weightImages}; width and height are needed. */
export interface WeightImagesOptions {
  /** Size of the images that the layer reads, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Channels of these images, outermost as in a flattened `[channels, height, width]`; each is drawn apart. Default 1. */
  readonly channels?: number | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  /** One caption an image. Default: none. */
  readonly captions?: readonly Caption[] | undefined;
  /** Images a row. Default: up to 12. */
  readonly columns?: number | undefined;
  /** Most images drawn; the rest is counted below the grid. Default 96. */
  readonly limit?: number | undefined;
  /**
   * The size of a weight at which colours are full, or `'each'` for the largest of each image. Default: the largest of
   * all images.
   */
  readonly extent?: number | 'each' | undefined;
  /** Least width and height of an image on the card, in pixels. Default 64. */
  readonly tileSize?: number | undefined;
}

/**
 * Draws the weights of a layer as images: negative weights orange, positive ones blue, zero the colour of the card.
 * What a first layer looks for becomes visible this way, and that it learned anything: untrained weights are noise.
 *
 * @param weights `[units, height · width]` (the `weight` of `linear`) or `[out, channels, height, width]` (the `weight`
 *   of `conv2d`), in one array; or one array a unit.
 * @example
 * const weight = session.parameters()['mnist/linear1.weight'];
 * weightImages(Float32Array.from(weight.data), { width: 28, height: 28 });
 * @returns a complete SVG document; one that says so if there are no weights.
 * @throws DataError `E_IMAGE_SIZE` if weights do not make up whole images.
 * @throws DeclarationError `E_OPTION` for options that are not sensible.
 */
export function weightImages(weights: Pixels | readonly Pixels[], options: WeightImagesOptions): string {
  const { channels = 1, extent, width, height, limit = 96, ...look } = options;
  if (!(Number.isInteger(channels) && channels >= 1)) {
    throw optionError('weightImages', `channels is ${channels}`, 'give a whole number of at least 1');
  }
  if (extent !== undefined && extent !== 'each' && !(Number.isFinite(extent) && extent > 0)) {
    throw optionError('weightImages', `extent is ${extent}`, "give a positive number or 'each'");
  }
  const size: ImageSize = { width, height };
  const planes = ArrayBuffer.isView(weights)
    ? weights
    : weights.flatMap((unit, index) => planesOf(unit, index, width * height, channels));
  return imageGrid(planes, {
    title: 'Weights',
    columns: undefined,
    mostColumns: 12,
    tileSize: 64,
    empty: 'There are no weights to show',
    ...look,
    ...size,
    limit,
    colours: 'diverging',
    range: extent === undefined || extent === 'each' ? extent : [-extent, extent],
  });
}

function planesOf(unit: Pixels, index: number, size: number, channels: number): readonly Pixels[] {
  if (unit.length !== size * channels) {
    throw dataError(
      'E_IMAGE_SIZE',
      'weightImages',
      `unit ${index} has ${unit.length} weights instead of ${size * channels}`,
      'pass channels × height × width weights a unit',
    );
  }
  return Array.from({ length: channels }, (_, channel) =>
    unit.subarray(channel * size, (channel + 1) * size),
  );
}
