// The command line of `npm run conformance`. Pure: text in, options or a sentence out.
import { parseArgs } from 'node:util';
import type { Target } from 'tapeless';

export interface Options {
  readonly files: readonly string[];
  /** Where cases run; undefined is what `compile` takes when it is not told. */
  readonly target: Target | undefined;
  /** Rows of the table to run: operators, optimizers, test files. None: all. */
  readonly only: readonly string[];
  readonly verbose: boolean;
  readonly help: boolean;
}

/** A command line that cannot be followed; the message says why, and what would do. */
export class OptionError extends Error {
  override readonly name: string = 'OptionError';
}

const targets: readonly Target[] = ['interpreter', 'js', 'wasm'];

export const help = `Runs conformance cases through the public API and says what differs.

  npm run --silent conformance -- FILE…                  cases of PyTorch or TensorFlow.js, JSON lines, also gzip'd
  npm run --silent conformance -- FILE… --target js      one of ${targets.join(', ')}; default: that of compile
  npm run --silent conformance -- FILE… --only add,mul   some operators, optimizers, initialisers or test files
  npm run --silent conformance -- FILE… --verbose        every case, and all that differs in those that fail

The last line is "N passed, N failed, N skipped". The exit status is 1 if a case failed, 2 if a file cannot be read or
an option is unknown.`;

/** Reads the arguments after the command's name. @throws {OptionError} */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (!values.help && positionals.length === 0) {
    throw new OptionError('which files? Give at least one: npm run --silent conformance -- FILE…');
  }
  const target = values.target === undefined ? undefined : chosenTarget(values.target);
  const only = values.only?.flatMap((list) => list.split(',').filter((name) => name !== '')) ?? [];
  return { files: positionals, target, only, verbose: values.verbose, help: values.help };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        target: { type: 'string' },
        only: { type: 'string', multiple: true },
        verbose: flag,
        help: flag,
      },
    });
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function chosenTarget(name: string): Target {
  const target = targets.find((each) => each === name);
  if (target === undefined) {
    throw new OptionError(`there is no target "${name}"; it has to be one of ${targets.join(', ')}`);
  }
  return target;
}
