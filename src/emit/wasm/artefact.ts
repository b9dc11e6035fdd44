// What the WebAssembly emitter is given and what it makes: one module for all entries of a program at given sizes.
import type { Kernel } from '../../kernels/kernel.ts';
import type { EntryPlan } from '../../plan/plan.ts';

/** Vector loads may read so many bytes past the end of what they want: memory has to go on that far. */
export const overreachBytes = 64;

/**
 * `strict`: every operation is rounded once, the same bits as the JavaScript target. `fast`: products are added
 * without being rounded first (relaxed SIMD), where the engine can.
 */
export type Numerics = 'strict' | 'fast';

export interface WasmInput {
  readonly entries: readonly EntryPlan[];
  readonly numerics: Numerics;
  /** Number of threads that work is divided for; more than one needs shared memory. */
  readonly threads: number;
  /** Estimated cycles from which threads divide a kernel; default: what two threads take to agree that it is done. */
  readonly sharedFrom?: number;
}

/** A kernel as an exported function of the module. */
export interface WasmKernel {
  /** Name of the export, unique in the module: two entries may have kernels of one name. */
  readonly name: string;
  /**
   * Whether threads share its work: the function is then `(from, to) => void` and does the shares of threads
   * `from … to - 1`; (0, threads) is all of it. Otherwise it is `() => void`, for one thread only.
   */
  readonly isShared: boolean;
}

export interface WasmArtefact {
  /** The binary module. It imports `memory` from `env`, shared when there is more than one thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that kernels touch: the arena of the largest entry, and behind it every thread's scratch. */
  readonly memoryBytes: number;
  readonly kernels: ReadonlyMap<Kernel, WasmKernel>;
}
