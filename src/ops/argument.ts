// Checks of the numbers and names that functions of tensors take beside tensors. TypeScript sees most of these mistakes,
// JavaScript none. Relies on errors and the user's line only.
import { DeclarationError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import { nearest } from '../ir/nearest.ts';
import { currentOrigin, spanOf } from '../ir/origin.ts';

/** An `E_OPTION` error: what was given, and what is allowed. */
export function badArgument(operation: string, given: string, allowed: string): DeclarationError {
  const span = spanOf(currentOrigin());
  const message = frame(`${operation}: ${given}, it ${allowed}`, [{ span, text: allowed, mark: 'primary' }]);
  return new DeclarationError('E_OPTION', message, span === null ? {} : { spans: [span] });
}

/** @throws {DeclarationError} `E_OPTION` unless `value` is a whole number of at least `low`, and of at most `high` */
export function requireWhole(
  operation: string,
  name: string,
  value: unknown,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return;
  const least = low === Number.NEGATIVE_INFINITY ? '' : ` of at least ${low}`;
  const most = high === Number.POSITIVE_INFINITY ? '' : ` ${least === '' ? 'of' : 'and'} at most ${high}`;
  throw badArgument(operation, `${name} is ${String(value)}`, `has to be a whole number${least}${most}`);
}

/** Whether a value is a list, which TypeScript may know already, of elements that it knows. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** @throws {DeclarationError} `E_OPTION` unless `values` is a list of whole numbers of at least `low` */
export function requireWholes(operation: string, name: string, values: unknown, low?: number): void {
  if (!Array.isArray(values)) {
    throw badArgument(operation, `${name} is ${String(values)}`, 'has to be a list of whole numbers');
  }
  values.forEach((value, position) => {
    requireWhole(operation, `${name}[${position}]`, value, low);
  });
}

/** Refuses options that do not exist. @throws {DeclarationError} `E_OPTION` */
export function requireKnown(operation: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const help = meant === undefined ? `takes ${known.join(', ')}` : `may be "${meant}" that is meant`;
    throw badArgument(operation, `there is no option "${name}"`, help);
  }
}

/** @throws {DeclarationError} `E_OPTION` unless `value` is one of `known` */
export function requireOneOf(
  operation: string,
  name: string,
  value: unknown,
  known: readonly string[],
): void {
  if (typeof value === 'string' && known.includes(value)) return;
  const list = known.map((each) => `'${each}'`).join(', ');
  throw badArgument(operation, `${name} is ${JSON.stringify(value)}`, `has to be one of ${list}`);
}
