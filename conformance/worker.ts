// A worker of the runner: runs what it is sent, and answers with the outcomes.
import { parentPort } from 'node:worker_threads';
import { runCases } from './run.ts';
import type { Portion } from './team.ts';

parentPort?.on('message', ({ corpus, cases, target }: Portion) => {
  parentPort?.postMessage(runCases(corpus, cases, target));
});
