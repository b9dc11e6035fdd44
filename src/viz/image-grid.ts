// Grids of small images with captions, such as the misclassified digits of a test set, as an SVG card. Pixels become
// embedded PNGs (fast-png), one image pixel an exact square; the look comes from theme.ts.
import { encode } from 'fast-png';
import { DataError, DeclarationError } from '../ir/errors.ts';
import { card, type Headline } from './card.ts';
import { element, escapeXml, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light, type Role } from './theme.ts';

/** Pixels row by row, channels innermost: `[height, width, channels]`. */
export type Pixels = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray;

/** A piece of a caption in the colour of a role; without one in the colour of text. */
export interface CaptionPart {
  readonly text: string;
  readonly role?: Role | undefined;
}

/** A line of text below an image, or several coloured pieces of one. */
export type Caption = string | readonly CaptionPart[];

/** The size of every image of a grid. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green and blue. Default 1. */
  readonly channels?: 1 | 3 | undefined;
}

/** What a grid looks like; all have defaults. */
export interface GridLook {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  /** Images a row. Default: up to 8, fewer for few images. */
  readonly columns?: number | undefined;
  /**
   * The values shown as black and as white. Default: 0 and 255 for bytes; for floats the least and greatest finite
   * value of all images shown. `'each'` stretches every image by itself. Values outside are clamped; NaN is black.
   */
  readonly range?: readonly [number, number] | 'each' | undefined;
  /** Most images drawn; the rest is counted below the grid. Default 40. */
  readonly limit?: number | undefined;
  /** What the card says when there are no images. */
  readonly empty?: string | undefined;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions extends ImageSize, GridLook {
  /** One caption an image. Default: none. */
  readonly captions?: readonly Caption[] | undefined;
}

const captionSize = 12;
const captionHeight = 26;
const tileGap = 14;
const smallestTile = 96;

function optionError(message: string, help: string): DeclarationError {
  return new DeclarationError('E_OPTION', `imageGrid: ${message}; ${help}`, { help });
}

/** Checks everything that does not depend on pixels, so that a wrong call fails on an empty list too. */
function checkOptions(options: ImageGridOptions): void {
  const { width, height, channels, columns, limit, range } = options;
  for (const [name, value] of Object.entries({ width, height, columns: columns ?? 1, limit: limit ?? 1 })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw optionError(`${name} is ${value}`, 'give a whole number of at least 1');
    }
  }
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw optionError(`channels is ${String(channels)}`, 'give 1 (grey) or 3 (RGB)');
  }
  if (range !== undefined && range !== 'each' && !(range.every(Number.isFinite) && range[0] < range[1])) {
    throw optionError(`range is [${range[0]}, ${range[1]}]`, 'give two numbers, the smaller one first');
  }
}

/** The images one by one, whether they came as a list or in one array. */
function separateImages(images: Pixels | readonly Pixels[], size: number): readonly Pixels[] {
  if (ArrayBuffer.isView(images)) {
    if (images.length % size !== 0) {
      const help = `pass a multiple of ${size}, or correct width, height and channels`;
      throw new DataError(
        'E_IMAGE_SIZE',
        `imageGrid: ${images.length} values are not a whole number of images of ${size} values; ${help}`,
        { help },
      );
    }
    return Array.from({ length: images.length / size }, (_, index) =>
      images.subarray(index * size, (index + 1) * size),
    );
  }
  const wrong = images.findIndex((image) => image.length !== size);
  if (wrong >= 0) {
    const help = `pass ${size} values (height × width × channels) an image`;
    throw new DataError(
      'E_IMAGE_SIZE',
      `imageGrid: image ${wrong} has ${images[wrong]?.length} values instead of ${size}; ${help}`,
      { help },
    );
  }
  return images;
}

function extent(images: readonly Pixels[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const image of images) {
    for (const value of image) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

function isBytes(image: Pixels): boolean {
  return image instanceof Uint8Array || image instanceof Uint8ClampedArray;
}

function commonRange(
  images: readonly Pixels[],
  range: GridLook['range'],
): readonly [number, number] | 'each' {
  return range ?? (images.every(isBytes) ? [0, 255] : extent(images));
}

/** The image as a PNG data URI, with `low` black and `high` white; a constant image is black. */
function pngUri(image: Pixels, size: ImageSize, [low, high]: readonly [number, number]): string {
  const span = high > low ? high - low : 1;
  const bytes = Uint8Array.from(image, (value) =>
    Number.isNaN(value) ? 0 : Math.round(Math.min(1, Math.max(0, (value - low) / span)) * 255),
  );
  const { width, height, channels = 1 } = size;
  const png = encode({ width, height, channels, depth: 8, data: bytes });
  // `btoa` reads text of one character a byte, and exists in Node and browsers alike.
  return `data:image/png;base64,${btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(''))}`;
}

function captionParts(caption: Caption | undefined): readonly CaptionPart[] {
  return caption === undefined ? [] : typeof caption === 'string' ? [{ text: caption }] : caption;
}

function captionText(caption: Caption | undefined): string {
  return captionParts(caption)
    .map((part) => part.text)
    .join('');
}

/** The caption's pieces, cut to `width` as one line. */
function drawCaption(caption: Caption | undefined, x: number, y: number, width: number): readonly string[] {
  const parts = captionParts(caption);
  const whole = captionText(caption);
  if (whole === '') return [];
  const place = { x, y, 'text-anchor': 'middle', 'font-size': captionSize, fill: light.ink };
  const fitted = fitText(whole, width, captionSize);
  if (fitted !== whole) return [textElement(fitted, place)];
  return [
    element(
      'text',
      // Without it the spaces at the ends of pieces would be lost in older renderers.
      { ...place, 'xml:space': 'preserve' },
      parts.map((part) =>
        part.role === undefined
          ? escapeXml(part.text)
          : element('tspan', { fill: light.roles[part.role].ink, 'font-weight': 700 }, [
              escapeXml(part.text),
            ]),
      ),
    ),
  ];
}

/** Up to eight columns, somewhat more than rows, with rows filled as evenly as can be: 5 images stand 3 + 2. */
function balancedColumns(count: number): number {
  const most = Math.min(8, Math.max(4, Math.ceil(Math.sqrt(count * 1.6))));
  return Math.ceil(count / Math.ceil(count / most));
}

/** A tick in a circle above a sentence. */
function drawEmpty(message: string, width: number, height: number): readonly string[] {
  const { line, fill } = light.roles.update;
  const x = width / 2;
  const y = height / 2 - 20;
  return [
    element('circle', { cx: x, cy: y, r: 26, fill, stroke: line, 'stroke-width': 1.5 }),
    element('path', {
      d: `M${x - 10} ${y + 1}l7 8l14 -16`,
      fill: 'none',
      stroke: line,
      'stroke-width': 3.5,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
    textElement(message, { x, y: y + 56, 'text-anchor': 'middle', 'font-size': 15, fill: light.ink }),
  ];
}

/**
 * Draws images in a grid, each enlarged to crisp squares, with a caption below.
 *
 * @param images one array an image, or all images in one array `[count, height, width, channels]`. Floats are
 *   stretched over the grey scale (see `range`), so standardised pixels can be passed as they are.
 * @returns a complete SVG document without references to other files; equal input gives equal text.
 * @throws DataError `E_IMAGE_SIZE` if pixels do not make up whole images, `E_LENGTH` if captions and images differ
 *   in number.
 * @throws DeclarationError `E_OPTION` for sizes, columns, a limit or a range that are not sensible.
 */
export function imageGrid(images: Pixels | readonly Pixels[], options: ImageGridOptions): string {
  checkOptions(options);
  const { width, height, channels = 1, captions, limit = 40 } = options;
  const all = separateImages(images, width * height * channels);
  if (captions !== undefined && captions.length !== all.length) {
    const help = 'pass one caption an image';
    throw new DataError(
      'E_LENGTH',
      `imageGrid: ${captions.length} captions for ${all.length} images; ${help}`,
      { help },
    );
  }
  const header = { title: options.title, subtitle: options.subtitle, headline: options.headline };
  if (all.length === 0) {
    const message = options.empty ?? 'There are no images to show';
    const emptyWidth = Math.max(464, Math.ceil(estimateTextWidth(message, 15)));
    const description = [options.title, message].filter(Boolean).join('. ');
    return card(header, emptyWidth, 160, drawEmpty(message, emptyWidth, 160), description);
  }

  const shown = all.slice(0, limit);
  const columns = options.columns ?? balancedColumns(shown.length);
  const used = Math.min(columns, shown.length);
  // Whole multiples keep the squares of a small image equal on screens of any density.
  const zoom = Math.max(1, Math.ceil(smallestTile / Math.max(width, height)));
  const captionWidth = Math.max(
    0,
    ...shown.map((_, index) => estimateTextWidth(captionText(captions?.[index]), captionSize) * 1.04),
  );
  const tileWidth = Math.max(width * zoom, Math.min(captionWidth, 150));
  const tileHeight = height * zoom + (captions === undefined ? 0 : captionHeight);
  const rows = Math.ceil(shown.length / columns);
  const gridWidth = used * tileWidth + (used - 1) * tileGap;
  const gridHeight = rows * tileHeight + (rows - 1) * tileGap;
  const hidden = all.length - shown.length;
  const isTitled =
    header.title !== undefined || header.subtitle !== undefined || header.headline !== undefined;
  const contentWidth = Math.max(gridWidth, isTitled ? 464 : 0);
  const range = commonRange(shown, options.range);

  const tiles = shown.flatMap((image, index) => {
    const left = (index % columns) * (tileWidth + tileGap);
    const top = Math.floor(index / columns) * (tileHeight + tileGap);
    const x = left + (tileWidth - width * zoom) / 2;
    const box = { x, y: top, width: width * zoom, height: height * zoom };
    return [
      element(
        'image',
        {
          ...box,
          // resvg knows only the older of the two names; browsers take the style.
          'image-rendering': 'optimizeSpeed',
          class: 'pixels',
          href: pngUri(image, options, range === 'each' ? extent([image]) : range),
        },
        [tooltip(captionText(captions?.[index]) || `image ${index + 1}`)],
      ),
      element('rect', { ...box, fill: 'none', stroke: light.border }),
      ...drawCaption(
        captions?.[index],
        left + tileWidth / 2,
        top + height * zoom + 17,
        tileWidth + tileGap - 2,
      ),
    ];
  });
  const more =
    hidden === 0
      ? []
      : [
          textElement(`and ${hidden} more`, {
            x: gridWidth,
            y: gridHeight + 24,
            'text-anchor': 'end',
            'font-size': 13,
            fill: light.muted,
          }),
        ];
  return card(
    header,
    contentWidth,
    gridHeight + (hidden === 0 ? 0 : 30),
    ['<style>@media screen{.pixels{image-rendering:pixelated}}</style>', ...tiles, ...more],
    [options.title, options.subtitle, `${all.length} images`].filter(Boolean).join('. '),
  );
}

/** A test sample that the model got wrong. */
export interface Misclassified {
  readonly pixels: Pixels;
  /** Label or class name. */
  readonly truth: number | string;
  /** The model's best guess. */
  readonly guess: number | string;
  /** The probability that the model gave to its guess. */
  readonly probability?: number | undefined;
}

/**
 * Draws misclassified samples, captioned `true 4 → guess 9 (0.62)` with the guess in red, in the
 * order given. An empty list is a picture too: it says that nothing was misclassified.
 *
 * @throws as {@link imageGrid}.
 */
export function misclassifiedGrid(samples: readonly Misclassified[], options: ImageSize & GridLook): string {
  return imageGrid(
    samples.map((sample) => sample.pixels),
    {
      title: 'Misclassified samples',
      empty: 'Nothing was misclassified',
      ...options,
      captions: samples.map(({ truth, guess, probability }) => [
        { text: `true ${truth} → ` },
        { text: `guess ${guess}`, role: 'loss' },
        { text: probability === undefined ? '' : ` (${probability.toFixed(2)})` },
      ]),
    },
  );
}
