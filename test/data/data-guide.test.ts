import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as data from 'tapeless/data';
import * as node from 'tapeless/node';

const text = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** JSON in which typed arrays are lists. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    // Of the views only typed arrays of numbers occur in the guide.
    ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part,
  );

describe('the guide to data', () => {
  test('says what its code gives', () => {
    const results: { readonly line: string; readonly found: string; readonly expected: string }[] = [];
    const code = blocks
      .join('\n')
      .replace(/^import (\{.*\}) from 'tapeless\/data';$/gm, 'const $1 = data;')
      .replace(
        /^(.*); \/\/ → (.*)$/gm,
        (line, expression: string, expected: string) =>
          `note(${JSON.stringify(line)}, ${expression}, ${JSON.stringify(expected)});`,
      );
    const run = new Function('data', 'note', `'use strict';\n${code}`) as (
      library: typeof data,
      note: (line: string, value: unknown, expected: string) => void,
    ) => void;
    run(data, (line, value, expected) => results.push({ line, found: shown(value), expected }));
    expect(results.length).toBeGreaterThan(20);
    for (const { line, found, expected } of results) expect(found, line).toBe(expected);
  });

  test('names functions that exist', () => {
    const called = [...text.matchAll(/`(?:await )?(\w+)\(/g)].map(([, name = '']) => name);
    expect(called.length).toBeGreaterThan(5);
    for (const name of called) expect({ ...data, ...node }, name).toHaveProperty(name);
  });
});
