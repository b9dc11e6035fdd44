// How every function of tapeless/data refuses bad input: one DataError with a code, the values and a help
// sentence. Relies on ir/errors only.

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
  | 'E_IDX_TRAILING';

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
