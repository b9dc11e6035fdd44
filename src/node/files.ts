// Files: IDX data in, texts out. Relies on the IDX parser of tapeless/data and on Node's file system.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { IdxArray } from '../data/index.ts';
import { parseIdx } from '../data/index.ts';
import { DataError } from '../ir/errors.ts';

const decompress = promisify(gunzip);

/**
 * Reads an IDX file, such as the images and labels of MNIST; compressed by gzip or not.
 * @param file a path, or a `file:` URL
 * @throws DataError `E_FILE` when the file cannot be read or decompressed, and what `parseIdx` throws; all messages
 * name the file
 */
export async function readIdx(file: string | URL): Promise<IdxArray> {
  const bytes = await contentOf(file);
  try {
    return parseIdx(bytes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { help } = error;
    throw new DataError(error.code, `${String(file)}: ${error.message}`, {
      cause: error,
      ...(help === undefined ? {} : { help }),
    });
  }
}

/**
 * Writes a text file (UTF-8), and the folders on the way to it; an older file is replaced.
 * @param file a path, or a `file:` URL
 * @throws DataError `E_FILE` when the file or a folder cannot be written
 */
export async function saveText(file: string | URL, text: string): Promise<void> {
  try {
    const path = typeof file === 'string' ? file : fileURLToPath(file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw fileError(file, 'cannot be written', cause);
  }
}

async function contentOf(file: string | URL): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b; // the magic number of gzip, RFC 1952
    return isCompressed ? await decompress(bytes) : bytes;
  } catch (cause) {
    throw fileError(file, 'cannot be read', cause);
  }
}

/** A file that cannot be read or written, with the reason. */
export function fileError(file: string | URL, what: string, cause: unknown): DataError {
  const help = 'check the path (relative paths start at the working directory) and the permissions';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError('E_FILE', `${String(file)} ${what}: ${reason}\n\n  help: ${help}`, { help, cause });
}
