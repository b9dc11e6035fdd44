// The texts of `--help`.

import { version } from '../compiler/version.ts';
import type { Colours } from './colour.ts';
import type { Command } from './command.ts';
import type { Option } from './option.ts';

/** Help for the whole command: what there is. */
export function generalHelp(commands: readonly Command[], colours: Colours): string {
  return [
    `${colours.bold('tapeless')} ${version}: declare, compile, train and look at neural networks`,
    section('Usage', ['tapeless <command> <model.ts> [options]'], colours),
    section('Commands', pairs(commands.map(({ name, summary }) => [name, summary])), colours),
    section(
      'Examples',
      [
        'npx tapeless new flowers                    # a project to start from',
        'npx tapeless train model.ts --out out       # trains it, and leaves weights, curves and a report in out/',
        'npx tapeless predict model.ts --weights out/model.safetensors --input new.csv',
      ],
      colours,
    ),
    section(
      'A model file',
      [
        'is a TypeScript (or JavaScript) module that exports',
        ...pairs([
          ['program', 'what compile gives; or as default export'],
          ['data', '{ train, validation?, test? }: datasets, or a function that gives them'],
          ['training', 'options of fit, such as { epochs: 25 }'],
          ['prepare', 'a function from a dataset of raw columns to what the model is fed with'],
        ]),
        'Only program has to be there.',
      ],
      colours,
    ),
    section(
      'Exit codes',
      pairs([
        ['0', 'done'],
        ['1', 'an error in the model, the data or a file; or diff found a difference'],
        ['2', 'a command line that makes no sense'],
        ['130', 'interrupted (Ctrl-C)'],
      ]),
      colours,
    ),
    'tapeless <command> --help tells more; tapeless --version tells the version.',
  ].join('\n\n');
}

/** Help for one command. */
export function commandHelp(command: Command, colours: Colours): string {
  const { name, summary, description, positionals, options, examples } = command;
  const words = positionals.map((positional) => `<${positional.name}>`).join(' ');
  const wide = Math.max(...examples.map(([line]) => line.length));
  return [
    `${colours.bold(`tapeless ${name}`)}: ${summary}`,
    section('Usage', [`tapeless ${name} ${words} [options]`.replace('  ', ' ')], colours),
    ...(description === undefined ? [] : [description]),
    ...(positionals.length === 0
      ? []
      : [section('Arguments', pairs(positionals.map((each) => [`<${each.name}>`, each.summary])), colours)]),
    section('Options', pairs(Object.entries<Option<unknown>>(options).map(optionLine)), colours),
    section(
      'Examples',
      examples.map(([line, what]) =>
        wide > 72 ? `${line}\n    # ${what}` : `${line.padEnd(wide)}   # ${what}`,
      ),
      colours,
    ),
  ].join('\n\n');
}

function optionLine([name, { placeholder, summary, short }]: readonly [string, Option<unknown>]): readonly [
  string,
  string,
] {
  const words = placeholder === null ? `--${name}` : `--${name} <${placeholder}>`;
  return [short === undefined ? words : `-${short}, ${words}`, summary];
}

function section(title: string, lines: readonly string[], colours: Colours): string {
  return [colours.bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Two columns; what is too long for the first has a line of its own. */
function pairs(rows: readonly (readonly [string, string])[]): readonly string[] {
  const widest = 30;
  const width = Math.max(...rows.map(([left]) => (left.length > widest ? 0 : left.length)));
  return rows.map(([left, right]) =>
    left.length > width ? `${left}\n  ${' '.repeat(width + 2)}${right}` : `${left.padEnd(width)}  ${right}`,
  );
}
