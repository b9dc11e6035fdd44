import { describe, expect, test } from 'vitest';
import { decode } from 'fast-png';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import {
  imageGrid,
  type ImageGridOptions,
  light,
  misclassifiedGrid,
  type Pixels,
} from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

/** The pixels of every embedded PNG. */
function embedded(svg: string): readonly (readonly number[])[] {
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map((match) => [
    ...decode(Buffer.from(match[1] ?? '', 'base64')).data,
  ]);
}

const tiny = { width: 2, height: 1 };
const digit = (value: number) => Uint8Array.of(0, value);

describe('imageGrid', () => {
  test('is a card of captioned images, in stable bytes', () => {
    const options: ImageGridOptions = {
      ...tiny,
      title: 'Digits',
      captions: ['one', [{ text: 'two, ' }, { text: 'wrong', role: 'loss' }]],
    };
    const svg = imageGrid([digit(100), digit(200)], options);
    expect(imageGrid([digit(100), digit(200)], options)).toBe(svg);
    expect(svg).toMatchSnapshot();
  });

  test('takes bytes as they are', () => {
    expect(embedded(imageGrid(Uint8Array.of(0, 7, 128, 255), tiny))).toEqual([
      [0, 7],
      [128, 255],
    ]);
  });

  test('stretches floats over the grey scale, all images alike', () => {
    expect(embedded(imageGrid(Float32Array.of(-1, 0, 1, 3), tiny))).toEqual([
      [0, 64],
      [128, 255],
    ]);
  });

  test('stretches each image by itself on request', () => {
    expect(embedded(imageGrid(Float32Array.of(-1, 0, 1, 3), { ...tiny, range: 'each' }))).toEqual([
      [0, 255],
      [0, 255],
    ]);
  });

  test('clamps values outside a given range; NaN is black and leaves the others alone', () => {
    const pixels = Float64Array.of(-5, 0.5, NaN, Infinity);
    expect(embedded(imageGrid(pixels, { ...tiny, range: [0, 1] }))).toEqual([
      [0, 128],
      [0, 255],
    ]);
    expect(embedded(imageGrid(Float32Array.of(1, NaN, 2, 1.5), tiny))).toEqual([
      [0, 0],
      [255, 128],
    ]);
  });

  test('draws a constant image without dividing by zero', () => {
    expect(embedded(imageGrid(Float32Array.of(3, 3), tiny))).toEqual([[0, 0]]);
  });

  test('draws colours', () => {
    const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0);
    expect(embedded(imageGrid([rgb], { ...tiny, channels: 3 }))).toEqual([[...rgb]]);
  });

  test('enlarges pixels without blurring them, for browsers and for resvg', () => {
    const svg = imageGrid([digit(1)], tiny);
    expect(svg).toContain('image-rendering="optimizeSpeed"');
    expect(svg).toContain('.pixels{image-rendering:pixelated}');
    expect(svg).toContain('width="96" height="48"');
  });

  test('draws at most the limit and counts the rest', () => {
    const many = new Uint8Array(2 * 50);
    expect(embedded(imageGrid(many, tiny)).length).toBe(40);
    expect(imageGrid(many, tiny)).toContain('>and 10 more<');
    expect(embedded(imageGrid(many, { ...tiny, limit: 50 })).length).toBe(50);
    expect(imageGrid(many, { ...tiny, limit: 50 })).not.toContain(' more<');
  });

  test.each([
    [1, 1],
    [4, 4],
    [5, 3],
    [6, 3],
    [7, 4],
    [40, 8],
  ])('stands %i images in %i columns', (count, columns) => {
    const svg = imageGrid(new Uint8Array(2 * count), tiny);
    expect(new Set([...svg.matchAll(/<image x="([^"]+)"/g)].map((match) => match[1])).size).toBe(columns);
  });

  test('stands images in the columns asked for', () => {
    const svg = imageGrid(new Uint8Array(2 * 5), { ...tiny, columns: 2 });
    expect(new Set([...svg.matchAll(/<image x="([^"]+)"/g)].map((match) => match[1])).size).toBe(2);
  });

  test('says so when there is nothing to show', () => {
    expect(imageGrid([], tiny)).toContain('>There are no images to show<');
    expect(imageGrid(new Float32Array(0), { ...tiny, empty: 'All gone' })).toContain('>All gone<');
  });

  test('cuts captions that are wider than a tile, and keeps them whole as tooltip', () => {
    const caption = 'a caption that is much too long for a small tile';
    const svg = imageGrid([digit(1)], { ...tiny, captions: [caption] });
    expect(svg).toMatch(/>a caption that [^<]*…<\/text>/);
    expect(svg).toContain(`<title>${caption}</title>`);
  });

  test.each<[string, Pixels | readonly Pixels[], Partial<ImageGridOptions>, string]>([
    ['half an image', new Uint8Array(3), {}, '3 values are not a whole number of images of 2 values'],
    ['an image of the wrong size', [digit(1), new Uint8Array(5)], {}, 'image 1 has 5 values instead of 2'],
    ['a caption too many', [digit(1)], { captions: ['a', 'b'] }, '2 captions for 1 images'],
  ])('refuses %s', (_, images, change, message) => {
    const call = () => imageGrid(images, { ...tiny, ...change });
    expect(call).toThrow(DataError);
    expect(call).toThrow(message);
  });

  test.each<[string, Partial<ImageGridOptions>, string]>([
    ['a width of zero', { width: 0 }, 'width is 0'],
    ['a broken height', { height: 1.5 }, 'height is 1.5'],
    ['no columns', { columns: 0 }, 'columns is 0'],
    ['a negative limit', { limit: -1 }, 'limit is -1'],
    ['a range upside down', { range: [1, 0] }, 'range is [1, 0]'],
    ['an infinite range', { range: [0, Infinity] }, 'range is [0, Infinity]'],
  ])('refuses %s, even without images', (_, change, message) => {
    const call = () => imageGrid([], { ...tiny, ...change });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow(message);
  });
});

describe('misclassifiedGrid', () => {
  test('captions truth, the wrong guess in its colour, and the probability', () => {
    const svg = misclassifiedGrid([{ pixels: digit(9), truth: 4, guess: 9, probability: 0.618 }], tiny);
    const { ink } = light.roles.loss;
    expect(svg).toContain(`true 4 → <tspan fill="${ink}" font-weight="700">guess 9</tspan> (0.62)</text>`);
  });

  test('accepts class names and no probability', () => {
    const svg = misclassifiedGrid([{ pixels: digit(9), truth: 'cat', guess: 'dog' }], tiny);
    expect(svg).toContain('<title>true cat → guess dog</title>');
  });

  test('puts the guess above the truth where names are too long for one line', () => {
    const samples = [{ pixels: digit(9), truth: 'automobile', guess: 'aeroplane', probability: 0.9 }];
    const svg = misclassifiedGrid(samples, tiny);
    expectSound(svg);
    expect(partsOf(svg).texts.slice(-2)).toEqual(['aeroplane (0.90)', 'true: automobile']);
    expect(svg).toContain('<title>aeroplane (0.90), true: automobile</title>');
  });

  test('without mistakes is a picture that says so', () => {
    expect(misclassifiedGrid([], { ...tiny, title: 'MNIST' })).toMatchSnapshot();
    expect(misclassifiedGrid([], tiny)).toContain('>Nothing was misclassified<');
  });
});
