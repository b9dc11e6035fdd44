// Files to write: texts, bytes, JSON, arrays and pictures. The folders on the way to a file are made, and an older file
// is replaced. Relies on the printers of tapeless/data and tapeless/viz.

import type { NumericArray, NumericData } from '../data/index.ts';
import { encodeNpy } from '../data/index.ts';
import type { RasterOptions } from '../viz/index.ts';
import { toPng } from '../viz/index.ts';
import type { FileLocation } from './file-content.ts';
import { writeContent } from './file-content.ts';

/**
 * Writes a text file (UTF-8).
 * @throws DataError `E_FILE` when the file or a folder cannot be written
 */
export async function saveText(file: FileLocation, text: string): Promise<void> {
  await writeContent(file, text);
}

/**
 * Writes bytes as they are.
 * @throws DataError `E_FILE` when the file or a folder cannot be written
 */
export async function saveBytes(file: FileLocation, bytes: Uint8Array | ArrayBuffer): Promise<void> {
  await writeContent(file, bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
}

/**
 * Writes a value as JSON, indented by two spaces: a history, a fitted scaler or encoder (`restore` brings it back).
 * @throws DataError `E_FILE` when the file or a folder cannot be written; TypeError for what JSON cannot say
 */
export async function saveJson(file: FileLocation, value: unknown): Promise<void> {
  await writeContent(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

/**
 * Writes an array as a .npy file, which `numpy.load` and `readNpy` read: the bytes of `encodeNpy`.
 * @throws DataError `E_FILE` when the file or a folder cannot be written
 */
export async function saveNpy(file: FileLocation, array: NumericArray<NumericData>): Promise<void> {
  await writeContent(file, encodeNpy(array));
}

/**
 * Writes a picture of `tapeless/viz` (SVG text) as a PNG image, in its light look: the bytes of `toPng`.
 * @throws DataError `E_FILE` when the file or a folder cannot be written, and what `toPng` throws
 */
export async function savePng(file: FileLocation, svg: string, options: RasterOptions = {}): Promise<void> {
  await writeContent(file, await toPng(svg, options));
}
