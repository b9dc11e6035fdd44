// Memory planning: persistent leaves first, at offsets common to all entries; then the buffers of an entry by
// lifetime, large ones first, each at the lowest offset that is free while it lives (greedy by size; Pisarchyk & Lee
// 2020, "Efficient memory management for deep neural net inference").
import { bytesPerElement } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import type { Buffer, KernelProgram } from '../kernels/kernel.ts';
import { canReplace, isPersistent, lifetimes, type Lifetime } from './lifetimes.ts';
import { align, type EntryPlan, type Placement, type StateLayout, type StateSlot } from './plan.ts';

export function bytesOf(buffer: Buffer): number {
  return buffer.length * bytesPerElement[buffer.dtype];
}

/** Offsets for every leaf that lives from step to step, and for the constants behind them. */
export function layoutState(leaves: readonly Buffer[], constants: readonly Buffer[] = []): StateLayout {
  let offset = 0;
  const place = (buffer: Buffer): StateSlot => {
    const slot = { buffer, offset };
    offset += align(bytesOf(buffer));
    return slot;
  };
  return { slots: leaves.map(place), constants: constants.map(place), bytes: offset };
}

/** Places every buffer of an entry. `state` holds the leaves by tensor, since entries name their buffers themselves. */
export function planEntry(program: KernelProgram, state: StateLayout): EntryPlan {
  const slots = [...state.slots, ...state.constants];
  const slotOf = new Map<Tensor, number>(slots.map((slot) => [slot.buffer.tensor, slot.offset]));
  const last = Math.max(0, program.kernels.length - 1);
  const placed: Placement[] = program.buffers.filter(isPersistent).map((buffer) => ({
    buffer,
    offset: slotOf.get(buffer.tensor) ?? 0,
    bytes: bytesOf(buffer),
    firstUse: 0,
    lastUse: last,
  }));
  const lives = lifetimes(program);
  const chains = inPlaceChains(program, lives);
  const byDemand = chains.toSorted((a, b) => b.bytes - a.bytes || a.firstUse - b.firstUse);
  let end = state.bytes;
  const occupied: { offset: number; bytes: number; firstUse: number; lastUse: number }[] = [];
  for (const chain of byDemand) {
    const neighbours = occupied
      .filter((other) => other.firstUse <= chain.lastUse && chain.firstUse <= other.lastUse)
      .toSorted((a, b) => a.offset - b.offset);
    let offset = state.bytes;
    for (const other of neighbours) {
      if (offset + chain.bytes <= other.offset) break;
      offset = Math.max(offset, align(other.offset + other.bytes));
    }
    occupied.push({ offset, bytes: chain.bytes, firstUse: chain.firstUse, lastUse: chain.lastUse });
    end = Math.max(end, offset + align(chain.bytes));
    chain.links.forEach(({ buffer, firstUse, lastUse }, position) => {
      const before = chain.links[position - 1]?.buffer;
      const placement = { buffer, offset, bytes: bytesOf(buffer), firstUse, lastUse };
      placed.push(before === undefined ? placement : { ...placement, inPlaceOf: before });
    });
  }
  return {
    program,
    kernels: program.kernels,
    placements: placed,
    arenaBytes: end,
    lowerBound: state.bytes + peakOf(chains, program.kernels.length),
  };
}

/** Buffers that follow one another in the same memory. */
interface Chain {
  readonly links: readonly Lifetime[];
  readonly bytes: number;
  readonly firstUse: number;
  readonly lastUse: number;
}

function inPlaceChains(program: KernelProgram, lives: readonly Lifetime[]): readonly Chain[] {
  const chainOf = new Map<Buffer, Lifetime[]>();
  for (const life of [...lives].toSorted((a, b) => a.firstUse - b.firstUse)) {
    const kernel = program.kernels[life.firstUse];
    const isWritten = kernel?.writes.includes(life.buffer) ?? false;
    const ending =
      kernel === undefined || !isWritten
        ? undefined
        : lives.find(
            (other) =>
              other.buffer !== life.buffer &&
              !other.outlivesEntry &&
              other.lastUse === life.firstUse &&
              other.firstUse < life.firstUse &&
              chainOf.get(other.buffer)?.at(-1) === other &&
              canReplace(kernel, other.buffer, life.buffer),
          );
    const chain = ending === undefined ? [] : (chainOf.get(ending.buffer) ?? []);
    chain.push(life);
    chainOf.set(life.buffer, chain);
  }
  return [...new Set(chainOf.values())].map((links) => ({
    links,
    bytes: Math.max(0, ...links.map((link) => bytesOf(link.buffer))),
    firstUse: Math.min(...links.map((link) => link.firstUse)),
    lastUse: Math.max(...links.map((link) => link.lastUse)),
  }));
}

function peakOf(chains: readonly Chain[], kernels: number): number {
  let peak = 0;
  for (let position = 0; position < Math.max(1, kernels); position++) {
    const alive = chains.filter((chain) => chain.firstUse <= position && position <= chain.lastUse);
    peak = Math.max(
      peak,
      alive.reduce((sum, chain) => sum + align(chain.bytes), 0),
    );
  }
  return peak;
}
