// Measuring a run lap by lap: what the clock itself takes is taken off, and where it is too coarse for a kernel, what
// many runs add up to tells.
import type { MeasuredTime, Measurement, ProfiledLap } from '../compiler/profile.ts';

/** Milliseconds, as `performance.now` gives them. */
export type Clock = () => number;

export interface Timing {
  /** Runs once and calls `lap` after every kernel with its position, and after a wait with the number of kernels. */
  readonly run: (lap: (position: number) => void) => void;
  /** Makes everything as it was before the first run. */
  readonly reset: () => void;
  readonly kernels: number;
  /** Default: what fits into the time below, between the numbers below. */
  readonly runs?: number | undefined;
  readonly clock?: Clock;
}

// Engines optimise what has run for a while; a profile is of what comes after.
const warmUpMilliseconds = 150;
const fewestWarmUps = 5;
const mostWarmUps = 10_000;
const measuredMilliseconds = 400;
const fewestRuns = 5;
const mostRuns = 200;
/** Runs that are kept lap by lap. */
const mostSamples = 10;

/** Warms up, runs, and leaves everything as it was. */
export function measure({ run, reset, kernels, runs: wanted, clock = now }: Timing): Measurement {
  const watch = stopwatch(clock);
  const { cost, grain } = calibrate(watch);
  const runOnce = (): void => {
    reset();
    watch.start();
    run(watch.lap);
  };
  try {
    const perRun = warmUp(runOnce, clock);
    const fitting = Math.round(measuredMilliseconds / Math.max(perRun, Number.EPSILON));
    const runs = wanted ?? Math.min(mostRuns, Math.max(fewestRuns, fitting));
    const times = Array.from({ length: kernels + 1 }, () => new Float64Array(runs));
    const wholes = new Float64Array(runs);
    const samples: ProfiledLap[][] = [];
    let began: number | undefined;
    for (let round = 0; round < runs; round++) {
      runOnce();
      began ??= watch.began;
      const { laps } = watch;
      for (const { position, milliseconds } of laps) {
        const ofLap = times[position];
        if (ofLap !== undefined) ofLap[round] = (ofLap[round] ?? 0) + milliseconds - cost;
      }
      wholes[round] = laps.reduce((sum, lap) => sum + lap.milliseconds - cost, 0);
      if (runs - round <= mostSamples) samples.push(sampleOf(watch, began, cost, kernels));
    }
    const summary = (values: Float64Array): MeasuredTime => summarise(values, grain);
    const waiting = times.pop() ?? new Float64Array(runs);
    return {
      runs,
      clockNanoseconds: cost * 1e6,
      kernels: times.map(summary),
      waiting: summary(waiting),
      whole: summary(wholes),
      samples,
    };
  } finally {
    reset();
  }
}

const now: Clock = () => performance.now();

interface Lap {
  readonly position: number;
  readonly milliseconds: number;
}

interface Stopwatch {
  start(): void;
  readonly lap: (position: number) => void;
  /** When it was started last. */
  readonly began: number;
  /** Since then. */
  readonly laps: readonly Lap[];
}

/** Keeps moments in arrays that are there already, so that a lap costs little more than a look at the clock. */
function stopwatch(clock: Clock): Stopwatch {
  const moments: number[] = [];
  const positions: number[] = [];
  let began = 0;
  let count = 0;
  return {
    start: () => {
      count = 0;
      began = clock();
    },
    lap: (position) => {
      moments[count] = clock();
      positions[count] = position;
      count++;
    },
    get began() {
      return began;
    },
    get laps() {
      return moments.slice(0, count).map((moment, index) => ({
        position: positions[index] ?? 0,
        milliseconds: moment - (index === 0 ? began : (moments[index - 1] ?? began)),
      }));
    },
  };
}

const calibrationRounds = 40;
const calibrationLaps = 250;

/** What a lap takes when nothing is done in it, and the steps in which the clock advances beyond that; milliseconds. */
function calibrate(watch: Stopwatch): { readonly cost: number; readonly grain: number } {
  let cost = Infinity;
  let step = Infinity;
  for (let round = 0; round < calibrationRounds; round++) {
    watch.start();
    for (let lap = 0; lap < calibrationLaps; lap++) watch.lap(0);
    const passed = watch.laps.map((lap) => lap.milliseconds);
    cost = Math.min(cost, passed.reduce((sum, each) => sum + each, 0) / calibrationLaps);
    step = Math.min(step, ...passed.filter((each) => each > 0));
  }
  return { cost, grain: Number.isFinite(step) ? Math.max(0, step - cost) : 0 };
}

/** Runs until the engine has had its time; what a run took, in milliseconds. */
function warmUp(runOnce: () => void, clock: Clock): number {
  const start = clock();
  for (let round = 1; ; round++) {
    runOnce();
    const passed = clock() - start;
    const isWarm = round >= fewestWarmUps && passed >= warmUpMilliseconds;
    if (isWarm || round === mostWarmUps) return passed / round;
  }
}

function sampleOf(watch: Stopwatch, first: number, cost: number, kernels: number): ProfiledLap[] {
  let moment = watch.began - first;
  return watch.laps.map(({ position, milliseconds }) => {
    const start = moment;
    moment += milliseconds;
    return {
      kernel: position < kernels ? position : null,
      start: start * 1000,
      duration: Math.max(0, milliseconds - cost) * 1000,
    };
  });
}

/** Median and least in microseconds; the mean for both where the clock advances in steps as large as they are. */
function summarise(milliseconds: Float64Array, grain: number): MeasuredTime {
  const sorted = milliseconds.toSorted();
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  const microseconds = (value: number): number => Math.max(0, value) * 1000;
  return median < 10 * grain
    ? { median: microseconds(mean), least: microseconds(mean) }
    : { median: microseconds(median), least: microseconds(sorted[0] ?? 0) };
}
