// Teams that run drivers of the test's own making, which do what kernels must not: fail, dawdle, never come back.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TapelessError } from '../../../src/ir/errors.ts';
import type { BoundEntry } from '../../../src/runtime/instantiate.ts';
import { threadStarter, type StartThread } from '../../../src/runtime/threads/host.ts';
import { formTeam } from '../../../src/runtime/threads/team.ts';

const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** A team of threads that all do `work`, in which `words` are 32-bit words that they share. */
function teamAt(work: string, { threads = 2, start = threadStarter() }: TeamOptions = {}) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const kernels = new WebAssembly.Module(emptyModule);
  const body = `return (memory) => {
    const words = new Int32Array(memory);
    return { inputs: {}, outputs: {}, run({ from, to, barrier }) { ${work} } };
  };`;
  const team = formTeam(threads, start);
  teams.push(team);
  const routine = team.routine(() => ({ body, kernels, memory }));
  const entry = bound(body, memory);
  return {
    team,
    words: new Int32Array(memory.buffer),
    run: () => {
      routine(entry);
    },
  };
}

/** What a worker makes of a lesson, for the session's own thread. */
function bound(body: string, memory: WebAssembly.Memory): BoundEntry {
  const make = new Function(body) as () => (buffer: ArrayBufferLike) => BoundEntry;
  return make()(memory.buffer);
}

interface TeamOptions {
  readonly threads?: number;
  readonly start?: StartThread | null;
}

const teams: { close(): void }[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const team of teams.splice(0)) team.close();
});

/** Runs until a condition holds. */
function runUntil(run: () => void, isDone: () => boolean, limit = 20_000): void {
  const end = performance.now() + limit;
  while (!isDone()) {
    if (performance.now() > end) throw new Error('it did not come to that');
    run();
  }
}

/** The first error that runs meet. */
function firstError(run: () => void): TapelessError {
  const end = performance.now() + 20_000;
  while (performance.now() < end) {
    try {
      run();
    } catch (error) {
      if (error instanceof TapelessError) return error;
      throw error;
    }
  }
  throw new Error('nothing failed');
}

/** Counts the shares that were done in the first words, one a share. */
const counting = 'for (let each = from; each < to; each++) words[each]++; barrier();';

describe('a team', () => {
  test.each([2, 3, 4])('of %i does every share once a run, alone and together', (threads) => {
    const { team, words, run } = teamAt(counting, { threads });
    let runs = 0;
    const counted = () => {
      run();
      runs++;
      expect([...words.subarray(0, threads)]).toEqual(Array.from({ length: threads }, () => runs));
    };
    runUntil(counted, () => team.present === threads);
    for (let more = 0; more < 200; more++) counted();
    expect(team.present).toBe(threads);
  });

  test('meets where shares depend on one another', () => {
    // Every thread adds up what all have written before the barrier.
    const work = `
      for (let each = from; each < to; each++) words[16 * (each + 1)] = words[0] + each;
      barrier();
      let sum = 0;
      for (let each = 0; each < 3; each++) sum += words[16 * (each + 1)];
      for (let each = from; each < to; each++) words[16 * (each + 1) + 1] = sum;
      barrier();
      if (from === 0) words[0]++;
      barrier();`;
    const { team, words, run } = teamAt(work, { threads: 3 });
    runUntil(run, () => team.present === 3);
    for (let round = 0; round < 2000; round++) {
      const count = words[0] ?? 0;
      run();
      expect([17, 33, 49].map((place) => words[place])).toEqual(Array(3).fill(3 * count + 3));
    }
  });

  test('learns several routines, in any order', () => {
    const { team, words, run } = teamAt(counting);
    const other = teamAt(counting);
    runUntil(run, () => team.present === 2);
    expect(other.team.present).toBe(1);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const kernels = new WebAssembly.Module(emptyModule);
    const added = new Int32Array(memory.buffer);
    const bodies = [1, 10, 100].map(
      (by) => `return (memory) => {
        const words = new Int32Array(memory);
        return { run({ from, to, barrier }) { for (let each = from; each < to; each++) words[each] += ${by}; barrier(); } };
      };`,
    );
    const routines = bodies.map((body) => {
      const routine = team.routine(() => ({ body, kernels, memory }));
      const entry = bound(body, memory);
      return () => {
        routine(entry);
      };
    });
    for (const each of routines) each();
    runUntil(run, () => team.present === 2);
    added.fill(0);
    for (let round = 0; round < 100; round++) for (const each of routines) each();
    expect([...added.subarray(0, 2)]).toEqual([11_100, 11_100]);
    expect(words[0]).toBe(words[1]);
  });

  test('that is closed goes on alone, and so does one that never had anybody', () => {
    const { team, words, run } = teamAt(counting);
    runUntil(run, () => team.present === 2);
    team.close();
    team.close();
    expect(team.present).toBe(1);
    const before = words[1] ?? 0;
    run();
    expect(words[1]).toBe(before + 1);
    const lonely = teamAt(counting, { start: null });
    lonely.run();
    expect([lonely.words[1], lonely.team.present]).toEqual([1, 1]);
  });

  test('hires nobody before something is run', () => {
    const start = vi.fn<StartThread>(() => ({ post: () => undefined, stop: () => undefined }));
    const { run } = teamAt(counting, { threads: 3, start });
    expect(start).not.toHaveBeenCalled();
    run();
    run();
    expect(start.mock.calls.map(([name]) => name)).toEqual(['tapeless thread 1', 'tapeless thread 2']);
  });
});

describe('a thread that fails', () => {
  test('in a run is an error of that run, which says why, and the session goes on alone', () => {
    const { team, words, run } = teamAt(
      `${counting} if (from === 1) throw new RangeError('boom'); barrier();`,
    );
    const error = firstError(run);
    expect(error.code).toBe('E_THREAD');
    expect(error.message).toBe(
      'thread 1 failed: RangeError: boom; parameters and state are those of a run that was left halfway. The session goes on with one thread\n\n  help: session.restore(snapshot), or start a new session',
    );
    expect(team.present).toBe(1);
    const before = words[1] ?? 0;
    run();
    expect(words[1]).toBe(before + 1);
  });

  test('while it learns is an error before anything is run', () => {
    const { team, words, run } = teamAt(counting);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const broken = team.routine(() => ({
      body: 'throw new Error("cannot learn")',
      kernels: new WebAssembly.Module(emptyModule),
      memory,
    }));
    broken({ inputs: {}, outputs: {}, run: () => undefined });
    let before = 0;
    const error = firstError(() => {
      before = words[0] ?? 0;
      run();
    });
    expect(error.message).toContain('thread 1 failed: Error: cannot learn; nothing was run');
    expect(words[0]).toBe(before);
  });

  test('to start leaves the work to the others without a word', async () => {
    const start: StartThread = (_, fail) => {
      setTimeout(() => fail(new Error('worker-src')), 0);
      return { post: () => undefined, stop: () => undefined };
    };
    const { team, words, run } = teamAt(counting, { start });
    run();
    await new Promise((resolve) => setTimeout(resolve, 10));
    run();
    expect([words[0], words[1], team.present]).toEqual([2, 2, 1]);
    const refusing = teamAt(counting, {
      start: () => {
        throw new Error('ERR_ACCESS_DENIED');
      },
    });
    refusing.run();
    refusing.run();
    expect([refusing.words[1], refusing.team.present]).toEqual([2, 1]);
  });

  test('to come is waited for, but not for ever', () => {
    const { team, words, run } = teamAt(
      `if (from === 1 && words[3] === 1) Atomics.wait(words, 9, 0); barrier();`,
    );
    runUntil(run, () => team.present === 2);
    words[3] = 1;
    // A minute that is over at once.
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10));
    vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    expect(firstError(run).message).toContain('thread 1 failed: no sign of it for 60 seconds');
    expect(team.present).toBe(1);
  });

  test("is not blamed for an error of the session's own, after which there is nobody to meet", () => {
    const { team, words, run } = teamAt(
      `if (from === 0 && to === 1 && words[3] === 1) throw new RangeError('mine'); barrier();`,
    );
    runUntil(run, () => team.present === 2);
    words[3] = 1;
    expect(() => {
      for (;;) run();
    }).toThrow('mine');
    expect(team.present).toBe(1);
    run();
  });
});

test('threads that stall are left out for a while, and called again when they come in time', () => {
  // A share takes a tenth of a millisecond. Thread 1 counts its runs, and dawdles when it is told to.
  const work = `
    const end = performance.now() + 0.1 * (to - from);
    while (performance.now() < end);
    if (from === 1) {
      words[2]++;
      if (words[3] === 1) Atomics.wait(words, 9, 0, 15);
    }
    barrier();`;
  const { team, words, run } = teamAt(work);
  runUntil(run, () => team.present === 2 && (words[2] ?? 0) > 10);
  words[3] = 1;
  const before = words[2] ?? 0;
  const began = performance.now();
  runUntil(run, () => performance.now() > began + 400);
  expect((words[2] ?? 0) - before).toBeGreaterThan(0);
  expect((words[2] ?? 0) - before).toBeLessThan(12);
  words[3] = 0;
  const stalled = words[2] ?? 0;
  runUntil(run, () => (words[2] ?? 0) > stalled + 3);
});
