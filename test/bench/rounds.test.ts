import { describe, expect, test } from 'vitest';
import type { Contender } from '../../bench/harness/contender.ts';
import { blocksOf, race, stepsOf, takesPart, type Pace } from '../../bench/harness/rounds.ts';

const pace: Pace = { rounds: 6, block: 10, warmUp: 1, budget: 60, leastBlocks: 2 };

/** A contender whose steps take what the list says, one number a block after the warm-up. */
function scripted(
  id: string,
  blocks: readonly number[],
  warmUp = 1000,
): Contender & { readonly asked: number[] } {
  const times = [warmUp, ...blocks];
  const asked: number[] = [];
  return {
    id,
    setting: '',
    isExact: false,
    asked,
    prepare: () => Promise.reject(new Error('not asked to')),
    time: (_, steps) => {
      const time = times[asked.length];
      asked.push(steps);
      return time === undefined ? Promise.reject(new Error(`${id} gave up`)) : Promise.resolve(time);
    },
    stop: () => undefined,
  };
}

describe('pacing', () => {
  test('gives every block its time, and at least one step', () => {
    expect(stepsOf(100, pace)).toBe(100);
    expect(stepsOf(1e6, pace)).toBe(1);
  });

  test('lets the slow sit rounds out, but not too many', () => {
    expect(blocksOf(100, pace)).toBe(6);
    expect(blocksOf(20_000, pace)).toBe(3);
    expect(blocksOf(1e6, pace)).toBe(2);
  });

  test.for([0, 1, 2, 3, 5, 6])('spreads %i blocks over six rounds', (blocks) => {
    const rounds = [0, 1, 2, 3, 4, 5].filter((round) => takesPart(round, blocks, 6));
    expect(rounds).toHaveLength(blocks);
    const gaps = rounds.slice(1).map((round, index) => round - (rounds[index] ?? 0));
    expect(Math.max(0, ...gaps) - Math.min(6, ...gaps)).toBeLessThanOrEqual(blocks > 1 ? 1 : 0);
  });
});

describe('race', () => {
  test('takes the median of the blocks, and plans each block by the one before', async () => {
    const contender = scripted('steady', [1000, 500, 1000, 1000, 2000, 1000]);
    const entrant = { contender, variant: '' };
    const rounds: number[] = [];
    const outcomes = await race([entrant], pace, (round) => rounds.push(round));
    expect(outcomes.get(entrant)).toMatchObject({ kind: 'measured', microseconds: 1000 });
    expect(contender.asked).toEqual([1, 10, 10, 20, 10, 10, 5]);
    expect(rounds).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('goes on without a contender that fails', async () => {
    const lost = { contender: scripted('lost', [1000]), variant: '' };
    const kept = {
      contender: scripted(
        'kept',
        [1, 1, 1, 1, 1, 1].map(() => 3000),
      ),
      variant: '',
    };
    const outcomes = await race([lost, kept], pace, () => undefined);
    expect(outcomes.get(lost)).toEqual({ kind: 'failed', message: 'lost gave up' });
    expect(outcomes.get(kept)).toMatchObject({ kind: 'measured', microseconds: 3000 });
    expect(lost.contender.asked).toHaveLength(3);
  });
});
