import { describe, expect, test } from 'vitest';
import {
  adam,
  batchNorm1d,
  compile,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  relu,
  sequential,
  type BuildOptions,
  type CompleteEvent,
  type Profile,
  type ProfileOptions,
} from 'tapeless';

const batch = dim('batch');
const net = sequential('net', linear(4, 8), batchNorm1d(8), relu(), dropout(0.3), linear(8, 3));

function program(options: BuildOptions = {}) {
  const logits = net(input('x', [batch, 4]));
  const loss = crossEntropy(logits, input('y', [batch], 'i32'));
  return compile({ loss, optimizer: adam({ lr: 0.1 }), outputs: { logits } }, options);
}

const feeds = (rows: number) => ({
  x: Float32Array.from({ length: 4 * rows }, (_, index) => Math.sin(index)),
  y: Int32Array.from({ length: rows }, (_, index) => index % 3),
});

/** Options as plain JavaScript may give them, which the types would refuse. */
const untyped = (options: object): ProfileOptions => options;

const targets = ['wasm', 'js'] as const;

describe.each(targets)('a profile on %s', (target) => {
  test('leaves the session as it was, bit for bit', () => {
    const [profiled, other] = [
      program({ target }).start({ seed: 3 }),
      program({ target }).start({ seed: 3 }),
    ];
    for (const session of [profiled, other]) for (let step = 0; step < 3; step++) session.step(feeds(6));
    const before = profiled.snapshot();
    for (const entry of ['step', 'evaluate', 'predict'] as const)
      profiled.profile(feeds(10), { entry, runs: 2 });
    expect(profiled.snapshot()).toEqual(before);
    expect(profiled.steps).toBe(3);
    expect(profiled.step(feeds(6)).loss).toBe(other.step(feeds(6)).loss);
    expect(profiled.snapshot()).toEqual(other.snapshot());
    expect(profiled.predict(feeds(5))).toEqual(other.predict(feeds(5)));
  });

  test('of a session that has not run leaves it as if it had just been started', () => {
    const session = program({ target }).start({ seed: 9 });
    session.profile(feeds(6), { runs: 1 });
    expect(session.snapshot()).toEqual(program({ target }).start({ seed: 9 }).snapshot());
  });

  test('has every kernel of the entry in order, with what it computes and where that comes from', () => {
    const { plans } = program().at({ batch: 6 }).compilation;
    for (const { program: planned, kernels } of plans.filter((plan) => plan.program.name !== 'initialise')) {
      const entry = planned.name as 'step' | 'evaluate' | 'predict';
      const profile = program({ target }).start().profile(feeds(6), { entry, runs: 3 });
      expect(profile.kernels.map(({ name }) => name)).toEqual(kernels.map(({ name }) => name));
    }
    const { kernels } = program({ target }).start().profile(feeds(6), { entry: 'predict', runs: 1 });
    expect(kernels.find(({ name }) => name === 'forwardLinear2')).toMatchObject({
      phase: 'forward',
      formulas: [expect.stringContaining('· linear2Weightᵀ + linear2Bias')],
      operations: expect.arrayContaining(['contraction']) as unknown,
      layers: expect.arrayContaining(['net/linear2']) as unknown,
      lines: [
        { file: expect.stringContaining('profile.test.ts') as unknown, line: expect.any(Number) as unknown },
      ],
    });
  });
});

describe('a profile', () => {
  const profile = program().start().profile(feeds(32), { runs: 20 });

  test('says what was measured and how', () => {
    const { program: name, entry, sizes, target, numerics, threads, runs } = profile;
    expect({ name, entry, sizes, target, numerics, threads, runs }).toEqual({
      name: 'net',
      entry: 'step',
      sizes: { batch: 32 },
      target: 'wasm',
      numerics: 'strict',
      threads: 1,
      runs: 20,
    });
  });

  test('is taken on one thread, whatever number the program has', () => {
    const built = program({ threads: 2 });
    expect(built.threads).toBe(2);
    const session = built.start();
    expect(session.profile(feeds(32), { runs: 2 }).threads).toBe(1);
    session.close();
  });

  test('has shares that add up to one, and work that adds up to that of the whole', () => {
    const sumOf = (field: (each: Profile['kernels'][number]) => number): number =>
      profile.kernels.reduce((sum, each) => sum + field(each), 0);
    expect(sumOf(({ share }) => share)).toBeCloseTo(1, 9);
    expect(sumOf(({ flops }) => flops)).toBe(profile.total.flops);
    expect(sumOf(({ bytes }) => bytes)).toBe(profile.total.bytes);
    expect(profile.total.microseconds).toBeGreaterThan(0);
    expect(profile.waitingMicroseconds).toBe(0);
  });

  test('gives billions a second', () => {
    for (const {
      flops,
      bytes,
      microseconds,
      gflops,
      gigabytesPerSecond,
      leastMicroseconds,
    } of profile.kernels) {
      expect(leastMicroseconds).toBeLessThanOrEqual(microseconds);
      if (microseconds === 0) continue;
      expect(gflops).toBeCloseTo(flops / (microseconds / 1e6) / 1e9, 6);
      expect(gigabytesPerSecond).toBeCloseTo(bytes / (microseconds / 1e6) / 1e9, 6);
    }
  });

  test('is a frozen value that survives JSON', () => {
    expect(Object.isFrozen(profile.kernels[0]?.lines)).toBe(true);
    const data: unknown = JSON.parse(JSON.stringify(profile));
    expect(data).toMatchObject({ entry: 'step', kernels: profile.kernels });
  });

  test('is a table as text', () => {
    const text = String(profile);
    expect(text.split('\n')[0]).toBe(
      'net step, batch = 32: WebAssembly, strict, 1 thread, median of 20 runs',
    );
    for (const { name } of profile.kernels) expect(text).toContain(name);
    expect(text).toMatch(/^total .* 100\.0 % /m);
    expect(text).toContain('profile.test.ts:');
  });

  test('refuses options that do not exist or make no sense, by name', () => {
    const session = program().start();
    expect(() => session.profile(feeds(6), untyped({ run: 5 }))).toThrow(
      'profile: there is no option "run", it may be "runs" that is meant',
    );
    expect(() => session.profile(feeds(6), { runs: 0 })).toThrow(
      'profile: runs is 0, it has to be a whole number of at least 1',
    );
    expect(() => session.profile(feeds(6), untyped({ runs: '7' }))).toThrow('profile: runs is "7"');
    expect(() => session.profile(feeds(6), untyped({ entry: 'train' }))).toThrow(
      `profile: entry is "train", it has to be one of 'step', 'evaluate', 'predict'`,
    );
    const untrained = compile({ outputs: { y: net(input('x', [batch, 4])) } }).start();
    expect(() => untrained.profile(feeds(6), { entry: 'step' })).toThrow('without what step needs');
  });

  test('checks feeds as the entry does', () => {
    expect(() =>
      program()
        .start()
        .profile({ x: feeds(6).x }),
    ).toThrow('"y"');
  });

  test('is of what there is: a program that only predicts has its prediction profiled', () => {
    const untrained = compile({ outputs: { y: net(input('x', [batch, 4])) } }).start();
    expect(untrained.profile({ x: feeds(6).x }, { runs: 1 }).entry).toBe('predict');
  });
});

describe('a trace', () => {
  const profile = program().start().profile(feeds(32), { runs: 12 });
  const { traceEvents, displayTimeUnit, otherData } = profile.toTrace();
  const complete = traceEvents.filter((event): event is CompleteEvent => event.ph === 'X');

  test('names its process and its thread', () => {
    expect(traceEvents.filter((event) => event.ph === 'M')).toEqual([
      { name: 'process_name', ph: 'M', pid: 1, tid: 1, args: { name: 'tapeless: net' } },
      { name: 'thread_name', ph: 'M', pid: 1, tid: 1, args: { name: 'session' } },
    ]);
    expect(displayTimeUnit).toBe('ns');
    expect(otherData['profile']).toBe('net step, batch = 32');
  });

  test('has an event for every kernel of the last runs, inside that of its run', () => {
    const runs = complete.filter((event) => event.cat === 'run');
    expect(runs.map((event) => event.args['run'])).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const run of runs) {
      const inside = complete.filter(
        (event) =>
          event.cat !== 'run' && event.ts >= run.ts && event.ts + event.dur <= run.ts + run.dur + 1e-6,
      );
      expect(inside.map((event) => event.name)).toEqual(profile.kernels.map((kernel) => kernel.name));
    }
  });

  test('keeps to the rules of the format', () => {
    for (const { name, cat, ts, dur, pid, tid, args } of complete) {
      expect(name).not.toBe('');
      expect(cat).not.toContain(',');
      expect([ts, dur].every((time) => Number.isFinite(time) && time >= 0)).toBe(true);
      expect([pid, tid].every(Number.isInteger)).toBe(true);
      expect(Object.values(args).every((value) => ['string', 'number'].includes(typeof value))).toBe(true);
    }
    // Events of one thread either contain one another or do not overlap.
    const kernels = complete.filter((event) => event.cat !== 'run');
    kernels.slice(1).forEach((event, position) => {
      const before = kernels[position];
      expect(event.ts).toBeGreaterThanOrEqual((before?.ts ?? 0) + (before?.dur ?? 0) - 1e-6);
    });
  });

  test('says of a kernel what it computes and where that comes from', () => {
    const event = complete.find(({ name }) => name === 'forwardLinear1');
    expect(event?.cat).toBe('forward');
    expect(event?.args).toMatchObject({
      formula: expect.stringContaining('x · linear1Weightᵀ') as unknown,
      layers: expect.stringContaining('net/linear1') as unknown,
      lines: expect.stringMatching(/^profile\.test\.ts:\d+/) as unknown,
    });
  });

  test('is JSON as it is', () => {
    const trace = profile.toTrace();
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  });
});
