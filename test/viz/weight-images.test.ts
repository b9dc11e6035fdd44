import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { light, weightImages, type WeightImagesOptions } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const size = { width: 2, height: 1 };

/** The pixels of the images of units, RGBA; the last picture is the scale. */
function images(svg: string): readonly (readonly number[])[] {
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)]
    .map((match) => [...decode(Buffer.from(match[1] ?? '', 'base64')).data])
    .slice(0, -1);
}

const rgb = (colour: string) => [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
const positive = rgb(light.roles.forward.line);
const negative = rgb(light.roles.backward.line);

describe('weightImages', () => {
  test('is a card of images with a scale, in stable bytes', async () => {
    const svg = weightImages(Float32Array.of(1, -0.5, 0, 0.25), { ...size, captions: ['unit 1', 'unit 2'] });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/weights.svg');
  });

  test('shows the sign as colour and the size as opacity, all images alike', () => {
    expect(images(weightImages(Float32Array.of(1, -0.5, 0, 0.25), size))).toEqual([
      [...positive, 255, ...negative, 128],
      [...positive, 0, ...positive, 64],
    ]);
  });

  test('shows each image in its own range on request', () => {
    expect(images(weightImages(Float32Array.of(1, -0.5, 0, 0.25), { ...size, extent: 'each' }))[1]).toEqual([
      ...positive,
      0,
      ...positive,
      255,
    ]);
  });

  test('prints the ends of the scale, and clamps beyond a given one', () => {
    const svg = weightImages(Float32Array.of(4, -1), { ...size, extent: 2 });
    expect(partsOf(svg).texts).toEqual(expect.arrayContaining(['−2.00', '0', '2.00']));
    expect(images(svg)).toEqual([[...positive, 255, ...negative, 128]]);
  });

  test('draws zero weights and unknown ones', () => {
    const svg = weightImages(Float32Array.of(0, NaN), size);
    expectSound(svg);
    expect(images(svg)[0]?.slice(3)).toEqual([0, ...rgb(light.roles.data.line), 255]);
  });

  test('draws every channel of a kernel', () => {
    const kernels = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(images(weightImages(kernels, { ...size, channels: 2 }))).toHaveLength(4);
    const units = [kernels.slice(0, 4), kernels.slice(4)];
    expect(weightImages(units, { ...size, channels: 2 })).toBe(
      weightImages(kernels, { ...size, channels: 2 }),
    );
  });

  test('says so when there is nothing to show', () => {
    expect(partsOf(weightImages([], size)).texts).toContain('There are no weights to show');
  });

  test.each<[string, Partial<WeightImagesOptions>, string]>([
    ['half a channel', { channels: 0.5 }, 'channels is 0.5'],
    ['an extent of zero', { extent: 0 }, 'extent is 0'],
    ['an infinite extent', { extent: Infinity }, 'extent is Infinity'],
    ['tiles of no size', { tileSize: 0 }, 'tileSize is 0'],
  ])('refuses %s', (_, change, message) => {
    const call = () => weightImages(Float32Array.of(1, 2), { ...size, ...change });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow(message);
  });

  test('refuses weights that make up no images', () => {
    expect(() => weightImages([Float32Array.of(1)], size)).toThrow(DataError);
    expect(() => weightImages([Float32Array.of(1)], size)).toThrow('unit 0 has 1 weights instead of 2');
    expect(() => weightImages(Float32Array.of(1), size)).toThrow('1 values are not a whole number of images');
  });
});
