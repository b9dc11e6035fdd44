import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { SafetensorSource } from 'tapeless/io';
import { decodeSafetensors, encodeSafetensors } from 'tapeless/io';
import { fromBrain, fromHalf, toBrain, toHalf } from '../../src/io/half.ts';
import { parseExact, stringifyExact } from '../../src/io/exact-json.ts';
import { expectIoError } from './expect-io-error.ts';

/** Files that Python wrote of PyTorch's tensors, in base64. */
interface PytorchFiles {
  readonly dtypes: string;
  readonly halves: readonly (number | string)[];
  readonly asHalf: readonly (number | string)[];
  readonly asBrain: readonly (number | string)[];
}
const files = JSON.parse(
  readFileSync(new URL('pytorch-files.json', import.meta.url), 'utf8'),
) as PytorchFiles;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** A file with this header, whatever it says. */
function fileWith(header: unknown, body = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

describe('reading', () => {
  test("gives PyTorch's tensors of every element type", () => {
    const { tensors, metadata } = decodeSafetensors(bytesOf(files.dtypes));
    expect(metadata).toEqual({ format: 'pt', ü: '☃' });
    const halves = Float32Array.from(files.asHalf, Number);
    const brains = Float32Array.from(files.asBrain, Number);
    expect(tensors).toEqual({
      f64: { dtype: 'F64', shape: [1, 2], data: Float64Array.of(1 / 3, 2) },
      f32: { dtype: 'F32', shape: [], data: Float32Array.of(0.1) },
      f16: { dtype: 'F16', shape: [14], data: halves },
      bf16: { dtype: 'BF16', shape: [14], data: brains },
      i64: { dtype: 'I64', shape: [2], data: BigInt64Array.of(2n ** 40n, -1n) },
      i32: { dtype: 'I32', shape: [2, 1], data: Int32Array.of(1, -2) },
      i16: { dtype: 'I16', shape: [1], data: Int16Array.of(-3) },
      i8: { dtype: 'I8', shape: [2], data: Int8Array.of(-4, 5) },
      u8: { dtype: 'U8', shape: [1], data: Uint8Array.of(255) },
      bool: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
      empty: { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) },
    });
  });

  test('works at an odd offset of a larger memory, and on an ArrayBuffer', () => {
    const bytes = bytesOf(files.dtypes);
    const inside = new Uint8Array(bytes.length + 5);
    inside.set(bytes, 3);
    const expected = decodeSafetensors(bytes);
    expect(decodeSafetensors(inside.subarray(3, 3 + bytes.length))).toEqual(expected);
    expect(decodeSafetensors(bytes.buffer)).toEqual(expected);
    // Memory of its own: what is written into the file later does not show.
    bytes.fill(0);
    expect(expected.tensors['u8']?.data[0]).toBe(255);
  });

  test('refuses every file that is cut off, and what is appended', () => {
    const bytes = bytesOf(files.dtypes);
    for (let length = 0; length < bytes.length; length++) {
      expectIoError(() => decodeSafetensors(bytes.subarray(0, length)), 'E_SAFETENSORS_TRUNCATED');
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expectIoError(
      () => decodeSafetensors(longer, { file: 'a.safetensors' }),
      'E_SAFETENSORS_OFFSETS',
      'a.safe',
    );
  });

  test.each([
    ['a length beyond reason', new Uint8Array(16).fill(255), 'E_SAFETENSORS_HEADER', 'bytes is no header'],
    ['no JSON', fileWith('{"a":'), 'E_SAFETENSORS_HEADER', 'no JSON'],
    ['a list', fileWith('[]'), 'E_SAFETENSORS_HEADER', 'no JSON object'],
    ['white space in front', fileWith(' {}'), 'E_SAFETENSORS_HEADER', 'no JSON object'],
    ['a tensor that is a number', fileWith({ a: 1 }), 'E_SAFETENSORS_HEADER', '"a" is described'],
    [
      'metadata that are no texts',
      fileWith({ __metadata__: { a: 1 } }),
      'E_SAFETENSORS_HEADER',
      '__metadata__',
    ],
    [
      'a name twice',
      fileWith('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{}}'),
      'E_SAFETENSORS_HEADER',
      '"a" twice',
    ],
    [
      'a field twice',
      fileWith('{"{}":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}'),
      'E_SAFETENSORS_HEADER',
      '"shape" twice',
    ],
    [
      'an unknown element type',
      fileWith({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      'E_SAFETENSORS_DTYPE',
      '"a" holds "F8_E4M3"',
    ],
    [
      'a name of Object.prototype as an element type',
      fileWith({ a: { dtype: 'toString', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      'E_SAFETENSORS_DTYPE',
      '"toString"',
    ],
    [
      'a negative size',
      fileWith({ a: { dtype: 'U8', shape: [-1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      'E_SAFETENSORS_TENSOR',
      '[-1]',
    ],
    [
      'a shape of more elements than there are bytes',
      fileWith({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, new Uint8Array(4)),
      'E_SAFETENSORS_TENSOR',
      'takes 8 bytes',
    ],
    [
      'a shape beyond all memory',
      fileWith({ a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }, new Uint8Array(4)),
      'E_SAFETENSORS_TENSOR',
      'its offsets [0, 4] are 4 apart',
    ],
    [
      'offsets that are none',
      fileWith({ a: { dtype: 'U8', shape: [1], data_offsets: [0] } }, new Uint8Array(1)),
      'E_SAFETENSORS_OFFSETS',
      '[0]',
    ],
    [
      'offsets outside the file',
      fileWith({ a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] } }, new Uint8Array(3)),
      'E_SAFETENSORS_TRUNCATED',
      'take 4 bytes',
    ],
    [
      'tensors that overlap',
      fileWith(
        {
          a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        new Uint8Array(3),
      ),
      'E_SAFETENSORS_OFFSETS',
      '"b" begins at 1, where 2 is next: it overlaps',
    ],
    [
      'a gap',
      fileWith({ a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, new Uint8Array(2)),
      'E_SAFETENSORS_OFFSETS',
      'leaves a gap',
    ],
    [
      'a header that is no UTF-8',
      (() => {
        const file = fileWith('{"a":1}');
        file[10] = 0xff;
        return file;
      })(),
      'E_SAFETENSORS_HEADER',
      'UTF-8',
    ],
  ] as const)('refuses %s', (_what, file, code, fragment) => {
    expectIoError(() => decodeSafetensors(file), code, fragment);
  });
});

describe('writing', () => {
  const sources: Readonly<Record<string, SafetensorSource>> = {
    b: { data: Float32Array.of(1, NaN, -0, Infinity), shape: [2, 2] },
    a: { data: Float32Array.of(0.1) },
    __proto__x: { data: Uint8Array.of(1, 0), dtype: 'BOOL' },
    big: { data: BigUint64Array.of(2n ** 64n - 1n), shape: [] },
    small: { data: Int8Array.of(-1) },
  };

  test('is read back, wider elements first and names in order, each aligned to its width', () => {
    const bytes = encodeSafetensors(sources, { metadata: { z: '1', a: '"' } });
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['big', 'a', 'b', '__proto__x', 'small']);
    expect(tensors['b']?.data).toEqual(sources['b']?.data);
    expect(tensors['__proto__x']?.dtype).toBe('BOOL');
    expect(metadata).toEqual({ a: '"', z: '1' });
    const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(header % 8).toBe(0);
  });

  test('gives the same bytes whatever the order of the properties', () => {
    const reversed = Object.fromEntries(Object.entries(sources).reverse());
    expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors(sources));
  });

  test('takes any name, __proto__ too', () => {
    const named = Object.fromEntries([['__proto__', { data: Uint8Array.of(7) }]]);
    expect(Object.keys(decodeSafetensors(encodeSafetensors(named)).tensors)).toEqual(['__proto__']);
  });

  test('gives back what was written, for any names, shapes and bits', () => {
    const tensor = fc.oneof(
      fc.float32Array().map((data) => ({ data })),
      fc.float64Array().map((data) => ({ data })),
      fc.int32Array().map((data) => ({ data })),
      fc.bigInt64Array().map((data) => ({ data, shape: [1, data.length, 1] })),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__metadata__'),
          tensor,
        ),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const read = decodeSafetensors(encodeSafetensors(tensors, { metadata }));
          expect(new Map(Object.entries(read.metadata))).toEqual(new Map(Object.entries(metadata)));
          expect(Object.keys(read.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted());
          for (const [name, { data }] of Object.entries(tensors)) {
            expect(Object.is(read.tensors[name]?.data, data)).toBe(false);
            expect(read.tensors[name]?.data).toEqual(data);
          }
        },
      ),
      { seed: 7 },
    );
  });

  test('refuses what is no tensor', () => {
    const refused = (source: unknown, name = 'w') =>
      [() => encodeSafetensors({ [name]: source as SafetensorSource })] as const;
    expectIoError(...refused({ data: [1, 2] }), 'E_SAFETENSORS_TENSOR', '"w" holds no typed array');
    expectIoError(...refused(null), 'E_SAFETENSORS_TENSOR', '"w" holds no typed array');
    expectIoError(
      ...refused({ data: new Uint8Array(1) }, '__metadata__'),
      'E_SAFETENSORS_TENSOR',
      '__metadata__',
    );
    expectIoError(
      ...refused({ data: new Float32Array(3), shape: [2] }),
      'E_SAFETENSORS_TENSOR',
      '3 element(s)',
    );
    expectIoError(
      ...refused({ data: new Float32Array(3), dtype: 'I32' }),
      'E_SAFETENSORS_DTYPE',
      'holds F32',
    );
    const metadata = { epoch: 3 } as unknown as Record<string, string>;
    expectIoError(() => encodeSafetensors({}, { metadata }), 'E_SAFETENSORS_METADATA', '"epoch"');
  });
});

describe('16-bit floats', () => {
  const numbers = (values: readonly (number | string)[]) => values.map(Number);

  test('round as PyTorch does', () => {
    const halves = numbers(files.halves);
    expect(halves.map((value) => fromHalf(toHalf(value)))).toEqual(numbers(files.asHalf));
    expect(halves.map((value) => fromBrain(toBrain(value)))).toEqual(numbers(files.asBrain));
  });

  test('are written where they are asked for', () => {
    const data = Float32Array.from(numbers(files.halves));
    const { tensors } = decodeSafetensors(
      encodeSafetensors({ h: { data, dtype: 'F16' }, b: { data, dtype: 'BF16' } }),
    );
    expect(tensors['h']?.data).toEqual(Float32Array.from(files.asHalf, Number));
    expect(tensors['b']?.data).toEqual(Float32Array.from(files.asBrain, Number));
  });

  test('come back as the bits that they were, all 65536 of them but for NaN', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const half = fromHalf(bits);
      const brain = fromBrain(bits);
      if (Number.isNaN(half)) expect(toHalf(half)).toBe(0x7e00);
      else if (toHalf(half) !== bits) expect(toHalf(half)).toBe(bits);
      if (Number.isNaN(brain)) expect(toBrain(brain)).toBe(0x7fc0);
      else if (toBrain(brain) !== bits) expect(toBrain(brain)).toBe(bits);
    }
  });
});

test('JSON of numbers that JSON has not comes back as it was', () => {
  const value = { a: [NaN, -0, 0, Infinity, -Infinity, 0.1, 5e-324], b: { c: 'NaN', d: null } };
  expect(parseExact(stringifyExact(value))).toStrictEqual(value);
});
