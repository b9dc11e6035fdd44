import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { array, restore, standardScaler } from 'tapeless/data';
import {
  readCsv,
  readIdx,
  readImageFolder,
  readJson,
  readJsonLines,
  readNpy,
  readNpz,
  readPng,
  readText,
  saveBytes,
  saveJson,
  saveNpy,
  savePng,
  saveText,
} from 'tapeless/node';
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

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
/** Written by Pillow: 2 × 1 pixels of grey, and 1 × 1. */
const wide = bytesOf(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNkZwIAABYAC06wI5kAAAAASUVORK5CYII=',
);
const small = bytesOf(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgBQAABwAGgM1iigAAAABJRU5ErkJggg==',
);
/** Written by numpy.savez_compressed: a = arange(3). */
const npz = bytesOf(
  'UEsDBBQAAAAIAAAAIQAC7L2pTAAAAIwAAAAFABQAYS5ucHkBABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GIGAEYiYgBgBQSwECFAMUAAAACAAAACEAAuy9qUwAAACMAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5ucHlQSwUGAAAAAAEAAQAzAAAAgwAAAAAA',
);

describe('readers by path', () => {
  test('read tables, compressed or not, and name file, line and column of a mistake', async () => {
    const file = join(folder, 'table.csv.gz');
    await writeFile(file, gzipSync('a,b\n1,x\n2,y\n'));
    const table = await readCsv(file, { types: { a: 'integer' } });
    expect([...table.columns.a.data]).toEqual([1, 2]);
    expect(table.file).toBe(file);

    const ragged = pathToFileURL(join(folder, 'ragged.csv'));
    await saveText(ragged, 'a,b\n1,2\n3\n');
    const error = await thrownBy(readCsv(ragged));
    expect(error).toMatchObject({ code: 'E_CSV_RAGGED' });
    expect(String(error)).toContain(`${ragged.href}:3:2: `);

    const lines = join(folder, 'rows.jsonl');
    await saveText(lines, '{"a": 1}\n{"a": }\n');
    expect(String(await thrownBy(readJsonLines(lines)))).toContain(`${lines}:2:7: `);
  });

  test('read and write texts and JSON', async () => {
    const text = join(folder, 'text.txt');
    await writeFile(text, Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    expect(await readText(text)).toBe('a');
    await writeFile(text, Uint8Array.of(0x61, 0x0a, 0xff));
    expect(String(await thrownBy(readText(text)))).toContain(`${text}:2:1: `);
    expect(await readText(text, { encoding: 'latin1' })).toBe('a\nÿ');

    const json = join(folder, 'made', 'scaler.json');
    const scaler = standardScaler().fit([[1], [3]]);
    await saveJson(json, scaler);
    expect(restore(await readJson(json))).toMatchObject({ mean: [2] });
    await saveText(json, '{\n  "a": 1,\n}');
    const error = await thrownBy(readJson(json));
    expect(error).toMatchObject({ code: 'E_JSON_SYNTAX' });
    expect(String(error)).toContain(`${json}:3:1: the file is not JSON`);
  });

  test('read and write arrays of NumPy', async () => {
    const file = join(folder, 'x.npy');
    await saveNpy(file, array(Float32Array.of(1, 2, 3, 4), [2, 2]));
    expect(await readNpy(file)).toMatchObject({ elementType: 'float32', shape: [2, 2] });
    await saveBytes(file, npz);
    expect(String(await thrownBy(readNpy(file)))).toContain(`${file}: offset 0: `);
    const { a } = await readNpz(file);
    expect([...(a?.data ?? [])]).toEqual([0, 1, 2]);
  });

  test('read and write images', async () => {
    const file = join(folder, 'wide.png');
    await saveBytes(file, wide.slice().buffer);
    const image = await readPng(file, { normalised: false });
    expect(image.shape).toEqual([1, 1, 2]);
    expect([...image.data]).toEqual([7, 9]);
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="3"><rect width="2" height="3"/></svg>';
    await savePng(file, svg, { scale: 1 });
    expect((await readPng(file)).shape).toEqual([3, 3, 2]);
  });

  test.each([
    ['readText', readText],
    ['readCsv', readCsv],
    ['readJson', readJson],
    ['readJsonLines', readJsonLines],
    ['readNpy', readNpy],
    ['readNpz', readNpz],
    ['readPng', readPng],
  ])('%s names a file that is not there', async (_name, read) => {
    const file = join(folder, 'absent');
    const error = await thrownBy(read(file));
    expect(error).toMatchObject({ code: 'E_FILE' });
    expect(String(error)).toContain(`${file} cannot be read: ENOENT`);
  });

  test.each([
    ['saveBytes', (file: string) => saveBytes(file, Uint8Array.of(1))],
    ['saveJson', (file: string) => saveJson(file, 1)],
    ['saveNpy', (file: string) => saveNpy(file, array([[1]]))],
    [
      'savePng',
      (file: string) => savePng(file, '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
    ],
  ])('%s names a file that cannot be written', async (_name, save) => {
    await saveText(join(folder, 'file'), '');
    const file = join(folder, 'file', 'below');
    expect(String(await thrownBy(save(file)))).toContain(`${file} cannot be written`);
  });
});

describe('readImageFolder', () => {
  const pictures = (name: string): string => join(folder, 'pictures', name);

  test('takes folders for classes, both in ascending order', async () => {
    await saveBytes(pictures('two/b.png'), wide);
    await saveBytes(pictures('two/a.PNG'), wide);
    await saveBytes(pictures('one/c.png'), wide);
    await saveText(pictures('one/notes.txt'), 'left out');
    await saveText(pictures('.hidden/notes.txt'), 'left out');
    const { dataset, files } = await readImageFolder(pictures(''));
    expect(files).toEqual([pictures('one/c.png'), pictures('two/a.PNG'), pictures('two/b.png')]);
    expect(dataset.columns.x.shape).toEqual([3, 1, 1, 2]);
    expect([...dataset.feeds.y]).toEqual([0, 1, 1]);
    expect(dataset.classNames.y).toEqual(['one', 'two']);
  });

  test('reads the classes that are named, in that order', async () => {
    const { dataset } = await readImageFolder(pathToFileURL(pictures('')), { classNames: ['two', 'one'] });
    expect([...dataset.feeds.y]).toEqual([0, 0, 1]);
    expect(dataset.classNames.y).toEqual(['two', 'one']);
  });

  test('names both images of different sizes, and what is empty', async () => {
    await saveBytes(pictures('two/z.png'), small);
    const error = await thrownBy(readImageFolder(pictures('')));
    expect(error).toMatchObject({ code: 'E_DATA_SHAPE' });
    expect(String(error)).toContain(
      `${pictures('two/z.png')} has the shape [1, 1, 1], ${pictures('one/c.png')} has [1, 1, 2]`,
    );
    expect(await thrownBy(readImageFolder(pictures('one')))).toMatchObject({ code: 'E_DATA_EMPTY' });
    await saveText(pictures('three/notes.txt'), '');
    expect(String(await thrownBy(readImageFolder(pictures(''), { classNames: ['three'] })))).toContain(
      `${pictures('three')} has no PNG images`,
    );
    expect(await thrownBy(readImageFolder(pictures('absent')))).toMatchObject({ code: 'E_FILE' });
  });
});
