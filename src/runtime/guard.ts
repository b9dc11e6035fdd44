// Runs an entry under guard: kernel by kernel, with a look at what each has written. At the first number that is not finite
// the state is put back, and the kernel's operations are evaluated one by one to find the one that made it. What a kernel
// makes and does not write (an operand of a comparison, a branch that is not chosen) passes unseen: to evaluate every
// operation of every kernel is what target `interpreter` is for.
import type { Guard } from '../compiler/build-options.ts';
import type { Compilation, EntryName } from '../compiler/compilation.ts';
import { statementsOf } from '../kernels/formula.ts';
import type { Buffer, Kernel } from '../kernels/kernel.ts';
import { publicName } from '../kernels/names.ts';
import type { EntryPlan } from '../plan/plan.ts';
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import type { Value } from '../ir/value.ts';
import type { StateArrays } from './arena.ts';
import { elementsOf, faultError, faultIn, faultyOperation, operationError, type Fault } from './fault.ts';
import type { BoundEntry, FeedArray, TimedShare } from './instantiate.ts';

/** An entry that is bound and fed. */
export interface Guarded {
  readonly compilation: Compilation;
  readonly entry: EntryName;
  /** The twin of the entry that tells when a kernel is done. */
  readonly timed: BoundEntry;
  readonly state: StateArrays;
  readonly memory: ArrayBufferLike;
  readonly guard: Guard;
  readonly threads: number;
  /** How an error calls this run: `step 18`. */
  readonly run: string;
}

type ArrayOver = (memory: ArrayBufferLike, offset: number, length: number) => FeedArray;

const arrays: Readonly<Record<DType, ArrayOver>> = {
  f32: (memory, offset, length) => new Float32Array(memory, offset, length),
  f64: (memory, offset, length) => new Float64Array(memory, offset, length),
  i32: (memory, offset, length) => new Int32Array(memory, offset, length),
  bool: (memory, offset, length) => new Uint8Array(memory, offset, length),
};

/** Thrown out of a run to end it after a kernel. */
class Stop extends Error {}

/**
 * Runs the entry to its end.
 * @throws {NumericsError} `E_NOT_FINITE`, with the state as it was before
 */
export function runGuarded(guarded: Guarded): void {
  const { compilation, entry, timed, state, guard, run } = guarded;
  const plan = compilation.plans.find((each) => each.program.name === entry);
  if (plan === undefined) return;
  refuseState(state, guard, run);
  const saved = Object.entries(state).map(([name, values]) => [name, values.slice()] as const);
  const putBack = (): void => {
    for (const [name, values] of saved) state[name]?.set(values);
  };
  const arrayOf = arraysOf(plan, guarded.memory);
  const share = { from: 0, to: guarded.threads, barrier: () => undefined };
  let faulty: { readonly position: number; readonly buffer: Buffer; readonly fault: Fault } | undefined;
  const look = (position: number): void => {
    for (const buffer of plan.kernels[position]?.writes ?? []) {
      const fault = isFloat(buffer) ? faultIn(arrayOf(buffer), guard) : null;
      if (fault === null) continue;
      faulty = { position, buffer, fault };
      throw new Stop();
    }
  };
  const runUntil = (lap: (position: number) => void): void => {
    try {
      const whole: TimedShare = { ...share, lap };
      timed.run(whole);
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop;
    }
  };
  runUntil(look);
  if (faulty === undefined) return;
  const { position, buffer, fault } = faulty;
  putBack();
  // Once more, up to the kernel: it may have written over what it read.
  if (position > 0) {
    runUntil((done) => {
      if (done === position - 1) throw new Stop();
    });
  }
  const kernel = plan.kernels[position];
  const known = kernel === undefined ? new Map<Tensor, Value>() : valuesRead(kernel, arrayOf);
  putBack();
  const operation = faultyOperation(kernel?.computes ?? [], known, guard);
  const place = {
    run,
    ...(kernel === undefined
      ? {}
      : { kernel: { name: kernel.name, phase: kernel.phase, formulas: statementsOf(kernel) } }),
  };
  if (operation !== null) throw operationError(operation, place);
  const headline = `${run}: ${publicName(buffer)} becomes ${elementsOf(fault, buffer.shape)}`;
  throw faultError(headline, [], place, { shapes: [buffer.shape] });
}

/** Parameters that are not finite before a run begins: they were set so. */
function refuseState(state: StateArrays, guard: Guard, run: string): void {
  for (const [name, values] of Object.entries(state)) {
    const fault =
      values instanceof Int32Array || values instanceof Uint8Array ? null : faultIn(values, guard);
    if (fault === null) continue;
    const headline = `${run}: "${name}" holds ${elementsOf(fault, [values.length])} before it begins`;
    throw faultError(headline, [], {}, { shapes: [[values.length]] });
  }
}

function isFloat({ dtype }: Buffer): boolean {
  return dtype === 'f32' || dtype === 'f64';
}

function arraysOf({ placements }: EntryPlan, memory: ArrayBufferLike): (buffer: Buffer) => FeedArray {
  const offsets = new Map(placements.map(({ buffer, offset }) => [buffer, offset]));
  return (buffer) => {
    const offset = offsets.get(buffer);
    return offset === undefined ? new Float32Array(0) : arrays[buffer.dtype](memory, offset, buffer.length);
  };
}

function valuesRead(kernel: Kernel, arrayOf: (buffer: Buffer) => FeedArray): ReadonlyMap<Tensor, Value> {
  return new Map(
    kernel.reads.map((buffer) => {
      const { shape, dtype, tensor } = buffer;
      return [tensor, { shape, dtype, data: Float64Array.from(arrayOf(buffer)) }] as const;
    }),
  );
}
