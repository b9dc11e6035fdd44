// The whole command: finds which command was called, runs it and turns errors into messages and exit codes.

import { version } from '../compiler/version.ts';
import { coloursFor } from './colour.ts';
import type { Command } from './command.ts';
import { asksFor } from './command.ts';
import { reportFailure } from './failure.ts';
import { commandHelp, generalHelp } from './help.ts';
import type { Terminal } from './terminal.ts';
import { exitCodes } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { check } from './commands/check.ts';
import { diagram } from './commands/diagram.ts';
import { diff } from './commands/diff.ts';
import { emit } from './commands/emit.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explain } from './commands/explain.ts';
import { newProject } from './commands/new.ts';
import { predict } from './commands/predict.ts';
import { profile } from './commands/profile.ts';
import { summary } from './commands/summary.ts';
import { train } from './commands/train.ts';

/** All commands, in the order of help. */
export const commands: readonly Command[] = [
  newProject,
  check,
  summary,
  train,
  evaluateCommand,
  predict,
  explain,
  diagram,
  emit,
  profile,
  diff,
];

/**
 * Runs a command line (the words after `tapeless`) and gives the exit code. Nothing is thrown: errors are told on
 * standard error.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return reportFailure(error, { terminal, json: asksFor('json', args), debug: asksFor('debug', args) });
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const colours = coloursFor(terminal.output, terminal);
  if (name === undefined) {
    terminal.remarks.write(`${generalHelp(commands, coloursFor(terminal.remarks, terminal))}\n`);
    return exitCodes.usage;
  }
  if (name === '--version' || name === '-v') {
    terminal.output.write(`${version}\n`);
    return exitCodes.success;
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest[0] === undefined)) {
    terminal.output.write(`${generalHelp(commands, colours)}\n`);
    return exitCodes.success;
  }
  const command = commandOf(name === 'help' ? (rest[0] ?? '') : name);
  if (name === 'help' || asksFor('help', rest)) {
    terminal.output.write(`${commandHelp(command, colours)}\n`);
    return exitCodes.success;
  }
  return command.start(rest, terminal);
}

function commandOf(name: string): Command {
  const command = commands.find((each) => each.name === name);
  if (command !== undefined) return command;
  const known = commands.map((each) => each.name);
  const list = `the commands are ${known.join(', ')}`;
  if (/\.m?[jt]s$/.test(name)) {
    throw new UsageError(
      `the command is missing before ${name}`,
      `tapeless train ${name}, for example; ${list}`,
    );
  }
  throw UsageError.near(`there is no command ${JSON.stringify(name)}`, name, known, list);
}
