import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { array, parsePng, stackImages } from 'tapeless/data';
import { DataError } from '../../src/ir/errors.ts';
import { expectDataError } from './expect-data-error.ts';

/** Images of 7 × 5 pixels that Pillow 9.4 wrote, in base64, with what its `convert` makes of each, pixel by pixel. */
type PillowImages = Readonly<
  Record<
    string,
    { readonly file: string; readonly grey: number[]; readonly rgb: number[]; readonly rgba: number[] }
  >
>;

const images = JSON.parse(
  readFileSync(new URL('pillow-images.json', import.meta.url), 'utf8'),
) as PillowImages;
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const colour = bytes(images['RGB']?.file ?? '');

/** From pixel by pixel to plane by plane. */
const planes = (samples: readonly number[], channels: number): number[] =>
  Array.from({ length: channels }, (_, channel) =>
    samples.filter((_, index) => index % channels === channel),
  ).flat();

/** A chunk, and an image of chunks. */
const chunk = (type: string, content: Uint8Array): Uint8Array => {
  const body = Buffer.concat([Buffer.from(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};
const png = (header: readonly number[], pixels: readonly number[], ...others: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
      chunk('IHDR', Uint8Array.from(header)),
      ...others,
      chunk('IDAT', deflateSync(Uint8Array.from(pixels))),
      chunk('IEND', new Uint8Array()),
    ]),
  );

const refusal = async (content: Uint8Array): Promise<string> => {
  try {
    await parsePng(content, { file: 'x.png' });
  } catch (error) {
    if (error instanceof DataError) return error.toString();
    throw error;
  }
  return 'nothing was refused';
};

describe('parsePng', () => {
  test.each(Object.entries(images))("reads Pillow's mode %s as Pillow does", async (_mode, expected) => {
    for (const [name, channels] of [
      ['grey', 1],
      ['rgb', 3],
      ['rgba', 4],
    ] as const) {
      const raw = await parsePng(bytes(expected.file), { colour: name, normalised: false });
      expect(raw.shape).toEqual([channels, 5, 7]);
      expect([...raw.data]).toEqual(planes(expected[name], channels));
    }
  });

  test('divides by the largest value, and has the channels of the image unless it is told', async () => {
    const { rgb = [] } = images['RGB'] ?? {};
    const read = await parsePng(colour);
    expect(read.shape).toEqual([3, 5, 7]);
    expect(read.data).toEqual(Float32Array.from(planes(rgb, 3), (value) => value / 255));
    expect((await parsePng(bytes(images['LA']?.file ?? ''))).shape).toEqual([1, 5, 7]);
    expect((await parsePng(bytes(images['P']?.file ?? ''))).shape).toEqual([3, 5, 7]);
  });

  test('reads 16 bits a sample, and 2 and 4', async () => {
    const data = Uint16Array.of(0, 256, 65535, 1);
    const deep = await parsePng(encode({ width: 2, height: 2, data, depth: 16, channels: 1 }), {
      normalised: false,
    });
    expect([...deep.data]).toEqual([0, 256, 65535, 1]);
    const two = await parsePng(png([0, 0, 0, 5, 0, 0, 0, 1, 2, 0, 0, 0, 0], [0, 0b00011011, 0b01000000]), {
      normalised: false,
    });
    expect([...two.data]).toEqual([0, 85, 170, 255, 85]);
    const four = await parsePng(png([0, 0, 0, 1, 0, 0, 0, 2, 4, 0, 0, 0, 0], [0, 0xf0, 2, 0x10]), {
      normalised: false,
    });
    expect([...four.data]).toEqual([255, 0]); // the second row is 1 more than the first, which is modulo 16 of the byte
  });

  test("reads what readFile gives: a Buffer, whose slices share the whole file's memory", async () => {
    const image = await parsePng(Buffer.from(colour));
    expect(image).toEqual(await parsePng(colour));
  });

  test('reads interlaced images', async () => {
    // 3 × 3 grey: pass 1 has pixel (0, 0), pass 4 (column 2, row 0), pass 5 (row 2, columns 0 and 2), pass 6 the odd
    // columns of even rows, pass 7 the odd rows.
    const pixels = [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6];
    const image = await parsePng(png([0, 0, 0, 3, 0, 0, 0, 3, 8, 0, 0, 0, 1], pixels), { normalised: false });
    expect([...image.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('gives one colour alpha 0 where the image says so', async () => {
    const key = chunk('tRNS', Uint8Array.of(0, 7));
    const image = await parsePng(png([0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0], [0, 7, 8], key), {
      colour: 'rgba',
      normalised: false,
    });
    expect([...image.data]).toEqual([7, 8, 7, 8, 7, 8, 0, 255]);
  });

  test('refuses what is no image, is cut short or damaged, with the file and the offset', async () => {
    expect(await refusal(new Uint8Array())).toContain('[E_PNG_MAGIC] x.png: offset 0');
    expect(await refusal(Uint8Array.of(0xff, 0xd8, 0xff))).toContain('but a JPEG');
    for (let length = 8; length < colour.length; length += 7) {
      expect(await refusal(colour.subarray(0, length))).toContain('[E_PNG_CHUNK] x.png: offset ');
    }
    const damaged = colour.slice();
    damaged[50] = (damaged[50] ?? 0) ^ 1;
    expect(await refusal(damaged)).toContain('[E_PNG_CHUNK] x.png: offset 33: the chunk "IDAT"');
    expect(
      await refusal(Uint8Array.from([...colour.subarray(0, 8), ...chunk('IEND', new Uint8Array())])),
    ).toContain('there is no header');
    expect(
      await refusal(Uint8Array.from([...colour.subarray(0, 33), ...chunk('IEND', new Uint8Array())])),
    ).toContain('there are no pixels');
  });

  test('refuses kinds and pixels that the standard does not have', async () => {
    expect(await refusal(png([0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 0, 0, 0], [0, 0]))).toContain('[E_PNG_TYPE]');
    expect(await refusal(png([0, 0, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0], [0, 0]))).toContain('0 × 1 pixels');
    const grey = [0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    expect(await refusal(png(grey, [0, 1]))).toContain('[E_PNG_CONTENT] x.png: offset 33: 2 bytes');
    expect(await refusal(png(grey, [5, 1, 1]))).toContain('filter 5');
    expect(await refusal(png([0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0], [0, 0]))).toContain('palette of 0');
    const noise = new Uint8Array(
      Buffer.concat([
        colour.subarray(0, 33),
        chunk('IDAT', Uint8Array.of(1, 2, 3)),
        chunk('IEND', new Uint8Array()),
      ]),
    );
    expect(await refusal(noise)).toContain('cannot be decompressed');
  });
});

describe('stackImages', () => {
  test('puts images of one shape side by side', () => {
    const image = (value: number) => array(Float32Array.of(value, value), [1, 1, 2]);
    expect(stackImages([image(1), image(2)])).toEqual(array(Float32Array.of(1, 1, 2, 2), [2, 1, 1, 2]));
    expectDataError(() => stackImages([]), 'E_DATA_EMPTY');
    expectDataError(
      () => stackImages([image(1), array(Float32Array.of(1, 1), [1, 2, 1])]),
      'E_DATA_SHAPE',
      'image 1 has the shape [1, 2, 1]',
    );
  });
});
