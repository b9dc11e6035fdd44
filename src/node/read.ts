// Data files by path: what the parsers of tapeless/data read, with the file's name in their errors. Relies on those
// parsers and on Node's file system. All files may be compressed by gzip.

import type {
  BinaryOptions,
  ColumnKinds,
  CsvOptions,
  IdxArray,
  JsonLinesOptions,
  NpyArray,
  NumericArray,
  PngOptions,
  Table,
  TextOptions,
} from '../data/index.ts';
import { parseCsv, parseIdx, parseJsonLines, parseNpy, parseNpz, parsePng } from '../data/index.ts';
import { textError } from '../data/data-error.ts';
import { jsonFault } from '../data/json-fault.ts';
import { placeOf, sourceText } from '../data/text.ts';
import { DataError } from '../ir/errors.ts';
import type { FileLocation } from './file-content.ts';
import { contentOf } from './file-content.ts';

/** Options of a reader by path: those of its parser, which is told the file's name. */
type ByPath<Options extends TextOptions | BinaryOptions> = Omit<Options, 'file'>;

/**
 * Reads a text file; a byte order mark is left out.
 * @throws DataError `E_FILE` when the file cannot be read or decompressed, `E_TEXT_ENCODING` with line and column
 */
export async function readText(file: FileLocation, options: ByPath<TextOptions> = {}): Promise<string> {
  return sourceText(await contentOf(file), { ...options, file: String(file) }).text;
}

/**
 * Reads a JSON file.
 * @throws DataError `E_FILE`, `E_TEXT_ENCODING`, `E_JSON_SYNTAX` with line and column
 */
export async function readJson(file: FileLocation, options: ByPath<TextOptions> = {}): Promise<unknown> {
  const source = sourceText(await contentOf(file), { ...options, file: String(file) });
  try {
    return JSON.parse(source.text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw textError(
      'E_JSON_SYNTAX',
      placeOf(source, jsonFault(source.text)),
      `the file is not JSON: ${reason}`,
      'correct the place; a file with an object a line is read by readJsonLines',
    );
  }
}

/**
 * Reads a CSV file to a table of typed columns, as `parseCsv` does:
 *
 * ```ts
 * const flowers = tableDataset(await readCsv('iris.csv'), { x: ['length', 'width'], y: 'species' });
 * ```
 *
 * @throws DataError `E_FILE` when the file cannot be read or decompressed, and what `parseCsv` throws: with file, line
 * and column
 */
export async function readCsv<const Kinds extends ColumnKinds>(
  file: FileLocation,
  options: ByPath<CsvOptions<Kinds>> = {},
): Promise<Table<Kinds>> {
  return parseCsv<Kinds>(await contentOf(file), { ...options, file: String(file) });
}

/**
 * Reads a file with a JSON object a line to a table, as `parseJsonLines` does.
 * @throws DataError `E_FILE`, and what `parseJsonLines` throws: with file, line and column
 */
export async function readJsonLines(
  file: FileLocation,
  options: ByPath<JsonLinesOptions> = {},
): Promise<Table> {
  return parseJsonLines(await contentOf(file), { ...options, file: String(file) });
}

/**
 * Reads a .npy file of NumPy, as `parseNpy` does.
 * @throws DataError `E_FILE`, and what `parseNpy` throws: with file and offset
 */
export async function readNpy(file: FileLocation): Promise<NpyArray> {
  return parseNpy(await contentOf(file), { file: String(file) });
}

/**
 * Reads a .npz archive of NumPy: its arrays by name, as `parseNpz` does.
 * @throws DataError `E_FILE`, and what `parseNpz` throws: with file, array and offset
 */
export async function readNpz(file: FileLocation): Promise<Readonly<Record<string, NpyArray>>> {
  return parseNpz(await contentOf(file), { file: String(file) });
}

/**
 * Reads an IDX file, such as the images and labels of MNIST.
 * @throws DataError `E_FILE`, and what `parseIdx` throws; all messages name the file
 */
export async function readIdx(file: FileLocation): Promise<IdxArray> {
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
 * Reads a PNG image as f32 of shape `[channels, height, width]`, as `parsePng` does.
 * @throws DataError `E_FILE`, and what `parsePng` throws: with file and offset
 */
export async function readPng(file: FileLocation, options: ByPath<PngOptions> = {}): Promise<NumericArray> {
  return parsePng(await contentOf(file), { ...options, file: String(file) });
}
