import { expect, test } from 'vitest';
import type { Buffer, Kernel } from '../../src/kernels/kernel.ts';
import { input } from '../../src/ops/leaf.ts';
import { groupsBetweenBarriers } from '../../src/plan/barriers.ts';
import type { EntryPlan, Placement } from '../../src/plan/plan.ts';

function buffer(name: string): Buffer {
  return { name, role: 'temporary', dtype: 'f32', shape: [4], length: 4, tensor: input(name, [4]) };
}

const a = buffer('a');
const b = buffer('b');
const c = buffer('c');
const d = buffer('d');

function kernel(name: string, reads: readonly Buffer[], writes: readonly Buffer[]): Kernel {
  return { name, phase: 'forward', body: [], computes: [], reads, writes, scratch: [] };
}

/** Names of kernels by group, where those in capitals are shared; every buffer has bytes of its own unless told. */
function groups(
  kernels: readonly Kernel[],
  offsets: ReadonlyMap<Buffer, number> = new Map(),
): readonly string[] {
  const buffers = [...new Set(kernels.flatMap((each) => [...each.reads, ...each.writes]))];
  const placements = buffers.map((each): Placement => ({
    buffer: each,
    offset: offsets.get(each) ?? [a, b, c, d].indexOf(each) * 16,
    bytes: 16,
    firstUse: 0,
    lastUse: kernels.length,
  }));
  const program = { name: 'step', kernels, buffers, outputs: [] };
  const plan: EntryPlan = { program, kernels, placements, arenaBytes: 64, lowerBound: 64 };
  const isShared = ({ name }: Kernel): boolean => name === name.toUpperCase();
  return groupsBetweenBarriers(plan, isShared).map((group) => group.map(({ name }) => name).join(' '));
}

test('a kernel that reads what a shared one writes waits for it', () => {
  expect(groups([kernel('P', [a], [b]), kernel('Q', [b], [c]), kernel('r', [c], [d])])).toEqual([
    'P',
    'Q',
    'r',
  ]);
});

test('a shared kernel waits for what one thread writes', () => {
  expect(groups([kernel('p', [a], [b]), kernel('Q', [b], [c])])).toEqual(['p', 'Q']);
});

test('kernels of one thread wait for nobody among themselves', () => {
  expect(groups([kernel('p', [a], [b]), kernel('q', [b], [c]), kernel('r', [c], [a])])).toEqual(['p q r']);
});

test('kernels that touch nothing of one another, or only read, share a group', () => {
  expect(groups([kernel('P', [a], [b]), kernel('Q', [a], [c]), kernel('r', [a], [d])])).toEqual(['P Q r']);
});

test('a kernel waits for every kernel of its group, not only for the last', () => {
  expect(groups([kernel('P', [a], [b]), kernel('q', [a], [c]), kernel('R', [b], [d])])).toEqual(['P q', 'R']);
});

test('a kernel that writes what a shared one reads or writes waits for it', () => {
  expect(groups([kernel('P', [a], [b]), kernel('Q', [c], [a])])).toEqual(['P', 'Q']);
  expect(groups([kernel('P', [a], [b]), kernel('Q', [c], [b])])).toEqual(['P', 'Q']);
});

test('so does one that writes where another buffer lies', () => {
  const kernels = [kernel('P', [a], [b]), kernel('Q', [c], [d])];
  expect(groups(kernels)).toEqual(['P Q']);
  expect(groups(kernels, new Map([[d, 0]]))).toEqual(['P', 'Q']);
  expect(groups(kernels, new Map([[d, 8]]))).toEqual(['P', 'Q']);
});
