// The contender's side of the protocol: prepares a task, and times steps of it when it is asked to. Between requests the
// process sleeps. Whatever a library prints goes to standard error: standard output belongs to the answers.
import { createInterface } from 'node:readline';
import { stepsOfEpisode, type Answer, type Request, type Task } from './protocol.ts';

/** A task that is ready to be timed. */
export interface Workbench {
  readonly parameters: number;
  readonly version: string;
  readonly outcome: readonly number[];
  /** Takes steps and waits until they are done. */
  readonly run: (steps: number) => Promise<void>;
  /** Goes back to where the task began. */
  readonly restart: () => Promise<void>;
}

/** Answers requests until standard input ends. */
export async function serve(prepare: (task: Task) => Promise<Workbench>): Promise<void> {
  console.log = console.error;
  let workbench: Workbench | undefined;
  let stepsSinceRestart = 0;

  /** Milliseconds that steps take, without the restarts between episodes. */
  const time = async (ready: Workbench, steps: number): Promise<number> => {
    let elapsed = 0;
    for (let left = steps; left > 0;) {
      const chunk = Math.min(left, stepsOfEpisode - stepsSinceRestart);
      const started = performance.now();
      await ready.run(chunk);
      elapsed += performance.now() - started;
      left -= chunk;
      stepsSinceRestart += chunk;
      if (stepsSinceRestart < stepsOfEpisode) continue;
      await ready.restart();
      stepsSinceRestart = 0;
    }
    return elapsed;
  };

  const answer = async (request: Request): Promise<Answer> => {
    if (request.command === 'prepare') {
      workbench = await prepare(request.task);
      await workbench.restart();
      stepsSinceRestart = 0;
      const { parameters, version, outcome } = workbench;
      return { parameters, version, variants: [{ name: '', outcome }] };
    }
    if (workbench === undefined) throw new Error('nothing is prepared');
    await time(workbench, request.leadIn);
    return { microseconds: (1000 * (await time(workbench, request.steps))) / request.steps };
  };

  for await (const line of createInterface({ input: process.stdin })) {
    // The driver writes requests, one a line.
    const reply = await answer(JSON.parse(line) as Request).catch((error: unknown): Answer => {
      console.error(error);
      return { error: error instanceof Error ? error.message : String(error) };
    });
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  // Worker threads of a contender must not keep it alive.
  process.exit();
}
