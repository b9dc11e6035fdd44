// How functions of training refuse options: one error with a code, the value and what to do. Relies on the error
// hierarchy and the spelling of names.

import { DeclarationError } from '../ir/errors.ts';
import { nearest } from '../ir/nearest.ts';

/** Builds the error; the help is part of the message because most people only ever see the message. */
export function optionError(message: string, help: string, call = 'fit'): DeclarationError {
  return new DeclarationError('E_OPTION', `${call}: ${message}\n\n  help: ${help}`, { help });
}

/** @throws DeclarationError `E_OPTION` unless the value is a whole number of at least 1 */
export function requireCount(name: string, value: number, call?: string): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw optionError(`${name} is ${String(value)}`, 'pass a whole number, at least 1', call);
}

/** @throws DeclarationError `E_OPTION` unless the value is a finite number of at least `minimum` */
export function requireNumber(name: string, value: number, minimum: number): void {
  if (Number.isFinite(value) && value >= minimum) return;
  throw optionError(`${name} is ${String(value)}`, `pass a number, at least ${minimum}`);
}

/** @throws DeclarationError `E_OPTION` unless the value is a whole number of at least 0 */
export function requireWhole(name: string, value: number, call?: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw optionError(`${name} is ${String(value)}`, 'pass a whole number, at least 0', call);
}

/**
 * Refuses options that do not exist, and what is no object of options.
 * @throws DeclarationError `E_OPTION`
 */
export function requireKnown(options: unknown, known: readonly string[], call = 'fit'): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError(`the options are ${String(options)}`, 'pass an object', call);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const meant = nearest(stranger, known);
  const help = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
  throw optionError(`there is no option "${stranger}"`, help, call);
}
