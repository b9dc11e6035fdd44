import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCheckpoint } from 'tapeless/train';
import { fileStore } from 'tapeless/node';
import { generator } from 'tapeless/data';
import { DataError } from '../../src/ir/errors.ts';
import { timeless } from '../train/resumable.ts';
import { resultOf, startTraining } from './killed-training.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapeless-store-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a file store', () => {
  test('holds nothing at first, then what was written last, in folders that it makes', async () => {
    const file = join(folder, 'deep', 'er', 'run.safetensors');
    const store = fileStore(pathToFileURL(file));
    expect(store.path).toBe(file);
    expect(await store.read()).toBeUndefined();
    await store.write(Uint8Array.of(1, 2, 3));
    await store.write(Uint8Array.of(4));
    expect(await store.read()).toEqual(Uint8Array.of(4));
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['run.safetensors']);
  });

  test('keeps the file before, if told so', async () => {
    const file = join(folder, 'kept.safetensors');
    const store = fileStore(file, { keepPrevious: true });
    for (const content of [1, 2, 3]) await store.write(Uint8Array.of(content));
    expect([...readFileSync(file)]).toEqual([3]);
    expect([...readFileSync(`${file}.previous`)]).toEqual([2]);
  });

  test('says which file it cannot read or write, and leaves nothing behind', async () => {
    const occupied = join(folder, 'occupied');
    writeFileSync(occupied, '');
    const inside = fileStore(join(occupied, 'run.safetensors'));
    await expect(inside.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'E_FILE' });
    await expect(inside.write(Uint8Array.of(1))).rejects.toThrow('cannot be written');
    await expect(fileStore(folder).read()).rejects.toBeInstanceOf(DataError);
    await expect(fileStore(folder).write(Uint8Array.of(1))).rejects.toThrow(folder);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a training that is killed', () => {
  /**
   * Runs the training in a process of its own, and kills it so many milliseconds after its first step; whether it came to
   * its end before.
   */
  const runFor = (file: string, milliseconds: number): Promise<boolean> => {
    const script = join(import.meta.dirname, 'killed-training.ts');
    const child = spawn(process.execPath, ['--conditions=@tapeless/source', script, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', () => {
      timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
    });
    return new Promise((resolve) => {
      child.on('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
    });
  };

  test('at any moment ends with the bits and the history of one that was not', async () => {
    const file = join(folder, 'killed.safetensors');
    const store = fileStore(file);
    const random = generator(Date.now() % 1000);
    const places: string[] = [];
    for (let kill = 0; kill < 4; kill++) {
      expect(await runFor(file, 20 + random.below(200))).toBe(false);
      const bytes = await store.read();
      const { epoch = 0, batch = 0 } = bytes === undefined ? {} : decodeCheckpoint(bytes).progress;
      places.push(`${epoch}:${batch}`);
    }
    expect(places[3]).not.toBe('0:0');
    const resumed = await startTraining({ store });
    const whole = await startTraining();
    expect(resultOf(resumed), `killed after ${places.join(', ')}`).toEqual(resultOf(whole));
    expect(timeless(resumed.history)).toEqual(timeless(whole.history));
    expect(whole.history.reason).toBe('earlyStopping');
    expect(whole.history.best?.restored).toBe(true);
  });
});
