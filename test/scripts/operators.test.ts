import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operatorsPage } from '../../scripts/operators.ts';
import { publicFace } from '../../scripts/public-face.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operators.md'), 'utf8');

test('docs/operators.md is what the comments of today say', () => {
  expect(page).toBe(operatorsPage());
});

test('docs/operators.md lists every function once', () => {
  const functions = publicFace.filter(({ isType, isClass }) => !isType && !isClass).map(({ name }) => name);
  const listed = [...page.matchAll(/^- \*\*(\w+)\*\*/gm)].map(([, name = '']) => name);
  expect([...listed].sort()).toEqual([...functions].sort());
});
