// The IDX file format of MNIST and its kin: bytes to a typed array with its shape. Relies on the dense array;
// reading a file into bytes is the caller's affair, so this runs in a browser too.

import type { NumericArray, NumericData } from './array.ts';
import { elementCount, rowCount, rowLength, withShape } from './array.ts';
import { dataError } from './data-error.ts';

/** The element types of IDX files. */
export type IdxElementType = 'u8' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64';

/** The typed array of each element type. */
export interface IdxElements {
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly i16: Int16Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

/** The content of an IDX file, told apart by `elementType`. */
export type IdxArray = {
  readonly [Type in IdxElementType]: { readonly elementType: Type } & NumericArray<IdxElements[Type]>;
}[IdxElementType];

interface IdxCode {
  readonly elementType: IdxElementType;
  readonly bytesPerElement: number;
}

/** The third byte of the file. */
const codes: ReadonlyMap<number, IdxCode> = new Map([
  [0x08, { elementType: 'u8', bytesPerElement: 1 }],
  [0x09, { elementType: 'i8', bytesPerElement: 1 }],
  [0x0b, { elementType: 'i16', bytesPerElement: 2 }],
  [0x0c, { elementType: 'i32', bytesPerElement: 4 }],
  [0x0d, { elementType: 'f32', bytesPerElement: 4 }],
  [0x0e, { elementType: 'f64', bytesPerElement: 8 }],
]);

/**
 * Reads an IDX file: two zero bytes, the element type, the number of axes, one big-endian 32-bit size an axis,
 * then the elements, big-endian and row-major (Y. LeCun, "The MNIST database of handwritten digits").
 * Unsigned bytes are a view on the given memory, without a copy.
 *
 * @throws DataError `E_IDX_MAGIC` (not an IDX file, or still compressed), `E_IDX_TYPE` (unknown element type),
 * `E_IDX_TRUNCATED`, `E_IDX_TRAILING` (more bytes than the sizes call for)
 */
export function parseIdx(file: Uint8Array | ArrayBuffer): IdxArray {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  requireBytes(bytes, 0, 4, 'the magic number');
  const [zero = 0, alsoZero = 0, typeCode = 0, axes = 0] = bytes;
  if (zero !== 0 || alsoZero !== 0 || axes === 0) throw magicError(bytes);
  const code = codes.get(typeCode);
  if (code === undefined) {
    throw dataError(
      'E_IDX_TYPE',
      `offset 2: unknown element type 0x${hexadecimal(typeCode)}`,
      `IDX files have one of ${[...codes.keys()].map((known) => `0x${hexadecimal(known)}`).join(', ')} there`,
    );
  }
  requireBytes(bytes, 4, 4 * axes, `the sizes of ${axes} axes`);
  const reader = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => reader.getUint32(4 + 4 * axis));
  const start = 4 + 4 * axes;
  const length = elementCount(shape);
  const expected = length * code.bytesPerElement;
  requireBytes(bytes, start, expected, `[${shape.join(', ')}] elements of ${code.bytesPerElement} byte(s)`);
  const found = bytes.byteLength - start;
  if (found > expected) {
    throw dataError(
      'E_IDX_TRAILING',
      `offset ${start + expected}: the file goes on for ${found - expected} byte(s) after its last element; ` +
        `the shape [${shape.join(', ')}] calls for ${expected} byte(s) from offset ${start}, found ${found}`,
      'the sizes in the header do not belong to this content: fetch the file again',
      [shape],
    );
  }
  const body = new DataView(bytes.buffer, bytes.byteOffset + start, expected);
  return readElements(code.elementType, body, length, shape);
}

/**
 * Images as rows of reals: `[n, 28, 28]` (or any shape with the image on axis 0) becomes f32 `[n, 784]`.
 * Take the images you need first (`sliceRows`): all of MNIST is 188 MB as f32.
 *
 * @throws DataError `E_DATA_SHAPE` unless there are at least two axes
 */
export function flattenImages(images: NumericArray<NumericData>): NumericArray {
  if (images.shape.length < 2) {
    throw dataError(
      'E_DATA_SHAPE',
      `flattenImages takes images, found the shape [${images.shape.join(', ')}]`,
      'pass an array with the image on axis 0 and its pixels on the others; labels stay as they are',
      [images.shape],
    );
  }
  return withShape(Float32Array.from(images.data), [rowCount(images), rowLength(images)]);
}

function readElements(
  elementType: IdxElementType,
  body: DataView,
  length: number,
  shape: readonly number[],
): IdxArray {
  const elements: { readonly [Type in IdxElementType]: () => IdxArray } = {
    u8: () => idxArray('u8', new Uint8Array(body.buffer, body.byteOffset, length), shape),
    i8: () => idxArray('i8', new Int8Array(body.buffer, body.byteOffset, length).slice(), shape),
    i16: () =>
      idxArray(
        'i16',
        Int16Array.from({ length }, (_, index) => body.getInt16(2 * index)),
        shape,
      ),
    i32: () =>
      idxArray(
        'i32',
        Int32Array.from({ length }, (_, index) => body.getInt32(4 * index)),
        shape,
      ),
    f32: () =>
      idxArray(
        'f32',
        Float32Array.from({ length }, (_, index) => body.getFloat32(4 * index)),
        shape,
      ),
    f64: () =>
      idxArray(
        'f64',
        Float64Array.from({ length }, (_, index) => body.getFloat64(8 * index)),
        shape,
      ),
  };
  return elements[elementType]();
}

function idxArray<Type extends IdxElementType>(
  elementType: Type,
  data: IdxElements[Type],
  shape: readonly number[],
): { readonly elementType: Type } & NumericArray<IdxElements[Type]> {
  return Object.freeze({ elementType, ...withShape(data, shape) });
}

function requireBytes(bytes: Uint8Array, offset: number, expected: number, what: string): void {
  const found = Math.max(0, bytes.byteLength - offset);
  if (found >= expected) return;
  throw dataError(
    'E_IDX_TRUNCATED',
    `offset ${offset}: expected ${expected} byte(s) for ${what}, found ${found}`,
    'the file is cut short: fetch it again and compare its size with the source',
  );
}

function magicError(bytes: Uint8Array): Error {
  const magic = [...bytes.subarray(0, 4)].map(hexadecimal).join(' ');
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return dataError(
    'E_IDX_MAGIC',
    isGzip
      ? `offset 0: the file is compressed (gzip, ${magic})`
      : `offset 0: expected two zero bytes, an element type and a number of axes above 0, found ${magic}`,
    isGzip ? 'decompress it first, e.g. with DecompressionStream("gzip")' : 'this is not an IDX file',
  );
}

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
