// The order of kernels: each soon after those that produced what it reads, so that it finds that in the cache. Memory
// comes first: an order that needs more of it is not taken. Relies on what kernels read and write, and on the planner.
import { bytesPerElement } from '../ir/dtype.ts';
import type { Buffer, Kernel, KernelProgram } from '../kernels/kernel.ts';
import type { StateLayout } from './plan.ts';
import { planEntry } from './planner.ts';

/** What scheduling made of an entry. */
export interface Schedule {
  readonly program: KernelProgram;
  /** Names of the kernels that stand elsewhere than fusion put them; none where its order was kept. */
  readonly moved: readonly string[];
  /** Bytes that kernels read past the cache that is assumed here, in the order of fusion and in this one. */
  readonly missesBefore: number;
  readonly misses: number;
}

/**
 * Bytes that a core is assumed to keep to itself: second-level caches of the last years have from 256 KiB to 2 MiB.
 * What fits into it as a whole gains nothing from another order, and keeps the one of fusion.
 */
const assumedCacheBytes = 512 * 1024;

/**
 * Reorders the kernels of an entry within what they depend on, where that lets them read less past a cache and needs
 * no more memory. What a kernel reads is as in the order that is given, old values of leaves included.
 */
export function schedule(
  program: KernelProgram,
  state: StateLayout,
  cacheBytes: number = assumedCacheBytes,
): Schedule {
  const missesBefore = missesOf(program.kernels, cacheBytes);
  const kept: Schedule = { program, moved: [], missesBefore, misses: missesBefore };
  const kernels = orderForCache(program.kernels, cacheBytes);
  const misses = missesOf(kernels, cacheBytes);
  if (misses >= missesBefore) return kept;
  const reordered = { ...program, kernels, buffers: buffersOf(program, kernels) };
  if (planEntry(reordered, state).arenaBytes > planEntry(program, state).arenaBytes) return kept;
  return { program: reordered, moved: movedBetween(program.kernels, kernels), missesBefore, misses };
}

/** List scheduling: of the kernels whose turn it may be, the one that finds most in the cache; else the first. */
function orderForCache(kernels: readonly Kernel[], cacheBytes: number): readonly Kernel[] {
  const cache = cacheOf(cacheBytes);
  const waiting = withPredecessors(kernels);
  const order: Kernel[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => after.size === 0);
    const found = ready.map(({ kernel }) => cache.bytesFound(kernel));
    const next = ready[found.indexOf(Math.max(...found))];
    // The first of those that wait depends on none that wait: there is always one.
    if (next === undefined) break;
    waiting.splice(waiting.indexOf(next), 1);
    for (const { after } of waiting) after.delete(next.kernel);
    cache.touch(next.kernel);
    order.push(next.kernel);
  }
  return order;
}

/** Each kernel with those before it that write what it reads or writes, or read what it writes: their order matters. */
function withPredecessors(
  kernels: readonly Kernel[],
): { readonly kernel: Kernel; readonly after: Set<Kernel> }[] {
  const readers = new Map<Buffer, Kernel[]>();
  const writers = new Map<Buffer, Kernel[]>();
  return kernels.map((kernel) => {
    const { reads, writes } = kernel;
    const after = new Set([
      ...[...reads, ...writes].flatMap((buffer) => writers.get(buffer) ?? []),
      ...writes.flatMap((buffer) => readers.get(buffer) ?? []),
    ]);
    for (const buffer of reads) listed(readers, buffer).push(kernel);
    for (const buffer of writes) listed(writers, buffer).push(kernel);
    return { kernel, after };
  });
}

function listed(lists: Map<Buffer, Kernel[]>, buffer: Buffer): Kernel[] {
  const known = lists.get(buffer) ?? [];
  lists.set(buffer, known);
  return known;
}

/** A cache that keeps what was touched last, whole buffers at a time. */
interface Cache {
  /** Bytes that a kernel reads and that are there. */
  bytesFound(kernel: Kernel): number;
  touch(kernel: Kernel): void;
}

function cacheOf(capacity: number): Cache {
  /** When each buffer was touched last: the number of the kernel. */
  const touched = new Map<Buffer, number>();
  /** Bytes of the buffers that were touched last by each kernel. */
  const bytesAt: number[] = [];
  /** Bytes of what was touched after each kernel. */
  let bytesAfter: readonly number[] = [];
  return {
    bytesFound: ({ reads }) =>
      reads.reduce((sum, buffer) => {
        const time = touched.get(buffer);
        const bytes = bytesOf(buffer);
        const isThere = time !== undefined && (bytesAfter[time] ?? 0) + bytes <= capacity;
        return isThere ? sum + bytes : sum;
      }, 0),
    touch: ({ reads, writes }) => {
      const time = bytesAt.length;
      bytesAt.push(0);
      for (const buffer of new Set([...reads, ...writes])) {
        const before = touched.get(buffer);
        const bytes = bytesOf(buffer);
        if (before !== undefined) bytesAt[before] = (bytesAt[before] ?? 0) - bytes;
        bytesAt[time] = (bytesAt[time] ?? 0) + bytes;
        touched.set(buffer, time);
      }
      let sum = 0;
      bytesAfter = bytesAt
        .toReversed()
        .map((bytes) => (sum += bytes) - bytes)
        .toReversed();
    },
  };
}

function missesOf(kernels: readonly Kernel[], cacheBytes: number): number {
  const cache = cacheOf(cacheBytes);
  return kernels.reduce((misses, kernel) => {
    const found = cache.bytesFound(kernel);
    cache.touch(kernel);
    return misses + kernel.reads.reduce((sum, buffer) => sum + bytesOf(buffer), 0) - found;
  }, 0);
}

function bytesOf({ length, dtype }: Buffer): number {
  return length * bytesPerElement[dtype];
}

/** The buffers of a program in the order in which kernels first use them. */
function buffersOf({ buffers }: KernelProgram, kernels: readonly Kernel[]): readonly Buffer[] {
  return [...new Set([...kernels.flatMap(({ reads, writes }) => [...reads, ...writes]), ...buffers])];
}

/** The kernels that stand elsewhere: as few as can be moved to get from one order to the other. */
function movedBetween(before: readonly Kernel[], after: readonly Kernel[]): readonly string[] {
  const positions = new Map(before.map((kernel, position) => [kernel, position]));
  const longest: (readonly Kernel[])[] = [];
  // The longest run of kernels, ending with each, that stand in their old order: these have not moved.
  for (const kernel of after) {
    const position = positions.get(kernel) ?? 0;
    const best = longest
      .filter((run) => (positions.get(run.at(-1) ?? kernel) ?? 0) < position)
      .reduce<readonly Kernel[]>((a, b) => (b.length > a.length ? b : a), []);
    longest.push([...best, kernel]);
  }
  const stayed = new Set(longest.reduce<readonly Kernel[]>((a, b) => (b.length > a.length ? b : a), []));
  return after.filter((kernel) => !stayed.has(kernel)).map((kernel) => kernel.name);
}
