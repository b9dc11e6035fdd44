// How an error ends a command: its message with the user's line on standard error, the stack only where it was asked
// for, and an exit code. Relies on the frames of messages and on the stack's search for the user's line.

import { frame } from '../ir/frame.ts';
import { userFrame } from '../ir/origin.ts';
import { coloursFor } from './colour.ts';
import type { Terminal } from './terminal.ts';
import { exitCodes } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** An error that is told without its stack: what is wrong is the user's to mend. */
export class CommandError extends Error {
  readonly code: string;
  readonly help: string | undefined;

  constructor(code: string, message: string, help?: string, cause?: unknown) {
    super(
      help === undefined ? message : `${message}\n\n  help: ${help}`,
      cause === undefined ? {} : { cause },
    );
    this.name = 'CommandError';
    this.code = code;
    this.help = help;
  }
}

/** An error as a program reads it. */
interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

/** Tells of an error, and gives the exit code. */
export function reportFailure(
  error: unknown,
  { terminal, json, debug }: { readonly terminal: Terminal; readonly json: boolean; readonly debug: boolean },
): number {
  const { red } = coloursFor(terminal.remarks, terminal);
  const lines = [`${red('error:')} ${messageOf(error)}`];
  if (debug && error instanceof Error) lines.push('', stacksOf(error));
  terminal.remarks.write(`${lines.join('\n')}\n`);
  if (json) terminal.output.write(`${JSON.stringify({ error: jsonOf(error) }, undefined, 2)}\n`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
}

/** Errors of the library by their form: a project may have a tapeless of its own, with classes of its own. */
function isOfLibrary(
  error: unknown,
): error is Error & { readonly code: string; readonly help?: string; readonly spans?: unknown } {
  return error instanceof Error && 'code' in error && 'spans' in error && typeof error.code === 'string';
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof CommandError) return error.message;
  if (!(error instanceof Error)) return `the model throws ${String(error)}, which is no Error`;
  if (isOfLibrary(error)) return withUserLine(`${error.name} [${error.code}] ${error.message}`, error);
  return withUserLine(`${error.name}: ${error.message}`, error);
}

/** The message, with the user's line that led to it where the message does not show that line already. */
function withUserLine(message: string, error: Error): string {
  const span = userFrame(error.stack ?? '');
  if (span === null) return message;
  const place = `${span.file.replace(/^.*[\\/]/, '')}:${span.line}`;
  if (message.includes(place)) return message;
  const [headline = '', ...rest] = message.split('\n\n');
  const framed = frame(headline, [{ span, text: 'here', mark: 'primary' }]);
  return [framed, ...rest].join('\n\n');
}

function stacksOf(error: Error): string {
  const { cause } = error;
  const own = error.stack ?? error.message;
  return cause instanceof Error ? `${own}\n\ncaused by ${stacksOf(cause)}` : own;
}

function jsonOf(error: unknown): ErrorJson {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof UsageError || error instanceof CommandError || isOfLibrary(error)
      ? error.code
      : 'E_THROWN';
  const help =
    error instanceof Error && 'help' in error && typeof error.help === 'string' ? error.help : undefined;
  const [headline = ''] = message.split('\n\n  help: ');
  return { code, message: headline, ...(help === undefined ? {} : { help }) };
}
