import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { profileIris } from '../../examples/iris/profile.ts';
import type { Trace } from '../../src/index.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the profiling example prints a table and saves a picture and a trace', async () => {
  const folder = pathToFileURL((await mkdtemp(join(tmpdir(), 'tapeless-'))) + sep);
  const print = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const profile = await profileIris(folder);
  expect(print).toHaveBeenCalledWith(expect.stringContaining('forwardLinear1'));
  print.mockRestore();
  expect(await readFile(new URL('profile.svg', folder), 'utf8')).toMatch(/^<svg/);
  // The file was written as JSON of a trace.
  const trace = JSON.parse(await readFile(new URL('trace.json', folder), 'utf8')) as Trace;
  expect(trace.traceEvents.map(({ name }) => name)).toContain(profile.kernels[0]?.name);
});

test('the guide to profiling shows the code of the example', async () => {
  const [guide, example] = await Promise.all([read('docs/profiling.md'), read('examples/iris/profile.ts')]);
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  // The first line names the file.
  const lines = code.split('\n').filter((line) => line !== '' && line !== '// examples/iris/profile.ts');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(example).toContain(`  ${line}\n`);
});
