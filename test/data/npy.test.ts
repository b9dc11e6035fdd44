import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataset, parseNpy, parseNpz } from 'tapeless/data';
import { DataError } from '../../src/ir/errors.ts';
import { expectDataError } from './expect-data-error.ts';

/** Files that NumPy 1.24 wrote, in base64, with what they hold. */
interface NumpyFiles {
  readonly arrays: Readonly<
    Record<
      string,
      { readonly file: string; readonly data: number[]; readonly shape: number[]; readonly type: string }
    >
  >;
  readonly refused: Readonly<Record<string, string>>;
  readonly wide: string;
  readonly stored: string;
  readonly deflated: string;
}

const files = JSON.parse(readFileSync(new URL('numpy-files.json', import.meta.url), 'utf8')) as NumpyFiles;
const bytes = (base64: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(base64, 'base64'));

describe('parseNpy', () => {
  test.each(Object.entries(files.arrays))("reads NumPy's %s", (_name, { file, data, shape, type }) => {
    const read = parseNpy(bytes(file));
    expect([...read.data]).toEqual(data);
    expect(read.shape).toEqual(shape);
    expect(read.elementType).toBe(type);
    expect(Object.isFrozen(read)).toBe(true);
    // The same bytes at an odd offset of a larger memory, and as an ArrayBuffer.
    const inside = new Uint8Array(bytes(file).length + 3);
    inside.set(bytes(file), 3);
    expect(parseNpy(inside.subarray(3))).toEqual(read);
    expect(parseNpy(bytes(file).buffer)).toEqual(read);
  });

  test.each(Object.entries(files.refused))('refuses arrays of %s', (type, file) => {
    expectDataError(() => parseNpy(bytes(file), { file: 'x.npy' }), 'E_NPY_TYPE', 'x.npy: offset 10', type);
  });

  test('refuses integers that do not fit', () => {
    expectDataError(
      () => parseNpy(bytes(files.wide)),
      'E_NPY_VALUE',
      'offset 136',
      '1099511627776',
      'float64',
    );
  });

  test('refuses every file that is cut short, and one that goes on', () => {
    const whole = bytes(files.arrays['c <f4']?.file ?? '');
    for (let length = 6; length < whole.length; length++) {
      expectDataError(
        () => parseNpy(whole.subarray(0, length)),
        length === 6 ? 'E_NPY_HEADER' : 'E_NPY_TRUNCATED',
        'offset ',
      );
    }
    expectDataError(() => parseNpy(Uint8Array.of(...whole, 0)), 'E_NPY_TRAILING', `offset ${whole.length}`);
  });

  test('refuses what is no .npy file', () => {
    expectDataError(() => parseNpy(new Uint8Array()), 'E_NPY_MAGIC', 'an empty file');
    expectDataError(() => parseNpy(Uint8Array.of(1, 2, 3)), 'E_NPY_MAGIC', 'other bytes');
    expectDataError(() => parseNpy(bytes(files.stored)), 'E_NPY_MAGIC', 'ZIP', 'parseNpz');
    const header = bytes(files.arrays['c <f4']?.file ?? '');
    header.fill(32, 10, 40);
    expectDataError(() => parseNpy(header), 'E_NPY_HEADER', 'no description');
    header[6] = 9;
    expectDataError(() => parseNpy(header), 'E_NPY_HEADER', 'version 9');
  });
});

describe('parseNpz', () => {
  test.each(['stored', 'deflated'] as const)('reads %s arrays by name', async (kind) => {
    const { x, y } = await parseNpz(bytes(files[kind]));
    if (x === undefined || y === undefined) throw new Error('an array is missing');
    const source = dataset({ x, y });
    expect(source.columns.x.shape).toEqual([2, 3]);
    expect([...source.feeds.x]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(source.feeds.y).toEqual(Int32Array.of(1, 0));
  });

  const refusal = async (content: Uint8Array): Promise<string> => {
    try {
      await parseNpz(content, { file: 'x.npz' });
    } catch (error) {
      if (error instanceof DataError) return error.toString();
      throw error;
    }
    return 'nothing was refused';
  };

  test('refuses what is no archive, is cut short or damaged, with the file and the offset', async () => {
    expect(await refusal(new Uint8Array())).toContain('[E_ZIP_MAGIC] x.npz: offset 0');
    expect(await refusal(new Uint8Array(100))).toContain('[E_ZIP_MAGIC]');
    for (const kind of ['stored', 'deflated'] as const) {
      const whole = bytes(files[kind]);
      expect(await refusal(whole.subarray(0, -1))).toContain('[E_ZIP_MAGIC]');
      expect(await refusal(whole.subarray(5))).toContain('[E_ZIP_MAGIC]');
      const damaged = whole.slice();
      damaged[120] = (damaged[120] ?? 0) ^ 0x55;
      expect(await refusal(damaged)).toContain('[E_ZIP_CONTENT] x.npz: offset 55: "x.npy"');
    }
  });

  test('refuses other compression and encryption', async () => {
    const whole = bytes(files.stored);
    const view = new DataView(whole.buffer);
    const directory = view.getUint32(whole.length - 6, true);
    view.setUint16(directory + 10, 12, true);
    expect(await refusal(whole)).toContain('[E_ZIP_ENTRY]');
    expect(await refusal(whole)).toContain('"x.npy" is compressed by method 12');
    view.setUint16(directory + 8, 1, true);
    expect(await refusal(whole)).toContain('is encrypted');
  });
});
