import { describe, expect, test } from 'vitest';
import { measure, type Clock } from '../../src/runtime/stopwatch.ts';

/** A world in which looking at the clock takes 0.1 µs, and it advances in steps; times in milliseconds. */
function world(step = 0): { readonly clock: Clock; work(milliseconds: number): void } {
  let time = 0;
  return {
    clock: () => {
      time += 0.0001;
      return step === 0 ? time : Math.floor(time / step) * step;
    },
    work: (milliseconds) => {
      time += milliseconds;
    },
  };
}

describe('a stopwatch', () => {
  test('takes off what its clock takes', () => {
    const { clock, work } = world();
    const measured = measure({
      run: (lap) => {
        work(0.002);
        lap(0);
        work(0.0005);
        lap(1);
      },
      reset: () => undefined,
      kernels: 2,
      runs: 7,
      clock,
    });
    expect(measured.runs).toBe(7);
    expect(measured.clockNanoseconds).toBeCloseTo(100, 6);
    expect(measured.kernels.map(({ median }) => median)).toEqual([
      expect.closeTo(2, 6),
      expect.closeTo(0.5, 6),
    ]);
    expect(measured.whole.median).toBeCloseTo(2.5, 6);
    expect(measured.waiting).toEqual({ median: 0, least: 0 });
  });

  test('tells by many runs what a clock of 5 µs cannot tell of one', () => {
    const { clock, work } = world(0.005);
    const { kernels } = measure({
      run: (lap) => {
        work(0.0013);
        lap(0);
        work(0.03);
        lap(1);
      },
      reset: () => undefined,
      kernels: 2,
      runs: 4000,
      clock,
    });
    expect(kernels.map(({ median }) => median)).toEqual([expect.closeTo(1.3, 1), expect.closeTo(30, 0)]);
  });

  test('gives the median and the fastest run, which one slow run does not move', () => {
    const { clock, work } = world();
    let round = 0;
    const { kernels } = measure({
      run: (lap) => {
        round++;
        work(round % 5 === 0 ? 1 : 0.001 + (round % 2) * 0.0002);
        lap(0);
      },
      reset: () => undefined,
      kernels: 1,
      runs: 100,
      clock,
    });
    expect(kernels[0]?.least).toBeCloseTo(1, 6);
    expect(kernels[0]?.median).toBeCloseTo(1.2, 6);
  });

  test('adds up what a run waits, apart from its kernels', () => {
    const { clock, work } = world();
    const { waiting, kernels, samples } = measure({
      run: (lap) => {
        work(0.001);
        lap(0);
        work(0.002);
        lap(1);
        work(0.003);
        lap(1);
      },
      reset: () => undefined,
      kernels: 1,
      runs: 3,
      clock,
    });
    expect(waiting.median).toBeCloseTo(5, 6);
    expect(kernels.map(({ median }) => median)).toEqual([expect.closeTo(1, 6)]);
    expect(samples.map((laps) => laps.map((lap) => lap.kernel))).toEqual(
      Array.from({ length: 3 }, () => [0, null, null]),
    );
  });

  test('keeps the last ten runs lap by lap, one behind the other', () => {
    const { clock, work } = world();
    const { samples } = measure({
      run: (lap) => {
        work(0.001);
        lap(0);
      },
      reset: () => undefined,
      kernels: 1,
      runs: 25,
      clock,
    });
    expect(samples).toHaveLength(10);
    const starts = samples.map(([lap]) => lap?.start ?? 0);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(samples[0]?.[0]?.duration).toBeCloseTo(1, 6);
  });

  test('makes as many runs as fit, from a clock that stands still the most', () => {
    const runsOf = (milliseconds: number): number => {
      const { clock, work } = world();
      const run = (lap: (position: number) => void): void => {
        work(milliseconds);
        lap(0);
      };
      return measure({ run, reset: () => undefined, kernels: 1, clock }).runs;
    };
    expect(runsOf(0.01)).toBe(200);
    expect(runsOf(10)).toBe(40);
    expect(runsOf(1000)).toBe(5);
    const still = { run: () => undefined, reset: () => undefined, kernels: 1, clock: () => 0 };
    expect(measure(still).runs).toBe(200);
  });

  test('resets before every run and at the end, also when a run throws', () => {
    const events: string[] = [];
    const { clock, work } = world();
    const timing = {
      run: () => {
        events.push('run');
        work(100);
      },
      reset: () => events.push('reset'),
      kernels: 0,
      runs: 2,
      clock,
    };
    measure(timing);
    expect(events.join(' ')).toMatch(/^(reset run )+reset$/);
    events.length = 0;
    const failing = (): never => {
      throw new Error('no');
    };
    expect(() => measure({ ...timing, run: failing })).toThrow('no');
    expect(events).toEqual(['reset', 'reset']);
  });
});
