// NumPy's .npy format: bytes to a typed array with its shape, rows first. Relies on the dense array.
// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import type { NumericArray, NumericData } from './array.ts';
import { elementCount, withShape } from './array.ts';
import { binaryError } from './data-error.ts';

/** NumPy's names of the element types that are read. */
export type NpyElementType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64';

/** The typed array of each element type: the narrowest that holds it; wide integers have to fit 32 signed bits. */
export interface NpyElements {
  readonly bool: Uint8Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Int32Array;
  readonly int64: Int32Array;
  readonly uint64: Int32Array;
  readonly float16: Float32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The content of a .npy file, told apart by `elementType`. */
export type NpyArray = {
  readonly [Type in NpyElementType]: { readonly elementType: Type } & NumericArray<NpyElements[Type]>;
}[NpyElementType];

/** Options of the readers of binary files. */
export interface BinaryOptions {
  /** The name that errors give the file; default none. */
  readonly file?: string;
}

interface ElementReader {
  readonly elementType: NpyElementType;
  readonly bytes: number;
  readonly Store: new (length: number) => NumericData;
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number | bigint;
}

const readers: Readonly<Record<string, ElementReader>> = {
  b1: {
    elementType: 'bool',
    bytes: 1,
    Store: Uint8Array,
    read: (view, at) => Number(view.getUint8(at) !== 0),
  },
  i1: { elementType: 'int8', bytes: 1, Store: Int8Array, read: (view, at) => view.getInt8(at) },
  u1: { elementType: 'uint8', bytes: 1, Store: Uint8Array, read: (view, at) => view.getUint8(at) },
  i2: {
    elementType: 'int16',
    bytes: 2,
    Store: Int16Array,
    read: (view, at, little) => view.getInt16(at, little),
  },
  u2: {
    elementType: 'uint16',
    bytes: 2,
    Store: Uint16Array,
    read: (view, at, little) => view.getUint16(at, little),
  },
  i4: {
    elementType: 'int32',
    bytes: 4,
    Store: Int32Array,
    read: (view, at, little) => view.getInt32(at, little),
  },
  u4: {
    elementType: 'uint32',
    bytes: 4,
    Store: Int32Array,
    read: (view, at, little) => view.getUint32(at, little),
  },
  i8: {
    elementType: 'int64',
    bytes: 8,
    Store: Int32Array,
    read: (view, at, little) => view.getBigInt64(at, little),
  },
  u8: {
    elementType: 'uint64',
    bytes: 8,
    Store: Int32Array,
    read: (view, at, little) => view.getBigUint64(at, little),
  },
  f2: {
    elementType: 'float16',
    bytes: 2,
    Store: Float32Array,
    read: (view, at, little) => half(view.getUint16(at, little)),
  },
  f4: {
    elementType: 'float32',
    bytes: 4,
    Store: Float32Array,
    read: (view, at, little) => view.getFloat32(at, little),
  },
  f8: {
    elementType: 'float64',
    bytes: 8,
    Store: Float64Array,
    read: (view, at, little) => view.getFloat64(at, little),
  },
};

/**
 * Reads a .npy file of any version, byte order and memory order; the result is row-major, in memory of its own.
 * Truth values become 0 and 1 (u8), float16 becomes f32, and uint32, int64 and uint64 become i32 if all values fit.
 * A scalar has the shape `[1]`.
 *
 * @throws DataError with the file and the offset: `E_NPY_MAGIC` (not a .npy file), `E_NPY_HEADER`, `E_NPY_TYPE`
 * (complex numbers, texts, objects, records), `E_NPY_TRUNCATED`, `E_NPY_TRAILING`, `E_NPY_VALUE` (an integer beyond
 * 32 signed bits)
 */
export function parseNpy(content: Uint8Array | ArrayBuffer, options: BinaryOptions = {}): NpyArray {
  const { file } = options;
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { text, start } = readHeaderText(bytes, view, file);
  const { reader, littleEndian, fortranOrder, shape } = readHeader(text, file);
  const length = elementCount(shape);
  const expected = length * reader.bytes;
  const found = bytes.byteLength - start;
  if (found < expected) throw truncatedError(file, start, `[${shape.join(', ')}] elements`, expected, found);
  if (found > expected) {
    throw binaryError(
      'E_NPY_TRAILING',
      file,
      start + expected,
      `the file goes on for ${found - expected} byte(s) after its last element`,
      'the header does not belong to this content: write the file again',
    );
  }
  const data = new reader.Store(length);
  const sources = fortranOrder ? fortranOrdinals(shape) : undefined;
  for (let index = 0; index < length; index++) {
    const offset = start + (sources?.[index] ?? index) * reader.bytes;
    const value = reader.read(view, offset, littleEndian);
    data[index] = Number(value);
    if (data instanceof Int32Array && data[index] !== Number(value)) {
      throw binaryError(
        'E_NPY_VALUE',
        file,
        offset,
        `element ${index} of ${reader.elementType} is ${value}, which does not fit 32 signed bits`,
        "write the array as int32 or as float64 instead: numpy.save(file, x.astype('float64'))",
      );
    }
  }
  // The table of readers pairs every element type with the store that NpyElements says.
  return Object.freeze({ elementType: reader.elementType, ...withShape(data, shape) }) as NpyArray;
}

function readHeaderText(
  bytes: Uint8Array,
  view: DataView,
  file: string | undefined,
): { readonly text: string; readonly start: number } {
  const isNpy = bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
  if (!isNpy) {
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    throw binaryError(
      'E_NPY_MAGIC',
      file,
      0,
      `expected \\x93NUMPY, found ${bytes.length === 0 ? 'an empty file' : isZip ? 'a ZIP archive' : 'other bytes'}`,
      isZip ? 'a .npz file is read by parseNpz' : 'this is not a .npy file: write it by numpy.save',
    );
  }
  const major = bytes[6] ?? 0;
  const lengthBytes = major === 1 ? 2 : 4;
  const headerStart = 8 + lengthBytes;
  if (major < 1 || major > 3) {
    throw binaryError(
      'E_NPY_HEADER',
      file,
      6,
      `version ${major} of the format is not known`,
      'known are 1, 2 and 3',
    );
  }
  if (bytes.length < headerStart) {
    throw truncatedError(file, 8, 'the length of the header', lengthBytes, bytes.length - 8);
  }
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + length;
  if (bytes.length < start) {
    throw truncatedError(file, headerStart, 'the header', length, bytes.length - headerStart);
  }
  return { text: new TextDecoder().decode(bytes.subarray(headerStart, start)), start };
}

/** The header is a Python literal: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function readHeader(text: string, file: string | undefined) {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\dL,\s]*)\)/.exec(text)?.[1];
  if (descr === null || order === undefined || sizes === undefined) {
    throw binaryError(
      'E_NPY_HEADER',
      file,
      10,
      `the header is no description of an array: ${text.trim().slice(0, 80)}`,
      'write the file again by numpy.save',
    );
  }
  const [, type = 'records'] = descr;
  const reader = Object.hasOwn(readers, type.slice(1)) ? readers[type.slice(1)] : undefined;
  if (reader === undefined || !'<>|='.includes(type.charAt(0))) {
    throw binaryError(
      'E_NPY_TYPE',
      file,
      10,
      `arrays of ${JSON.stringify(type)} are not read`,
      `read are ${Object.values(readers)
        .map((known) => known.elementType)
        .join(', ')}; convert it by x.astype(…)`,
    );
  }
  const shape = sizes
    .split(',')
    .map((size) => size.trim().replace(/L$/, '')) // Python 2 wrote (3L, 4L)
    .filter((size) => size !== '')
    .map(Number);
  return {
    reader,
    littleEndian: !type.startsWith('>'),
    fortranOrder: order === 'True',
    shape: shape.length === 0 ? [1] : shape,
  };
}

/** Where the elements of a row-major array lie in a column-major file. */
function fortranOrdinals(shape: readonly number[]): Float64Array {
  const ordinals = new Float64Array(elementCount(shape));
  const position = shape.map(() => 0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  let ordinal = 0;
  for (let index = 0; index < ordinals.length; index++) {
    ordinals[index] = ordinal;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      ordinal += strides[axis] ?? 0;
      position[axis] = next;
      if (next < (shape[axis] ?? 0)) break;
      ordinal -= next * (strides[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return ordinals;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function truncatedError(
  file: string | undefined,
  offset: number,
  what: string,
  expected: number,
  found: number,
): Error {
  return binaryError(
    'E_NPY_TRUNCATED',
    file,
    offset,
    `expected ${expected} byte(s) for ${what}, found ${Math.max(0, found)}`,
    'the file is cut short: fetch or write it again',
  );
}
