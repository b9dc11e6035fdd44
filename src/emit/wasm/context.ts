// What the writing of a function goes by: where values, loop variables and buffers stand, and which loop is in lanes.
import type { Axis } from '../../ir/index-expression.ts';
import type { BufferReference } from '../../ir/scalar.ts';
import type { FunctionWriter, WasmLocal } from './code.ts';

/** The value of a loop variable: a local, if any, plus a number. */
export interface AxisBinding {
  readonly local: WasmLocal | null;
  readonly offset: number;
}

/** Where a value of the kernel stands. */
export interface ValueBinding {
  /** One local, or one for every vector of a loop where lanes differ. */
  readonly locals: readonly WasmLocal[];
  /** Whether there is one value a lane. */
  readonly isVarying: boolean;
  /** Whether the loop that carries it changes it while it is bound. */
  readonly isMutable: boolean;
}

/**
 * The loop that is walked some vectors of four iterations at a time. The lanes of the last vector from `valid` on are
 * padding.
 */
export interface VectorContext {
  readonly axis: Axis;
  readonly valid: number;
  /** Number of vectors; their instructions are interleaved, so that one computes while another waits. */
  readonly vectors: number;
}

/** A place in memory: a local, if any, plus a number of bytes. */
export interface Address {
  readonly base: WasmLocal | null;
  readonly offset: number;
}

/** What all scopes of a function share. */
export interface FunctionContext {
  readonly writer: FunctionWriter;
  /** Whether products are added without being rounded first. */
  readonly fused: boolean;
  addressOf(buffer: BufferReference): Address;
  /** Says where a buffer of the function's own lies. */
  place(buffer: BufferReference, address: Address): void;
  /** Bytes of private memory for the function, aligned to vectors. */
  reserve(bytes: number): Address;
  /** Adds a function to the module and returns its index. */
  define(writer: FunctionWriter): number;
}

/** The buffers whose every element holds one value a lane. */
export type LaneBuffers = ReadonlySet<BufferReference>;
