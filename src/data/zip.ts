// The entries of a ZIP archive, stored or deflated, by its central directory (PKWARE's APPNOTE 6.3). Relies on the
// platform's decompression.

import { crc32 } from './checksum.ts';
import { binaryError } from './data-error.ts';
import { inflate } from './inflate.ts';

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_SIZE = 30;
const ZIP64 = 0xffffffff;

/**
 * Unpacks an archive: the bytes of each file by name, checked against their checksums. Folders are left out.
 * @throws DataError with the file and the offset: `E_ZIP_MAGIC` (no archive, or one that is cut short), `E_ZIP_ENTRY`
 * (encrypted, too large or compressed in another way), `E_ZIP_CONTENT` (damaged)
 */
export async function unzip(
  content: Uint8Array | ArrayBuffer,
  file: string | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = new Uint8Array(content instanceof Uint8Array ? content : new Uint8Array(content));
  const view = new DataView(bytes.buffer);
  const end = endOfDirectory(view, file);
  const entries = new Map<string, Uint8Array>();
  let offset = view.getUint32(end + 16, true);
  for (let index = 0; index < view.getUint16(end + 10, true); index++) {
    if (offset + ENTRY_SIZE > end || view.getUint32(offset, true) !== ENTRY_SIGNATURE) {
      throw binaryError('E_ZIP_MAGIC', file, offset, `entry ${index} is not where the archive says`, damaged);
    }
    const nameLength = view.getUint16(offset + 28, true);
    const name = new TextDecoder().decode(
      bytes.subarray(offset + ENTRY_SIZE, offset + ENTRY_SIZE + nameLength),
    );
    if (!name.endsWith('/')) entries.set(name, await entryContent(bytes, view, offset, name, file));
    offset += ENTRY_SIZE + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

const damaged = 'the archive is damaged or cut short: fetch or write it again';

/** The end record stands last, but for a comment of at most 65535 bytes. */
function endOfDirectory(view: DataView, file: string | undefined): number {
  const first = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let offset = view.byteLength - END_SIZE; offset >= first; offset--) {
    if (view.getUint32(offset, true) === END_SIGNATURE) return offset;
  }
  throw binaryError('E_ZIP_MAGIC', file, 0, 'this is no ZIP archive, or its end is missing', damaged);
}

async function entryContent(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  entry: number,
  name: string,
  file: string | undefined,
): Promise<Uint8Array> {
  const method = view.getUint16(entry + 10, true);
  const checksum = view.getUint32(entry + 16, true);
  const compressedSize = view.getUint32(entry + 20, true);
  const size = view.getUint32(entry + 24, true);
  const local = view.getUint32(entry + 42, true);
  const isEncrypted = (view.getUint16(entry + 8, true) & 1) === 1;
  const isLarge = [compressedSize, size, local].includes(ZIP64);
  if (isEncrypted || isLarge || (method !== 0 && method !== 8)) {
    const what = isEncrypted
      ? 'is encrypted'
      : isLarge
        ? 'is larger than 4 GB'
        : `is compressed by method ${method}`;
    throw binaryError(
      'E_ZIP_ENTRY',
      file,
      entry,
      `"${name}" ${what}`,
      'write it stored or deflated, without password',
    );
  }
  if (local + LOCAL_SIZE > bytes.length || view.getUint32(local, true) !== LOCAL_SIGNATURE) {
    throw binaryError('E_ZIP_MAGIC', file, local, `"${name}" is not where the archive says`, damaged);
  }
  const start = local + LOCAL_SIZE + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = bytes.slice(start, start + compressedSize);
  // What is damaged may also end early, or throw: all of it is one error.
  const content = method === 0 ? packed : await inflate(packed, 'deflate-raw').catch(() => new Uint8Array());
  if (content.length === size && crc32(content) === checksum) return content;
  throw binaryError('E_ZIP_CONTENT', file, start, `"${name}" does not agree with its checksum`, damaged);
}
