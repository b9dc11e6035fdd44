// Holds docs/command-line.md to what the command does. `UPDATE=1` writes the session anew.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/run.ts';
import { root, tapelessLines } from './terminal.ts';

const file = join(root, 'docs/command-line.md');
const session = /(<!-- begin session -->\s+```console\n)([\s\S]*?)(```\s+<!-- end session -->)/;

/** Durations differ from run to run. */
const timeless = (text: string): string => text.replaceAll(/\d+\.\d\d s\b/g, '0.42 s');

test('the session of the guide is what the command prints', async () => {
  const guide = await readFile(file, 'utf8');
  const typed = [...(session.exec(guide)?.[2] ?? '').matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line);
  expect(typed.length).toBeGreaterThan(5);
  const home = await mkdtemp(join(tmpdir(), 'tapeless-guide-'));
  try {
    let folder = home;
    const lines = typed.flatMap((line): [string[], string][] => {
      const [name, ...words] = line.split(' ');
      if (name !== 'cd') return [[words, folder]];
      folder = join(folder, words[0] ?? '');
      return [];
    });
    const outcomes = [...tapelessLines(lines)];
    const printed = typed.map((line) => {
      if (line.startsWith('cd ')) return `$ ${line}\n`;
      const { output = '', remarks = '' } = outcomes.shift() ?? {};
      return `$ ${line}\n${timeless(output)}${remarks}`;
    });
    const written = guide.replace(
      session,
      (_, before: string, __, after: string) => `${before}${printed.join('')}${after}`,
    );
    if (process.env['UPDATE'] === '1') await writeFile(file, written);
    else expect(guide).toBe(written);
  } finally {
    await rm(home, { recursive: true });
  }
});

test('the guide names every command and none that is not there', async () => {
  const guide = await readFile(file, 'utf8');
  const named = [...guide.matchAll(/^\| `(\w+) </gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(commands.map(({ name }) => name).sort());
  const known = new Set(commands.flatMap(({ options }) => Object.keys(options)));
  for (const [, option = ''] of guide.matchAll(/`(?:\w+ )?--([a-z-]+)/g)) {
    if (option !== 'help') expect([...known, ...[...known].map((each) => `no-${each}`)]).toContain(option);
  }
});
