import { afterEach, describe, expect, test, vi } from 'vitest';
import type * as Driver from '../../../src/emit/js/driver.ts';
import { dim } from '../../../src/ir/size.ts';
import { linear } from '../../../src/nn/linear.ts';
import { mse } from '../../../src/nn/loss.ts';
import { input } from '../../../src/ops/leaf.ts';
import { tanh } from '../../../src/ops/unary.ts';
import { sgd } from '../../../src/optim/sgd.ts';
import { compile } from '../../../src/runtime/program.ts';
import { processorCount, threadStarter } from '../../../src/runtime/threads/host.ts';
import type { BuildOptions } from '../../../src/compiler/build-options.ts';
import { untilPresent } from '../../support/threaded.ts';
import { refusal } from '../../support/values.ts';

const faults = vi.hoisted(() => ({ threadOneThrows: false }));

vi.mock('../../../src/emit/js/driver.ts', async (original) => {
  const { printDriver, ...others } = await original<typeof Driver>();
  const faulty: typeof printDriver = (options) =>
    printDriver(options).replaceAll('barrier();', (call) =>
      faults.threadOneThrows ? `if (from === 1) throw new RangeError('fault'); ${call}` : call,
    );
  return { ...others, printDriver: faulty };
});

/** Kernels large enough to be divided. */
function program(options: BuildOptions = { threads: 2 }) {
  const x = input('x', [dim('batch'), 64]);
  const y = linear(128, 64)(tanh(linear(64, 128)(x)));
  return compile({ loss: mse(y, x), optimizer: sgd({ lr: 0.1 }), outputs: { y } }, options);
}

const feeds = { x: Float32Array.from({ length: 64 * 64 }, (_, position) => Math.sin(position)) };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  faults.threadOneThrows = false;
});

describe('threads in force', () => {
  test('are those asked for, or one for every processor, at most 8', () => {
    expect(program({ threads: 3 }).threads).toBe(3);
    expect(program({ threads: 'auto' }).threads).toBe(Math.min(8, processorCount()));
    vi.stubGlobal('navigator', { hardwareConcurrency: 96 });
    expect(program({ threads: 'auto' }).threads).toBe(8);
  });

  test('are one in JavaScript, and where memory cannot be shared', () => {
    expect(program({ threads: 4, target: 'js' }).threads).toBe(1);
    const expected = program({ threads: 2 }).start().step(feeds).loss;
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const alone = program({ threads: 2 });
    expect([alone.threads, alone.target]).toEqual([1, 'wasm']);
    expect(alone.start().step(feeds).loss).toBe(expected);
  });

  test('are one in a page that is not isolated from other origins, and those asked for in one that is', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    expect(program({ threads: 2 }).threads).toBe(1);
    const worker = { postMessage: vi.fn(), terminate: vi.fn() };
    const made = vi.fn(function make() {
      return worker;
    });
    vi.stubGlobal('Worker', made);
    vi.stubGlobal('crossOriginIsolated', false);
    expect(program({ threads: 2 }).threads).toBe(1);
    vi.stubGlobal('crossOriginIsolated', true);
    expect(program({ threads: 2 }).threads).toBe(2);
    const stop = threadStarter()?.('some name', () => undefined);
    expect(made).toHaveBeenCalledWith(expect.stringMatching(/^blob:/), { name: 'some name' });
    stop?.stop();
    expect(worker.terminate).toHaveBeenCalledOnce();
  });
});

describe('a session on two threads', () => {
  test('starts a thread when kernels are first divided, and steps alone until it is there', () => {
    const session = program().start();
    expect(session.threads).toBe(1);
    untilPresent(session, 2, () => session.step(feeds));
    session.close();
    expect(session.threads).toBe(1);
  });

  test('never starts one where no kernel is worth dividing', () => {
    const small = compile({ outputs: { y: tanh(input('x', [4])) } }, { threads: 2 });
    expect(small.wasm?.driver).toContain('run() {');
    const starting = vi.spyOn(process, 'getBuiltinModule');
    const session = small.start();
    starting.mockClear();
    for (let call = 0; call < 10; call++) session.predict({ x: [1, 2, 3, 4] });
    expect([session.threads, starting.mock.calls]).toEqual([1, []]);
  });

  test('goes on with one, with the same bits, when it is closed', () => {
    const [session, other] = [program().start(), program({ threads: 1 }).start()];
    untilPresent(session, 2, () => {
      session.step(feeds);
      other.step(feeds);
    });
    for (let step = 0; step < 5; step++) expect(session.step(feeds).loss).toBe(other.step(feeds).loss);
    session[Symbol.dispose]();
    session.close();
    for (let step = 0; step < 5; step++) expect(session.step(feeds).loss).toBe(other.step(feeds).loss);
  });

  test('says when one fails, and goes on with the other', () => {
    faults.threadOneThrows = true;
    const session = program().start({ seed: 1 });
    const saved = session.snapshot();
    const untilItFails = () => {
      for (let step = 0; step < 100_000; step++) session.step(feeds);
    };
    expect(refusal(untilItFails)).toBe('TapelessError E_THREAD');
    session.restore(saved);
    faults.threadOneThrows = false;
    expect(session.step(feeds).loss).toBe(program({ threads: 1 }).start({ seed: 1 }).step(feeds).loss);
    expect(session.threads).toBe(1);
  });
});
