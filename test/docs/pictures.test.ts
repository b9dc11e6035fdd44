import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { calibrationCurve, classScores, precisionRecallCurve, rocCurve } from '../../src/train/index.ts';
import * as viz from '../../src/viz/index.ts';
import { expectSound } from '../viz/picture.ts';

const docs = join(import.meta.dirname, '../../docs');
const text = readFileSync(join(docs, 'pictures.md'), 'utf8');

/** Blocks of code, each with the picture that follows it. */
const examples = [...text.matchAll(/```ts\n([^]*?)```\n\n!\[[^\]]+\]\((\S+)\)/g)].map(
  ([, code = '', file = '']) => ({ code, file }),
);

const scope = { ...viz, calibrationCurve, classScores, precisionRecallCurve, rocCurve };

/** The picture that a block makes; in scope is what `tapeless/viz` exports, and what it draws of `tapeless/train`. */
function run(code: string): string {
  // A function of what it is given; the blocks are our own, and are plain JavaScript.
  const make = new Function(...Object.keys(scope), `${code}\nreturn picture;`) as (
    ...values: unknown[]
  ) => unknown;
  return String(make(...Object.values(scope)));
}

describe('the page about pictures', () => {
  test('shows what each block of code draws', () => {
    expect(examples).toHaveLength(text.split('```ts\n').length - 1);
    expect(examples.length).toBeGreaterThan(6);
  });

  test.each(examples)('$file is what the code above it draws', async ({ code, file }) => {
    const picture = run(code);
    expectSound(picture);
    await expect(picture).toMatchFileSnapshot(join(docs, file));
  });

  test('names functions that exist', () => {
    const named = [...text.matchAll(/^\|[^|]+\| `(\w+)`/gm)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(viz).toHaveProperty(name);
  });
});
