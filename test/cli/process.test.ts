// The command as a process: what only Node's own loading of modules, signals and pipes can show.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from './terminal.ts';
import { root, tapelessLines, tapelessProcess } from './terminal.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapeless-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const model = `import { accuracy, adam, compile, crossEntropy, dim, input, linear } from 'tapeless';
import { dataset } from 'tapeless/data';
const x = input('x', [dim('batch'), 2]);
const y = input('y', [dim('batch')], 'i32');
const logits = linear(2, 3)(x);
export const program = compile({ loss: crossEntropy(logits, y), optimizer: adam(), outputs: { logits } });
export const data = { train: dataset({ x: [[1, 2], [3, 4], [5, 6]], y: [0, 1, 2] }) };
`;

describe('a model file on its own', () => {
  test('needs nothing installed beside it', async () => {
    await writeFile(join(folder, 'alone.ts'), model);
    const { code, output, remarks } = await tapelessProcess(['check', 'alone.ts'], { folder });
    expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
    expect(output).toContain('model and data fit together');
  });
});

describe('a model file that is wrong', () => {
  const cases: readonly (readonly [what: string, source: string, expected: readonly string[]])[] = [
    [
      'enum',
      'enum Kind { a }\n',
      ['model.ts:1: TypeScript enum is not supported', 'a const object in place of an enum'],
    ],
    ['syntax', 'const a = 1;\nexport const program = (;\n', ['model.ts:2: ']],
    [
      'absent package',
      "import 'no-such-package';\n",
      ['imports "no-such-package"', 'npm install no-such-package'],
    ],
    ['absent file', "import './no-such-file.ts';\n", ['imports "no-such-file.ts", which is not there']],
    [
      'absent export',
      "import { compyle } from 'tapeless';\nexport const program = compyle;\n",
      ["named 'compyle'"],
    ],
    ['no program', 'export const model = 1;\n', ['exports no program; it exports model', 'compile(']],
    ['no export', 'const a = 1;\n', ['exports no program']],
    ['no compiled program', 'export const program = { a: 1 };\n', ['which is an object with a']],
    [
      'throws',
      'const a: number[][] = [];\nexport const program = a[1]!.length;\n',
      ['TypeError', 'model.ts:2   export'],
    ],
    ['throws a text', "throw 'no';\n", ['the model throws no, which is no Error']],
    [
      'wrong shapes',
      model.replace('linear(2, 3)', 'linear(3, 3)'),
      ['E_SHAPE_MISMATCH', 'model.ts:5   const logits'],
    ],
    ['training', `${model}export const training = 3;\n`, ['exports "training", which is the number 3']],
    ['prepare', `${model}export const prepare = 3;\n`, ['exports "prepare", which is the number 3']],
    [
      'data',
      model.replace('data = {', 'data = () => null ?? {').replace('train:', 'trian:'),
      ['without "train"; it has trian'],
    ],
    ['no dataset', model.replace(/train: .*;/, 'train: 3 };'), ['whose "train" is the number 3']],
    [
      'failing data',
      model.replace(/data = .*/, "data = () => { throw new Error('gone'); };"),
      ['Error: gone', 'model.ts:7'],
    ],
    [
      'NaN',
      model.replace('[3, 4]', '[3, NaN]'),
      ['the train data have NaN in "x", row 1, number 1 of the row'],
    ],
    [
      'class out of range',
      model.replace('[0, 1, 2]', '[0, 7, 2]'),
      ['have 7 in "y", row 1', 'a label lies in 0 … 2'],
    ],
    [
      'shape',
      model.replace('[[1, 2], [3, 4], [5, 6]]', '[[1], [3], [5]]'),
      ['"x" of shape [3, 1]; the model takes [batch, 2]'],
    ],
    [
      'column',
      model.replace('dataset({ x:', 'dataset({ features:'),
      ['have no column "x"; they have features, y'],
    ],
    ['empty', model.replace(/dataset\(.*\)/, 'dataset({ x: [], y: [] })'), ['E_DATA_EMPTY']],
  ];
  let told = new Map<string, Outcome>();
  beforeAll(async () => {
    const lines = cases.map(async ([what, source]) => {
      const inner = join(folder, what);
      await mkdir(inner);
      await writeFile(join(inner, 'model.ts'), source);
      return [['check', 'model.ts'], inner] as const;
    });
    const outcomes = tapelessLines(await Promise.all(lines));
    told = new Map(cases.map(([what], index) => [what, outcomes[index]!]));
  });

  test.each(cases)('%s', (what, _source, expected) => {
    const { code, output, remarks } = told.get(what)!;
    expect({ code, output }).toEqual({ code: 1, output: '' });
    for (const part of expected) expect(remarks).toContain(part);
    expect(remarks).not.toMatch(/^ {4}at /m);
  });

  test('shows the stack where it is asked for', () => {
    const [outcome] = tapelessLines([[['check', 'model.ts', '--debug'], join(folder, 'throws')]]);
    expect(outcome?.remarks).toMatch(/^ {4}at .*model\.ts:2/m);
  });

  test('may be a name without its extension, a folder, or no module', async () => {
    await writeFile(join(folder, 'network.ts'), model);
    await mkdir(join(folder, 'inner'), { recursive: true });
    await writeFile(join(folder, 'inner/model.ts'), model);
    await writeFile(join(folder, 'rows.csv'), '');
    const files = ['netwrok.ts', 'inner', 'rows.csv', 'nowhere/model.ts'];
    const remarks = tapelessLines(files.map((file) => [['summary', file], folder])).map(
      (each) => each.remarks,
    );
    expect(remarks[0]).toContain('did you mean network.ts?');
    expect(remarks[1]).toContain('inner is a folder\n\n  help: did you mean inner/model.ts?');
    expect(remarks[2]).toContain('rows.csv is no model file');
    expect(remarks[3]).toContain('there is no folder');
  });
});

describe('a process', () => {
  test('ends quietly when nobody reads on', async () => {
    await writeFile(join(folder, 'piped.ts'), model);
    const { code, remarks } = await tapelessProcess(['emit', 'piped.ts', '--json'], {
      folder,
      stopReading: true,
    });
    expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
  });

  test('that is interrupted goes on with the bits of one that is not', async () => {
    await writeFile(join(folder, 'long.ts'), model);
    let hasInterrupted = false;
    const stopped = await tapelessProcess(['train', 'long.ts', '--epochs', '1000000', '-o', 'stopped'], {
      folder,
      onRemark: (text, child) => {
        if (hasInterrupted || !text.includes('epoch ')) return;
        hasInterrupted = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    const [, steps = ''] = /interrupted after ([\d,]+) steps/.exec(stopped.remarks) ?? [];
    const epochs = String(Number(steps.replaceAll(',', '')) + 5);
    const quiet = ['--no-progress', '--no-report', '--epochs', epochs];
    const resumed = await tapelessProcess(['train', 'long.ts', ...quiet, '-o', 'stopped', '--resume'], {
      folder,
    });
    expect(resumed.remarks).toBe('');
    await tapelessProcess(['train', 'long.ts', ...quiet, '-o', 'whole'], { folder });
    const [a, b] = await Promise.all(
      ['stopped', 'whole'].map((run) => readFile(join(folder, run, 'model.safetensors'))),
    );
    expect(a?.equals(b ?? Buffer.of())).toBe(true);
  });
});

describe('new', () => {
  const names = ['classification', 'regression', 'images', 'mlp'];
  const project = (name: string): string => join(folder, 'projects', name);
  const node = (where: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, args, {
      cwd: where,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });

  beforeAll(async () => {
    await mkdir(project(''));
    // The packages of a project are this checkout's: installing them is the business of npm.
    await mkdir(join(project(''), 'node_modules'));
    await symlink(root, join(project(''), 'node_modules/tapeless'));
    await symlink(join(root, 'node_modules/@types'), join(project(''), 'node_modules/@types'));
    const outcomes = tapelessLines(names.map((name) => [['new', name, '--template', name], project('')]));
    for (const { code, output, remarks } of outcomes) {
      expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
      expect(output).toMatch(/^made .*npm install\n {2}npm run train/s);
    }
  });

  test('makes projects that type-check', async () => {
    const config = {
      extends: './classification/tsconfig.json',
      // What this checkout's source is checked with, in place of the declarations of a package.
      compilerOptions: { customConditions: ['@tapeless/source'], exactOptionalPropertyTypes: true },
      include: ['*/*.ts'],
    };
    await writeFile(join(project(''), 'tsconfig.json'), JSON.stringify(config));
    const { stdout, status } = node(
      project(''),
      join(root, 'node_modules/@typescript/native/bin/tsc'),
      '-p',
      '.',
    );
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  test('makes projects that train and predict', async () => {
    const quick = ['--epochs', '2', '--no-progress', '--no-report'];
    for (const { code, remarks } of tapelessLines(
      names.map((name) => [['train', 'model.ts', ...quick], project(name)]),
    )) {
      expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
    }
    const lines = names.map(async (name) => {
      const input = (await readdir(project(name))).find((file) => file.startsWith('new.')) ?? '';
      return [['predict', 'model.ts', '-i', input], project(name)] as const;
    });
    for (const { code, output, remarks } of tapelessLines(await Promise.all(lines))) {
      expect({ code, remarks }).toEqual({ code: 0, remarks: '' });
      expect(output.trim().split('\n').length).toBeGreaterThan(1);
    }
  });

  test.each(names)('makes a project of %s whose test pins the generated code', (name) => {
    const { status, stdout } = node(project(name), '--conditions=@tapeless/source', '--test');
    expect(status, stdout).toBe(0);
  });

  test('makes a test that fails when the code is another one', async () => {
    const where = project('mlp');
    await writeFile(join(where, 'step.golden.js'), 'something else');
    expect(node(where, '--conditions=@tapeless/source', '--test').status).toBe(1);
  });

  test('refuses a folder that has something in it, and names that are none', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/mine.txt'), '');
    const [refused, nameless] = tapelessLines([
      [['new', 'full'], folder],
      [['new', '...'], folder],
    ]);
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused?.remarks).toContain('full is not empty: it has mine.txt');
    expect(await readdir(join(folder, 'full'))).toEqual(['mine.txt']);
    expect(nameless?.code).toBe(1);
  });
});
