// The assertion that the tests of tapeless/data share: a DataError with a code, the values and a help sentence.

import { expect } from 'vitest';
import { DataError } from '../../src/ir/errors.ts';
import type { DataErrorCode } from '../../src/data/data-error.ts';

/** Runs `action` and expects a DataError of that code whose message contains each fragment. */
export function expectDataError(action: () => unknown, code: DataErrorCode, ...fragments: string[]): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DataError);
  const error = thrown as DataError; // the line above has just checked it
  expect(error.code).toBe(code);
  expect(error.help).toMatch(/\w/);
  expect(error.message).toContain(`\n\n  help: ${error.help}`);
  for (const fragment of fragments) expect(error.message).toContain(fragment);
}
