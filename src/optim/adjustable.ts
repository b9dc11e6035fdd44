// Rates that change from outside: a number in the state of the program, which sessions may set between steps.
import { DeclarationError } from '../ir/errors.ts';
import { scalar, state } from '../ops/leaf.ts';
import { checkOption, describeValue, finite } from '../ops/option.ts';
import type { Schedule } from './schedule/schedule.ts';

/**
 * A rate that is state of the program, in double precision: `session.assign({ lr: 0.01 })` sets it, `fit` lowers it on
 * a plateau, snapshots keep it. It takes the place of any rate, and of the base of a schedule.
 * @param name its name in the session
 * @param initial what a session starts with
 * @example
 * sgd({ lr: adjustable('lr', 0.1), momentum: 0.9 })
 * @throws {DeclarationError} `E_NAME` for a name that is empty or contains `/` or `.`, `E_OPTION` for a value that is not
 * finite; `E_NAME_CLASH` when a program with two of one name is compiled
 */
export function adjustable(name: string, initial: number): Schedule {
  checkLeafName('adjustable', name);
  checkOption('adjustable', 'initial', initial, finite);
  const leaf = state(name, scalar(initial, 'f64'));
  return () => leaf;
}

/** @throws {DeclarationError} `E_NAME` for what cannot name a leaf of the program as a whole */
export function checkLeafName(call: string, name: unknown): void {
  if (typeof name === 'string' && name !== '' && !/[/.]/.test(name)) return;
  throw new DeclarationError(
    'E_NAME',
    `${call}: ${describeValue(name)} cannot be its name; it is not empty, without "/" and "."`,
  );
}
