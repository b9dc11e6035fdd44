import { describe, expect, test } from 'vitest';
import { plainMemory, wasmMemory } from '../../src/runtime/memory.ts';
import { refusal } from '../support/values.ts';

describe.each([
  ['plain memory', plainMemory],
  ['WebAssembly memory', wasmMemory],
])('%s', (_, open) => {
  test('has room for what was reserved and keeps what is in it', () => {
    const memory = open();
    memory.reserve(100);
    new Uint8Array(memory.buffer).set([1, 2, 3], 97);
    memory.reserve(1_000_000);
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(1_000_000);
    expect([...new Uint8Array(memory.buffer, 96, 5)]).toEqual([0, 1, 2, 3, 0]);
  });

  test('stays the same object while it is large enough', () => {
    const memory = open();
    memory.reserve(100);
    const { buffer } = memory;
    memory.reserve(50);
    memory.reserve(100);
    expect(memory.buffer).toBe(buffer);
  });

  test('says so when it cannot be had, and stays as it was', () => {
    const memory = open();
    memory.reserve(100);
    new Uint8Array(memory.buffer)[0] = 7;
    expect(refusal(() => memory.reserve(2 ** 52))).toBe('TapelessError E_MEMORY');
    expect(new Uint8Array(memory.buffer)[0]).toBe(7);
  });
});
