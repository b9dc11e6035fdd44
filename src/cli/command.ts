// What a command is, and how its words are read. Relies on Node's own parser of arguments: it knows everything that is
// needed here (values, short names, `--no-…`, `--`), and a parser that also prints help and ends the process would
// have to be kept from doing so.

import { parseArgs } from 'node:util';
import type { Option, Options, ValuesOf } from './option.ts';
import { flag } from './option.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** A word of a command that is no option: `model.ts`. */
export interface Positional {
  readonly name: string;
  readonly summary: string;
}

/** A command that was called. */
export interface Call<Specifications extends Options> {
  /** As many as the command has positionals. */
  readonly words: readonly string[];
  readonly options: ValuesOf<Specifications & typeof commonOptions>;
  readonly terminal: Terminal;
  /** The command line as it was typed, for reports. */
  readonly commandLine: string;
}

/** What a command declares of itself. */
export interface CommandDefinition<Specifications extends Options> {
  readonly name: string;
  /** One line, in the list of commands. */
  readonly summary: string;
  /** What else is to be known, below the usage. */
  readonly description?: string;
  readonly positionals: readonly Positional[];
  readonly options: Specifications;
  /** Whole command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Runs it, and gives the exit code. */
  readonly run: (call: Call<Specifications>) => Promise<number>;
}

/** A command in the list of commands, whatever its options are. */
export interface Command extends Omit<CommandDefinition<Options>, 'run'> {
  /** Reads the words after the command's name, and runs it. @throws UsageError */
  readonly start: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** Options that every command has. */
const commonOptions = {
  json: flag('print one JSON document, and nothing else, on standard output'),
  debug: flag('show the stack of an error'),
  help: flag('show this help', 'h'),
} satisfies Options;

/** Makes a command of its definition. */
export function command<const Specifications extends Options>(
  definition: CommandDefinition<Specifications>,
): Command {
  const options: Options = { ...definition.options, ...commonOptions };
  return Object.freeze({
    ...definition,
    options,
    start: (args: readonly string[], terminal: Terminal) => {
      const { words, values } = readArguments(definition.name, args, options, definition.positionals);
      return definition.run({
        words,
        // Each value was read by the option of its name.
        options: values as ValuesOf<Specifications & typeof commonOptions>,
        terminal,
        commandLine: ['tapeless', definition.name, ...args].map(quoted).join(' '),
      });
    },
  });
}

/** Whether the words ask for a common option, told before they are read: help is given even for a wrong call. */
export function asksFor(name: keyof typeof commonOptions, args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const { short } = commonOptions[name];
  return own.includes(`--${name}`) || (short !== undefined && own.includes(`-${short}`));
}

interface ReadArguments {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

function readArguments(
  command: string,
  args: readonly string[],
  options: Options,
  positionals: readonly Positional[],
): ReadArguments {
  const known = Object.entries<Option<unknown>>(options);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      known.map(([name, { placeholder, short }]) => [
        name,
        {
          type: placeholder === null ? 'boolean' : 'string',
          ...(short === undefined ? {} : { short }),
        } as const,
      ]),
    ),
    strict: false, // what is wrong is said here, in our own words
    allowPositionals: true,
    allowNegative: true,
    tokens: true,
  });
  const words: string[] = [];
  const values: Record<string, unknown> = {};
  const seeHelp = `tapeless ${command} --help lists the options`;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value } = token;
    const isNegative = rawName.startsWith('--no-') && !Object.hasOwn(options, token.name);
    const name = isNegative ? rawName.slice('--no-'.length) : token.name;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) {
      const names = known.map(([each]) => `--${each}`);
      throw UsageError.near(`${command}: there is no option ${rawName}`, rawName, names, seeHelp);
    }
    if (option.placeholder === null) {
      if (value !== undefined) {
        throw new UsageError(`${command}: ${rawName} takes no value`, `write ${rawName}, or --no-${name}`);
      }
      values[name] = option.read(isNegative || rawName === `--no-${name}` ? 'no' : '', name);
      continue;
    }
    if (value === undefined || isNegative) {
      throw new UsageError(`${command}: ${rawName} needs a value`, `${rawName} <${option.placeholder}>`);
    }
    // `--epochs --json` would read the next option as a value; a value may begin with a dash after `=`.
    if (!token.inlineValue && /^--?[a-z]/i.test(value)) {
      throw new UsageError(
        `${command}: ${rawName} needs a value, and ${value} follows it`,
        `${rawName} <${option.placeholder}>; a value that begins with a dash is written ${rawName}=${value}`,
      );
    }
    values[name] = option.read(value, name);
  }
  const missing = positionals[words.length];
  if (missing !== undefined) {
    throw new UsageError(
      `${command}: the ${missing.name} is missing`,
      `tapeless ${command} ${positionals.map(({ name }) => `<${name}>`).join(' ')}`,
    );
  }
  const surplus = words[positionals.length];
  if (surplus !== undefined) {
    throw new UsageError(`${command}: ${JSON.stringify(surplus)} is one word too many`, seeHelp);
  }
  return { words, values };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
