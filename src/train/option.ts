// How `fit` refuses options: one error with a code, the value and what to do. Relies on the error hierarchy only.

import { DeclarationError } from '../ir/errors.ts';

/** Builds the error; the help is part of the message because most people only ever see the message. */
export function optionError(message: string, help: string): DeclarationError {
  return new DeclarationError('E_OPTION', `fit: ${message}\n\n  help: ${help}`, { help });
}

/** @throws DeclarationError `E_OPTION` unless the value is a whole number of at least 1 */
export function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw optionError(`${name} is ${String(value)}`, 'pass a whole number, at least 1');
}

/** @throws DeclarationError `E_OPTION` unless the value is a finite number of at least `minimum` */
export function requireNumber(name: string, value: number, minimum: number): void {
  if (Number.isFinite(value) && value >= minimum) return;
  throw optionError(`${name} is ${String(value)}`, `pass a number, at least ${minimum}`);
}
