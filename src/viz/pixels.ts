// Numbers of an image as an embedded PNG: grey, RGB, or diverging about zero. Diverging colours are more opaque the
// farther a value is from zero, so that zero is the card, light or dark. Relies on fast-png.
import { encode } from 'fast-png';
import { light, type Role } from './theme.ts';

/** Pixels row by row, channels innermost: `[height, width, channels]`. */
export type Pixels = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray;

/** The size of every image of a grid. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green and blue. Default 1. */
  readonly channels?: 1 | 3 | undefined;
}

/** The values at the two ends of a colour scale. */
export type PixelRange = readonly [number, number];

/** Colours of values below and above zero. */
const divergingRoles = { negative: 'backward', positive: 'forward' } as const satisfies Record<string, Role>;

function uriOf(width: number, height: number, channels: number, data: Uint8Array): string {
  const png = encode({ width, height, channels, depth: 8, data });
  // `btoa` reads text of one character a byte, and exists in Node and browsers alike.
  return `data:image/png;base64,${btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** The image as a PNG data URI, with `low` black and `high` white; a constant image is black. */
export function greyUri(image: Pixels, { width, height, channels = 1 }: ImageSize, [low, high]: PixelRange) {
  const span = high > low ? high - low : 1;
  const bytes = Uint8Array.from(image, (value) =>
    Number.isNaN(value) ? 0 : Math.round(Math.min(1, Math.max(0, (value - low) / span)) * 255),
  );
  return uriOf(width, height, channels, bytes);
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

/**
 * The image as a PNG data URI, with zero transparent, `-extent` and below in one full colour, `extent` and above in the
 * other. NaN is grey.
 */
export function divergingUri(image: Pixels, { width, height }: ImageSize, extent: number): string {
  const negative = channelsOf(light.roles[divergingRoles.negative].line);
  const positive = channelsOf(light.roles[divergingRoles.positive].line);
  const unknown = channelsOf(light.roles.data.line);
  const bytes = new Uint8Array(image.length * 4);
  for (const [index, value] of image.entries()) {
    const share = extent > 0 ? Math.min(1, Math.abs(value) / extent) : 0;
    const isUnknown = Number.isNaN(value);
    bytes.set(isUnknown ? unknown : value < 0 ? negative : positive, index * 4);
    bytes[index * 4 + 3] = isUnknown ? 255 : Math.round(share * 255);
  }
  return uriOf(width, height, 4, bytes);
}
