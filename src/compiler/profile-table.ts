// A profile as a table for people, and what it is called.
import { printSpan } from '../ir/frame.ts';
import { printRate, printShare, printTime } from '../ir/quantity.ts';
import { printBytes } from '../plan/plan.ts';
import type { Profile, Throughput } from './profile.ts';
import { grouped, table } from './table.ts';

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
  const waiting = ['waiting', '', printTime(waitingMicroseconds), '', printShare(waitingMicroseconds / sum)];
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
  return [printTime(microseconds), printTime(leastMicroseconds), printShare(share)];
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
