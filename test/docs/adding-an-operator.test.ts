import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/adding-an-operator.md'), 'utf8');

/** Blocks of code, each with the file that it is from. */
const excerpts = [...text.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

describe('the guide to adding an operator', () => {
  test('says of every block of code where it is from', () => {
    expect(excerpts).toHaveLength(text.split('```ts\n').length - 1);
    expect(excerpts.length).toBeGreaterThan(3);
  });

  test.each(excerpts)('shows what is in $file', ({ file, code }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(code);
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|conformance)\/[\w/.-]+\.ts)`/g)].map(
      ([, file = '']) => file,
    );
    expect(named.length).toBeGreaterThan(5);
    for (const file of named) expect(readFileSync(join(root, file), 'utf8'), file).not.toBe('');
  });
});
