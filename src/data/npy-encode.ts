// Arrays as NumPy's .npy format, version 1.0, little endian and row-major. The counterpart of npy.ts.
// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import type { NumericArray, NumericData } from './array.ts';
import { withShape } from './array.ts';
import { dataError } from './data-error.ts';

/** The header is padded with spaces so that the elements begin at a multiple of this. */
const alignment = 64;
const prefixBytes = 10;

/**
 * The bytes of a .npy file, as `numpy.save` writes it: `numpy.load` gives the array back with its shape and dtype
 * (`float32`, `float64`, `int32`, `int16`, `int8`, `uint16` or `uint8`).
 *
 * @throws DataError `E_DATA_SHAPE` when the shape does not have as many elements as there are, `E_DATA_VALUE` for a
 * store that is none of those
 */
export function encodeNpy({ data, shape }: NumericArray<NumericData>): Uint8Array<ArrayBuffer> {
  withShape(data, shape);
  const descr = descriptionOf(data);
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const headerBytes = Math.ceil((prefixBytes + text.length + 1) / alignment) * alignment - prefixBytes;
  const header = `${text.padEnd(headerBytes - 1)}\n`;
  const start = prefixBytes + headerBytes;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, headerBytes & 0xff, headerBytes >>> 8]);
  bytes.set(new TextEncoder().encode(header), prefixBytes);
  const view = new DataView(bytes.buffer, start);
  const width = data.BYTES_PER_ELEMENT;
  for (let index = 0; index < data.length; index++) write(view, descr, index * width, data[index] ?? 0);
  return bytes;
}

type Description = '<f4' | '<f8' | '<i4' | '<i2' | '<u2' | '|i1' | '|u1';

function descriptionOf(data: NumericData): Description {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Int32Array) return '<i4';
  if (data instanceof Int16Array) return '<i2';
  if (data instanceof Uint16Array) return '<u2';
  if (data instanceof Int8Array) return '|i1';
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return '|u1';
  // Only code without types gets here.
  throw dataError(
    'E_DATA_VALUE',
    `a .npy file was to be made of ${Object.prototype.toString.call(data).slice('[object '.length, -1)}`,
    'pass a typed array of reals, or of integers of at most 32 bits',
  );
}

function write(view: DataView, descr: Description, offset: number, value: number): void {
  switch (descr) {
    case '<f4':
      view.setFloat32(offset, value, true);
      return;
    case '<f8':
      view.setFloat64(offset, value, true);
      return;
    case '<i4':
      view.setInt32(offset, value, true);
      return;
    case '<i2':
      view.setInt16(offset, value, true);
      return;
    case '<u2':
      view.setUint16(offset, value, true);
      return;
    case '|i1':
      view.setInt8(offset, value);
      return;
    case '|u1':
      view.setUint8(offset, value);
  }
}
