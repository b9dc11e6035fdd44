// Interleaving: contenders take turns in short blocks, round after round, so that whatever else the machine does meets
// all of them alike.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contender.ts';
import { median, type Samples } from './statistics.ts';

/** How long and how often is measured. Times are in milliseconds. */
export interface Pace {
  readonly rounds: number;
  /** Length of a block; at least one step. */
  readonly block: number;
  readonly warmUp: number;
  /** What a contender may take over all rounds: a slow one sits some out. */
  readonly budget: number;
  /** Blocks that even the slowest contender gets. */
  readonly leastBlocks: number;
}

/** One variant of a contender in the race. */
export interface Entrant {
  readonly contender: Contender;
  readonly variant: string;
}

/** What was measured of an entrant, or why it left the race. */
export type Outcome =
  | { readonly kind: 'measured'; readonly samples: Samples; readonly microseconds: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Lets processes that wait for work go to sleep before the next one is timed. */
const pauseBetweenBlocks = 15;

/** Share of a block that is run before the clock starts, to warm the caches that others have used since. */
const leadInShare = 0.25;

/** Whether an entrant that gets `blocks` of `rounds` blocks, spread evenly, runs in this round. */
export function takesPart(round: number, blocks: number, rounds: number): boolean {
  return Math.floor(((round + 1) * blocks) / rounds) > Math.floor((round * blocks) / rounds);
}

/** Number of blocks for an entrant whose step takes so many microseconds. */
export function blocksOf(microseconds: number, pace: Pace): number {
  const blockTime = Math.max(pace.block, microseconds / 1000);
  const affordable = Math.floor(pace.budget / blockTime);
  return Math.min(pace.rounds, Math.max(affordable, pace.leastBlocks));
}

/** Steps of one block. */
export function stepsOf(microseconds: number, pace: Pace): number {
  return Math.max(1, Math.round((1000 * pace.block) / microseconds));
}

/** Runs all entrants in turn, each warmed up first; `report` is told of every round that has ended. */
export async function race(
  entrants: readonly Entrant[],
  pace: Pace,
  report: (round: number) => void,
): Promise<ReadonlyMap<Entrant, Outcome>> {
  const failures = new Map<Entrant, string>();
  /** Newest microseconds a step: they say how many steps make a block. */
  const newest = new Map<Entrant, number>();
  const samples = new Map(entrants.map((entrant) => [entrant, new Map<number, number>()]));
  const attempt = async (entrant: Entrant, work: () => Promise<void>): Promise<void> => {
    if (failures.has(entrant)) return;
    await work().catch((error: unknown) => {
      failures.set(entrant, error instanceof Error ? error.message : String(error));
    });
  };

  for (const entrant of entrants) {
    await attempt(entrant, async () => void newest.set(entrant, await warmUp(entrant, pace)));
  }
  const blocks = new Map([...newest].map(([entrant, time]) => [entrant, blocksOf(time, pace)]));
  for (let round = 0; round < pace.rounds; round++) {
    // Back and forth, so that no entrant always follows the same one.
    for (const entrant of round % 2 === 0 ? entrants : entrants.toReversed()) {
      if (!takesPart(round, blocks.get(entrant) ?? 0, pace.rounds)) continue;
      await attempt(entrant, async () => {
        await sleep(pauseBetweenBlocks);
        const steps = stepsOf(newest.get(entrant) ?? Infinity, pace);
        const { contender, variant } = entrant;
        const microseconds = await contender.time(variant, steps, Math.floor(leadInShare * steps));
        newest.set(entrant, microseconds);
        samples.get(entrant)?.set(round, microseconds);
      });
    }
    report(round);
  }
  return new Map(
    entrants.map((entrant): [Entrant, Outcome] => {
      const message = failures.get(entrant);
      const measured: Samples = samples.get(entrant) ?? new Map();
      return [
        entrant,
        message === undefined
          ? { kind: 'measured', samples: measured, microseconds: median(measured.values()) }
          : { kind: 'failed', message },
      ];
    }),
  );
}

/** Runs ever more steps until the time for it is used up; gives microseconds a step. */
async function warmUp({ contender, variant }: Entrant, pace: Pace): Promise<number> {
  let elapsed = 0;
  for (let steps = 1; ; steps *= 2) {
    const microseconds = await contender.time(variant, steps, 0);
    elapsed += (steps * microseconds) / 1000;
    if (elapsed >= pace.warmUp) return microseconds;
  }
}
