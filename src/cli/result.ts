// What a command gives: a text for people, or one JSON document for machines; on standard output, or in a file.

import { access, constants, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileError, writeContent } from '../node/file-content.ts';
import type { Terminal } from './terminal.ts';

/** Prints the text, or the document where JSON was asked for. */
export function printResult(
  { terminal, options }: { readonly terminal: Terminal; readonly options: { readonly json?: boolean } },
  text: string,
  document: unknown,
): void {
  const printed = options.json === true ? JSON.stringify(document, undefined, 2) : text;
  terminal.output.write(printed.endsWith('\n') ? printed : `${printed}\n`);
}

/** A path that was named on the command line. */
export function pathFrom(terminal: Pick<Terminal, 'folder'>, file: string): string {
  return resolve(terminal.folder, file);
}

/** Writes a file that was named on the command line. @throws DataError `E_FILE` */
export async function writeFileFor(
  terminal: Pick<Terminal, 'folder'>,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  await writeContent(pathFrom(terminal, file), content);
}

/** Makes a folder that files will be written to: better refused before a long run than after it. @throws DataError `E_FILE` */
export async function makeFolder(terminal: Pick<Terminal, 'folder'>, folder: string): Promise<void> {
  const path = pathFrom(terminal, folder);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (cause) {
    throw fileError(folder, 'cannot be written to', cause);
  }
}
