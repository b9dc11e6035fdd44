// How every function of tapeless/data refuses bad input: one DataError with a code, the values and a help
// sentence. Relies on ir/errors only.

import type { Span } from '../ir/errors.ts';
import { DataError } from '../ir/errors.ts';

/** The codes that `tapeless/data` throws; each is stable across versions. */
export type DataErrorCode =
  | 'E_DATA_RAGGED'
  | 'E_DATA_SHAPE'
  | 'E_DATA_VALUE'
  | 'E_DATA_LABEL'
  | 'E_DATA_ROWS'
  | 'E_DATA_EMPTY'
  | 'E_DATA_COLUMN'
  | 'E_DATA_INDEX'
  | 'E_DATA_OPTION'
  | 'E_DATA_RATIOS'
  | 'E_DATA_STRATIFY'
  | 'E_DATA_NOT_FINITE'
  | 'E_DATA_BATCH_REUSE'
  | 'E_IDX_MAGIC'
  | 'E_IDX_TYPE'
  | 'E_IDX_TRUNCATED'
  | 'E_IDX_TRAILING'
  | 'E_TEXT_ENCODING'
  | 'E_CSV_HEADER'
  | 'E_CSV_QUOTE'
  | 'E_CSV_RAGGED'
  | 'E_CSV_VALUE'
  | 'E_JSON_SYNTAX'
  | 'E_JSONL_SYNTAX'
  | 'E_JSONL_RECORD'
  | 'E_JSONL_VALUE'
  | 'E_NPY_MAGIC'
  | 'E_NPY_HEADER'
  | 'E_NPY_TYPE'
  | 'E_NPY_TRUNCATED'
  | 'E_NPY_TRAILING'
  | 'E_NPY_VALUE'
  | 'E_ZIP_MAGIC'
  | 'E_ZIP_ENTRY'
  | 'E_ZIP_CONTENT'
  | 'E_PNG_MAGIC'
  | 'E_PNG_CHUNK'
  | 'E_PNG_TYPE'
  | 'E_PNG_CONTENT';

/** Builds the error; the help sentence is part of the message because most people only ever see the message. */
export function dataError(
  code: DataErrorCode,
  message: string,
  help: string,
  shapes: readonly (readonly number[])[] = [],
): DataError {
  return new DataError(code, `${message}\n\n  help: ${help}`, { help, shapes });
}

/**
 * The error of a text file: the message begins with `file:line:column`, and `error.spans` has the same as fields.
 */
export function textError(code: DataErrorCode, place: Span, message: string, help: string): DataError {
  return new DataError(code, `${written(place)}: ${message}\n\n  help: ${help}`, { help, spans: [place] });
}

/** The error of a binary file: the message begins with the file, if its name is known, and the offset in bytes. */
export function binaryError(
  code: DataErrorCode,
  file: string | undefined,
  offset: number,
  message: string,
  help: string,
): DataError {
  return dataError(code, `${file === undefined ? '' : `${file}: `}offset ${offset}: ${message}`, help);
}

/** A place as editors and terminals read it. */
export function written({ file, line, column }: Span): string {
  return `${file}:${line}:${column}`;
}

/**
 * Refuses a value that is not an integer of `[minimum, maximum]`.
 * @throws DataError `E_DATA_OPTION`
 */
export function requireInteger(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw dataError(
    'E_DATA_OPTION',
    `${name} is ${String(value)}, expected an integer from ${minimum} to ${maximum}`,
    `pass ${name} as a whole number between ${minimum} and ${maximum}`,
  );
}
