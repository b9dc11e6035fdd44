import { afterEach, describe, expect, test, vi } from 'vitest';
import { breather } from '../../src/train/breathe.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A clock that stands where the test puts it. */
function clock() {
  const state = { now: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => state.now);
  return state;
}

describe('the breather', () => {
  test('asks for no turn before 50 ms have passed, and counts anew after each', async () => {
    const time = clock();
    const breathe = breather();
    time.now = 49;
    expect(breathe()).toBeUndefined();
    time.now = 50;
    const pause = breathe();
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(breathe()).toBeUndefined();
    time.now = 100;
    expect(breathe()).toBeInstanceOf(Promise);
  });

  test.each(['Node', 'a page, where there is no setImmediate'])('lets timers run in %s', async (host) => {
    const time = clock();
    const breathe = breather();
    if (host !== 'Node') vi.stubGlobal('setImmediate', undefined);
    let isHeard = false;
    setTimeout(() => (isHeard = true), 0);
    while (!isHeard) {
      time.now += 50;
      await breathe();
    }
    expect(isHeard).toBe(true);
  });
});
