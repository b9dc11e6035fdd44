// The driver's side of the protocol: a contender is a process that waits for requests, one at a time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer, Prepared, Request, Task, Timed } from './protocol.ts';

/** How a contender is started. */
export interface ContenderCommand {
  /** Who it is: `tapeless wasm strict, 1 thread`. Of contenders of one id the best counts. */
  readonly id: string;
  /** What tells it from others of its id. */
  readonly setting?: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it has to give the bits of the first contender, default false: then rounding may differ. */
  readonly isExact?: boolean;
}

/** A contender's process. */
export interface Contender {
  readonly id: string;
  readonly setting: string;
  readonly isExact: boolean;
  prepare(task: Task): Promise<Prepared>;
  /** Microseconds a step, of `steps` steps after `leadIn` steps that are not timed. */
  time(variant: string, steps: number, leadIn: number): Promise<number>;
  stop(): void;
}

/** A contender that failed; where its process has ended, the message has what it last wrote to standard error. */
export class ContenderError extends Error {
  override readonly name: string = 'ContenderError';
}

/** No step of any workload takes as long; a contender that hangs must not hang the run. */
const longestAnswer = 180_000;

/** Characters of standard error that are kept for messages. */
const keptComplaint = 2000;

/** Starts a contender; it is told what to do by {@link Contender.prepare}. */
export function startContender(contender: ContenderCommand): Contender {
  const { id, command, args, environment = {}, isExact = false, setting = '' } = contender;
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  let settle: ((answer: Answer) => void) | undefined;
  let ended: string | undefined;
  const end = (reason: string): void => {
    ended ??= reason;
    settle?.({ error: ended });
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-keptComplaint);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Contenders write nothing but answers to standard output.
    settle?.(JSON.parse(line) as Answer);
  });
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`ended with ${signal ?? `exit code ${code ?? '?'}`}`));
  // A request to a process that has ended is answered by `end`.
  child.stdin.on('error', () => undefined);

  const failure = (error: string): ContenderError => {
    if (ended !== undefined) return new ContenderError(`${id}: ${error}\n${complaint}`.trimEnd());
    // It goes on; where the error comes from is for whoever watches.
    console.error(complaint.trimEnd());
    return new ContenderError(`${id}: ${error}`);
  };
  const ask = async (request: Request): Promise<Exclude<Answer, { error: string }>> => {
    const answer = await new Promise<Answer>((resolve) => {
      settle = resolve;
      if (ended === undefined) child.stdin.write(`${JSON.stringify(request)}\n`);
      else resolve({ error: ended });
    });
    settle = undefined;
    if ('error' in answer) throw failure(answer.error);
    return answer;
  };
  const askInTime = async (request: Request) => {
    const limit = setTimeout(() => {
      end(`gave no answer in ${longestAnswer / 1000} s`);
      child.kill();
    }, longestAnswer);
    return ask(request).finally(() => clearTimeout(limit));
  };

  return {
    id,
    setting,
    isExact,
    // Requests and answers alternate, and each request has its own kind of answer.
    prepare: async (task) => (await askInTime({ command: 'prepare', task })) as Prepared,
    time: async (variant, steps, leadIn) =>
      ((await askInTime({ command: 'run', variant, steps, leadIn })) as Timed).microseconds,
    stop: () => child.kill(),
  };
}
