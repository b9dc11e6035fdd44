// What the proof that a plan is right speaks of: what can be wrong, and kernels with their accesses. It shares no code with the
// planner.
import { bytesPerElement, type DType } from '../ir/dtype.ts';
import type { BufferReference } from '../ir/scalar.ts';
import type { Walk } from '../kernels/access-walk.ts';
import type { Buffer, Kernel } from '../kernels/kernel.ts';

/** What can be wrong with a plan; stable across versions. */
export type PlanProblemCode =
  /** A buffer has no place, or more than one. */
  | 'E_PLAN_UNPLACED'
  | 'E_PLAN_PLACED_TWICE'
  /** A place that is not aligned, outside the arena, or of another size than its buffer. */
  | 'E_PLAN_MISALIGNED'
  | 'E_PLAN_OUTSIDE'
  /** A parameter, state or constant is not where all entries of the program expect it, or something else is there. */
  | 'E_PLAN_STATE_SLOT'
  /** A kernel stores into a constant, which other entries read. */
  | 'E_PLAN_CONSTANT'
  /** Two buffers that are alive at one time share bytes. */
  | 'E_PLAN_OVERLAP'
  /** A buffer takes over the memory of another before that one is read for the last time. */
  | 'E_PLAN_IN_PLACE'
  /** A read of something that no kernel before has written, wholly or in part. */
  | 'E_PLAN_UNWRITTEN'
  | 'E_PLAN_PARTLY_WRITTEN'
  /** A kernel reads and overwrites one buffer in an order that mixes old and new elements. */
  | 'E_PLAN_OVERWRITTEN'
  /** A kernel needs the old value of a leaf after it was updated. */
  | 'E_PLAN_STALE'
  /** Two iterations of the loops around a store write one element. */
  | 'E_PLAN_STORED_TWICE'
  /** An index that may leave its buffer, or a run-time value that may leave the range promised for it. */
  | 'E_PLAN_INDEX'
  | 'E_PLAN_PROMISE'
  /** A local or loop variable that is used where it has no value, or defined twice. */
  | 'E_PLAN_LOCAL'
  | 'E_PLAN_AXIS'
  /** The lists of what a kernel reads and writes are not what its statements do. */
  | 'E_PLAN_ACCESS_LIST';

export interface PlanProblem {
  readonly code: PlanProblemCode;
  readonly message: string;
  /** Name of the kernel, where the problem is in one. */
  readonly kernel: string | null;
  /** Names of the buffers involved. */
  readonly buffers: readonly string[];
}

/** A kernel at its position, with its accesses. */
export interface Step {
  readonly kernel: Kernel;
  readonly position: number;
  readonly walk: Walk;
}

export function problem(
  code: PlanProblemCode,
  kernel: Kernel | null,
  buffers: readonly BufferReference[],
  message: string,
): PlanProblem {
  const where = kernel === null ? '' : `${kernel.name}: `;
  return {
    code,
    kernel: kernel?.name ?? null,
    buffers: buffers.map((buffer) => buffer.name),
    message: where + message,
  };
}

export function isPersistent({ role }: Buffer): boolean {
  return role === 'parameter' || role === 'state' || role === 'constant';
}

export function isFilledBefore(buffer: Buffer): boolean {
  return isPersistent(buffer) || buffer.role === 'input';
}

export function bytesOf({ length, dtype }: { readonly length: number; readonly dtype: DType }): number {
  return length * bytesPerElement[dtype];
}
