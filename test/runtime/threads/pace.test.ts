import { describe, expect, test } from 'vitest';
import { keepPace, type Pace } from '../../../src/runtime/threads/pace.ts';

/** A clock, and an entry that takes so many milliseconds. */
function running(alone: number) {
  const pace = keepPace();
  let now = 0;
  return {
    pace,
    /** Runs once; what a run of all threads takes is given. */
    run: (together: number): 'alone' | 'together' => {
      const isTogether = pace.isTogether(now);
      now += isTogether ? together : alone;
      if (isTogether) pace.tookTogether(together, now);
      else pace.tookAlone(alone);
      return isTogether ? 'together' : 'alone';
    },
    get now() {
      return now;
    },
  };
}

function countTogether(run: () => 'alone' | 'together', times: number): number {
  return Array.from({ length: times }, run).filter((each) => each === 'together').length;
}

describe('threads are called', () => {
  test('once it is known what a run takes alone', () => {
    const { run } = running(1);
    expect(Array.from({ length: 5 }, () => run(0.6))).toEqual([
      'alone',
      'alone',
      'alone',
      'together',
      'together',
    ]);
  });

  test('to almost every run while that is quicker; the others tell whether it still is', () => {
    const { run } = running(1);
    expect(countTogether(() => run(0.6), 10_000)).toBeGreaterThan(9900);
    expect(countTogether(() => run(0.6), 10_000)).toBeLessThan(10_000);
  });

  test('in spite of a stall now and then, however long', () => {
    const { run } = running(1);
    for (let round = 0; round < 50; round++) {
      countTogether(() => run(0.6), 9);
      run(1000);
    }
    expect(countTogether(() => run(0.6), 100)).toBeGreaterThanOrEqual(99);
  });

  test('ever more rarely while every call stalls, and again when calls stop stalling', () => {
    const running1 = running(1);
    countTogether(() => running1.run(0.6), 1000);
    const stalled = countTogether(() => running1.run(8), 10_000);
    expect(stalled).toBeGreaterThan(5);
    expect(stalled).toBeLessThan(60);
    const from = running1.now;
    while (running1.run(0.6) === 'alone');
    expect(running1.now - from).toBeLessThanOrEqual(1001);
    expect(countTogether(() => running1.run(0.6), 1000)).toBeGreaterThan(900);
  });

  test('no longer where they are slower by a little, every time', () => {
    const { run } = running(1);
    expect(countTogether(() => run(1.2), 10_000)).toBeLessThan(300);
  });

  test('whatever the first runs took, which engines had not optimised yet', () => {
    const pace: Pace = keepPace();
    let now = 0;
    const took = (alone: number, together: number): boolean => {
      const isTogether = pace.isTogether(now);
      now += isTogether ? together : alone;
      if (isTogether) pace.tookTogether(together, now);
      else pace.tookAlone(alone);
      return isTogether;
    };
    for (let run = 0; run < 3; run++) took(10, 3);
    let together = 0;
    for (let run = 0; run < 5000; run++) together += Number(took(1, 3));
    // Runs alone now take 1, and 3 together: the old 10 must not make that look good for long.
    expect(together).toBeLessThan(500);
  });
});
