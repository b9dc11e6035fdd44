// A profile: what the kernels of an entry took when they were measured, beside what they cost by count and the layers
// and lines that they come from. A plain value; the clock is the runtime's business.
import type { Span } from '../ir/errors.ts';
import type { Sizes } from '../ir/size.ts';
import { bytesMoved, costOf, intensityOf, totalCost, type KernelCost } from '../kernels/cost.ts';
import { statementsOf } from '../kernels/formula.ts';
import type { Kernel, Phase } from '../kernels/kernel.ts';
import { sourcesOf } from '../kernels/sources.ts';
import type { KernelBuild } from './build-options.ts';
import type { Compilation, EntryName } from './compilation.ts';
import { printProfile } from './profile-table.ts';
import { traceOf, type Trace } from './trace.ts';

/** The entries that can be profiled. */
export type ProfiledEntry = Exclude<EntryName, 'initialise'>;

/** Work in a span of time. */
export interface Throughput {
  /** Median time of a run, in microseconds. */
  readonly microseconds: number;
  /** Time of the fastest run, in microseconds. */
  readonly leastMicroseconds: number;
  /** Floating-point operations of a run; a multiplication with its addition is 2. */
  readonly flops: number;
  /** Operations of a run on integers and booleans, those of random numbers most of all. */
  readonly integerOperations: number;
  /** Bytes of a run that are read or written at least, each element once. */
  readonly bytes: number;
  /** Billions of floating-point operations a second (GFLOP/s), at the median; 0 where no time was seen to pass. */
  readonly gflops: number;
  /** Billions of bytes a second (GB/s), at the median; 0 where no time was seen to pass. */
  readonly gigabytesPerSecond: number;
  /** Arithmetic intensity: floating-point operations for each byte. */
  readonly intensity: number;
}

/** What one kernel took and did. */
export interface KernelProfile extends Throughput {
  readonly name: string;
  readonly phase: Phase;
  /** Part of the time of a run, from 0 to 1; the parts of all kernels and of waiting add up to 1. */
  readonly share: number;
  /** What it computes, a line each: `relu1 = relu(x · linear1Weightᵀ + linear1Bias)`. */
  readonly formulas: readonly string[];
  /** Names of the graph's operations that are fused in it, each once, in the order of the graph. */
  readonly operations: readonly string[];
  /** Paths of the layers and functions that it works for: `iris/linear1`. */
  readonly layers: readonly string[];
  /** The user's lines behind it. */
  readonly lines: readonly Span[];
}

/** One lap of a run on the clock. */
export interface ProfiledLap {
  /** Position of the kernel in {@link Profile.kernels}; null where the thread waited for others. */
  readonly kernel: number | null;
  /** Since the first run began, in microseconds. */
  readonly start: number;
  /** In microseconds. */
  readonly duration: number;
}

/** What {@link Session.profile} measured. All times are those of the session's own thread. */
export interface Profile {
  readonly program: string;
  readonly entry: ProfiledEntry;
  readonly sizes: Sizes;
  readonly target: KernelBuild['target'];
  readonly numerics: KernelBuild['numerics'];
  readonly threads: number;
  /** Number of runs that were measured. */
  readonly runs: number;
  /** What reading the clock took after each kernel, in nanoseconds; it is taken off all times. */
  readonly clockNanoseconds: number;
  /** In the order in which they run. */
  readonly kernels: readonly KernelProfile[];
  /** Median time of a run in which the thread waited for others, in microseconds; 0 with one thread. */
  readonly waitingMicroseconds: number;
  /** A run as a whole. */
  readonly total: Throughput;
  /** The last runs lap by lap, for {@link Profile.toTrace}. */
  readonly samples: readonly (readonly ProfiledLap[])[];
  /**
   * The last runs in the trace event format of Chrome: save it with `saveText(path, JSON.stringify(trace))` and open
   * it in chrome://tracing or ui.perfetto.dev.
   */
  toTrace(): Trace;
  /** A table for people. */
  toString(): string;
}

/** Times as they were measured, in microseconds, the clock's own taken off. */
export interface Measurement {
  readonly runs: number;
  readonly clockNanoseconds: number;
  /** Of every kernel of the entry, in order. */
  readonly kernels: readonly MeasuredTime[];
  readonly waiting: MeasuredTime;
  readonly whole: MeasuredTime;
  readonly samples: readonly (readonly ProfiledLap[])[];
}

export interface MeasuredTime {
  readonly median: number;
  readonly least: number;
}

/** The profile of an entry of a specialised compilation. */
export function profileOf(
  compilation: Compilation,
  entry: ProfiledEntry,
  build: KernelBuild,
  measured: Measurement,
): Profile {
  const kernels = compilation.plans.find((plan) => plan.program.name === entry)?.kernels ?? [];
  const { runs, clockNanoseconds, waiting, whole, samples } = measured;
  const nothing: MeasuredTime = { median: 0, least: 0 };
  const timed = kernels.map((kernel, position) => ({ kernel, time: measured.kernels[position] ?? nothing }));
  const sum = timed.reduce((all, { time }) => all + time.median, waiting.median);
  const profile: Omit<Profile, 'toTrace' | 'toString'> = {
    program: compilation.name,
    entry,
    sizes: compilation.sizes ?? {},
    ...build,
    runs,
    clockNanoseconds,
    kernels: timed.map(({ kernel, time }) => kernelProfile(kernel, time, sum === 0 ? 0 : time.median / sum)),
    waitingMicroseconds: waiting.median,
    total: throughput(totalCost(kernels.map(costOf)), whole),
    samples,
  };
  return deepFreeze({ ...profile, toTrace: () => traceOf(profile), toString: () => printProfile(profile) });
}

function kernelProfile(kernel: Kernel, time: MeasuredTime, share: number): KernelProfile {
  const sources = sourcesOf(kernel);
  return {
    name: kernel.name,
    phase: kernel.phase,
    ...throughput(costOf(kernel), time),
    share,
    formulas: statementsOf(kernel),
    operations: [...new Set(kernel.computes.map(({ op }) => op.name))],
    layers: [...new Set(sources.flatMap(({ places }) => places.map(({ path }) => path)))],
    lines: sources.flatMap(({ span }) => (span === null ? [] : [span])),
  };
}

function throughput(cost: KernelCost, { median, least }: MeasuredTime): Throughput {
  const { flops, integerOperations } = cost;
  const bytes = bytesMoved(cost);
  // A thousand operations a microsecond are a billion a second.
  const rate = (count: number): number => (median === 0 ? 0 : count / median / 1000);
  return {
    microseconds: median,
    leastMicroseconds: least,
    flops,
    integerOperations,
    bytes,
    gflops: rate(flops),
    gigabytesPerSecond: rate(bytes),
    intensity: intensityOf(cost),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(Object.freeze(value)).forEach(deepFreeze);
  }
  return value;
}
