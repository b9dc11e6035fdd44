// The world as a command sees it: streams, environment, folder and the interrupt key. A value, so that tests can run a
// command without a process.

/** A stream to write text to, and whether a person is looking at it. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Where a command runs. */
export interface Terminal {
  /** The folder that relative paths start at. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Results go here, and nothing else. */
  readonly output: OutputStream;
  /** Progress, remarks and errors. */
  readonly remarks: OutputStream;
  readonly input: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  /** Has a listener called at every interrupt (Ctrl-C); the result takes it away again. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** What a command ends with. */
export const exitCodes = Object.freeze({
  success: 0,
  /** Something is wrong with a file, the model or the data; or `diff` found a difference. */
  failure: 1,
  /** The command line itself makes no sense. */
  usage: 2,
  /** Ended by Ctrl-C. */
  interrupted: 130,
});

/** The process that runs. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  return {
    folder: process.cwd(),
    environment: env,
    output: stdout,
    remarks: stderr,
    input: stdin,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener).off('SIGTERM', listener);
      };
    },
    exit: (code) => {
      process.exit(code);
    },
  };
}

/** All that was piped into the command. */
export async function readInput(terminal: Terminal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of terminal.input) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return new Uint8Array(Buffer.concat(parts));
}
