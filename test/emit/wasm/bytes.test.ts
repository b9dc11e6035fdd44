import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/emit/wasm/bytes.ts';
import { ByteReader } from '../../../src/emit/wasm/text/byte-reader.ts';

/** What a call writes, in hexadecimal. */
function written(write: (bytes: ByteWriter) => void): string {
  const bytes = new ByteWriter();
  write(bytes);
  return hexadecimal(bytes.view());
}

function hexadecimal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function reader(write: (bytes: ByteWriter) => void): ByteReader {
  const bytes = new ByteWriter();
  write(bytes);
  return new ByteReader(bytes.view());
}

describe('unsigned numbers', () => {
  test.each([
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '80 01'],
    [255, 'ff 01'],
    [16_383, 'ff 7f'],
    [16_384, '80 80 01'],
    [624_485, 'e5 8e 26'],
    [2 ** 31, '80 80 80 80 08'],
    [2 ** 32 - 1, 'ff ff ff ff 0f'],
  ])('%d is written as %s', (value, expected) => {
    expect(written((bytes) => bytes.unsigned(value))).toBe(expected);
  });

  property.prop([fc.integer({ min: 0, max: 2 ** 32 - 1 })])('read back as they were written', (value) => {
    const read = reader((bytes) => bytes.unsigned(value));
    expect(read.unsigned()).toBe(value);
    expect(read.isAtEnd).toBe(true);
  });
});

describe('signed numbers', () => {
  test.each([
    [0, '00'],
    [-1, '7f'],
    [63, '3f'],
    [64, 'c0 00'],
    [-64, '40'],
    [-65, 'bf 7f'],
    [127, 'ff 00'],
    [128, '80 01'],
    [-128, '80 7f'],
    [-123_456, 'c0 bb 78'],
    [2 ** 31 - 1, 'ff ff ff ff 07'],
    [-(2 ** 31), '80 80 80 80 78'],
  ])('%d is written as %s', (value, expected) => {
    expect(written((bytes) => bytes.signed(value))).toBe(expected);
  });

  test('are the same whether their bits are given with a sign or without', () => {
    expect(written((bytes) => bytes.signed(0xffff_ffff))).toBe(written((bytes) => bytes.signed(-1)));
  });

  property.prop([fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })])(
    'read back as they were written',
    (value) => {
      const read = reader((bytes) => bytes.signed(value));
      expect(read.signed()).toBe(BigInt(value));
      expect(read.isAtEnd).toBe(true);
    },
  );
});

describe('floats', () => {
  test('are little-endian IEEE 754', () => {
    expect(written((bytes) => bytes.float32(1))).toBe('00 00 80 3f');
    expect(written((bytes) => bytes.float32(-0))).toBe('00 00 00 80');
    expect(written((bytes) => bytes.float64(1))).toBe('00 00 00 00 00 00 f0 3f');
    expect(written((bytes) => bytes.float64(-Infinity))).toBe('00 00 00 00 00 00 f0 ff');
  });
});

describe('runs of bytes', () => {
  test('names are UTF-8 behind the number of their bytes', () => {
    expect(written((bytes) => bytes.name('aµ'))).toBe('03 61 c2 b5');
  });

  test('sized runs stand behind their length, which may take two bytes', () => {
    expect(written((bytes) => bytes.sized(new Uint8Array(128).fill(7)))).toBe(
      `80 01 ${Array(128).fill('07').join(' ')}`,
    );
  });

  test('byte by byte and in runs larger than twice the room, the writer grows and keeps what it has', () => {
    const bytes = new ByteWriter();
    const expected: number[] = [];
    const add = (run: readonly number[]): void => {
      bytes.append(run);
      expected.push(...run);
    };
    for (let index = 0; index < 1000; index++) {
      bytes.byte(index % 251);
      expected.push(index % 251);
    }
    add([]);
    add(Array.from({ length: 10_000 }, (_, index) => index % 256));
    add([1, 2, 3]);
    expect(bytes.length).toBe(expected.length);
    expect([...bytes.view()]).toEqual(expected);
  });

  test('a view keeps what was written when it was taken', () => {
    const bytes = new ByteWriter();
    bytes.append([1, 2, 3]);
    const early = bytes.view();
    bytes.append(new Uint8Array(1000));
    expect([...early]).toEqual([1, 2, 3]);
  });

  test('a writer can be appended to itself', () => {
    const bytes = new ByteWriter();
    bytes.append(Array.from({ length: 200 }, (_, index) => index));
    const once = [...bytes.view()];
    bytes.append(bytes.view());
    expect([...bytes.view()]).toEqual([...once, ...once]);
  });
});
