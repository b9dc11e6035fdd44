// Checks of the numbers that layers and optimizers are declared with. Relies on errors and the user's line only.
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
/** `0 ≤ value < 1` */
export const properFraction: AllowedRange = {
  text: 'at least 0 and below 1',
  holds: (value) => value >= 0 && value < 1,
};

/** @throws {DeclarationError} `E_OPTION` with the value and the allowed range, at the user's line. */
export function checkOption(call: string, option: string, value: number, allowed: AllowedRange): void {
  if (!allowed.holds(value)) throw badOption(call, `${option} is ${value}`, `has to be ${allowed.text}`);
}

/** Refuses options that do not exist, which TypeScript sees but JavaScript does not. @throws {DeclarationError} */
export function checkNames(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const help = meant === undefined ? `takes ${known.join(', ')}` : `may be "${meant}" that is meant`;
    throw badOption(call, `there is no option "${name}"`, help);
  }
}

/** The value of a table at `key`. @throws {DeclarationError} `E_OPTION` with the keys there are. */
export function chosen<K extends string, V>(
  call: string,
  option: string,
  key: K,
  table: Readonly<Record<K, V>>,
): V {
  if (Object.hasOwn(table, key)) return table[key];
  const known = Object.keys(table).map((each) => `'${each}'`);
  throw badOption(call, `${option} is ${JSON.stringify(key)}`, `has to be one of ${known.join(', ')}`);
}

/** An `E_OPTION` error: what was given, and what is allowed. */
export function badOption(call: string, given: string, allowed: string): DeclarationError {
  const span = spanOf(currentOrigin());
  const headline = `${call}: ${given}, it ${allowed}`;
  const message = span === null ? headline : frame(headline, [{ span, text: allowed, mark: 'primary' }]);
  return new DeclarationError('E_OPTION', message, span === null ? {} : { spans: [span] });
}
