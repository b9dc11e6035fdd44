import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readmeFiles } from '../../scripts/readme.ts';

describe('the README', async () => {
  const files = [...(await readmeFiles())];

  test.for(files)('shows what the code of today makes in %s', async ([file, text]) => {
    expect(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(text);
  });
});
