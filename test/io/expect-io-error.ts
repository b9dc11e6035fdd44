// The assertion that the tests of tapeless/io share: a DataError with a code, the values and a help sentence.
import { expect } from 'vitest';
import type { IoErrorCode } from 'tapeless/io';
import { DataError } from '../../src/ir/errors.ts';

/** Runs `action` and expects a DataError of that code whose message contains each fragment. */
export function expectIoError(action: () => unknown, code: IoErrorCode, ...fragments: string[]): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DataError);
  expect(thrown).toMatchObject({ code });
  for (const fragment of [...fragments, '\n\n  help: ']) expect(String(thrown)).toContain(fragment);
}
