// The bytes of a file, compressed by gzip or not, and how a file that cannot be read or written is refused. Relies on
// Node's file system and its zlib.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '../ir/errors.ts';

const decompress = promisify(gunzip);

/** A path, or a `file:` URL. */
export type FileLocation = string | URL;

/** The path as people write it: that of a `file:` URL decoded. */
export function pathOf(file: FileLocation): string {
  return typeof file === 'string' ? file : fileURLToPath(file);
}

/** The bytes, decompressed where they are gzip's. @throws DataError `E_FILE` */
export async function contentOf(file: FileLocation): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b; // the magic number of gzip, RFC 1952
    return isCompressed ? await decompress(bytes) : bytes;
  } catch (cause) {
    throw fileError(file, 'cannot be read', cause);
  }
}

/** Writes a file and the folders on the way to it. @throws DataError `E_FILE` */
export async function writeContent(file: FileLocation, content: string | Uint8Array): Promise<void> {
  try {
    const path = pathOf(file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (cause) {
    throw fileError(file, 'cannot be written', cause);
  }
}

/** The error of a file that the file system refuses. */
export function fileError(file: FileLocation, what: string, cause: unknown): DataError {
  const help = 'check the path (relative paths start at the working directory) and the permissions';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError('E_FILE', `${String(file)} ${what}: ${reason}\n\n  help: ${help}`, { help, cause });
}
