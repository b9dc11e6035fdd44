import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIdx, saveText } from 'tapeless/node';
import { DataError } from '../../src/ir/errors.ts';

// Unsigned bytes, two axes of 2 and 3.
const idx = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapeless-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const thrownBy = (action: Promise<unknown>): Promise<unknown> =>
  action.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('readIdx', () => {
  test('reads a file by path and by URL, compressed or not', async () => {
    const plain = join(folder, 'plain-idx2-ubyte');
    const compressed = join(folder, 'compressed-idx2-ubyte.gz');
    await writeFile(plain, idx);
    await writeFile(compressed, gzipSync(idx));
    for (const file of [plain, pathToFileURL(plain), compressed]) {
      const { elementType, shape, data } = await readIdx(file);
      expect(elementType).toBe('u8');
      expect(shape).toEqual([2, 3]);
      expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test('names the file that is not there', async () => {
    const file = join(folder, 'absent');
    const error = await thrownBy(readIdx(file));
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ code: 'E_FILE', cause: { code: 'ENOENT' } });
    expect(String(error)).toContain(`${file} cannot be read: ENOENT`);
  });

  test('names the file that is no IDX file, or a broken archive', async () => {
    const text = join(folder, 'text');
    await writeFile(text, 'hello world');
    const error = await thrownBy(readIdx(text));
    expect(error).toMatchObject({ code: 'E_IDX_MAGIC' });
    expect(String(error)).toContain(`${text}: `);

    const broken = join(folder, 'broken.gz');
    await writeFile(broken, gzipSync(idx).subarray(0, 12));
    expect(await thrownBy(readIdx(broken))).toMatchObject({ code: 'E_FILE' });
  });
});

describe('saveText', () => {
  test('makes the folders and replaces an older file', async () => {
    const file = join(folder, 'a', 'b', 'picture.svg');
    await saveText(file, 'older and longer');
    await saveText(pathToFileURL(file), 'größer');
    expect(await readFile(file, 'utf8')).toBe('größer');
  });

  test('names the file that cannot be written', async () => {
    await saveText(join(folder, 'file'), '');
    const file = join(folder, 'file', 'below');
    const error = await thrownBy(saveText(file, ''));
    expect(error).toMatchObject({ name: 'DataError', code: 'E_FILE' });
    expect(String(error)).toContain(`${file} cannot be written`);
  });
});
