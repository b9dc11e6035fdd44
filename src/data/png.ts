// PNG images of every kind to rows of samples: chunks, filters, bit depths, palettes and interlacing (W3C, "Portable
// Network Graphics Specification"). Relies on the platform's decompression only, so that it loads wherever data does.

import { crc32 } from './checksum.ts';
import { binaryError } from './data-error.ts';
import { inflate } from './inflate.ts';

/** A decoded image: samples of `[0, largest]`, row by row, pixel by pixel, channel by channel. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** 255, or 65535 in images of 16 bits a sample. */
  readonly largest: 255 | 65535;
  readonly samples: Uint16Array;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples a pixel in the file, and the bit depths there are, by colour type. */
const colourTypes: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> =
  new Map([
    [0, { samples: 1, depths: [1, 2, 4, 8, 16] }],
    [2, { samples: 3, depths: [8, 16] }],
    [3, { samples: 1, depths: [1, 2, 4, 8] }],
    [4, { samples: 2, depths: [8, 16] }],
    [6, { samples: 4, depths: [8, 16] }],
  ]);

/** Adam7: first column and row of each pass, and the steps between its columns and rows. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Decodes a PNG image. Samples of fewer than 8 bits are stretched to 8, palettes are looked up.
 * @throws DataError with the file and the offset: `E_PNG_MAGIC`, `E_PNG_CHUNK` (missing, cut short or damaged),
 * `E_PNG_TYPE` (no colour type or bit depth of the standard), `E_PNG_CONTENT` (pixels that cannot be decompressed, or
 * are too few or too many)
 */
export async function decodePng(bytes: Uint8Array, file: string | undefined): Promise<PngImage> {
  const { header, palette, alpha, compressed } = readChunks(bytes, file);
  const contentError = (reason: string): Error =>
    binaryError('E_PNG_CONTENT', file, 33, reason, 'the image is damaged: fetch or write it again');
  const filtered = await inflate(compressed, 'deflate').catch(() => {
    throw contentError('the pixels cannot be decompressed');
  });
  const perPixel = colourTypes.get(header.colourType)?.samples ?? 1;
  const grids = (header.interlaced ? passes : ([[0, 0, 1, 1]] as const)).map(([left, top, across, down]) => ({
    left,
    top,
    across,
    down,
    width: Math.ceil((header.width - left) / across),
    height: Math.ceil((header.height - top) / down),
  }));
  const rowBytes = (width: number): number => Math.ceil((width * perPixel * header.depth) / 8);
  const expected = grids
    .filter(({ width, height }) => width > 0 && height > 0)
    .reduce((sum, { width, height }) => sum + height * (1 + rowBytes(width)), 0);
  if (filtered.length !== expected) {
    throw contentError(`${filtered.length} bytes of pixels, expected ${expected}`);
  }
  const raw = new Uint16Array(header.width * header.height * perPixel);
  let offset = 0;
  for (const { left, top, across, down, width, height } of grids) {
    if (width <= 0 || height <= 0) continue;
    const length = rowBytes(width);
    let above = new Uint8Array(length);
    for (let row = 0; row < height; row++) {
      const line = filtered.subarray(offset + 1, offset + 1 + length);
      if (!unfilter(filtered[offset] ?? 0, line, above, Math.max(1, (perPixel * header.depth) >> 3))) {
        throw contentError(`a row has the filter ${filtered[offset] ?? 0}, expected 0 to 4`);
      }
      for (let column = 0; column < width; column++) {
        const pixel = (top + row * down) * header.width + left + column * across;
        for (let sample = 0; sample < perPixel; sample++) {
          raw[pixel * perPixel + sample] = sampleAt(line, column * perPixel + sample, header.depth);
        }
      }
      above = line;
      offset += 1 + length;
    }
  }
  return finished(header, raw, palette, alpha, contentError);
}

/** The chunks that matter; all are checked against their checksums. */
function readChunks(bytes: Uint8Array, file: string | undefined) {
  if (signature.some((byte, index) => bytes[index] !== byte)) {
    const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
    throw binaryError(
      'E_PNG_MAGIC',
      file,
      0,
      `this is no PNG image${isJpeg ? ', but a JPEG' : ''}`,
      'save the image as PNG',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunkError = (offset: number, message: string): Error =>
    binaryError('E_PNG_CHUNK', file, offset, message, 'the image is cut short or damaged: fetch it again');
  let header: Header | undefined;
  let palette = new Uint8Array();
  let alpha = new Uint8Array();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = signature.length;
  for (;;) {
    const length = offset + 12 <= bytes.length ? view.getUint32(offset) : 0;
    if (offset + 12 + length > bytes.length) throw chunkError(offset, 'the file ends inside a chunk');
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    const content = bytes.slice(offset + 8, offset + 8 + length);
    if (crc32(bytes.subarray(offset + 4, offset + 8 + length)) !== view.getUint32(offset + 8 + length)) {
      throw chunkError(offset, `the chunk ${JSON.stringify(type)} does not agree with its checksum`);
    }
    if (header === undefined && (type !== 'IHDR' || length !== 13))
      throw chunkError(offset, 'there is no header');
    if (type === 'IHDR') header = readHeader(content, file);
    else if (type === 'PLTE') palette = content;
    else if (type === 'tRNS') alpha = content;
    else if (type === 'IDAT') parts.push(content);
    offset += 12 + length;
    if (type !== 'IEND') continue;
    if (header === undefined || parts.length === 0) throw chunkError(offset, 'there are no pixels');
    return { header, palette, alpha, compressed: joined(parts) };
  }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function readHeader(content: Uint8Array<ArrayBuffer>, file: string | undefined): Header {
  // A view within its buffer: slices of Node's Buffer share memory with the whole file.
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: view.getUint8(8),
    colourType: view.getUint8(9),
    interlaced: view.getUint8(12) === 1,
  };
  const isKnown = colourTypes.get(header.colourType)?.depths.includes(header.depth) ?? false;
  if (isKnown && header.width > 0 && header.height > 0) return header;
  throw binaryError(
    'E_PNG_TYPE',
    file,
    16,
    `there is no PNG image of ${header.width} × ${header.height} pixels, ${header.depth} bits a sample and colour ` +
      `type ${header.colourType}`,
    'save the image again with another program',
  );
}

/** Undoes a row's filter in place; false when there is no such filter. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): boolean {
  if (filter > 4) return false;
  for (let index = 0; filter > 0 && index < line.length; index++) {
    const left = index < step ? 0 : (line[index - step] ?? 0);
    const up = above[index] ?? 0;
    const corner = index < step ? 0 : (above[index - step] ?? 0);
    const predictions = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0];
    line[index] = (line[index] ?? 0) + (predictions[filter] ?? 0);
  }
  return true;
}

/** Whichever of the three neighbours is nearest to `left + up - corner`. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function sampleAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index] ?? 0;
  if (depth === 16) return ((line[2 * index] ?? 0) << 8) | (line[2 * index + 1] ?? 0);
  const bit = index * depth;
  return ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Looks up palettes, stretches few bits, and adds the alpha that a colour or the entries of a palette have. */
function finished(
  { width, height, depth, colourType }: Header,
  raw: Uint16Array,
  palette: Uint8Array,
  alpha: Uint8Array,
  contentError: (reason: string) => Error,
): PngImage {
  const largest = depth === 16 ? 65535 : 255;
  const perPixel = colourTypes.get(colourType)?.samples ?? 1;
  const isPalette = colourType === 3;
  const hasAlpha = alpha.length > 0 && colourType < 4;
  const colours = isPalette ? 3 : perPixel;
  const channels = hasAlpha ? colours + 1 : colours;
  const samples = new Uint16Array(width * height * channels);
  const stretch = depth < 8 ? 255 / (2 ** depth - 1) : 1;
  const transparent = Array.from({ length: perPixel }, (_, index) => sampleAt(alpha, index, 16));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const value = raw[pixel] ?? 0;
    if (isPalette && 3 * value + 2 >= palette.length) {
      throw contentError(`a pixel has colour ${value} of a palette of ${palette.length / 3}`);
    }
    for (let channel = 0; channel < colours; channel++) {
      samples[pixel * channels + channel] = isPalette
        ? (palette[3 * value + channel] ?? 0)
        : (raw[pixel * perPixel + channel] ?? 0) * stretch;
    }
    if (!hasAlpha) continue;
    const isTransparent = transparent.every((sample, index) => raw[pixel * perPixel + index] === sample);
    samples[pixel * channels + colours] = isPalette ? (alpha[value] ?? 255) : isTransparent ? 0 : largest;
  }
  // Between 1 and 4: 1, 2, 3 and 4 colours, and alpha only beside 1 or 3.
  return { width, height, channels: channels as PngImage['channels'], largest, samples };
}
