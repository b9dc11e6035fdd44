// A profile in the trace event format of Chrome ("Trace Event Format", Google, 2016), which chrome://tracing and
// ui.perfetto.dev open: complete events (`X`) with times in microseconds, and metadata (`M`) with names.
import { printSpan } from '../ir/frame.ts';
import { printRate } from '../ir/quantity.ts';
import { profileConditions, profileTitle } from './profile-table.ts';
import type { KernelProfile, Profile, ProfiledLap } from './profile.ts';

/** A span of time on a thread. */
export interface CompleteEvent {
  readonly name: string;
  /** Category: the phase of a kernel; `run` for a run as a whole; `wait`. */
  readonly cat: string;
  readonly ph: 'X';
  /** Start and duration, in microseconds. */
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number>>;
}

/** What a process or a thread is called. */
export interface MetadataEvent {
  readonly name: 'process_name' | 'thread_name';
  readonly ph: 'M';
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name: string };
}

/** A trace in the JSON object format. */
export interface Trace {
  readonly traceEvents: readonly (CompleteEvent | MetadataEvent)[];
  /** How viewers write times. */
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string>>;
}

const place = { pid: 1, tid: 1 } as const;

export function traceOf(profile: Omit<Profile, 'toTrace' | 'toString'>): Trace {
  const { kernels, samples, runs } = profile;
  const events = samples.flatMap((laps, position): CompleteEvent[] => {
    const [first] = laps;
    const last = laps.at(-1);
    if (first === undefined || last === undefined) return [];
    const number = runs - samples.length + position + 1;
    const whole: CompleteEvent = {
      name: profile.entry,
      cat: 'run',
      ph: 'X',
      ts: first.start,
      dur: last.start + last.duration - first.start,
      ...place,
      args: { run: number },
    };
    return [
      whole,
      ...laps.map((lap) => lapEvent(lap, lap.kernel === null ? undefined : kernels[lap.kernel])),
    ];
  });
  return {
    traceEvents: [
      { name: 'process_name', ph: 'M', ...place, args: { name: `tapeless: ${profile.program}` } },
      { name: 'thread_name', ph: 'M', ...place, args: { name: 'session' } },
      ...events,
    ],
    displayTimeUnit: 'ns',
    otherData: { profile: profileTitle(profile), conditions: profileConditions(profile) },
  };
}

function lapEvent({ start, duration }: ProfiledLap, kernel: KernelProfile | undefined): CompleteEvent {
  const when = { ph: 'X', ts: start, dur: duration, ...place } as const;
  if (kernel === undefined) return { name: 'waiting for other threads', cat: 'wait', ...when, args: {} };
  const { name, phase, formulas, flops, bytes, layers, lines } = kernel;
  const rate = (count: number): string => printRate(duration === 0 ? 0 : count / duration / 1000);
  return {
    name,
    cat: phase,
    ...when,
    args: {
      formula: formulas.join('; '),
      FLOPs: flops,
      'GFLOP/s': rate(flops),
      bytes,
      'GB/s': rate(bytes),
      layers: layers.join(', '),
      lines: lines.map(printSpan).join(', '),
    },
  };
}
