// Grids of small images with captions, such as the misclassified digits of a test set, as an SVG card. Pixels become
// embedded PNGs (pixels.ts), one image pixel an exact square; the look comes from theme.ts.
import { DataError, DeclarationError } from '../ir/errors.ts';
import { card, titledWidth, type Headline } from './card.ts';
import {
  captionHeight,
  captionSize,
  captionText,
  captionWidth,
  drawCaption,
  type Caption,
  type CaptionPart,
} from './caption.ts';
import { messageCard } from './message-card.ts';
import { divergingUri, greyUri, type ImageSize, type PixelRange, type Pixels } from './pixels.ts';
import { formatValue } from './scale.ts';
import { element, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** What a grid looks like; all have defaults. */
export interface GridLook {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
  /** Images a row. Default: up to `mostColumns`, fewer for few images. */
  readonly columns?: number | undefined;
  /** Default 8. */
  readonly mostColumns?: number | undefined;
  /**
   * The values shown as black and as white. Default: 0 and 255 for bytes; for floats the least and greatest finite
   * value of all images shown. `'each'` stretches every image by itself. Values outside are clamped; NaN is black.
   */
  readonly range?: PixelRange | 'each' | undefined;
  /**
   * `'diverging'` shows zero as the card, negative values orange and positive ones blue, with a scale below; the larger
   * end of the range is full on both sides. For one channel. Default `'grey'`.
   */
  readonly colours?: 'grey' | 'diverging' | undefined;
  /** Least size of the longer side of an image on the card, in pixels. Default 96. */
  readonly tileSize?: number | undefined;
  /** Most images drawn; the rest is counted below the grid. Default 40. */
  readonly limit?: number | undefined;
  /** What the card says when there are no images. */
  readonly empty?: string | undefined;
  /** The mark above it: a tick if that is good, a dash if not. Default `'nothing'`. */
  readonly emptyMark?: 'success' | 'nothing' | undefined;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions extends ImageSize, GridLook {
  /** One caption an image. Default: none. */
  readonly captions?: readonly Caption[] | undefined;
}

/** Keeps pixels crisp where images are enlarged. resvg knows no such property, and minds it. */
export const pixelStyle = '<style>@media screen{.pixels{image-rendering:pixelated}}</style>';

const tileGap = 14;
const smallestTile = 96;
const longestCaption = 150;
const scaleHeight = 42;
const scaleLength = 160;

function optionError(message: string, help: string): DeclarationError {
  return new DeclarationError('E_OPTION', `imageGrid: ${message}; ${help}`, { help });
}

/** Checks everything that does not depend on pixels, so that a wrong call fails on an empty list too. */
function checkOptions(options: ImageGridOptions): void {
  const { width, height, channels, columns, limit, range, tileSize, colours } = options;
  const counts = {
    width,
    height,
    columns: columns ?? 1,
    limit: limit ?? 1,
    tileSize: tileSize ?? 1,
    mostColumns: options.mostColumns ?? 1,
  };
  for (const [name, value] of Object.entries(counts)) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw optionError(`${name} is ${value}`, 'give a whole number of at least 1');
    }
  }
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw optionError(`channels is ${String(channels)}`, 'give 1 (grey) or 3 (RGB)');
  }
  if (colours === 'diverging' && channels === 3) {
    throw optionError('colours is diverging for images of 3 channels', 'leave one of the two out');
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

function extent(images: readonly Pixels[]): PixelRange {
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

function commonRange(images: readonly Pixels[], range: GridLook['range']): PixelRange | 'each' {
  return range ?? (images.every(isBytes) ? [0, 255] : extent(images));
}

/** The farther end of a range from zero. */
function farthest([low, high]: PixelRange): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** The diverging colours from one end to the other, with values below. */
function drawScale(range: PixelRange | 'each', y: number): readonly string[] {
  const end = range === 'each' ? undefined : farthest(range);
  const steps = Float32Array.from({ length: 2 * 32 + 1 }, (_, index) => index / 32 - 1);
  const box = { x: 0, y, width: scaleLength, height: 10 };
  const texts =
    end === undefined
      ? ['negative', '0', 'positive']
      : [formatValue(-end, 'number'), '0', formatValue(end, 'number')];
  return [
    element('image', {
      ...box,
      preserveAspectRatio: 'none',
      href: divergingUri(steps, { width: steps.length, height: 1 }, 1),
    }),
    element('rect', { ...box, fill: 'none', stroke: light.border }),
    ...texts.map((text, index) =>
      textElement(text, {
        x: (index * scaleLength) / 2,
        y: y + 25,
        'text-anchor': (['start', 'middle', 'end'] as const)[index],
        'font-size': captionSize,
        fill: light.muted,
      }),
    ),
  ];
}

/** At least `least` columns, up to `most`, somewhat more than rows, with rows filled as evenly as can be: 5 images stand 3 + 2. */
function balancedColumns(count: number, least: number, most: number): number {
  const columns = Math.min(most, Math.max(least, Math.ceil(Math.sqrt(count * 1.6))));
  return Math.ceil(count / Math.ceil(count / columns));
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
    return messageCard(header, options.empty ?? 'There are no images to show', options.emptyMark);
  }

  const shown = all.slice(0, limit);
  const isDiverging = options.colours === 'diverging';
  // Whole multiples keep the squares of a small image equal on screens of any density.
  const zoom = Math.max(1, Math.ceil((options.tileSize ?? smallestTile) / Math.max(width, height)));
  const tileWidth = Math.max(
    width * zoom,
    Math.min(captionWidth(captions?.slice(0, limit) ?? []), longestCaption),
  );
  const tileHeight = height * zoom + (captions === undefined ? 0 : captionHeight(captions));
  // Small images fill the width that a title has anyway.
  const least = Math.max(4, Math.round((titledWidth + tileGap) / (tileWidth + tileGap)));
  const columns = options.columns ?? balancedColumns(shown.length, least, options.mostColumns ?? 8);
  const used = Math.min(columns, shown.length);
  const rows = Math.ceil(shown.length / columns);
  const gridWidth = used * tileWidth + (used - 1) * tileGap;
  const gridHeight = rows * tileHeight + (rows - 1) * tileGap;
  const hidden = all.length - shown.length;
  const isTitled =
    header.title !== undefined || header.subtitle !== undefined || header.headline !== undefined;
  const contentWidth = Math.max(gridWidth, isTitled ? titledWidth : isDiverging ? scaleLength + 120 : 0);
  const range = commonRange(shown, options.range);

  const tiles = shown.flatMap((image, index) => {
    const left = (index % columns) * (tileWidth + tileGap);
    const top = Math.floor(index / columns) * (tileHeight + tileGap);
    const x = left + (tileWidth - width * zoom) / 2;
    const box = { x, y: top, width: width * zoom, height: height * zoom };
    const own = range === 'each' ? extent([image]) : range;
    return [
      element(
        'image',
        {
          ...box,
          // resvg knows only the older of the two names; browsers take the style.
          'image-rendering': 'optimizeSpeed',
          class: 'pixels',
          href: isDiverging ? divergingUri(image, options, farthest(own)) : greyUri(image, options, own),
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
  const legend = isDiverging ? drawScale(range, gridHeight + 17) : [];
  const more =
    hidden === 0
      ? []
      : [
          textElement(`and ${hidden} more`, {
            x: isDiverging ? contentWidth : gridWidth,
            y: gridHeight + 24,
            'text-anchor': 'end',
            'font-size': 13,
            fill: light.muted,
          }),
        ];
  return card(
    header,
    contentWidth,
    gridHeight + (isDiverging ? scaleHeight : hidden === 0 ? 0 : 30),
    [pixelStyle, ...tiles, ...legend, ...more],
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

/** What is said of one mistake, in one line or in two. */
function captionOf(sample: Misclassified, isOneLine: boolean): readonly CaptionPart[] {
  const { truth, guess, probability } = sample;
  const share = probability === undefined ? '' : ` (${probability.toFixed(2)})`;
  return isOneLine
    ? [{ text: `true ${truth} → ` }, { text: `guess ${guess}`, role: 'loss' }, { text: share }]
    : [{ text: `${guess}${share}`, role: 'loss' }, { text: '\n' }, { text: `true: ${truth}` }];
}

/**
 * Draws misclassified samples in the order given, captioned `true 4 → guess 9 (0.62)` with the guess in red; where class
 * names are too long for that, with the guess above and the truth below. An empty list is a picture too: it says that
 * nothing was misclassified.
 *
 * @throws as {@link imageGrid}.
 */
export function misclassifiedGrid(samples: readonly Misclassified[], options: ImageSize & GridLook): string {
  const short = samples.map((sample) => captionOf(sample, true));
  return imageGrid(
    samples.map((sample) => sample.pixels),
    {
      title: 'Misclassified samples',
      empty: 'Nothing was misclassified',
      emptyMark: 'success',
      ...options,
      captions:
        captionWidth(short) <= longestCaption + tileGap
          ? short
          : samples.map((sample) => captionOf(sample, false)),
    },
  );
}
