// What pictures say of calls that they cannot draw. Relies on ir/errors.ts alone.
import { DataError, DeclarationError } from '../ir/errors.ts';

/** An option that is not sensible, as an error to throw: `call: message; help`. */
export function optionError(call: string, message: string, help: string): DeclarationError {
  return new DeclarationError('E_OPTION', `${call}: ${message}; ${help}`, { help });
}

/** Data of which no picture can be made, as an error to throw: `call: message; help`. */
export function dataError(code: string, call: string, message: string, help: string): DataError {
  return new DataError(code, `${call}: ${message}; ${help}`, { help });
}

/** Refuses an option that is given and is not a whole number of at least `least`. */
export function checkCount(call: string, name: string, value: number | undefined, least = 1): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw optionError(call, `${name} is ${value}`, `give a whole number of at least ${least}`);
}

/** Refuses a width that is given and is not a number of pixels of at least `least`. */
export function checkWidth(call: string, width: number | undefined, least: number): void {
  if (width === undefined || (Number.isFinite(width) && width >= least)) return;
  throw optionError(call, `width is ${width}`, `give a number of pixels of at least ${least}`);
}

/** Refuses class numbers that are not whole numbers from 0, or that have no name where names are given. */
export function checkLabels(
  call: string,
  what: string,
  labels: ArrayLike<number>,
  classNames: readonly string[] | undefined,
): void {
  const count = classNames?.length ?? Infinity;
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? NaN;
    if (Number.isInteger(label) && label >= 0 && label < count) continue;
    const help =
      count === Infinity ? 'give class numbers from 0' : `give class numbers from 0 to ${count - 1}`;
    throw dataError('E_LABEL', call, `${what} ${index} is ${label}`, help);
  }
}
