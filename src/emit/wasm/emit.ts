// A whole program as one WebAssembly module: every kernel of every entry is an exported function over one memory.
// Addresses are immediates: the plan knows where everything lies.
import { bytesPerElement } from '../../ir/dtype.ts';
import type { BufferReference } from '../../ir/scalar.ts';
import type { Kernel, Statement } from '../../kernels/kernel.ts';
import { identifier, nameTable } from '../../kernels/names.ts';
import { align, type EntryPlan } from '../../plan/plan.ts';
import { overreachBytes, type WasmArtefact, type WasmInput, type WasmKernel } from './artefact.ts';
import { FunctionWriter } from './code.ts';
import { encodeModule, pageBytes } from './module.ts';
import type { Address, FunctionContext } from './context.ts';
import { Scope } from './scope.ts';
import { shareOf } from './share.ts';
import { emitStatements } from './statement.ts';
import { strategyFor, type Strategy } from './strategy.ts';

/** The module of a program. */
export function emitWasm(input: WasmInput): WasmArtefact {
  const { entries, numerics, threads, sharedFrom } = input;
  const arenaBytes = Math.max(0, ...entries.map((entry) => entry.arenaBytes));
  const names = nameTable();
  const functions: FunctionWriter[] = [];
  const kernels = new Map<Kernel, WasmKernel>();
  const emitted: EmittedKernel[] = [];
  for (const entry of entries) {
    const placed = placesOf(entry);
    const strategies = new Map(entry.kernels.map((kernel) => [kernel, strategyFor(kernel.body)]));
    const cycles = [...strategies.values()].reduce((sum, each) => sum + each.cycles, 0);
    const isWorthThreads = threads > 1 && (sharedFrom !== undefined || cycles >= worthThreads);
    for (const kernel of entry.kernels) {
      // The same work at other addresses for another entry is told apart by that entry's name.
      const isTaken = [...kernels.values()].some((each) => each.name === identifier(kernel.name));
      const name = names.unique(
        identifier(isTaken ? `${kernel.name} in ${entry.program.name}` : kernel.name),
      );
      const strategy = strategies.get(kernel) ?? strategyFor(kernel.body);
      const isLarge = strategy.cycles >= (sharedFrom ?? worthSharing);
      const isShared = isWorthThreads && isLarge && canBeShared(kernel, threads);
      const one = emitKernel(kernel, {
        name,
        placed,
        scratchStart: arenaBytes,
        fused: numerics === 'fast',
        threads: isShared ? threads : 1,
        strategy,
        define: (writer) => functions.push(writer) - 1,
      });
      functions.push(one.writer);
      emitted.push(one);
      kernels.set(kernel, { name, isShared });
    }
  }
  // A thread has one and the same private memory in all kernels: it may be in one while another thread is in the next.
  const perThread =
    cacheLine * Math.ceil(Math.max(0, ...emitted.map((each) => each.scratchBytes)) / cacheLine);
  for (const each of emitted) each.locateScratch(perThread);
  const memoryBytes = arenaBytes + threads * perThread;
  const pages = Math.ceil((memoryBytes + overreachBytes) / pageBytes);
  return { bytes: encodeModule(functions, { pages, shared: threads > 1 }), memoryBytes, kernels };
}

// Bytes that processors hand over at once.
const cacheLine = 64;

function placesOf({ placements }: EntryPlan): ReadonlyMap<BufferReference, number> {
  return new Map(placements.map(({ buffer, offset }) => [buffer, offset]));
}

// Below so many cycles an entry is over before a second thread has been called, met and left again.
const worthThreads = 150_000;

// Below so many cycles a kernel costs less than two threads take to agree that it is done.
const worthSharing = 3_000;

/** Whether threads can divide a kernel: one loop or contraction whose parts do not depend on one another. */
function canBeShared({ body }: Kernel, threads: number): boolean {
  const [whole, ...others] = body.filter((statement) => statement.kind !== 'let');
  if (whole === undefined || others.length > 0 || body.at(-1) !== whole) return false;
  return hasEnoughParts(whole, threads);
}

function hasEnoughParts(statement: Statement, threads: number): boolean {
  switch (statement.kind) {
    case 'loop':
      return (
        statement.reductions.length === 0 &&
        statement.folds.length === 0 &&
        statement.axis.extent >= 4 * threads
      );
    case 'contraction':
      return statement.rows.length + statement.columns.length > 0;
    case 'let':
    case 'store':
    case 'scatter':
      return false;
  }
}

interface KernelOptions {
  readonly name: string;
  readonly placed: ReadonlyMap<BufferReference, number>;
  /** Where private memory begins, in bytes. */
  readonly scratchStart: number;
  readonly fused: boolean;
  readonly threads: number;
  readonly strategy: Strategy;
  readonly define: FunctionContext['define'];
}

interface EmittedKernel {
  readonly writer: FunctionWriter;
  /** Private memory that one thread needs. */
  readonly scratchBytes: number;
  /** Says how much private memory every thread has; only then is the function whole. */
  readonly locateScratch: (bytesPerThread: number) => void;
}

function emitKernel(
  kernel: Kernel,
  { name, placed, scratchStart, fused, threads, strategy, define }: KernelOptions,
): EmittedKernel {
  const isShared = threads > 1;
  const writer = new FunctionWriter(
    name,
    isShared
      ? [
          ['from', 'i32'],
          ['to', 'i32'],
        ]
      : [],
  );
  const [from, to] = writer.parameters;
  // Threads have private memory of their own, one after the other.
  const base = isShared ? writer.local('i32', 'scratch') : null;
  let scratchBytes = 0;
  const own = new Map<BufferReference, Address>();
  const context: FunctionContext = {
    writer,
    fused,
    define,
    reserve: (bytes) => {
      const offset = scratchStart + scratchBytes;
      scratchBytes += align(bytes);
      return { base, offset };
    },
    place: (buffer, address) => own.set(buffer, address),
    addressOf: (buffer) => own.get(buffer) ?? { base: null, offset: placed.get(buffer) ?? 0 },
  };
  for (const buffer of kernel.scratch) {
    const inLanes = [...strategy.vectorised.values()].find((each) => each.laneBuffers.has(buffer));
    const bytes = inLanes === undefined ? bytesPerElement[buffer.dtype] : 16 * inLanes.vectors;
    own.set(buffer, context.reserve(bytes * buffer.length));
  }
  const scope = Scope.of(context);
  const share = from !== undefined && to !== undefined ? shareOf(from, to, threads) : null;
  emitStatements(kernel.body, scope, strategy, share);
  return {
    writer,
    scratchBytes,
    locateScratch: (bytesPerThread) => {
      if (base !== null && from !== undefined) {
        writer.entry.get(from).i32(bytesPerThread).op('i32.mul').set(base);
      }
    },
  };
}
