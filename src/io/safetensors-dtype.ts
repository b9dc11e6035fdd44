// The element types of safetensors: what each is called, how wide it is, and which typed array holds it. One table, so
// that reading and writing cannot differ. Relies on the 16-bit floats.
import { fromBrain, fromHalf, toBrain, toHalf } from './half.ts';

/** The typed array that holds the elements of each type; 16-bit floats are widened to f32, which is exact. */
export interface SafetensorsElements {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly F16: Float32Array;
  readonly BF16: Float32Array;
  readonly I64: BigInt64Array;
  readonly U64: BigUint64Array;
  readonly I32: Int32Array;
  readonly U32: Uint32Array;
  readonly I16: Int16Array;
  readonly U16: Uint16Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

/** The name of an element type in a safetensors file. */
export type SafetensorsDtype = keyof SafetensorsElements;

/** Typed arrays that can be written. */
export type SafetensorsData = SafetensorsElements[SafetensorsDtype];

/** How elements lie in a file, least significant byte first. */
interface Encoding<Data extends SafetensorsData> {
  /** Bytes an element. */
  readonly bytes: number;
  /** Elements from bytes that nobody else holds, aligned to 8. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => Data;
  /** The bytes of elements, without a copy where they are in memory as they are in the file. */
  readonly encode: (data: Data) => Uint8Array;
}

// All engines run on little-endian machines, so that the bytes of a typed array are those of the file.
interface PlainStore<Data> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Data;
}

const plain = <Data extends SafetensorsData>(Store: PlainStore<Data>) => ({
  bytes: Store.BYTES_PER_ELEMENT,
  decode: (bytes: Uint8Array<ArrayBuffer>): Data =>
    new Store(bytes.buffer, bytes.byteOffset, bytes.length / Store.BYTES_PER_ELEMENT),
  encode: bytesOf,
});

const narrow = (widen: (bits: number) => number, round: (value: number) => number) => ({
  bytes: 2,
  decode: (bytes: Uint8Array<ArrayBuffer>) =>
    Float32Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), widen),
  encode: (data: Float32Array) => bytesOf(Uint16Array.from(data, round)),
});

/** By name, widest first: the order in which tensors are written, so that each lies at a multiple of its width. */
export const encodings: { readonly [Dtype in SafetensorsDtype]: Encoding<SafetensorsElements[Dtype]> } = {
  F64: plain(Float64Array),
  I64: plain(BigInt64Array),
  U64: plain(BigUint64Array),
  F32: plain(Float32Array),
  I32: plain(Int32Array),
  U32: plain(Uint32Array),
  F16: narrow(fromHalf, toHalf),
  BF16: narrow(fromBrain, toBrain),
  I16: plain(Int16Array),
  U16: plain(Uint16Array),
  I8: plain(Int8Array),
  U8: plain(Uint8Array),
  BOOL: plain(Uint8Array),
};

/** Whether a file may call an element type so. */
export function isSafetensorsDtype(name: unknown): name is SafetensorsDtype {
  return typeof name === 'string' && Object.hasOwn(encodings, name);
}

/** The element type that an array is written as when none is named; undefined for what is no such array. */
export function dtypeOf(data: unknown): SafetensorsDtype | undefined {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof Int16Array) return 'I16';
  if (data instanceof Uint16Array) return 'U16';
  if (data instanceof Int8Array) return 'I8';
  if (data instanceof Uint8Array) return 'U8';
  if (data instanceof BigInt64Array) return 'I64';
  return data instanceof BigUint64Array ? 'U64' : undefined;
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
