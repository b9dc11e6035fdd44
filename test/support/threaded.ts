// Sessions whose threads are there: workers start while steps run alone, which tests of threads have to wait for.
import type { Session } from '../../src/runtime/session.ts';

/** Runs until all threads take part. Nothing is awaited: workers start beside a thread that never rests. */
export function untilPresent(session: Session, threads: number, run: () => unknown): void {
  const end = performance.now() + 30_000;
  while (session.threads !== threads) {
    if (performance.now() > end) throw new Error(`${session.threads} of ${threads} threads after 30 seconds`);
    run();
  }
}
