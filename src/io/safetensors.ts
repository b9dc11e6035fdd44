// The safetensors format: named tensors with metadata, in one file that holds no code. Relies on the table of element
// types. The format: https://huggingface.co/docs/safetensors (8 bytes with the length of a JSON header, the header,
// and the elements of all tensors without gaps). Reading is as strict as the reference implementation.
import { duplicateKey } from './duplicate-key.ts';
import { ioError } from './io-error.ts';
import type { SafetensorsData, SafetensorsDtype, SafetensorsElements } from './safetensors-dtype.ts';
import { dtypeOf, encodings, isSafetensorsDtype } from './safetensors-dtype.ts';

/** A tensor of a file, told apart by `dtype`: row-major elements with their shape; a scalar has the shape `[]`. */
export type Safetensor = {
  readonly [Dtype in SafetensorsDtype]: {
    readonly dtype: Dtype;
    readonly shape: readonly number[];
    readonly data: SafetensorsElements[Dtype];
  };
}[SafetensorsDtype];

/** A tensor to write. */
export interface SafetensorSource {
  readonly data: SafetensorsData;
  /** Default: `[data.length]`. */
  readonly shape?: readonly number[];
  /**
   * Default: that of the typed array. Float32Arrays may be written as `'F16'` or `'BF16'`, which rounds to nearest,
   * Uint8Arrays as `'BOOL'`.
   */
  readonly dtype?: SafetensorsDtype;
}

/** What a file holds. */
export interface Safetensors {
  /** By name, in the order in which they lie in the file. */
  readonly tensors: Readonly<Record<string, Safetensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of `encodeSafetensors`. */
export interface EncodeSafetensorsOptions {
  /** Texts by name; default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of `decodeSafetensors`. */
export interface DecodeSafetensorsOptions {
  /** The name that errors give the file; default none. */
  readonly file?: string;
}

const metadataKey = '__metadata__';
const lengthBytes = 8;
/** The reference implementation refuses longer headers, too. */
const longestHeader = 100_000_000;

/**
 * The bytes of a safetensors file. Wider elements come first and names ascend within one width, whatever the order of
 * the properties, so that every tensor is aligned and equal tensors give equal bytes.
 *
 * @example
 * const bytes = encodeSafetensors({ weight: { data: new Float32Array(6), shape: [2, 3] } }, { metadata: { epoch: '3' } });
 * @throws DataError `E_SAFETENSORS_TENSOR` (no typed array, or a shape of another number of elements),
 * `E_SAFETENSORS_DTYPE` (a type that the array cannot be written as), `E_SAFETENSORS_METADATA` (values that are no texts)
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafetensorSource>>,
  { metadata = {} }: EncodeSafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  const metadataEntries = Object.entries(metadata).sort(byName);
  for (const [name, value] of metadataEntries) requireText(name, value);
  if (metadataEntries.length > 0) header[metadataKey] = Object.fromEntries(metadataEntries);
  const sources = Object.entries(tensors).map(([name, source]) => checkedSource(name, source));
  sources.sort((a, b) => b.bytes - a.bytes || byName([a.name], [b.name]));
  let end = 0;
  for (const { name, dtype, shape, content } of sources) {
    const begin = end;
    end += content.length;
    Object.defineProperty(header, name, {
      value: { dtype, shape, data_offsets: [begin, end] },
      enumerable: true, // not by assignment, to which `__proto__` is no name like any other
    });
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded by spaces, so that the elements begin at a multiple of 8.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, lengthBytes, lengthBytes + headerBytes);
  file.set(text, lengthBytes);
  let offset = lengthBytes + headerBytes;
  for (const { content } of sources) {
    file.set(content, offset);
    offset += content.length;
  }
  return file;
}

/**
 * Reads a safetensors file; every tensor gets memory of its own. 16-bit floats are widened to f32, 64-bit integers are
 * BigInts, truth values bytes.
 *
 * @throws DataError, whose message names the file and the tensor: `E_SAFETENSORS_TRUNCATED` (the file ends early),
 * `E_SAFETENSORS_HEADER` (not a safetensors file, or a name that comes twice), `E_SAFETENSORS_DTYPE` (an element type
 * that JavaScript has no array for), `E_SAFETENSORS_TENSOR` (a shape that is none or does not fit the bytes),
 * `E_SAFETENSORS_OFFSETS` (tensors that overlap, leave gaps, or lie outside the file)
 */
export function decodeSafetensors(
  content: Uint8Array | ArrayBuffer,
  { file }: DecodeSafetensorsOptions = {},
): Safetensors {
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content);
  const { header, start } = readHeader(bytes, file);
  const { [metadataKey]: metadata = {}, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry, file));
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireCoverage(places, bytes.length - start, file);
  const tensors = places.map(({ name, dtype, shape, begin, end }) => {
    const data = encodings[dtype].decode(new Uint8Array(bytes.subarray(start + begin, start + end)));
    // The table gives each type its own array, which TypeScript does not follow through the index.
    return [name, Object.freeze({ dtype, shape, data }) as Safetensor] as const;
  });
  return Object.freeze({
    tensors: Object.freeze(Object.fromEntries(tensors)),
    metadata: readMetadata(metadata, file),
  });
}

interface CheckedSource {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly content: Uint8Array;
}

function checkedSource(name: string, source: SafetensorSource): CheckedSource {
  const { data, dtype: wanted } = Object(source) as SafetensorSource;
  const own = dtypeOf(data);
  const what = `the tensor ${JSON.stringify(name)}`;
  if (own === undefined || name === metadataKey) {
    throw ioError(
      'E_SAFETENSORS_TENSOR',
      own === undefined ? `${what} holds no typed array` : `no tensor can be called ${metadataKey}`,
      'pass { data: a typed array, shape } by name; metadata has an option of its own',
    );
  }
  const dtype = wanted ?? own;
  const isNarrowed = own === 'F32' && (dtype === 'F16' || dtype === 'BF16');
  if (dtype !== own && !isNarrowed && !(own === 'U8' && dtype === 'BOOL')) {
    throw ioError(
      'E_SAFETENSORS_DTYPE',
      `${what} holds ${own} and cannot be written as ${dtype}`,
      'leave out the dtype, or convert the array first',
    );
  }
  const shape = source.shape ?? [data.length];
  if (!isShape(shape) || countOf(shape) !== data.length) {
    throw ioError(
      'E_SAFETENSORS_TENSOR',
      `${what} has ${data.length} element(s), which is not the shape ${JSON.stringify(shape)}`,
      'pass a list of sizes whose product is the number of elements',
    );
  }
  // The array is one that this type is written from: checked above.
  const encode = encodings[dtype].encode as (data: SafetensorsData) => Uint8Array;
  return { name, dtype, shape, bytes: encodings[dtype].bytes, content: encode(data) };
}

function requireText(name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw ioError(
    'E_SAFETENSORS_METADATA',
    `the metadata ${JSON.stringify(name)} is no text`,
    'metadata are texts by name: JSON.stringify what is none',
  );
}

interface Header {
  readonly header: Readonly<Record<string, unknown>>;
  /** Where the elements begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, file: string | undefined): Header {
  if (bytes.length < lengthBytes) {
    throw ioError(
      'E_SAFETENSORS_TRUNCATED',
      `the file has ${bytes.length} byte(s), fewer than the ${lengthBytes} that say how long its header is`,
      'fetch or save the file again',
      { file },
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader) {
    throw headerError(`a header of ${length} bytes is no header`, file);
  }
  const start = lengthBytes + Number(length);
  if (start > bytes.length) {
    throw ioError(
      'E_SAFETENSORS_TRUNCATED',
      `the header has ${length} bytes, of which ${bytes.length - lengthBytes} are there`,
      'fetch or save the file again, if it is a safetensors file',
      { file },
    );
  }
  const text = headerText(bytes.subarray(lengthBytes, start), file);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw headerError('the header is no JSON', file, cause);
  }
  if (!text.startsWith('{') || !isRecord(header)) throw headerError('the header is no JSON object', file);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw headerError(`the header has ${JSON.stringify(twice)} twice`, file);
  return { header, start };
}

function headerText(bytes: Uint8Array, file: string | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw headerError('the header is no UTF-8', file, cause);
  }
}

function headerError(problem: string, file: string | undefined, cause?: unknown): Error {
  const help = 'check that it is a safetensors file: .pt, .pth and .bin files of PyTorch are another format';
  return ioError('E_SAFETENSORS_HEADER', problem, help, { file, cause });
}

interface Place {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function placeOf(name: string, entry: unknown, file: string | undefined): Place {
  const what = `the tensor ${JSON.stringify(name)}`;
  if (!isRecord(entry)) throw headerError(`${what} is described by no JSON object`, file);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isSafetensorsDtype(dtype)) {
    const known = Object.keys(encodings).join(', ');
    const problem = `${what} holds ${JSON.stringify(dtype) ?? 'no dtype'}`;
    throw ioError('E_SAFETENSORS_DTYPE', problem, `convert it to one of ${known}`, { file });
  }
  if (!isShape(shape)) {
    const problem = `${what} has the shape ${JSON.stringify(shape) ?? 'undefined'}`;
    throw ioError('E_SAFETENSORS_TENSOR', problem, 'a shape is a list of whole numbers', { file });
  }
  if (!isShape(offsets) || offsets.length !== 2) {
    const problem = `${what} has the offsets ${JSON.stringify(offsets) ?? 'undefined'}`;
    throw ioError('E_SAFETENSORS_OFFSETS', problem, 'offsets are two whole numbers', { file });
  }
  const [begin = 0, end = 0] = offsets;
  const needed = countOf(shape) * encodings[dtype].bytes;
  if (end - begin === needed) return { name, dtype, shape: Object.freeze([...shape]), begin, end };
  throw ioError(
    'E_SAFETENSORS_TENSOR',
    `${what} of shape [${shape.join(', ')}] and type ${dtype} takes ${needed} bytes, its offsets [${begin}, ${end}] ` +
      `are ${end - begin} apart`,
    'the file was not written correctly: save it again',
    { file, shapes: [shape] },
  );
}

/** Refuses tensors that overlap, gaps, and bytes that belong to no tensor. */
function requireCoverage(places: readonly Place[], available: number, file: string | undefined): void {
  let reached = 0;
  for (const { name, begin, end } of places) {
    if (begin !== reached) {
      const problem = begin < reached ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw ioError(
        'E_SAFETENSORS_OFFSETS',
        `the tensor ${JSON.stringify(name)} begins at ${begin}, where ${reached} is next: it ${problem}`,
        'the file was not written correctly: save it again',
        { file },
      );
    }
    reached = end;
  }
  if (reached === available) return;
  const isShort = reached > available;
  throw ioError(
    isShort ? 'E_SAFETENSORS_TRUNCATED' : 'E_SAFETENSORS_OFFSETS',
    `the tensors take ${reached} bytes, the file has ${available} after its header`,
    isShort ? 'the file is cut off: fetch or save it again' : 'remove what was appended to the file',
    { file },
  );
}

function readMetadata(metadata: unknown, file: string | undefined): Readonly<Record<string, string>> {
  if (isRecord(metadata)) {
    const texts = Object.entries(metadata).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    if (texts.length === Object.keys(metadata).length) return Object.freeze(Object.fromEntries(texts));
  }
  throw headerError(`${metadataKey} is no JSON object of texts`, file);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** By code units, which no locale changes. */
function byName([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
