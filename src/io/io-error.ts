// How every reader and writer of tapeless/io refuses what it is given: one DataError with a code, the values and a help
// sentence. Relies on the error hierarchy only.
import { DataError } from '../ir/errors.ts';

/** The codes that `tapeless/io` throws; each is stable across versions. */
export type IoErrorCode =
  | 'E_SAFETENSORS_TRUNCATED'
  | 'E_SAFETENSORS_HEADER'
  | 'E_SAFETENSORS_DTYPE'
  | 'E_SAFETENSORS_TENSOR'
  | 'E_SAFETENSORS_OFFSETS'
  | 'E_SAFETENSORS_METADATA'
  | 'E_WEIGHTS_MISMATCH'
  | 'E_WEIGHTS_NAME'
  | 'E_CHECKPOINT_CONTENT';

/** Builds the error; the file comes first where its name is known, the help sentence last. */
export function ioError(
  code: IoErrorCode,
  message: string,
  help: string,
  { file, shapes = [], cause }: IoErrorDetails = {},
): DataError {
  const place = file === undefined ? '' : `${file}: `;
  return new DataError(code, `${place}${message}\n\n  help: ${help}`, {
    help,
    shapes,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What an error knows beside its message. */
export interface IoErrorDetails {
  /** The name of the file. */
  readonly file?: string | undefined;
  readonly shapes?: readonly (readonly number[])[];
  readonly cause?: unknown;
}
