// The plan's data: where every buffer lies in the arena and in which order kernels run. No target language here.
import type { Buffer, Kernel, KernelProgram } from '../kernels/kernel.ts';

/** A buffer's place in the arena, in bytes. */
export interface Placement {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly bytes: number;
  /** First and last kernel, by position, between which the contents matter; the whole entry for what persists. */
  readonly firstUse: number;
  readonly lastUse: number;
  /** The buffer whose memory it takes over element by element, in the kernel that writes it. */
  readonly inPlaceOf?: Buffer;
}

/** What outlives an entry, at fixed offsets that all entries and sizes of a program share. */
export interface StateLayout {
  /** Parameters and state, which live from step to step. */
  readonly slots: readonly StateSlot[];
  /** Array constants, behind them: filled by whoever binds an entry that reads them to memory. */
  readonly constants: readonly StateSlot[];
  /** Bytes of both. */
  readonly bytes: number;
}

export interface StateSlot {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** One entry point, ready to be emitted. */
export interface EntryPlan {
  readonly program: KernelProgram;
  readonly kernels: readonly Kernel[];
  readonly placements: readonly Placement[];
  /** Bytes from 0 to the end of the last buffer, state included. */
  readonly arenaBytes: number;
  /** The least that any layout needs: state plus the most that is alive at one time. */
  readonly lowerBound: number;
}

/** Buffers start at multiples of this: a vector register, and every element type. */
export const alignment = 16;

export function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** A size in memory for people: `23.4 KiB`. */
export function printBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
