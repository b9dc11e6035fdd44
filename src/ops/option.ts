// Checks of the numbers, names and lists that functions, layers and optimizers take beside tensors. TypeScript sees most
// of these mistakes, JavaScript none, so no check trusts a type. Relies on errors and the user's line only.
import { DeclarationError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import { nearest } from '../ir/nearest.ts';
import { currentOrigin, spanOf } from '../ir/origin.ts';

/** The values that an option may take, and how a message says it. */
export interface AllowedRange {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

// NaN fails every comparison, so it is outside every range.
export const finite: AllowedRange = { text: 'a finite number', holds: Number.isFinite };
export const wholeNumber: AllowedRange = { text: 'a whole number', holds: Number.isInteger };
export const positiveWhole: AllowedRange = {
  text: 'a whole number of at least 1',
  holds: (value) => Number.isInteger(value) && value >= 1,
};
export const nonNegativeWhole: AllowedRange = {
  text: 'a whole number of at least 0',
  holds: (value) => Number.isInteger(value) && value >= 0,
};
export const nonNegative: AllowedRange = {
  text: 'a finite number of at least 0',
  holds: (value) => value >= 0 && value < Infinity,
};
export const positive: AllowedRange = {
  text: 'a finite number above 0',
  holds: (value) => value > 0 && value < Infinity,
};
/** `0 ≤ value ≤ 1` */
export const fraction: AllowedRange = {
  text: 'between 0 and 1, both included',
  holds: (value) => value >= 0 && value <= 1,
};
/** `0 ≤ value ≤ ½` */
export const upToHalf: AllowedRange = {
  text: 'from 0 to ½',
  holds: (value) => value >= 0 && value <= 0.5,
};
/** `0 ≤ value < 1` */
export const properFraction: AllowedRange = {
  text: 'at least 0 and below 1',
  holds: (value) => value >= 0 && value < 1,
};

/** @throws {DeclarationError} `E_OPTION` with the value and the allowed range, at the user's line. */
export function checkOption(call: string, option: string, value: unknown, allowed: AllowedRange): void {
  if (typeof value === 'number' && allowed.holds(value)) return;
  throw badOption(call, `${option} is ${describeValue(value)}`, `has to be ${allowed.text}`);
}

/** @throws {DeclarationError} `E_OPTION` unless `value` is a whole number of at least `low`, and of at most `high` */
export function requireWhole(
  call: string,
  option: string,
  value: unknown,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): void {
  const least = low === Number.NEGATIVE_INFINITY ? '' : ` of at least ${low}`;
  const most = high === Number.POSITIVE_INFINITY ? '' : ` ${least === '' ? 'of' : 'and'} at most ${high}`;
  checkOption(call, option, value, {
    text: `a whole number${least}${most}`,
    holds: (number) => Number.isInteger(number) && number >= low && number <= high,
  });
}

/** @throws {DeclarationError} `E_OPTION` unless `values` is a list of whole numbers of at least `low` */
export function requireWholes(call: string, option: string, values: unknown, low?: number): void {
  requireList(call, option, values, 'whole numbers');
  values.forEach((value, position) => {
    requireWhole(call, `${option}[${position}]`, value, low);
  });
}

/** Whether a value is a list; TypeScript's own test forgets what a readonly one holds. */
export function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

/** @throws {DeclarationError} `E_OPTION` unless `values` is a list; `of` says of what it should be. */
export function requireList(
  call: string,
  option: string,
  values: unknown,
  of: string,
): asserts values is readonly unknown[] {
  if (Array.isArray(values)) return;
  throw badOption(call, `${option} is ${describeValue(values)}`, `has to be a list of ${of}`);
}

/** @throws {DeclarationError} `E_OPTION` unless `value` is a function; `of` says what it should give. */
export function requireFunction(call: string, option: string, value: unknown, of: string): void {
  if (typeof value === 'function') return;
  throw badOption(call, `${option} is ${describeValue(value)}`, `has to be a function that gives ${of}`);
}

/**
 * Refuses options that do not exist, and what is no object of options. Functions call it before they read an option.
 * @throws {DeclarationError} `E_OPTION`
 */
export function checkNames(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(
      call,
      `options are ${describeValue(options)}`,
      `takes an object with ${known.join(', ')}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const help = meant === undefined ? `takes ${known.join(', ')}` : `may be "${meant}" that is meant`;
    throw badOption(call, `there is no option "${name}"`, help);
  }
}

/** @throws {DeclarationError} `E_OPTION` unless `value` is one of `known` */
export function requireOneOf(call: string, option: string, value: unknown, known: readonly string[]): void {
  if (typeof value === 'string' && known.includes(value)) return;
  const list = known.map((each) => `'${each}'`).join(', ');
  throw badOption(call, `${option} is ${describeValue(value)}`, `has to be one of ${list}`);
}

/** The value of a table at `key`. @throws {DeclarationError} `E_OPTION` with the keys there are. */
export function chosen<K extends string, V>(
  call: string,
  option: string,
  key: K,
  table: Readonly<Record<K, V>>,
): V {
  requireOneOf(call, option, key, Object.keys(table));
  return table[key];
}

/** An `E_OPTION` error: what was given, and what is allowed. */
export function badOption(call: string, given: string, allowed: string): DeclarationError {
  const span = spanOf(currentOrigin());
  const headline = `${call}: ${given}, it ${allowed}`;
  const message = span === null ? headline : frame(headline, [{ span, text: allowed, mark: 'primary' }]);
  return new DeclarationError('E_OPTION', message, span === null ? {} : { spans: [span] });
}

/** How a message names any value at all; values of types that JSON cannot print included. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
