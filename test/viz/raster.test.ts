import { describe, expect, test } from 'vitest';
import { decode } from 'fast-png';
import { DeclarationError } from '../../src/ir/errors.ts';
import { imageGrid, toPng } from '../../src/viz/index.ts';

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
});
