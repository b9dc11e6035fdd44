import { expect, test } from 'vitest';
import { makeReference } from '../../scripts/reference.ts';

// It prints what is wrong: a link in a comment that leads nowhere, or a file of functions that is in no family.
test(
  'the comments of all public functions make a reference without a warning',
  { timeout: 240_000 },
  async () => {
    expect(await makeReference()).toBe(true);
  },
);
