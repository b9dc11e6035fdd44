// Runs the command in a test: within the process, with streams that keep what was written, or as a process of its own.

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import type { OutputStream, Terminal } from '../../src/cli/terminal.ts';

export const root = join(import.meta.dirname, '../..');

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly remarks: string;
}

interface Written {
  readonly stream: OutputStream;
  readonly text: () => string;
}

function writtenStream(isTTY: boolean): Written {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write: (part: Buffer, _encoding, done) => {
      parts.push(Buffer.from(part));
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }),
    text: () => Buffer.concat(parts).toString(),
  };
}

/** Where a command runs in a test. */
export interface Surroundings {
  readonly folder?: string;
  readonly input?: string | Uint8Array;
  readonly isTTY?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Is given what presses Ctrl-C once the command listens to it. */
  readonly onListen?: (interrupt: () => void) => unknown;
}

/** Runs a command line within the process. */
export async function tapeless(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { folder = root, input = '', isTTY = false, environment = {}, onListen } = surroundings;
  const output = writtenStream(isTTY);
  const remarks = writtenStream(isTTY);
  let exited: number | undefined;
  const terminal: Terminal = {
    folder,
    environment,
    output: output.stream,
    remarks: remarks.stream,
    input: Readable.from([Buffer.from(input)]),
    onInterrupt: (listener) => {
      onListen?.(listener);
      return () => undefined;
    },
    exit: (code) => {
      exited = code;
    },
  };
  const code = await run(args, terminal);
  return { code: exited ?? code, output: output.text(), remarks: remarks.text() };
}

/** Runs command lines one after the other in a process of their own. */
export function tapelessLines(
  lines: readonly (readonly [args: readonly string[], folder: string])[],
): readonly Outcome[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@tapeless/source', join(import.meta.dirname, 'run-lines.ts')],
    { input: JSON.stringify(lines), encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly Outcome[]; // what run-lines.ts prints
}

/** Runs it as a process, from this checkout's source. */
export function tapelessProcess(
  args: readonly string[],
  options: {
    readonly folder: string;
    readonly input?: string;
    /** Called with every piece of standard error. */
    readonly onRemark?: (text: string, process: { kill: (signal: 'SIGINT') => unknown }) => void;
    /** Stop reading after the first piece of output. */
    readonly stopReading?: boolean;
  },
): Promise<Outcome> {
  const main = join(root, 'src/cli/main.ts');
  const child = spawn(process.execPath, ['--conditions=@tapeless/source', main, ...args], {
    cwd: options.folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  let remarks = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    if (options.stopReading === true) child.stdout.destroy();
  });
  child.stderr.on('data', (part: Buffer) => {
    remarks += part.toString();
    options.onRemark?.(remarks, child);
  });
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve({ code, output, remarks });
    });
  });
}
