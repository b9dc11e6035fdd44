// One task given to many contenders: all prepare it, those that agree race, and of each the best variant counts.
import { disagreement } from '../harness/agreement.ts';
import type { Contender } from '../harness/contender.ts';
import type { Prepared, Task } from '../harness/protocol.ts';
import { race, type Entrant, type Outcome, type Pace } from '../harness/rounds.ts';
import type { Samples } from '../harness/statistics.ts';

/** The best variant of a contender. */
export interface Measured {
  readonly variant: string;
  readonly samples: Samples;
  /** Median microseconds a step. */
  readonly microseconds: number;
}

export interface Comparison {
  /** By the id of the contender. */
  readonly measured: ReadonlyMap<string, Measured>;
  readonly versions: ReadonlyMap<string, string>;
  /** Contenders that failed or computed something else, a sentence each. */
  readonly problems: readonly string[];
}

/** Compares contenders; the first that can do the task is the one that all others have to agree with. */
export async function compare(
  task: Task,
  contenders: readonly Contender[],
  pace: Pace,
  report: (round: number) => void,
): Promise<Comparison> {
  const problems: string[] = [];
  const prepared = await prepareAll(task, contenders, problems);
  const reference = prepared.values().next().value?.variants[0]?.outcome ?? [];
  for (const [contender, answer] of prepared) {
    const problem = disagreement(task, answer, reference, contender.isExact);
    if (problem === undefined) continue;
    problems.push(`${contender.id}: ${problem}`);
    prepared.delete(contender);
  }

  const entrants = [...prepared].flatMap(([contender, { variants }]) =>
    variants.map(({ name }): Entrant => ({ contender, variant: name })),
  );
  const measured = new Map<string, Measured>();
  for (const [entrant, outcome] of await race(entrants, pace, report)) {
    const { contender, variant } = entrant;
    const { id, setting } = contender;
    if (outcome.kind === 'failed') problems.push(outcome.message);
    else if (isBetter(outcome, measured.get(id))) {
      const label = [variant, setting].filter((part) => part !== '').join(', ');
      measured.set(id, { variant: label, ...outcome });
    }
  }
  return {
    measured,
    versions: new Map([...prepared].map(([{ id }, { version }]) => [id, version])),
    problems,
  };
}

function isBetter(outcome: Outcome & { kind: 'measured' }, best: Measured | undefined): boolean {
  return best === undefined || outcome.microseconds < best.microseconds;
}

/** Prepares the task side by side: nothing is timed yet. */
async function prepareAll(
  task: Task,
  contenders: readonly Contender[],
  problems: string[],
): Promise<Map<Contender, Prepared>> {
  const answers = await Promise.allSettled(contenders.map((contender) => contender.prepare(task)));
  const prepared = new Map<Contender, Prepared>();
  for (const [index, contender] of contenders.entries()) {
    const answer = answers[index];
    if (answer?.status === 'fulfilled') prepared.set(contender, answer.value);
    else problems.push(answer?.reason instanceof Error ? answer.reason.message : String(answer?.reason));
  }
  return prepared;
}

/** Versions of the peers that took part, by the name of the library. */
export function peerVersions({ versions }: Comparison): Readonly<Record<string, string>> {
  const named = [...versions].flatMap(([id, version]) => {
    const library = /^(pytorch|tfjs|jax-js)/.exec(id)?.[1];
    return library === undefined ? [] : [[library, version] as const];
  });
  return Object.fromEntries(named);
}
