import { describe, expect, test, vi } from 'vitest';
import { decode } from 'fast-png';
import { DeclarationError } from '../../src/ir/errors.ts';
import { confusionMatrix, dark, imageGrid, light, toPng } from '../../src/viz/index.ts';

const wordless =
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="6"><rect width="5" height="6"/></svg>';
const worded = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="6"><text y="6">a</text></svg>';

describe('toPng', () => {
  test('renders at the scale asked for, by default 2', async () => {
    const sizes = await Promise.all([toPng(wordless), toPng(wordless, { scale: 3 })]);
    expect(sizes.map((bytes) => decode(bytes)).map(({ width, height }) => [width, height])).toEqual([
      [20, 12],
      [30, 18],
    ]);
  });

  test('is transparent unless a background is given', async () => {
    const lastPixel = (bytes: Uint8Array) => [...decode(bytes).data.slice(-4)];
    expect(lastPixel(await toPng(wordless))).toEqual([0, 0, 0, 0]);
    expect(lastPixel(await toPng(wordless, { background: '#102030' }))).toEqual([16, 32, 48, 255]);
  });

  test('shows the pixels of an image grid as crisp squares', async () => {
    // The card's padding is 28, and two pixels 96 wide in all stand side by side.
    const svg = imageGrid([Uint8Array.of(0, 255)], { width: 2, height: 1 });
    const { width, data, channels } = decode(await toPng(svg, { scale: 1 }));
    const greys = Array.from({ length: 90 }, (_, index) => data[(40 * width + 31 + index) * channels]);
    expect(new Set(greys.slice(0, 45))).toEqual(new Set([0]));
    expect(new Set(greys.slice(46))).toEqual(new Set([255]));
  });

  test('without any font refuses a picture with text instead of leaving the text out', async () => {
    await expect(toPng(worded, { systemFonts: false })).rejects.toThrow(DeclarationError);
    await expect(toPng(worded, { systemFonts: false })).rejects.toMatchObject({ code: 'E_FONT_MISSING' });
    await expect(toPng(wordless, { systemFonts: false })).resolves.toBeInstanceOf(Uint8Array);
  });

  test.each([0, -1, NaN, Infinity])('refuses a scale of %d', async (scale) => {
    await expect(toPng(wordless, { scale })).rejects.toThrow(`scale is ${scale}`);
  });

  describe('with a theme', () => {
    const channels = (colour: string): readonly number[] =>
      [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
    const picture = confusionMatrix([
      [3, 1],
      [0, 2],
    ]);
    /** The card beside its upper edge, where nothing is drawn. */
    const cardPixel = async (theme?: 'light' | 'dark') => {
      const { data, width, channels: depth } = decode(await toPng(picture, { theme, scale: 1 }));
      return [...data.slice((10 * width + 200) * depth, (10 * width + 200) * depth + 3)];
    };

    test('draws the card in the light look unless the dark one is asked for', async () => {
      expect(await cardPixel()).toEqual(channels(light.surface));
      expect(await cardPixel('light')).toEqual(channels(light.surface));
      expect(await cardPixel('dark')).toEqual(channels(dark.surface));
    });

    test('leaves no light ink in the dark look', async () => {
      const { data, channels: depth } = decode(await toPng(picture, { theme: 'dark', scale: 1 }));
      const ink = channels(dark.ink).join();
      const pixels = new Set(
        Array.from({ length: data.length / depth }, (_, at) => data.slice(at * depth, at * depth + 3).join()),
      );
      expect(pixels).toContain(ink);
      expect(pixels).not.toContain(channels(light.surface).join());
    });

    test('refuses a theme that it does not know', async () => {
      await expect(toPng(picture, { theme: 'sepia' as 'dark' })).rejects.toThrow(
        "toPng: theme is \"sepia\"; give 'light' or 'dark'",
      );
    });
  });

  test('says what it was given when that is no SVG', async () => {
    await expect(toPng('<p>no picture</p>')).rejects.toMatchObject({ code: 'E_OPTION' });
    await expect(toPng('')).rejects.toThrow('toPng: resvg cannot render this');
    await expect(toPng(wordless, { background: 'nonsense' })).rejects.toMatchObject({ code: 'E_OPTION' });
  });

  test('without resvg says which package to install', async () => {
    vi.resetModules();
    vi.doMock('@resvg/resvg-js', () => {
      throw new Error('not installed');
    });
    const { toPng: withoutPackage } = await import('../../src/viz/raster.ts');
    await expect(withoutPackage(wordless)).rejects.toMatchObject({
      code: 'E_PACKAGE_MISSING',
      message: expect.stringContaining('npm install @resvg/resvg-js') as string,
    });
    vi.doUnmock('@resvg/resvg-js');
  });
});
