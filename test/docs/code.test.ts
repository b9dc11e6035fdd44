import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectSound } from '../viz/picture.ts';
import { foundIn, isAsClaimed, programsOf } from '../support/markdown-programs.ts';

const root = join(import.meta.dirname, '../..');
// Inside the checkout, so that `tapeless` and the packages of the examples are found as a user's program finds them.
const workshop = join(root, 'out/docs-code');

/** A page whose blocks are no programs but expressions, which its own test draws. */
const drawn = new Set(['docs/pictures.md']);

const pages = globSync(['README.md', 'docs/**/*.md', 'examples/*/README.md'], { cwd: root })
  .filter((page) => !drawn.has(page))
  .sort();

const found = pages.map((page) => ({ page, ...programsOf(readFileSync(join(root, page), 'utf8')) }));

const programs = found.flatMap(({ page, programs: all }) =>
  all.map((program, position) => {
    const name = `${page.replaceAll(/[/\\]/g, '-').replace(/\.md$/, '')}-${position + 1}`;
    return { name, folder: join(root, page, '..'), ...program };
  }),
);
const excerpts = found.flatMap(({ page, excerpts: all }) => all.map((excerpt) => ({ page, ...excerpt })));

/** A page may show the body of a function by itself. */
function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '');
}

function write(folder: string, files: ReadonlyMap<string, string>): string {
  const path = join(workshop, folder);
  mkdirSync(path, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(path, name), text);
  return path;
}

function run(folder: string): Promise<{ code: number | null; printed: string; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=@tapeless/source', 'main.ts'], { cwd: folder });
    let [printed, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('close', (code) => resolve({ code, printed, errors }));
  });
}

beforeAll(() => {
  rmSync(workshop, { recursive: true, force: true });
  for (const { name, files } of programs) write(join('checked', name), files);
  const config = { extends: '../../../tsconfig.json', include: ['**/*.ts'] };
  write('checked', new Map([['tsconfig.json', JSON.stringify(config)]]));
});

describe('the code of the docs', () => {
  test('passes the type checker', () => {
    const { stdout, status } = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['-p', join(workshop, 'checked')],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  test.each(programs.filter(({ runs }) => runs))('of $name does what the page says', async (program) => {
    const { code, printed, errors } = await run(write(join('run', program.name), program.instrumented));
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const results = foundIn(printed);
    for (const { id, about, expected } of program.claims) {
      const result = results.get(id);
      if (result === undefined || !isAsClaimed(result, expected)) expect(result, about).toBe(expected);
    }
    for (const { id, file } of program.pictures) {
      const picture = results.get(id) ?? '';
      expectSound(picture);
      await expect(picture).toMatchFileSnapshot(join(program.folder, file));
    }
  });

  test.each(excerpts)('in $page quotes $file', ({ file, code }) => {
    expect(unindented(readFileSync(join(root, file), 'utf8'))).toContain(unindented(code));
  });

  test('links to and names files that exist', () => {
    for (const page of pages) {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) =>
        join(page, '..', target),
      );
      const named = [...text.matchAll(/`((?:src|test|conformance|examples|scripts)\/[\w/.-]+\.ts)`/g)].map(
        ([, file = '']) => file,
      );
      for (const file of [...links, ...named])
        expect(existsSync(join(root, file)), `${page}: ${file}`).toBe(true);
    }
  });

  test('can be found from the index', () => {
    const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
    const listed = [...index.matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, page = '']) => `docs/${page}`);
    // The pages of the tutorial are listed on its own.
    const expected = globSync('docs/{*,how-to/*}.md', { cwd: root }).filter(
      (page) => page !== 'docs/README.md',
    );
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });
});
