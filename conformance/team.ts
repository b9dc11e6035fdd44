// Runs the cases of a corpus on all processors: workers take portions until none is left. Outcomes come in the order
// of the cases, whoever ran them.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Target } from 'tapeless';
import type { Corpus } from './corpus.ts';
import { runCases, type CaseOutcome } from './run.ts';

/** What a worker is asked to run. */
export interface Portion {
  readonly corpus: Pick<Corpus, 'kind' | 'header'>;
  readonly cases: readonly unknown[];
  readonly target: Target;
}

const portionSize = 20;
/** Loading the library in a worker takes as long as so many cases. */
const worthWorkers = 200;
const mostWorkers = 8;

/** Runs cases that all are of one kind and header. */
export async function runOnAllProcessors(
  corpus: Pick<Corpus, 'kind' | 'header'>,
  cases: readonly unknown[],
  target: Target,
): Promise<readonly CaseOutcome[]> {
  const workers = Math.min(availableParallelism(), mostWorkers);
  if (workers === 1 || cases.length < worthWorkers) return runCases(corpus, cases, target);
  const portions = Array.from({ length: Math.ceil(cases.length / portionSize) }, (_, position) =>
    cases.slice(position * portionSize, (position + 1) * portionSize),
  );
  const outcomes: (readonly CaseOutcome[])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let position = next++; position < portions.length; position = next++) {
        outcomes[position] = await ask(worker, { corpus, cases: portions[position] ?? [], target });
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return outcomes.flat();
}

function ask(worker: Worker, portion: Portion): Promise<readonly CaseOutcome[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (outcomes: readonly CaseOutcome[]) => {
      worker.off('error', reject);
      resolve(outcomes);
    });
    worker.postMessage(portion);
  });
}
