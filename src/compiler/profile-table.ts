// A profile as a table for people, and how times and rates are written.
import { printSpan } from '../ir/frame.ts';
import { printBytes } from '../plan/plan.ts';
import type { Profile, Throughput } from './profile.ts';
import { grouped, table } from './table.ts';

/** `0.42 µs`, `38.1 µs`, `1.25 ms` */
export function printTime(microseconds: number): string {
  if (microseconds < 10) return `${microseconds.toFixed(2)} µs`;
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  return microseconds < 1e6
    ? `${(microseconds / 1000).toFixed(2)} ms`
    : `${(microseconds / 1e6).toFixed(2)} s`;
}

/** Three digits of a rate, and a dash where there is none. */
export function printRate(rate: number): string {
  if (rate === 0) return '–';
  return rate >= 100 ? rate.toFixed(0) : rate.toFixed(rate >= 10 ? 1 : 2);
}

type Profiled = Omit<Profile, 'toTrace' | 'toString'>;

/** `iris step, batch = 90` */
export function profileTitle({ program, entry, sizes }: Profiled): string {
  const dimensions = Object.entries(sizes).map(([dimension, size]) => `${dimension} = ${size}`);
  return [`${program} ${entry}`, ...dimensions].join(', ');
}

/** `WebAssembly, strict, 1 thread, median of 200 runs` */
export function profileConditions({ target, numerics, threads, runs }: Profiled): string {
  const name: Readonly<Record<Profile['target'], string>> = { wasm: 'WebAssembly', js: 'JavaScript' };
  const team = threads === 1 ? '1 thread' : `${threads} threads`;
  return [name[target], numerics, team, runs === 1 ? '1 run' : `median of ${grouped(runs)} runs`].join(', ');
}

export function printProfile(profile: Profiled): string {
  const { kernels, total, waitingMicroseconds } = profile;
  const rows = kernels.map((kernel) => [
    kernel.name,
    kernel.phase,
    ...timeCells(kernel, kernel.share),
    ...workCells(kernel),
    [...new Set(kernel.lines.map(printSpan))].join(', '),
  ]);
  const sum = kernels.reduce((all, { microseconds }) => all + microseconds, waitingMicroseconds);
  const waiting = ['waiting', '', printTime(waitingMicroseconds), '', percent(waitingMicroseconds / sum)];
  const whole = ['total', `${kernels.length} kernels`, ...timeCells(total, 1), ...workCells(total), ''];
  return [
    `${profileTitle(profile)}: ${profileConditions(profile)}`,
    table(
      [
        'kernel',
        'phase',
        'median',
        'fastest',
        'share',
        'FLOPs',
        'GFLOP/s',
        'bytes moved',
        'GB/s',
        'FLOP/byte',
        'lines',
      ],
      [...rows, ...(waitingMicroseconds > 0 ? [waiting] : []), whole],
      ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
  ].join('\n');
}

function timeCells({ microseconds, leastMicroseconds }: Throughput, share: number): readonly string[] {
  return [printTime(microseconds), printTime(leastMicroseconds), percent(share)];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function workCells({ flops, gflops, bytes, gigabytesPerSecond, intensity }: Throughput): readonly string[] {
  return [
    grouped(flops),
    printRate(gflops),
    printBytes(bytes),
    printRate(gigabytesPerSecond),
    intensity.toFixed(2),
  ];
}
