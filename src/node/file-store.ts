// A checkpoint as a file that is never half written. Relies on the interface of stores and on Node's file system.

import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ByteStore } from '../io/index.ts';
import { fileError, pathOf, type FileLocation } from './file-content.ts';

/** Options of `fileStore`. */
export interface FileStoreOptions {
  /** Keep the file that was there before as `<file>.previous`; default false. */
  readonly keepPrevious?: boolean;
}

/** A store that is a file. */
export interface FileStore extends ByteStore {
  /** The file's path. */
  readonly path: string;
}

/**
 * A file for `fit({ checkpoint: { store } })`. A write goes to a temporary file in the same folder, is flushed to the
 * disk, and is then renamed: whenever the process or the machine stops, the file is the old one or the new one, whole.
 * Folders on the way are made.
 *
 * @param file a path, or a `file:` URL
 * @throws DataError `E_FILE` by rejection, when the file cannot be read (unless there is none) or written
 */
export function fileStore(file: FileLocation, { keepPrevious = false }: FileStoreOptions = {}): FileStore {
  const path = resolve(pathOf(file));
  const folder = dirname(path);
  // One name for all writes of a process: what a killed one left behind is replaced by the next with its number.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  return {
    path,
    read: async () => {
      try {
        // A view on memory of its own: a Buffer would be one on a pool.
        return new Uint8Array(await readFile(path));
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw fileError(file, 'cannot be read', cause);
      }
    },
    write: async (bytes) => {
      try {
        await mkdir(folder, { recursive: true });
        await flushed(temporary, bytes);
        if (keepPrevious) await keepAs(path, `${path}.previous`);
        await rename(temporary, path);
        await flushFolder(folder);
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
        throw fileError(file, 'cannot be written', cause);
      }
    },
  };
}

async function flushed(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A second name for a file that is there, so that it exists under its own at any moment. */
async function keepAs(path: string, previous: string): Promise<void> {
  await rm(previous, { force: true });
  await link(path, previous).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
  });
}

/** A renaming is on the disk when its folder is; where folders cannot be opened (Windows) the system sees to it. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
