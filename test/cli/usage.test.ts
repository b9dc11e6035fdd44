import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { commands } from '../../src/cli/run.ts';
import { toolVersions } from '../../src/cli/templates/project.ts';
import { tapeless } from './terminal.ts';

const iris = 'test/cli/models/iris.ts';

describe('the command line', () => {
  test('tells its version', async () => {
    expect(await tapeless(['--version'])).toEqual({ code: 0, output: '0.1.0\n', remarks: '' });
  });

  test('lists all commands in its help', async () => {
    const { code, output, remarks } = await tapeless(['--help']);
    expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
    for (const { name, summary } of commands)
      expect(output).toMatch(new RegExp(`  ${name} +${summary.slice(0, 20)}`));
    expect(await tapeless(['help'])).toEqual({ code, output, remarks });
  });

  test('shows help on standard error, with exit code 2, when nothing was asked for', async () => {
    const { code, output, remarks } = await tapeless([]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(remarks).toContain('Usage');
  });

  test.each(commands.map(({ name }) => name))(
    '%s has help with all of its options and an example',
    async (name) => {
      const { code, output, remarks } = await tapeless([name, '--help']);
      expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
      const command = commands.find((each) => each.name === name);
      for (const option of Object.keys(command?.options ?? {})) expect(output).toContain(`--${option}`);
      expect(output).toMatch(new RegExp(`Examples\n.*tapeless ${name} `));
      for (const [line] of command?.examples ?? []) expect(output).toContain(line);
      expect(await tapeless(['help', name])).toEqual({ code, output, remarks });
      // Even where the rest makes no sense.
      expect(await tapeless([name, '--nonsense', '-h'])).toEqual({ code, output, remarks });
    },
  );

  test('has no example with an option that is not there', () => {
    for (const { name, options, examples } of commands) {
      for (const [line] of examples) {
        for (const [, used = ''] of line.matchAll(/ --([a-z-]+)/g)) {
          const known = [...Object.keys(options), ...Object.keys(options).map((each) => `no-${each}`)];
          expect(known, `${name}: ${line}`).toContain(used);
        }
      }
    }
  });

  test.each([
    [['trian', iris], 'there is no command "trian"', 'did you mean train?'],
    [[iris], `the command is missing before ${iris}`, `tapeless train ${iris}`],
    [['summary'], 'summary: the model.ts is missing', 'tapeless summary <model.ts>'],
    [['summary', iris, 'more'], 'summary: "more" is one word too many', '--help'],
    [['summary', iris, '--jsno'], 'summary: there is no option --jsno', 'did you mean --json?'],
    [['train', iris, '--epoch', '3'], 'train: there is no option --epoch', 'did you mean --epochs?'],
    [['train', iris, '--epochs'], 'train: --epochs needs a value', '--epochs <n>'],
    [
      ['train', iris, '--epochs', '--json'],
      'train: --epochs needs a value, and --json follows it',
      '--epochs=--json',
    ],
    [['train', iris, '--epochs', '0'], '--epochs is "0"', 'a whole number of at least 1'],
    [['train', iris, '--epochs', 'many'], '--epochs is "many"', 'a whole number'],
    [['train', iris, '--epochs='], '--epochs is ""', 'a whole number'],
    [['train', iris, '--seed', '1.5'], '--seed is "1.5"', 'a whole number of at least 0'],
    [['train', iris, '--lr', '-1'], '--lr is "-1"', 'a number above 0'],
    [['train', iris, '--lr', '0'], '--lr is "0"', 'a number above 0'],
    [['train', iris, '--batch-size', 'fulll'], '--batch-size is "fulll"', 'at least 1, or full'],
    [['train', iris, '--target', 'wsam'], '--target is "wsam"', 'did you mean wasm?'],
    [['train', iris, '--resume=yes'], 'train: --resume takes no value', '--no-resume'],
    [['train', iris, '--out='], '--out is empty', '--out folder'],
    [['train', iris, '--ratios', '80/20'], 'there is no --data', '--data rows.csv'],
    [['train', iris, '--data', 'x.csv', '--ratios', '80/30'], '--ratios is "80/30"', 'add up to 100'],
    [['train', iris, '--resume', '--lr', '1'], '--lr and --resume do not go together', 'checkpoint'],
    [['train', iris, '--columns', 'a,,b'], '--columns is "a,,b"', 'between commas'],
    [
      ['evaluate', iris, '--data', 'x.csv', '--split', 'test'],
      '--split names a part',
      'leave one of them out',
    ],
    [['predict', iris], 'predict: the rows are missing', '--input new.csv'],
    [['predict', iris, '-i', 'a.csv', '--classes', '--scores'], '--classes and --scores', 'choose one'],
    [['predict', iris, '-i', 'a.csv', '-o', 'b.xlsx'], 'cannot be written as b.xlsx', '.csv'],
    [['diagram', iris, '-o', 'a.gif'], 'cannot be written as a.gif', '.svg'],
    [['diagram', iris, '-o', 'a.svg', '--dark'], '--dark is for PNG', 'light or dark'],
    [['diagram', iris, '--detail', 'layers'], '--detail does not go with the model view', '--view step'],
    [
      ['diagram', iris, '--view', 'step', '--depth', '1'],
      '--depth does not go with the step view',
      'leave out',
    ],
    [['diagram', iris, '--view', 'modle'], '--view is "modle"', 'did you mean model?'],
    [['profile', iris, '-o', 'a.png'], 'cannot be written as a.png', '.svg'],
    [['emit', iris, '--target', 'wasm', '--json'], 'a binary module', '--output kernels.wasm'],
  ] as const)('refuses %j', async (args, message, help) => {
    const { code, output, remarks } = await tapeless(args);
    expect(code).toBe(2);
    if (!args.some((word) => word === '--json')) expect(output).toBe('');
    expect(remarks.startsWith('error: ')).toBe(true);
    expect(remarks).toContain(message);
    expect(remarks).toContain(`\n\n  help: `);
    expect(remarks).toContain(help);
  });

  test('tells errors as JSON where JSON was asked for', async () => {
    const { code, output, remarks } = await tapeless(['summary', 'absent.ts', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      error: { code: 'E_MODEL_FILE', message: 'there is no file absent.ts' },
    });
    expect(remarks).toContain('error: there is no file absent.ts');
  });

  test('takes what stands behind -- as it is', async () => {
    expect((await tapeless(['summary', '--', '--json'])).remarks).toContain('there is no file --json');
  });

  test('is coloured on a terminal alone, and says no to NO_COLOR', async () => {
    const escape = '\u001b[';
    expect((await tapeless(['--help'])).output).not.toContain(escape);
    expect((await tapeless(['--help'], { isTTY: true })).output).toContain(escape);
    expect(
      (await tapeless(['--help'], { isTTY: true, environment: { NO_COLOR: '1' } })).output,
    ).not.toContain(escape);
    expect((await tapeless(['--help'], { isTTY: true, environment: { TERM: 'dumb' } })).output).not.toContain(
      escape,
    );
    expect((await tapeless(['--help'], { environment: { FORCE_COLOR: '1' } })).output).toContain(escape);
    expect((await tapeless(['absent'], { isTTY: true })).remarks).toContain(`${escape}31merror:`);
  });

  test('gives starter projects the versions that this project is tested with', () => {
    // Our own file; `typescript` stands there under two names.
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(toolVersions).toEqual({
      '@types/node': devDependencies['@types/node'],
      'cli-progress': devDependencies['cli-progress'],
      'graphviz-cli': devDependencies['graphviz-cli'],
      typescript: devDependencies['@typescript/native']?.replace('npm:typescript@', ''),
    });
  });
});
