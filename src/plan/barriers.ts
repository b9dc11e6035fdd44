// Where threads have to meet while they run an entry together: which kernels touch one another's bytes, and in which
// groups that leaves them.
import type { Buffer, Kernel } from '../kernels/kernel.ts';
import type { EntryPlan, Placement } from './plan.ts';

/**
 * The kernels in order, in groups: threads may go through a group without waiting, and all meet between one group and
 * the next. Kernels that are not shared are one thread's work, which keeps to its order without meeting anybody.
 * Memory counts, not buffers: a kernel may write where another buffer lay that a thread is still reading.
 */
export function groupsBetweenBarriers(
  { kernels, placements }: EntryPlan,
  isShared: (kernel: Kernel) => boolean,
): readonly (readonly Kernel[])[] {
  const placeOf = new Map(placements.map((placement) => [placement.buffer, placement]));
  const groups: Kernel[][] = [];
  for (const kernel of kernels) {
    const group = groups.at(-1);
    const waits = group?.some(
      (other) => (isShared(kernel) || isShared(other)) && conflict(other, kernel, placeOf),
    );
    if (group === undefined || waits === true) groups.push([kernel]);
    else group.push(kernel);
  }
  return groups;
}

/** Whether one of two kernels writes bytes that the other reads or writes. */
function conflict(a: Kernel, b: Kernel, placeOf: ReadonlyMap<Buffer, Placement>): boolean {
  const meet = (some: readonly Buffer[], others: readonly Buffer[]): boolean =>
    some.some((one) => others.some((other) => shareBytes(placeOf.get(one), placeOf.get(other))));
  return meet(a.writes, b.reads) || meet(a.writes, b.writes) || meet(a.reads, b.writes);
}

function shareBytes(a: Placement | undefined, b: Placement | undefined): boolean {
  return a !== undefined && b !== undefined && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}
